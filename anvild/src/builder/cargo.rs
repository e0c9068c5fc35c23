//! Asks cargo: for the project's shape, and for a build through the capturing wrapper.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anvild_protocol::{Diagnostic, Source};
use cargo_metadata::{Metadata, MetadataCommand};
use serde::Deserialize;

use super::{
    build_dir::BuildDir,
    capture::{CAPTURE_DIR_VARIABLE, UnitKind},
    command::{Cancel, CommandLine, Environment, Input, Output, Priority, RunError, run},
    failure::{self, BuildError},
    rustc_json::parse,
};
use crate::project::{LocalCrate, Project};

/// Everything the linker and the loader must agree on about the compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toolchain {
    /// `rustc -vV`.
    pub(crate) version: String,
    /// Folder of the standard library's shared object.
    pub(crate) libraries: PathBuf,
}

/// What cargo's build left.
#[derive(Debug, Default)]
pub(crate) struct CargoBuild {
    /// Library files of every package, with a stamp of their content.
    pub(crate) libraries: BTreeMap<PathBuf, FileStamp>,
    /// Every file that cargo made or found fresh.
    pub(crate) artifacts: BTreeSet<PathBuf>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) succeeded: bool,
    pub(crate) stderr: String,
}

/// Tells two contents of one path apart: length in bytes and modification time in nanoseconds.
pub(crate) type FileStamp = (u64, u128);

/// Variables that a cargo above us set for its own child; a build must not see them.
const FOREIGN_PREFIXES: [&str; 3] = ["CARGO_PKG_", "CARGO_BIN_", "CARGO_MANIFEST_"];
const FOREIGN: [&str; 10] = [
    "CARGO_CRATE_NAME",
    "CARGO_MAKEFLAGS",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_TMPDIR",
    "LLVM_PROFILE_FILE",
    "MAKEFLAGS",
    "MFLAGS",
    "OUT_DIR",
    "RUST_RECURSION_COUNT",
    "__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS",
];

pub(crate) fn clean_environment() -> Vec<(String, Option<OsString>)> {
    let foreign = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| {
        FOREIGN.contains(&name.as_str()) || FOREIGN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    });
    foreign.map(|name| (name, None)).collect()
}

fn command(directory: &Path, program: &str, arguments: Vec<OsString>) -> CommandLine {
    CommandLine {
        program: program.into(),
        arguments,
        directory: directory.to_owned(),
        environment: Environment::Inherited(clean_environment()),
        priority: Priority::Normal,
        input: Input::Nothing,
    }
}

async fn text_of(line: &CommandLine, cancel: &mut Cancel) -> Result<(Option<i32>, String, String), RunError> {
    let mut text = String::new();
    let finished = run(line, cancel, |output, line| {
        if output == Output::Stdout {
            text.push_str(line);
            text.push('\n');
        }
    })
    .await?;
    Ok((finished.code, text, finished.stderr))
}

/// The workspace as cargo sees it.
pub(crate) async fn metadata(root: &Path, cancel: &mut Cancel) -> Result<Metadata, BuildError> {
    let line = command(root, "cargo", vec!["metadata".into(), "--format-version=1".into()]);
    let (code, text, stderr) = text_of(&line, cancel).await?;
    if code != Some(0) {
        return Err(BuildError::Diagnostics(vec![failure::cargo_said(&stderr, root)]));
    }
    MetadataCommand::parse(text).map_err(|error| {
        let message = format!("cannot read cargo's metadata: {error}");
        BuildError::Diagnostics(vec![Diagnostic::error(Source::Build, "cargo", message)])
    })
}

/// The compiler that cargo will use in this folder.
pub(crate) async fn toolchain(root: &Path, cancel: &mut Cancel) -> Result<Toolchain, BuildError> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let (_, version, _) = text_of(&command(root, &rustc, vec!["-vV".into()]), cancel).await?;
    let (_, libraries, _) = text_of(&command(root, &rustc, vec!["--print=target-libdir".into()]), cancel).await?;
    Ok(Toolchain { version, libraries: PathBuf::from(libraries.trim()) })
}

/// `cargo build` of the app library with every unit of the workspace recorded in `captures`.
///
/// `on_package` receives the number of finished packages and the name of the newest.
pub(crate) async fn build(
    project: &Project,
    directory: &BuildDir,
    captures: &Path,
    cancel: &mut Cancel,
    mut on_package: impl FnMut(u32, &str),
) -> Result<CargoBuild, RunError> {
    let line = build_command(project, directory, captures);
    let mut build = CargoBuild::default();
    let mut done = BTreeSet::new();
    let workspace = project.workspace.clone();
    let finished = run(&line, cancel, |output, text| {
        if output != Output::Stdout {
            return;
        }
        match serde_json::from_str::<CargoMessage>(text) {
            Ok(CargoMessage::CompilerArtifact { target, filenames }) => {
                if done.insert(filenames.clone()) {
                    on_package(u32::try_from(done.len()).unwrap_or(u32::MAX), &target.name);
                }
                build.artifacts.extend(filenames.iter().cloned());
                let is_library = target.kind.iter().any(|kind| kind.ends_with("lib"));
                let files = filenames
                    .into_iter()
                    .filter(|file| is_library && file.extension().is_some_and(|end| end != "rmeta"));
                build.libraries.extend(files.map(|file| (file.clone(), stamp(&file))));
            }
            Ok(CargoMessage::CompilerMessage { manifest_path, message }) => {
                let package = manifest_path.parent().unwrap_or(&workspace);
                build.diagnostics.extend(parse(message, &workspace, package));
            }
            Ok(CargoMessage::Other) | Err(_) => {}
        }
    })
    .await?;
    build.succeeded = finished.code == Some(0);
    build.stderr = finished.stderr;
    Ok(build)
}

