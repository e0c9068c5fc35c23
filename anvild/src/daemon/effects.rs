//! From effects to the world, in order, without an opinion.

use anvild_engine::{Artifact, Effect, Event, Need};
use anvild_protocol::HostId;

use super::{Daemon, Inbox, Internal};
use crate::{
    builder::{BuildRequest, remove_libraries_except},
    host::{HostHandle, HostSpec},
};

impl Daemon {
    /// Executes what the engine wants until it wants nothing more.
    pub(super) async fn perform(&mut self, inbox: &mut Inbox) {
        while let Some(effect) = self.engine.poll_effect() {
            self.execute(effect, inbox).await;
        }
        self.mind_idleness();
    }

    async fn execute(&mut self, effect: Effect, inbox: &mut Inbox) {
        match effect {
            Effect::StartBuild { generation, need } => self.start_build(generation, need).await,
            Effect::CancelBuild => {
                if let Some(builder) = &self.builder {
                    builder.cancel();
                }
            }
            Effect::SpawnHost { host, artifact } => self.spawn_host(host, &artifact),
            Effect::Tell { host, message } => {
                // A host that cannot be told is about to be reported as ended.
                if let Some(handle) = self.hosts.get(&host)
                    && handle.tell(message).is_err()
                {
                    tracing::debug!(?host, "a host takes no orders any more");
                }
            }
            Effect::KillHost { host } => {
                if let Some(handle) = self.hosts.get(&host) {
                    handle.kill();
                }
            }
            Effect::Placeholder(page) => {
                if let Some(placeholder) = &self.placeholder {
                    match page {
                        Some(page) => placeholder.show(page),
                        None => placeholder.hide(),
                    }
                }
            }
            Effect::Publish(kind) => {
                self.publisher.publish(kind);
            }
            Effect::ReplyWait { request, reply } => {
                if let Some(waiting) = self.waits.remove(&request) {
                    // An error means that the client has gone.
                    let _ = waiting.send(reply);
                }
            }
            Effect::AppStopped => {
                self.placeholder = None;
                self.listener = None;
                self.requests.forget();
                for stop in self.stops.drain(..) {
                    let _ = stop.send(Ok(()));
                }
                for parked in std::mem::take(&mut self.parked_starts) {
                    // A full queue drops the reply, which tells the client to try again.
                    let _ = self.internal.try_send(Internal::Discovered(Box::new(parked)));
                }
            }
            Effect::KeepArtifacts { libraries } => {
                if let Some(folder) = &self.libraries {
                    remove_libraries_except(folder, &libraries);
                }
            }
            Effect::Exit { reason } => {
                // Those who asked while no app was there to be stopped.
                for stop in self.stops.drain(..) {
                    let _ = stop.send(Ok(()));
                }
                inbox.calls.close();
                self.exit = Some(reason);
            }
        }
    }

    async fn start_build(&mut self, generation: anvild_protocol::Generation, need: Need) {
        let dirty = std::mem::take(&mut self.dirty);
        self.in_build = Some(dirty.clone());
        let changed = std::mem::take(&mut self.changed);
        self.allow_patches();
        if let Some(builder) = &self.builder {
            builder.start(BuildRequest { generation, need, dirty, changed }).await;
        }
    }

    /// Tells the builder whether there may be patches.
    pub(super) fn allow_patches(&self) {
        if let Some(builder) = &self.builder {
            // Without hot reload a new host starts for every edit, and had better start from the whole.
            builder.allow_patches(self.settings.dev.patches && self.engine.is_hot());
        }
    }

    fn spawn_host(&mut self, host: HostId, artifact: &Artifact) {
        let Some(listener) = &self.listener else {
            let message = "the listening socket is closed".to_owned();
            return self.feed(Event::HostSpawnFailed { host, message });
        };
        let spec = HostSpec {
            host,
            program: artifact.image.0.clone().into(),
            args: Vec::new(),
            project: self.root.clone(),
            generation: artifact.generation,
            token: self.token.clone(),
            env: Vec::new(),
        };
        match HostHandle::spawn(&spec, &listener.listener, self.host_events.clone()) {
            Ok(handle) => {
                self.hosts.insert(host, handle);
            }
            Err(error) => {
                let message = error.to_string();
                self.feed(Event::HostSpawnFailed { host, message });
            }
        }
    }
}
