//! A Cargo package with templates.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use forge_codegen::{Options, Set, StructComponent, StructProp};

use super::RustIndex;

/// A folder of templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFolder {
    pub path: PathBuf,
    /// `mail` for views that are called `mail::…`; empty for the package's own.
    pub namespace: String,
}

/// A package and its templates, as they stand in the editor or on the disk.
#[derive(Debug, Clone)]
pub struct Package {
    /// As its manifest says.
    pub name: String,
    /// The folder of its manifest.
    pub root: PathBuf,
    /// In the order in which names are looked up.
    pub folders: Vec<TemplateFolder>,
    pub set: Arc<Set>,
    /// The file of each view.
    pub views: Arc<BTreeMap<String, PathBuf>>,
    /// Directives that the build script registers.
    pub directives: Options,
    /// Components with code that the build script names: `alert`, `crate::components::Alert`.
    pub components: Vec<(String, String)>,
}

impl Package {
    /// The name that a template at `path` has, whether or not it exists yet.
    #[must_use]
    pub fn name_of(&self, path: &Path) -> Option<String> {
        self.folders.iter().find_map(|folder| {
            let below = path.strip_prefix(&folder.path).ok()?.to_str()?;
            let name = forge_codegen::view_name(below)?;
            Some(if folder.namespace.is_empty() { name } else { format!("{}::{name}", folder.namespace) })
        })
    }

    /// Where a view of this name is, or would be made.
    #[must_use]
    pub fn path_of(&self, view: &str) -> Option<PathBuf> {
        if let Some(path) = self.views.get(view) {
            return Some(path.clone());
        }
        let (namespace, name) = view.split_once("::").unwrap_or(("", view));
        let folder = self.folders.iter().find(|folder| folder.namespace == namespace)?;
        Some(folder.path.join(format!("{}.forge.html", name.replace('.', "/"))))
    }

    /// The text of a view as the set knows it.
    #[must_use]
    pub fn source(&self, view: &str) -> Option<&str> {
        self.set.template(view).map(forge_codegen::Template::source)
    }
}

/// Gives a package's templates the props of its components with code, as their structs are now.
pub(super) fn read_components(package: &mut Package, rust: &RustIndex) {
    let mut options = package.directives.clone();
    for (name, path) in &package.components {
        let structs =
            rust.files.iter().filter(|(file, _)| file.starts_with(&package.root)).flat_map(|(_, file)| &file.types);
        // Without its struct, nothing is known of its props; then the template's own count.
        let Some(definition) = structs.into_iter().find(|found| found.component.as_deref() == Some(name)) else {
            continue;
        };
        let props = definition
            .fields
            .iter()
            .map(|field| StructProp { name: field.name.clone(), has_default: field.has_default });
        options =
            options.with_component(StructComponent { name: name.clone(), path: path.clone(), props: props.collect() });
    }
    if options == *package.set.options() {
        return;
    }
    let mut set = Set::new(options);
    set.set_all(package.set.names().filter_map(|name| Some((name, package.set.template(name)?.source()))));
    package.set = Arc::new(set);
}