fn build_command(project: &Project, directory: &BuildDir, captures: &Path) -> CommandLine {
    let mut arguments: Vec<OsString> =
        ["build", "--message-format=json-diagnostic-rendered-ansi"].map(Into::into).into();
    let mut targets: BTreeSet<Vec<OsString>> = BTreeSet::new();
    let mut features: BTreeSet<OsString> = BTreeSet::new();
    for app in &project.apps {
        let local = &project.hot[app.id];
        arguments.extend(["-p".into(), local.package.clone().into()]);
        targets.insert(match local.kind {
            UnitKind::Lib => vec!["--lib".into()],
            UnitKind::Bin => vec!["--bin".into(), bin_name(local).into()],
        });
        features.insert(format!("{}/hot", app.facade).into());
    }
    arguments.extend(targets.into_iter().flatten());
    arguments.extend(features.into_iter().flat_map(|feature| ["--features".into(), feature]));
    for setting in profile_settings(&project.workspace) {
        arguments.extend(["--config".into(), setting.into()]);
    }
    let mut environment = clean_environment();
    environment.push(("RUSTC_WORKSPACE_WRAPPER".to_owned(), Some(own_program().into_os_string())));
    environment.push((CAPTURE_DIR_VARIABLE.to_owned(), Some(captures.into())));
    environment.push(("CARGO_TARGET_DIR".to_owned(), Some(directory.cargo().into_os_string())));
    // Replays need it, and CI machines switch it off.
    environment.push(("CARGO_INCREMENTAL".to_owned(), Some("1".into())));
    CommandLine {
        program: "cargo".into(),
        arguments,
        directory: project.root.clone(),
        environment: Environment::Inherited(environment),
        priority: Priority::Normal,
        input: Input::Nothing,
    }
}

/// Path of this program. After an update the kernel marks the path it remembers; the new program at that path records
/// just as well, and the path must stay the same, because cargo builds everything again for another wrapper.
fn own_program() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_else(|_| "anvild".into());
    let text = program.to_string_lossy();
    text.strip_suffix(" (deleted)").map_or_else(|| program.clone(), PathBuf::from)
}

/// The target's name has dashes where the crate's has underscores; cargo wants the former.
fn bin_name(app: &LocalCrate) -> String {
    let stem = app.source.file_stem().and_then(|stem| stem.to_str()).unwrap_or("main");
    if stem == "main" { app.package.clone() } else { stem.to_owned() }
}

/// Crates that are optimized even in development. The first checks each library before it is loaded, the others look up the
/// places of an error page; unoptimised they take 100 ms and seconds for that. Optimized crates also do not offer their instances
/// of generic functions to others, and looking through what is offered is a part of every edit.
const OPTIMIZED: [&str; 6] = ["sha2", "object", "gimli", "addr2line", "rustix", "toml"];

/// Profile settings that make edits quick, unless the workspace sets the same keys itself.
fn profile_settings(workspace: &Path) -> Vec<String> {
    let manifest = std::fs::read_to_string(workspace.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = manifest.parse().unwrap_or_default();
    let dev = manifest.get("profile").and_then(|profile| profile.get("dev"));
    let is_set = |path: &[&str]| path.iter().try_fold(dev?, |at, key| at.get(key)).map(|_| ()).or(None);
    let wishes: [(&[&str], &str); 4] = [
        (&["debug"], "profile.dev.debug=\"line-tables-only\""),
        (&["package", "*"], "profile.dev.package.\"*\".debug=false"),
        (&["build-override"], "profile.dev.build-override.opt-level=3"),
        (&["build-override"], "profile.dev.build-override.codegen-units=256"),
    ];
    let wishes = wishes.iter().filter(|(path, _)| is_set(path).is_none()).map(|(_, setting)| (*setting).to_owned());
    let optimized = OPTIMIZED.iter().filter(|name| is_set(&["package", name]).is_none());
    wishes.chain(optimized.map(|name| format!("profile.dev.package.{name}.opt-level=3"))).collect()
}

/// Makes cargo forget its result for one package, so that its rustc call is recorded again.
pub(crate) async fn forget(
    project: &Project,
    directory: &BuildDir,
    package: &str,
    cancel: &mut Cancel,
) -> Result<(), RunError> {
    let mut line = command(&project.root, "cargo", ["clean", "-p", package].map(Into::into).into());
    if let Environment::Inherited(changes) = &mut line.environment {
        changes.push(("CARGO_TARGET_DIR".to_owned(), Some(directory.cargo().into_os_string())));
    }
    run(&line, cancel, |_, _| {}).await.map(|_| ())
}

/// The stamp of a file as it is now; zeros if it cannot be read.
pub(crate) fn stamp(file: &Path) -> FileStamp {
    let Ok(metadata) = std::fs::metadata(file) else { return (0, 0) };
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (metadata.len(), modified.map_or(0, |time| time.as_nanos()))
}

#[derive(Debug, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum CargoMessage {
    CompilerArtifact {
        target: Target,
        filenames: Vec<PathBuf>,
    },
    CompilerMessage {
        manifest_path: PathBuf,
        message: serde_json::Value,
    },
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}
