//! From the world to events: saved files, finished builds, hosts.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use anvil_control::FromHost;
use anvild_engine::{ChangeSet, Event, Need};
use anvild_protocol::{EventKind, WatchDecision};

use super::{Daemon, Inbox, Internal};
use crate::{
    builder::BuilderEvent,
    host::{HostEvent, rss_bytes},
    project::{Classified, Project, Settings, classify},
    watch::{Roots, WatchBatch},
};

/// Entries of `watch/why`.
const DECISIONS_MAX: usize = 100;

/// The newest decisions about changed files, newest first.
#[derive(Debug, Default)]
pub(super) struct Decisions(VecDeque<WatchDecision>);

impl Decisions {
    fn push(&mut self, decision: WatchDecision) {
        self.0.push_front(decision);
        self.0.truncate(DECISIONS_MAX);
    }

    pub(super) fn list(&self) -> Vec<WatchDecision> {
        self.0.iter().cloned().collect()
    }
}

/// Milliseconds since the Unix epoch.
pub(super) fn epoch_ms() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

impl Daemon {
    pub(super) fn on_batch(&mut self, batch: WatchBatch) {
        let generation = self.engine.saved().next();
        let mut need: Option<Need> = None;
        let mut files = Vec::new();
        for change in &batch.changes {
            if self.in_build.is_some() && self.is_lock(&change.path) {
                self.lock_changed.get_or_insert(batch.first_seen);
                continue;
            }
            let classified = match &self.project {
                Some(project) => classify(project, &self.inputs, &change.path),
                None => Classified::Cargo("the project has not been read".to_owned()),
            };
            let name = self.display(&change.path);
            let decided = match classified {
                Classified::Ignored(why) => {
                    self.decide(&name, format!("ignored: {why}"), None);
                    continue;
                }
                Classified::Advance => Need::Advance,
                Classified::Configure => {
                    self.read_settings();
                    Need::Configure
                }
                Classified::Library(crates) => {
                    self.changed.entry(change.path.clone()).or_default().extend(&crates);
                    self.dirty.extend(crates);
                    Need::Library
                }
                Classified::Cargo(reason) => Need::Cargo { reason },
            };
            self.decide(&name, "changed".to_owned(), Some(generation));
            files.push(name);
            need = Some(match need.take() {
                Some(known) => known.merge(decided),
                None => decided,
            });
        }
        if let Some(need) = need {
            self.feed(Event::Changed(ChangeSet { files, need, first_seen: batch.first_seen }));
        }
    }

    fn decide(&mut self, path: &str, decision: String, generation: Option<anvild_protocol::Generation>) {
        self.decisions.push(WatchDecision { at_ms: epoch_ms(), path: path.to_owned(), decision, generation });
    }

    /// A path as people read it: relative to the project, or to its workspace, or absolute.
    fn display(&self, path: &Path) -> String {
        let workspace = self.project.as_ref().map(|project| project.workspace.clone());
        let short = path.strip_prefix(&self.root).ok();
        let short = short.or_else(|| path.strip_prefix(workspace?).ok());
        short.unwrap_or(path).to_string_lossy().into_owned()
    }

    fn is_lock(&self, path: &Path) -> bool {
        let is_here = |project: &Arc<Project>| path.parent() == Some(&project.workspace);
        path.file_name().is_some_and(|name| name == "Cargo.lock") && self.project.as_ref().is_none_or(is_here)
    }

    /// Decides about a `Cargo.lock` that changed during the build which has just ended. Comes before that end, so that a
    /// wait which saw the change is not answered by the build that did not.
    fn look_at_lock(&mut self) {
        let Some(first_seen) = self.lock_changed.take() else { return };
        let Some(project) = &self.project else { return };
        let path = project.workspace.join("Cargo.lock");
        let name = self.display(&path);
        match classify(project, &self.inputs, &path) {
            Classified::Cargo(reason) => {
                self.decide(&name, "changed".to_owned(), Some(self.engine.saved().next()));
                self.feed(Event::Changed(ChangeSet { files: vec![name], need: Need::Cargo { reason }, first_seen }));
            }
            Classified::Ignored(why) => self.decide(&name, format!("ignored: {why}"), None),
            Classified::Advance | Classified::Configure | Classified::Library(_) => {}
        }
    }

    fn read_settings(&mut self) {
        // The host reports what is wrong with the file; the daemon goes on with what it had.
        if let Ok(settings) = Settings::read(&self.root) {
            self.settings = settings;
            self.allow_patches();
        }
    }

