//! Several templates together: what is wrong between them, and what their views need.

use std::fmt::Write;
use std::sync::Arc;

use forge_codegen::{Code, LineIndex, Options, Set, StructComponent, StructProp, snake, view_name};
use proptest::prelude::*;

use crate::program::problem_text;

const FILE: &str = "--> ";

/// A set from one text: each file begins with a line that names it.
fn set(text: &str) -> Set {
    let mut set = Set::new(Options::default());
    set.set_all(text.split(FILE).skip(1).map(|file| file.split_once('\n').expect("a file has a name")));
    set
}

/// The findings, and what each view that is no component needs.
pub(crate) fn findings(text: &str) -> String {
    let set = set(text);
    let mut shown = String::new();
    for name in set.names() {
        if name.starts_with("components.") {
            let _ = writeln!(shown, "{name} has {}", set.component_variables(name).join(" "));
            continue;
        }
        let variables = set.variables(name).into_iter().map(|variable| {
            let missing = if variable.may_be_missing { "?" } else { "" };
            let certain = if variable.is_certain { "" } else { "~" };
            format!(" {certain}{}{missing}", variable.name)
        });
        let _ = writeln!(shown, "{name} needs{}", variables.collect::<String>());
    }
    for finding in set.problems() {
        let template = set.template(&finding.view).expect("it is one of the set's");
        let lines = LineIndex::new(template.source());
        let problem = problem_text(&finding.problem, &|span| template.text(span).to_owned(), &lines);
        let _ = write!(shown, "in {}: {problem}", finding.view);
        for elsewhere in &finding.elsewhere {
            let template = set.template(&elsewhere.view).expect("it is one of the set's");
            let place = LineIndex::new(template.source()).position(elsewhere.span.start);
            let text = template.text(elsewhere.span);
            let _ =
                writeln!(shown, "    {} {}:{} {text:?}: {}", elsewhere.view, place.line, place.char, elsewhere.what);
        }
    }
    shown
}

fn codes(set: &Set) -> Vec<Code> {
    set.problems().iter().map(|finding| finding.problem.code).collect()
}

#[test]
fn only_what_changes_is_read_again() {
    let mut set = set("--> a\n@include('b')\n--> b\n{{ c }}");
    let before = ["a", "b"].map(|name| Arc::clone(set.analysis(name).expect("it is there")));
    set.set("b", "{{ d }}");
    set.set("a", "@include('b')\n");
    let after = ["a", "b"].map(|name| Arc::clone(set.analysis(name).expect("it is there")));
    assert!(Arc::ptr_eq(&before[0], &after[0]) && !Arc::ptr_eq(&before[1], &after[1]));
    let variables: Vec<String> = set.variables("a").into_iter().map(|variable| variable.name).collect();
    assert_eq!(variables, ["d"]);
}

#[test]
fn problems_come_and_go_with_the_other_template() {
    let mut set = set("--> a\n@include('b')");
    assert_eq!(codes(&set), [Code::UnknownView]);
    set.set("b", "");
    assert_eq!(codes(&set), []);
    set.set("b", "@include('a')");
    assert_eq!(codes(&set), [Code::InclusionCycle]);
    assert!(set.remove("b") && !set.remove("b"));
    assert_eq!(codes(&set), [Code::UnknownView]);
}

#[test]
fn parts_are_everything_that_is_printed() {
    let set = set(
        "--> a\n@extends('l') <x-c />\n--> l\n@include('b')\n--> b\n\n--> components.c.index\n<x-c.d />\n--> components.c.d\n\n--> e\n",
    );
    assert_eq!(set.parts("a"), ["a", "b", "components.c.d", "components.c.index", "l"]);
    assert!(set.parts("nobody").is_empty());
    assert_eq!(set.resolve(&["x", "b"]), Some("b"));
}

