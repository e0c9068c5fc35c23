//! Somebody works on the blog: an editor, its server, and the daemon that the server starts. All of it ends with the test.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Instant,
};

use anvild_client::{ProjectPaths, read_record};
use serde_json::{Value, json};

use crate::{
    client::{Blog, Editor, Launch, PATIENCE},
    http,
    processes::{self, Process},
    screen,
};

/// A file as the editor has it.
#[derive(Debug)]
struct Buffer {
    text: String,
    version: i64,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) editor: Editor,
    pub(crate) blog: Blog,
    buffers: BTreeMap<String, Buffer>,
    // Last: what ends in it is asked for when the others end.
    pub(crate) runtime: Runtime,
}

/// Where the daemon's socket is. Whoever runs there ends with it.
#[derive(Debug)]
pub(crate) struct Runtime {
    folder: tempfile::TempDir,
    root: PathBuf,
}

impl Runtime {
    pub(crate) fn new(blog: &Blog) -> Self {
        // Short: the path of a Unix socket has at most 107 bytes.
        let folder = tempfile::Builder::new().prefix("anvil-rt-").tempdir().expect("a runtime directory");
        Self { folder, root: blog.root() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn paths(&self) -> ProjectPaths {
        ProjectPaths::with_runtime(&self.root, Some(self.folder.path()))
    }

    /// The process of the daemon, if one runs.
    pub(crate) fn daemon(&self) -> Option<Process> {
        Process::find(read_record(&self.paths())?.pid)
    }

    /// The newest lines of the daemon's log, for messages of failed tests.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read_to_string(self.paths().log()).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the daemon's log:\n{}", self.log());
        }
        // Its hosts and compilers go with it.
        if let Some(daemon) = self.daemon() {
            processes::signal(daemon.pid, "KILL");
        }
    }
}

/// How an editor of this blog starts its server.
pub(crate) fn launch(blog: &Blog, runtime: &Runtime) -> Launch {
    let daemon = Path::new(env!("CARGO_BIN_EXE_anvil-lsp")).with_file_name("anvild");
    assert!(daemon.is_file(), "{} is missing: build it with `cargo build -p anvild`", daemon.display());
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the checkout").join("target/fixtures");
    let launch =
        Launch::new().folder(&blog.root()).env("XDG_RUNTIME_DIR", runtime.path()).env("CARGO_TARGET_DIR", target);
    // The tests say themselves what rust-analyzer would say.
    launch.options(json!({ "rustAnalyzerCheck": false }))
}

/// Any free port, and every edit is built in full: which way an edit goes must not depend on whether a base for patches is
/// there already.
const CONFIGURATION: &str = "\n[server]\naddr = \"127.0.0.1:0\"\n\n[dev]\npatches = false\n";

impl Session {
    /// The blog runs, and its first generation answers. The name is that of its package, and of no other.
    pub(crate) fn live(name: &str) -> Self {
        Self::of(name, |_| {})
    }

    /// The same with a blog that was changed before.
    pub(crate) fn of(name: &str, prepare: impl FnOnce(&Blog)) -> Self {
        let blog = Blog::named(name);
        blog.write("config/anvil.toml", &(blog.read("config/anvil.toml") + CONFIGURATION));
        prepare(&blog);
        let runtime = Runtime::new(&blog);
        let editor = launch(&blog, &runtime).ready();
        let mut session = Self { editor, blog, buffers: BTreeMap::new(), runtime };
        session.until_status("connected", |status| status["generation"].is_object());
        session.command("anvil.startApp");
        session.until_live();
        session
    }

    // ---- what is done

    pub(crate) fn open(&mut self, file: &str) {
        let text = self.blog.read(file);
        self.editor.open(&self.blog.uri(file), &text, 1);
        self.buffers.insert(file.to_owned(), Buffer { text, version: 1 });
    }

    /// Replaces the only `old` of an open file, as a hand would, and saves nothing.
    #[track_caller]
    pub(crate) fn replace(&mut self, file: &str, old: &str, new: &str) {
        let uri = self.blog.uri(file);
        let buffer = self.buffers.get_mut(file).unwrap_or_else(|| panic!("{file} is not open"));
        assert_eq!(buffer.text.matches(old).count(), 1, "{old:?} in {file}:\n{}", buffer.text);
        let start = buffer.text.find(old).expect("counted");
        let range = json!({ "start": screen::position(&buffer.text, start), "end": screen::position(&buffer.text, start + old.len()) });
        buffer.text = buffer.text.replacen(old, new, 1);
        buffer.version += 1;
        self.editor.change(&uri, buffer.version, &json!([{ "range": range, "text": new }]));
    }

    pub(crate) fn save(&mut self, file: &str) {
        let text = self.text(file);
        self.blog.write(file, &text);
        let uri = self.blog.uri(file);
        self.editor.save(&uri);
    }

    #[track_caller]
    pub(crate) fn replace_and_save(&mut self, file: &str, old: &str, new: &str) {
        self.replace(file, old, new);
        self.save(file);
    }

    /// The message of a command that succeeds.
    #[track_caller]
    pub(crate) fn command(&mut self, name: &str) -> String {
        let result = self.editor.result("workspace/executeCommand", &json!({ "command": name, "arguments": [] }));
        result["message"].as_str().expect("a message").to_owned()
    }

