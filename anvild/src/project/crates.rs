//! The user's crates, as cargo describes them: which one registers routes, which are replayed with it, which are left to
//! cargo.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anvild_protocol::{Diagnostic, Source};
use cargo_metadata::{DependencyKind, Metadata, Node, Package, PackageId, TargetKind};

use super::find_entry;
use crate::builder::UnitKind;

/// Name of the facade's package.
const FACADE: &str = "anvilforge";

/// Index of a crate in [`Project::hot`].
pub(crate) type CrateId = usize;

/// One crate of the user that the builder compiles itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalCrate {
    pub(crate) package: String,
    /// As in `--crate-name`.
    pub(crate) name: String,
    pub(crate) kind: UnitKind,
    /// Folder of its manifest.
    pub(crate) directory: PathBuf,
    pub(crate) source: PathBuf,
    pub(crate) build_script: Option<PathBuf>,
    /// Hot crates that it uses directly.
    pub(crate) uses: Vec<CrateId>,
}

/// A project that can be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Project {
    /// The folder that was asked for.
    pub(crate) root: PathBuf,
    pub(crate) workspace: PathBuf,
    pub(crate) target: PathBuf,
    /// Crates that are replayed; each after those it uses, the app library last.
    pub(crate) hot: Vec<LocalCrate>,
    /// Folders of local packages that only cargo builds: the framework's own if it is a path dependency, procedural macros, and
    /// what they use. Name and folder.
    pub(crate) cold: Vec<(String, PathBuf)>,
    /// Name under which the app depends on the facade.
    pub(crate) facade: String,
    /// Libraries and build scripts that a first build compiles.
    pub(crate) units: u32,
}

impl Project {
    /// The app library.
    pub(crate) fn app(&self) -> &LocalCrate {
        self.hot.last().expect("a project is made with its app library as the last hot crate")
    }

    /// Index of the app library.
    pub(crate) fn app_id(&self) -> CrateId {
        self.hot.len() - 1
    }

    /// Reads the project from cargo's metadata. `wanted` names the package of the app library.
    pub(crate) fn from_metadata(
        root: &Path,
        metadata: &Metadata,
        wanted: Option<&str>,
    ) -> Result<Self, Box<Diagnostic>> {
        let (package, kind) = choose_app(root, metadata, wanted)?;
        let graph = Graph::new(metadata);
        let facade = facade_name(package).ok_or_else(|| {
            let message = format!("package `{}` registers routes but does not depend on `{FACADE}`", package.name);
            Box::new(
                Diagnostic::error(Source::Config, "ANV0102", message)
                    .at(package.manifest_path.as_str(), 1, 1)
                    .help("add it with `cargo add anvilforge`"),
            )
        })?;
        let cold = graph.cold();
        let mut hot = Vec::new();
        let mut ids = BTreeMap::new();
        graph.visit(package, &cold, &mut ids, &mut hot);
        let app_source = target_source(package, kind);
        if kind == UnitKind::Bin && package.targets.iter().any(|target| target.kind.contains(&TargetKind::Lib)) {
            // The package's own library is a crate that the binary uses like any other.
            let id = *ids.get(&package.id).expect("visited above");
            let app = LocalCrate { uses: vec![id], ..local_crate(package, kind, app_source) };
            hot.push(app);
        } else if kind == UnitKind::Bin {
            let app = hot.last_mut().expect("visited above");
            *app = LocalCrate { uses: app.uses.clone(), ..local_crate(package, kind, app_source) };
        }
        let cold = cold
            .iter()
            .filter(|id| graph.reachable(&package.id).contains(*id))
            .filter_map(|id| graph.packages.get(id))
            .map(|package| (package.name.to_string(), parent(package.manifest_path.as_std_path())))
            .collect();
        Ok(Self {
            root: root.to_owned(),
            workspace: metadata.workspace_root.as_std_path().to_owned(),
            target: metadata.target_directory.as_std_path().to_owned(),
            hot,
            cold,
            facade,
            units: graph.units(&package.id),
        })
    }
}

struct Graph<'a> {
    packages: BTreeMap<&'a PackageId, &'a Package>,
    nodes: BTreeMap<&'a PackageId, &'a Node>,
    members: BTreeSet<&'a PackageId>,
}

