//! What a changed file needs: the one place that knows which files matter and why. Doubt goes to cargo.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{CrateId, Project};

/// What the builds so far have read.
#[derive(Debug, Clone, Default)]
pub(crate) struct BuildInputs {
    /// From the compiler's dependency files.
    pub(crate) files: BTreeMap<PathBuf, BTreeSet<CrateId>>,
    /// Files and folders that build scripts said they read. A crate whose script said nothing is not here: cargo runs that after any change of
    /// its package.
    pub(crate) scripts: BTreeMap<CrateId, Vec<PathBuf>>,
    /// `Cargo.lock` as cargo left it, so that cargo's own write is no change.
    pub(crate) lock: Option<Vec<u8>>,
}

impl BuildInputs {
    /// Replaces what is known of one crate.
    pub(crate) fn set(&mut self, id: CrateId, files: Vec<PathBuf>) {
        for users in self.files.values_mut() {
            users.remove(&id);
        }
        self.files.retain(|_, users| !users.is_empty());
        for file in files {
            self.files.entry(file).or_default().insert(id);
        }
    }

    /// Files of one crate.
    pub(crate) fn of(&self, id: CrateId) -> Vec<PathBuf> {
        self.files.iter().filter(|(_, users)| users.contains(&id)).map(|(file, _)| file.clone()).collect()
    }
}

/// What one changed path needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Classified {
    /// Nothing. The sentence is shown by `watch/why`.
    Ignored(&'static str),
    /// The host reads it at every request.
    Advance,
    /// The host reads its configuration again.
    Configure,
    /// These crates are compiled again.
    Library(BTreeSet<CrateId>),
    /// Cargo decides. The reason is shown.
    Cargo(String),
}

/// Decides for one path.
pub(crate) fn classify(project: &Project, inputs: &BuildInputs, path: &Path) -> Classified {
    if let Some(decided) = manifests(project, inputs, path) {
        return decided;
    }
    if path == project.root.join(".env") || path == project.root.join("config").join("anvil.toml") {
        return Classified::Configure;
    }
    if let Some(users) = inputs.files.get(path) {
        return library(project, inputs, path, users.clone());
    }
    if let Some((name, _)) = project.cold.iter().find(|(_, folder)| is_source(folder, path)) {
        return Classified::Cargo(format!("`{name}` changed, which only cargo builds"));
    }
    let owner = project.hot.iter().enumerate().filter(|(_, local)| path.starts_with(&local.directory));
    // The innermost package owns the file; of a package's library and binary, the later is the app library.
    let owner = owner.max_by_key(|(id, local)| (local.directory.as_os_str().len(), *id));
    if let Some((id, local)) = owner {
        if local.build_script.as_deref() == Some(path) {
            return Classified::Cargo(format!("the build script of `{}` changed", local.package));
        }
        if is_source(&local.directory, path) && path.extension().is_some_and(|extension| extension == "rs") {
            return library(project, inputs, path, BTreeSet::from([id]));
        }
        if path.starts_with(project.root.join("public")) {
            return Classified::Advance;
        }
        if script_may_read(project, inputs, id, path) && !path.starts_with(local.directory.join("tests")) {
            return Classified::Cargo(format!("`{}` has a build script that may read it", local.package));
        }
    }
    if path.starts_with(project.root.join("public")) {
        return Classified::Advance;
    }
    Classified::Ignored("no build and no request reads it")
}

fn is_source(folder: &Path, path: &Path) -> bool {
    path.strip_prefix(folder).is_ok_and(|inner| inner.starts_with("src") || inner == Path::new("build.rs"))
}

fn library(project: &Project, inputs: &BuildInputs, path: &Path, users: BTreeSet<CrateId>) -> Classified {
    match users.iter().find(|id| script_may_read(project, inputs, **id, path)) {
        Some(id) => Classified::Cargo(format!("`{}` has a build script that may read it", project.hot[*id].package)),
        None => Classified::Library(users),
    }
}

/// Whether cargo would run the crate's build script after a change of the file.
fn script_may_read(project: &Project, inputs: &BuildInputs, id: CrateId, path: &Path) -> bool {
    let said = inputs.scripts.get(&id);
    project.hot[id].build_script.is_some() && said.is_none_or(|said| said.iter().any(|read| path.starts_with(read)))
}

/// What a build script of the package in `folder` said it reads, from what it printed. `None` if it said nothing of that.
/// <https://doc.rust-lang.org/cargo/reference/build-scripts.html#change-detection>
pub(crate) fn read_by_script(printed: &str, folder: &Path) -> Option<Vec<PathBuf>> {
    let said = |line: &'_ str| line.strip_prefix("cargo::").or(line.strip_prefix("cargo:")).map(str::to_owned);
    let said: Vec<String> = printed.lines().filter_map(said).filter(|said| said.starts_with("rerun-if-")).collect();
    let file = |said: &String| Some(folder.join(said.strip_prefix("rerun-if-changed=")?));
    (!said.is_empty()).then(|| said.iter().filter_map(file).collect())
}

