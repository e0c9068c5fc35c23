//! Builds of a folder: what is written, and what is not written again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use forge_codegen::build::{BuildError, Builder, Compiled};
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
    assert_eq!(written.len(), 12);
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
