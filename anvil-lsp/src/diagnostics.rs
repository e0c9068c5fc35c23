//! Diagnostics by file and source, kept until their source replaces them, and moved along with the text meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use anvild_protocol::{Diagnostic, Severity, Source};
use forge_codegen::{Code, Finding as SetFinding, LineIndex, Problem, Span};

use crate::{document::Edit, index::Index, settings::Settings};

/// Something that is wrong, at a place of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub source: Source,
    pub code: String,
    pub severity: Severity,
    pub message: String,
    pub help: Option<String>,
    pub place: Place,
    pub related: Vec<Related>,
}

/// Where in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the text as the editor has it.
    Text(Span),
    /// In the file as it is on the disk: lines and columns of the compiler, 1-based, in characters.
    Saved { line: u32, column: u32, end_line: u32, end_column: u32 },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Related {
    pub path: PathBuf,
    pub place: Place,
    pub message: String,
}

/// All findings. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    /// Of templates, by what the editor has: parse, names, props, sections.
    forge: BTreeMap<PathBuf, Arc<[Finding]>>,
    /// Of the types of unsaved templates: by the template that was checked, then by the file that has the mistake.
    typed: BTreeMap<PathBuf, BTreeMap<PathBuf, Vec<Finding>>>,
    /// What daemons say, by project, then by file.
    daemon: BTreeMap<PathBuf, BTreeMap<PathBuf, Vec<Finding>>>,
}

/// Files whose findings may have changed.
pub(crate) type Dirty = BTreeSet<PathBuf>;

impl Store {
    /// Replaces what is known of a template's own text. Whether that changed anything.
    pub(crate) fn set_forge(&mut self, path: &Path, findings: Vec<Finding>) -> bool {
        if self.forge.get(path).map_or(findings.is_empty(), |known| **known == *findings) {
            return false;
        }
        if findings.is_empty() {
            self.forge.remove(path);
        } else {
            self.forge.insert(path.to_owned(), findings.into());
        }
        true
    }

    /// Replaces what the last check of `checked` found.
    pub(crate) fn set_typed(&mut self, checked: &Path, findings: BTreeMap<PathBuf, Vec<Finding>>) -> Dirty {
        let mut dirty: Dirty = findings.keys().cloned().collect();
        let before = if findings.is_empty() {
            self.typed.remove(checked)
        } else {
            self.typed.insert(checked.to_owned(), findings)
        };
        dirty.extend(before.into_iter().flatten().map(|(path, _)| path));
        dirty.insert(checked.to_owned());
        dirty
    }

    /// Replaces all that the daemon of a project has said.
    pub(crate) fn set_daemon(&mut self, root: &Path, diagnostics: &[Diagnostic]) -> Dirty {
        let mut findings: BTreeMap<PathBuf, Vec<Finding>> = BTreeMap::new();
        for diagnostic in diagnostics {
            let path = diagnostic.file.as_ref().map_or_else(|| root.join("Cargo.toml"), PathBuf::from);
            findings.entry(path).or_default().push(Finding::of(diagnostic));
        }
        let before = self.daemon.insert(root.to_owned(), findings).unwrap_or_default();
        let after = &self.daemon[root];
        let changed = |path: &&PathBuf| before.get(*path) != after.get(*path);
        before.keys().chain(after.keys()).filter(changed).cloned().collect()
    }

    /// Moves what is known of a file's text along with edits; what they touch is gone until its source speaks again.
    pub(crate) fn edited(&mut self, path: &Path, edits: &[Edit]) {
        for findings in self.typed.values_mut().filter_map(|by_file| by_file.get_mut(path)) {
            findings.retain_mut(|finding| finding.place.moved(edits));
        }
    }

    /// What is shown for a file. `is_open`: its text is the editor's, and what is said of it by its own text is newer than what a
    /// daemon says of the file on the disk.
    #[must_use]
    pub(crate) fn of(&self, path: &Path, is_open: bool, settings: &Settings) -> Vec<&Finding> {
        let forge = self.forge.get(path).into_iter().flat_map(|findings| findings.iter());
        let typed: Vec<&Finding> = self.typed.values().filter_map(|by_file| by_file.get(path)).flatten().collect();
        let is_checked = self.typed.contains_key(path);
        let daemon = self.daemon.values().filter_map(|by_file| by_file.get(path)).flatten().filter(|finding| {
            match finding.source {
                Source::Build => settings.shows_build(),
                Source::Forge if is_open => !finding.is_of_text() && !is_checked,
                Source::Forge | Source::Reload | Source::Abi | Source::Runtime | Source::Config => true,
            }
        });
        let mut shown: Vec<&Finding> = forge.collect();
        for finding in typed.into_iter().chain(daemon) {
            if !shown.iter().any(|known| known.says_the_same(finding)) {
                shown.push(finding);
            }
        }
        shown
    }

