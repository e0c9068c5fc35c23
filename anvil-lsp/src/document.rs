//! An open document, and how a file of an editor is named here.

use std::path::{Path, PathBuf};

use tower_lsp::ls_types::{TextDocumentContentChangeEvent, Uri};

use forge_codegen::Span;

use crate::text::{Encoding, Text};

/// A file by its path, whatever way the client spells its address; anything else by its address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum DocumentId {
    File(PathBuf),
    Other(String),
}

impl DocumentId {
    #[must_use]
    pub(crate) fn of(uri: &Uri) -> Self {
        let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
        match uri.to_file_path().filter(|_| is_file) {
            Some(path) => Self::File(path.into_owned()),
            None => Self::Other(uri.as_str().to_owned()),
        }
    }

    #[must_use]
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Other(_) => None,
        }
    }
}

/// The address of a file.
#[must_use]
pub(crate) fn uri_of(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Forge,
    Rust,
    Other,
}

impl Language {
    /// By the file's name; the client's word decides where the name says nothing.
    #[must_use]
    pub(crate) fn of(id: &DocumentId, said: &str) -> Self {
        let name = match id {
            DocumentId::File(path) => path.to_string_lossy().into_owned(),
            DocumentId::Other(uri) => uri.clone(),
        };
        match said {
            _ if name.ends_with(".forge.html") => Self::Forge,
            _ if name.ends_with(".rs") => Self::Rust,
            "forge" => Self::Forge,
            "rust" => Self::Rust,
            _ => Self::Other,
        }
    }
}

/// A document as it stands in the editor. Clones share the text.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// As the client spells it.
    pub uri: Uri,
    pub language: Language,
    pub version: i32,
    pub text: Text,
}

/// How a document differs from its file.
#[derive(Debug, Clone)]
pub(crate) struct Unsaved {
    /// The text of the file.
    pub saved: Text,
    /// From there to the text in the editor, in order.
    pub edits: Vec<Edit>,
}

/// A part of a text that was replaced, in offsets of the text before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edit {
    pub replaced: Span,
    /// Bytes of the new part.
    pub inserted: u32,
}

impl Document {
    /// Applies the changes one after the other; each counts in the text that the one before left.
    pub(crate) fn apply(&mut self, changes: &[TextDocumentContentChangeEvent], encoding: Encoding) -> Vec<Edit> {
        let mut edits = Vec::with_capacity(changes.len());
        for change in changes {
            let replaced = match change.range {
                Some(range) => self.text.span(range, encoding),
                None => Span::new(0, self.text.as_str().len() as u32),
            };
            edits.push(Edit { replaced, inserted: change.text.len() as u32 });
            self.text = self.text.replaced(replaced, &change.text);
        }
        edits
    }
}

impl Edit {
    /// Where a place of the text before is afterwards. Nothing if the edit touched it.
    #[must_use]
    pub(crate) fn moved(&self, span: Span) -> Option<Span> {
        if span.end <= self.replaced.start {
            return Some(span);
        }
        if span.start < self.replaced.end {
            return None;
        }
        let shift = |at: u32| at - self.replaced.len() + self.inserted;
        Some(Span::new(shift(span.start), shift(span.end)))
    }
}
