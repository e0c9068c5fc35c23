//! Where names are declared: looked up once after a change of the files, when somebody asks.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::Arc,
};

use super::{Field, Function, RustFile, TypeDefinition, ViewUse};

/// A place in the list of a file: number of the file, number in the list.
type At = (usize, usize);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Names {
    files: Vec<(PathBuf, Arc<RustFile>)>,
    types: HashMap<String, At>,
    components: HashMap<String, At>,
    /// By the type or trait.
    methods: HashMap<String, Vec<At>>,
    functions: HashMap<String, Vec<At>>,
    constants: HashMap<String, Vec<At>>,
    /// By the dotted name.
    views: HashMap<String, Vec<At>>,
    traits: HashMap<String, Vec<String>>,
}

impl Names {
    pub(super) fn of(files: &BTreeMap<PathBuf, Arc<RustFile>>) -> Self {
        let mut names = Self::default();
        for (number, (path, file)) in files.iter().enumerate() {
            names.files.push((path.clone(), Arc::clone(file)));
            for (at, found) in file.types.iter().enumerate() {
                names.types.entry(found.name.clone()).or_insert((number, at));
                if let Some(component) = &found.component {
                    names.components.entry(component.clone()).or_insert((number, at));
                }
            }
            for (at, function) in file.functions.iter().enumerate() {
                let (by, name) = match &function.owner {
                    Some(owner) => (&mut names.methods, owner),
                    None => (&mut names.functions, &function.name),
                };
                by.entry(name.clone()).or_default().push((number, at));
            }
            for (at, constant) in file.constants.iter().enumerate() {
                names.constants.entry(constant.name.clone()).or_default().push((number, at));
            }
            for (at, shown) in file.views.iter().enumerate() {
                names.views.entry(forge_codegen::dotted(&shown.view)).or_default().push((number, at));
            }
            for found in &file.implementations {
                names.traits.entry(found.owner.clone()).or_default().push(found.of_trait.clone());
            }
        }
        names
    }

    pub(super) fn type_named(&self, name: &str) -> Option<(&PathBuf, &TypeDefinition)> {
        let (path, file, at) = self.at(*self.types.get(name)?);
        Some((path, &file.types[at]))
    }

    pub(super) fn component(&self, name: &str) -> Option<(&PathBuf, &TypeDefinition)> {
        let (path, file, at) = self.at(*self.components.get(name)?);
        Some((path, &file.types[at]))
    }

    pub(super) fn methods(&self, owner: &str) -> impl Iterator<Item = (&PathBuf, &Function)> {
        self.each(&self.methods, owner).map(|(path, file, at)| (path, &file.functions[at]))
    }

    pub(super) fn functions(&self, name: &str) -> impl Iterator<Item = (&PathBuf, &Function)> {
        self.each(&self.functions, name).map(|(path, file, at)| (path, &file.functions[at]))
    }

    pub(super) fn constants(&self, name: &str) -> impl Iterator<Item = (&PathBuf, &Field)> {
        self.each(&self.constants, name).map(|(path, file, at)| (path, &file.constants[at]))
    }

    pub(super) fn views(&self, name: &str) -> impl Iterator<Item = (&PathBuf, &ViewUse)> {
        self.each(&self.views, name).map(|(path, file, at)| (path, &file.views[at]))
    }

    pub(super) fn traits(&self, owner: &str) -> impl Iterator<Item = &str> {
        self.traits.get(owner).into_iter().flatten().map(String::as_str)
    }

    fn each<'n>(
        &'n self,
        by: &'n HashMap<String, Vec<At>>,
        name: &str,
    ) -> impl Iterator<Item = (&'n PathBuf, &'n RustFile, usize)> + use<'n> {
        by.get(name).into_iter().flatten().map(|at| self.at(*at))
    }

    fn at(&self, (file, at): At) -> (&PathBuf, &RustFile, usize) {
        let (path, file) = &self.files[file];
        (path, file, at)
    }
}
