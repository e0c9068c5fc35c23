//! A host's life under the daemon's commands, with the app linked in.

mod support;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use anvil_control::{BrowserStatus, ConfigOutcome, FromHost, Refusal, ToHost, TypeLayout};
use anvil_core::layout::Layout;
use anvil_core::{BoxFuture, Container, ContainerBuilder, Error};
use anvil_dev::host::HostEnd;
use anvil_dev::{App, RouteSink};
use support::{TestHost, linked};

async fn hello() -> &'static str {
    "hello"
}

fn hello_route(r: &mut RouteSink) {
    r.route("GET", "/", hello);
}

const HELLO: App = App::Linked { routes: hello_route, boot: None };

#[test]
fn a_host_serves_only_after_it_was_told_to() {
    let mut host = TestHost::start(HELLO);
    let accepted = host.load(3).unwrap();
    let routes = accepted.routes.unwrap();
    assert_eq!(routes.len(), 1);
    assert_eq!(routes[0].path, "/");

    // The connection waits in the socket's queue: it is neither refused nor answered.
    let mut client = host.connect();
    client.send("GET", "/", &[]);
    host.accept();
    let reply = client.read_reply();
    assert_eq!((reply.status, reply.body.as_str(), reply.generation()), (200, "hello", 3));
}

#[test]
fn every_response_says_its_generation_even_a_404() {
    let host = TestHost::serving(HELLO, 5);
    assert_eq!(host.get("/none").status, 404);
    assert_eq!(host.get("/none").generation(), 5);
}

struct Visits(AtomicU64);

impl Layout for Visits {
    const FINGERPRINT: u64 = 1;

    fn describe() -> TypeLayout {
        anvil_core::layout::described::<Self>(1, None, Vec::new())
    }
}

fn boot_visits(container: &mut ContainerBuilder) -> BoxFuture<'_, anvil_core::Result<()>> {
    Box::pin(async {
        container.insert(Visits(AtomicU64::new(0)));
        Ok(())
    })
}

async fn visit(container: Container) -> anvil_core::Result<String> {
    Ok((container.get::<Visits>()?.0.fetch_add(1, Ordering::Relaxed) + 1).to_string())
}

#[test]
fn the_container_outlives_a_swap() {
    fn routes(r: &mut RouteSink) {
        r.route("GET", "/visit", visit);
    }
    let mut host = TestHost::serving(App::Linked { routes, boot: Some(boot_visits) }, 1);
    let mut client = host.connect();
    assert_eq!(client.get("/visit").body, "1");
    for generation in 2..=5 {
        host.load(generation).unwrap();
        let reply = client.get("/visit");
        assert_eq!((reply.generation(), reply.body), (generation, generation.to_string()));
    }
}

#[test]
fn changes_without_code_raise_the_generation() {
    let mut host = TestHost::serving(HELLO, 1);
    assert_eq!(host.ask(&ToHost::Advance { generation: 2 }), FromHost::Advanced { generation: 2 });
    assert_eq!(host.get("/").generation(), 2);

    let configure = |host: &mut TestHost, generation, text: &str| {
        host.configure(text);
        match host.ask(&ToHost::Configure { generation }) {
            FromHost::Configured { generation: answered, outcome } if answered == generation => outcome,
            other => panic!("heard {other:?}"),
        }
    };
    let memory = "[database]\nurl = \"sqlite::memory:\"\n";
    assert_eq!(configure(&mut host, 3, &format!("{memory}[values]\nx = 1\n")), ConfigOutcome::Applied);
    assert_eq!(host.get("/").generation(), 3);

    let invalid = configure(&mut host, 4, &format!("{memory}[serwer]\naddr = 1\n"));
    let ConfigOutcome::Invalid { place: Some(place), .. } = invalid else { panic!("heard {invalid:?}") };
    assert!(place.file.ends_with("config/anvil.toml"), "{place:?}");
    let needs = configure(&mut host, 5, "[database]\nurl = \"sqlite::memory:\"\nmax_connections = 3\n");
    assert!(matches!(needs, ConfigOutcome::NeedsHandover { .. }), "{needs:?}");
    assert_eq!(host.get("/").generation(), 3, "neither took effect");
}

#[test]
fn a_configuration_before_the_boot_is_refused() {
    let mut host = TestHost::start(HELLO);
    let answer = host.ask(&ToHost::Configure { generation: 1 });
    assert!(matches!(answer, FromHost::Configured { outcome: ConfigOutcome::Invalid { .. }, .. }), "{answer:?}");
}

#[test]
fn a_wrong_configuration_refuses_the_first_library() {
    let mut host = TestHost::start(HELLO);
    host.configure("[server]\nadr = \"x\"\n");
    let Err(Refusal::Config { message, place: Some(_) }) = host.load(1) else { panic!("a refusal") };
    assert!(message.contains("adr"), "{message}");
    host.configure("");
    host.load(2).unwrap();
}

#[test]
fn a_boot_function_that_fails_is_refused_and_may_be_tried_again() {
    static TRIES: AtomicUsize = AtomicUsize::new(0);
    fn boot(_: &mut ContainerBuilder) -> BoxFuture<'_, anvil_core::Result<()>> {
        Box::pin(async {
            match TRIES.fetch_add(1, Ordering::Relaxed) {
                0 => Err(Error::msg("no table `posts`")),
                1 => panic!("boot goes wrong"),
                _ => Ok(()),
            }
        })
    }
    let mut host = TestHost::start(App::Linked { routes: hello_route, boot: Some(boot) });
    let Err(Refusal::BootFailed { message }) = host.load(1) else { panic!("a refusal") };
    assert!(message.contains("no table `posts`"), "{message}");
    let Err(Refusal::Panicked { message, place: Some(place), .. }) = host.load(2) else { panic!("a refusal") };
    assert_eq!(message, "boot goes wrong");
    assert!(place.file.ends_with("tests/host_life.rs"), "{place:?}");
    host.load(3).unwrap();
}

