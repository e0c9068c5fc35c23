//! `cargo xtask tidy`: the rules of the house as code. A rule that is only written down is soon broken.
//!
//! Each rule is a function from the tree to findings. A finding names the place and what to do about it.

mod documents;
mod edges;
mod manifests;
mod places;
mod release;
mod source;
mod tree;

use std::{fmt, process::ExitCode};

use anyhow::Result;

use tree::Tree;

/// A place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    /// Relative to the root.
    path: String,
    /// 1-based; 0 where the whole file is meant.
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.into(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

type Rule = fn(&Tree) -> Result<Vec<Finding>>;

const RULES: &[(&str, Rule)] = &[
    ("packages depend on each other only as the table allows", edges::between_packages),
    ("packages that decide or describe stay free of I/O libraries", edges::to_libraries),
    ("every Rust file says what it is for", source::heads),
    ("no file has outgrown its seam", source::sizes),
    ("unsafe code is forbidden in every crate root", source::unsafe_forbidden),
    ("nothing is unfinished and no test is switched off", source::unfinished),
    ("file names say what is inside", source::names),
    ("dependency versions are declared in the root manifest", manifests::versions),
    ("only the public registry is used", places::registries),
    ("no file knows one machine", places::machines),
    ("the changelog knows the current version", documents::changelog),
    ("links between documents resolve", documents::links),
    ("every diagnostic code is documented", documents::diagnostics),
    ("the reference of the protocol is that of the types", documents::protocol),
    ("a release build has no loader", release::without_loader),
];

pub(crate) fn run() -> Result<ExitCode> {
    let tree = Tree::read()?;
    let mut broken = 0;
    for (name, rule) in RULES {
        // A rule that cannot be checked is not kept; the others are still looked at.
        let findings = rule(&tree).unwrap_or_else(|error| vec![Finding::new(".", 0, format!("{error:#}"))]);
        println!("{} {name}", if findings.is_empty() { "  ok" } else { "FAIL" });
        for finding in &findings {
            println!("     {finding}");
        }
        broken += usize::from(!findings.is_empty());
    }
    for (path, lines) in source::large(&tree) {
        println!("note {path}: {lines} lines; look for the seam");
    }
    println!("{} rules hold, {broken} broken", RULES.len() - broken);
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
