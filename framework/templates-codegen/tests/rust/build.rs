//! Builds of a folder: what is written, and what is not written again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use forge_codegen::build::{BuildError, Builder, Compiled, PackageTemplates};
use forge_codegen::rust::{LowerOptions, lower};
use forge_codegen::{Options, Set};

struct Project {
    folder: PathBuf,
}

impl Project {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        let project = Self { folder };
        for (file, text) in files {
            project.write(file, text);
        }
        project
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.join("templates").join(file);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    fn build(&self) -> Result<Compiled, BuildError> {
        Builder::new().folder(self.folder.join("templates")).out_dir(self.out()).try_compile()
    }

    fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// The views whose code was made, and the files that were written.
    fn built(&self) -> (Vec<String>, Vec<String>) {
        let compiled = self.build().expect("it builds");
        let name = |path: &Path| path.file_name().expect("it has one").to_string_lossy().into_owned();
        (compiled.lowered, compiled.written.iter().map(|path| name(path)).collect())
    }
}

#[test]
fn only_what_changed_is_made_again() {
    let project = Project::new(
        "incremental",
        &[
            ("home.forge.html", "<x-card />"),
            ("posts/index.forge.html", "@include('posts.row')"),
            ("posts/row.forge.html", "{{ a }}"),
            ("components/card.forge.html", "card"),
        ],
    );
    let (lowered, written) = project.built();
    assert_eq!(lowered, ["home", "posts.index", "posts.row"]);
    assert_eq!(written.len(), 13);
    assert_eq!(project.built(), (vec![], vec![]));

    project.write("posts/row.forge.html", "{{ b }}");
    let (lowered, written) = project.built();
    assert_eq!(lowered, ["posts.index", "posts.row"]);
    assert!(!written.iter().any(|file| file.starts_with("home")), "{written:?}");

    project.write("components/card.forge.html", "other");
    assert_eq!(project.built().0, ["home"]);

    fs::remove_file(project.folder.join("templates/home.forge.html")).expect("it is there");
    project.built();
    assert!(!project.out().join("home.rs").exists());
    assert_eq!(fs::read_to_string(project.out().join("names")).expect("it is there").lines().count(), 2);
}

#[test]
fn mistakes_have_a_place_and_leave_the_last_code() {
    let project = Project::new("mistakes", &[("home.forge.html", "a"), ("b/c.forge.html", "b")]);
    project.built();
    project.write("b/c.forge.html", "ü\n  @include('hone')\n@if (a)");
    let error = project.build().expect_err("it is wrong");
    let templates = project.folder.join("templates").to_string_lossy().into_owned();
    let lines: Vec<String> = error.lines().iter().map(|line| line.replace(&templates, "T")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("T/b/c.forge.html:2:12: FRG0036: ") && lines[0].contains("did you mean `home`"),
        "{lines:?}"
    );
    assert!(lines[1].starts_with("T/b/c.forge.html:3:1: FRG0012: "), "{lines:?}");
    assert!(error.to_string().contains("2 |   @include('hone')\n  |            ^^^^^^"), "{error}");
    assert!(project.out().join("home.rs").exists());
}

#[test]
fn a_folder_that_is_missing_is_an_error() {
    let error =
        Builder::new().folder("gone").out_dir(env!("CARGO_TARGET_TMPDIR")).try_compile().expect_err("it is missing");
    assert!(error.to_string().starts_with("cannot read gone: "), "{error}");
}

/// A package after its build script, whose options matter: a namespace, a directive, another path of the run-time crate.
fn built_package(name: &str) -> (Project, PackageTemplates) {
    let project = Project::new(
        name,
        &[
            ("home.forge.html", "@extends('layout')\n@section('main')@money(price)@endsection"),
            ("layout.forge.html", "<main>@yield('main')</main>"),
            ("other.forge.html", "<x-card />"),
            ("components/card.forge.html", "card"),
        ],
    );
    fs::create_dir_all(project.folder.join("mail")).expect("it can be made");
    fs::write(project.folder.join("mail/welcome.forge.html"), "{{ name }}").expect("it can be written");
    let builder = Builder::new()
        .folder(project.folder.join("templates"))
        .namespace("mail", project.folder.join("mail"))
        .directive("money", forge_codegen::Takes::Required)
        .forge("::forge");
    builder.out_dir(project.out()).try_compile().expect("it builds");
    let templates = PackageTemplates::open(&project.folder, &project.out()).expect("it was built");
    (project, templates)
}

