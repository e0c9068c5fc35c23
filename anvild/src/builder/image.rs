//! The deps library and the host program: made once per set of dependencies, found by content afterwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use anvild_protocol::Diagnostic;

use super::{
    build_dir::BuildDir,
    capture::Capture,
    cargo::{CargoBuild, Toolchain},
    command::Cancel,
    failure::{BuildError, compiler_said, strip_ansi},
    inspect::short_hash,
    lease::{Lease, prune},
    replay::{Derivation, GeneratedCrate, linkable, replay, rpath},
};

/// Extern name of the facade in generated crates, whatever the app calls it.
const FACADE: &str = "anvilforge";

const HOST_OF_LIBRARY: &str = "\
fn main() -> std::process::ExitCode {
    anvilforge::dev::live_server(anvilforge::dev::App::Library)
}
";

/// A host program with the deps library that app libraries for it are linked against. Both stay on disk while it is held.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) deps: PathBuf,
    pub(crate) host: PathBuf,
    _leases: Arc<[Lease; 2]>,
}

impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        self.deps == other.deps && self.host == other.host
    }
}

impl Eq for Image {}

/// Why an image could not be made.
#[derive(Debug)]
pub(crate) enum ImageError {
    /// The dependencies do not go into one dylib. One line of the linker or the compiler.
    NotLinkable(String),
    Other(BuildError),
}

impl<T: Into<BuildError>> From<T> for ImageError {
    fn from(error: T) -> Self {
        Self::Other(error.into())
    }
}

/// What an image is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ingredients<'a> {
    pub(crate) directory: &'a BuildDir,
    /// The app's name for the framework.
    pub(crate) facade: &'a str,
    /// Of the hot crates, the app library's last.
    pub(crate) captures: &'a [Capture],
    /// Names of the hot crates.
    pub(crate) hot: &'a BTreeSet<String>,
    pub(crate) build: &'a CargoBuild,
    pub(crate) toolchain: &'a Toolchain,
}