fn manifests(project: &Project, inputs: &BuildInputs, path: &Path) -> Option<Classified> {
    let name = path.file_name()?.to_str()?;
    let parent = path.parent()?;
    let above = |folder: &Path| project.root.starts_with(folder) || folder == project.workspace;
    match name {
        "Cargo.toml" => {
            // One that is not known may be that of a new member.
            let may_matter = parent.starts_with(&project.workspace)
                || project.hot.iter().any(|local| local.directory == parent)
                || project.cold.iter().any(|(_, folder)| folder == parent);
            may_matter.then(|| Classified::Cargo("Cargo.toml changed".to_owned()))
        }
        "Cargo.lock" if parent == project.workspace => {
            let unchanged = inputs.lock.is_some() && std::fs::read(path).ok() == inputs.lock;
            Some(if unchanged {
                Classified::Ignored("cargo wrote it during the build")
            } else {
                Classified::Cargo("Cargo.lock changed".to_owned())
            })
        }
        "rust-toolchain" | "rust-toolchain.toml" if above(parent) => Some(Classified::Cargo(format!("{name} changed"))),
        "config.toml" | "config" if parent.ends_with(".cargo") && above(parent.parent()?) => {
            Some(Classified::Cargo("cargo's configuration changed".to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        builder::UnitKind,
        project::{LocalCrate, crates::App},
    };

    fn local(package: &str, folder: &str, build_script: Option<&str>) -> LocalCrate {
        LocalCrate {
            package: package.to_owned(),
            name: package.to_owned(),
            kind: UnitKind::Lib,
            directory: folder.into(),
            source: Path::new(folder).join("src/lib.rs"),
            build_script: build_script.map(PathBuf::from),
            uses: Vec::new(),
        }
    }

    fn project() -> Project {
        Project {
            root: "/w/app".into(),
            workspace: "/w".into(),
            target: "/w/target".into(),
            hot: vec![local("shared", "/w/app/crates/shared", None), local("app", "/w/app", None)],
            apps: vec![App { id: 1, facade: "anvilforge".to_owned() }],
            cold: vec![("framework".to_owned(), "/w/framework".into())],
            units: 0,
        }
    }

    #[track_caller]
    fn check(path: &str, expected: Classified) {
        let mut inputs = BuildInputs::default();
        inputs.set(1, vec!["/w/app/templates/index.html".into(), "/w/app/src/lib.rs".into()]);
        assert_eq!(classify(&project(), &inputs, Path::new(path)), expected, "{path}");
    }

    #[test]
    fn a_build_script_is_asked_for_what_it_said_it_reads() {
        let mut project = project();
        project.hot[1].build_script = Some("/w/app/build.rs".into());
        let mut inputs = BuildInputs::default();
        inputs.set(1, vec!["/w/app/src/lib.rs".into(), "/w/app/text".into()]);
        let cargo = Classified::Cargo("`app` has a build script that may read it".to_owned());
        let decide = |inputs: &BuildInputs, path: &str| classify(&project, inputs, Path::new(path));
        for path in ["/w/app/src/lib.rs", "/w/app/text", "/w/app/schema.sql"] {
            assert_eq!(decide(&inputs, path), cargo, "{path}: it said nothing");
        }

        let printed =
            "cargo:rustc-cfg=a\ncargo::rerun-if-changed=templates\ncargo:rerun-if-changed=src/alert.rs\nnoise\n";
        let said = read_by_script(printed, Path::new("/w/app")).expect("it said what it reads");
        inputs.scripts.insert(1, said);
        for path in ["/w/app/templates/a/b.html", "/w/app/src/alert.rs"] {
            assert_eq!(decide(&inputs, path), cargo, "{path}");
        }
        for path in ["/w/app/src/lib.rs", "/w/app/src/new.rs", "/w/app/text"] {
            assert_eq!(decide(&inputs, path), Classified::Library([1].into()), "{path}");
        }
        assert_eq!(decide(&inputs, "/w/app/schema.sql"), Classified::Ignored("no build and no request reads it"));
        assert_eq!(
            decide(&inputs, "/w/app/build.rs"),
            Classified::Cargo("the build script of `app` changed".to_owned())
        );
        assert_eq!(read_by_script("cargo:rustc-cfg=a\n", Path::new("/w/app")), None);
        assert_eq!(read_by_script("cargo:rerun-if-env-changed=A\n", Path::new("/w/app")), Some(Vec::new()));
    }

    #[test]
    fn every_kind_of_path_has_an_answer() {
        let ignored = Classified::Ignored("no build and no request reads it");
        check("/w/app/src/lib.rs", Classified::Library([1].into()));
        check("/w/app/src/new.rs", Classified::Library([1].into()));
        check("/w/app/templates/index.html", Classified::Library([1].into()));
        check("/w/app/crates/shared/src/lib.rs", Classified::Library([0].into()));
        check("/w/app/public/app.css", Classified::Advance);
        check("/w/app/.env", Classified::Configure);
        check("/w/app/config/anvil.toml", Classified::Configure);
        check("/w/app/README.md", ignored.clone());
        check("/w/app/tests/it.rs", ignored);
        check("/w/app/Cargo.toml", Classified::Cargo("Cargo.toml changed".to_owned()));
        check("/w/app/crates/new/Cargo.toml", Classified::Cargo("Cargo.toml changed".to_owned()));
        check("/w/Cargo.lock", Classified::Cargo("Cargo.lock changed".to_owned()));
        check("/w/rust-toolchain.toml", Classified::Cargo("rust-toolchain.toml changed".to_owned()));
        let cold = "`framework` changed, which only cargo builds";
        check("/w/framework/src/lib.rs", Classified::Cargo(cold.to_owned()));
    }
}
