//! What a patch must not hold, because it would behave unlike a full build without failing to compile.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Graph;
use crate::node::Node;
use crate::part::Kind;
use crate::path::ModulePath;
use crate::plan::Planning;
use crate::words::TRANSPARENT;

/// Properties of the crate as a whole.
pub(crate) fn of_crate(planning: &Planning<'_>) -> Result<(), String> {
    let (base, now) = (planning.base, planning.now);
    if base.root().parsed.inner != now.root().parsed.inner {
        return Err("attributes of the crate changed".to_owned());
    }
    if extern_crates(base) != extern_crates(now) {
        return Err("an `extern crate` changed".to_owned());
    }
    for (name, texts) in macros(now) {
        if TRANSPARENT.contains(&name) {
            return Err(format!("the app has a macro `{name}` of its own"));
        }
        if texts.len() > 1 && macros(base).get(name) != Some(&texts) {
            return Err(format!("the macro `{name}` is defined more than once"));
        }
    }
    Ok(())
}

/// Properties of what is copied.
pub(crate) fn of_copies(planning: &Planning<'_>, held: &BTreeSet<String>) -> Result<(), String> {
    let now: Vec<&Node<'_>> =
        planning.nodes.iter().enumerate().filter(|(at, _)| planning.copied[*at]).map(|(_, node)| node).collect();
    let before: Vec<&Node<'_>> = planning.replaced.iter().filter_map(|key| planning.before.get(key)).collect();
    held_types(&now, held)?;
    held_types(&before, held)?;
    implementations(&now, planning.now)?;
    implementations(&before, planning.base)?;
    removed_calls(&before, &now)?;
    included_source(&now)?;
    included_source(&before)?;
    Ok(())
}

fn included_source(nodes: &[&Node<'_>]) -> Result<(), String> {
    for node in nodes {
        let is_unseen = node.parts().any(|part| part.words.everything);
        let mut included = node.embedded().filter(|embedded| embedded.has_source).map(|embedded| &embedded.words);
        let may = |word: &str, words: &crate::words::Words| words.everything || words.all.contains(word);
        if is_unseen || included.any(|words| may("impl", words) || may("Layout", words)) {
            return Err("included source implements something".to_owned());
        }
    }
    Ok(())
}

fn held_types(nodes: &[&Node<'_>], held: &BTreeSet<String>) -> Result<(), String> {
    for part in nodes.iter().flat_map(|node| node.parts()) {
        let types = &part.definitions.types;
        if let Some(name) = part.definitions.layouts.iter().next().or_else(|| types.intersection(held).next()) {
            return Err(format!("`{name}` is held in the container"));
        }
        // A macro may define the type.
        if part.kind == Kind::Call
            && let Some(name) = held.iter().find(|name| part.words.all.contains(*name))
        {
            return Err(format!("`{name}` is held in the container"));
        }
        if part.kind == Kind::Call && part.words.all.contains("Layout") {
            return Err("a macro defines a type that the container may hold".to_owned());
        }
    }
    Ok(())
}

/// Every `impl` among `nodes` has something of them in its header.
fn implementations(nodes: &[&Node<'_>], graph: &Graph) -> Result<(), String> {
    let headers = nodes.iter().flat_map(|node| node.parts()).flat_map(|part| part.impls());
    let named = headers.flat_map(|it| it.header.iter().chain(&it.of_type));
    let defined = definers(graph, &named.collect());
    let copied: BTreeSet<(&ModulePath, &String)> = nodes
        .iter()
        .flat_map(|node| node.parts().flat_map(|part| &part.definitions.types).map(|name| (&node.unit.path, name)))
        .collect();
    for node in nodes {
        let own = &node.unit.path;
        for implementation in node.parts().flat_map(|part| part.impls()) {
            let is_own = |name: &String| match defined.get(name) {
                Some(units) => copied.contains(&(own, name)) || units.iter().all(|unit| copied.contains(&(unit, name))),
                None => false,
            };
            let names = match (&implementation.of_trait, &implementation.of_type) {
                (None, Some(of_type)) => is_own(of_type),
                _ => implementation.header.iter().any(is_own),
            };
            if !names {
                return Err(format!("`{}` in a changed module", implementation.label));
            }
        }
    }
    Ok(())
}

/// The units that define a type or trait of each of these names.
fn definers<'g>(graph: &'g Graph, named: &BTreeSet<&String>) -> BTreeMap<&'g String, BTreeSet<&'g ModulePath>> {
    let mut definers: BTreeMap<&String, BTreeSet<&ModulePath>> = BTreeMap::new();
    for unit in graph.units().values() {
        let types = unit.parsed.parts.iter().flat_map(|part| &part.definitions.types);
        for name in types.filter(|name| named.contains(name)) {
            definers.entry(name).or_default().insert(&unit.path);
        }
    }
    definers
}

/// A macro call that is gone may have implemented something, and the base's implementation would stay in force.
fn removed_calls(before: &[&Node<'_>], now: &[&Node<'_>]) -> Result<(), String> {
    let texts = |nodes: &[&Node<'_>]| -> BTreeSet<String> {
        let calls = nodes.iter().flat_map(|node| node.parts().map(|part| (node.unit, part)));
        calls
            .filter(|(_, part)| part.kind == Kind::Call && !part.definitions.has_state)
            .map(|(unit, part)| unit.parsed.slice(&part.range).to_owned())
            .collect()
    };
    match texts(before).difference(&texts(now)).next() {
        Some(call) => Err(format!("the call `{}` changed", call.split(['(', '{', '[']).next().unwrap_or(call).trim())),
        None => Ok(()),
    }
}

fn extern_crates(graph: &Graph) -> BTreeSet<&str> {
    let parts = graph.units().values().flat_map(|unit| unit.parsed.parts.iter().map(move |part| (unit, part)));
    parts
        .filter(|(_, part)| part.kind == Kind::ExternCrate)
        .map(|(unit, part)| unit.parsed.slice(&part.range))
        .collect()
}

/// Every definition of a macro by its name.
fn macros(graph: &Graph) -> BTreeMap<&str, Vec<&str>> {
    let mut macros: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for unit in graph.units().values() {
        for part in unit.parsed.parts.iter().filter(|part| part.kind == Kind::Macro) {
            for name in &part.own {
                macros.entry(name).or_default().push(unit.parsed.slice(&part.range));
            }
        }
    }
    macros
}
