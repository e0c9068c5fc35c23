//! What only the compiler can do is said before rendering where it shows, and never answered wrongly.

use forge::engine::{EmbeddedLoader, Interpreter};
use forge::{ErrorKind, Map, Opaque, Value};
use serde::Serialize;

fn needs(templates: &[(&'static str, &'static str)], variables: &Map) -> Vec<String> {
    let interpreter = Interpreter::new(EmbeddedLoader::new(templates));
    let found = interpreter.needs_rust("page", variables).expect("the template is there");
    found.into_iter().map(|found| format!("{}:{}:{} {}", found.template, found.line, found.column, found.why)).collect()
}

fn check(template: &'static str, expected: &[&str]) {
    assert_eq!(needs(&[("page", template)], &Map::new()), expected, "{template}");
}

#[test]
fn is_said_before() {
    check("{{ a.len() + 1 }}", &[]);
    check("<p>\n{{ crate::version() }}", &["page:2:4 `crate::version()`"]);
    check("{{ a.slug() }}", &["page:1:6 the method `slug`"]);
    check("@use('crate::Post')\n{{ 1 }}", &["page:1:6 `@use` of `crate::Post`"]);
    check("@rust(count += 1)", &["page:1:7 an assignment to something that the template has not bound with `let`"]);
    check("@rust(let mut a = 1)\n@rust(a += 1)\n{{ a }}", &[]);
    check("{{ compute(1) }}", &["page:1:4 the function `compute`"]);
}

#[test]
fn is_said_of_templates_within() {
    let templates =
        [("page", "@extends('layout')\n@include('part')"), ("layout", "{{ a? }}"), ("part", "{{ b.url() }}")];
    let mut found = needs(&templates, &Map::new());
    found.sort();
    assert_eq!(found, ["layout:1:4 `a?`", "part:1:6 the method `url`"]);
}

#[test]
fn is_said_of_opaque_values() {
    let variables = Map::new().entry("a", Value::Opaque(Opaque::new("app::Post")));
    let found = needs(&[("page", "{{ b }}{{ a.title }}")], &variables);
    assert_eq!(found, ["page:1:11 `a` is a value of the type `app::Post`"]);
}

#[derive(Serialize)]
struct Cart {
    items: Vec<u32>,
    total: u32,
}

/// A struct may have methods of its own under any name.
#[test]
fn methods_of_structs_are_not_guessed() {
    let cart = Value::of(&Cart { items: vec![1, 2], total: 3 });
    let variables = Map::new().entry("cart", cart);
    let of = |template: &str| {
        let forge = forge::Forge::new().engine(std::sync::Arc::new(Interpreter::new(EmbeddedLoader::new(&[]))));
        forge.render_str(template, variables.clone())
    };
    assert_eq!(of("{{ cart.items.len() }} {{ cart.total }}").expect("fields"), "2 3");
    for template in [
        "{{ cart.len() }}",
        "{{ cart.is_empty() }}",
        "{{ cart }}",
        "{{ cart.slug }}",
        "{{ cart == cart }}",
        "@foreach (cart as a) @endforeach",
    ] {
        let error = of(template).expect_err(template);
        assert!(matches!(error.kind(), ErrorKind::NeedsRust { .. }), "{template}: {error}");
    }
}
