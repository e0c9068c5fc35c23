//! What the project's files say: packages with their templates, and the facts of the Rust sources. Static: read from the
//! texts alone, whether or not they compile.

pub mod form;
pub mod package;
pub mod resolve;
pub mod rust;
pub mod scan;
pub mod scope;
mod standard;
pub mod types;

use std::{path::Path, sync::Arc};

use forge_codegen::Set;

pub use package::{Package, TemplateFolder};
pub use rust::{RustFile, RustIndex};

/// One consistent state of the index. Clones share everything.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Packages that have templates. Those of deeper folders come first, so that the first that contains a file is its own.
    pub packages: Vec<Arc<Package>>,
    pub rust: RustIndex,
    /// All files have been read at least once. Before, nothing may be called missing.
    pub is_complete: bool,
}

/// A template of a package.
#[derive(Debug, Clone, Copy)]
pub struct View<'i> {
    pub package: &'i Package,
    /// Dotted, as [`forge_codegen::Set`] knows it.
    pub name: &'i str,
}

impl Index {
    /// The view that a file is, if it lies in a package's folder of templates.
    #[must_use]
    pub fn view_of(&self, path: &Path) -> Option<View<'_>> {
        self.packages.iter().find_map(|package| {
            let name = package.views.iter().find_map(|(name, file)| (file == path).then_some(name.as_str()))?;
            Some(View { package, name })
        })
    }

    /// The package whose folder a file lies in.
    #[must_use]
    pub fn package_of(&self, path: &Path) -> Option<&Package> {
        self.packages.iter().find(|package| path.starts_with(&package.root)).map(AsRef::as_ref)
    }

    /// Whether Anvilforge is used below a folder: there are templates, or its configuration.
    #[must_use]
    pub fn is_project(&self, folder: &Path) -> bool {
        self.packages.iter().any(|package| package.root.starts_with(folder) || folder.starts_with(&package.root))
            || folder.join("config/anvil.toml").is_file()
    }

    /// Takes the text of a template as the editor has it. Which package it belongs to.
    pub fn set_template(&mut self, path: &Path, text: &str) -> Option<usize> {
        let (at, name) = self.place_of(path)?;
        let package = Arc::make_mut(&mut self.packages[at]);
        Arc::make_mut(&mut package.set).set(&name, text);
        if !package.views.contains_key(&name) {
            Arc::make_mut(&mut package.views).insert(name, path.to_owned());
        }
        Some(at)
    }

    /// Takes a file as it is on the disk; without a text it is gone.
    pub fn replace(&mut self, path: &Path, text: Option<&str>) {
        if path.extension().is_some_and(|extension| extension == "rs") {
            match text {
                Some(text) => {
                    if let Some(file) = RustFile::read(text) {
                        self.replace_rust(path, Some(file));
                    }
                }
                None => self.replace_rust(path, None),
            }
            return;
        }
        match text {
            Some(text) => drop(self.set_template(path, text)),
            None => self.remove_template(path),
        }
    }

    /// Takes what a Rust file says; nothing if it is gone.
    pub fn replace_rust(&mut self, path: &Path, file: Option<RustFile>) {
        let files = Arc::make_mut(&mut self.rust.files);
        match file {
            Some(file) => drop(files.insert(path.to_owned(), Arc::new(file))),
            None => drop(files.remove(path)),
        }
    }

    fn remove_template(&mut self, path: &Path) {
        let Some((at, name)) = self.place_of(path) else { return };
        let package = Arc::make_mut(&mut self.packages[at]);
        if package.views.get(&name).is_some_and(|known| known == path) {
            Arc::<Set>::make_mut(&mut package.set).remove(&name);
            Arc::make_mut(&mut package.views).remove(&name);
        }
    }

    /// The package whose folders of templates a file lies in, and the view that it is there.
    fn place_of(&self, path: &Path) -> Option<(usize, String)> {
        self.packages.iter().enumerate().find_map(|(at, package)| Some((at, package.name_of(path)?)))
    }
}