#[test]
fn a_library_that_goes_wrong_leaves_the_one_before_published() {
    static LOADS: AtomicUsize = AtomicUsize::new(0);
    fn routes(r: &mut RouteSink) {
        hello_route(r);
        match LOADS.fetch_add(1, Ordering::Relaxed) {
            1 => panic!("registration {}", "goes wrong"),
            2 => hello_route(r),
            _ => {}
        }
    }
    let mut host = TestHost::serving(App::Linked { routes, boot: None }, 1);
    let Err(Refusal::Panicked { message, place: Some(place), .. }) = host.load(2) else { panic!("a refusal") };
    assert_eq!(message, "registration goes wrong");
    assert!(place.file.ends_with("tests/host_life.rs"), "{place:?}");
    let Err(Refusal::Routes { errors }) = host.load(3) else { panic!("a refusal") };
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(host.get("/").generation(), 1);
    host.load(4).unwrap();
    assert_eq!(host.get("/").generation(), 4);
}

/// Lets a registering function hang until the test lets it go.
struct Gate {
    enter: Mutex<Option<Sender<()>>>,
    leave: Mutex<Option<Receiver<()>>>,
}

#[test]
fn a_registration_that_hangs_stops_nothing_else() {
    static LOADS: AtomicUsize = AtomicUsize::new(0);
    static GATE: Gate = Gate { enter: Mutex::new(None), leave: Mutex::new(None) };
    fn routes(r: &mut RouteSink) {
        hello_route(r);
        if LOADS.fetch_add(1, Ordering::Relaxed) == 1 {
            GATE.enter.lock().unwrap().take().unwrap().send(()).unwrap();
            GATE.leave.lock().unwrap().take().unwrap().recv().unwrap();
        }
    }
    let ((entered, enter), (leave, left)) = (channel(), channel());
    *GATE.enter.lock().unwrap() = Some(entered);
    *GATE.leave.lock().unwrap() = Some(left);

    let mut host = TestHost::serving(App::Linked { routes, boot: None }, 1);
    host.say(&ToHost::Load(linked(2)));
    enter.recv().unwrap();
    assert_eq!(host.get("/").generation(), 1, "requests are answered");
    let Err(Refusal::Open { message }) = host.load(3) else { panic!("one at a time") };
    assert!(message.contains("still being loaded"), "{message}");
    host.stop_accepting();
    host.accept();

    leave.send(()).unwrap();
    assert!(matches!(host.hear(), FromHost::Loaded(accepted) if accepted.generation == 2));
    host.load(4).unwrap();
    assert_eq!(host.get("/").generation(), 4);
}

#[test]
fn a_host_whose_registration_hangs_still_stops() {
    fn routes(_: &mut RouteSink) {
        loop {
            std::thread::park();
        }
    }
    let mut host = TestHost::start(App::Linked { routes, boot: None });
    host.say(&ToHost::Load(linked(1)));
    host.say(&ToHost::Stop { deadline_ms: 50 });
    assert_eq!(host.end(), HostEnd::Stopped);
}

#[test]
fn a_host_whose_runtime_is_stuck_still_stops() {
    async fn stuck() {
        loop {
            std::thread::park();
        }
    }
    fn routes(r: &mut RouteSink) {
        r.route("GET", "/stuck", stuck);
    }
    let mut host = TestHost::serving(App::Linked { routes, boot: None }, 1);
    let mut clients: Vec<_> = (0..64).map(|_| host.connect()).collect();
    for client in &mut clients {
        client.send("GET", "/stuck", &[]);
    }
    host.say(&ToHost::Stop { deadline_ms: 100 });
    assert_eq!(host.end(), HostEnd::Stopped);
}

#[test]
fn a_stop_lets_requests_finish() {
    static GATE: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(0);
    static ENTERED: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(0);
    async fn slow() -> &'static str {
        ENTERED.add_permits(1);
        GATE.acquire().await.unwrap().forget();
        "done"
    }
    fn routes(r: &mut RouteSink) {
        r.route("GET", "/slow", slow);
    }
    let mut host = TestHost::serving(App::Linked { routes, boot: None }, 1);
    let mut client = host.connect();
    client.send("GET", "/slow", &[]);
    wait_for(&ENTERED);
    host.say(&ToHost::Stop { deadline_ms: 30_000 });
    GATE.add_permits(1);
    assert_eq!(client.read_reply().body, "done");
    assert_eq!(host.end(), HostEnd::Stopped);
}

#[test]
fn a_daemon_that_is_gone_ends_the_host() {
    let mut host = TestHost::serving(HELLO, 1);
    host.hang_up();
    assert_eq!(host.end(), HostEnd::DaemonGone);
}

#[test]
fn garbage_on_the_control_socket_ends_the_host() {
    use std::io::Write as _;
    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = anvil_dev::host::HostSettings {
        project: "/nonexistent".into(),
        token: String::new(),
        generation: 1,
        tells_requests: false,
    };
    ours.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(anvil_dev::host::run_host(theirs, listener, HELLO, settings).unwrap(), HostEnd::Failed);
}

#[test]
fn an_announcement_needs_no_answer() {
    let mut host = TestHost::serving(HELLO, 1);
    host.announce(BrowserStatus::Building { generation: 2, refresh: false });
    assert_eq!(host.ask(&ToHost::Advance { generation: 2 }), FromHost::Advanced { generation: 2 });
}

fn wait_for(semaphore: &tokio::sync::Semaphore) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::time::timeout(support::PATIENCE, semaphore.acquire()).await.unwrap().unwrap().forget()
    });
}
