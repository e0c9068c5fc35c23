//! Projects of the same size in three languages: templates that show lists and single things, and routes that show templates.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use toml::{Table, Value};

use crate::command;

/// Templates and routes of one module.
const VIEWS_PER_MODULE: usize = 2;
const ROUTES_PER_MODULE: usize = 3;

/// A folder below `bench/` in the build directory.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        Self(command::build_directory().join("bench").join(name))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn write(&self, file: &str, text: &str) -> Result<()> {
        let path = self.0.join(file);
        let folder = path.parent().context("a file lies in a folder")?;
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The page that is edited, in each language: the same 40 lines of markup around a list, with a mark where keys are typed.
pub(super) struct Page {
    pub(super) file: &'static str,
    pub(super) language: &'static str,
    pub(super) text: String,
}

fn paragraphs(count: usize) -> String {
    (0..count)
        .map(|number| format!("<p class=\"note\">Paragraph {number} of a page that is neither short nor long.</p>\n"))
        .collect()
}

/// A Forge project, which the daemon builds.
pub(super) struct Forge {
    folder: Folder,
    modules: usize,
}

/// `@@` is the number of the module.
const MODULE: &str = r#"//! Module @@ of a generated app.

use anvilforge::prelude::*;

#[derive(Debug, Clone, Serialize)]
pub struct Item@@ {
    pub id: i64,
    pub name: String,
    pub price: f64,
    pub tags: Vec<String>,
}

fn items(n: i64) -> Vec<Item@@> {
    (0..n).map(|id| Item@@ { id, name: format!("item {id}"), price: 1.5, tags: vec!["a".to_owned()] }).collect()
}

pub async fn index() -> View {
    let items = items(10);
    view!("m@@.index", items, title = "Module @@")
}

pub async fn show(Path(id): Path<i64>) -> View {
    let item = Item@@ { id, name: "one".to_owned(), price: 1.0, tags: Vec::new() };
    view!("m@@.show", item)
}

pub async fn mark() -> String {
    "MARK".to_owned()
}
"#;

const INDEX: &str = r#"@extends('layout')

@section('title', title)

@section('content')
<h1>{{ title }}</h1>
@forelse (items as item)
<x-card :title="item.name" :price="item.price"><a href="{{ route('m@@.show', { id: item.id }) }}">{{ item.name }}</a></x-card>
@empty
<p>Nothing here yet.</p>
@endforelse
"#;

const SHOW: &str = r#"@extends('layout')

@section('title', item.name)

@section('content')
<h1>{{ item.name }}</h1>
@foreach (item.tags as tag)
<i>{{ tag }}</i>
@endforeach
@endsection
"#;

const LAYOUT: &str = "<!doctype html>\n<title>@yield('title', 'Bench')</title>\n<main>@yield('content')</main>\n";
const CARD: &str =
    "@props(['title', 'price'])\n<article {{ attributes }}><h2>{{ title }}</h2>{{ price }} {{ slot }}</article>\n";

impl Forge {
    pub(super) fn generate(templates: usize, routes: usize) -> Result<Self> {
        let modules = modules(templates, routes)?;
        let forge = Self { folder: Folder::new("lsp-forge"), modules };
        let folder = &forge.folder;
        folder.write("Cargo.toml", &manifest()?)?;
        folder.write(
            "build.rs",
            "//! Compiles the templates.\n\nfn main() {\n    forge_codegen::compile(\"templates\");\n}\n",
        )?;
        folder.write("config/anvil.toml", "[app]\nname = \"Bench\"\n")?;
        if !folder.path().join("Cargo.lock").exists() {
            fs::copy(command::root().join("Cargo.lock"), folder.path().join("Cargo.lock"))?;
        }
        let mut entry = "//! A generated app.\n\n".to_owned();
        entry.extend((0..modules).map(|number| format!("pub mod m{number};\n")));
        entry += "\nuse anvilforge::prelude::*;\n\n#[anvilforge::routes]\npub fn routes(r: &mut RouteSink) {\n    r.templates(anvilforge::templates!());\n";
        for number in 0..modules {
            entry += &format!(
                "    r.get(\"/m{number}\", m{number}::index).name(\"m{number}.index\");\n    \
                 r.get(\"/m{number}/{{id}}\", m{number}::show).name(\"m{number}.show\");\n    \
                 r.get(\"/mark/{number}\", m{number}::mark);\n"
            );
        }
        folder.write("src/lib.rs", &(entry + "}\n"))?;
        folder.write("templates/layout.forge.html", LAYOUT)?;
        folder.write("templates/components/card.forge.html", CARD)?;
        for number in 0..modules {
            let of_module = |text: &str| text.replace("@@", &number.to_string());
            folder.write(&format!("src/m{number}.rs"), &of_module(MODULE))?;
            let index = format!("{INDEX}{}@endsection\n", paragraphs(20));
            folder.write(&format!("templates/m{number}/index.forge.html"), &of_module(&index))?;
            folder.write(&format!("templates/m{number}/show.forge.html"), &of_module(SHOW))?;
        }
        Ok(forge)
    }

