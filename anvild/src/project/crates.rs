//! The user's crates, as cargo describes them: which one registers routes, which are replayed with it, which are left to
//! cargo.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anvild_protocol::{Diagnostic, Source};
use cargo_metadata::{DependencyKind, Metadata, Node, Package, PackageId, TargetKind};

use super::choose::choose_apps;
use crate::builder::UnitKind;

/// Name of the facade's package.
pub(super) const FACADE: &str = "anvilforge";

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
    /// Crates that are replayed; each after those it uses, an app library last.
    pub(crate) hot: Vec<LocalCrate>,
    /// The crates that register routes, at least one, in the order in which they boot and register. None uses another.
    pub(crate) apps: Vec<App>,
    /// Folders of local packages that only cargo builds: the framework's own if it is a path dependency, procedural macros, and
    /// what they use. Name and folder.
    pub(crate) cold: Vec<(String, PathBuf)>,
    /// Libraries and build scripts that a first build compiles.
    pub(crate) units: u32,
}

/// A crate that registers routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct App {
    pub(crate) id: CrateId,
    /// Name under which it depends on the facade.
    pub(crate) facade: String,
}

impl Project {
    /// The app library of this number.
    pub(crate) fn app(&self, id: CrateId) -> Option<&App> {
        self.apps.iter().find(|app| app.id == id)
    }

    /// Numbers of the app libraries, in their order.
    pub(crate) fn app_ids(&self) -> impl Iterator<Item = CrateId> + '_ {
        self.apps.iter().map(|app| app.id)
    }

    /// Packages of the app libraries, in their order.
    pub(crate) fn app_packages(&self) -> Vec<&str> {
        self.app_ids().map(|id| self.hot[id].package.as_str()).collect()
    }

    /// What people call the app.
    pub(crate) fn app_name(&self) -> String {
        self.app_packages().join(", ")
    }

    /// Whether there is one app library only.
    pub(crate) fn has_one_app(&self) -> bool {
        self.apps.len() == 1
    }

    /// The crates that this one uses, directly or not.
    pub(crate) fn used_by(&self, id: CrateId) -> BTreeSet<CrateId> {
        let mut used = BTreeSet::new();
        let mut open = self.hot[id].uses.clone();
        while let Some(next) = open.pop() {
            if used.insert(next) {
                open.extend(&self.hot[next].uses);
            }
        }
        used
    }

    /// The app library that is all that these crates are. An error says what else there is.
    pub(crate) fn only_app(&self, crates: &BTreeSet<CrateId>) -> Result<CrateId, String> {
        let locals = || crates.iter().filter_map(|id| Some((*id, self.hot.get(*id)?)));
        if let Some((_, other)) = locals().find(|(id, _)| self.app(*id).is_none()) {
            return Err(format!("`{}` changed", other.package));
        }
        let mut apps = self.app_ids().filter(|id| self.has_one_app() || crates.contains(id));
        match (apps.next(), apps.next()) {
            (Some(app), None) => Ok(app),
            (None, _) => Err("no source of an app library changed".to_owned()),
            (Some(_), Some(_)) => {
                let packages: Vec<_> = locals().map(|(_, local)| format!("`{}`", local.package)).collect();
                Err(format!("{} changed", packages.join(" and ")))
            }
        }
    }

    /// Whether several app libraries use this crate, so that it must be in a library of its own: it shall exist once in a
    /// process. What a shared crate uses is shared as well.
    pub(crate) fn is_shared(&self, id: CrateId) -> bool {
        self.app_ids().filter(|app| self.used_by(*app).contains(&id)).count() > 1
    }

    /// Reads the project from cargo's metadata. `wanted` names the packages of the app libraries; none: they are looked for.
    pub(crate) fn from_metadata(root: &Path, metadata: &Metadata, wanted: &[String]) -> Result<Self, Box<Diagnostic>> {
        let chosen = choose_apps(root, metadata, wanted)?;
        let graph = Graph::new(metadata);
        graph.refuse_nested(&chosen)?;
        let cold = graph.cold();
        let mut hot = Vec::new();
        let mut ids = BTreeMap::new();
        let mut apps = Vec::new();
        for (package, kind) in &chosen {
            let facade = facade_name(package)?;
            let id = graph.visit(package, &cold, &mut ids, &mut hot);
            apps.push(App { id: with_binary(package, *kind, id, &mut hot), facade });
        }
        let packages: Vec<_> = chosen.iter().map(|(package, _)| &package.id).collect();
        let reachable = graph.reachable(&packages);
        let cold = cold
            .iter()
            .filter(|id| reachable.contains(*id))
            .filter_map(|id| graph.packages.get(id))
            .map(|package| (package.name.to_string(), parent(package.manifest_path.as_std_path())))
            .collect();
        Ok(Self {
            root: root.to_owned(),
            workspace: metadata.workspace_root.as_std_path().to_owned(),
            target: metadata.target_directory.as_std_path().to_owned(),
            hot,
            apps,
            cold,
            units: graph.units(&reachable),
        })
    }
}

