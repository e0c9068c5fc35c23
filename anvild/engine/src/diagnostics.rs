//! The diagnostics as they stand. Each finder replaces what it found before; which code goes with which finding is in
//! `findings.rs` and `refusal.rs`.

use anvild_protocol::{Diagnostic, Generation, Severity};

/// Findings about the running app that are kept.
const RUNTIME_MAX: usize = 20;
/// Bytes of compiler output that a browser overlay gets: far more than fits a screen, far less than a frame.
const RENDERED_BYTES_MAX: usize = 128 * 1024;

/// Sorted by who found it, not by [`anvild_protocol::Source`]: the builder also finds what is wrong with the configuration.
#[derive(Debug)]
pub(crate) struct Board {
    build: Vec<Diagnostic>,
    abi: Vec<Diagnostic>,
    reload: Vec<Diagnostic>,
    config: Option<Diagnostic>,
    /// With the generation that it is about.
    runtime: Vec<(Generation, Diagnostic)>,
}

impl Board {
    pub(crate) fn new() -> Self {
        Self { build: Vec::new(), abi: Vec::new(), reload: Vec::new(), config: None, runtime: Vec::new() }
    }

    pub(crate) fn all(&self) -> Vec<Diagnostic> {
        let found = [&self.build, &self.abi, &self.reload].into_iter().flatten();
        let runtime = self.runtime.iter().map(|(_, found)| found);
        found.chain(&self.config).chain(runtime).cloned().collect()
    }

    /// A build succeeded: what was wrong with the source before it no longer counts.
    pub(crate) fn built(&mut self, warnings: Vec<Diagnostic>) {
        self.build = warnings;
        self.abi.clear();
        self.reload.clear();
    }

    /// A patch was made: the errors before it no longer count, the warnings are the full build's to renew.
    pub(crate) fn patched(&mut self) {
        self.build.retain(|found| found.severity != Severity::Error);
        self.abi.clear();
        self.reload.clear();
    }

    pub(crate) fn set_build(&mut self, found: Vec<Diagnostic>) {
        self.build = found;
    }

    pub(crate) fn set_abi(&mut self, found: Vec<Diagnostic>) {
        self.abi = found;
    }

    pub(crate) fn set_reload(&mut self, found: Vec<Diagnostic>) {
        self.reload = found;
    }

    pub(crate) fn set_config(&mut self, found: Option<Diagnostic>) {
        self.config = found;
    }

    /// Adds a finding about the running app. The same finding at the same place moves to the end.
    pub(crate) fn add_runtime(&mut self, generation: Generation, found: Diagnostic) {
        let place = |of: &Diagnostic| (of.file.clone(), of.line, of.column);
        self.runtime.retain(|(_, known)| known.message != found.message || place(known) != place(&found));
        self.runtime.push((generation, found));
        let excess = self.runtime.len().saturating_sub(RUNTIME_MAX);
        self.runtime.drain(..excess);
    }

    pub(crate) fn clear_runtime(&mut self) {
        self.runtime.clear();
    }

    /// Forgets what was found in generations before this one. A request that waited for it may have failed before the host has said
    /// that it is live.
    pub(crate) fn clear_runtime_before(&mut self, generation: Generation) {
        self.runtime.retain(|(of, _)| *of >= generation);
    }

    pub(crate) fn last_runtime(&self) -> Option<&Diagnostic> {
        self.runtime.last().map(|(_, found)| found)
    }
}

/// Diagnostics for a page: one line and plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outline {
    pub(crate) title: String,
    pub(crate) rendered: String,
}

impl Outline {
    /// Of the errors if there are any, else of all.
    pub(crate) fn of(found: &[Diagnostic], title: &str) -> Self {
        let errors: Vec<&Diagnostic> = found.iter().filter(|found| found.severity == Severity::Error).collect();
        let shown = if errors.is_empty() { found.iter().collect() } else { errors };
        let title = shown.first().map_or_else(|| title.to_owned(), |first| first.message.clone());
        let mut rendered = String::new();
        for diagnostic in shown {
            let text = diagnostic.rendered.as_deref().map_or_else(|| brief(diagnostic), without_colours);
            if rendered.len() + text.len() > RENDERED_BYTES_MAX {
                break;
            }
            if !rendered.is_empty() {
                rendered.push('\n');
            }
            rendered.push_str(&text);
        }
        Self { title, rendered }
    }
}

fn brief(diagnostic: &Diagnostic) -> String {
    let mut text = format!("{}: {}", diagnostic.code, diagnostic.message);
    if let (Some(file), Some(line)) = (&diagnostic.file, diagnostic.line) {
        text.push_str(&format!("\n  --> {file}:{line}:{}", diagnostic.column.unwrap_or(1)));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\n  help: {help}"));
    }
    text
}

/// Removes ANSI control sequences (ECMA-48: `ESC [`, parameters, one final byte from `@` to `~`), which is all that
/// rustc writes.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\u{1b}' {
            plain.push(character);
        } else if rest.next() == Some('[') {
            rest.by_ref().find(|of| ('@'..='~').contains(of));
        }
    }
    plain
}