    pub(super) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Saves a module with another mark.
    pub(super) fn edit(&self, number: usize) -> Result<()> {
        // The first is the one whose page is being edited.
        let module = 1 + number % (self.modules - 1);
        let text = MODULE.replace("@@", &module.to_string()).replace("MARK", &format!("mark {number}"));
        self.folder.write(&format!("src/m{module}.rs"), &text)
    }

    /// The page with `line` in the middle.
    pub(super) fn page(line: &str) -> Page {
        let text = format!("{}{}{line}\n{}@endsection\n", INDEX.replace("@@", "0"), paragraphs(10), paragraphs(10));
        Page { file: "templates/m0/index.forge.html", language: "forge", text }
    }
}

fn modules(templates: usize, routes: usize) -> Result<usize> {
    let modules = templates / VIEWS_PER_MODULE;
    ensure!(
        modules > 1 && modules * VIEWS_PER_MODULE == templates && modules * ROUTES_PER_MODULE == routes,
        "modules have {VIEWS_PER_MODULE} templates and {ROUTES_PER_MODULE} routes: give numbers that fit, such as 200 and 300"
    );
    Ok(modules)
}

fn manifest() -> Result<String> {
    let manifest = fs::read_to_string(command::root().join("Cargo.toml"))?;
    let manifest: Table = manifest.parse().context("cannot read the root manifest")?;
    let framework = |part: &str| Value::from(command::root().join("framework").join(part).display().to_string());
    Ok(format!(
        "[workspace]\n\n[package]\nname = \"bench-lsp\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nanvilforge = {{ path = {} }}\n\
         serde = {}\n\n[build-dependencies]\nanvilforge-templates-codegen = {{ path = {} }}\n",
        framework("anvilforge"),
        manifest["workspace"]["dependencies"]["serde"],
        framework("templates-codegen"),
    ))
}

/// The same as Svelte components and a table of routes.
pub(super) fn svelte(templates: usize, routes: usize) -> Result<Folder> {
    let folder = Folder::new("lsp-svelte");
    let modules = modules(templates, routes)?;
    folder.write("tsconfig.json", "{ \"compilerOptions\": { \"strict\": true, \"module\": \"esnext\", \"moduleResolution\": \"bundler\", \"target\": \"esnext\" }, \"include\": [\"src\"] }\n")?;
    let card = "<script lang=\"ts\">\n  export let title: string;\n  export let price: number;\n</script>\n<article><h2>{title}</h2>{price} <slot /></article>\n";
    folder.write("src/Card.svelte", card)?;
    let mut table = "export const routes: Record<string, string> = {\n".to_owned();
    for number in 0..modules {
        table += &format!("  '/m{number}': 'Index', '/m{number}/:id': 'Show', '/mark/{number}': 'mark',\n");
        folder.write(&format!("src/m{number}/Index.svelte"), &svelte_page(number, ""))?;
        let show = "<script lang=\"ts\">\n  export let item: { name: string; tags: string[] };\n</script>\n<h1>{item.name}</h1>\n{#each item.tags as tag}\n<i>{tag}</i>\n{/each}\n";
        folder.write(&format!("src/m{number}/Show.svelte"), show)?;
    }
    folder.write("src/routes.ts", &(table + "};\n"))?;
    Ok(folder)
}

