//! A project on disk, a watcher on it, and a mirror: the content as a reader of the watcher's batches knows it.

pub(crate) mod fake;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anvild::watch::{ChangeKind, Roots, Tree, WatchBatch, WatchConfig, WatchHandle};
use anvild_protocol::WatchSnapshot;
use tempfile::TempDir;
use tokio::{sync::mpsc, time::timeout};

/// Ends a test that waits for ever; nothing depends on its length.
const DEADLINE: Duration = Duration::from_secs(60);

/// Writes `text` to `name` below `root`, with the folders on the way.
pub(crate) fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    let _ = fs::create_dir_all(path.parent().expect("a file is in a folder"));
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

pub(crate) struct Project {
    dir: Arc<TempDir>,
    root: PathBuf,
    roots: Roots,
    own: Vec<PathBuf>,
    watcher: Option<(WatchHandle, mpsc::Receiver<WatchBatch>)>,
    mirror: BTreeMap<PathBuf, Vec<u8>>,
}

impl Project {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let root = fs::canonicalize(dir.path()).expect("it exists").join("project");
        fs::create_dir(&root).expect("create");
        Self { dir: Arc::new(dir), root, roots: Roots::default(), own: vec![], watcher: None, mirror: BTreeMap::new() }
    }

    /// Another reader of the same files.
    pub(crate) fn second(&self) -> Self {
        let (dir, root) = (Arc::clone(&self.dir), self.root.clone());
        Self { dir, root, roots: Roots::default(), own: vec![], watcher: None, mirror: BTreeMap::new() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder around the project.
    pub(crate) fn parent(&self) -> &Path {
        self.root.parent().expect("the project is in a folder")
    }

    pub(crate) async fn watch(&mut self, config: WatchConfig, roots: Roots) {
        self.own = config.own_dirs.clone();
        let (handle, batches) = WatchHandle::spawn(config);
        handle.set_roots(roots.clone()).await;
        self.roots = roots;
        self.mirror = self.on_disk();
        self.watcher = Some((handle, batches));
    }

    pub(crate) fn handle(&self) -> &WatchHandle {
        &self.watcher.as_ref().expect("watch() was called").0
    }

    pub(crate) fn snapshot(&self) -> WatchSnapshot {
        self.handle().snapshot()
    }

    /// The next batch, already in the mirror.
    pub(crate) async fn next_batch(&mut self) -> WatchBatch {
        let batches = &mut self.watcher.as_mut().expect("watch() was called").1;
        let batch = timeout(DEADLINE, batches.recv()).await.expect("a batch in time").expect("a living watcher");
        self.reflect(&batch);
        batch
    }

    /// Scans; returns how many batches were delivered by the time it ended.
    pub(crate) async fn sync(&mut self) -> usize {
        let (handle, batches) = self.watcher.as_mut().expect("watch() was called");
        let mut sync = Box::pin(timeout(DEADLINE, handle.sync()));
        let mut delivered = Vec::new();
        loop {
            tokio::select! {
                biased;
                Some(batch) = batches.recv() => delivered.push(batch),
                ended = &mut sync => break ended.expect("the sync ends in time"),
            }
        }
        drop(sync);
        delivered.extend(std::iter::from_fn(|| batches.try_recv().ok()));
        for batch in &delivered {
            self.reflect(batch);
        }
        delivered.len()
    }

    fn reflect(&mut self, batch: &WatchBatch) {
        assert!(!batch.changes.is_empty(), "an empty batch");
        for change in &batch.changes {
            match (change.kind, fs::read(&change.path)) {
                (ChangeKind::Created | ChangeKind::Modified, Ok(content)) => {
                    self.mirror.insert(change.path.clone(), content);
                }
                // Gone meanwhile: another batch says so.
                (ChangeKind::Created | ChangeKind::Modified, Err(_)) => {}
                (ChangeKind::Removed, _) => {
                    self.mirror.remove(&change.path);
                }
            }
        }
    }

    /// Paths of the mirror, relative to the project.
    pub(crate) fn mirrored(&self) -> Vec<&str> {
        self.mirror.keys().filter_map(|path| path.strip_prefix(&self.root).ok()?.to_str()).collect()
    }

    /// What a tree without a past says is there.
    fn on_disk(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut tree = Tree::new(self.own.clone());
        tree.set_roots(self.roots.clone());
        tree.paths().filter_map(|path| Some((path.to_path_buf(), fs::read(path).ok()?))).collect()
    }

    pub(crate) fn assert_equal_to_disk(&self, name: &str) {
        assert_eq!(self.mirror, self.on_disk(), "{name}");
    }

    /// Reads batches until the mirror equals the disk.
    pub(crate) async fn until_equal_to_disk(&mut self, name: &str) {
        while self.mirror != self.on_disk() {
            let batches = &mut self.watcher.as_mut().expect("watch() was called").1;
            let Ok(batch) = timeout(DEADLINE, batches.recv()).await else {
                panic!("{name}: no batch for {:?}; {:?}", self.differing(), self.snapshot());
            };
            self.reflect(&batch.expect("a living watcher"));
        }
    }

    fn differing(&self) -> Vec<PathBuf> {
        let disk = self.on_disk();
        let paths: std::collections::BTreeSet<&PathBuf> = self.mirror.keys().chain(disk.keys()).collect();
        paths.into_iter().filter(|path| self.mirror.get(*path) != disk.get(*path)).cloned().collect()
    }

    /// Drops the handle and waits for the end of the channel.
    pub(crate) async fn end(mut self) {
        let (handle, mut batches) = self.watcher.take().expect("watch() was called");
        drop(handle);
        let end = async { while batches.recv().await.is_some() {} };
        timeout(DEADLINE, end).await.expect("the channel ends");
    }
}
