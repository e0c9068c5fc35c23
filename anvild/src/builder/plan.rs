//! What cargo decided, kept for as long as cargo would decide the same: captures, image, and the way to compile the hot
//! crates without cargo.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use anvild_engine::Library;
use anvild_protocol::{Diagnostic, Source};

use super::{
    build_dir::BuildDir,
    capture::{Capture, UnitKind, UnitName},
    cargo::{self, CargoBuild, FileStamp, Toolchain},
    command::Cancel,
    failure::{BuildError, cargo_said, compiler_said},
    image::{Image, ImageError, Ingredients, image},
    shared::SharedLibrary,
    template_places,
};
use crate::project::{BuildInputs, CrateId, Project, Settings, read_by_script, read_dep_info};

/// How the app gets into a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Linking {
    /// As a library of its own.
    Library(Image),
    /// Into the host program: every edit is a handover. The reason is one line of the tool that refused.
    Program { reason: String },
}

impl Linking {
    pub(crate) fn is_program(&self) -> bool {
        matches!(self, Self::Program { .. })
    }
}

/// Everything that a replay needs.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) project: Arc<Project>,
    pub(crate) directory: BuildDir,
    pub(crate) toolchain: Toolchain,
    /// By crate, in the order of [`Project::hot`].
    pub(crate) captures: Vec<Capture>,
    pub(crate) linking: Linking,
    /// Library files of crates that were replayed since cargo built them.
    pub(crate) replayed: BTreeMap<CrateId, PathBuf>,
    /// Libraries of the crates that several app libraries use, as far as they are made.
    pub(crate) shared: BTreeMap<CrateId, SharedLibrary>,
    /// What app libraries that use one of these name as the framework.
    pub(crate) facades: BTreeMap<CrateId, PathBuf>,
    /// The app libraries of the last build that succeeded.
    pub(crate) libraries: BTreeMap<CrateId, AppLibrary>,
    /// Sources in which the entry function has been looked for.
    pub(crate) checked_sources: BTreeMap<PathBuf, FileStamp>,
}

/// One app library as it was last built.
#[derive(Debug, Clone)]
pub(crate) struct AppLibrary {
    pub(crate) library: Library,
    /// Of the compiler.
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Plan {
    /// The app libraries to load, in their order. `None` while one is missing.
    pub(crate) fn all_libraries(&self) -> Option<Vec<Library>> {
        self.project.app_ids().map(|id| Some(self.libraries.get(&id)?.library.clone())).collect()
    }

    /// Where patches of this app library are made.
    pub(crate) fn directory_of(&self, app: CrateId) -> BuildDir {
        if self.project.has_one_app() {
            return self.directory.clone();
        }
        self.directory.part(&self.project.hot[app].package)
    }

    /// The file that crates are linked with which use this one.
    pub(crate) fn rlib(&self, id: CrateId) -> PathBuf {
        let recorded = || self.captures[id].output(UnitKind::Lib);
        self.replayed.get(&id).cloned().unwrap_or_else(recorded)
    }

    /// The Rust files among these that have changed since they were checked.
    pub(crate) fn unchecked_sources(&self, files: Vec<PathBuf>) -> BTreeMap<PathBuf, FileStamp> {
        let sources = files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "rs"));
        let stamped = sources.map(|file| {
            let stamp = cargo::stamp(&file);
            (file, stamp)
        });
        stamped.filter(|(file, stamp)| self.checked_sources.get(file) != Some(stamp)).collect()
    }
}

/// What a planning run found out, even if it failed: enough to watch and to classify.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) project: Option<Arc<Project>>,
    pub(crate) inputs: BuildInputs,
}

/// Tells what is being done: stage, done, total, unit.
pub(crate) type OnProgress<'a> = &'a mut (dyn FnMut(&str, u32, u32, Option<&str>) + Send);

/// Runs cargo and makes the image.
pub(crate) async fn plan(
    root: &Path,
    package: Option<&str>,
    findings: &mut Findings,
    cancel: &mut Cancel,
    on_progress: OnProgress<'_>,
) -> Result<(Plan, Vec<Diagnostic>), BuildError> {
    on_progress("project", 0, 0, None);
    let project = Arc::new(read_project(root, package, cancel).await?);
    // As cargo has just left it: from here on a change of it is somebody else's.
    findings.inputs.lock = std::fs::read(project.workspace.join("Cargo.lock")).ok();
    findings.project = Some(Arc::clone(&project));
    let directory = BuildDir::open(&project.target, &project.app_packages())?;
    let toolchain = cargo::toolchain(root, cancel).await?;
    let captures_dir = directory.captures(&project.workspace);
    std::fs::create_dir_all(&captures_dir)?;
    let (build, captures) = build_captured(&project, &directory, &captures_dir, cancel, on_progress).await?;
    for (id, capture) in captures.iter().enumerate() {
        findings.inputs.set(id, recorded_inputs(capture));
    }
    let said = |(id, capture): (CrateId, &Capture)| Some((id, read_by_script_of(capture, &project.hot[id].directory)?));
    findings.inputs.scripts = captures.iter().enumerate().filter_map(said).collect();
    let ingredients = Ingredients {
        directory: &directory,
        facade: project.apps.last().map_or("", |app| app.facade.as_str()),
        captures: &captures,
        hot: &project.hot.iter().map(|local| local.name.clone()).collect(),
        build: &build,
        toolchain: &toolchain,
    };
    let linking = match image(ingredients, cancel, |stage| on_progress(stage, 0, 0, None)).await {
        Ok(image) => Linking::Library(image),
        Err(ImageError::NotLinkable(reason)) if !project.has_one_app() => {
            return Err(BuildError::Diagnostics(vec![unlinkable(&project, &reason)]));
        }
        Err(ImageError::NotLinkable(reason)) => Linking::Program { reason },
        Err(ImageError::Other(error)) => return Err(error),
    };
    let plan = Plan {
        project,
        directory,
        toolchain,
        captures,
        linking,
        replayed: BTreeMap::new(),
        shared: BTreeMap::new(),
        facades: BTreeMap::new(),
        libraries: BTreeMap::new(),
        checked_sources: BTreeMap::new(),
    };
    Ok((plan, build.diagnostics))
}

