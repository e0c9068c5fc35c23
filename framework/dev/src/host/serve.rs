//! Traffic on command: take connections, stop taking them, drain, end.

use std::sync::Arc;
use std::time::Duration;

use anvil_control::FromHost;
use anvil_core::server::{Accepting, Server};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::control::Say;
use super::respond::respond;
use super::traffic::Phase;
use super::{Host, HostEnd};

/// What the control channel wants of the traffic.
#[derive(Debug)]
pub(crate) enum Command {
    Accept,
    StopAccepting,
    Drain { within: Duration },
    Stop { within: Duration },
}

/// Part of a drain's time that is left for closing connections that no request came on.
const CLOSE_TIME: Duration = Duration::from_millis(300);

/// The listening socket and whether it is used.
enum Door {
    Open(Accepting),
    Shut(TcpListener),
}

impl Door {
    async fn open(self, server: &Server) -> Self {
        match self {
            Self::Shut(listener) => Self::Open(server.accept(listener)),
            open @ Self::Open(_) => open,
        }
    }

    /// When this returns, no connection is taken any more.
    async fn shut(self) -> std::io::Result<Self> {
        match self {
            Self::Open(accepting) => accepting.stop().await.map(Self::Shut),
            shut @ Self::Shut(_) => Ok(shut),
        }
    }
}

/// Obeys commands until one of them is the last.
pub(crate) async fn serve(
    host: Arc<Host>,
    listener: std::net::TcpListener,
    commands: mpsc::Receiver<Command>,
    say: Say,
) -> HostEnd {
    match obey(host, listener, commands, say).await {
        Ok(end) => end,
        Err(error) => {
            tracing::error!(%error, "the listening socket cannot be used");
            HostEnd::Failed
        }
    }
}

async fn obey(
    host: Arc<Host>,
    listener: std::net::TcpListener,
    mut commands: mpsc::Receiver<Command>,
    say: Say,
) -> std::io::Result<HostEnd> {
    listener.set_nonblocking(true)?;
    let mut door = Door::Shut(TcpListener::from_std(listener)?);
    let server = {
        let host = host.clone();
        Server::new(move |request, _| respond(host.clone(), request))
    };
    while let Some(command) = commands.recv().await {
        match command {
            Command::Accept => {
                host.phase.send_replace(Phase::Serving);
                door = door.open(&server).await;
                say.must(FromHost::Accepting);
            }
            Command::StopAccepting => {
                door = door.shut().await?;
                host.phase.send_replace(Phase::Holding);
                say.must(FromHost::NotAccepting);
            }
            Command::Drain { within } => {
                drop(door.shut().await?);
                host.phase.send_replace(Phase::Forwarding);
                say.must(FromHost::Draining { in_flight: server.in_flight() });
                drain(&host, &server, within, &mut commands).await;
                say.must(FromHost::Drained);
                return Ok(HostEnd::Drained);
            }
            Command::Stop { within } => {
                drop(door.shut().await?);
                host.phase.send_replace(Phase::Stopping);
                server.shutdown(within).await;
                return Ok(HostEnd::Stopped);
            }
        }
    }
    Ok(HostEnd::DaemonGone)
}

/// Waits until only streams are left. A connection that is kept open and unused is left alone for most of the time, because
/// closing it could meet a request on its way; at the end it is closed. A `Stop` meanwhile brings the end forward.
async fn drain(host: &Host, server: &Server, within: Duration, commands: &mut mpsc::Receiver<Command>) {
    let deadline = Instant::now() + within;
    let patience = tokio::time::sleep_until(deadline - CLOSE_TIME.min(within));
    let mut end_by = deadline;
    tokio::select! {
        () = only_streams_left(host, server) => return,
        () = patience => {}
        command = commands.recv() => if let Some(Command::Stop { within }) = command {
            end_by = end_by.min(Instant::now() + within);
        }
    }
    tokio::select! {
        () = only_streams_left(host, server) => {}
        _ = server.shutdown(end_by.saturating_duration_since(Instant::now())) => {}
    }
}

/// A stream occupies a connection. A connection that was upgraded is no longer counted as one: if it ends here it is cut like
/// a stream; if it was only passed on it began after the handover and is left alone for as long as can be.
async fn only_streams_left(host: &Host, server: &Server) {
    let mut connections = server.watch_connections();
    let (mut streams, mut tunnels) = (host.streams.subscribe(), host.tunnels.subscribe());
    while server.connections() + host.tunnels.now() > host.streams.now() {
        // No sender can be gone: host and server are borrowed.
        tokio::select! {
            _ = connections.changed() => {}
            _ = streams.changed() => {}
            _ = tunnels.changed() => {}
        }
    }
}