impl<'a> Graph<'a> {
    fn new(metadata: &'a Metadata) -> Self {
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes).map(|node| (&node.id, node)).collect();
        let packages = metadata.packages.iter().map(|package| (&package.id, package)).collect();
        Self { packages, nodes, members: metadata.workspace_members.iter().collect() }
    }

    /// Direct dependencies for building and running; tests' are left out.
    fn uses(&self, id: &PackageId) -> impl Iterator<Item = &'a PackageId> + use<'a> {
        let node = self.nodes.get(id).copied();
        node.into_iter().flat_map(|node| &node.deps).filter_map(|dep| {
            let real =
                dep.dep_kinds.is_empty() || dep.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development);
            real.then_some(&dep.pkg)
        })
    }

    fn reachable(&self, from: &'a PackageId) -> BTreeSet<&'a PackageId> {
        let mut seen = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            open.extend(self.uses(id).filter(|next| seen.insert(next)));
        }
        seen
    }

    fn units(&self, from: &'a PackageId) -> u32 {
        let reachable = self.reachable(from);
        let packages = reachable.iter().filter_map(|id| self.packages.get(id));
        let units = packages.map(|package| 1 + usize::from(build_script(package).is_some())).sum::<usize>();
        u32::try_from(units).unwrap_or(u32::MAX)
    }

    /// Local packages that only cargo builds.
    fn cold(&self) -> BTreeSet<&'a PackageId> {
        let mut cold = BTreeSet::new();
        for (id, package) in &self.packages {
            let is_local = package.source.is_none();
            let is_macro = package.targets.iter().any(|target| target.kind.contains(&TargetKind::ProcMacro));
            // The wrapper is only called for members of the workspace.
            let uncaptured = is_local && !self.members.contains(*id);
            if !is_local || is_macro || uncaptured || package.name.as_str() == FACADE {
                cold.extend(self.reachable(id));
            }
        }
        cold.retain(|id| self.packages.get(id).is_some_and(|package| package.source.is_none()));
        cold
    }

    /// Appends the package's library after the hot libraries it uses.
    fn visit(
        &self,
        package: &'a Package,
        cold: &BTreeSet<&'a PackageId>,
        ids: &mut BTreeMap<&'a PackageId, CrateId>,
        hot: &mut Vec<LocalCrate>,
    ) -> CrateId {
        if let Some(id) = ids.get(&package.id) {
            return *id;
        }
        let mut uses = Vec::new();
        for id in self.uses(&package.id) {
            let Some(used) = self.packages.get(id) else { continue };
            if used.source.is_none() && !cold.contains(id) {
                uses.push(self.visit(used, cold, ids, hot));
            }
        }
        let mut local = local_crate(package, UnitKind::Lib, target_source(package, UnitKind::Lib));
        local.uses = uses;
        hot.push(local);
        ids.insert(&package.id, hot.len() - 1);
        hot.len() - 1
    }
}

fn local_crate(package: &Package, kind: UnitKind, source: PathBuf) -> LocalCrate {
    let target = package.targets.iter().find(|target| target.src_path.as_std_path() == source);
    let name = target.map_or(package.name.as_str(), |target| target.name.as_str()).replace('-', "_");
    LocalCrate {
        package: package.name.to_string(),
        name,
        kind,
        directory: parent(package.manifest_path.as_std_path()),
        source,
        build_script: build_script(package),
        uses: Vec::new(),
    }
}

fn build_script(package: &Package) -> Option<PathBuf> {
    let target = package.targets.iter().find(|target| target.kind.contains(&TargetKind::CustomBuild))?;
    Some(target.src_path.as_std_path().to_owned())
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(path).to_owned()
}

fn is_library(target: &cargo_metadata::Target) -> bool {
    use TargetKind::{CDyLib, DyLib, Lib, RLib};
    target.kind.iter().any(|kind| matches!(kind, Lib | RLib | DyLib | CDyLib))
}

