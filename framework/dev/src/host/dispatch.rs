//! What each message of the daemon does. Runs on the control thread, so nothing here may wait for the app's code.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use anvil_control::{ConfigOutcome, FromHost, Refusal, ToHost};
use anvil_core::ConfigReload;
use tokio::sync::mpsc;

use super::control::Say;
use super::load::Loads;
use super::serve::Command;
use super::{Host, HostEnd, Notice};

/// Longest deadline that is obeyed to the letter; an hour is for ever here.
const DEADLINE_MAX_MS: u64 = 3_600_000;

/// How long after a deadline the waiting thread ends a host whose runtime did not.
const OVERTIME: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) struct Dispatch {
    host: Arc<Host>,
    say: Say,
    commands: mpsc::Sender<Command>,
    loads: Loads,
    notify: SyncSender<Notice>,
}

impl Dispatch {
    pub(super) fn new(
        host: Arc<Host>,
        say: Say,
        commands: mpsc::Sender<Command>,
        loads: Loads,
        notify: SyncSender<Notice>,
    ) -> Self {
        Self { host, say, commands, loads, notify }
    }

    pub(super) fn obey(&mut self, message: ToHost) {
        match message {
            ToHost::Load(libraries) => {
                let generation = libraries.generation;
                if !self.loads.begin(libraries) {
                    let message = "another library is still being loaded".to_owned();
                    let refusal = Refusal::Open { message };
                    self.say.must(FromHost::Refused { generation, library: None, refusal });
                }
            }
            ToHost::Accept => self.command(Command::Accept),
            ToHost::StopAccepting => self.command(Command::StopAccepting),
            ToHost::Drain { deadline_ms } => {
                let within = self.ends_within(deadline_ms, HostEnd::Drained);
                self.command(Command::Drain { within });
            }
            ToHost::Stop { deadline_ms } => {
                let within = self.ends_within(deadline_ms, HostEnd::Stopped);
                self.command(Command::Stop { within });
            }
            ToHost::Configure { generation } => {
                let outcome = self.configure(generation);
                self.say.must(FromHost::Configured { generation, outcome });
            }
            ToHost::Advance { generation } => {
                self.host.live.advance(generation);
                self.say.must(FromHost::Advanced { generation });
            }
            ToHost::Announce(status) => {
                self.host.status.send_replace(status);
            }
        }
    }

    fn command(&self, command: Command) {
        if let Err(error) = self.commands.try_send(command) {
            // The runtime is stuck in the app's code. The daemon notices by the missing answer.
            tracing::error!(%error, "a command of the daemon cannot be followed");
        }
    }

    fn ends_within(&self, deadline_ms: u64, end: HostEnd) -> Duration {
        let within = Duration::from_millis(deadline_ms.min(DEADLINE_MAX_MS));
        let _ = self.notify.send(Notice::EndsBy(Instant::now() + within + OVERTIME, end));
        within
    }

    fn configure(&self, generation: u64) -> ConfigOutcome {
        let Some(container) = self.host.live.container() else {
            return ConfigOutcome::Invalid { message: "the app has not booted yet".to_owned(), place: None };
        };
        match container.reload_config() {
            ConfigReload::Applied => {
                self.host.configure(&container.config());
                self.host.live.advance(generation);
                ConfigOutcome::Applied
            }
            ConfigReload::NeedsRestart { keys } => ConfigOutcome::NeedsHandover { keys },
            ConfigReload::Invalid { message, place } => ConfigOutcome::Invalid { message, place },
        }
    }
}