fn svelte_page(number: usize, line: &str) -> String {
    format!(
        "<script lang=\"ts\">\n  import Card from '../Card.svelte';\n  export let title = 'Module {number}';\n  \
         export let items: {{ id: number; name: string; price: number }}[] = [];\n</script>\n<h1>{{title}}</h1>\n\
         {{#each items as item}}\n<Card title={{item.name}} price={{item.price}}><a href=\"/m{number}/{{item.id}}\">{{item.name}}</a></Card>\n\
         {{:else}}\n<p>Nothing here yet.</p>\n{{/each}}\n{}{line}\n{}",
        paragraphs(10),
        paragraphs(10)
    )
}

pub(super) fn svelte_with(line: &str) -> Page {
    Page { file: "src/m0/Index.svelte", language: "svelte", text: svelte_page(0, line) }
}

/// The same as templates and routes of Django.
pub(super) fn django(templates: usize, routes: usize) -> Result<Folder> {
    let folder = Folder::new("lsp-django");
    let modules = modules(templates, routes)?;
    folder.write("manage.py", "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'bench.settings')\n")?;
    folder.write("bench/__init__.py", "")?;
    let settings = "from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\nSECRET_KEY = 'bench'\nDEBUG = True\nINSTALLED_APPS = []\n\
                    ROOT_URLCONF = 'bench.urls'\nTEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'DIRS': [BASE_DIR / 'templates']}]\n";
    folder.write("bench/settings.py", settings)?;
    folder.write("templates/layout.html", "<!doctype html>\n<title>{% block title %}Bench{% endblock %}</title>\n<main>{% block content %}{% endblock %}</main>\n")?;
    folder.write("templates/card.html", "<article><h2>{{ title }}</h2>{{ price }}</article>\n")?;
    let mut urls = "from django.urls import path\n\nfrom . import views\n\nurlpatterns = [\n".to_owned();
    let mut views = "from django.http import HttpResponse\nfrom django.shortcuts import render\n".to_owned();
    for number in 0..modules {
        urls += &format!(
            "    path('m{number}', views.index{number}, name='m{number}.index'),\n    \
             path('m{number}/<int:id>', views.show{number}, name='m{number}.show'),\n    \
             path('mark/{number}', views.mark{number}),\n"
        );
        views += &format!(
            "\n\ndef index{number}(request):\n    return render(request, 'm{number}/index.html', {{'title': 'Module {number}', 'items': []}})\n\n\n\
             def show{number}(request, id):\n    return render(request, 'm{number}/show.html', {{'item': id}})\n\n\n\
             def mark{number}(request):\n    return HttpResponse('mark')\n"
        );
        folder.write(&format!("templates/m{number}/index.html"), &django_page(number, ""))?;
        let show = "{% extends 'layout.html' %}\n{% block content %}\n<h1>{{ item.name }}</h1>\n{% for tag in item.tags %}\n<i>{{ tag }}</i>\n{% endfor %}\n{% endblock %}\n";
        folder.write(&format!("templates/m{number}/show.html"), show)?;
    }
    folder.write("bench/urls.py", &(urls + "]\n"))?;
    folder.write("bench/views.py", &views)?;
    Ok(folder)
}

fn django_page(number: usize, line: &str) -> String {
    format!(
        "{{% extends 'layout.html' %}}\n{{% block title %}}{{{{ title }}}}{{% endblock %}}\n{{% block content %}}\n<h1>{{{{ title }}}}</h1>\n\
         {{% for item in items %}}\n{{% include 'card.html' %}}<a href=\"{{% url 'm{number}.show' item.id %}}\">{{{{ item.name }}}}</a>\n\
         {{% empty %}}\n<p>Nothing here yet.</p>\n{{% endfor %}}\n{}{line}\n{}{{% endblock %}}\n",
        paragraphs(10),
        paragraphs(10)
    )
}

pub(super) fn django_with(line: &str) -> Page {
    Page { file: "templates/m0/index.html", language: "django-html", text: django_page(0, line) }
}