fn target_source(package: &Package, kind: UnitKind) -> PathBuf {
    let binaries = || package.targets.iter().filter(|target| target.kind.contains(&TargetKind::Bin));
    let target = match kind {
        UnitKind::Bin => {
            let named = binaries().find(|target| Some(&target.name) == package.default_run.as_ref());
            let same = || binaries().find(|target| target.name == package.name.as_str());
            named.or_else(same).or_else(|| binaries().next())
        }
        UnitKind::Lib => package.targets.iter().find(|target| is_library(target)),
    };
    target.map_or_else(
        || package.manifest_path.as_std_path().to_owned(),
        |target| target.src_path.as_std_path().to_owned(),
    )
}

fn facade_name(package: &Package) -> Option<String> {
    let dependency =
        package.dependencies.iter().find(|dep| dep.name == FACADE && dep.kind == DependencyKind::Normal)?;
    Some(dependency.rename.clone().unwrap_or_else(|| FACADE.to_owned()))
}

/// The package whose crate registers routes, and which of its targets that is.
fn choose_app<'a>(
    root: &Path,
    metadata: &'a Metadata,
    wanted: Option<&str>,
) -> Result<(&'a Package, UnitKind), Box<Diagnostic>> {
    let members = || metadata.packages.iter().filter(|package| metadata.workspace_members.contains(&package.id));
    if let Some(wanted) = wanted {
        let Some(package) = members().find(|package| package.name.as_str() == wanted) else {
            let message = format!("this workspace has no package `{wanted}`");
            return Err(Box::new(
                Diagnostic::error(Source::Config, "ANV0102", message)
                    .help("name a member with `--package`, or with `app` under `[dev]` in config/anvil.toml"),
            ));
        };
        return entry_target(package).map(|kind| (package, kind)).ok_or_else(|| no_entry(package));
    }
    let below = || members().filter(|package| package.manifest_path.as_std_path().starts_with(root));
    let mut found: Vec<_> = below().filter_map(|package| Some((package, entry_target(package)?))).collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(below().next().map_or_else(
            || no_package(root),
            |package| {
                let own = below().find(|package| package.dependencies.iter().any(|dep| dep.name == FACADE));
                no_entry(own.unwrap_or(package))
            },
        )),
        _ => {
            let names: Vec<_> = found.iter().map(|(package, _)| format!("`{}`", package.name)).collect();
            let message = format!("several packages register routes: {}", names.join(", "));
            Err(Box::new(
                Diagnostic::error(Source::Config, "ANV0103", message)
                    .help("name one with `--package`, or with `app` under `[dev]` in config/anvil.toml"),
            ))
        }
    }
}

fn no_package(root: &Path) -> Box<Diagnostic> {
    let message = format!("{} holds no package of its Cargo workspace", root.display());
    Box::new(
        Diagnostic::error(Source::Config, "ANV0101", message)
            .help("run in the folder of a package, or name it with `--project DIR`"),
    )
}

fn no_entry(package: &Package) -> Box<Diagnostic> {
    let kind = if package.targets.iter().any(is_library) { UnitKind::Lib } else { UnitKind::Bin };
    let file = target_source(package, kind);
    let message = format!("no function of package `{}` registers routes", package.name);
    Box::new(
        Diagnostic::error(Source::Config, "ANV0102", message).at(file.to_string_lossy(), 1, 1).help(
            "add `#[anvilforge::routes] pub fn routes(r: &mut RouteSink) { … }` to its library, or to `src/main.rs`",
        ),
    )
}

/// Which target of the package has the entry; `None` if none has.
fn entry_target(package: &Package) -> Option<UnitKind> {
    let library = package.targets.iter().find(|target| is_library(target));
    let binary = target_source(package, UnitKind::Bin);
    let in_file = |path: &Path| find_entry(&[path.to_owned()]).is_some();
    if library.is_some_and(|target| in_file(target.src_path.as_std_path())) {
        return Some(UnitKind::Lib);
    }
    if in_file(&binary) {
        return Some(UnitKind::Bin);
    }
    // Not in a root file: somewhere in the modules.
    let root = parent(library.map_or(binary.as_path(), |target| target.src_path.as_std_path()));
    let files: Vec<_> = ignore::WalkBuilder::new(root)
        .build()
        .flatten()
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    find_entry(&files)?;
    Some(if library.is_some() { UnitKind::Lib } else { UnitKind::Bin })
}