/// The number of the crate that registers routes: the package's library, which has this number, or its binary.
fn with_binary(package: &Package, kind: UnitKind, library: CrateId, hot: &mut Vec<LocalCrate>) -> CrateId {
    if kind == UnitKind::Lib {
        return library;
    }
    let binary = local_crate(package, kind, target_source(package, kind));
    if package.targets.iter().any(|target| target.kind.contains(&TargetKind::Lib)) {
        // The package's own library is a crate that the binary uses like any other.
        hot.push(LocalCrate { uses: vec![library], ..binary });
        return hot.len() - 1;
    }
    hot[library] = LocalCrate { uses: hot[library].uses.clone(), ..binary };
    library
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

    fn reachable(&self, from: &[&'a PackageId]) -> BTreeSet<&'a PackageId> {
        let mut seen: BTreeSet<_> = from.iter().copied().collect();
        let mut open = from.to_vec();
        while let Some(id) = open.pop() {
            open.extend(self.uses(id).filter(|next| seen.insert(next)));
        }
        seen
    }

    fn units(&self, reachable: &BTreeSet<&PackageId>) -> u32 {
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
                cold.extend(self.reachable(&[*id]));
            }
        }
        cold.retain(|id| self.packages.get(id).is_some_and(|package| package.source.is_none()));
        cold
    }

    /// An app library is compiled and loaded by itself, so it cannot be a part of another one.
    fn refuse_nested(&self, chosen: &[(&'a Package, UnitKind)]) -> Result<(), Box<Diagnostic>> {
        for (user, _) in chosen {
            let reachable = self.reachable(&[&user.id]);
            let used = chosen.iter().find(|(other, _)| other.id != user.id && reachable.contains(&other.id));
            if let Some((used, _)) = used {
                let message = format!("`{}` uses `{}`, and both are app libraries", user.name, used.name);
                let help = format!(
                    "move what both need into a crate of its own, without routes; or let `{0}` register the routes of `{1}`, \
                     with `app = \"{0}\"` under `[dev]` in config/anvil.toml",
                    user.name, used.name
                );
                return Err(Box::new(
                    Diagnostic::error(Source::Config, "ANV0110", message)
                        .at(user.manifest_path.as_str(), 1, 1)
                        .help(help),
                ));
            }
        }
        Ok(())
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

pub(super) fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(path).to_owned()
}

pub(super) fn is_library(target: &cargo_metadata::Target) -> bool {
    use TargetKind::{CDyLib, DyLib, Lib, RLib};
    target.kind.iter().any(|kind| matches!(kind, Lib | RLib | DyLib | CDyLib))
}

pub(super) fn target_source(package: &Package, kind: UnitKind) -> PathBuf {
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

fn facade_name(package: &Package) -> Result<String, Box<Diagnostic>> {
    let mut dependencies = package.dependencies.iter();
    match dependencies.find(|dep| dep.name == FACADE && dep.kind == DependencyKind::Normal) {
        Some(dependency) => Ok(dependency.rename.clone().unwrap_or_else(|| FACADE.to_owned())),
        None => {
            let message = format!("package `{}` registers routes but does not depend on `{FACADE}`", package.name);
            Err(Box::new(
                Diagnostic::error(Source::Config, "ANV0102", message)
                    .at(package.manifest_path.as_str(), 1, 1)
                    .help("add it with `cargo add anvilforge`"),
            ))
        }
    }
}
