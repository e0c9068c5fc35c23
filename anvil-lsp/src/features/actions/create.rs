//! Makes the view or component that a name stands for.

use forge_codegen::{
    Span, component_candidates, dotted,
    ir::{OpKind, Program, ViewNames},
    snake,
    tree::{AttributeKind, Component, Node, TagEnd},
};
use tower_lsp::ls_types::{CodeAction, CodeActionKind, Diagnostic};

use super::{Asked, fixes};
use crate::{
    document::Language,
    features::{
        edits::Edits,
        sites::{Names, Role, Symbol},
        visit,
    },
    index::Package,
};

/// Attributes that belong to the element and not to the component.
const OF_THE_ELEMENT: &[&str] = &["class", "style", "id"];

/// The file of a view or component that is named here and does not exist.
pub(super) fn missing(asked: &Asked<'_>, diagnostic: &Diagnostic, span: Span) -> Option<CodeAction> {
    let package = asked.snapshot.view(&asked.document.uri)?.package;
    let template = fixes::template(asked);
    let component = fixes::components(template.nodes()).into_iter().find(|component| component.tag.name == span);
    let (view, content) = match component {
        Some(component) => (component_candidates(asked.text(span)).into_iter().next()?, of_component(asked, component)),
        None => {
            let view = dotted(&forge_codegen::literal(asked.text(span))?);
            let program = package.set.program(asked.snapshot.view(&asked.document.uri)?.name)?;
            let content = of_view(asked, package, program, &view);
            (view, content)
        }
    };
    action(asked, package, &view, content, Some(diagnostic))
}

/// The same for a view that Rust shows.
pub(super) fn from_rust(asked: &Asked<'_>) -> Option<CodeAction> {
    let index = &asked.snapshot.index;
    if asked.document.language != Language::Rust || !index.is_complete {
        return None;
    }
    let package = index.package_of(&asked.path)?;
    let file = index.rust.files.get(&asked.path)?;
    let at = asked.selection.start;
    let found = file.views.iter().find(|found| found.span.start <= at && at <= found.span.end)?;
    let view = dotted(&found.view);
    if package.set.resolve(std::slice::from_ref(&view)).is_some() {
        return None;
    }
    let lines = found.variables.iter().map(|variable| format!("{{{{ {} }}}}\n", variable.name)).collect();
    action(asked, package, &view, in_layout(Names { index, package }, lines, &view), None)
}

fn action(
    asked: &Asked<'_>,
    package: &Package,
    view: &str,
    content: String,
    diagnostic: Option<&Diagnostic>,
) -> Option<CodeAction> {
    let path = package.path_of(view)?;
    if path.exists() {
        return None;
    }
    let shown = path.strip_prefix(&package.root).unwrap_or(&path).to_string_lossy().into_owned();
    let mut edits = Edits::default();
    edits.create(path, content);
    Some(CodeAction {
        title: format!("Create `{shown}`"),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: diagnostic.map(|diagnostic| vec![diagnostic.clone()]),
        edit: Some(edits.build(asked.snapshot)?),
        ..CodeAction::default()
    })
}

/// Its attributes are props, and its slots are shown.
fn of_component(asked: &Asked<'_>, component: &Component) -> String {
    let mut props: Vec<String> = Vec::new();
    for attribute in &component.tag.attributes {
        let (AttributeKind::Plain { name, .. } | AttributeKind::Bound { name, .. } | AttributeKind::Short { name }) =
            &attribute.kind
        else {
            continue;
        };
        let prop = snake(asked.text(*name).trim_start_matches(':'));
        let is_word = prop.chars().all(|c| c == '_' || c.is_alphanumeric());
        if is_word && !OF_THE_ELEMENT.contains(&prop.as_str()) && !props.contains(&prop) {
            props.push(prop);
        }
    }
    let mut slots: Vec<String> = Vec::new();
    visit::nodes(&component.children, &mut |node| {
        if let Node::Slot(slot) = node {
            slots.extend(slot.name.map(|name| snake(asked.text(name))));
        }
    });
    let mut content = String::new();
    if !props.is_empty() {
        let list: Vec<String> = props.iter().map(|prop| format!("'{prop}'")).collect();
        content.push_str(&format!("@props([{}])\n", list.join(", ")));
    }
    content.push_str("<div {{ attributes }}>\n");
    for name in slots.iter().chain(&props) {
        content.push_str(&format!("  {{{{ {name} }}}}\n"));
    }
    if component.tag.end == TagEnd::Open {
        content.push_str("  {{ slot }}\n");
    }
    content + "</div>\n"
}

/// By how the template names it: a layout shows its sections, an include what it is given.
fn of_view(asked: &Asked<'_>, package: &Package, program: &Program, view: &str) -> String {
    let is = |names: &ViewNames| matches!(names, ViewNames::Literal(list) if list.iter().any(|name| name.text == view));
    if program.extends.as_ref().is_some_and(|extends| is(&extends.names)) {
        let names = Names { index: &asked.snapshot.index, package };
        return layout(&sections(names, &program.name));
    }
    let mut given: Vec<String> = Vec::new();
    walk(&program.body, &mut |kind| match kind {
        OpKind::Include(include) if is(&include.names) => {
            let keys = include.with.iter().filter_map(|entry| entry.key.as_ref());
            given.extend(keys.filter_map(|key| match &key.kind {
                forge_codegen::expr::ExprKind::Str(name) => Some(name.clone()),
                _ => None,
            }));
        }
        OpKind::Each { view, item, .. } if is(view) => given.push(item.text.clone()),
        _ => {}
    });
    if given.is_empty() {
        return format!("{{{{-- {view} --}}}}\n");
    }
    given.iter().map(|name| format!("<p>{{{{ {name} }}}}</p>\n")).collect()
}

fn walk(ops: &[forge_codegen::ir::Op], visit: &mut dyn FnMut(&OpKind)) {
    for op in ops {
        visit(&op.kind);
        forge_codegen::ir::bodies(&op.kind, &mut |ops| walk(ops, visit));
    }
}

fn sections(names: Names<'_>, view: &str) -> Vec<String> {
    let mut sections: Vec<String> = Vec::new();
    for site in names.of_view(view) {
        if let (Symbol::Section { name, .. }, Role::Definition) = (site.symbol, site.role)
            && !sections.contains(&name)
        {
            sections.push(name);
        }
    }
    sections
}

fn layout(sections: &[String]) -> String {
    let title = if sections.iter().any(|name| name == "title") { "@yield('title')" } else { "" };
    let body: String =
        sections.iter().filter(|name| *name != "title").map(|name| format!("  @yield('{name}')\n")).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>{title}</title>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

/// As the other pages do: in the layout that most of them have, in the section that most of them fill.
fn in_layout(names: Names<'_>, lines: Vec<String>, view: &str) -> String {
    let mut layouts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    let mut filled: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for name in names.package.set.names() {
        if let Some(layout) = names.extends(name) {
            *layouts.entry(layout).or_default() += 1;
            for section in sections(names, name) {
                *filled.entry(section).or_default() += 1;
            }
        }
    }
    let most = layouts.into_iter().max_by_key(|(_, count)| *count);
    let section = filled.into_iter().max_by_key(|(_, count)| *count);
    match (most, section) {
        (Some((layout, _)), Some((section, _))) => {
            let body: String = lines.iter().map(|line| format!("  {line}")).collect();
            format!("@extends('{layout}')\n\n@section('{section}')\n  <h1>{view}</h1>\n{body}@endsection\n")
        }
        _ => format!("<h1>{view}</h1>\n{}", lines.concat()),
    }
}
