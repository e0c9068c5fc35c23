//! All that the index says of the example blog.

use std::{fmt::Write as _, path::Path};

use crate::index::{View, scan::scan, scope};

#[test]
fn the_blog_is_understood() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("examples/blog");
    let index = scan(std::slice::from_ref(&root), &|| false);
    assert!(index.is_complete);
    let below = |path: &Path| path.strip_prefix(&root).expect("it is the blog's").display().to_string();
    let mut out = String::new();
    for package in &index.packages {
        let _ = writeln!(out, "package {}", package.name);
        for (name, path) in package.views.iter() {
            let _ = writeln!(out, "view {name} in {}", below(path));
            let end = package.source(name).map_or(0, str::len) as u32;
            for variable in scope::variables(&index, View { package, name }, end) {
                let places: Vec<String> = variable
                    .definitions
                    .iter()
                    .map(|place| format!("{}:{:?}", below(&place.path), place.span))
                    .collect();
                let _ = writeln!(out, "    {} {}", super::show(&variable), places.join(" "));
            }
        }
    }
    for (path, route) in index.rust.whole_routes() {
        let name = route.name.unwrap_or_default();
        let _ = writeln!(
            out,
            "route {} {} {name} {} in {}",
            route.method,
            route.path,
            route.handler.unwrap_or_default(),
            below(path)
        );
    }
    for (path, file) in index.rust.files.iter() {
        for found in &file.types {
            let fields: Vec<String> = found
                .fields
                .iter()
                .map(|field| format!("{}: {}", field.name, field.ty.as_ref().map_or_else(String::new, |ty| ty.show())))
                .collect();
            let _ = writeln!(out, "{:?} {} {{ {} }} in {}", found.kind, found.name, fields.join(", "), below(path));
        }
    }
    for key in index.config.keys().chain(index.environment.keys()).chain(index.assets.keys()) {
        let _ = writeln!(out, "key {key}");
    }
    insta::assert_snapshot!(out);
}
