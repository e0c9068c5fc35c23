//! Folders that stand in for a crate's `OUT_DIR`, with the code of templates as they stand in an editor.
//!
//! Everything but that code is linked from the real folder. What a shadow holds stays from one call to the next, so only what
//! differs is written, and the compiler finds its incremental state of use.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use forge_codegen::build::{PackageTemplates, Shown};
use forge_codegen::rust::Lowered;

use super::{
    capture::{Capture, UnitKind},
    cargo::{FileStamp, stamp},
    library,
    plan::Plan,
    replay::Derivation,
};
use crate::project::CrateId;

/// Where a build script leaves compiled templates, below its `OUT_DIR`.
const FORGE: &str = "forge";

/// One shadow for each crate that has templates.
#[derive(Debug, Default)]
pub(super) struct Shadows {
    crates: BTreeMap<String, Shadow>,
}

#[derive(Debug)]
struct Shadow {
    made_from: Origin,
    templates: PackageTemplates,
}

/// What a shadow depends on but the templates.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    package: PathBuf,
    out: PathBuf,
    recipe: FileStamp,
}

impl Origin {
    /// `None` for a crate whose build script compiles no templates.
    fn of(capture: &Capture) -> Option<Self> {
        let out = PathBuf::from(capture.env.get("OUT_DIR")?);
        let package = PathBuf::from(capture.env.get("CARGO_MANIFEST_DIR")?);
        let folder = out.join(FORGE);
        let recipe = stamp(&folder.join("recipe.json"));
        folder.is_dir().then_some(Self { package, out, recipe })
    }
}

/// A call of the compiler that looks at an unsaved template.
#[derive(Debug)]
pub(super) struct Glance {
    pub(super) capture: Capture,
    pub(super) derivation: Derivation,
    /// The template as the compiler's messages call it.
    pub(super) file: PathBuf,
}

/// What is to be compiled for a text.
#[derive(Debug)]
pub(super) enum Prepared {
    /// Once for each crate that has the template.
    Glances(Vec<Glance>),
    /// No view has the template in it.
    Unused,
}

impl Shadows {
    /// Makes the shadows of all crates that the template in `file` belongs to, with `text` for it. An error says why there is nothing
    /// to compile.
    pub(super) fn prepare(&mut self, plan: &Plan, file: &Path, text: &str) -> Result<Prepared, String> {
        let mut glances = Vec::new();
        for (id, name) in self.owners(plan, file)? {
            let key = key(plan, id);
            let Some(shadow) = self.crates.get_mut(&key) else { continue };
            shadow.templates.read(Some((file, text))).map_err(|error| error.to_string())?;
            if shadow.sound_views(&name)? {
                glances.push(shadow.glance(plan, id, &name, text).map_err(|error| {
                    let folder = plan.directory.check(&key);
                    format!("cannot write {}: {error}", folder.display())
                })?);
            }
        }
        Ok(if glances.is_empty() { Prepared::Unused } else { Prepared::Glances(glances) })
    }

    /// The template in `file` as Rust, with `text` for it or as it was saved.
    pub(super) fn lower(&mut self, plan: &Plan, file: &Path, text: Option<&str>) -> Result<(String, Lowered), String> {
        let owner = self.owners(plan, file)?.into_iter().next_back();
        let (id, name) = owner.ok_or("no app library has this template")?;
        let shadow = self.crates.get_mut(&key(plan, id)).ok_or("no app library has this template")?;
        shadow.templates.read(text.map(|text| (file, text))).map_err(|error| error.to_string())?;
        match shadow.templates.lower(&name) {
            Some(lowered) => Ok((name, lowered)),
            None => Err(format!("{} is not saved yet; hand its text over", file.display())),
        }
    }

    /// The crates whose build script reads this file, with the name of the template in it. At least one.
    fn owners(&mut self, plan: &Plan, file: &Path) -> Result<Vec<(CrateId, String)>, String> {
        let mut owners = Vec::new();
        let mut unreadable = None;
        let mut alive = BTreeSet::new();
        for (id, capture) in plan.captures.iter().enumerate() {
            let Some(origin) = Origin::of(capture) else { continue };
            let key = key(plan, id);
            if self.crates.get(&key).is_none_or(|shadow| shadow.made_from != origin) {
                match PackageTemplates::open(&origin.package, &origin.out.join(FORGE)) {
                    Ok(templates) => {
                        self.crates.insert(key.clone(), Shadow { made_from: origin, templates });
                    }
                    Err(error) => {
                        unreadable = Some(error.to_string());
                        continue;
                    }
                }
            }
            if let Some(name) = self.crates.get(&key).and_then(|shadow| shadow.templates.name_of(file)) {
                owners.push((id, name));
            }
            alive.insert(key);
        }
        self.crates.retain(|key, _| alive.contains(key));
        match unreadable {
            _ if !owners.is_empty() => Ok(owners),
            Some(why) => Err(why),
            None => {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                Err(format!(
                    "no build script of the app reads `{name}`; compile its folder with `forge_codegen::compile`"
                ))
            }
        }
    }
}

