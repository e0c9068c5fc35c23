//! Makes a component or a partial of what is selected.

use forge_codegen::{
    Kind, Set, Span,
    tree::{Node, Stray},
};
use tower_lsp::ls_types::{CodeAction, CodeActionKind};

use super::{Asked, close::indentation, fixes};
use crate::{
    features::{edits::Edits, visit},
    index::{Package, View},
};

/// The names that are tried for a new template.
const NAMES_MAX: usize = 100;

/// The extractions of the selection: whole nodes, which mean the same elsewhere.
pub(super) fn extractions(asked: &Asked<'_>) -> Vec<CodeAction> {
    let Some(view) = asked.snapshot.view(&asked.document.uri) else { return Vec::new() };
    let Some(selection) = trimmed(asked) else { return Vec::new() };
    let template = fixes::template(asked);
    if !asked.snapshot.index.is_complete || !is_whole(template.nodes(), selection) {
        return Vec::new();
    }
    let text = asked.text(selection);
    let Some(Outside { variables, has_loop }) = outside(view.package, text) else { return Vec::new() };
    // A component sees no loop around it.
    let component = (!has_loop).then(|| component(asked, view, selection, &variables)).flatten();
    component.into_iter().chain(partial(asked, view, selection)).collect()
}

/// The selection without white space around it.
fn trimmed(asked: &Asked<'_>) -> Option<Span> {
    let text = asked.text(asked.selection);
    let start = asked.selection.start + (text.len() - text.trim_start().len()) as u32;
    let len = text.trim().len() as u32;
    (len > 0).then(|| Span::new(start, start + len))
}

/// Whether the ends of the selection cut nothing but text. What belongs to a template as a whole cannot be moved.
fn is_whole(nodes: &[Node], selection: Span) -> bool {
    let mut is_whole = true;
    visit::nodes(nodes, &mut |node| {
        let span = node.span();
        let is_outside = span.end <= selection.start || selection.end <= span.start;
        if is_outside || matches!(node, Node::Text(_)) {
            return;
        }
        let is_inside = selection.contains(span);
        let holds = span.contains(selection) && is_within_children(node, selection);
        let moves = match node {
            Node::Directive(directive) => !matches!(
                directive.kind,
                Kind::Extends
                    | Kind::ExtendsFirst
                    | Kind::Props
                    | Kind::Aware
                    | Kind::Section
                    | Kind::Parent
                    | Kind::Use
            ),
            Node::Block(block) => !matches!(block.opener().kind, Kind::Section),
            Node::Stray(Stray::Directive(_) | Stray::Tag(_) | Stray::ClosingTag(_)) => false,
            _ => true,
        };
        is_whole &= holds || (is_inside && moves);
    });
    is_whole
}

fn is_within_children(node: &Node, selection: Span) -> bool {
    let within = |children: &[Node]| match (children.first(), children.last()) {
        (Some(first), Some(last)) => first.span().to(last.span()).contains(selection),
        _ => false,
    };
    match node {
        Node::Block(block) => block.branches.iter().any(|branch| within(&branch.children)),
        Node::Component(component) => within(&component.children),
        Node::Slot(slot) => within(&slot.children),
        _ => false,
    }
}

/// What a text needs from outside.
struct Outside {
    variables: Vec<String>,
    /// Whether `loop` of a loop around.
    has_loop: bool,
}

/// What the text needs from outside; nothing if it makes no sense alone.
fn outside(package: &Package, text: &str) -> Option<Outside> {
    let mut set = Set::new(package.set.options().clone());
    set.set("extracted", text);
    if !set.analysis("extracted")?.problems.is_empty() || !balanced(text) {
        return None;
    }
    let variables = set.variables("extracted").into_iter().filter(|variable| variable.is_certain);
    let variables = variables.map(|variable| variable.name).collect();
    Some(Outside { variables, has_loop: !set.program("extracted")?.free_loops.is_empty() })
}

