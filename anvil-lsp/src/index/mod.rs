//! What the project's files say: packages with their templates, and the facts of the Rust sources. Static: read from the
//! texts alone, whether or not they compile.

mod build_script;
pub mod form;
pub mod keys;
mod manifest;
pub mod package;
pub mod resolve;
pub mod rust;
pub mod scan;
pub mod scope;
mod standard;
pub mod types;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use forge_codegen::Set;

pub use package::{Package, TemplateFolder};
pub use rust::{RustFile, RustIndex};
pub use scope::Place;

/// One consistent state of the index. Clones share everything.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Packages that have templates. Those of deeper folders come first, so that the first that contains a file is its own.
    pub packages: Vec<Arc<Package>>,
    pub rust: RustIndex,
    /// Folders with a configuration or templates: that of `config/anvil.toml`, that of a package's manifest.
    pub roots: Arc<Vec<PathBuf>>,
    /// Keys of `config/*.toml`: `app.name`, `values.mail.from`. Never their values.
    pub config: Arc<BTreeMap<String, Place>>,
    /// Names of variables in `.env` and `.env.example`. Never their values.
    pub environment: Arc<BTreeMap<String, Place>>,
    /// Files below `public`, by what `asset(…)` calls them: `blog.css`.
    pub assets: Arc<BTreeMap<String, PathBuf>>,
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
            let (name, file) = package.views.get_key_value(&package.name_of(path)?)?;
            (file == path).then_some(View { package, name })
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
            let Some(text) = text else { return self.replace_rust(path, None) };
            match RustFile::read(text) {
                Some(file) => self.replace_rust(path, Some(file)),
                None if !self.knows_rust(path) => self.replace_rust(path, Some(RustFile::read_partly(text))),
                // A syntax error: what it said before stands.
                None => {}
            }
            return;
        }
        self.replace_keys(path, text);
        match text {
            Some(text) => drop(self.set_template(path, text)),
            None => self.remove_template(path),
        }
    }

    /// Whether all of a Rust file has been read, now or before it was torn.
    #[must_use]
    pub fn knows_rust(&self, path: &Path) -> bool {
        self.rust.files.get(path).is_some_and(|file| !file.is_partial)
    }

    /// Takes what a Rust file says; nothing if it is gone.
    pub fn replace_rust(&mut self, path: &Path, file: Option<RustFile>) {
        let file = file.map(Arc::new);
        let before = self.rust.replace(path, file.clone());
        // The props of a component with code are part of how templates are read.
        if components_of(before.as_deref()) != components_of(file.as_deref()) {
            let rust = self.rust.clone();
            for package in self.packages.iter_mut().filter(|package| !package.components.is_empty()) {
                package::read_components(Arc::make_mut(package), &rust);
            }
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

/// The structs of components, with their fields.
fn components_of(file: Option<&RustFile>) -> Vec<(&str, Vec<(&str, bool)>)> {
    let types = file.into_iter().flat_map(|file| &file.types);
    types
        .filter_map(|found| {
            let fields = found.fields.iter().map(|field| (field.name.as_str(), field.has_default));
            Some((found.component.as_deref()?, fields.collect()))
        })
        .collect()
}

#[cfg(test)]
mod tests;
