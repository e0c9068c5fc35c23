//! Generated text, and where its pieces come from.

use std::fmt::Write as _;

use super::map::{Entry, SourceMap};
use crate::span::Span;

#[derive(Debug, Default)]
pub(super) struct Writer {
    code: String,
    depth: usize,
    entries: Vec<Entry>,
    files: Vec<String>,
    /// The template that is being printed.
    file: u32,
}

impl Writer {
    /// Says which template the pieces come from now. Returns the one before.
    pub(super) fn enter(&mut self, file: &str) -> u32 {
        let known = self.files.iter().position(|known| known == file);
        let index = known.unwrap_or_else(|| {
            self.files.push(file.to_owned());
            self.files.len() - 1
        });
        std::mem::replace(&mut self.file, index as u32)
    }

    pub(super) fn leave(&mut self, before: u32) {
        self.file = before;
    }

    pub(super) fn at(&self) -> usize {
        self.code.len()
    }

    pub(super) fn push(&mut self, text: &str) {
        self.code.push_str(text);
    }

    /// A piece that begins at `start` and ends here.
    pub(super) fn piece(&mut self, start: usize, span: Span) {
        self.record(start, span, false);
    }

    /// A piece of what is written already, as long as its place is.
    pub(super) fn piece_at(&mut self, start: usize, span: Span) {
        let (start, file) = (start as u32, self.file);
        self.entries.push(Entry { start, end: start + span.len(), file, span, is_verbatim: true });
    }

    /// Text that stands for a piece of the template as a whole.
    pub(super) fn leaf(&mut self, text: &str, span: Span) {
        let start = self.at();
        self.push(text);
        self.record(start, span, true);
    }

    /// A piece from `start` to here that is one token.
    pub(super) fn token(&mut self, start: usize, span: Span) {
        self.record(start, span, true);
    }

    /// Text that is the template's, byte for byte.
    pub(super) fn verbatim(&mut self, text: &str, span: Span) {
        let start = self.at();
        self.push(text);
        self.record(start, span, true);
    }

    fn record(&mut self, start: usize, span: Span, is_verbatim: bool) {
        let (start, end) = (start as u32, self.code.len() as u32);
        let is_verbatim = is_verbatim && end - start == span.len();
        self.entries.push(Entry { start, end, file: self.file, span, is_verbatim });
    }

    /// The beginning of a line.
    pub(super) fn start(&mut self) {
        if !self.code.is_empty() && !self.code.ends_with('\n') {
            self.code.push('\n');
        }
        let _ = write!(self.code, "{:1$}", "", self.depth * 4);
    }

    pub(super) fn line(&mut self, text: &str) {
        self.start();
        self.push(text);
        self.push("\n");
    }

    /// A line that opens a brace.
    pub(super) fn open(&mut self, text: &str) {
        self.line(text);
        self.depth += 1;
    }

    /// Goes on behind what was begun with [`start`](Self::start), and opens a brace.
    pub(super) fn open_here(&mut self, text: &str) {
        self.push(text);
        self.push("\n");
        self.depth += 1;
    }

    /// What follows is within a brace that is open already.
    pub(super) fn indent(&mut self) {
        self.depth += 1;
    }

    pub(super) fn outdent(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn close(&mut self, text: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line(text);
    }

    /// Ends what was begun with [`start`](Self::start).
    pub(super) fn end(&mut self, text: &str) {
        self.push(text);
        self.push("\n");
    }

    /// Puts text in front of all pieces from `at` on.
    pub(super) fn insert(&mut self, at: usize, text: &str) {
        self.code.insert_str(at, text);
        for entry in self.entries.iter_mut().filter(|entry| entry.start as usize >= at) {
            entry.start += text.len() as u32;
            entry.end += text.len() as u32;
        }
    }

    pub(super) fn finish(self) -> (String, SourceMap) {
        let map = SourceMap::new(self.files, &self.code, self.entries);
        (self.code, map)
    }
}
