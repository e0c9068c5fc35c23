//! What can go wrong with a build.

use std::path::PathBuf;
use std::{fmt, io};

use crate::line::LineIndex;
use crate::rust::LowerOptions;
use crate::set::{Finding, Set};

/// Why templates could not be compiled.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// Not in a build script, and no folder was named.
    NoOutDir,
    /// A folder that no build script has written, or one of a version that left no recipe.
    NoRecipe {
        folder: PathBuf,
    },
    /// The package's build script is of another version than this program.
    OtherVersion {
        script: String,
        own: String,
    },
    Read {
        path: PathBuf,
        source: io::Error,
    },
    Write {
        path: PathBuf,
        source: io::Error,
    },
    Map {
        view: String,
        source: serde_json::Error,
    },
    /// No struct says that it is this component.
    NoStruct {
        component: String,
        folder: PathBuf,
    },
    /// Each as people read it, with the lines of the template.
    Templates(Vec<Shown>),
}

/// A mistake with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub file: String,
    pub line: u32,
    /// In characters.
    pub column: u32,
    pub code: &'static str,
    pub message: String,
    pub help: Option<String>,
    /// The line of the template.
    source: String,
    /// Other places that belong to it.
    elsewhere: Vec<String>,
    /// Characters to underline.
    width: usize,
}

impl BuildError {
    pub(super) fn templates(findings: Vec<Finding>, set: &Set, options: &LowerOptions) -> Self {
        Self::Templates(findings.into_iter().map(|finding| shown(finding, set, options)).collect())
    }

    /// One line for each thing that is wrong.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Templates(all) => all.iter().map(Shown::line).collect(),
            error => vec![error.to_string()],
        }
    }
}

pub(super) fn shown(finding: Finding, set: &Set, options: &LowerOptions) -> Shown {
    let text = |view: &str| set.template(view).map_or("", |template| template.source());
    let elsewhere = finding.elsewhere.iter().map(|place| {
        let at = LineIndex::new(text(&place.view)).position(place.span.start);
        format!("{}:{}:{}: {}", options.file(&place.view), at.line, at.char, place.what)
    });
    let elsewhere = elsewhere.collect();
    let (file, problem, text) = (options.file(&finding.view), finding.problem, text(&finding.view));
    let span = problem.span;
    let start = LineIndex::new(text).position(span.start);
    let source = text.lines().nth(start.line as usize - 1).unwrap_or_default().to_owned();
    let marked = text.get(span.range()).and_then(|marked| marked.lines().next()).unwrap_or_default();
    Shown {
        file,
        line: start.line,
        column: start.char,
        code: problem.code.as_str(),
        message: problem.message,
        help: problem.help,
        source,
        elsewhere,
        width: marked.chars().count().max(1),
    }
}

impl Shown {
    fn line(&self) -> String {
        let help = self.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}:{}:{}: {}: {}{help}", self.file, self.line, self.column, self.code, self.message)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let (edge, before) = (number.len(), self.column as usize - 1);
        writeln!(f, "error[{}]: {}", self.code, self.message)?;
        writeln!(f, "{:edge$}--> {}:{}:{}", "", self.file, self.line, self.column)?;
        writeln!(f, "{number} | {}", self.source)?;
        writeln!(f, "{:edge$} | {:before$}{}", "", "", "^".repeat(self.width))?;
        for place in &self.elsewhere {
            writeln!(f, "{:edge$} = note: {place}", "")?;
        }
        match &self.help {
            Some(help) => writeln!(f, "{:edge$} = help: {help}", ""),
            None => Ok(()),
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOutDir => {
                f.write_str("there is no OUT_DIR; call this in build.rs, or name a folder with `out_dir`")
            }
            Self::NoRecipe { folder } => {
                write!(f, "{} has no recipe of a build script; build the package once more", folder.display())
            }
            Self::OtherVersion { script, own } => write!(
                f,
                "the build script compiles templates with version {script} of forge_codegen, this program with {own}; give both the same"
            ),
            Self::NoStruct { component, folder } => {
                let folder = folder.display();
                write!(
                    f,
                    "no struct below {folder} says #[component(\"{component}\")]; write it above one with #[derive(Component)]"
                )
            }
            Self::Read { path, source } => write!(f, "cannot read {}: {source}", path.display()),
            Self::Write { path, source } => write!(f, "cannot write {}: {source}", path.display()),
            Self::Map { view, source } => write!(f, "cannot write the source map of `{view}`: {source}"),
            Self::Templates(all) => all.iter().try_for_each(|shown| writeln!(f, "{shown}")),
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
            Self::Map { source, .. } => Some(source),
            Self::NoOutDir
            | Self::NoRecipe { .. }
            | Self::OtherVersion { .. }
            | Self::NoStruct { .. }
            | Self::Templates(_) => None,
        }
    }
}
