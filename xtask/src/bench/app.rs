//! Makes an app of a wanted size, and edits it.
//!
//! A package with a library and a program, as `examples/blog` is. For the comparison with cargo alone a second package is put
//! around the same source: a dylib that links its dependencies statically, which is what hot reload usually takes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use toml::{Table, Value};

use crate::command;

/// Routes of one module, besides the one that shows the mark.
const ROUTES_PER_MODULE: usize = 3;

/// `@` is the number of the module.
const MODULE: &str = r#"//! Module @ of a generated app.

use anvilforge::prelude::*;
use askama::Template;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Item@ {
    pub id: i64,
    pub name: String,
    pub price: f64,
    pub tags: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Filter@ {
    pub page: Option<u32>,
    pub q: Option<String>,
}

#[derive(Template)]
#[template(source = "<ul>{% for it in items %}<li>{{ it.name }} {{ it.price }}</li>{% endfor %}</ul>", ext = "html")]
pub struct List@ {
    pub items: Vec<Item@>,
}

fn items(n: u32) -> Vec<Item@> {
    (0..n)
        .map(|k| Item@ { id: k.into(), name: format!("item {k}"), price: f64::from(k) * 1.5, tags: vec!["a".into()] })
        .collect()
}

pub async fn index(Query(filter): Query<Filter@>) -> Result<Html<String>> {
    let wanted = |item: &Item@| filter.q.as_deref().is_none_or(|q| item.name.contains(q));
    let items = items(filter.page.unwrap_or(1)).into_iter().filter(wanted).collect();
    Ok(Html(List@ { items }.render()?))
}

pub async fn show(Db(db): Db, Path(id): Path<i64>) -> Result<Json<Item@>> {
    let (id, name): (i64, String) = anvilforge::sqlx::query_as("select ?, 'x'").bind(id).fetch_one(&db).await?;
    Ok(Json(Item@ { id, name, price: 1.0, tags: vec![] }))
}

pub async fn store(Json(item): Json<Item@>) -> (StatusCode, Json<Item@>) {
    (StatusCode::CREATED, Json(item))
}

pub async fn mark() -> String {
    format!("module {} MARK", @)
}
"#;

const ROUTES: &str = r#"    r.route("GET", "/m@", m@::index);
    r.route("POST", "/m@", m@::store);
    r.route("GET", "/m@/{id}", m@::show);
    r.route("GET", "/mark/@", m@::mark);
"#;

const MAIN: &str = r#"//! The generated app as a program.

#[tokio::main]
async fn main() -> anvilforge::Result<()> {
    anvilforge::Application::new().routes(bench_app::routes).run().await
}
"#;

/// The profile of this checkout.
const PROFILE: &str = "[profile.dev]\ndebug = \"line-tables-only\"\n\n[profile.dev.package.\"*\"]\ndebug = false\n\n\
                       [profile.dev.build-override]\nopt-level = 3\ncodegen-units = 256\n";

/// What is put around the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The app alone.
    Project,
    /// With the dylib. Not for the daemon: it would find two app libraries.
    Comparison,
}

/// A generated app on disk.
pub(super) struct App {
    root: PathBuf,
    modules: usize,
}

impl App {
    /// Writes it to the folder of that name below `bench/` in the build directory. What cargo built there before stays.
    pub(super) fn generate(name: &str, routes: usize, shape: Shape) -> Result<Self> {
        ensure!(routes >= ROUTES_PER_MODULE, "an app has at least {ROUTES_PER_MODULE} routes");
        let root = command::build_directory().join("bench").join(name);
        let app = Self { root, modules: routes / ROUTES_PER_MODULE };
        app.write_manifests(shape)?;
        let modules = 0..app.modules;
        let mut entry = "//! A generated app.\n\n".to_owned();
        entry.extend(modules.clone().map(|number| format!("pub mod m{number};\n")));
        entry += "\nuse anvilforge::prelude::*;\n\n#[anvilforge::routes]\npub fn routes(r: &mut RouteSink) {\n";
        entry.extend(modules.clone().map(|number| ROUTES.replace('@', &number.to_string())));
        entry += "}\n";
        app.write("src/lib.rs", &entry)?;
        for number in modules {
            app.write_module(number, "MARK")?;
        }
        Ok(app)
    }

    /// The project's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn modules(&self) -> usize {
        self.modules
    }

    /// Saves one module with another mark, as an editor does: one write. Returns the path that shows the mark.
    pub(super) fn edit(&self, module: usize, mark: &str) -> Result<String> {
        self.write_module(module, mark)?;
        Ok(format!("/mark/{module}"))
    }

    /// The file that such an edit writes, and its text.
    pub(super) fn unsaved(&self, module: usize, mark: &str) -> (String, String) {
        let text = MODULE.replace('@', &module.to_string()).replace("MARK", mark);
        (format!("src/m{module}.rs"), text)
    }

    /// Switches patches on or off. Applies to the next edit.
    pub(super) fn patches(&self, on: bool) -> Result<()> {
        self.write("config/anvil.toml", &format!("[dev]\npatches = {on}\n"))
    }

    /// Sets how many libraries one host loads before a new one takes over.
    pub(super) fn libraries_max(&self, most: u32) -> Result<()> {
        self.write("config/anvil.toml", &format!("[dev]\nlibraries_max = {most}\n"))
    }

    fn write_module(&self, number: usize, mark: &str) -> Result<()> {
        let (file, text) = self.unsaved(number, mark);
        self.write(&file, &text)
    }

    fn write_manifests(&self, shape: Shape) -> Result<()> {
        let dependencies = dependencies()?;
        let members = if shape == Shape::Comparison { "members = [\"handlers\"]\n" } else { "" };
        let app = package("bench-app", &dependencies);
        self.write("Cargo.toml", &format!("[workspace]\nresolver = \"3\"\n{members}\n{PROFILE}\n{app}"))?;
        self.write("src/main.rs", MAIN)?;
        if shape == Shape::Comparison {
            let library = "[lib]\npath = \"../src/lib.rs\"\ncrate-type = [\"dylib\"]\n";
            self.write("handlers/Cargo.toml", &format!("{}\n{library}", package("bench-handlers", &dependencies)))?;
        }
        if self.root.join("Cargo.lock").exists() {
            return Ok(());
        }
        // The versions that the checkout was tested with; cargo drops what this workspace does not need.
        let lock = fs::read_to_string(command::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
        self.write("Cargo.lock", &lock)
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.root.join(path);
        let folder = path.parent().context("a file lies in a folder")?;
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

fn package(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\n{dependencies}"
    )
}

/// The framework of this checkout, and what else the source names, in the versions of the root manifest.
fn dependencies() -> Result<String> {
    let manifest = fs::read_to_string(command::root().join("Cargo.toml"))?;
    let manifest: Table = manifest.parse().context("cannot read the root manifest")?;
    let facade = Value::from(command::root().join("framework/anvilforge").to_string_lossy().into_owned());
    let mut lines = format!("anvilforge = {{ path = {facade} }}\n");
    for name in ["askama", "serde", "tokio"] {
        lines += &format!("{name} = {}\n", manifest["workspace"]["dependencies"][name]);
    }
    Ok(lines)
}
