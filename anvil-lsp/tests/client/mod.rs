//! An editor without a screen: speaks with the built server over pipes, keeps everything that it says, and waits for values.
//!
//! It holds the server to the protocol on its own: each frame has a length and nothing else, no request is answered twice, and
//! nothing is answered that was not asked.

mod blog;
mod frames;
mod launch;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    io::Write as _,
    process::{Child, ChildStdin, ExitStatus},
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

pub(crate) use blog::Blog;
pub(crate) use frames::frame;
pub(crate) use launch::Launch;

/// For everything that only must happen in the end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);
/// Messages that a failed wait shows.
const SHOWN: usize = 12;

/// What the server answered.
pub(crate) type Answer = Result<Value, Fault>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: i64,
    pub(crate) message: String,
}

/// One `textDocument/publishDiagnostics`.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) uri: String,
    pub(crate) version: Option<i64>,
    pub(crate) diagnostics: Vec<Value>,
}

/// What the thread that reads hears.
#[derive(Debug)]
enum Heard {
    Message(Value),
    /// The stream ended, with the reason if it did not end between two messages.
    End(Option<String>),
}

/// See the module. The server is killed with it.
#[derive(Debug)]
pub(crate) struct Editor {
    child: Child,
    stdin: Option<ChildStdin>,
    heard: mpsc::Receiver<Heard>,
    /// Held, it keeps the editor from reading.
    pub(crate) deaf: Arc<Mutex<()>>,
    next_id: i64,
    asked: BTreeSet<i64>,
    answers: BTreeMap<i64, Answer>,
    /// Error responses without an id: messages that could not be read.
    pub(crate) refusals: Vec<Fault>,
    pub(crate) published: Vec<Published>,
    /// Everything else that came unasked: method and parameters.
    pub(crate) told: Vec<(String, Value)>,
    /// The answer to `initialize`.
    pub(crate) initialized: Value,
    recent: VecDeque<String>,
    has_ended: bool,
}

