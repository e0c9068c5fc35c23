//! The state's index: read from the disk in the background, and kept as the editor has it.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use crate::{
    diagnostics,
    document::{DocumentId, Language},
    index::{Index, RustFile, scan},
    state::{Event, State},
};

impl State {
    /// Reads all folders anew, in the background.
    pub(crate) fn read_folders(&mut self) {
        self.scan += 1;
        let (scan, folders) = (self.scan, self.client.folders.clone());
        let Some(events) = self.events.upgrade() else { return };
        tokio::task::spawn_blocking(move || {
            let index = scan::scan(&folders, &|| events.is_closed());
            // The state has ended meanwhile.
            let _ = events.blocking_send(Event::Scanned { scan, index: Box::new(index) });
        });
    }

    pub(crate) fn scanned(&mut self, index: Index) {
        self.index = index;
        self.stale.extend(self.documents.keys().cloned());
        for document in self.documents.values().filter(|document| document.language == Language::Rust) {
            self.read_rust(DocumentId::of(&document.uri));
        }
        // What is an Anvilforge project is known only now.
        self.find_projects();
    }

    /// Reads files again that changed on the disk. Those that are open count as the editor has them.
    pub(crate) fn read_files(&mut self, paths: Vec<PathBuf>) {
        let Some(events) = self.events.upgrade() else { return };
        if paths.iter().any(|path| path.file_name().is_some_and(|name| name == "Cargo.toml" || name == "build.rs")) {
            self.read_folders();
            return;
        }
        let open = |path: &PathBuf| self.documents.contains_key(&DocumentId::File(path.clone()));
        let paths: Vec<PathBuf> = paths.into_iter().filter(|path| !open(path)).collect();
        if paths.is_empty() {
            return;
        }
        tokio::task::spawn_blocking(move || {
            let files = paths
                .into_iter()
                .map(|path| {
                    let text = scan::read(&path);
                    (path, text)
                })
                .collect();
            let _ = events.blocking_send(Event::FilesRead(files));
        });
    }

    pub(crate) fn files_read(&mut self, files: Vec<(PathBuf, Option<String>)>) {
        for (path, text) in files {
            // It was opened meanwhile.
            if self.documents.contains_key(&DocumentId::File(path.clone())) {
                continue;
            }
            self.index.replace(&path, text.as_deref());
        }
        // What another template says may be wrong or right now.
        self.stale.extend(self.open_templates().into_iter().map(DocumentId::File));
    }

    /// Reads an open Rust file in the background.
    pub(crate) fn read_rust(&self, id: DocumentId) {
        let (Some(document), Some(events)) = (self.documents.get(&id), self.events.upgrade()) else { return };
        let (text, version) = (document.text.clone(), document.version);
        let is_known = id.path().is_some_and(|path| self.index.knows_rust(path));
        tokio::task::spawn_blocking(move || {
            let file = RustFile::read(text.as_str());
            let file = file.or_else(|| (!is_known).then(|| RustFile::read_partly(text.as_str()))).map(Box::new);
            let _ = events.blocking_send(Event::RustRead { id, version, file });
        });
    }

    pub(crate) fn rust_read(&mut self, id: DocumentId, version: i32, file: Option<RustFile>) {
        let is_current = self.documents.get(&id).is_some_and(|document| document.version == version);
        // A file that cannot be parsed while somebody types says what it said before.
        if let (true, Some(path), Some(file)) = (is_current, id.path(), file) {
            self.index.replace_rust(path, Some(file));
        }
    }

    /// Gives the index the texts that the editor has, and finds out what is wrong with them.
    pub(crate) fn refresh(&mut self) {
        if self.stale.is_empty() {
            return;
        }
        let mut packages = BTreeSet::new();
        for id in std::mem::take(&mut self.stale) {
            let (Some(document), Some(path)) = (self.documents.get(&id), id.path()) else { continue };
            if document.language != Language::Forge {
                continue;
            }
            match self.index.set_template(path, document.text.as_str()) {
                Some(package) => drop(packages.insert(package)),
                None => {
                    let findings = diagnostics::of_text(path, document.text.as_str());
                    Arc::make_mut(&mut self.store).set_forge(path, findings);
                }
            }
            self.dirty.insert(path.to_owned());
        }
        for package in packages {
            let mut findings = diagnostics::of_templates(&self.index, package);
            for path in self.open_templates() {
                if self.index.packages[package].name_of(&path).is_none() {
                    continue;
                }
                let found = findings.remove(&path).unwrap_or_default();
                if Arc::make_mut(&mut self.store).set_forge(&path, found) {
                    self.dirty.insert(path);
                }
            }
        }
    }

    pub(crate) fn open_templates(&self) -> Vec<PathBuf> {
        let open = self.documents.iter().filter(|(_, document)| document.language == Language::Forge);
        open.filter_map(|(id, _)| Some(id.path()?.to_owned())).collect()
    }
}
