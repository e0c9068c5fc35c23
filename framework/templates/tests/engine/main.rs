//! The interpreter: against the compiler, by tables, and with whatever comes.

mod expressions;
mod loaders;
mod ops;
mod rust_only;
mod same;
mod whatever;

use forge::engine::{EmbeddedLoader, Interpreter};
use forge::{Forge, Map, Value};
use std::sync::Arc;

/// A text as a template, with variables from JSON.
fn render(template: &str, json: &str) -> Result<String, forge::Error> {
    render_among(&[], template, json)
}

/// The same, where there are other templates.
fn render_among(others: &[(&'static str, &'static str)], template: &str, json: &str) -> Result<String, forge::Error> {
    let forge = Forge::new().engine(Arc::new(Interpreter::new(EmbeddedLoader::new(others))));
    forge.render_str(template, variables(json))
}

fn variables(json: &str) -> Map {
    match Value::of(&serde_json::from_str::<serde_json::Value>(json).expect("the test's JSON")) {
        Value::Map(map) => (*map).clone(),
        other => panic!("variables are a map, not {other:?}"),
    }
}
