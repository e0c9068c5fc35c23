//! Who is at the other end: only processes of the same user may talk to the daemon, whatever the file system says.

use std::{fmt, io};

use tokio::net::UnixStream;

/// Why a connection is not served.
#[derive(Debug)]
pub(super) enum PeerRefused {
    OtherUser { peer: u32, own: u32 },
    Unknown(io::Error),
}

impl fmt::Display for PeerRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherUser { peer, own } => write!(f, "it comes from user {peer}, the daemon belongs to {own}"),
            Self::Unknown(error) => write!(f, "the kernel does not say whose it is: {error}"),
        }
    }
}

/// Asks the kernel (`SO_PEERCRED`) who opened the connection.
pub(super) fn check(stream: &UnixStream, own: u32) -> Result<(), PeerRefused> {
    check_uid(stream.peer_cred().map_err(PeerRefused::Unknown)?.uid(), own)
}

/// Root is refused as well: nothing needs it, and a daemon that serves one user is easier to reason about.
pub(super) fn check_uid(peer: u32, own: u32) -> Result<(), PeerRefused> {
    if peer == own { Ok(()) } else { Err(PeerRefused::OtherUser { peer, own }) }
}
