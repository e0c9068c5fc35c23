//! The patch's text.

use std::path::Path;

use anvild_patch::{PatchSource, head, patch, patch_elsewhere};

use crate::app::{App, blog};

fn source(base: &App, now: &App) -> PatchSource {
    let source = patch(&now.graph(), &base.plan(now));
    assert_eq!(source.root.lines().count(), now.text("lib.rs").lines().count(), "lines stay");
    for (file, text) in &source.files {
        let original = now.text(file.strip_prefix("/app/src").expect("below the root").to_str().expect("UTF-8"));
        assert_eq!(text.lines().count(), original.lines().count(), "lines of {} stay", file.display());
    }
    source
}

fn trimmed(text: &str) -> String {
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_leaf_is_used_in_place_and_the_rest_comes_from_the_base() {
    let now = blog().edited("about.rs", "\"about\"", "\"me\"");
    let source = source(&blog(), &now);
    assert_eq!(
        trimmed(&source.root),
        "#[path = \"/app/src/about.rs\"] mod about;\nuse ::__base::post;\nuse ::__base::posts;\nuse framework::*;\npub use ::__base::State;\n#[anvilforge::routes]\npub fn routes(r: &mut RouteSink) { r.stand_in(::__base::about::show, about::show); ::__base::routes(r) }"
    );
    assert_eq!(source.in_place, [Path::new("/app/src/about.rs")]);
    assert!(source.files.is_empty());
}

#[test]
fn the_head_has_what_is_the_same_in_every_patch() {
    let app = App::new(&[
        (
            "lib.rs",
            "//! Blog.\n#![forbid(unsafe_code)]\n#![recursion_limit = \"256\"]\n#[macro_use]\nextern crate serde as de; mod a;\n",
        ),
        ("a.rs", "fn f() {}"),
    ]);
    let now = app.edited("a.rs", "{}", "{ }");
    let lines = ["# ! [forbid (unsafe_code)]", "# ! [recursion_limit = \"256\"]", "extern crate __base;"];
    assert_eq!(head(&now.graph()), format!("{}\n#[macro_use]\nextern crate serde as de;\n", lines.join("\n")));
    assert_eq!(head(&now.graph()), head(&app.graph()));
    let root = source(&app, &now).root;
    let lines: Vec<&str> = root.lines().map(str::trim_end).collect();
    let declaration = format!("{}#[path = \"/app/src/a.rs\"] mod a;", " ".repeat(26));
    assert_eq!(lines, ["", "", "", "", &declaration], "columns stay");
}

#[test]
fn modules_above_a_patched_one_are_imports_of_everything_else() {
    let app = App::new(&[
        ("lib.rs", "mod admin;\nmod r#type;\n#[routes]\nfn routes() {}\n"),
        ("type.rs", ""),
        (
            "admin.rs",
            "//! Admin.\n#[cfg(unix)]\n#[path = \"admin/first.rs\"]\npub(crate) mod one;\n/// Doc.\n#[cfg(all())]\n#[macro_use]\npub mod two;\nfn shared() {}\nmacro_rules! row { () => {} }\n",
        ),
        ("admin/first.rs", "fn f() { super::shared() }"),
        ("admin/two.rs", ""),
    ]);
    let source = source(&app, &app.edited("admin/first.rs", "{ ", "{  "));
    assert_eq!(trimmed(&source.root), "mod admin;\nuse ::__base::r#type;\n#[routes]\nfn routes() {}");
    let (file, text) = &source.files[0];
    assert_eq!(file, Path::new("/app/src/admin.rs"));
    assert_eq!(
        trimmed(text),
        "//! Admin.\npub use ::__base::admin::*; #[cfg(unix)]\n#[path = \"/app/src/admin/first.rs\"] pub(crate) mod one;\n#[cfg(all())] pub use ::__base::admin::two;\nmacro_rules! row { () => {} }"
    );
    assert_eq!(source.in_place, [Path::new("/app/src/admin/first.rs")]);
}

#[test]
fn an_import_that_the_base_keeps_to_itself_is_written_again() {
    let app = App::new(&[
        ("lib.rs", "mod api;\nuse framework::prelude::*;\n"),
        ("api.rs", "mod v1;\nuse super::{Json, Serialize};\nuse std::fmt;\nuse super::*;\npub(crate) struct Row;\n"),
        ("api/v1.rs", "use super::Json;\nfn f() {}"),
    ]);
    let source = source(&app, &app.edited("api/v1.rs", "{}", "{ }"));
    assert_eq!(
        trimmed(&source.files[0].1),
        "pub use ::__base::api::*; #[path = \"/app/src/api/v1.rs\"] mod v1;\nuse super::{Json, Serialize};"
    );
}

#[test]
fn a_divided_module_keeps_what_changed_and_imports_the_rest() {
    let app = App::new(&[
        ("lib.rs", "mod admin;\n"),
        (
            "admin.rs",
            "mod one;\nuse std::fmt;\n#[cfg(unix)]\npub(crate) struct A {\n    b: u8,\n}\nimpl A {}\nfn kept() {}\nfn page() -> &'static str { include_str!(\"a.txt\") }\nconst _: () = ();\n",
        ),
        ("a.txt", "text"),
        ("admin/one.rs", ""),
    ]);
    let source = source(&app, &app.with("a.txt", "other"));
    let expected = "use ::__base::admin::one;\nuse std::fmt;\n#[cfg(unix)] pub(crate) use ::__base::admin::A;\nuse ::__base::admin::kept;\nfn page() -> &'static str { include_str!(\"/app/src/a.txt\") }";
    assert_eq!(trimmed(&source.files[0].1), expected);
}

#[test]
fn inline_modules_stay_around_their_files() {
    let app = App::new(&[
        (
            "lib.rs",
            "pub mod api {\n    pub mod v1;\n    pub mod v2;\n    pub struct Shared;\n}\nmod inner { pub fn f() {} }\n",
        ),
        ("api/v1.rs", "fn f() {}"),
        ("api/v2.rs", ""),
    ]);
    let source = source(&app, &app.edited("api/v1.rs", "{}", "{ }"));
    assert_eq!(
        trimmed(&source.root),
        "pub mod api {\n    #[path = \"/app/src/api/v1.rs\"] pub mod v1;\n    pub use ::__base::api::v2;\n    pub use ::__base::api::Shared;\n}\nuse ::__base::inner;"
    );
}

#[test]
fn a_module_with_the_name_of_a_function_is_not_imported_as_both() {
    let app = App::new(&[
        ("lib.rs", "mod a;\npub mod routes;\n#[anvilforge::routes]\npub fn routes() { routes::all() }\n"),
        ("a.rs", "fn f() {}"),
        ("routes.rs", "pub fn all() {}"),
    ]);
    let root = source(&app, &app.edited("a.rs", "{}", "{ }")).root;
    assert!(root.contains("pub mod routes { pub use ::__base::routes::*; }"), "{root}");
}

#[test]
fn elsewhere_nothing_is_compiled_in_place() {
    let app = App::new(&[
        ("lib.rs", "mod page;\nfn root() {}\n"),
        ("page.rs", "fn text() -> &'static str { include_str!(\"a.txt\") }\n"),
        ("a.txt", "text"),
    ]);
    let now = app.edited("page.rs", "{ ", "{  ");
    let place = |file: &Path| Path::new("/copy").join(file.strip_prefix("/app").expect("of the app"));
    let source = patch_elsewhere(&now.graph(), &app.plan(&now), &place);
    assert_eq!(trimmed(&source.root), "#[path = \"/copy/src/page.rs\"] mod page;\nuse ::__base::root;");
    assert!(source.in_place.is_empty());
    let expected = "fn text() -> &'static str {  include_str!(\"/app/src/a.txt\") }\n";
    assert_eq!(source.files, [(Path::new("/app/src/page.rs").to_owned(), expected.to_owned())]);
}
