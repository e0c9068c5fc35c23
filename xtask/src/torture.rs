//! `cargo xtask torture`: edits generated apps in every way that people do, and compares after each edit what the running app
//! answers with what a full build of the same source answers. No difference is allowed.
//!
//! The edits are random and the same for the same seed. What is counted besides is how many of them were patches.

mod report;
mod source;
mod subject;

use std::{process::ExitCode, time::Instant};

use anyhow::{Result, ensure};

use crate::anvil;
use report::Report;
use subject::{Subject, TEMPLATES};

/// After so many differences nobody reads on.
const DIFFERENCES_MAX: usize = 20;
/// Edits of bodies before the first patch must have come.
const WARM_UP_MAX: usize = 12;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Edits, over all apps
    #[arg(long, default_value_t = 300)]
    edits: usize,
    /// Which edits; the same number gives the same ones
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this app
    #[arg(long)]
    app: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let wanted: Vec<_> =
        TEMPLATES.iter().filter(|(name, _)| args.app.as_deref().is_none_or(|only| only == *name)).collect();
    ensure!(!wanted.is_empty(), "the apps are {}", TEMPLATES.map(|(name, _)| name).join(", "));
    let anvil = anvil::build()?;
    let mut report = Report::default();
    let started = Instant::now();
    for (at, (name, template)) in wanted.iter().enumerate() {
        let share = args.edits / wanted.len() + usize::from(at < args.edits % wanted.len());
        let mut subject = Subject::start(&anvil, name, template, args.seed)?;
        subject.warm_up(WARM_UP_MAX)?;
        for number in 1..=share {
            let seen = subject.edit()?;
            eprintln!("{name} {number}/{share}: {seen}");
            if let Some(difference) = &seen.difference {
                println!(
                    "difference: `cargo xtask torture --app {name} --seed {} --edits {number}`\n{difference}",
                    args.seed
                );
            }
            report.add(name, seen);
            if report.differences() >= DIFFERENCES_MAX {
                break;
            }
        }
    }
    print!("{}", report.shown(args.seed, started.elapsed()));
    Ok(if report.differences() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::{source::Source, subject::TEMPLATES};

    const SMALL: &str =
        "An app.\n\n=== a/<~module.x~one~two~>.txt\nf(<~body.n~>)<~item.y~~, g(<~item.y~>)~>\n=== b.txt\nsame\n";

    #[test]
    fn edits_change_what_they_name() {
        let mut source = Source::new(SMALL, &[("same", "other")], 1);
        let files = source.files();
        assert_eq!(files["a/one.txt"], "f(1)\n");
        assert_eq!(files["b.txt"], "other\n");
        assert_eq!(source.edit_of("body").changes, [("a/one.txt".to_owned(), Some("f(2)\n".to_owned()))].into());
        assert_eq!(source.edit_of("item").changes["a/one.txt"].as_deref(), Some("f(2), g(2)\n"));
        let renamed = source.edit_of("module").changes;
        let expected = [("a/one.txt".to_owned(), None), ("a/two.txt".to_owned(), Some("f(2), g(2)\n".to_owned()))];
        assert_eq!(renamed, expected.into());
    }

    #[test]
    fn a_seed_gives_the_same_edits_and_every_edit_changes_something() {
        for (name, template) in TEMPLATES {
            let [mut one, mut other] = [1, 1].map(|seed| Source::new(template, &[], seed));
            for _ in 0..200 {
                let edit = one.edit();
                assert_eq!(edit, other.edit(), "{name}");
                assert!(!edit.changes.is_empty(), "{name}: {}", edit.said);
                let rest = one.files().into_iter().find(|(_, text)| text.contains("<~") || text.contains("~>"));
                assert_eq!(rest, None, "{name}: {}", edit.said);
            }
        }
    }
}