/// Linked into one program, the libraries' entry functions would have the same name.
fn unlinkable(project: &Project, reason: &str) -> Diagnostic {
    let packages: Vec<_> = project.app_packages().iter().map(|package| format!("`{package}`")).collect();
    let packages = packages.join(", ");
    let message = format!(
        "the dependencies do not link into one library, which several app libraries ({packages}) need: {reason}"
    );
    Diagnostic::error(Source::Build, "ANV0111", message).help(
        "register the routes of all of them in one `#[anvilforge::routes]` function, and name its package with `app` under \
         `[dev]` in config/anvil.toml",
    )
}

/// Cargo's view of the project, and the app libraries in it.
pub(crate) async fn read_project(
    root: &Path,
    package: Option<&str>,
    cancel: &mut Cancel,
) -> Result<Project, BuildError> {
    let failed = |diagnostic: Box<Diagnostic>| BuildError::Diagnostics(vec![*diagnostic]);
    let settings = Settings::read(root).map_err(failed)?;
    let metadata = cargo::metadata(root, cancel).await?;
    let wanted = package.map_or(settings.dev.app, |package| vec![package.to_owned()]);
    Project::from_metadata(root, &metadata, &wanted).map_err(failed)
}

async fn build_captured(
    project: &Project,
    directory: &BuildDir,
    captures_dir: &Path,
    cancel: &mut Cancel,
    on_progress: OnProgress<'_>,
) -> Result<(CargoBuild, Vec<Capture>), BuildError> {
    // The second round is for units that cargo found fresh although nobody recorded how it made them.
    for round in 0..2 {
        let units = project.units;
        let build = cargo::build(project, directory, captures_dir, cancel, |done, unit| {
            on_progress("crates", done, units.max(done), Some(unit));
        })
        .await?;
        if !build.succeeded {
            let has_errors = build.diagnostics.iter().any(|found| found.severity == anvild_protocol::Severity::Error);
            return Err(BuildError::Diagnostics(if has_errors {
                compiler_said(build.diagnostics, &build.stderr, "cargo")
            } else {
                let folder = |package: &str| {
                    let local = project.hot.iter().find(|local| local.package == package);
                    local.map(|local| local.directory.clone())
                };
                match template_places::mistakes(&build.stderr, folder) {
                    found if found.is_empty() => vec![cargo_said(&build.stderr, &project.workspace)],
                    found => found,
                }
            }));
        }
        let mut captures = Vec::new();
        let mut missing = BTreeSet::new();
        for local in &project.hot {
            let unit = UnitName { package: &local.package, crate_name: &local.name, kind: local.kind };
            match Capture::of_artifact(captures_dir, &unit, &build.artifacts)? {
                Some(capture) => captures.push(capture),
                None => {
                    missing.insert(local.package.clone());
                }
            }
        }
        if missing.is_empty() {
            return Ok((build, captures));
        }
        if round == 0 {
            for package in &missing {
                cargo::forget(project, directory, package, cancel).await?;
            }
        }
    }
    let message =
        "cargo did not call the compiler through anvild; is `rustc-workspace-wrapper` fixed in cargo's configuration?";
    Err(BuildError::Diagnostics(vec![Diagnostic::error(Source::Build, "ANV0109", message)]))
}

/// The files a crate was made of, from the dependency file next to the recorded output.
fn recorded_inputs(capture: &Capture) -> Vec<PathBuf> {
    let Some(folder) = capture.option("--out-dir") else { return Vec::new() };
    inputs_in(Path::new(folder), &capture.file_stem(), capture)
}

/// What the crate's build script said it reads. Cargo keeps what a script printed beside its `OUT_DIR`.
/// <https://doc.rust-lang.org/cargo/reference/build-scripts.html#outputs-of-the-build-script>
fn read_by_script_of(capture: &Capture, package: &Path) -> Option<Vec<PathBuf>> {
    let printed = Path::new(capture.env.get("OUT_DIR")?).with_file_name("output");
    read_by_script(&std::fs::read_to_string(printed).ok()?, package)
}

/// The same, from the dependency file in `folder` with that stem.
pub(crate) fn inputs_in(folder: &Path, stem: &str, capture: &Capture) -> Vec<PathBuf> {
    let Ok(text) = std::fs::read_to_string(folder.join(format!("{stem}.d"))) else { return Vec::new() };
    let mut files = read_dep_info(&text, &capture.cwd);
    // Generated by build scripts: cargo's to watch.
    let generated = capture.env.get("OUT_DIR").map(PathBuf::from);
    files.retain(|file| generated.as_ref().is_none_or(|folder| !file.starts_with(folder)));
    files
}
