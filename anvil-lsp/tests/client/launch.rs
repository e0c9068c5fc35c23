//! How a server is started, and what its editor says of itself.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    ffi::OsString,
    io::BufReader,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use serde_json::{Value, json};

use super::{Editor, frames};

/// By default an editor that is told diagnostics, counts in UTF-16, and has no folder and no daemon.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    environment: Vec<(OsString, OsString)>,
    folders: Vec<PathBuf>,
    options: Value,
    capabilities: Value,
    process: Option<u32>,
}

impl Launch {
    pub(crate) fn new() -> Self {
        let capabilities = json!({
            "workspace": { "workspaceFolders": true, "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"] } },
            "textDocument": {
                "publishDiagnostics": { "relatedInformation": true, "versionSupport": true },
                "completion": { "completionItem": { "snippetSupport": true } },
            },
            "experimental": { "serverStatusNotification": true },
        });
        Self {
            environment: Vec::new(),
            folders: Vec::new(),
            options: json!({ "daemon": "off" }),
            capabilities,
            process: Some(std::process::id()),
        }
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.folders.push(folder.to_owned());
        self
    }

    /// `initializationOptions`.
    pub(crate) fn options(mut self, options: Value) -> Self {
        self.options = options;
        self
    }

    /// The only encoding that the editor offers.
    pub(crate) fn encoding(mut self, name: &str) -> Self {
        self.capabilities["general"] = json!({ "positionEncodings": [name] });
        self
    }

    pub(crate) fn process(mut self, process: Option<u32>) -> Self {
        self.process = process;
        self
    }

    /// What `initialize` says.
    pub(crate) fn params(&self) -> Value {
        let folders = self.folders.iter().map(|folder| json!({ "uri": uri(folder), "name": "folder" }));
        json!({
            "processId": self.process,
            "rootUri": null,
            "capabilities": self.capabilities,
            "initializationOptions": self.options,
            "workspaceFolders": folders.collect::<Vec<_>>(),
        })
    }

    /// Starts the server, which has not been spoken to.
    pub(crate) fn silent(&self) -> Editor {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anvil-lsp"));
        command
            .arg("--stdio")
            .env("ANVIL_LSP_LOG", "off")
            .env_remove("APP_ADDR")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, heard) = mpsc::channel();
        let deaf = Arc::new(Mutex::new(()));
        let listening = Arc::clone(&deaf);
        std::thread::spawn(move || {
            loop {
                drop(listening.lock().unwrap_or_else(PoisonError::into_inner));
                let message = frames::read(&mut stdout);
                let is_end = matches!(message, super::Heard::End(_));
                // The editor may be gone.
                if sender.send(message).is_err() || is_end {
                    return;
                }
            }
        });
        Editor {
            child,
            stdin,
            heard,
            deaf,
            next_id: 0,
            asked: BTreeSet::new(),
            answers: BTreeMap::new(),
            refusals: Vec::new(),
            published: Vec::new(),
            told: Vec::new(),
            initialized: Value::Null,
            recent: VecDeque::new(),
            has_ended: false,
        }
    }

    /// Starts the server and makes itself known.
    #[track_caller]
    pub(crate) fn start(&self) -> Editor {
        let mut editor = self.silent();
        editor.initialized = editor.result("initialize", &self.params());
        editor.notify("initialized", &json!({}));
        editor
    }

    /// The same, and waits until all folders have been read.
    #[track_caller]
    pub(crate) fn ready(&self) -> Editor {
        let mut editor = self.start();
        editor.until("the end of reading the folders", |editor| {
            let is_quiet = |(method, params): &(String, Value)| {
                method == "experimental/serverStatus" && params["quiescent"] == true
            };
            editor.told.iter().any(is_quiet).then_some(())
        });
        editor
    }
}

/// The address of a file.
pub(crate) fn uri(path: &Path) -> String {
    // The tests' folders have no character that would have to be encoded.
    format!("file://{}", path.display())
}