    /// Every file that something is said of.
    #[must_use]
    pub(crate) fn files(&self) -> Dirty {
        let typed = self.typed.values().flat_map(BTreeMap::keys);
        let daemon = self.daemon.values().flat_map(BTreeMap::keys);
        self.forge.keys().chain(typed).chain(daemon).cloned().collect()
    }

    /// Remembers that a check found nothing, so that what a daemon says of older text is not shown.
    pub(crate) fn set_checked(&mut self, checked: &Path, findings: BTreeMap<PathBuf, Vec<Finding>>) -> Dirty {
        let dirty = self.set_typed(checked, findings);
        self.typed.entry(checked.to_owned()).or_default();
        dirty
    }
}

impl Place {
    fn moved(&mut self, edits: &[Edit]) -> bool {
        let Self::Text(span) = self else { return true };
        for edit in edits {
            match edit.moved(*span) {
                Some(moved) => *span = moved,
                None => return false,
            }
        }
        true
    }

    /// The place of a daemon's finding in `text`, which it speaks of.
    #[must_use]
    pub(crate) fn span(self, text: &str) -> Span {
        match self {
            Self::Text(span) => span,
            Self::Saved { line, column, end_line, end_column } => {
                let index = LineIndex::new(text);
                let start = index.offset_of_char(line, column);
                Span::new(start, index.offset_of_char(end_line, end_column).max(start))
            }
        }
    }
}

impl Finding {
    /// A daemon's diagnostic. Without an end it is the one character; without a place the file's first.
    #[must_use]
    pub(crate) fn of(diagnostic: &Diagnostic) -> Self {
        let (line, column) = (diagnostic.line.unwrap_or(1), diagnostic.column.unwrap_or(1));
        let related = diagnostic.labels.iter().map(|label| Related {
            path: PathBuf::from(&label.file),
            place: Place::Saved {
                line: label.line,
                column: label.column,
                end_line: label.line,
                end_column: label.column + 1,
            },
            message: label.message.clone(),
        });
        Self {
            source: diagnostic.source,
            code: diagnostic.code.clone(),
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            place: Place::Saved {
                line,
                column,
                end_line: diagnostic.end_line.unwrap_or(line),
                end_column: diagnostic.end_column.unwrap_or(column + 1),
            },
            related: related.collect(),
        }
    }

    /// The same in offsets of `text`, which the daemon was given.
    #[must_use]
    pub(crate) fn placed_in(mut self, text: &str) -> Self {
        self.place = Place::Text(self.place.span(text));
        self
    }

    fn of_problem(path: &Path, problem: &Problem) -> Self {
        let related = problem.related.iter().map(|(span, message)| Related {
            path: path.to_owned(),
            place: Place::Text(*span),
            message: message.clone(),
        });
        Self {
            source: Source::Forge,
            code: problem.code.as_str().to_owned(),
            severity: Severity::Error,
            message: problem.message.clone(),
            help: problem.help.clone(),
            place: Place::Text(problem.span),
            related: related.collect(),
        }
    }

    /// Found by reading a template, without the compiler.
    fn is_of_text(&self) -> bool {
        self.code.starts_with("FRG")
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.code == other.code && self.message == other.message && self.place == other.place
    }
}

/// What is wrong with the templates of a set, by file. `is_complete`: all templates are there, so that one may be called missing.
#[must_use]
pub(crate) fn of_templates(index: &Index, package: usize) -> BTreeMap<PathBuf, Vec<Finding>> {
    let package = &index.packages[package];
    let mut findings: BTreeMap<PathBuf, Vec<Finding>> = BTreeMap::new();
    for SetFinding { view, problem, elsewhere } in package.set.problems() {
        if !index.is_complete && speaks_of_others(problem.code) {
            continue;
        }
        let Some(path) = package.views.get(&view) else { continue };
        let mut finding = Finding::of_problem(path, &problem);
        finding.related.extend(elsewhere.into_iter().filter_map(|elsewhere| {
            let path = package.views.get(&elsewhere.view)?.clone();
            Some(Related { path, place: Place::Text(elsewhere.span), message: elsewhere.what })
        }));
        findings.entry(path.clone()).or_default().push(finding);
    }
    findings
}

/// What is wrong with a text that belongs to no package.
#[must_use]
pub(crate) fn of_text(path: &Path, text: &str) -> Vec<Finding> {
    let options = forge_codegen::Options::default();
    let template = forge_codegen::parse(text, &options);
    let analysis = forge_codegen::analyse("untitled", &template, &options);
    let own = analysis.problems.iter().filter(|problem| !speaks_of_others(problem.code));
    own.map(|problem| Finding::of_problem(path, problem)).collect()
}

fn speaks_of_others(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownView
            | Code::UnknownComponent
            | Code::MissingProp
            | Code::InclusionCycle
            | Code::UnusedSection
            | Code::UnknownVariable
    )
}