/// Whether the HTML closes what it opens, as far as elements must be closed.
fn balanced(text: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (tag, is_end) = rest.strip_prefix('/').map_or((rest, false), |tag| (tag, true));
        let len = tag.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(tag.len());
        let name = &tag[..len];
        if name.is_empty() || name.starts_with("x-") {
            continue;
        }
        if is_end {
            match open.iter().rposition(|known| *known == name) {
                Some(at) => open.truncate(at),
                None => return false,
            }
        } else if MUST_END.contains(&name) {
            open.push(name);
        }
    }
    open.is_empty()
}

/// Elements that are often parted by a careless selection. Those that need no end are not among them.
const MUST_END: &[&str] = &[
    "a",
    "article",
    "aside",
    "b",
    "blockquote",
    "button",
    "div",
    "dl",
    "em",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "label",
    "main",
    "nav",
    "ol",
    "pre",
    "section",
    "select",
    "span",
    "strong",
    "table",
    "textarea",
    "ul",
];

/// Free variables become props, given by the same names.
fn component(asked: &Asked<'_>, view: View<'_>, selection: Span, variables: &[String]) -> Option<CodeAction> {
    let text = asked.text(selection);
    // What a component has of its own is another's there.
    let uses = |word: &str| words(text).any(|found| found == word);
    if uses("slot") || uses("attributes") || uses("component") {
        return None;
    }
    let name = free_name(view.package, |name| format!("components.{name}"))?;
    let props: Vec<String> = variables.iter().map(|name| format!("'{name}'")).collect();
    let given: String = variables.iter().map(|name| format!(" :{0}=\"{name}\"", name.replace('_', "-"))).collect();
    let declared = if props.is_empty() { String::new() } else { format!("@props([{}])\n", props.join(", ")) };
    let tag = format!("<x-{name}{given} />");
    let file = format!("{declared}{}\n", dedented(asked, selection));
    action(asked, view, selection, "Extract a component", &format!("components.{name}"), file, &tag)
}

/// A partial sees all variables.
fn partial(asked: &Asked<'_>, view: View<'_>, selection: Span) -> Option<CodeAction> {
    let folder = view.name.rsplit_once('.').map_or(String::new(), |(folder, _)| format!("{folder}."));
    let name = free_name(view.package, |name| format!("{folder}{name}"))?;
    let name = format!("{folder}{name}");
    let file = format!("{}\n", dedented(asked, selection));
    action(asked, view, selection, "Extract a partial", &name, file, &format!("@include('{name}')"))
}

fn action(
    asked: &Asked<'_>,
    view: View<'_>,
    selection: Span,
    title: &str,
    name: &str,
    file: String,
    with: &str,
) -> Option<CodeAction> {
    let mut edits = Edits::default();
    edits.replace(&asked.path, selection, with);
    edits.create(view.package.path_of(name)?, file);
    Some(CodeAction {
        title: title.to_owned(),
        kind: Some(CodeActionKind::REFACTOR_EXTRACT),
        edit: Some(edits.build(asked.snapshot)?),
        ..CodeAction::default()
    })
}

fn free_name(package: &Package, view: impl Fn(&str) -> String) -> Option<String> {
    let names =
        (1..=NAMES_MAX).map(|count| if count == 1 { "extracted".to_owned() } else { format!("extracted-{count}") });
    names.into_iter().find(|name| {
        package.path_of(&view(name)).is_some_and(|path| !package.views.contains_key(&view(name)) && !path.exists())
    })
}

/// Without the indentation that the first line had.
fn dedented(asked: &Asked<'_>, selection: Span) -> String {
    let indentation = indentation(asked.document.text.as_str(), selection.start);
    let lines = asked.text(selection).split_inclusive('\n').enumerate();
    lines.map(|(at, line)| if at == 0 { line } else { line.strip_prefix(indentation).unwrap_or(line) }).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c == '_' || c.is_alphanumeric()))
}
