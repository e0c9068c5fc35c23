//! The one owner of everything that changes: documents, index, what daemons say, diagnostics. Events come in order; snapshots go out.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tower_lsp::ls_types::{
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    InitializeParams, MessageType,
};

use crate::{
    ahead::Ahead,
    checks::{CheckOutcome, Checks},
    daemon::{DaemonHandle, DaemonView, News},
    diagnostics::{Dirty, Store},
    document::{Document, DocumentId, Language, Unsaved},
    index::{Index, RustFile, scan},
    outbox::Outgoing,
    projects::Projects,
    publish::Published,
    settings::{Client, DaemonUse, Settings},
    snapshot::Snapshot,
    text::Text,
};

/// Events that are handled before what follows from them is worked out, so that a burst costs that once.
const BATCH_MAX: usize = 256;

/// What the state can be told.
#[derive(Debug)]
pub(crate) enum Event {
    /// From the client, in order.
    Changed(Change),
    /// Wanted as of now.
    Snapshot(oneshot::Sender<Snapshot>),
    Daemon {
        root: PathBuf,
        news: News,
    },
    /// A reading of all folders ended; `scan` says which.
    Scanned {
        scan: u64,
        index: Box<Index>,
    },
    /// Files were read from the disk; without a text they are gone.
    FilesRead(Vec<(PathBuf, Option<String>)>),
    RustRead {
        id: DocumentId,
        version: i32,
        file: Option<Box<RustFile>>,
    },
    Checked {
        path: PathBuf,
        version: i32,
        outcome: CheckOutcome,
    },
    /// A command of the user asked for other settings.
    Settings(Settings),
}

/// What the client says.
#[derive(Debug)]
pub(crate) enum Change {
    Initialize(Box<InitializeParams>),
    Initialized,
    Open(DidOpenTextDocumentParams),
    Edit(DidChangeTextDocumentParams),
    Save(DidSaveTextDocumentParams),
    Close(DidCloseTextDocumentParams),
    Settings(DidChangeConfigurationParams),
    Folders(DidChangeWorkspaceFoldersParams),
    Watched(DidChangeWatchedFilesParams),
}

/// See the module. Parts that snapshots share are copied when they change while one is out.
pub(crate) struct State {
    pub(crate) events: mpsc::WeakSender<Event>,
    pub(crate) outgoing: mpsc::Sender<Outgoing>,
    pub(crate) client: Arc<Client>,
    pub(crate) documents: Arc<BTreeMap<DocumentId, Document>>,
    /// What was edited since the file was saved, by document; none where that is not known.
    pub(crate) unsaved: Arc<BTreeMap<DocumentId, Unsaved>>,
    pub(crate) index: Index,
    pub(crate) store: Arc<Store>,
    pub(crate) projects: Projects,
    pub(crate) published: Published,
    pub(crate) checks: Checks,
    pub(crate) ahead: Ahead,
    /// Files whose findings may have changed since they were published.
    pub(crate) dirty: Dirty,
    /// Open templates whose text the index has not been given yet.
    pub(crate) stale: BTreeSet<DocumentId>,
    /// Number of the last reading of all folders.
    pub(crate) scan: u64,
    said_quiescent: Option<bool>,
}

/// Beyond, places in the file are looked up in the text at hand.
const EDITS_KEPT: usize = 10_000;

impl State {
    pub(crate) fn new(events: mpsc::WeakSender<Event>, outgoing: mpsc::Sender<Outgoing>) -> Self {
        Self {
            events,
            outgoing,
            client: Arc::default(),
            documents: Arc::default(),
            unsaved: Arc::default(),
            index: Index::default(),
            store: Arc::default(),
            projects: Projects::default(),
            published: Published::default(),
            checks: Checks::default(),
            ahead: Ahead::default(),
            dirty: Dirty::new(),
            stale: BTreeSet::new(),
            scan: 0,
            said_quiescent: None,
        }
    }

    /// Until nobody can send events any more.
    pub(crate) async fn run(mut self, mut events: mpsc::Receiver<Event>) {
        loop {
            let due = self.checks.next_due().into_iter().chain(self.ahead.next_due()).min();
            let mut event = tokio::select! {
                event = events.recv() => match event {
                    Some(event) => Some(event),
                    None => return,
                },
                () = sleep_until(due) => None,
            };
            let mut handled = 0;
            while let Some(next) = event {
                self.handle(next).await;
                handled += 1;
                event = if handled < BATCH_MAX { events.try_recv().ok() } else { None };
            }
            self.settle().await;
        }
    }

