//! What people see: the app's state for subscribers, the browser's banner, the page that the daemon serves itself.

use anvil_control::{BrowserStatus, ToHost};
use anvild_protocol::{AppChange, AppState, BuildState, Diagnostic, EventKind, Generation};

use crate::diagnostics::Outline;
use crate::effect::{Effect, PlaceholderPage};
use crate::engine::Engine;
use crate::takeover::{Fresh, Why};

/// What was published last, so that only differences are.
#[derive(Debug)]
pub(crate) struct Shown {
    app: AppChange,
    placeholder: Option<PlaceholderPage>,
    diagnostics: Vec<Diagnostic>,
    /// Why the app's state is about to change.
    reason: Option<String>,
}

impl Shown {
    pub(crate) fn new() -> Self {
        let app =
            AppChange { state: AppState::Stopped, addr: None, pid: None, live: Generation::default(), reason: None };
        Self { app, placeholder: None, diagnostics: Vec::new(), reason: None }
    }

    pub(crate) fn because(&mut self, reason: &str) {
        self.reason = Some(reason.to_owned());
    }
}

impl Engine {
    /// The generation that answers requests; 0 while nothing serves.
    pub(crate) fn live(&self) -> Generation {
        self.hosts.serving().map_or_else(Generation::default, |serving| serving.label)
    }

    /// The app's state, as in [`Engine::snapshot`]. `Stopped` from the moment that a stop was asked for.
    pub fn state(&self) -> AppState {
        if !self.is_up() {
            return AppState::Stopped;
        }
        let fresh = self.delivery.fresh();
        match (self.hosts.serving(), fresh) {
            (Some(_), Some(_)) => AppState::HandingOver,
            (Some(_), None) => AppState::Running,
            (None, Some(fresh)) if fresh.why == Why::Deliver => AppState::Starting,
            (None, Some(_)) => AppState::Crashed,
            (None, None) if self.recovery.due().is_some() => AppState::Crashed,
            (None, None) if self.builds.is_running() && !self.builds.covered() => AppState::Starting,
            (None, None) => AppState::Failed,
        }
    }

    /// Publishes what differs from what was published before.
    pub(crate) fn show(&mut self) {
        let page = self.placeholder();
        if page != self.shown.placeholder {
            self.shown.placeholder.clone_from(&page);
            self.push(Effect::Placeholder(page));
        }
        self.show_diagnostics();
        let app = AppChange {
            state: self.state(),
            addr: self.addr().map(str::to_owned),
            pid: self.hosts.serving().and_then(|serving| serving.pid),
            live: self.live(),
            reason: None,
        };
        let reason = self.shown.reason.take();
        if app != self.shown.app {
            self.shown.app = app.clone();
            self.publish(EventKind::App(AppChange { reason, ..app }));
        }
    }

    pub(crate) fn show_diagnostics(&mut self) {
        let diagnostics = self.board.all();
        if diagnostics != self.shown.diagnostics {
            self.shown.diagnostics.clone_from(&diagnostics);
            self.publish(EventKind::Diagnostics { generation: self.saved(), diagnostics });
        }
    }

    fn placeholder(&self) -> Option<PlaceholderPage> {
        let page =
            |title: &str, detail: &str| Some(PlaceholderPage { title: title.to_owned(), detail: detail.to_owned() });
        // A host that is about to accept finds the connections in the socket's queue.
        if self.delivery.fresh().is_some_and(Fresh::has_loaded) {
            return None;
        }
        match self.state() {
            AppState::Stopped | AppState::Running | AppState::HandingOver => None,
            AppState::Starting if self.builds.state() == BuildState::Building => page("building", ""),
            AppState::Starting => page("starting", ""),
            AppState::Crashed => page("the host died; a new one is starting", &self.last_words()),
            AppState::Failed => match self.code.broken() {
                Some(broken) => page(&broken.outline.title, &broken.outline.rendered),
                None => page("the host keeps dying; the next change starts it again", &self.last_words()),
            },
        }
    }

    fn last_words(&self) -> String {
        self.board.last_runtime().map(|found| Outline::of(std::slice::from_ref(found), "").rendered).unwrap_or_default()
    }

    /// Tells the pages of the serving host.
    pub(crate) fn announce(&mut self, status: BrowserStatus) {
        if let Some(host) = self.hosts.serving().map(|serving| serving.id) {
            self.tell(host, ToHost::Announce(status));
        }
    }

    /// Tells the pages of a host that has just become live how things stand: what answers, and what is in the way of more.
    pub(crate) fn announce_standing(&mut self) {
        self.announce(BrowserStatus::Live { generation: self.live().0 });
        self.announce_hindrance();
    }

    /// Tells the pages of the serving host what is in the way of more than it answers with.
    pub(crate) fn announce_hindrance(&mut self) {
        if let Some(generation) = self.builds.running() {
            self.announce(BrowserStatus::Building { generation: generation.0, refresh: false });
        } else if let Some(status) = self.code.broken().and_then(crate::code::Broken::status) {
            self.announce(status);
        }
    }
}
