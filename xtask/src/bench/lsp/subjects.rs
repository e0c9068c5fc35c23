//! The servers that are measured: how each is started, and where something is completed, shown and found in its page.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    install,
    projects::{self, Folder, Forge, Page},
};
use crate::command;

const SVELTE: &str = "svelte-language-server@0.18.4";
const DJANGO: [&str; 2] = ["django-language-server==6.1.1", "Django==5.2.7"];

/// One server with its project.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) command: Vec<String>,
    pub(super) root: PathBuf,
    pub(super) options: Value,
    /// The page with a line of its own.
    pub(super) page: fn(&str) -> Page,
    /// A mistake that reading the page finds. Keys are typed right before it, and its place tells which of them it belongs to.
    pub(super) mistake: &'static str,
    /// A mistake that only types tell, and the line without it, if the server has types.
    pub(super) typed: Option<(&'static str, &'static str)>,
    /// What is completed: the cursor stands at its end.
    pub(super) completes: &'static str,
    /// Lines of the page with the character in them that is asked about.
    pub(super) hovers: (&'static str, usize),
    pub(super) finds: (&'static str, usize),
}

impl Subject {
    pub(super) fn anvil(server: &Path, forge: &Forge) -> Result<Self> {
        let version = command::output(Command::new(server).arg("--version"))?;
        Ok(Self {
            name: version.split(" (").next().unwrap_or_default().to_owned(),
            command: vec![server.display().to_string(), "--stdio".to_owned()],
            root: forge.root().to_owned(),
            options: json!({ "daemon": "attach" }),
            page: Forge::page,
            mistake: " @endif",
            typed: Some((" {{ title.lenght() }}", " {{ title.len() }}")),
            completes: "@forelse (items as item) {{ item. }} @endforelse",
            hovers: ("<x-card :title=\"item.name\" :price=\"item.price\">", 22),
            finds: ("<x-card :title=\"item.name\" :price=\"item.price\">", 4),
        })
    }

    /// From npm.
    pub(super) fn svelte(templates: usize, routes: usize) -> Result<Self> {
        let folder = projects::svelte(templates, routes)?;
        folder.write(
            "package.json",
            "{ \"name\": \"bench-lsp\", \"version\": \"0.1.0\", \"private\": true, \"type\": \"module\" }\n",
        )?;
        let mut npm = Command::new("npm");
        install(npm.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(folder.path()).args([
            SVELTE,
            "svelte@5",
            "typescript@5",
        ]))?;
        let program = folder.path().join("node_modules/svelte-language-server/bin/server.js");
        Ok(Self {
            name: SVELTE.replace('@', " "),
            command: vec!["node".to_owned(), program.display().to_string(), "--stdio".to_owned()],
            root: root(&folder)?,
            options: json!({ "configuration": { "svelte": {} }, "isTrusted": true }),
            page: projects::svelte_with,
            mistake: " {/if}",
            typed: Some((" {title.lenght}", " {title.length}")),
            completes: "{#each items as item}{item.}{/each}",
            hovers: ("<Card title={item.name}", 18),
            finds: ("<Card title={item.name}", 2),
        })
    }

    /// From PyPI.
    pub(super) fn django(templates: usize, routes: usize) -> Result<Self> {
        let folder = projects::django(templates, routes)?;
        let environment = folder.path().join(".venv");
        install(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        let pip = environment.join("bin/pip");
        install(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check"]).args(DJANGO))?;
        Ok(Self {
            name: DJANGO[0].replace("==", " "),
            command: vec![environment.join("bin/djls").display().to_string(), "serve".to_owned()],
            root: root(&folder)?,
            options: json!({ "django_settings_module": "bench.settings", "venv_path": environment }),
            page: projects::django_with,
            mistake: " {% endif %}",
            // It has none.
            typed: None,
            completes: "{% f",
            hovers: ("{% include 'card.html' %}", 14),
            finds: ("{% include 'card.html' %}", 14),
        })
    }
}

fn root(folder: &Folder) -> Result<PathBuf> {
    folder.path().canonicalize().context("the project was just written")
}
