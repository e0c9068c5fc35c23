//! Templates in a build script: `forge_codegen::compile("templates")`.
//!
//! Every view becomes `OUT_DIR/forge/<name>.rs` and `<name>.map`, written only if they change, so that cargo and the
//! compiler have nothing to do where nothing happened. A view whose templates are those of the last build is not even read again.

mod generated;
mod index;
mod mistakes;
mod package;
mod recipe;
mod sources;
mod structs;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

pub use generated::{TemplatePlace, template_of};
pub use mistakes::{BuildError, Shown};
pub use package::PackageTemplates;

use crate::names::is_component;
use crate::options::{Options, StructComponent};
use crate::rust::lowering::consumed;
use crate::rust::{LowerOptions, hash, lower, text_hash};
use crate::set::Set;
use crate::table::Takes;
use index::{Entry, Index};
use sources::{Source, Unsaved};

/// Compiles the templates below a folder of the package; the whole of a build script.
///
/// What is wrong with them is reported to cargo, with file, line and column, and ends the build.
pub fn compile(folder: impl Into<PathBuf>) {
    Builder::new().folder(folder).compile();
}

/// [`compile`], with more to say.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Builder {
    folders: Vec<(String, PathBuf)>,
    options: Options,
    lower: LowerOptions,
    #[serde(skip)]
    out: Option<PathBuf>,
    /// Components with code: their names, and the paths of their structs.
    components: Vec<(String, String)>,
}

