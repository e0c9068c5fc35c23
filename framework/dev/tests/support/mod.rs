//! A host in this process, driven over a real control socket and real TCP connections.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod http;

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::thread::JoinHandle;
use std::time::Duration;

use anvil_control::{Accepted, BrowserStatus, CONTROL_VERSION, FromHost, LoadLibraries, Refusal, ToHost};
use anvil_dev::App;
use anvil_dev::host::{HostEnd, HostSettings, run_host};
use tempfile::TempDir;

pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Far more than anything takes; only a test that fails waits this long.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct TestHost {
    pub addr: SocketAddr,
    pub project: TempDir,
    listener: TcpListener,
    control: BufReader<UnixStream>,
    thread: Option<JoinHandle<HostEnd>>,
}

impl TestHost {
    /// A host on a free port, after its greeting.
    pub fn start(app: App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::on(listener, app)
    }

    /// A second host on the same listening socket.
    pub fn next(&self, app: App) -> Self {
        Self::on(self.listener.try_clone().unwrap(), app)
    }

    fn on(listener: TcpListener, app: App) -> Self {
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_read_timeout(Some(PATIENCE)).unwrap();
        let project = tempfile::tempdir().unwrap();
        std::fs::create_dir(project.path().join("config")).unwrap();
        let settings = HostSettings {
            project: project.path().to_owned(),
            token: TOKEN.to_owned(),
            generation: 1,
            tells_requests: false,
        };
        write_config(&project, "[database]\nurl = \"sqlite::memory:\"\n");
        let inherited = listener.try_clone().unwrap();
        let thread = std::thread::spawn(move || run_host(theirs, inherited, app, settings).unwrap());
        let addr = listener.local_addr().unwrap();
        let mut host = Self { addr, project, listener, control: BufReader::new(ours), thread: Some(thread) };
        match host.hear() {
            FromHost::Hello { control: CONTROL_VERSION, abi: 1, pid, .. } if pid == std::process::id() => host,
            other => panic!("expected a greeting, heard {other:?}"),
        }
    }

    pub fn configure(&self, text: &str) {
        write_config(&self.project, text);
    }

    pub fn say(&mut self, message: &ToHost) {
        let line = format!("{}\n", serde_json::to_string(message).unwrap());
        self.control.get_mut().write_all(line.as_bytes()).unwrap();
    }

    pub fn hear(&mut self) -> FromHost {
        let mut line = String::new();
        self.control.read_line(&mut line).expect("an answer in time");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}"))
    }

    pub fn ask(&mut self, message: &ToHost) -> FromHost {
        self.say(message);
        self.hear()
    }

    pub fn load(&mut self, generation: u64) -> Result<Accepted, Refusal> {
        self.load_libraries(linked(generation))
    }

    pub fn load_libraries(&mut self, libraries: LoadLibraries) -> Result<Accepted, Refusal> {
        let wanted = libraries.generation;
        match self.ask(&ToHost::Load(libraries)) {
            FromHost::Loaded(accepted) if accepted.generation == wanted => Ok(accepted),
            FromHost::Refused { generation, refusal, .. } if generation == wanted => Err(refusal),
            other => panic!("expected the outcome of load {wanted}, heard {other:?}"),
        }
    }

    pub fn accept(&mut self) {
        assert_eq!(self.ask(&ToHost::Accept), FromHost::Accepting);
    }

    pub fn stop_accepting(&mut self) {
        assert_eq!(self.ask(&ToHost::StopAccepting), FromHost::NotAccepting);
    }

    /// Starts to drain; the answer is the number of requests in flight.
    pub fn drain(&mut self, within: Duration) -> u64 {
        let deadline_ms = u64::try_from(within.as_millis()).unwrap();
        match self.ask(&ToHost::Drain { deadline_ms }) {
            FromHost::Draining { in_flight } => in_flight,
            other => panic!("expected to drain, heard {other:?}"),
        }
    }

    pub fn announce(&mut self, status: BrowserStatus) {
        self.say(&ToHost::Announce(status));
    }

    /// Waits for the end of the host.
    pub fn end(&mut self) -> HostEnd {
        self.thread.take().unwrap().join().unwrap()
    }

    /// As the daemon's death.
    pub fn hang_up(&mut self) {
        self.control.get_mut().shutdown(std::net::Shutdown::Both).unwrap();
    }

    /// Loaded as `generation` and taking connections.
    pub fn serving(app: App, generation: u64) -> Self {
        let mut host = Self::start(app);
        host.load(generation).unwrap();
        host.accept();
        host
    }

    pub fn connect(&self) -> http::Client {
        http::Client::connect(self.addr)
    }

    pub fn get(&self, path: &str) -> http::Reply {
        self.connect().get(path)
    }
}

impl Drop for TestHost {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = self.control.get_mut().shutdown(std::net::Shutdown::Both);
            let _ = thread.join();
        }
    }
}

fn write_config(project: &TempDir, text: &str) {
    std::fs::write(project.path().join("config/anvil.toml"), text).unwrap();
}

/// The message for a host with the app linked in.
pub fn linked(generation: u64) -> LoadLibraries {
    LoadLibraries { generation, libraries: Vec::new(), known_routes: None }
}
