//! The listening socket of the app. The daemon binds it once and every host inherits it, so no connection is refused
//! while hosts come and go.

use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
};

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, listen, socket_with, sockopt};

use super::port_owner::port_owner;

/// Connections that wait while no process accepts. Derivation: a handover takes milliseconds, but a first build takes minutes
/// and a browser opens six connections a page; the kernel lowers it to `net.core.somaxconn` where that is less.
const BACKLOG: i32 = 1024;

/// Why the app's address cannot be used. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Someone listens there. `by` is `name (pid 123)` where the system tells.
    #[error("{addr} is taken{}; stop it, or pass `--addr` with another port", by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default())]
    AddressTaken { addr: SocketAddr, by: Option<String> },
    /// Ports below 1024 belong to root.
    #[error("port {} needs root; pass `--addr {}:8080` or another port above 1023", addr.port(), addr.ip())]
    Privileged { addr: SocketAddr },
    /// The machine has no such address.
    #[error("{addr} is not an address of this machine; pass `--addr 127.0.0.1:{}`", addr.port())]
    NotLocal { addr: SocketAddr },
    /// Not `host:port`, or a host name that does not resolve.
    #[error("`{given}` is not an address to listen on: {message}; write it as `127.0.0.1:8080`")]
    Invalid { given: String, message: String },
    /// Anything else the system said.
    #[error("cannot listen on {addr}: {source}")]
    Io { addr: SocketAddr, source: io::Error },
}

/// A socket that listens, without blocking.
#[derive(Debug)]
pub struct BoundListener {
    pub listener: TcpListener,
    /// The real address: the port is the one the system chose if port 0 was asked for.
    pub addr: SocketAddr,
    /// One sentence if the address can be reached from other machines.
    pub warning: Option<String>,
}

/// Binds `given` (`host:port`; port 0 lets the system choose). A host name with several addresses means its first IPv4 one,
/// because that is what people who type `localhost` look at.
pub fn bind_listener(given: &str) -> Result<BoundListener, BindError> {
    let addr = resolve(given)?;
    let listener = bind_socket(addr).map_err(|error| explain(addr, error))?;
    let addr = listener.local_addr().map_err(|source| BindError::Io { addr, source })?;
    let warning = (!addr.ip().is_loopback()).then(|| {
        format!("{addr} can be reached from other machines, and in development the app shows its source and its errors")
    });
    Ok(BoundListener { listener, addr, warning })
}

fn resolve(given: &str) -> Result<SocketAddr, BindError> {
    let invalid = |message: String| BindError::Invalid { given: given.to_owned(), message };
    let all: Vec<SocketAddr> = given.to_socket_addrs().map_err(|error| invalid(error.to_string()))?.collect();
    let first_v4 = all.iter().find(|addr| addr.is_ipv4());
    first_v4.or(all.first()).copied().ok_or_else(|| invalid("the name has no address".to_owned()))
}

fn bind_socket(addr: SocketAddr) -> io::Result<TcpListener> {
    let family = if addr.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, SocketType::STREAM, flags, None)?;
    // Connections of an earlier run that linger in TIME_WAIT must not block the port.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    bind(&socket, &addr)?;
    listen(&socket, BACKLOG)?;
    Ok(TcpListener::from(socket))
}

fn explain(addr: SocketAddr, error: io::Error) -> BindError {
    match error.kind() {
        io::ErrorKind::AddrInUse => BindError::AddressTaken { addr, by: port_owner(addr) },
        io::ErrorKind::PermissionDenied if (1..1024).contains(&addr.port()) => BindError::Privileged { addr },
        io::ErrorKind::AddrNotAvailable => BindError::NotLocal { addr },
        _ => BindError::Io { addr, source: error },
    }
}
