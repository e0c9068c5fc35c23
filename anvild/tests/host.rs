//! The host supervisor and the listening socket, with `/bin/sh` in the role of the host.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::fd::AsRawFd,
    path::PathBuf,
    time::Duration,
};

use anvil_control::{BrowserStatus, FromHost, ToHost};
use anvild::host::{BindError, HostEvent, HostHandle, HostSpec, Placeholder, SpawnError, bind_listener, rss_bytes};
use anvild_engine::{PlaceholderPage, ProcessEnd};
use anvild_protocol::{Generation, HostId, LogStream};
use tokio::{sync::mpsc, time::timeout};

/// Ends a test that waits for ever; nothing depends on its length.
const DEADLINE: Duration = Duration::from_secs(60);

struct Host {
    handle: HostHandle,
    events: mpsc::Receiver<HostEvent>,
}

impl Host {
    fn spec(script: &str) -> HostSpec {
        HostSpec {
            host: HostId(1),
            program: PathBuf::from("/bin/sh"),
            args: vec![OsString::from("-c"), OsString::from(script)],
            project: std::env::temp_dir(),
            generation: Generation(3),
            token: "0123456789abcdef0123456789abcdef".to_owned(),
            env: vec![(OsString::from("EXTRA"), OsString::from("given"))],
        }
    }

    fn spawn_on(script: &str, listener: &TcpListener) -> Self {
        let (sender, events) = mpsc::channel(64);
        let handle = HostHandle::spawn(&Self::spec(script), listener, sender).expect("spawn");
        Self { handle, events }
    }

    fn spawn(script: &str) -> Self {
        let bound = bind_listener("127.0.0.1:0").expect("bind");
        Self::spawn_on(script, &bound.listener)
    }

    async fn next(&mut self) -> HostEvent {
        timeout(DEADLINE, self.events.recv()).await.expect("an event in time").expect("an event before the end")
    }

    async fn line(&mut self) -> String {
        loop {
            if let HostEvent::Log { line, .. } = self.next().await {
                return line.text;
            }
        }
    }

    async fn end(&mut self) -> (ProcessEnd, Option<String>) {
        loop {
            if let HostEvent::Exited { end, killed_because, .. } = self.next().await {
                assert!(self.events.recv().await.is_none(), "nothing follows the end");
                return (end, killed_because);
            }
        }
    }
}