    /// `GET path` of the running blog: status and body.
    pub(crate) fn get(&mut self, path: &str) -> (u16, String) {
        let url = self.until_status("an address", |status| status["url"].is_string())["url"].clone();
        let addr: SocketAddr =
            url.as_str().and_then(|url| url.strip_prefix("http://")?.parse().ok()).expect("an address");
        let answer = wait(http::get(addr, path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        (answer.status, answer.body)
    }

    /// Asks for a page until it has this in it.
    #[track_caller]
    pub(crate) fn until_served(&mut self, path: &str, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let (status, body) = self.get(path);
            if status == 200 && body.contains(text) {
                return;
            }
            assert!(Instant::now() < deadline, "{path} never has {text:?}: {status} {body}");
        }
    }

    // ---- what is seen

    /// The text that the editor has, else that of the file.
    pub(crate) fn text(&self, file: &str) -> String {
        self.buffers.get(file).map_or_else(|| self.blog.read(file), |buffer| buffer.text.clone())
    }

    /// The diagnostics that are shown of a file, of these sources.
    pub(crate) fn shown(&self, file: &str, sources: &[&str]) -> Vec<Value> {
        let shown = self.editor.shown(&self.blog.uri(file)).map(|shown| shown.diagnostics.clone()).unwrap_or_default();
        shown.into_iter().filter(|one| sources.iter().any(|source| one["source"] == *source)).collect()
    }

    /// Waits until diagnostics of a source are shown that contain a text, and those of the newest text; what the editor shows
    /// of this source then.
    #[track_caller]
    pub(crate) fn until_shown(&mut self, file: &str, source: &str, text: &str) -> String {
        let what = format!("{source} of {file} with {text:?}");
        self.until(&what, |session| {
            let found = session.shown(file, &[source]);
            let says = |one: &Value| one["message"].as_str().is_some_and(|message| message.contains(text));
            (session.is_current(file) && found.iter().any(says)).then(|| session.screen(file, &found))
        })
    }

    /// Waits until nothing is shown of a file.
    #[track_caller]
    pub(crate) fn until_clean(&mut self, file: &str) {
        self.until(&format!("{file} without diagnostics"), |session| {
            let uri = session.blog.uri(file);
            let is_clean = session.editor.shown(&uri).is_none_or(|shown| shown.diagnostics.is_empty());
            (is_clean && session.is_current(file)).then_some(())
        });
    }

    fn is_current(&self, file: &str) -> bool {
        let version = self.buffers.get(file).map(|buffer| buffer.version);
        version.is_none() || self.editor.shown(&self.blog.uri(file)).and_then(|shown| shown.version) == version
    }

    /// Waits until the status is as wanted.
    #[track_caller]
    pub(crate) fn until_status(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.until(&format!("a status: {what}"), |session| session.status().filter(&wanted))
    }

    /// The newest `anvil/reloadStatus`.
    pub(crate) fn status(&self) -> Option<Value> {
        let statuses = self.editor.told.iter().rev().filter(|(method, _)| method == "anvil/reloadStatus");
        statuses.map(|(_, status)| status.clone()).next()
    }

    /// Waits until everything saved answers requests; what the status bar shows then.
    #[track_caller]
    pub(crate) fn until_live(&mut self) -> String {
        // The first build compiles all dependencies, and each wait has a bound of its own.
        let mut waits = std::iter::repeat_with(|| self.command("anvil.waitLive")).take(5);
        let said = waits.find(|said| !said.ends_with("not live yet")).unwrap_or_default();
        assert!(said.ends_with("answers requests"), "{said}\n{}", self.runtime.log());
        let status = self.until_status("live", |status| status["state"] == "live");
        screen::without_numbers(status["message"].as_str().expect("a message"))
    }

    #[track_caller]
    fn until<T>(&mut self, what: &str, mut found: impl FnMut(&Self) -> Option<T>) -> T {
        // The editor is borrowed while it listens, and what is looked for is about the whole session.
        loop {
            if let Some(found) = found(self) {
                return found;
            }
            let seen = self.editor.heard_so_far();
            self.editor.until(what, |editor| (editor.heard_so_far() > seen).then_some(()));
        }
    }

    // ---- how it is shown

    fn screen(&self, file: &str, diagnostics: &[Value]) -> String {
        screen::diagnostics(file, &self.text(file), diagnostics, &self.blog.root())
    }

    /// The parameters of a request about the place of `mark` in an open file, behind its first `into` characters.
    #[track_caller]
    pub(crate) fn place(&self, file: &str, mark: &str, into: usize) -> Value {
        let text = self.text(file);
        let at = text.find(mark).unwrap_or_else(|| panic!("{mark:?} in {file}:\n{text}")) + into;
        json!({ "textDocument": { "uri": self.blog.uri(file) }, "position": screen::position(&text, at) })
    }

    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.editor.result(method, params)
    }

    /// Addresses of the blog by their paths in it.
    pub(crate) fn without_root(&self, text: &str) -> String {
        screen::without_root(text, &self.blog.root())
    }
}

/// Runs what is written for tests with a runtime.
pub(crate) fn wait<T>(what: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(what)
}