#[test]
fn a_package_is_compiled_again_with_a_text_that_is_not_saved() {
    let (project, mut templates) = built_package("package");
    let file = |path: &str| project.folder.join(path);
    for (path, name) in [
        ("templates/home.forge.html", Some("home")),
        ("templates/../templates/components/card.forge.html", Some("components.card")),
        ("templates/not/yet/there.forge.html", Some("not.yet.there")),
        ("mail/welcome.forge.html", Some("mail::welcome")),
        ("templates/home.html", None),
        ("elsewhere/home.forge.html", None),
    ] {
        assert_eq!(templates.name_of(&file(path)).as_deref(), name, "{path}");
    }

    // As the build script left it: nothing else comes out.
    let shadow = file("shadow");
    templates.read(None).expect("it can be read");
    templates.write(&shadow).expect("it can be written");
    for name in ["home.rs", "home.map", "mail@welcome.rs", "names", "registry.rs"] {
        let text = |folder: &Path| fs::read_to_string(folder.join(name)).expect("it is there");
        assert_eq!(text(&shadow), text(&project.out()), "{name}");
    }

    let layout = file("templates/layout.forge.html");
    templates.read(Some((&layout, "<b>@yield('main')</b>"))).expect("it can be read");
    assert_eq!(templates.views_with("layout"), ["home", "layout"]);
    assert_eq!(templates.views_with("components.card"), ["other"]);
    assert_eq!(templates.file_of("layout"), Some(layout.as_path()));
    assert_eq!(templates.write(&shadow).expect("it can be written").lowered, ["home", "layout"]);
    let home = fs::read_to_string(shadow.join("home.rs")).expect("it is there");
    assert!(
        home.contains("<b>")
            && !fs::read_to_string(project.out().join("home.rs")).expect("it is there").contains("<b>")
    );

    // What is wrong leaves the views that it is in as they were; the others go on.
    templates.read(Some((&layout, "<i>@yield('main'"))).expect("it can be read");
    let mistakes = templates.mistakes();
    assert_eq!(mistakes.iter().map(|(view, _)| view.as_str()).collect::<Vec<_>>(), ["layout"], "{mistakes:?}");
    project.write("other.forge.html", "<u><x-card /></u>");
    templates.read(Some((&layout, "<i>@yield('main'"))).expect("it can be read");
    assert_eq!(templates.write(&shadow).expect("it can be written").lowered, ["other"]);
    assert_eq!(fs::read_to_string(shadow.join("home.rs")).expect("it is there"), home);

    // What is new has no file to embed, and what is gone is gone.
    let new = file("templates/new/page.forge.html");
    fs::remove_file(file("templates/other.forge.html")).expect("it is there");
    templates.read(Some((&new, "{{ a }}"))).expect("it can be read");
    templates.write(&shadow).expect("it can be written");
    assert!(shadow.join("new.page.rs").exists() && !shadow.join("other.rs").exists());
    assert!(!fs::read_to_string(shadow.join("registry.rs")).expect("it is there").contains("new.page"));
    assert!(templates.lower("new.page").is_some_and(|lowered| lowered.code.contains('a')));
}

#[test]
fn a_folder_without_a_recipe_of_this_version_is_not_guessed_at() {
    let (project, _) = built_package("recipe");
    let open = || PackageTemplates::open(&project.folder, &project.out()).expect_err("it is not fit").to_string();
    let recipe = project.out().join("recipe.json");
    let text = fs::read_to_string(&recipe).expect("it is there");
    fs::write(&recipe, text.replace(env!("CARGO_PKG_VERSION"), "0.0.1")).expect("it can be written");
    assert!(open().contains("version 0.0.1 of forge_codegen"), "{}", open());
    fs::remove_file(&recipe).expect("it is there");
    assert!(open().contains("build the package once more"), "{}", open());
}

/// A page of usual size.
fn page(number: usize) -> String {
    let row = "<tr><td>{{ post.title | upper }}</td><td>@if (post.likes > 3) {{ post.likes }} @endif</td></tr>\n";
    format!(
        "@extends('layout')\n@section('body')\n@foreach (posts as post)\n{}@endforeach\n<x-card :title=\"a{number}\">x</x-card>\n@endsection\n",
        row.repeat(10)
    )
}

#[test]
fn many_templates_take_little_time() {
    let pages: Vec<(String, String)> = (0..500).map(|number| (format!("pages.p{number}"), page(number))).collect();
    let mut set = Set::new(Options::default());
    let options = LowerOptions::default();
    let start = Instant::now();
    set.set("layout", "<html>@yield('body')</html>");
    set.set("components.card", "@props(['title'])\n<b>{{ title }}</b>{{ slot }}");
    set.set_all(pages.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    assert_eq!(set.problems(), []);
    for (name, _) in &pages {
        assert!(lower(&set, name, &options).expect("it exists").code.len() > 1000);
    }
    let all = start.elapsed();
    let start = Instant::now();
    set.set("pages.p7", &page(1007));
    let read = start.elapsed();
    lower(&set, "pages.p7", &options).expect("it exists");
    let one = start.elapsed();
    eprintln!("500 templates: {all:?}, one: {one:?}, of it reading {read:?}");
    // Many times what it takes on a quiet machine: a thread may have to wait for its turn.
    assert!(all < Duration::from_secs(10) && one < Duration::from_millis(500), "{all:?}, {one:?}");
}