/// What a build did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compiled {
    /// Every view, by name.
    pub views: Vec<String>,
    /// Those whose code had to be made anew.
    pub lowered: Vec<String>,
    /// Files that were written or removed.
    pub written: Vec<PathBuf>,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    #[must_use]
    pub fn new() -> Self {
        Self {
            folders: Vec::new(),
            options: Options::default(),
            lower: LowerOptions::default(),
            out: None,
            components: Vec::new(),
        }
    }

    /// Reads the templates below this folder, relative to the package.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folders.push((String::new(), folder.into()));
        self
    }

    /// Reads the templates below this folder as `namespace::…`.
    #[must_use]
    pub fn namespace(mut self, namespace: &str, folder: impl Into<PathBuf>) -> Self {
        self.folders.push((format!("{namespace}::"), folder.into()));
        self
    }

    /// `@name`, standing alone. The app registers what it does, with `Forge::directive`.
    #[must_use]
    pub fn directive(mut self, name: &str, takes: Takes) -> Self {
        self.options = self.options.with_directive(name, takes);
        self
    }

    /// `@name(…)`, `@elsename`, `@unlessname`, `@endname`; as `Forge::condition`.
    #[must_use]
    pub fn condition(mut self, name: &str) -> Self {
        self.options = self.options.with_condition(name);
        self
    }

    /// `@name … @endname`; as `Forge::block`.
    #[must_use]
    pub fn block(mut self, name: &str, takes: Takes) -> Self {
        self.options = self.options.with_block(name, takes);
        self
    }

    /// Says that `<x-name>` is a struct with `#[derive(Component)] #[component("name")]`, which is found below `src`. The path is what
    /// generated code calls it: `crate::components::Alert`.
    #[must_use]
    pub fn component(mut self, name: &str, path: &str) -> Self {
        self.components.push((name.to_owned(), path.to_owned()));
        self
    }

    /// The path of the run-time crate in generated code. `::anvilforge::forge` if nothing is said.
    #[must_use]
    pub fn forge(mut self, path: &str) -> Self {
        path.clone_into(&mut self.lower.forge);
        self
    }

    /// Where to write, in place of `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out = Some(folder.into());
        self
    }

    /// Compiles, tells cargo what the result depends on, and ends the process where something is wrong.
    pub fn compile(&self) {
        for (_, folder) in &self.folders {
            println!("cargo::rerun-if-changed={}", folder.display());
        }
        println!("cargo::rerun-if-changed=build.rs");
        match self.run() {
            Ok((compiled, files)) => {
                for file in files {
                    println!("cargo::rerun-if-changed={}", file.display());
                }
                drop(compiled);
            }
            Err(error) => {
                for line in error.lines() {
                    println!("cargo::error={line}");
                }
                eprintln!("{error}");
                std::process::exit(1);
            }
        }
    }

    /// Compiles and says what happened, without a word to cargo.
    ///
    /// # Errors
    /// Templates that are wrong, and files that cannot be read or written.
    pub fn try_compile(&self) -> Result<Compiled, BuildError> {
        self.run().map(|(compiled, _)| compiled)
    }

    fn run(&self) -> Result<(Compiled, Vec<PathBuf>), BuildError> {
        let out = match &self.out {
            Some(out) => out.clone(),
            None => PathBuf::from(env::var_os("OUT_DIR").ok_or(BuildError::NoOutDir)?).join("forge"),
        };
        fs::create_dir_all(&out).map_err(|source| BuildError::Write { path: out.clone(), source })?;
        let mut set = Set::new(self.options.clone());
        let Read { sources, mut files, lower } = self.read(Path::new(""), None, &mut set)?;
        let findings = set.problems();
        if !findings.is_empty() {
            return Err(BuildError::templates(findings, &set, &lower));
        }
        // Cargo runs build scripts in the package's folder.
        let package = env::current_dir().unwrap_or_default();
        let compiled = self.write(out, &package, &set, &lower, &sources, &BTreeSet::new())?;
        files.extend(sources.into_iter().flat_map(|source| source.watched()));
        files.sort();
        files.dedup();
        Ok((compiled, files))
    }

    /// Brings the set up to date with the templates of the package in this folder.
    fn read(&self, package: &Path, unsaved: Option<Unsaved<'_>>, set: &mut Set) -> Result<Read, BuildError> {
        let sources = sources::read(package, &self.folders, unsaved)?;
        let mut options = self.options.clone();
        let mut files = Vec::new();
        for (name, path) in &self.components {
            let (props, file) = structs::read(&package.join("src"), name)?;
            files.push(file);
            options = options.with_component(StructComponent { name: name.clone(), path: path.clone(), props });
        }
        if *set.options() != options {
            *set = Set::new(options);
        }
        let is_gone = |name: &&str| sources.binary_search_by(|source| source.name.as_str().cmp(name)).is_err();
        let gone: Vec<String> = set.names().filter(is_gone).map(str::to_owned).collect();
        for name in gone {
            set.remove(&name);
        }
        set.set_all(sources.iter().map(|source| (source.name.as_str(), source.text.as_str())));
        let mut lower = self.lower.clone();
        lower.files.extend(sources.iter().map(|source| (source.name.clone(), source.shown.clone())));
        Ok(Read { sources, files, lower })
    }

    /// Writes what the package in the folder `package` includes into `folder`. The views that are named stay as they are there.
    fn write(
        &self,
        folder: PathBuf,
        package: &Path,
        set: &Set,
        lower: &LowerOptions,
        sources: &[Source],
        left: &BTreeSet<&str>,
    ) -> Result<Compiled, BuildError> {
        let mut output = Output { folder, is_writing: false, compiled: Compiled::default() };
        let settings = format!("{:?} {:?} {:?} {}", set.options(), self.lower.forge, consumed(set), program());
        let settings = hash(set, [settings.as_str()]);
        let index = Index::read(&output.folder, settings);
        let built = self.views(set, lower, &index, left, &mut output)?;
        let built = Index { settings, entries: built };
        output.remove_others(&index, &built)?;
        output.write("names", &built.names())?;
        output.write("registry.rs", &sources::registry(sources))?;
        output.write(recipe::FILE, &recipe::text(self, package))?;
        output.write(INDEX, &built.text())?;
        Ok(output.compiled)
    }

    /// Makes the code of those views that changed; the others keep their entries.
    fn views(
        &self,
        set: &Set,
        options: &LowerOptions,
        before: &Index,
        left: &BTreeSet<&str>,
        output: &mut Output,
    ) -> Result<Vec<Entry>, BuildError> {
        let mut entries = Vec::new();
        let mut findings = Vec::new();
        for name in set.names().filter(|name| !is_component(name)) {
            output.compiled.views.push(name.to_owned());
            if left.contains(name) {
                entries.extend(before.get(name).filter(|_| output.has(name)).cloned());
                continue;
            }
            let is_same = |entry: &&Entry| entry.hash == hash(set, entry.needs.iter().map(String::as_str));
            if let Some(entry) = before.get(name).filter(is_same).filter(|_| output.has(name)) {
                entries.push(entry.clone());
                continue;
            }
            let Some(lowered) = lower(set, name, options) else { continue };
            findings.extend(lowered.problems);
            output.compiled.lowered.push(name.to_owned());
            let map = serde_json::to_string(&lowered.map);
            let map = map.map_err(|source| BuildError::Map { view: name.to_owned(), source })?;
            output.write(&format!("{name}.rs"), &lowered.code)?;
            output.write(&format!("{name}.map"), &map)?;
            output.write(&format!("{name}.hash"), &texts(set, &lowered.needs))?;
            entries.push(Entry { name: name.to_owned(), hash: lowered.hash, needs: lowered.needs });
        }
        if findings.is_empty() { Ok(entries) } else { Err(BuildError::templates(findings, set, options)) }
    }
}

