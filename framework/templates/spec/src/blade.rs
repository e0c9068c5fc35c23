//! The comparison with Blade: cases become jobs for `blade/harness.php`, and its answers are judged.

use std::collections::BTreeMap;
use std::env;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::case::{BladeSide, Case, Expected};

/// PHP's entities and those that Forge prints for the same characters. Nothing else is taken for equal.
const ENTITIES: [(&str, &str); 5] =
    [("&amp;", "&#38;"), ("&lt;", "&#60;"), ("&gt;", "&#62;"), ("&quot;", "&#34;"), ("&#039;", "&#39;")];

/// What Blade made of the cases.
#[derive(Debug)]
pub struct Answers {
    /// Of Laravel.
    pub version: u32,
    /// In the order of the cases with a Blade side.
    pub outcomes: Vec<Outcome>,
}

/// Html in Forge's spelling of entities, or an error's message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Html(String),
    Error(String),
}

/// How a case compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As expected; declared differences are expected.
    Agrees,
    /// Blade does something else than the case says. With what it should be.
    Deviates { expected: Expected },
    /// A difference is declared, and there is none.
    SameAfterAll,
    /// The installed Blade is too old.
    NotYet,
}

/// Renders all cases with a Blade side in one PHP process.
///
/// # Errors
/// Where PHP or Illuminate are missing, or the harness itself fails.
pub fn ask(cases: &[&Case], illuminate: Option<&Path>) -> Result<Answers> {
    #[derive(Deserialize)]
    struct Reply {
        version: u32,
        results: Vec<Outcome>,
    }

    let jobs = cases.iter().filter_map(|case| Some(job(case, case.blade.as_ref()?))).collect::<Result<Vec<_>>>()?;
    let mut php = Command::new("php");
    php.arg(crate::folder().join("blade/harness.php")).stdin(Stdio::piped()).stdout(Stdio::piped());
    match illuminate {
        Some(folder) => php.env("ILLUMINATE", folder),
        None => php.env_remove("ILLUMINATE"),
    };
    let mut php = php.spawn().context("cannot start `php`: install php-cli and php-illuminate-view")?;
    let mut stdin = php.stdin.take().context("php has no standard input")?;
    let text = format!("[{}]", jobs.join(","));
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = php.wait_with_output()?;
    // A harness that died early says more than the broken pipe.
    let written = writer.join().is_ok_and(|result| result.is_ok());
    if !output.status.success() || !written {
        bail!("the harness ended with {}: {}", output.status, String::from_utf8_lossy(&output.stdout));
    }
    let reply: Reply =
        serde_json::from_slice(&output.stdout).context("the harness printed something else than its results")?;
    if reply.results.len() != jobs.len() {
        bail!("{} jobs and {} results", jobs.len(), reply.results.len());
    }
    let outcomes = reply.results.into_iter().map(Outcome::in_forges_spelling).collect();
    Ok(Answers { version: reply.version, outcomes })
}

/// As text: the order of keys in a case's JSON is part of it, and is lost in [`serde_json::Value`].
fn job(case: &Case, side: &BladeSide) -> Result<String> {
    let views: BTreeMap<&str, &str> =
        side.templates.iter().map(|template| (template.name.as_str(), template.text.as_str())).collect();
    let mut fields = vec![format!("\"views\":{}", serde_json::to_string(&views)?)];
    for (key, text) in [("data", &case.data), ("services", &case.services)] {
        if let Some(text) = text {
            serde_json::from_str::<IgnoredAny>(text)
                .with_context(|| format!("{}: the JSON is not valid", case.name()))?;
            fields.push(format!("\"{key}\":{text}"));
        }
    }
    for (key, text) in [("php", &side.php), ("fragment", &case.fragment)] {
        if let Some(text) = text {
            fields.push(format!("\"{key}\":{}", serde_json::to_string(text)?));
        }
    }
    Ok(format!("{{{}}}", fields.join(",")))
}

impl Outcome {
    fn in_forges_spelling(self) -> Self {
        match self {
            Self::Html(html) => Self::Html(ENTITIES.iter().fold(html, |html, (php, forge)| html.replace(php, forge))),
            Self::Error(message) => Self::Error(message),
        }
    }

    fn is(&self, expected: &Expected) -> bool {
        match (self, expected) {
            (Self::Html(html), Expected::Html(expected)) => html == expected,
            (Self::Error(message), Expected::Error(part)) => message.contains(part.as_str()),
            _ => false,
        }
    }
}

/// Judges what Blade of this version made of a case.
#[must_use]
pub fn judge(case: &Case, side: &BladeSide, version: u32, outcome: &Outcome) -> Verdict {
    if side.since > version {
        return Verdict::NotYet;
    }
    match &side.difference {
        Some(_) if outcome.is(&case.expected) => Verdict::SameAfterAll,
        Some(difference) if outcome.is(&difference.expected) => Verdict::Agrees,
        Some(difference) => Verdict::Deviates { expected: difference.expected.clone() },
        None if outcome.is(&case.expected) => Verdict::Agrees,
        None => Verdict::Deviates { expected: case.expected.clone() },
    }
}

/// The folder `src/Illuminate` that the environment names.
#[must_use]
pub fn illuminate_of_environment() -> Option<std::path::PathBuf> {
    env::var_os("ILLUMINATE").filter(|folder| !folder.is_empty()).map(Into::into)
}