#[test]
fn many_templates_take_no_time() {
    let mut set = Set::new(Options::default());
    let files: Vec<(String, String)> = (0..2000)
        .map(|number| (format!("a{number}"), format!("@include('a{}') {{{{ b{number} }}}}", number + 1)))
        .collect();
    set.set_all(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    assert_eq!(codes(&set), [Code::UnknownView]);
    assert_eq!(set.variables("a1000").len(), 1000);
    set.set("a2000", "@include('a0')");
    assert_eq!(codes(&set), [Code::InclusionCycle]);
}

#[test]
fn many_bindings_take_no_time() {
    for piece in [
        "@rust(let a = b)",
        "@include('x')",
        "@foreach (a as b) @include('x') @endforeach",
        "<x-c :a=\"b\" />",
        "@isset(a) @endisset",
    ] {
        let mut set = set("--> x\n{{ a }} {{ b }}\n--> components.c\n@props(['a'])");
        set.set("y", &format!("@rust(let c = d) {}", format!("{piece}\n").repeat(5000)));
        assert!(!set.variables("y").is_empty());
        assert_eq!(codes(&set), []);
    }
}

#[test]
fn what_many_scopes_bound_and_one_still_binds_is_bound() {
    let loops = "@foreach (c as a) @endforeach ".repeat(300);
    let set = set(&format!("--> x\n{{{{ a }}}}\n--> y\n@foreach (b as a) {loops} @include('x') @endforeach"));
    let needed: Vec<String> = set.variables("y").into_iter().map(|variable| variable.name).collect();
    assert_eq!(needed, ["b", "c"]);
}

/// What templates say of each other.
const PIECES: &[&str] = &[
    "@extends('a')",
    "@extends('b', { x: y })",
    "@include('c')",
    "@include(x)",
    "@includeFirst(['d', 'a'], { x })",
    "@section('x') @endsection",
    "@section('y')",
    "@endsection",
    "@yield('x')",
    "@show",
    "<x-e />",
    "<x-e x=\"y\" :z=\"x\">",
    "<x-e {{ attributes }} />",
    "<x-slot:y>",
    "</x-slot>",
    "</x-e>",
    "@props(['x', 'y' => 1])",
    "@aware(['z'])",
    "{{ x }}",
    "{{ y.z | upper }}",
    "@foreach (x as y)",
    "@endforeach",
    "@rust(let z = x)",
    "@isset(z)",
    "@each('b', x, 'z')",
];

const NAMES: &[&str] = &["a", "b", "c", "d", "components.e", "components.e.index"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edits_lead_where_a_new_set_begins(
        edits in prop::collection::vec((0..NAMES.len(), prop::option::of(prop::collection::vec(0..PIECES.len(), 0..6))), 1..14),
    ) {
        let mut edited = Set::new(Options::default());
        for (name, pieces) in edits {
            match pieces {
                Some(pieces) => edited.set(NAMES[name], &pieces.into_iter().map(|piece| PIECES[piece]).collect::<Vec<_>>().join(" ")),
                None => _ = edited.remove(NAMES[name]),
            }
            let _ = edited.problems();
        }
        let mut new = Set::new(Options::default());
        let texts: Vec<(&str, &str)> =
            edited.names().filter_map(|name| Some((name, edited.template(name)?.source()))).collect();
        new.set_all(texts.into_iter().rev());
        prop_assert_eq!(edited.problems(), new.problems());
        for name in NAMES {
            prop_assert_eq!(edited.variables(name), new.variables(name));
            prop_assert_eq!(edited.component_variables(name), new.component_variables(name));
            prop_assert_eq!(edited.parts(name), new.parts(name));
        }
    }
}

#[test]
fn names() {
    assert_eq!(view_name("posts/index.forge.html").as_deref(), Some("posts.index"));
    assert_eq!(view_name("a\\b.forge.html").as_deref(), Some("a.b"));
    assert_eq!(view_name("a.html"), None);
    for (written, name) in
        [("maxWidth", "max_width"), ("max-width", "max_width"), ("a", "a"), ("x2Y", "x2_y"), ("A", "A")]
    {
        assert_eq!(snake(written), name);
    }
}

/// The fields of a component's struct are its props.
#[test]
fn a_component_with_code_has_the_fields_of_its_struct() {
    let prop = |name: &str, has_default| StructProp { name: name.to_owned(), has_default };
    let (name, path) = ("alert".to_owned(), "crate::Alert".to_owned());
    let props = vec![prop("kind", false), prop("max_width", true)];
    let mut set = Set::new(Options::default().with_component(StructComponent { name, path, props }));
    set.set("components.alert", "{{ kind }} {{ max_width }} {{ component.icon() }} {{ knid }}");
    set.set("page", "<x-alert kind=\"a\" />\n<x-alert max-width=\"1\" />");
    let found: Vec<String> = set
        .problems()
        .into_iter()
        .map(|found| {
            let template = set.template(&found.view).expect("it is one of the set's");
            let at = LineIndex::new(template.source()).position(found.problem.span.start);
            assert_eq!(found.elsewhere, []);
            format!("{}:{}:{}: {}", found.view, at.line, at.char, found.problem.message)
        })
        .collect();
    assert_eq!(
        found,
        ["components.alert:1:54: this component has no variable `knid`", "page:2:4: `alert` needs the prop `kind`"]
    );
}
