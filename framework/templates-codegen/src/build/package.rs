//! The templates of a package whose build script has run, for a program that compiles them once more: with a text that is not
//! saved yet, and to a place of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::sources::{ENDING, Source, Unsaved};
use super::{BuildError, Builder, Compiled, Read, Shown, file_name, mistakes, recipe};
use crate::names::is_component;
use crate::rust::{LowerOptions, Lowered, lower};
use crate::set::Set;

/// Templates that stay read. Each call of [`read`](Self::read) only parses what differs from the call before.
#[derive(Debug)]
pub struct PackageTemplates {
    package: PathBuf,
    builder: Builder,
    set: Set,
    sources: Vec<Source>,
    lower: LowerOptions,
}

impl PackageTemplates {
    /// Those of the package in the folder `package`, whose build script wrote into `out` (`OUT_DIR/forge`). Nothing is read but what
    /// the build script was told.
    ///
    /// # Errors
    /// No build script wrote there, or one of another version.
    pub fn open(package: &Path, out: &Path) -> Result<Self, BuildError> {
        let builder = recipe::read(out)?;
        let set = Set::new(builder.options.clone());
        let lower = builder.lower.clone();
        Ok(Self { package: package.to_owned(), builder, set, sources: Vec::new(), lower })
    }

    /// What the template in this file is called, or would be if it were saved. Nothing for other files.
    #[must_use]
    pub fn name_of(&self, file: &Path) -> Option<String> {
        let file = real(file)?;
        self.builder.folders.iter().find_map(|(prefix, folder)| {
            let folder = fs::canonicalize(self.package.join(folder)).ok()?;
            let inside = file.strip_prefix(folder).ok()?;
            let mut parts = inside.components().map(|part| match part {
                Component::Normal(part) => part.to_str(),
                _ => None,
            });
            let path = parts.try_fold(String::new(), |path, part| Some(format!("{path}{}.", part?)))?;
            let name = path.strip_suffix('.')?.strip_suffix(ENDING).filter(|name| !name.is_empty())?;
            Some(format!("{prefix}{name}"))
        })
    }

    /// Reads what has been saved since the last call, with `text` in place of that of `file`.
    ///
    /// # Errors
    /// A file cannot be read, or a component's struct is gone.
    pub fn read(&mut self, unsaved: Option<(&Path, &str)>) -> Result<(), BuildError> {
        let name = unsaved.and_then(|(file, _)| self.name_of(file));
        let unsaved = unsaved.zip(name.as_deref()).map(|((path, text), name)| Unsaved { name, path, text });
        let Read { sources, lower, .. } = self.builder.read(&self.package, unsaved, &mut self.set)?;
        self.sources = sources;
        self.lower = lower;
        Ok(())
    }

    /// The views that have a template in them, and so must be compiled again if it changes. Itself, unless it is a component. Sorted.
    #[must_use]
    pub fn views_with(&self, template: &str) -> Vec<&str> {
        self.views().filter(|view| self.set.parts(view).contains(&template)).collect()
    }

    /// The templates that one is made of when it is printed, itself among them. Sorted.
    #[must_use]
    pub fn parts(&self, template: &str) -> Vec<&str> {
        self.set.parts(template)
    }

    /// The file of a template, absolute or as the package's folder was given.
    #[must_use]
    pub fn file_of(&self, template: &str) -> Option<&Path> {
        let at = self.sources.binary_search_by(|source| source.name.as_str().cmp(template)).ok()?;
        Some(&self.sources[at].path)
    }

    /// What is wrong with templates, by name, that one cannot do without to compile them.
    #[must_use]
    pub fn mistakes(&self) -> Vec<(String, Shown)> {
        let findings = self.set.problems().into_iter();
        findings.map(|finding| (finding.view.clone(), mistakes::shown(finding, &self.set, &self.lower))).collect()
    }

    /// A template as Rust, whether it is a view or not.
    #[must_use]
    pub fn lower(&self, template: &str) -> Option<Lowered> {
        lower(&self.set, template, &self.lower)
    }

    /// Writes into `out` what the build script would, as far as it is not there already. Views with a mistake in one of their
    /// templates stay as they are.
    ///
    /// # Errors
    /// A file cannot be written, or a view is too large.
    pub fn write(&self, out: &Path) -> Result<Compiled, BuildError> {
        fs::create_dir_all(out).map_err(|source| BuildError::Write { path: out.to_owned(), source })?;
        let wrong: BTreeSet<String> = self.set.problems().into_iter().map(|finding| finding.view).collect();
        let is_wrong = |view: &&str| !wrong.is_empty() && self.set.parts(view).iter().any(|part| wrong.contains(*part));
        let left: BTreeSet<&str> = self.views().filter(is_wrong).collect();
        self.builder.write(out.to_owned(), &self.package, &self.set, &self.lower, &self.sources, &left)
    }

    /// What is no component and can be shown as a page.
    pub fn views(&self) -> impl Iterator<Item = &str> {
        self.set.names().filter(|name| !is_component(name))
    }

    /// The file that [`write`](Self::write) leaves the Rust of a view in, below its folder.
    #[must_use]
    pub fn code_file(view: &str) -> String {
        format!("{}.rs", file_name(view))
    }
}

/// The file without links and detours. It need not be there, but its folder must.
fn real(file: &Path) -> Option<PathBuf> {
    if let Ok(real) = fs::canonicalize(file) {
        return Some(real);
    }
    Some(existing(file.parent()?)?.join(file.file_name()?))
}

/// The same of a folder, of which the last parts may be missing.
fn existing(folder: &Path) -> Option<PathBuf> {
    match fs::canonicalize(folder) {
        Ok(real) => Some(real),
        Err(_) => Some(existing(folder.parent()?)?.join(folder.file_name()?)),
    }
}