/// Makes the image for these crates, or finds it.
pub(crate) async fn image(
    ingredients: Ingredients<'_>,
    cancel: &mut Cancel,
    mut on_stage: impl FnMut(&'static str),
) -> Result<Image, ImageError> {
    let Ingredients { directory, facade, captures, hot, build, toolchain } = ingredients;
    let app = captures.last().expect("the app library is always captured");
    let externs = third_party(facade, captures, hot);
    let key = image_key(&externs, hot, build, toolchain, app);
    let name = format!("anvil_deps_{key}");
    let deps = directory.deps().join(format!("lib{name}.so"));
    let host = directory.hosts().join(format!("host-{key}"));
    let deps_lease = loop {
        if let Some(lease) = Lease::of(&deps)? {
            break lease;
        }
        on_stage("deps library");
        deps_library(directory, &key, &externs, captures, &deps, cancel).await?;
    };
    let host_lease = loop {
        if let Some(lease) = Lease::of(&host)? {
            break lease;
        }
        on_stage("host");
        let derivation = dynamic_host(directory, &key, &deps, toolchain)?;
        let compiled = replay(app, &derivation, cancel).await?;
        if !compiled.succeeded {
            let diagnostics = compiler_said(compiled.diagnostics, &compiled.stderr, "the host program");
            return Err(not_linkable(diagnostics));
        }
        keep_first(&derivation.output.join("anvil_host"), &host)?;
    };
    prune(&directory.deps(), &deps);
    prune(&directory.hosts(), &host);
    Ok(Image { deps, host, _leases: Arc::new([deps_lease, host_lease]) })
}

/// A host program into which the app is linked: the way for dependencies that refuse to be a dylib. `library` is the app's rlib.
pub(crate) async fn linked_host(
    directory: &BuildDir,
    facade: &Path,
    app: &Capture,
    library: &Path,
    has_boot: bool,
    host: &Path,
    cancel: &mut Cancel,
) -> Result<(), BuildError> {
    let source = directory.programs().join("main.rs");
    let boot = if has_boot { "Some(boot)" } else { "None" };
    let declare = if has_boot { "fn anvil_boot(c: &mut ContainerBuilder) -> Booting<'_>;" } else { "" };
    let define =
        if has_boot { "fn boot(c: &mut ContainerBuilder) -> Booting<'_> { unsafe { anvil_boot(c) } }" } else { "" };
    let text = format!(
        "extern crate app as _;
use anvilforge::prelude::{{ContainerBuilder, Result}};
type Booting<'a> = std::pin::Pin<Box<dyn std::future::Future<Output = Result<()>> + Send + 'a>>;
unsafe extern \"Rust\" {{ fn anvil_register_routes(r: &mut anvilforge::dev::RouteSink); {declare} }}
fn routes(r: &mut anvilforge::dev::RouteSink) {{ unsafe {{ anvil_register_routes(r) }} }}
{define}
fn main() -> std::process::ExitCode {{
    anvilforge::dev::live_server(anvilforge::dev::App::Linked {{ routes, boot: {boot} }})
}}
"
    );
    std::fs::write(&source, text)?;
    let externs = vec![(FACADE.to_owned(), facade.to_owned()), ("app".to_owned(), library.to_owned())];
    let derivation = Derivation {
        crate_type: "bin",
        emit: "link",
        output: directory.output(),
        generated: Some(GeneratedCrate {
            name: "anvil_host".to_owned(),
            source,
            identity: "linked".to_owned(),
            externs,
        }),
        ..Derivation::default()
    };
    let compiled = replay(app, &derivation, cancel).await?;
    if !compiled.succeeded {
        return Err(BuildError::Diagnostics(compiler_said(compiled.diagnostics, &compiled.stderr, "linking the app")));
    }
    std::fs::rename(derivation.output.join("anvil_host"), host)?;
    Ok(())
}

/// Extern name in the generated root → library file: the facade, and every other third-party crate that a hot crate names.
fn third_party(facade: &str, captures: &[Capture], hot: &BTreeSet<String>) -> Vec<(String, PathBuf)> {
    let mut files = BTreeSet::new();
    let mut facade_file = None;
    for (at, capture) in captures.iter().enumerate() {
        for (name, path) in capture.externs() {
            let path = PathBuf::from(linkable(path));
            let is_app = at + 1 == captures.len();
            if is_app && name == facade.replace('-', "_") {
                facade_file = Some(path);
            } else if path.extension().is_some_and(|extension| extension == "rlib") && !hot.contains(&crate_of(&path)) {
                files.insert(path);
            }
        }
    }
    files.retain(|file| Some(file) != facade_file.as_ref());
    let numbered = files.into_iter().enumerate().map(|(at, file)| (format!("anvil_dep_{at}"), file));
    facade_file.map(|file| (FACADE.to_owned(), file)).into_iter().chain(numbered).collect()
}

/// `/t/deps/libmy_crate-0123.rlib` → `my_crate`.
fn crate_of(file: &Path) -> String {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let stem = stem.strip_prefix("lib").unwrap_or(stem);
    stem.rsplit_once('-').map_or(stem, |(name, _)| name).to_owned()
}

fn image_key(
    externs: &[(String, PathBuf)],
    hot: &BTreeSet<String>,
    build: &CargoBuild,
    toolchain: &Toolchain,
    app: &Capture,
) -> String {
    let mut parts = vec![toolchain.version.clone(), HOST_OF_LIBRARY.to_owned(), env!("CARGO_PKG_VERSION").to_owned()];
    parts.extend(externs.iter().map(|(name, path)| format!("{name}={}", path.display())));
    // Libraries of build scripts are in here too: too much only costs a relink, too little would be wrong.
    let linked = build.libraries.iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "rlib"));
    let linked = linked.filter(|(path, _)| !hot.contains(&crate_of(path)));
    parts.extend(linked.map(|(path, (bytes, modified))| format!("{} {bytes} {modified}", path.display())));
    let own = ["metadata=", "extra-filename=", "incremental="];
    let codegen = app.options("-C").filter(|option| !own.iter().any(|name| option.starts_with(name)));
    parts.extend(codegen.map(str::to_owned));
    short_hash(parts)
}

