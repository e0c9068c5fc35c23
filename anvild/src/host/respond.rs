//! One HTTP/1 exchange of the placeholder: read a head, say 503, close.
//!
//! Deliberately no HTTP library: every request gets the same answer, and what a client can do wrong is bounded by
//! [`HEAD_BYTES_MAX`] and [`STEP_TIME`].

use std::{io, net::IpAddr, time::Duration};

use anvild_engine::PlaceholderPage;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::page::{Asked, html};

/// Longest request head. The usual limit of servers; cookies of a development host stay far below.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Time for the head, and again for the answer.
const STEP_TIME: Duration = Duration::from_secs(2);
/// How much of a request's body is read and dropped, so that closing does not reset the connection under the answer.
const DISCARD_BYTES_MAX: usize = 1024 * 1024;

/// What the answer depends on.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    is_head_method: bool,
    asked: Asked,
    wants_json: bool,
    /// The `Host` header names this machine. Another name means that a foreign page reached the socket by DNS rebinding: it
    /// must not read the compiler's messages.
    is_local: bool,
}

/// Answers one connection with `page`.
pub(super) async fn answer(mut stream: TcpStream, page: &PlaceholderPage) -> io::Result<()> {
    // A connection opened ahead of need, or by a port scanner, says nothing and is closed without a word.
    let Ok(head) = timeout(STEP_TIME, read_head(&mut stream)).await else { return Ok(()) };
    let Some(bytes) = head? else { return Ok(()) };
    let response = match parse_head(&bytes) {
        Some(head) => response(&head, page),
        None => "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
    };
    let _ = timeout(STEP_TIME, async {
        stream.write_all(response.as_bytes()).await?;
        stream.shutdown().await?;
        discard(&mut stream).await
    })
    .await;
    Ok(())
}

/// The bytes up to the empty line, or as many as are allowed; `None` if the client sent nothing at all.
async fn read_head(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(1024);
    while bytes.len() < HEAD_BYTES_MAX && !ends_head(&bytes) {
        if stream.read_buf(&mut bytes).await? == 0 {
            break;
        }
    }
    Ok((!bytes.is_empty()).then_some(bytes))
}

fn ends_head(bytes: &[u8]) -> bool {
    bytes.windows(4).any(|window| window == b"\r\n\r\n")
}

async fn discard(stream: &mut TcpStream) -> io::Result<()> {
    let mut chunk = [0; 4096];
    let mut left = DISCARD_BYTES_MAX;
    while left > 0 {
        match stream.read(&mut chunk).await? {
            0 => break,
            bytes => left = left.saturating_sub(bytes),
        }
    }
    Ok(())
}

fn parse_head(bytes: &[u8]) -> Option<Head> {
    if !ends_head(bytes) {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let mut request_line = lines.next()?.split(' ');
    let method = request_line.next()?;
    let _target = request_line.next()?;
    if !request_line.next()?.starts_with("HTTP/1.") {
        return None;
    }
    let fields: Vec<(&str, &str)> =
        lines.map_while(|line| line.split_once(':')).map(|(name, value)| (name.trim(), value.trim())).collect();
    let field =
        |wanted: &str| fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value);
    let accept = field("accept").unwrap_or("").to_ascii_lowercase();
    let wants_json = accept.contains("json") && !accept.contains("text/html");
    Some(Head {
        is_head_method: method == "HEAD",
        asked: if method == "GET" { Asked::Get } else { Asked::Otherwise },
        wants_json,
        is_local: is_local(field("host").unwrap_or("localhost")),
    })
}

/// `localhost`, a name below it, or an address, with or without a port.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok()
}

fn response(head: &Head, page: &PlaceholderPage) -> String {
    let page = if head.is_local {
        page
    } else {
        &PlaceholderPage { title: "not serving yet".to_owned(), detail: String::new() }
    };
    let nonce = uuid::Uuid::new_v4().simple();
    let (content_type, body) = if head.wants_json {
        ("application/json", serde_json::json!({ "error": page.title, "detail": page.detail }).to_string())
    } else {
        ("text/html; charset=utf-8", html(page, head.asked, &nonce.to_string()))
    };
    let mut response = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nretry-after: 1\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\nvary: accept\r\n\
         content-security-policy: default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; \
         connect-src 'self'; frame-ancestors 'none'\r\n\
         cross-origin-resource-policy: same-origin\r\nconnection: close\r\n\r\n",
        body.len()
    );
    if !head.is_head_method {
        response.push_str(&body);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn names_that_dns_could_rebind_are_not_local() {
        for local in ["localhost", "LOCALHOST:8080", "app.localhost:1", "127.0.0.1:80", "[::1]:80", "[::1]", "10.0.0.7"]
        {
            assert!(is_local(local), "{local}");
        }
        for foreign in ["evil.example", "localhost.evil.example:80", "", "127.0.0.1.evil.example", "[::1.evil]"] {
            assert!(!is_local(foreign), "{foreign}");
        }
    }
}
