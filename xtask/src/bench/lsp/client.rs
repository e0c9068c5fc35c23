//! An editor that knows when each message came.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// For anything that only must happen in the end.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server. It is killed with this.
pub(super) struct Client {
    child: Child,
    stdin: ChildStdin,
    heard: mpsc::Receiver<(Instant, Value)>,
    next_id: i64,
    version: i64,
    /// Diagnostics of the page, as they came.
    pub(super) published: Vec<(Instant, Vec<Value>)>,
    page: String,
}

impl Client {
    /// Starts the server and makes itself known, with a folder and the page that it is going to edit.
    pub(super) fn start(command: &[String], root: &Path, page: &str, options: &Value) -> Result<Self> {
        let (program, arguments) = command.split_first().context("a server has a command")?;
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let stdin = child.stdin.take().context("a pipe")?;
        let mut stdout = BufReader::new(child.stdout.take().context("a pipe")?);
        let (sender, heard) = mpsc::channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut stdout) {
                if sender.send((Instant::now(), message)).is_err() {
                    return;
                }
            }
        });
        let page = format!("file://{}", root.join(page).display());
        let mut client = Self { child, stdin, heard, next_id: 0, version: 0, published: Vec::new(), page };
        let folder = format!("file://{}", root.display());
        let position = json!({ "dynamicRegistration": false });
        client.request(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "rootUri": folder,
                "workspaceFolders": [{ "uri": folder, "name": "bench" }],
                "initializationOptions": options,
                "capabilities": {
                    "workspace": { "workspaceFolders": true, "configuration": true },
                    "textDocument": {
                        "publishDiagnostics": { "versionSupport": true },
                        "completion": { "completionItem": { "snippetSupport": true } },
                        "hover": { "contentFormat": ["markdown"] },
                        "definition": position,
                        "synchronization": { "didSave": true },
                    },
                },
            }),
        )?;
        client.notify("initialized", &json!({}))?;
        Ok(client)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn open(&mut self, language: &str, text: &str) -> Result<()> {
        let item = json!({ "uri": self.page, "languageId": language, "version": self.version, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": item }))
    }

    pub(super) fn replace_all(&mut self, text: &str) -> Result<()> {
        self.change(&json!([{ "text": text }]))
    }

    /// Types one character.
    pub(super) fn key(&mut self, line: usize, character: usize) -> Result<()> {
        let at = json!({ "line": line, "character": character });
        self.change(&json!([{ "range": { "start": at, "end": at }, "text": "x" }]))
    }

    fn change(&mut self, changes: &Value) -> Result<()> {
        self.version += 1;
        let document = json!({ "uri": self.page, "version": self.version });
        self.notify("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": changes }))
    }

    /// A request about a place of the page, and how long its answer took.
    pub(super) fn ask(&mut self, method: &str, line: usize, character: usize) -> Result<(Duration, Value)> {
        let at = json!({ "line": line, "character": character });
        let params = json!({ "textDocument": { "uri": self.page }, "position": at, "context": { "triggerKind": 1 } });
        self.request(method, &params)
    }

    fn request(&mut self, method: &str, params: &Value) -> Result<(Duration, Value)> {
        self.next_id += 1;
        let id = self.next_id;
        let sent = Instant::now();
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        loop {
            let (came, message) = self.hear(&format!("an answer to {method}"))?;
            if message.get("method").is_none() && message["id"] == id {
                if let Some(error) = message.get("error") {
                    bail!("{method}: {error}");
                }
                return Ok((came.duration_since(sent), message["result"].clone()));
            }
        }
    }

    pub(super) fn notify(&mut self, method: &str, params: &Value) -> Result<()> {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    fn write(&mut self, message: &Value) -> Result<()> {
        let body = message.to_string();
        self.stdin.write_all(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())?;
        self.stdin.flush().context("the server does not read any more")
    }

    /// Reads until the diagnostics of the page are as wanted.
    pub(super) fn until(&mut self, what: &str, wanted: impl Fn(&[Value]) -> bool) -> Result<Instant> {
        let mut seen = 0;
        loop {
            while let Some((came, diagnostics)) = self.published.get(seen) {
                if wanted(diagnostics) {
                    return Ok(*came);
                }
                seen += 1;
            }
            self.hear(what)?;
        }
    }

    /// Takes what has come, until `due`.
    pub(super) fn listen_until(&mut self, due: Instant) -> Result<()> {
        while let Ok((came, message)) = self.heard.recv_timeout(due.saturating_duration_since(Instant::now())) {
            self.take(came, &message)?;
        }
        Ok(())
    }

    fn hear(&mut self, what: &str) -> Result<(Instant, Value)> {
        let (came, message) = self.heard.recv_timeout(PATIENCE).with_context(|| format!("no {what}"))?;
        self.take(came, &message)?;
        Ok((came, message))
    }

    fn take(&mut self, came: Instant, message: &Value) -> Result<()> {
        match (message["method"].as_str(), message.get("id")) {
            (Some("textDocument/publishDiagnostics"), _) if message["params"]["uri"] == self.page.as_str() => {
                let diagnostics = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
                self.published.push((came, diagnostics));
            }
            // Settings are the defaults; everything else has no result.
            (Some(method), Some(id)) => {
                let items = message["params"]["items"].as_array().map_or(0, Vec::len);
                let result =
                    if method == "workspace/configuration" { json!(vec![Value::Null; items]) } else { Value::Null };
                self.write(&json!({ "jsonrpc": "2.0", "id": id, "result": result }))?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The next message; nothing at the end.
fn read(input: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().ok();
        }
    }
    let mut body = vec![0; length?];
    input.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
