//! What is read from a folder, and what changes afterwards.

use std::{
    cell::Cell,
    fmt::Write as _,
    fs,
    time::{Duration, Instant},
};

use super::Project;
use crate::index::{Index, scan::scan};

#[test]
fn a_package_is_what_its_manifest_and_build_script_say() {
    let project = Project::new(
        r#"
//- /Cargo.toml
[workspace]
members = ["shop"]
//- /shop/Cargo.toml
[package]
name = "corner-shop"
//- /shop/build.rs
fn main() { forge_codegen::Builder::new().folder("views").namespace("mail", "mail/views").condition("premium").compile(); }
//- /shop/views/home.forge.html
@premium x @endpremium
//- /shop/mail/views/welcome.forge.html
hello
//- /shop/templates/not.forge.html
elsewhere
//- /tools/Cargo.toml
[package]
name = "tools"
"#,
    );
    assert_eq!(project.index.packages.len(), 1);
    let package = &project.index.packages[0];
    assert_eq!(package.name, "corner-shop");
    let views: Vec<(&str, String)> =
        package.views.iter().map(|(name, path)| (name.as_str(), project.below(path))).collect();
    let expected = [("home", "shop/views/home.forge.html"), ("mail::welcome", "shop/mail/views/welcome.forge.html")];
    assert_eq!(views, expected.map(|(name, path)| (name, path.to_owned())));
    assert!(package.set.problems().is_empty(), "{:?}", package.set.problems());
}

#[test]
fn keys_and_assets_have_places() {
    let project = Project::new(
        "
//- /config/anvil.toml
[app]
name = \"Shop\"
[values.mail]
from = \"a\"
//- /.env
APP_KEY=secret
//- /public/css/shop.css
a {}
",
    );
    let index = &project.index;
    assert_eq!(index.config.keys().collect::<Vec<_>>(), ["app.name", "values.mail.from"]);
    assert_eq!(index.environment.keys().collect::<Vec<_>>(), ["APP_KEY"]);
    assert_eq!(index.assets.keys().collect::<Vec<_>>(), ["css/shop.css"]);
    assert!(!format!("{index:?}").contains("secret"));
    let place = &index.config["values.mail.from"];
    assert_eq!(&fs::read_to_string(&place.path).expect("it is there")[place.span.range()], "from");
}

#[test]
fn files_that_change_replace_what_they_said() {
    let mut project = Project::new(
        "//- /config/anvil.toml\n[app]\nname = 'x'\n//- /Cargo.toml\n[package]\nname = 'a'\n//- /templates/a.forge.html\nx\n//- /src/lib.rs\nfn a() {}\n",
    );
    let config = project.path("config/anvil.toml");
    project.index.replace(&config, Some("[app]\nurl = 'y'\n"));
    assert_eq!(project.index.config.keys().collect::<Vec<_>>(), ["app.url"]);
    project.index.replace(&config, None);
    assert!(project.index.config.is_empty());

    let source = project.path("src/lib.rs");
    let functions = |index: &Index| index.rust.files.get(&source).map_or(0, |file| file.functions.len());
    project.index.replace(&source, Some("fn a() {} fn b() {}"));
    assert_eq!(functions(&project.index), 2);
    project.index.replace(&source, Some("fn a( {} struct X;"));
    assert_eq!(functions(&project.index), 2, "a syntax error keeps what the text before said");
    project.index.replace(&source, None);
    assert_eq!(functions(&project.index), 0);
    project.index.replace(&source, Some("fn a( {} fn b() {}"));
    assert_eq!(functions(&project.index), 2, "of a new file, what can be picked out");
}

#[test]
fn props_of_a_component_follow_its_struct() {
    let mut project = Project::new(
        r#"
//- /Cargo.toml
[package]
name = "a"
//- /build.rs
fn main() { forge_codegen::Builder::new().folder("templates").component("alert", "crate::Alert").compile(); }
//- /src/lib.rs
#[component("alert")] struct Alert { kind: String }
//- /templates/components/alert.forge.html
{{ kind }}
//- /templates/a.forge.html
<x-alert />
"#,
    );
    let problems = |index: &Index| {
        index.packages[0].set.problems().into_iter().map(|found| found.problem.code.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(problems(&project.index), ["FRG0038"]);
    let source = project.path("src/lib.rs");
    project.index.replace(&source, Some("#[component(\"alert\")] struct Alert { #[prop(default)] kind: String }"));
    assert!(problems(&project.index).is_empty());
}

#[test]
fn a_scan_that_nobody_wants_any_more_stops() {
    let project = Project::new(
        "//- /Cargo.toml\n[package]\nname = 'a'\n//- /templates/a.forge.html\nx\n//- /src/lib.rs\nfn a() {}\n",
    );
    let asked = Cell::new(0);
    let index = scan(&[project.folder.path().to_owned()], &|| {
        asked.set(asked.get() + 1);
        asked.get() > 2
    });
    assert!(!index.is_complete);
    assert_eq!(asked.get(), 3);
}

#[test]
fn a_large_project_is_read_quickly() {
    let mut fixture = String::from("//- /Cargo.toml\n[package]\nname = 'large'\n");
    let handlers = include_str!("../../../../examples/blog/src/posts.rs");
    let show = include_str!("../../../../examples/blog/templates/posts/show.forge.html");
    let model = include_str!("../../../../examples/blog/src/post.rs");
    let _ = writeln!(fixture, "//- /src/post.rs\n{model}");
    for at in 0..300 {
        let _ =
            writeln!(fixture, "//- /src/m{at}.rs\n{}", handlers.replace("posts.show", &format!("p{}.show", at % 200)));
    }
    for at in 0..200 {
        let _ = writeln!(fixture, "//- /templates/p{at}/show.forge.html\n{show}");
    }
    let _ = writeln!(fixture, "//- /templates/layouts/app.forge.html\n@yield('content') {{{{ $0 }}}}");
    let project = Project::new(&fixture);
    // The first reading was for the caches; the best of a few says what it costs.
    let times = (0..5).map(|_| {
        let begin = Instant::now();
        let index = scan(&[project.folder.path().to_owned()], &|| false);
        assert_eq!((index.rust.files.len(), index.packages[0].views.len()), (301, 201));
        begin.elapsed()
    });
    let best = times.min().expect("it was measured");
    assert!(best < Duration::from_secs(2), "{best:?}");
    let asked = (0..5).map(|_| {
        let begin = Instant::now();
        assert!(project.shown().iter().any(|known| known == "post: Post View"));
        begin.elapsed()
    });
    let asked = asked.min().expect("it was measured");
    println!("300 Rust files and 200 templates: {best:?}; the variables of their layout: {asked:?}");
    assert!(asked < Duration::from_millis(500), "{asked:?}");
}
