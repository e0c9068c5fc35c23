//! One look of the compiler at unsaved templates: what it says, and what of it belongs to templates.

use std::path::{Path, PathBuf};

use anvild_protocol::{CheckOutcome, Diagnostic, ForgeChecked, Severity, Source};

use super::{
    command::{Cancel, RunError},
    library::stale,
    replay::{Compiled, replay},
    shadow::Glance,
};

/// Codes of errors in Rust code after which the compiler does not look at types.
const BEFORE_TYPES: [&str; 3] = ["rustc", "E0432", "E0433"];

/// What a look has come to.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) checked: ForgeChecked,
    /// Notes about crates that were in order.
    pub(super) known: Vec<PathBuf>,
    /// Notes about crates that were not.
    pub(super) unknown: Vec<PathBuf>,
}

impl Looked {
    pub(super) fn nothing(checked: ForgeChecked) -> Self {
        Self { checked, known: Vec::new(), unknown: Vec::new() }
    }
}

pub(super) fn answer(outcome: CheckOutcome, why: Option<String>) -> ForgeChecked {
    ForgeChecked { outcome, why, diagnostics: Vec::new() }
}

/// Runs the compiler for each crate. `file` is the template as the client calls it.
pub(super) async fn look(glances: Vec<Glance>, file: PathBuf, mut cancel: Cancel) -> Looked {
    let mut looked = Looked::nothing(answer(CheckOutcome::Checked, None));
    for glance in glances {
        let seen = match replay(&glance.capture, &glance.derivation, &mut cancel).await {
            Ok(compiled) => {
                let notes = if compiled.succeeded { &mut looked.known } else { &mut looked.unknown };
                notes.extend(glance.derivation.incremental.clone());
                seen(compiled)
            }
            Err(RunError::Cancelled) => return Looked::nothing(answer(CheckOutcome::Replaced, None)),
            Err(error) => Err(error.to_string()),
        };
        let checked = &mut looked.checked;
        let Seen { errors, beside } = match seen {
            Ok(seen) => seen,
            Err(why) => {
                *checked = answer(CheckOutcome::Unavailable, Some(why));
                return looked;
            }
        };
        checked.why = checked.why.take().or(beside);
        for error in errors {
            let error = renamed(error, &glance.file, &file);
            // What several views are made of is compiled several times.
            if !checked.diagnostics.iter().any(|known| is_same(known, &error)) {
                checked.diagnostics.push(error);
            }
        }
    }
    looked
}

/// What the compiler has found.
#[derive(Debug, PartialEq)]
struct Seen {
    /// In templates.
    errors: Vec<Diagnostic>,
    /// The first error elsewhere, as a sentence.
    beside: Option<String>,
}

/// Where a template says of which type a variable is, and nothing else does, the compiler misses it: other views have no code here.
const MISSED: [&str; 2] = ["E0282", "E0283"];

/// An error says why the compiler has not looked at templates.
fn seen(compiled: Compiled) -> Result<Seen, String> {
    let is_in_template = |found: &Diagnostic| found.file.as_deref().is_some_and(|file| file.ends_with(".forge.html"));
    let stale = if compiled.succeeded { None } else { stale(&compiled) };
    let errors = compiled.diagnostics.into_iter().filter(|found| found.severity == Severity::Error);
    let (mut errors, others): (Vec<_>, Vec<_>) = errors.partition(is_in_template);
    if errors.is_empty() {
        if let Some(why) = stale {
            return Err(format!("the app does not fit together, save it once more: {why}"));
        }
        if let Some(first) = others.iter().find(|found| BEFORE_TYPES.contains(&found.code.as_str())) {
            return Err(format!("the Rust code has an error before types are looked at: {}", sentence(first)));
        }
    }
    for error in &mut errors {
        error.source = Source::Forge;
    }
    let beside = others.iter().find(|found| !MISSED.contains(&found.code.as_str()));
    let beside = beside.map(|first| format!("the Rust code has an error, too: {}", sentence(first)));
    Ok(Seen { errors, beside })
}

fn sentence(found: &Diagnostic) -> String {
    let line = found.line.map(|line| format!(":{line}")).unwrap_or_default();
    let place = found.file.as_ref().map(|file| format!("{file}{line}: ")).unwrap_or_default();
    let code = if found.code == "rustc" { String::new() } else { format!("{} ", found.code) };
    format!("{place}{code}{}", found.message)
}

/// The same with the client's name for its file.
fn renamed(mut found: Diagnostic, known: &Path, wanted: &Path) -> Diagnostic {
    let rename = |file: &mut String| {
        if Path::new(&*file) == known {
            *file = wanted.to_string_lossy().into_owned();
        }
    };
    found.file.as_mut().map(rename);
    found.labels.iter_mut().for_each(|label| rename(&mut label.file));
    found
}

fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    let place = |found: &Diagnostic| (found.line, found.column, found.end_line, found.end_column);
    (&one.code, &one.file, &one.message) == (&other.code, &other.file, &other.message) && place(one) == place(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str, file: &str) -> Diagnostic {
        Diagnostic::error(Source::Build, code, "no").at(file, 3, 4)
    }

    fn compiled(diagnostics: Vec<Diagnostic>) -> Compiled {
        Compiled { succeeded: diagnostics.is_empty(), diagnostics, stderr: String::new() }
    }

    #[test]
    fn errors_of_templates_are_told_from_those_that_hide_them() {
        let template = error("E0609", "/p/templates/a.forge.html");
        let found = seen(compiled(vec![template.clone(), error("E0308", "/p/src/lib.rs")])).unwrap();
        assert_eq!(found.errors, [Diagnostic { source: Source::Forge, ..template }]);
        assert_eq!(found.beside.as_deref(), Some("the Rust code has an error, too: /p/src/lib.rs:3: E0308 no"));
        assert_eq!(seen(compiled(vec![])), Ok(Seen { errors: vec![], beside: None }));
        // A type that is wrong elsewhere hides nothing; a syntax error hides everything.
        assert_eq!(seen(compiled(vec![error("E0308", "/p/src/lib.rs")])).unwrap().errors, []);
        assert_eq!(seen(compiled(vec![error("E0282", "/p/src/lib.rs")])).unwrap().beside, None);
        let hidden = seen(compiled(vec![error("rustc", "/p/src/lib.rs")])).unwrap_err();
        assert!(hidden.ends_with("before types are looked at: /p/src/lib.rs:3: no"), "{hidden}");
        let stale = seen(compiled(vec![error("E0460", "/p/src/lib.rs")])).unwrap_err();
        assert!(stale.contains("save it once more"), "{stale}");
    }

    #[test]
    fn the_client_reads_its_own_name_of_the_file() {
        let known = error("E0609", "/p/app/../shared/a.forge.html");
        let renamed = renamed(known, Path::new("/p/app/../shared/a.forge.html"), Path::new("/p/shared/a.forge.html"));
        assert_eq!(renamed.file.as_deref(), Some("/p/shared/a.forge.html"));
    }
}