    async fn handle(&mut self, event: Event) {
        match event {
            Event::Changed(change) => self.changed(change).await,
            Event::Snapshot(reply) => {
                self.refresh();
                // Whoever asked may have been cancelled.
                let _ = reply.send(self.snapshot());
            }
            Event::Daemon { root, news } => self.heard(&root, news).await,
            Event::Scanned { scan, index } if scan == self.scan => self.scanned(*index),
            Event::Scanned { .. } => {}
            Event::FilesRead(files) => self.files_read(files),
            Event::RustRead { id, version, file } => self.rust_read(id, version, file.map(|file| *file)),
            Event::Checked { path, version, outcome } => self.checked(&path, version, outcome),
            Event::Settings(settings) => self.use_settings(settings),
        }
    }

    async fn changed(&mut self, change: Change) {
        match change {
            Change::Initialize(params) => self.initialize(&params).await,
            Change::Initialized => self.start().await,
            Change::Open(params) => self.open(params),
            Change::Edit(params) => self.edit(&params),
            Change::Save(params) => self.save(&DocumentId::of(&params.text_document.uri)),
            Change::Close(params) => self.close(&DocumentId::of(&params.text_document.uri)).await,
            Change::Settings(params) => self.settings(&params.settings).await,
            Change::Folders(params) => self.folders(&params),
            Change::Watched(params) => {
                let paths =
                    params.changes.iter().filter_map(|change| Some(DocumentId::of(&change.uri).path()?.to_owned()));
                self.read_files(paths.collect());
            }
        }
    }

    async fn initialize(&mut self, params: &InitializeParams) {
        let (client, problem) = Client::of(params);
        self.client = Arc::new(client);
        if let Some(problem) = problem {
            self.say(Outgoing::Log(MessageType::WARNING, format!("{problem}; this session only parses templates")))
                .await;
        }
    }

    /// The client is ready to be spoken to.
    async fn start(&mut self) {
        if self.client.watches {
            self.say(Outgoing::Watch).await;
        }
        self.read_folders();
        self.find_projects();
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        let id = DocumentId::of(&item.uri);
        let language = Language::of(&id, &item.language_id);
        let text = Text::new(item.text);
        let document = Document { uri: item.uri, language, version: item.version, text };
        if let Some(path) = id.path() {
            // An editor opens a file as it is on the disk, or with a backup of unsaved work; the disk knows.
            let saved = scan::read(path).map(Text::new).filter(|saved| saved.as_str() == document.text.as_str());
            if let Some(saved) = saved {
                Arc::make_mut(&mut self.unsaved).insert(id.clone(), Unsaved { saved, edits: Vec::new() });
            }
            self.dirty.insert(path.to_owned());
        }
        Arc::make_mut(&mut self.documents).insert(id.clone(), document);
        self.text_changed(id);
    }

    fn edit(&mut self, params: &DidChangeTextDocumentParams) {
        let id = DocumentId::of(&params.text_document.uri);
        let encoding = self.client.encoding;
        let Some(document) = Arc::make_mut(&mut self.documents).get_mut(&id) else {
            tracing::warn!(uri = params.text_document.uri.as_str(), "a change of a document that is not open");
            return;
        };
        let edits = document.apply(&params.content_changes, encoding);
        document.version = params.text_document.version;
        if let Some(path) = id.path() {
            Arc::make_mut(&mut self.store).edited(path, &edits);
        }
        if let Some(unsaved) = Arc::make_mut(&mut self.unsaved).get_mut(&id) {
            unsaved.edits.extend(edits);
            if unsaved.edits.len() > EDITS_KEPT {
                Arc::make_mut(&mut self.unsaved).remove(&id);
            }
        }
        self.text_changed(id);
    }

    fn save(&mut self, id: &DocumentId) {
        let Some(document) = self.documents.get(id) else { return };
        Arc::make_mut(&mut self.unsaved)
            .insert(id.clone(), Unsaved { saved: document.text.clone(), edits: Vec::new() });
        if let Some(path) = id.path() {
            self.dirty.insert(path.to_owned());
            if document.language == Language::Other {
                self.read_files(vec![path.to_owned()]);
            }
        }
    }

    async fn close(&mut self, id: &DocumentId) {
        let Some(document) = Arc::make_mut(&mut self.documents).remove(id) else { return };
        Arc::make_mut(&mut self.unsaved).remove(id);
        self.stale.remove(id);
        let Some(path) = id.path() else {
            self.say(Outgoing::Publish { uri: document.uri, diagnostics: Vec::new(), version: None }).await;
            return;
        };
        self.checks.forget(path);
        self.forget_ahead(path);
        let store = Arc::make_mut(&mut self.store);
        store.set_forge(path, Vec::new());
        self.dirty.extend(store.set_typed(path, BTreeMap::new()));
        // What was not saved is gone.
        self.read_files(vec![path.to_owned()]);
    }

