//! `app/start`: read the project, bind the address, start builder and watcher, then tell the engine.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anvild_engine::{ChangeSet, Event, Need};
use anvild_protocol::{AppState, ClientId, Diagnostic, Lifecycle, StartRequest, Status, error_code};
use tokio::sync::watch;

use super::{Daemon, Inbox, Internal};
use crate::{
    builder::{BuildError, BuilderHandle, read_project},
    host::{Placeholder, bind_listener},
    project::{BuildInputs, Project, Settings},
    rpc::{Reply, call_error},
    watch::{WatchConfig, WatchHandle},
};

/// Cargo may have to fetch an index; far beyond that it hangs.
const METADATA_DEADLINE: Duration = Duration::from_secs(300);

/// The project as found, or why there is none.
pub(super) struct Discovered {
    client: ClientId,
    request: StartRequest,
    reply: Reply<Status>,
    found: Result<(Project, Settings), Diagnostic>,
}

impl Daemon {
    /// Reads the project in a task of its own, so that the daemon answers meanwhile.
    pub(super) fn on_app_start(&mut self, client: ClientId, request: StartRequest, reply: Reply<Status>) {
        let root = self.root.clone();
        let internal = self.internal.clone();
        tokio::spawn(async move {
            let found = discover(root, request.package.clone()).await;
            // An error means that the daemon ends; the dropped reply says so.
            let _ = internal.send(Internal::Discovered(Box::new(Discovered { client, request, reply, found }))).await;
        });
    }

    pub(super) async fn on_discovered(&mut self, discovered: Discovered, inbox: &mut Inbox) {
        if self.engine.is_stopping() {
            self.parked_starts.push(discovered);
            return;
        }
        let Discovered { client, request, reply, found } = discovered;
        let started = match found {
            Ok((project, settings)) => self.start_app(client, &request, project, settings, inbox).await,
            Err(diagnostic) => Err((error_code::PROJECT, sentence(&diagnostic))),
        };
        let answer = match started {
            Ok(()) => {
                self.perform(inbox).await;
                Ok(self.status())
            }
            Err((code, message)) => Err(call_error(code, message)),
        };
        let _ = reply.send(answer);
    }

    async fn start_app(
        &mut self,
        client: ClientId,
        request: &StartRequest,
        project: Project,
        settings: Settings,
        inbox: &mut Inbox,
    ) -> Result<(), (i32, String)> {
        self.settings = settings;
        let asked = self.settings.addr(&self.root, request.addr.clone());
        let running = self.engine.state() != AppState::Stopped;
        match &self.listener {
            Some(bound) if running => {
                let same = asked == bound.addr.to_string() || request.addr.is_none() || asked.ends_with(":0");
                if !same {
                    let message = format!("the app already listens on {}; `anvil stop` ends it", bound.addr);
                    return Err((error_code::ADDRESS, message));
                }
            }
            _ => self.bind(&asked)?,
        }
        let same_app = self.project.as_ref().is_some_and(|known| known.app_packages() == project.app_packages());
        if !same_app && running {
            return Err((
                error_code::PROJECT,
                "another app of this project is running; `anvil stop` ends it".to_owned(),
            ));
        }
        self.take_project(Arc::new(project));
        if self.builder.is_some() && !same_app {
            self.forget_the_other_app();
        }
        if self.builder.is_none() || !same_app {
            self.package = request.package.clone();
            let (builder, events) = BuilderHandle::spawn(self.root.clone(), self.package.clone());
            self.builder = Some(builder);
            inbox.builder = events;
        }
        if self.watch.is_none() {
            let own = self.project.iter().map(|project| project.target.join("anvil")).collect();
            let config = WatchConfig { polling: self.settings.dev.polling, ..WatchConfig::native(own) };
            let (watch, batches) = WatchHandle::spawn(config);
            self.watch = Some(Arc::new(watch));
            inbox.batches = batches;
        }
        self.watch_roots().await;
        let addr = self.listener.as_ref().map(|bound| bound.addr.to_string()).unwrap_or_default();
        let attached = (request.lifecycle == Lifecycle::Attached).then_some(client);
        self.feed(Event::StartApp { hot: request.hot, addr, attached });
        Ok(())
    }

    /// What was built so far belongs to another app of the project.
    fn forget_the_other_app(&mut self) {
        self.inputs = BuildInputs::default();
        self.dirty.clear();
        let need = Need::Cargo { reason: "another app of the project".to_owned() };
        self.feed(Event::Changed(ChangeSet { files: Vec::new(), need, first_seen: Instant::now() }));
    }

    fn bind(&mut self, addr: &str) -> Result<(), (i32, String)> {
        let bound = bind_listener(addr).map_err(|error| (error_code::ADDRESS, error.to_string()))?;
        if let Some(warning) = &bound.warning {
            self.say(warning.clone());
        }
        let placeholder =
            Placeholder::spawn(&bound.listener).map_err(|error| (error_code::ADDRESS, error.to_string()))?;
        self.placeholder = Some(placeholder);
        self.listener = Some(bound);
        Ok(())
    }
}

/// One line: code, place, what is wrong, what to do.
fn sentence(diagnostic: &Diagnostic) -> String {
    // Cargo's own findings have no code of ours.
    let code = if diagnostic.code.starts_with("ANV") { format!("{} ", diagnostic.code) } else { String::new() };
    let numbers = [diagnostic.line, diagnostic.column].into_iter().map_while(|number| number);
    let numbers: String = numbers.map(|number| format!(":{number}")).collect();
    let place = diagnostic.file.as_ref().map(|file| format!("{file}{numbers}: ")).unwrap_or_default();
    let help = diagnostic.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{code}{place}{}{help}", diagnostic.message)
}

async fn discover(root: PathBuf, package: Option<String>) -> Result<(Project, Settings), Diagnostic> {
    let settings = Settings::read(&root).map_err(|diagnostic| *diagnostic)?;
    let (_keep, mut cancel) = watch::channel(false);
    let read = tokio::time::timeout(METADATA_DEADLINE, read_project(&root, package.as_deref(), &mut cancel)).await;
    let diagnostic = match read {
        Ok(Ok(project)) => return Ok((project, settings)),
        Ok(Err(BuildError::Diagnostics(mut diagnostics))) if !diagnostics.is_empty() => diagnostics.swap_remove(0),
        Ok(Err(_)) => {
            Diagnostic::error(anvild_protocol::Source::Config, "ANV0101", "reading the project was cancelled")
        }
        Err(_) => Diagnostic::error(anvild_protocol::Source::Config, "ANV0101", "`cargo metadata` does not answer"),
    };
    Err(diagnostic)
}
