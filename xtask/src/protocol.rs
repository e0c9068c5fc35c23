//! `cargo xtask protocol`: writes the reference of the daemon's protocol below `docs/protocol` from the types that daemon and clients are
//! compiled from, with an example of each message from its golden file. `tidy` says when it is out of date.

mod print;
mod read;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

use crate::command;
use read::Api;

/// Where the reference lies. `README.md` beside it is written by hand.
const FOLDER: &str = "docs/protocol";
const SOURCES: &str = "anvild/protocol/src";
const GOLDEN: &str = "anvild/protocol/tests/golden";

/// Golden files of types whose own name they do not have: snake case, as in `overlay_set`.
const EXAMPLES: &[(&str, &[&str])] = &[
    ("AbiChange", &["abi_report"]),
    ("Diagnostic", &["diagnostics"]),
    ("DoctorCheck", &["doctor"]),
    ("Event", &["event_build_ended"]),
    ("ExplainRequest", &["explain", "explain_newest"]),
    ("ForgeChecked", &["forge_checked", "forge_check_replaced", "forge_check_unavailable"]),
    ("ForgeLower", &["forge_lower", "forge_lower_saved"]),
    ("HistoryEntry", &["history"]),
    ("LogLine", &["log_lines"]),
    ("LogsRequest", &["logs"]),
    ("OverlayReply", &["overlay_ready", "overlay_replaced", "overlay_none"]),
    ("RequestRow", &["requests"]),
    ("RouteRow", &["routes"]),
    ("StartRequest", &["start_attached", "start_detached"]),
    ("WaitReply", &["wait_live", "wait_failed", "wait_timeout"]),
    ("WaitRequest", &["wait"]),
    ("WatchDecision", &["watch_why"]),
];

/// Writes the reference.
pub(crate) fn run() -> Result<ExitCode> {
    for (path, text) in pages()? {
        let path = command::root().join(path);
        fs::create_dir_all(path.parent().context("a page lies in a folder")?)?;
        if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            fs::write(&path, text)?;
            println!("{}", path.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Every page of the reference, by its path from the root.
pub(crate) fn pages() -> Result<BTreeMap<String, String>> {
    let api = read::api(&texts(&command::root().join(SOURCES), "rs")?)?;
    let golden = texts(&command::root().join(GOLDEN), "json")?;
    let examples = |name: &str| -> Vec<(String, String)> {
        let files = match EXAMPLES.iter().find(|(known, _)| *known == name) {
            Some((_, files)) => files.iter().map(|file| (*file).to_owned()).collect(),
            None => vec![read::snake(name)],
        };
        files.into_iter().filter_map(|file| Some((file.clone(), golden.get(&file)?.clone()))).collect()
    };
    every_message_has_an_example(&api, &examples)?;
    let page = |name: &str, text: String| (format!("{FOLDER}/{name}.md"), text);
    let events = golden.iter().filter(|(name, _)| name.starts_with("event_"));
    Ok(BTreeMap::from([
        page("methods", print::methods(&api, &examples)),
        page(
            "events",
            print::events(&api, &events.map(|(name, text)| (name.clone(), text.clone())).collect::<Vec<_>>()),
        ),
        page("types", print::types(&api)),
        page("errors", print::errors(&api)),
    ]))
}

fn every_message_has_an_example(api: &Api, examples: &dyn Fn(&str) -> Vec<(String, String)>) -> Result<()> {
    for method in &api.methods {
        for name in method.parameter.iter().chain(&method.result).filter_map(|of| of.named(api)) {
            if examples(name).is_empty() {
                bail!(
                    "`{name}` of `{}` has no golden file; add one, or name it in EXAMPLES of xtask/src/protocol.rs",
                    method.name
                );
            }
        }
    }
    Ok(())
}

/// Files of a folder by their names, without the ending.
fn texts(folder: &Path, ending: &str) -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path: PathBuf = entry?.path();
        if path.extension().is_some_and(|found| found == ending)
            && let Some(name) = path.file_stem().and_then(|name| name.to_str())
        {
            texts.insert(name.to_owned(), fs::read_to_string(&path)?);
        }
    }
    Ok(texts)
}
