//! Who else is on this machine or in this browser: pages of other origins, names that DNS points here, scripts that guess.
//! They get nothing of the browser channel, and the daemon itself listens nowhere but for the app.

use std::{collections::BTreeSet, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};

use super::{
    devtools::{Browser, Page},
    site::site,
};
use crate::harness::Daemon;

#[tokio::test]
async fn strangers_get_nothing_of_the_browser_channel() {
    let project = site("fx-strangers");
    let (daemon, addr) = Daemon::hot(&project).await;
    let token = token(&daemon.get("/").await.body);
    assert_eq!(token.len(), 32, "128 bits in hexadecimal: {token}");

    the_table_of_requests(addr, &token).await;
    the_daemon_listens_for_the_app_only(&daemon, addr).await;
    let browser = Browser::start();
    a_page_of_another_port_reads_nothing(&browser.page().await, addr, &token).await;
    a_name_that_was_rebound_reads_nothing(&browser.page().await, addr, &token).await;
}

/// The secret, as every page of the app has it.
fn token(page: &str) -> String {
    let (_, rest) = page.split_once("/__anvil/client.js?token=").expect("the script");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// Raw requests over a socket. In a row: method, target, status, headers; `APP` is the app's port, `TOKEN` the secret.
const REQUESTS: &str = "
    GET     /__anvil/events?token=TOKEN      200  host:127.0.0.1:APP
    GET     /__anvil/events?token=TOKEN      200  host:localhost:APP
    GET     /__anvil/events?token=TOKEN      200  host:LOCALHOST:APP
    GET     /__anvil/events?token=TOKEN      200  host:blog.localhost:APP
    GET     /__anvil/events?token=TOKEN      200  host:[::1]:APP
    GET     /__anvil/events?token=TOKEN      200  host:localhost:APP origin:http://localhost:APP
    GET     /__anvil/events?token=TOKEN      200  host:localhost:APP sec-fetch-site:same-origin
    GET     /__anvil/events?token=TOKEN      200  host:localhost:APP sec-fetch-site:none
    GET     /__anvil/client.js?token=TOKEN   200  host:127.0.0.1:APP
    GET     /__anvil/client.js?token=TOKEN   200  host:127.0.0.1:APP origin:http://127.0.0.1:APP
    GET     /__anvil/other?token=TOKEN       404  host:127.0.0.1:APP
    GET     /__anvil/events?token=TOKEN      403
    GET     /__anvil/events?token=TOKEN      403  host:evil.test:APP
    GET     /__anvil/events?token=TOKEN      403  host:localhost.evil.test:APP
    GET     /__anvil/events?token=TOKEN      403  host:127.0.0.1.evil.test
    GET     /__anvil/events?token=TOKEN      403  host:evillocalhost:APP
    GET     /__anvil/events?token=TOKEN      403  host:192.168.1.5:APP
    GET     /__anvil/events?token=TOKEN      403  host:0x7f000001:APP
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP@evil.test
    GET     http://evil.test/__anvil/events?token=TOKEN 403 host:localhost:APP
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP origin:null
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP origin:http://localhost
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP origin:http://localhost:1
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP origin:https://localhost:APP
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP origin:http://127.0.0.1:APP
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP origin:http://evil.test
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP origin:http://localhost:APP.evil.test
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP origin:http://localhost:APP origin:http://evil.test
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP origin:file://
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP sec-fetch-site:same-site
    GET     /__anvil/events?token=TOKEN      403  host:localhost:APP sec-fetch-site:cross-site
    GET     /__anvil/events?token=TOKEN      403  host:evil.test origin:http://evil.test sec-fetch-site:same-origin
    GET     /__anvil/events                  403  host:localhost:APP
    GET     /__anvil/events?token=           403  host:localhost:APP
    GET     /__anvil/events?token=0000       403  host:localhost:APP
    GET     /__anvil/events?token=TOKENa     403  host:localhost:APP
    GET     /__anvil/events?token=TOKEN&token=0 403 host:localhost:APP
    GET     /__anvil/client.js               403  host:localhost:APP
    GET     /__anvil/client.js?token=TOKEN   403  host:localhost:APP sec-fetch-site:cross-site
    GET     /__anvil/..%2f..%2fsrc/lib.rs?token=TOKEN 404 host:localhost:APP
    GET     /__anvil/..\\src\\lib.rs?token=TOKEN 404 host:localhost:APP
    HEAD    /__anvil/events?token=TOKEN      405  host:localhost:APP
    POST    /__anvil/events?token=TOKEN      405  host:localhost:APP content-length:0
    PUT     /__anvil/client.js?token=TOKEN   405  host:localhost:APP content-length:0
    DELETE  /__anvil/build?token=TOKEN       405  host:localhost:APP
    OPTIONS /__anvil/events?token=TOKEN      405  host:localhost:APP origin:http://localhost:APP
    POST    /__anvil/restart?token=TOKEN     405  host:localhost:APP origin:http://evil.test content-length:0
    POST    /__anvil/open-editor?token=TOKEN 403  host:evil.test content-length:0
";

async fn the_table_of_requests(addr: SocketAddr, token: &str) {
    let port = addr.port().to_string();
    let rows: Vec<&str> = REQUESTS.lines().map(str::trim).filter(|row| !row.is_empty()).collect();
    assert!(rows.len() >= 30);
    for row in rows {
        let filled = row.replace("APP", &port).replace("TOKEN", token);
        let mut words = filled.split_whitespace();
        let (method, target) = (words.next().expect("a method"), words.next().expect("a target"));
        let status = words.next().expect("a status");
        let headers: String = words.map(|header| header.replacen(':', ": ", 1) + "\r\n").collect();
        let head = exchange(addr, &format!("{method} {target} HTTP/1.1\r\n{headers}\r\n")).await;
        let got = head.split(' ').nth(1).unwrap_or("nothing");
        // What HTTP itself forbids is refused before it comes to the channel: no host (RFC 9112, 3.2), no such target.
        let refused = status.starts_with('4') && got == "400";
        assert!(got == status || refused, "{row}\n{head}");
        if got == "400" {
            continue;
        }
        let head = head.to_ascii_lowercase();
        for protection in ["cross-origin-resource-policy: same-origin", "x-content-type-options: nosniff"] {
            assert!(head.contains(protection), "{row}: no {protection}\n{head}");
        }
        assert!(head.contains("content-security-policy: default-src 'none'; frame-ancestors 'none'"), "{row}\n{head}");
        assert!(!head.contains("access-control-"), "{row}\n{head}");
    }
}

/// The head of the answer. The body of an event stream never ends.
async fn exchange(addr: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.expect("the app listens");
    stream.write_all(request.as_bytes()).await.expect("the app reads");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// The control plane is a Unix socket: of the daemon's and the host's TCP sockets, one listens, and it is the app's.
async fn the_daemon_listens_for_the_app_only(daemon: &Daemon, addr: SocketAddr) {
    let host = daemon.status().await.app.pid.expect("the app runs");
    for pid in [daemon.pid(), host] {
        assert_eq!(listening_ports(pid), BTreeSet::from([addr.port()]), "process {pid}");
    }
}

/// Ports that a process listens on, on any address.
fn listening_ports(pid: u32) -> BTreeSet<u16> {
    let descriptors = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("a process of ours");
    let inodes: BTreeSet<String> = descriptors
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let tables =
        ["tcp", "tcp6"].map(|table| std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default());
    let listening = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
        let port = local.rsplit_once(':')?.1;
        (*state == "0A" && inodes.contains(*inode)).then(|| u16::from_str_radix(port, 16).expect("a port"))
    };
    tables.iter().flat_map(|table| table.lines()).filter_map(listening).collect()
}

/// Everything a page can do with a foreign address. Each answers `kept out`, or what it got.
const ATTEMPTS: [(&str, &str); 9] = [
    ("fetch", "fetch(EVENTS).then(answer => answer.text()).then(text => text, () => 'kept out')"),
    ("fetch without cors", "fetch(SCRIPT, { mode: 'no-cors' }).then(answer => answer.type, () => 'kept out')"),
    (
        "fetch with credentials",
        "fetch(SCRIPT, { credentials: 'include' }).then(answer => answer.text(), () => 'kept out')",
    ),
    ("post", "fetch(EVENTS, { method: 'POST', body: 'x' }).then(answer => answer.text(), () => 'kept out')"),
    (
        "event stream",
        "new Promise(done => { const source = new EventSource(EVENTS); \
         source.onmessage = event => done(event.data); source.onerror = () => { source.close(); done('kept out'); }; })",
    ),
    (
        "websocket",
        "new Promise(done => { const socket = new WebSocket(EVENTS.replace('http', 'ws')); \
         socket.onopen = () => done('open'); socket.onerror = () => done('kept out'); })",
    ),
    (
        "script",
        "new Promise(done => { const tag = document.createElement('script'); tag.src = SCRIPT; \
         tag.onload = () => done('ran'); tag.onerror = () => done(window.__anvil ? 'ran' : 'kept out'); document.body.append(tag); })",
    ),
    (
        "image",
        "new Promise(done => { const tag = new Image(); tag.src = SCRIPT; \
         tag.onload = () => done('loaded'); tag.onerror = () => done('kept out'); })",
    ),
    (
        "frame",
        "new Promise(done => { const tag = document.createElement('iframe'); tag.src = SCRIPT; \
         tag.onload = () => { try { done(tag.contentWindow.document.body.innerText) } catch { done('kept out') } }; \
         document.body.append(tag); })",
    ),
];

/// Another origin of the same machine, which even knows the secret.
async fn a_page_of_another_port_reads_nothing(page: &Page<'_>, addr: SocketAddr, token: &str) {
    let stranger = Stranger::serve().await;
    page.open(&format!("http://{}/", stranger.addr)).await;
    page.until("document.title === 'Stranger'").await;
    for (attempt, expression) in ATTEMPTS {
        let script = format!("'http://{addr}/__anvil/client.js?token={token}'");
        let events = format!("'http://{addr}/__anvil/events?token={token}'");
        let expression = expression.replace("SCRIPT", &script).replace("EVENTS", &events);
        assert_eq!(page.text(&expression).await, "kept out", "{attempt}");
    }
    assert_eq!(page.text("typeof window.__anvil").await, "undefined");
}

/// The same address under a foreign name: the browser takes the page for the stranger's own.
async fn a_name_that_was_rebound_reads_nothing(page: &Page<'_>, addr: SocketAddr, token: &str) {
    page.open(&format!("http://evil.test:{}/", addr.port())).await;
    page.until("window.word && word.textContent === 'first'").await;
    assert_eq!(page.text("location.hostname").await, "evil.test");
    let channel =
        "document.documentElement.outerHTML.includes('__anvil') || Boolean(customElements.get('anvil-overlay'))";
    assert_eq!(page.text(channel).await, "false", "the page names the channel");
    for path in ["events", "client.js", "other"] {
        let expression = format!("fetch('/__anvil/{path}?token={token}').then(answer => answer.status)");
        assert_eq!(page.text(&expression).await, "403", "{path}");
    }
}

/// A web server of somebody else.
#[derive(Debug)]
struct Stranger {
    addr: SocketAddr,
    task: AbortHandle,
}

impl Stranger {
    async fn serve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let page = "<!doctype html><title>Stranger</title><body></body>";
                let length = page.len();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
                );
                let _ = stream.write_all((head + page).as_bytes()).await;
            }
        });
        Self { addr, task: task.abort_handle() }
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.task.abort();
    }
}