async fn deps_library(
    directory: &BuildDir,
    key: &str,
    externs: &[(String, PathBuf)],
    captures: &[Capture],
    result: &Path,
    cancel: &mut Cancel,
) -> Result<(), ImageError> {
    let name = format!("anvil_deps_{key}");
    let mut root = format!("pub use {FACADE}::*;\n");
    for (name, _) in externs.iter().filter(|(name, _)| name != FACADE) {
        let _ = writeln!(root, "pub extern crate {name};");
    }
    let source = directory.deps().join(format!("{name}.rs"));
    std::fs::write(&source, root)?;
    let app = captures.last().expect("the app library is always captured");
    let mut extra = vec!["-C".to_owned(), "prefer-dynamic".to_owned(), "-C".to_owned(), "debuginfo=0".to_owned()];
    let native: BTreeSet<_> = captures.iter().flat_map(|capture| capture.options("-L")).collect();
    extra.extend(native.into_iter().flat_map(|path| ["-L".to_owned(), path.to_owned()]));
    let derivation = Derivation {
        crate_type: "dylib",
        emit: "link",
        output: directory.output(),
        generated: Some(GeneratedCrate {
            name: name.clone(),
            source,
            identity: key.to_owned(),
            externs: externs.to_vec(),
        }),
        extra,
        ..Derivation::default()
    };
    let compiled = replay(app, &derivation, cancel).await?;
    if !compiled.succeeded {
        let diagnostics = compiler_said(compiled.diagnostics, &compiled.stderr, "the deps library");
        return Err(not_linkable(diagnostics));
    }
    keep_first(&derivation.output.join(format!("lib{name}.so")), result)?;
    Ok(())
}

/// What a failed link comes to: the dependencies do not fit together, unless the machine is to blame. A full disk is, and so
/// is whoever killed compiler or linker, such as a kernel without memory.
fn not_linkable(diagnostics: Vec<Diagnostic>) -> ImageError {
    let text = diagnostics.iter().filter_map(|found| found.rendered.as_deref()).collect::<String>();
    let text = strip_ansi(&text);
    let by_machine = ["ANV0107", "ANV0109"].contains(&diagnostics[0].code.as_str());
    if by_machine || text.contains("terminated with signal") {
        return ImageError::Other(BuildError::Diagnostics(diagnostics));
    }
    // The linker's own sentence says more than `linking with cc failed`.
    let cause = text.lines().map(str::trim).find(|line| line.contains("error: ") && line.contains("ld"));
    let cause = cause.map(|line| line.trim_start_matches("= note: ").to_owned());
    let cause = cause.unwrap_or_else(|| first_line(&diagnostics[0].message));
    ImageError::NotLinkable(cause)
}

fn dynamic_host(directory: &BuildDir, key: &str, deps: &Path, toolchain: &Toolchain) -> std::io::Result<Derivation> {
    let source = directory.hosts().join(format!("host-{key}.rs"));
    std::fs::write(&source, HOST_OF_LIBRARY)?;
    let mut extra = vec!["-C".to_owned(), "prefer-dynamic".to_owned()];
    extra.extend(rpath(&directory.deps()).into_iter().chain(rpath(&toolchain.libraries)));
    Ok(Derivation {
        crate_type: "bin",
        emit: "link",
        output: directory.output(),
        externs: BTreeMap::new(),
        generated: Some(GeneratedCrate {
            name: "anvil_host".to_owned(),
            source,
            identity: key.to_owned(),
            externs: vec![(FACADE.to_owned(), deps.to_owned())],
        }),
        extra,
        ..Derivation::default()
    })
}

/// Gives a finished file its final name, unless another daemon with the same dependencies was first: somebody may be compiling
/// against that one right now, and two builds of a crate are two crates to rustc.
fn keep_first(built: &Path, result: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(built, result) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => std::fs::remove_file(built),
        Ok(()) => std::fs::remove_file(built),
        // A file system without hard links.
        Err(_) => std::fs::rename(built, result),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