    pub(super) async fn on_builder(&mut self, event: BuilderEvent, inbox: &mut Inbox) {
        match event {
            BuilderEvent::Progress(progress) => {
                self.publisher.publish(EventKind::Progress(progress));
            }
            BuilderEvent::PatchBuilt { generation, artifact, reason } => {
                self.feed(Event::PatchBuilt { generation, artifact, reason });
            }
            BuilderEvent::Finished { generation, result, compiled, learned } => {
                let in_build = self.in_build.take().unwrap_or_default();
                self.dirty.extend(in_build.difference(&compiled));
                if learned.libraries.is_some() {
                    self.libraries = learned.libraries;
                }
                self.inputs = learned.inputs;
                if let Some(project) = learned.project {
                    self.take_project(project);
                }
                self.look_at_lock();
                // The host can load while the watcher looks at what the build has read.
                self.feed(Event::BuildFinished { generation, result });
                self.perform(inbox).await;
                self.watch_roots().await;
            }
        }
    }

    /// Crate numbers belong to one reading of the project: where the crates differ, all count as changed.
    pub(super) fn take_project(&mut self, project: Arc<Project>) {
        let differs = self.project.as_ref().is_some_and(|old| old.hot != project.hot);
        if differs && !self.dirty.is_empty() {
            self.dirty = (0..project.hot.len()).collect();
        }
        self.project = Some(project);
    }

    pub(super) async fn watch_roots(&mut self) {
        let roots = self.roots();
        if let Some(watch) = &self.watch
            && roots != self.watched
        {
            watch.set_roots(roots.clone()).await;
            self.watched = roots;
        }
    }

    /// What must be watched, as far as it is known.
    pub(super) fn roots(&self) -> Roots {
        let mut dirs = BTreeSet::from([self.root.clone()]);
        let mut files: BTreeSet<_> = self.inputs.files.keys().cloned().collect();
        files.extend([self.root.join(".env"), Settings::path(&self.root)]);
        if let Some(project) = &self.project {
            let outside = project.hot.iter().map(|local| &local.directory);
            for folder in outside.chain(project.cold.iter().map(|(_, folder)| folder)) {
                if !folder.starts_with(&self.root) {
                    dirs.insert(folder.join("src"));
                    files.insert(folder.join("Cargo.toml"));
                }
            }
            for name in ["Cargo.toml", "Cargo.lock", "rust-toolchain", "rust-toolchain.toml", ".cargo/config.toml"] {
                files.insert(project.workspace.join(name));
            }
        }
        files.retain(|file| {
            !file.components().any(|part| part.as_os_str() == "registry" || part.as_os_str() == ".rustup")
        });
        Roots { dirs: dirs.into_iter().filter(|folder| folder.is_dir()).collect(), files: files.into_iter().collect() }
    }

    pub(super) fn on_host(&mut self, event: HostEvent) {
        match event {
            HostEvent::Spawned { host, pid } => self.feed(Event::HostSpawned { host, pid }),
            HostEvent::Log { line, .. } => self.keep_line(line),
            HostEvent::Exited { host, end, .. } => {
                self.hosts.remove(&host);
                self.feed(Event::HostExited { host, end });
            }
            HostEvent::Said { message: FromHost::Served { requests }, .. } => self.requests.note(requests),
            HostEvent::Said { host, message } => {
                let loaded = matches!(message, FromHost::Loaded(_));
                let workspace = self.project.as_ref().map_or(&self.root, |project| &project.workspace);
                let message = super::places::absolute(message, workspace);
                self.feed(Event::HostSaid { host, message });
                if loaded {
                    self.sample(host);
                }
            }
        }
    }

    fn sample(&mut self, host: anvild_protocol::HostId) {
        let pid = self.hosts.get(&host).map(crate::host::HostHandle::pid);
        if let Some(rss_bytes) = pid.and_then(rss_bytes) {
            self.feed(Event::HostMemory { host, rss_bytes });
        }
    }

    pub(super) async fn on_internal(&mut self, message: Internal, inbox: &mut Inbox) {
        match message {
            Internal::Discovered(discovered) => self.on_discovered(*discovered, inbox).await,
            Internal::Scanned { wait, deadline } => self.feed(Event::Wait { request: wait, deadline }),
            Internal::WaitGone(wait) => {
                if self.waits.remove(&wait).is_some() {
                    self.feed(Event::WaitGone(wait));
                }
            }
        }
    }
}