    async fn settings(&mut self, value: &Value) {
        match self.client.settings.changed(value) {
            Ok(settings) => self.use_settings(settings),
            Err(problem) => {
                self.say(Outgoing::Log(MessageType::WARNING, format!("{problem}; the ones before stay in force"))).await
            }
        }
    }

    fn use_settings(&mut self, settings: Settings) {
        if settings == self.client.settings {
            return;
        }
        Arc::make_mut(&mut self.client).settings = settings;
        self.dirty.extend(self.store.files());
        self.find_projects();
    }

    fn folders(&mut self, params: &DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[tower_lsp::ls_types::WorkspaceFolder]| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| Some(DocumentId::of(&folder.uri).path()?.to_owned())).collect()
        };
        let removed = paths(&params.event.removed);
        let client = Arc::make_mut(&mut self.client);
        client.folders.retain(|folder| !removed.contains(folder));
        client.folders.extend(paths(&params.event.added));
        self.read_folders();
        self.find_projects();
    }

    /// What follows from a new text of a document.
    fn text_changed(&mut self, id: DocumentId) {
        match self.documents[&id].language {
            Language::Forge => {
                if let Some(path) = id.path() {
                    self.checks.schedule(path);
                }
                self.stale.insert(id);
            }
            Language::Rust => {
                if let Some(path) = id.path() {
                    self.ahead.schedule(path);
                }
                self.read_rust(id);
            }
            Language::Other => {}
        }
    }

    fn checked(&mut self, path: &Path, version: i32, outcome: CheckOutcome) {
        self.checks.ended(path);
        let is_current =
            self.documents.get(&DocumentId::File(path.to_owned())).is_some_and(|document| document.version == version);
        if !is_current {
            return;
        }
        if let CheckOutcome::Checked(findings) = outcome {
            self.dirty.extend(Arc::make_mut(&mut self.store).set_checked(path, findings));
            self.published.pulled_anew = true;
        }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            documents: Arc::clone(&self.documents),
            index: self.index.clone(),
            daemons: self.projects.views(),
            diagnostics: Arc::clone(&self.store),
            client: Arc::clone(&self.client),
            unsaved: Arc::clone(&self.unsaved),
        }
    }

    /// Works out what follows from the events, and says it.
    async fn settle(&mut self) {
        self.refresh();
        self.start_checks();
        self.build_ahead();
        self.publish().await;
        self.say_status().await;
        let is_quiescent = self.index.is_complete;
        if self.client.shows_server_status && self.said_quiescent != Some(is_quiescent) {
            self.said_quiescent = Some(is_quiescent);
            self.say(Outgoing::ServerStatus { is_quiescent, problem: self.projects.problem() }).await;
        }
    }

    pub(crate) async fn say(&self, message: Outgoing) {
        // The outbox ends with the connection; then nobody listens.
        let _ = self.outgoing.send(message).await;
    }

    /// Connects to the daemons of all folders, as far as that is wanted.
    pub(crate) fn find_projects(&mut self) {
        let usage = self.client.settings.daemon();
        let Some(events) = self.events.upgrade() else { return };
        let folders =
            self.client.folders.iter().filter(|folder| usage != DaemonUse::Off && self.index.is_project(folder));
        let wanted: Vec<PathBuf> = folders.cloned().collect();
        for root in
            self.projects.use_folders(&wanted, usage, |folder| DaemonHandle::spawn(folder, usage, events.clone()))
        {
            self.dirty.extend(Arc::make_mut(&mut self.store).set_daemon(&root, &[]));
        }
    }

    async fn heard(&mut self, root: &Path, news: News) {
        let Some(heard) = self.projects.heard(root, news) else { return };
        if let Some(diagnostics) = heard.diagnostics {
            let dirty = Arc::make_mut(&mut self.store).set_daemon(root, &diagnostics);
            self.published.pulled_anew |= !dirty.is_empty();
            self.dirty.extend(dirty);
        }
        self.read_files(heard.files);
        if heard.is_built {
            for path in self.open_templates() {
                self.checks.schedule(&path);
            }
            self.published.lenses_anew = true;
        }
    }

    /// The view of a project's daemon.
    pub(crate) fn daemon_of(&self, path: &Path) -> Option<(&DaemonHandle, &DaemonView)> {
        self.projects.of(path)
    }
}

async fn sleep_until(due: Option<tokio::time::Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