fn is_running(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

async fn until_gone(pid: &str) {
    let gone = async {
        while is_running(pid) {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, gone).await.expect("the grandchild is gone");
}

#[tokio::test]
async fn orders_and_answers_and_the_end_come_in_order() {
    let hello = r#"{"type":"hello","control":1,"abi":1,"pid":1,"framework":"0.1.0"}"#;
    let script = format!(
        "echo '{hello}' >&3; read -r order <&3; echo \"order $order\"; echo '{{\"type\":\"drained\"}}' >&3; exit 7"
    );
    let mut host = Host::spawn(&script);
    let pid = host.handle.pid();
    assert_eq!(host.next().await, HostEvent::Spawned { host: HostId(1), pid });
    let HostEvent::Said { message: FromHost::Hello { control: 1, .. }, .. } = host.next().await else {
        panic!("hello comes first")
    };
    host.handle.tell(ToHost::Accept).expect("alive");
    let mut said = Vec::new();
    let end = loop {
        match host.next().await {
            HostEvent::Exited { end, killed_because, .. } => break (end, killed_because),
            HostEvent::Said { message, .. } => said.push(format!("{message:?}")),
            HostEvent::Log { line, .. } => said.push(line.text),
            HostEvent::Spawned { .. } => panic!("twice"),
        }
    };
    said.sort();
    assert_eq!(said, ["Drained", r#"order {"type":"accept"}"#]);
    assert_eq!(end, (ProcessEnd { code: Some(7), signal: None, stderr_tail: vec![] }, None));
    assert!(host.handle.tell(ToHost::Accept).is_err(), "a dead host takes no orders");
}

#[tokio::test]
async fn the_environment_names_descriptors_and_project() {
    let mut host = Host::spawn(
        "echo $ANVIL_HOT $ANVIL_CONTROL_FD $ANVIL_LISTEN_FD $ANVIL_GENERATION $ANVIL_BROWSER_TOKEN $EXTRA; \
         echo $ANVIL_PROJECT; pwd",
    );
    assert_eq!(host.line().await, "1 3 4 3 0123456789abcdef0123456789abcdef given");
    assert_eq!(host.line().await, std::env::temp_dir().to_str().expect("utf-8"));
    assert_eq!(fs::canonicalize(host.line().await).ok(), fs::canonicalize(std::env::temp_dir()).ok());
}

/// Descriptors that a shell or a test runner left open for every process below it: those without close-on-exec.
fn passed_on_by_whoever_started_this_test() -> impl Iterator<Item = String> {
    const CLOSE_ON_EXEC: u32 = 0o2_000_000;
    let flags = |name: &str| {
        let text = fs::read_to_string(format!("/proc/self/fdinfo/{name}")).ok()?;
        let flags = text.lines().find_map(|line| line.strip_prefix("flags:"))?;
        u32::from_str_radix(flags.trim(), 8).ok()
    };
    let names = fs::read_dir("/proc/self/fd").expect("proc").flatten();
    names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(move |name| flags(name).is_some_and(|flags| flags & CLOSE_ON_EXEC == 0))
}

#[tokio::test]
async fn only_five_descriptors_are_inherited_and_the_fourth_is_the_listener() {
    let bound = bind_listener("127.0.0.1:0").expect("bind");
    let _open = (fs::File::open("/dev/null").expect("open"), TcpListener::bind("127.0.0.1:0").expect("bind"));
    let mut host = Host::spawn_on("echo up; exec sleep 1000", &bound.listener);
    assert_eq!(host.line().await, "up");
    let folder = format!("/proc/{}/fd", host.handle.pid());
    let descriptors: BTreeSet<String> = fs::read_dir(&folder)
        .expect("the host lives")
        .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
        .collect();
    let mut expected: BTreeSet<String> = ["0", "1", "2", "3", "4"].map(str::to_owned).into();
    expected.extend(passed_on_by_whoever_started_this_test());
    assert_eq!(descriptors, expected);
    let ours = fs::read_link(format!("/proc/self/fd/{}", bound.listener.as_raw_fd())).expect("link");
    assert_eq!(fs::read_link(format!("{folder}/4")).expect("link"), ours);
    assert_eq!(fs::read_link(format!("{folder}/0")).expect("link"), PathBuf::from("/dev/null"));
}

#[tokio::test]
async fn a_death_by_signal_keeps_the_last_forty_lines_of_stderr() {
    let mut host = Host::spawn("i=0; while [ $i -lt 60 ]; do echo line $i >&2; i=$((i+1)); done; kill -SEGV $$");
    let (end, killed_because) = host.end().await;
    assert_eq!((end.code, end.signal, killed_because), (None, Some(11), None));
    assert_eq!(end.stderr_tail.len(), 40);
    assert_eq!(end.stderr_tail.first().map(String::as_str), Some("line 20"));
    assert_eq!(end.stderr_tail.last().map(String::as_str), Some("line 59"));
}

#[tokio::test]
async fn output_of_any_kind_becomes_bounded_lines() {
    let mut host = Host::spawn(
        "head -c 100000 /dev/zero | tr '\\0' a; echo; printf 'bad \\377 byte\\r\\n'; printf 'no end'; exit 0",
    );
    let long = host.line().await;
    assert!(long.ends_with('…') && long.len() < 20_000, "{} bytes", long.len());
    assert_eq!(host.line().await, "bad \u{fffd} byte");
    assert_eq!(host.line().await, "no end");
    assert_eq!(host.end().await.0.code, Some(0));
}

#[tokio::test]
async fn streams_are_told_apart() {
    let mut host = Host::spawn("echo out; read -r wait <&3; echo err >&2");
    let HostEvent::Spawned { .. } = host.next().await else { panic!("spawned first") };
    let HostEvent::Log { line, .. } = host.next().await else { panic!("a line") };
    assert_eq!((line.stream, line.text.as_str()), (LogStream::Stdout, "out"));
    host.handle.tell(ToHost::Accept).expect("alive");
    let HostEvent::Log { line, .. } = host.next().await else { panic!("a line") };
    assert_eq!((line.stream, line.text.as_str()), (LogStream::Stderr, "err"));
}

/// A host that says what no host may say is killed, and the reason is known.
async fn check_killed(script: &str, reason: &str) {
    let mut host = Host::spawn(script);
    let (end, killed_because) = host.end().await;
    assert_eq!((end.code, end.signal), (None, Some(9)), "{script}");
    let killed_because = killed_because.expect("a reason");
    assert!(killed_because.contains(reason), "{killed_because}");
    assert!(end.stderr_tail.last().is_some_and(|line| line.contains(reason)), "{:?}", end.stderr_tail);
}

#[tokio::test]
async fn garbage_kills_the_host() {
    check_killed("echo 'no json' >&3; exec sleep 1000", "no control message").await;
}

#[tokio::test]
async fn an_unknown_message_kills_the_host() {
    check_killed(r#"echo '{"type":"rm"}' >&3; exec sleep 1000"#, "no control message").await;
}

#[tokio::test]
async fn an_endless_line_kills_the_host() {
    check_killed("tr '\\0' x </dev/zero >&3; exec sleep 1000", "more than 4194304 bytes").await;
}

#[tokio::test]
async fn a_flood_kills_the_host() {
    check_killed(r#"exec yes '{"type":"accepting"}' >&3"#, "messages in a second").await;
}

#[tokio::test]
async fn a_host_that_closes_its_socket_and_stays_is_killed() {
    check_killed("exec 3>&-; exec sleep 1000", "closed its control socket").await;
}

#[tokio::test]
async fn a_host_that_does_not_read_is_killed() {
    let mut host = Host::spawn("exec sleep 1000");
    let rendered = "x".repeat(64 * 1024);
    loop {
        let status = BrowserStatus::Failed { generation: 1, title: String::new(), rendered: rendered.clone() };
        if host.handle.tell(ToHost::Announce(status)).is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
    let (end, killed_because) = host.end().await;
    assert_eq!(end.signal, Some(9));
    assert!(killed_because.is_some_and(|reason| reason.contains("256 orders")));
}

#[tokio::test]
async fn killing_a_host_kills_its_children() {
    let mut host = Host::spawn("sleep 1000 & echo $!; wait");
    let grandchild = host.line().await;
    assert!(is_running(&grandchild));
    host.handle.kill();
    assert_eq!(host.end().await.0.signal, Some(9));
    until_gone(&grandchild).await;
}

#[tokio::test]
async fn children_do_not_outlive_a_host_that_exits() {
    let mut host = Host::spawn("sleep 1000 & echo $!; exit 0");
    let grandchild = host.line().await;
    assert_eq!(host.end().await.0.code, Some(0));
    until_gone(&grandchild).await;
}

#[tokio::test]
async fn dropping_the_handle_kills_the_group() {
    let mut host = Host::spawn("sleep 1000 & echo $!; wait");
    let grandchild = host.line().await;
    let pid = host.handle.pid().to_string();
    drop(host);
    until_gone(&grandchild).await;
    until_gone(&pid).await;
}

#[test]
fn ending_the_runtime_kills_the_group() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    let (host, grandchild) = runtime.block_on(async {
        let mut host = Host::spawn("sleep 1000 & echo $!; wait");
        let grandchild = host.line().await;
        (host, grandchild)
    });
    let pid = host.handle.pid().to_string();
    drop(runtime);
    assert!(!is_running(&pid));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    runtime.block_on(until_gone(&grandchild));
}

#[tokio::test]
async fn a_program_that_cannot_be_started_is_an_error_with_its_name() {
    let bound = bind_listener("127.0.0.1:0").expect("bind");
    let mut spec = Host::spec("");
    spec.program = PathBuf::from("/nonexistent/host");
    let (sender, _events) = mpsc::channel(1);
    let error = HostHandle::spawn(&spec, &bound.listener, sender).expect_err("no such program");
    assert!(matches!(error, SpawnError::Program { .. }));
    assert!(error.to_string().contains("/nonexistent/host"), "{error}");
}

#[test]
fn memory_is_known_for_the_living() {
    assert!(rss_bytes(std::process::id()).is_some_and(|bytes| bytes > 1024 * 1024));
    assert_eq!(rss_bytes(u32::MAX), None);
}

#[test]
fn a_taken_port_is_reported_with_its_owner() {
    let bound = bind_listener("127.0.0.1:0").expect("bind");
    assert_ne!(bound.addr.port(), 0);
    assert_eq!(bound.warning, None);
    let error = bind_listener(&bound.addr.to_string()).expect_err("taken");
    let BindError::AddressTaken { addr, by: Some(by) } = &error else { panic!("{error}") };
    assert_eq!(*addr, bound.addr);
    assert!(by.contains(&format!("(pid {})", std::process::id())), "{by}");
    assert!(error.to_string().contains("--addr"), "{error}");
}

#[test]
fn addresses_that_cannot_be_used_say_why() {
    assert!(matches!(bind_listener("203.0.113.1:0"), Err(BindError::NotLocal { .. })));
    for given in ["", "8080", "localhost", "localhost:99999", "no such host:1"] {
        assert!(matches!(bind_listener(given), Err(BindError::Invalid { .. })), "{given}");
    }
    let open = bind_listener("0.0.0.0:0").expect("bind");
    assert!(open.warning.is_some_and(|warning| warning.contains("other machines")));
    assert!(bind_listener("localhost:0").expect("bind").addr.ip().is_loopback());
}

/// Sends `request` and reads the whole answer.
async fn exchange(addr: std::net::SocketAddr, request: &'static [u8]) -> String {
    let exchange = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(addr).expect("connect");
        stream.write_all(request).expect("write");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("read");
        answer
    });
    timeout(DEADLINE, exchange).await.expect("an answer in time").expect("no panic")
}

fn page(detail: &str) -> PlaceholderPage {
    PlaceholderPage { title: "building <app>".to_owned(), detail: detail.to_owned() }
}

#[tokio::test]
async fn the_placeholder_answers_every_client() {
    let bound = bind_listener("127.0.0.1:0").expect("bind");
    let placeholder = Placeholder::spawn(&bound.listener).expect("spawn");
    placeholder.show(page("a < b & c"));
    // Clients that say nothing do not hold up the others.
    let silent: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(bound.addr).expect("connect")).collect();

    let html = exchange(bound.addr, b"GET /x HTTP/1.1\r\nhost: localhost:1\r\naccept: text/html,*/*\r\n\r\n").await;
    assert!(html.starts_with("HTTP/1.1 503 "), "{html}");
    for part in
        ["content-type: text/html", "retry-after: 1\r\n", "cache-control: no-store\r\n", "http-equiv=\"refresh\""]
    {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(html.contains("building &lt;app&gt;") && html.contains("a &lt; b &amp; c"), "{html}");

    let json = exchange(bound.addr, b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n\r\n").await;
    assert!(json.starts_with("HTTP/1.1 503 ") && json.ends_with(r#"{"detail":"a < b & c","error":"building <app>"}"#));

    let head = exchange(bound.addr, b"HEAD / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 503 ") && head.ends_with("\r\n\r\n"), "{head}");

    let post = exchange(bound.addr, b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nhello").await;
    assert!(post.starts_with("HTTP/1.1 503 "), "{post}");

    let garbage = exchange(bound.addr, b"\x16\x03\x01 what\r\n\r\n").await;
    assert!(garbage.starts_with("HTTP/1.1 400 "), "{garbage}");

    let foreign = exchange(bound.addr, b"GET / HTTP/1.1\r\nhost: rebound.example\r\n\r\n").await;
    assert!(foreign.starts_with("HTTP/1.1 503 ") && !foreign.contains("a &lt; b"), "{foreign}");

    placeholder.show(page("later"));
    let updated = exchange(bound.addr, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(updated.contains("later"), "{updated}");
    drop(silent);
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let bound = bind_listener("127.0.0.1:0").expect("bind");
    let placeholder = Placeholder::spawn(&bound.listener).expect("spawn");
    placeholder.show(page(""));
    let exchange = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(bound.addr).expect("connect");
        let _ = stream.write_all(&[b'a'; 20 * 1024]);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    });
    let answer = timeout(DEADLINE, exchange).await.expect("in time").expect("no panic");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[tokio::test]
async fn connections_wait_for_the_host_while_the_placeholder_is_hidden() {
    let bound = bind_listener("127.0.0.1:0").expect("bind");
    let placeholder = Placeholder::spawn(&bound.listener).expect("spawn");
    placeholder.show(page("first"));
    assert!(exchange(bound.addr, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.contains("first"));
    placeholder.hide();

    let mut client = TcpStream::connect(bound.addr).expect("the kernel takes it");
    client.write_all(b"for the host").expect("write");
    // Gives a placeholder that wrongly accepts every chance to do so.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let host_end = bound.listener.try_clone().expect("clone");
    host_end.set_nonblocking(false).expect("blocking");
    let taken = tokio::task::spawn_blocking(move || {
        let (mut stream, _) = host_end.accept().expect("accept");
        let mut bytes = [0; 12];
        stream.read_exact(&mut bytes).expect("read");
        bytes
    });
    assert_eq!(&timeout(DEADLINE, taken).await.expect("in time").expect("no panic"), b"for the host");

    bound.listener.set_nonblocking(true).expect("shared again");
    placeholder.show(page("second"));
    assert!(exchange(bound.addr, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.contains("second"));
}