/// What was read of a package.
struct Read {
    /// By name.
    sources: Vec<Source>,
    /// Other files that the code depends on.
    files: Vec<PathBuf>,
    lower: LowerOptions,
}

/// For `view!`, as a Rust expression: the templates that a view is made of, each with the hash of its text.
fn texts(set: &Set, names: &[String]) -> String {
    let texts = names.iter().filter_map(|name| Some((name, set.template(name)?.source())));
    let entries: Vec<String> = texts.map(|(name, text)| format!("({name:?}, {:#018x}),", text_hash(text))).collect();
    format!("&[{}]\n", entries.join(" "))
}

/// What the last build made.
const INDEX: &str = "index.json";

struct Output {
    folder: PathBuf,
    /// Whether something was written.
    is_writing: bool,
    compiled: Compiled,
}

impl Output {
    fn has(&self, view: &str) -> bool {
        ["rs", "map", "hash"].iter().all(|end| self.folder.join(file_name(&format!("{view}.{end}"))).exists())
    }

    /// Writes unless it is there already.
    fn write(&mut self, name: &str, text: &str) -> Result<(), BuildError> {
        let path = self.folder.join(file_name(name));
        if fs::read(&path).is_ok_and(|known| known == text.as_bytes()) {
            return Ok(());
        }
        if !self.is_writing {
            // Until the new one is written, at last: what a build leaves that is ended here is made again.
            let index = self.folder.join(INDEX);
            if let Err(source) = fs::remove_file(&index)
                && source.kind() != io::ErrorKind::NotFound
            {
                return Err(BuildError::Write { path: index, source });
            }
            self.is_writing = true;
        }
        replace(&path, text).map_err(|source| BuildError::Write { path: path.clone(), source })?;
        self.compiled.written.push(path);
        Ok(())
    }

    fn remove_others(&mut self, before: &Index, now: &Index) -> Result<(), BuildError> {
        for gone in before.entries.iter().filter(|entry| now.get(&entry.name).is_none()) {
            for end in ["rs", "map", "hash"] {
                let path = self.folder.join(file_name(&format!("{}.{end}", gone.name)));
                match fs::remove_file(&path) {
                    Ok(()) => self.compiled.written.push(path),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(source) => return Err(BuildError::Write { path, source }),
                }
            }
        }
        Ok(())
    }
}

/// Writes over what is there, and then cuts the rest off. A file that is emptied first is sent to the disk when it is closed (ext4 does so), which
/// takes milliseconds.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    file.write_all(text.as_bytes())?;
    file.set_len(text.len() as u64)
}

/// A namespace's `::` is no part of a file's name everywhere.
pub(crate) fn file_name(name: &str) -> String {
    name.replace("::", "@")
}

/// What tells this build of the program from others: another version of it may make other code.
fn program() -> String {
    let built = env::current_exe().and_then(fs::metadata).and_then(|file| file.modified());
    format!("{} {built:?}", env!("CARGO_PKG_VERSION"))
}

/// The text of a file, for messages.
pub(super) fn read(path: &Path) -> Result<String, BuildError> {
    fs::read_to_string(path).map_err(|source| BuildError::Read { path: path.to_owned(), source })
}
