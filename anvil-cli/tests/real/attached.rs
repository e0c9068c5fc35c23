//! `anvil dev --hot` in the foreground: what it prints, and that the app goes with it.

use std::{net::SocketAddr, path::Path, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout},
};

use crate::harness::{
    Anvil, PATIENCE, Project, body, is_free,
    processes::{all_gone, descendants, signal},
};

struct Attached {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Attached {
    fn start(anvil: &Anvil, addr: &str) -> Self {
        let mut child = anvil.command(&["dev", "--hot", "--addr", addr]).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, lines }
    }

    /// All lines up to one that starts with this word.
    #[track_caller]
    fn up_to(&mut self, word: &str) -> impl Future<Output = Vec<String>> {
        let caller = std::panic::Location::caller();
        let word = word.to_owned();
        async move {
            let mut shown = Vec::new();
            loop {
                let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
                let line = line.unwrap_or_else(|_| panic!("{caller}: never {word:?} after {shown:#?}")).expect("text");
                let line = line.unwrap_or_else(|| panic!("{caller}: ended before {word:?} after {shown:#?}"));
                let found = line.trim_start().starts_with(&word);
                shown.push(line);
                if found {
                    return shown;
                }
            }
        }
    }

    async fn ready(&mut self) -> SocketAddr {
        let shown = self.up_to("ready").await;
        let line = shown.last().expect("a line");
        let addr = line.split_whitespace().nth(1).and_then(|url| url.strip_prefix("http://"));
        addr.and_then(|addr| addr.parse().ok()).unwrap_or_else(|| panic!("{line:?}"))
    }

    fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Its code and what it said on standard error.
    async fn ended(mut self) -> (Option<i32>, String) {
        // Its output must be read, or it could not end.
        while let Ok(Some(_)) = self.lines.next_line().await {}
        let mut err = String::new();
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut err).await.expect("text");
        (self.child.wait().await.expect("it ends").code(), err)
    }
}

/// Waits until nobody listens there.
async fn freed(addr: SocketAddr) {
    let free = async {
        while !is_free(addr) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, free).await.expect("the port becomes free");
}

#[tokio::test]
async fn an_attached_command_shows_each_generation_and_the_app_ends_with_it() {
    let project = Project::new("fx-attached");
    let anvil = Anvil::new(&project);
    let mut dev = Attached::start(&anvil, "127.0.0.1:0");
    let addr = dev.ready().await;
    assert_eq!(body(addr, "/").await, "one");

    // One line for each generation.
    project.edit("src/lib.rs", "\"one\"", "\"two\"");
    let line = dev.up_to("swap").await.pop().expect("a line");
    assert!(
        line.contains("src/lib.rs · replayed fx-attached · ") && line.contains("build ") && line.contains(" ms"),
        "{line:?}"
    );
    assert_eq!(body(addr, "/").await, "two");

    // A failure: the compiler's own rendering, once, and what stays.
    project.edit("src/lib.rs", "\"two\"", "2");
    let shown = dev.up_to("error ").await;
    assert_eq!(shown.iter().filter(|line| line.starts_with("error[E0308]")).count(), 1, "{shown:#?}");
    assert!(shown.iter().any(|line| line.contains("--> src/lib.rs:")), "{shown:#?}");
    assert_eq!(
        shown.last().map(|line| line.trim()),
        Some("error      src/lib.rs does not compile; generation 2 stays live")
    );
    assert_eq!(body(addr, "/").await, "two");
    project.edit("src/lib.rs", "    2\n", "    \"three\"\n");
    let shown = dev.up_to("swap").await;
    assert!(!shown.iter().any(|line| line.contains("E0308")), "not again: {shown:#?}");

    // Ctrl-C ends the app, and leaves the daemon.
    let daemon = anvil.status().await["daemon"]["pid"].clone();
    signal(dev.pid(), "INT");
    let (code, err) = dev.ended().await;
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("compiling") || err.contains("building"), "progress of the first build: {err}");
    assert!(err.contains("stopping the app"), "{err}");
    assert!(is_free(addr));
    let status = anvil.status().await;
    assert_eq!((&status["app"]["state"], &status["daemon"]["pid"]), (&"stopped".into(), &daemon));

    // A terminal that dies takes the app with it.
    let mut dev = Attached::start(&anvil, &addr.to_string());
    assert_eq!(dev.ready().await, addr);
    assert_eq!(body(addr, "/").await, "three");
    signal(dev.pid(), "KILL");
    dev.ended().await;
    anvil.until("stopped", |status| status["app"]["state"] == "stopped").await;
    // Stopped from the moment that it is decided; the host still has requests to finish.
    freed(addr).await;

    // A daemon that is killed comes back with the app; one that is ended does not.
    let mut dev = Attached::start(&anvil, &addr.to_string());
    assert_eq!(dev.ready().await, addr);
    let pid = |status: &serde_json::Value| u32::try_from(status["daemon"]["pid"].as_u64().unwrap_or(0)).unwrap_or(0);
    let first = pid(&anvil.status().await);
    let family = descendants(first);
    signal(first, "KILL");
    all_gone(&family, Path::new("/does/not/exist")).await;
    assert_eq!(dev.ready().await, addr);
    assert_eq!(body(addr, "/").await, "three");
    let second = pid(&anvil.status().await);
    assert_ne!(second, first);
    anvil.ends(&["stop", "--daemon"], 0).await;
    let (code, err) = dev.ended().await;
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("the daemon ended unexpectedly; starting it again"), "{err}");
    assert!(err.contains("the daemon ends: a client asked for it"), "{err}");
    assert!(!anvil.paths().socket().exists(), "nobody started another");
}
