//! Passes a request to the host that took over, over the address that both share. A draining host has no better way to
//! answer a connection that a client keeps open: closing it could fail a request that is already on the wire, and
//! answering itself would show an older generation than the client may have seen.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONNECTION, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use axum::http::uri::Uri;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::traffic::{Count, Entered};

/// Headers that belong to one connection (RFC 9110, 7.6.1), in either direction. `Upgrade` is handled apart.
const PER_CONNECTION: [HeaderName; 7] = [
    CONNECTION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authenticate"),
];

/// Answers `request` with what the host behind `listen` says; 502 if it says nothing.
pub(crate) async fn forward(listen: SocketAddr, request: Request, tunnels: &Count) -> Response {
    let mut response = match attempt(reachable(listen), request, tunnels).await {
        Ok(response) => response,
        Err(error) => {
            tracing::warn!(%error, "the next host did not answer a request that was passed on");
            (StatusCode::BAD_GATEWAY, "the next generation of the app did not answer; try again\n").into_response()
        }
    };
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn attempt(
    address: SocketAddr,
    request: Request,
    tunnels: &Count,
) -> Result<Response, Box<dyn std::error::Error + Send + Sync>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // Ends with the response's body, which ends with the client's connection.
    tokio::spawn(connection.with_upgrades());

    let (mut outgoing, upgrade) = prepare(request, address)?;
    let client = upgrade.is_some().then(|| hyper::upgrade::on(&mut outgoing));
    let mut response = sender.send_request(outgoing).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS
        && let Some(client) = client
    {
        let server = hyper::upgrade::on(&mut response);
        tokio::spawn(tunnel(client, server, tunnels.enter()));
        return Ok(response.map(Body::new));
    }
    remove_per_connection(response.headers_mut());
    Ok(response.map(Body::new))
}

/// The request as this connection sends it, and the protocol it wants to change to.
fn prepare(request: Request, address: SocketAddr) -> Result<(Request, Option<HeaderValue>), axum::http::Error> {
    let (mut parts, body) = request.into_parts();
    let upgrade = parts.headers.get(UPGRADE).cloned();
    if !parts.headers.contains_key(HOST) {
        // HTTP/1.0 has none; HTTP/1.1, which is spoken on, must have one.
        parts.headers.insert(HOST, HeaderValue::try_from(address.to_string())?);
    }
    remove_per_connection(&mut parts.headers);
    parts.headers.remove(UPGRADE);
    if let Some(protocol) = &upgrade {
        parts.headers.insert(UPGRADE, protocol.clone());
        parts.headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    }
    parts.version = axum::http::Version::HTTP_11;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    parts.uri = Uri::try_from(target)?;
    Ok((Request::from_parts(parts, body), upgrade))
}

/// Removes the fixed list and what `Connection` itself names.
fn remove_per_connection(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .filter(|name| *name != UPGRADE)
        .collect();
    for name in named.iter().chain(&PER_CONNECTION) {
        headers.remove(name);
    }
}

async fn tunnel(client: hyper::upgrade::OnUpgrade, server: hyper::upgrade::OnUpgrade, _open: Entered) {
    if let (Ok(client), Ok(server)) = (client.await, server.await) {
        let (mut client, mut server) = (TokioIo::new(client), TokioIo::new(server));
        // Either side may vanish at any time; there is nobody left to tell.
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
    }
}

/// A listener on every address is reached on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;

    use super::{prepare, reachable};

    #[test]
    fn headers_of_the_old_connection_stay_behind() {
        let request = Request::get("http://app.test/a?b=1")
            .header("host", "app.test")
            .header("connection", "keep-alive, x-mine")
            .header("keep-alive", "timeout=5")
            .header("x-mine", "1")
            .header("x-theirs", "2")
            .header("transfer-encoding", "chunked")
            .body(Body::empty())
            .unwrap();
        let (request, upgrade) = prepare(request, ([127, 0, 0, 1], 80).into()).unwrap();
        assert_eq!(request.uri(), "/a?b=1");
        assert!(upgrade.is_none());
        let mut names: Vec<_> = request.headers().keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["host", "x-theirs"]);
    }

    #[test]
    fn an_upgrade_is_asked_for_again() {
        let request = Request::get("/ws").header("connection", "Upgrade").header("upgrade", "websocket");
        let (request, upgrade) = prepare(request.body(Body::empty()).unwrap(), ([127, 0, 0, 1], 80).into()).unwrap();
        assert_eq!(upgrade.unwrap(), "websocket");
        assert_eq!(request.headers()["connection"], "upgrade");
        assert_eq!(request.headers()["host"], "127.0.0.1:80");
    }

    #[test]
    fn a_listener_on_every_address_is_reached_on_loopback() {
        for (listen, expected) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("10.0.0.1:80", "10.0.0.1:80")]
        {
            assert_eq!(reachable(listen.parse().unwrap()), expected.parse().unwrap());
        }
    }
}
