//! Chromium, driven over the DevTools protocol through a pair of pipes: it ends when the test does, however that ends.
//!
//! One command at a time; events that nobody asked for are dropped. What a page should become is waited for with
//! [`Page::until`].

use std::{
    os::fd::OwnedFd,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use command_fds::{CommandFdExt as _, FdMapping};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::unix::pipe,
    sync::Mutex,
};

/// For one command, and for what a page should become.
const DEADLINE: Duration = Duration::from_secs(120);

const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

const ARGUMENTS: [&str; 15] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--no-first-run",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    // A name whose owner points it at this machine after the page is loaded.
    "--host-resolver-rules=MAP evil.test 127.0.0.1",
    "about:blank",
];

/// A browser of one test.
#[derive(Debug)]
pub(super) struct Browser {
    child: Child,
    _profile: tempfile::TempDir,
    pipe: Mutex<Pipe>,
}

#[derive(Debug)]
struct Pipe {
    commands: pipe::Sender,
    answers: pipe::Receiver,
    read: Vec<u8>,
    last_id: u64,
}

impl Browser {
    pub(super) fn start() -> Self {
        let profile = tempfile::Builder::new().prefix("anvil-browser-").tempdir().expect("a profile");
        let (command_end, commands) = std::io::pipe().expect("a pipe");
        let (answers, answer_end) = std::io::pipe().expect("a pipe");
        let child = PROGRAMS
            .iter()
            .find_map(|program| {
                spawn(program, &profile, [command_end.try_clone().ok()?.into(), answer_end.try_clone().ok()?.into()])
            })
            .expect("Chromium is installed");
        let pipe = Pipe {
            commands: pipe::Sender::from_owned_fd(commands.into()).expect("a pipe"),
            answers: pipe::Receiver::from_owned_fd(answers.into()).expect("a pipe"),
            read: Vec::new(),
            last_id: 0,
        };
        Self { child, _profile: profile, pipe: Mutex::new(pipe) }
    }

    /// An empty tab.
    pub(super) async fn page(&self) -> Page<'_> {
        let target = self.call(None, "Target.createTarget", json!({ "url": "about:blank" })).await;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call(None, "Target.attachToTarget", attach).await;
        let session = session["sessionId"].as_str().expect("a session").to_owned();
        Page { browser: self, session }
    }

    /// The result of a command, which must succeed.
    async fn call(&self, session: Option<&str>, method: &str, parameters: Value) -> Value {
        let exchange = async {
            let mut pipe = self.pipe.lock().await;
            pipe.exchange(session, method, &parameters).await
        };
        let answer = tokio::time::timeout(DEADLINE, exchange).await;
        let answer = answer.unwrap_or_else(|_| panic!("Chromium did not answer {method} {parameters}"));
        assert!(answer.get("error").is_none(), "{method} {parameters}: {answer}");
        answer["result"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(program: &str, profile: &tempfile::TempDir, pipes: [OwnedFd; 2]) -> Option<Child> {
    let [commands, answers] = pipes;
    let mut command = Command::new(program);
    command
        .args(ARGUMENTS)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let ends = vec![FdMapping { parent_fd: commands, child_fd: 3 }, FdMapping { parent_fd: answers, child_fd: 4 }];
    command.fd_mappings(ends).expect("two different ends");
    command.spawn().ok()
}

impl Pipe {
    async fn exchange(&mut self, session: Option<&str>, method: &str, parameters: &Value) -> Value {
        self.last_id += 1;
        let mut command = json!({ "id": self.last_id, "method": method, "params": parameters });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let mut bytes = command.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).await.expect("Chromium listens");
        loop {
            let message = self.message().await;
            if message["id"] == self.last_id {
                return message;
            }
        }
    }

    /// The next message; each ends with a zero byte.
    async fn message(&mut self) -> Value {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == 0) {
                let rest = self.read.split_off(end + 1);
                let message = std::mem::replace(&mut self.read, rest);
                return serde_json::from_slice(&message[..end]).expect("JSON");
            }
            let read = self.answers.read_buf(&mut self.read).await.expect("Chromium speaks");
            assert!(read > 0, "Chromium has ended");
        }
    }
}

/// A tab.
#[derive(Debug)]
pub(super) struct Page<'a> {
    browser: &'a Browser,
    session: String,
}

impl Page<'_> {
    /// Begins to load `url`.
    pub(super) async fn open(&self, url: &str) {
        self.call("Page.navigate", json!({ "url": url })).await;
    }

    /// The value of an expression; promises are awaited.
    ///
    /// # Errors
    /// The expression threw, or the page went away meanwhile.
    pub(super) async fn evaluate(&self, expression: &str) -> Result<Value, String> {
        let parameters = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let exchange = async {
            let mut pipe = self.browser.pipe.lock().await;
            pipe.exchange(Some(&self.session), "Runtime.evaluate", &parameters).await
        };
        let answer = tokio::time::timeout(DEADLINE, exchange).await.map_err(|_| format!("no end: {expression}"))?;
        let result = &answer["result"];
        if answer.get("error").is_some() || result.get("exceptionDetails").is_some() {
            return Err(answer.to_string());
        }
        Ok(result["result"]["value"].clone())
    }

    /// The text that an expression gives, which must not throw.
    #[track_caller]
    pub(super) fn text(&self, expression: &str) -> impl Future<Output = String> {
        let caller = std::panic::Location::caller();
        async move {
            let value =
                self.evaluate(expression).await.unwrap_or_else(|error| panic!("{caller}: {expression}: {error}"));
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        }
    }

    /// Waits until the expression is true. While the page changes, what it throws does not count.
    #[track_caller]
    pub(super) fn until(&self, expression: &str) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        let wanted = format!("Boolean({expression})");
        async move {
            let started = Instant::now();
            while self.evaluate(&wanted).await != Ok(Value::Bool(true)) {
                if started.elapsed() > DEADLINE {
                    let page = self.evaluate("location.href + '\\n' + document.documentElement.outerHTML").await;
                    panic!("{caller}: never {wanted}:\n{page:#?}");
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// Brings the tab to the front; another one goes to the background.
    pub(super) async fn look_at(&self) {
        self.call("Page.bringToFront", json!({})).await;
    }

    /// Presses and releases a key without a text.
    pub(super) async fn press(&self, key: &str) {
        for kind in ["rawKeyDown", "keyUp"] {
            self.call("Input.dispatchKeyEvent", json!({ "type": kind, "key": key, "code": key })).await;
        }
    }

    /// Types into the focused field.
    pub(super) async fn type_text(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text })).await;
        // It is answered before the page has it.
        self.until(&format!("document.activeElement.value.endsWith({})", json!(text))).await;
    }

    /// Keeps a picture for people to look at: `target/tmp/screenshots/{name}.png`, in light and `{name}-dark.png`.
    pub(super) async fn picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder");
        let size = json!({ "width": 1200, "height": 760, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size).await;
        for (scheme, suffix) in [("light", ""), ("dark", "-dark")] {
            let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            self.call("Emulation.setEmulatedMedia", features).await;
            let shot = self.call("Page.captureScreenshot", json!({ "format": "png" })).await;
            let png = BASE64_STANDARD.decode(shot["data"].as_str().expect("a picture")).expect("base64");
            assert!(png.starts_with(b"\x89PNG"), "{name} is no picture");
            std::fs::write(folder.join(format!("{name}{suffix}.png")), png).expect("a file");
        }
    }

    async fn call(&self, method: &str, parameters: Value) -> Value {
        self.browser.call(Some(&self.session), method, parameters).await
    }
}