/// Of a crate that can be told from the others of the app by it.
fn key(plan: &Plan, id: CrateId) -> String {
    let local = &plan.project.hot[id];
    let kind = if local.kind == UnitKind::Bin { "bin" } else { "lib" };
    format!("{}-{}-{kind}", local.package, local.name)
}

impl Shadow {
    /// Whether a view has the template in it. An error is the first mistake, where no view can be compiled for mistakes.
    fn sound_views(&self, template: &str) -> Result<bool, String> {
        let views = self.templates.views_with(template);
        let mistakes = self.templates.mistakes();
        let mistake_in = |view: &&str| {
            let parts = self.templates.parts(view);
            mistakes.iter().find(|(name, _)| parts.contains(&name.as_str()))
        };
        let first = match views.first() {
            // A component that nothing uses may still be wrong.
            None => mistakes.iter().find(|(name, _)| name == template),
            Some(first) => mistake_in(first).filter(|_| views.iter().all(|view| mistake_in(view).is_some())),
        };
        match first {
            Some((_, Shown { file, line, column, code, message, .. })) => {
                Err(format!("{file}:{line}:{column}: {code} {message}"))
            }
            None => Ok(!views.is_empty()),
        }
    }

    /// Brings the folder up to date, and says how it is compiled.
    fn glance(&self, plan: &Plan, id: CrateId, template: &str, text: &str) -> io::Result<Glance> {
        let folder = plan.directory.check(&key(plan, id));
        let (out, focused, output) = (folder.join("out"), folder.join("focused"), folder.join("rustc"));
        fs::create_dir_all(&output)?;
        self.mirror(&out)?;
        self.templates.write(&out.join(FORGE)).map_err(io::Error::other)?;
        self.focus(template, &out, &focused)?;
        let usual = library::derivation(plan, id);
        let file = self.templates.file_of(template).unwrap_or(Path::new("")).to_owned();
        let mut extra = usual.extra;
        // The condition leaves out what registers routes: it has no templates, and takes long.
        extra.extend(["--cap-lints", "allow", "--cfg", "anvil_glance"].map(str::to_owned));
        let derivation = Derivation {
            emit: "metadata",
            output,
            incremental: Some(plan.directory.incremental().join(format!("{}-check", key(plan, id)))),
            priority: super::command::Priority::Low,
            environment: vec![("OUT_DIR", focused.to_string_lossy().into_owned())],
            unsaved: BTreeMap::from([(file.clone(), text.to_owned())]),
            extra,
            ..usual
        };
        Ok(Glance { capture: plan.captures[id].clone(), derivation, file })
    }

    /// Links what the build script left beside the templates. A shadow without templates gets a copy of those: views that cannot be
    /// compiled for their mistakes stay as they were built.
    fn mirror(&self, out: &Path) -> io::Result<()> {
        let origin = &self.made_from.out;
        let forge = out.join(FORGE);
        if !forge.exists() {
            fs::create_dir_all(&forge)?;
            for entry in fs::read_dir(origin.join(FORGE))? {
                let entry = entry?;
                // No link: it is written into.
                fs::copy(entry.path(), forge.join(entry.file_name()))?;
            }
        }
        lay_out(origin, out, |name| if name == FORGE { Laid::ByOthers } else { Laid::Link })
    }

    /// Links all of `out` but the code of views that do not have the template in them. Those have none: the compiler would take longer
    /// for them than for the one that is asked about.
    fn focus(&self, template: &str, out: &Path, focused: &Path) -> io::Result<()> {
        let asked = self.templates.views_with(template);
        let others = self.templates.views().filter(|view| asked.binary_search(view).is_err());
        let others: BTreeSet<String> = others.map(PackageTemplates::code_file).collect();
        lay_out(out, focused, |name| if name == FORGE { Laid::ByOthers } else { Laid::Link })?;
        let is_other = |name: &OsStr| name.to_str().is_some_and(|name| others.contains(name));
        let how = |name: &OsStr| if is_other(name) { Laid::WithoutCode } else { Laid::Link };
        lay_out(&out.join(FORGE), &focused.join(FORGE), how)
    }
}

/// What stands for an entry of a folder in a copy of that.
enum Laid {
    Link,
    /// A block of Rust that does nothing.
    WithoutCode,
    /// Whatever is there.
    ByOthers,
}

const NO_CODE: &str = "{}\n";

/// Makes a folder of what stands for the entries of another. Nothing else stays in it.
fn lay_out(from: &Path, to: &Path, how: impl Fn(&OsStr) -> Laid) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let mut laid = BTreeSet::new();
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let place = to.join(&name);
        match how(&name) {
            Laid::Link if fs::read_link(&place).ok().as_deref() != Some(entry.path().as_path()) => {
                // It need not be there.
                let _ = fs::remove_file(&place);
                std::os::unix::fs::symlink(entry.path(), &place)?;
            }
            Laid::WithoutCode if !fs::symlink_metadata(&place).is_ok_and(|found| found.is_file()) => {
                let _ = fs::remove_file(&place);
                fs::write(&place, NO_CODE)?;
            }
            Laid::Link | Laid::WithoutCode | Laid::ByOthers => {}
        }
        laid.insert(name);
    }
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !laid.contains(&entry.file_name()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