impl Editor {
    /// Notifies.
    pub(crate) fn notify(&mut self, method: &str, params: &Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and does not wait; its id.
    pub(crate) fn send(&mut self, method: &str, params: &Value) -> i64 {
        let id = self.reserve();
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// An id that the test uses in a message of its own making.
    pub(crate) fn reserve(&mut self) -> i64 {
        self.next_id += 1;
        self.asked.insert(self.next_id);
        self.next_id
    }

    pub(crate) fn cancel(&mut self, id: i64) {
        self.notify("$/cancelRequest", &json!({ "id": id }));
    }

    /// Waits for the answer to a request.
    #[track_caller]
    pub(crate) fn answer(&mut self, id: i64) -> Answer {
        self.until(&format!("an answer to request {id}"), |editor| editor.answers.get(&id).cloned())
    }

    /// Sends a request and waits for its answer.
    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Answer {
        let id = self.send(method, params);
        self.answer(id)
    }

    /// The same, and the answer is a result.
    #[track_caller]
    pub(crate) fn result(&mut self, method: &str, params: &Value) -> Value {
        self.ask(method, params).unwrap_or_else(|fault| panic!("{method} of {params}: {fault:?}"))
    }

    /// Everything as it stands on the wire.
    pub(crate) fn write_bytes(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("standard input is open");
        stdin.write_all(bytes).and_then(|()| stdin.flush()).expect("the server reads");
    }

    fn write(&mut self, message: &Value) {
        self.write_bytes(&frame(&message.to_string()));
    }

    /// Takes standard input away, to write from elsewhere or to close it.
    pub(crate) fn take_stdin(&mut self) -> ChildStdin {
        self.stdin.take().expect("standard input is open")
    }

    pub(crate) fn give_stdin(&mut self, stdin: ChildStdin) {
        self.stdin = Some(stdin);
    }

    pub(crate) fn open(&mut self, uri: &str, text: &str, version: i64) {
        let language = if uri.ends_with(".rs") { "rust" } else { "forge" };
        let item = json!({ "uri": uri, "languageId": language, "version": version, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": item }));
    }

    pub(crate) fn change(&mut self, uri: &str, version: i64, changes: &Value) {
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": changes }));
    }

    pub(crate) fn save(&mut self, uri: &str) {
        self.notify("textDocument/didSave", &json!({ "textDocument": { "uri": uri } }));
    }

    pub(crate) fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    }

    /// The diagnostics that the editor shows for a document: those that were published last. None before the first.
    pub(crate) fn shown(&self, uri: &str) -> Option<&Published> {
        self.published.iter().rev().find(|published| published.uri == uri)
    }

    /// Reads until something is found.
    #[track_caller]
    pub(crate) fn until<T>(&mut self, what: &str, mut found: impl FnMut(&mut Self) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = found(self) {
                return found;
            }
            self.hear(what, deadline);
        }
    }

    /// Takes one message.
    #[track_caller]
    fn hear(&mut self, what: &str, deadline: Instant) {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.heard.recv_timeout(left) {
            Ok(Heard::Message(message)) => self.take(message),
            Ok(Heard::End(problem)) => {
                self.has_ended = true;
                panic!("the server ended before {what}: {:?} {problem:?}\n{}", self.child.wait(), self.recently());
            }
            Err(error) => panic!("waited for {what}: {error}\n{}", self.recently()),
        }
    }

    fn take(&mut self, message: Value) {
        if self.recent.len() == SHOWN {
            self.recent.pop_front();
        }
        self.recent.push_back(message.to_string().chars().take(800).collect());
        assert_eq!(message["jsonrpc"], "2.0", "{message}");
        match (message.get("method").and_then(Value::as_str), message.get("id")) {
            // Requests of the server: nothing is refused, and nothing has a result.
            (Some(method), Some(id)) => {
                self.told.push((method.to_owned(), message["params"].clone()));
                let answer = json!({ "jsonrpc": "2.0", "id": id, "result": null });
                if self.stdin.is_some() {
                    self.write(&answer);
                }
            }
            (Some("textDocument/publishDiagnostics"), None) => {
                let params = &message["params"];
                self.published.push(Published {
                    uri: params["uri"].as_str().expect("an address").to_owned(),
                    version: params["version"].as_i64(),
                    diagnostics: params["diagnostics"].as_array().expect("a list").clone(),
                });
            }
            (Some(method), None) => self.told.push((method.to_owned(), message["params"].clone())),
            (None, id) => self.take_answer(id.unwrap_or(&Value::Null), &message),
        }
    }

    fn take_answer(&mut self, id: &Value, message: &Value) {
        let fault = message.get("error").map(|error| Fault {
            code: error["code"].as_i64().expect("an error has a code"),
            message: error["message"].as_str().expect("an error has a message").to_owned(),
        });
        assert!(fault.is_some() != message.get("result").is_some(), "either a result or an error: {message}");
        if id.is_null() {
            self.refusals.push(fault.expect("nothing succeeds that has no id"));
            return;
        }
        let number = id.as_i64().filter(|id| self.asked.contains(id));
        let number = number.unwrap_or_else(|| panic!("nobody asked for this: {message}"));
        let answer = fault.map_or_else(|| Ok(message["result"].clone()), Err);
        assert!(self.answers.insert(number, answer).is_none(), "answered twice: {message}");
    }

    /// How many messages came so far.
    pub(crate) fn heard_so_far(&self) -> usize {
        self.published.len() + self.told.len() + self.answers.len() + self.refusals.len()
    }

    /// The newest messages, for those of failed tests.
    pub(crate) fn recently(&self) -> String {
        self.recent.iter().cloned().collect::<Vec<_>>().join("\n")
    }

    /// Waits until every request has its answer.
    #[track_caller]
    pub(crate) fn all_answered(&mut self) -> &BTreeMap<i64, Answer> {
        self.until("all answers", |editor| (editor.answers.len() == editor.asked.len()).then_some(()));
        &self.answers
    }

    /// `shutdown` and `exit`: how it ended, with everything read that it still said.
    #[track_caller]
    pub(crate) fn quit(&mut self) -> ExitStatus {
        self.result("shutdown", &Value::Null);
        self.notify("exit", &Value::Null);
        self.ended()
    }

    /// Waits until the server has ended.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.heard.recv_timeout(left) {
                Ok(Heard::Message(message)) => self.take(message),
                Ok(Heard::End(None)) => break,
                Ok(Heard::End(Some(problem))) => panic!("{problem}\n{}", self.recently()),
                Err(error) => panic!("the server does not end: {error}\n{}", self.recently()),
            }
        }
        self.has_ended = true;
        self.child.wait().expect("the server is a child")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is a child");
        self.has_ended = true;
    }

    /// Resident bytes now, and at most so far.
    pub(crate) fn memory(&self) -> Memory {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the server lives");
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the kernel says it");
            line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).expect("a number") * 1024
        };
        Memory { now: bytes("VmRSS:"), peak: bytes("VmHWM:") }
    }

    /// Processor time so far, of all threads, in ticks.
    pub(crate) fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).expect("the server lives");
        let (_, rest) = stat.rsplit_once(')').expect("the name is in brackets");
        // The 14th and the 15th of all, and the name is the second.
        rest.split_ascii_whitespace().skip(11).take(2).map(|number| number.parse::<u64>().expect("a number")).sum()
    }
}

/// In bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) now: u64,
    pub(crate) peak: u64,
}

impl Drop for Editor {
    fn drop(&mut self) {
        if !self.has_ended {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
