//! Repairs of what is wrong with a template.

use std::borrow::Cow;

use forge_codegen::{
    Code, Span, Template,
    tree::{Component, Node},
};
use tower_lsp::ls_types::{CodeAction, Diagnostic};

use super::{Asked, close, code, create, suggestion};
use crate::{
    features::{context, visit},
    snapshot::Cursor,
};

/// All repairs of a diagnostic of a template.
pub(super) fn of_forge(asked: &Asked<'_>, diagnostic: &Diagnostic) -> Vec<CodeAction> {
    let mut actions: Vec<CodeAction> = suggestion::fix(asked, diagnostic).into_iter().collect();
    let is = |known: Code| code(diagnostic) == known.as_str();
    let span = asked.span(diagnostic.range);
    if is(Code::UnknownView) || is(Code::UnknownComponent) {
        actions.extend(create::missing(asked, diagnostic, span));
    } else if is(Code::MissingProp) {
        actions.extend(add_prop(asked, diagnostic, span));
    } else if is(Code::Unclosed) {
        actions.extend(close::close(asked, diagnostic, span));
    } else if is(Code::StrayCloser) || is(Code::StrayBranch) {
        actions.extend(remove(asked, diagnostic, span));
    } else if is(Code::UnclosedEcho) || is(Code::UnclosedComment) || is(Code::UnclosedTag) {
        actions.extend(close::end_piece(asked, diagnostic, span));
    } else if is(Code::UnknownVariable) {
        actions.extend(declare_prop(asked, diagnostic, span));
    }
    actions
}

/// The tree of the document.
pub(super) fn template<'s>(asked: &Asked<'s>) -> Cow<'s, Template> {
    let view = asked.snapshot.view(&asked.document.uri);
    context::template(&Cursor { document: asked.document, offset: 0, view })
}

/// All components, outer first.
pub(super) fn components(nodes: &[Node]) -> Vec<&Component> {
    let mut found = Vec::new();
    visit::nodes(nodes, &mut |node| {
        if let Node::Component(component) = node {
            found.push(component);
        }
    });
    found
}

/// The prop that a component needs, without a value yet: it stands in the proposal as it is written in a tag.
fn add_prop(asked: &Asked<'_>, diagnostic: &Diagnostic, name: Span) -> Option<CodeAction> {
    let help = diagnostic.message.split("\nhelp: write `").nth(1)?;
    let prop = help.split('=').next()?;
    let template = template(asked);
    let component = components(template.nodes()).into_iter().find(|component| component.tag.name == name)?;
    let behind = component.tag.attributes.last().map_or(name.end, |attribute| attribute.span.end);
    asked.replacement(diagnostic, format!("Add the prop `{prop}`"), Span::new(behind, behind), &format!(" {prop}=\"\""))
}

/// A variable of a component that nothing gives becomes a prop.
fn declare_prop(asked: &Asked<'_>, diagnostic: &Diagnostic, name: Span) -> Option<CodeAction> {
    let prop = asked.text(name).to_owned();
    let template = template(asked);
    let mut list = None;
    visit::nodes(template.nodes(), &mut |node| match node {
        Node::Directive(directive) if directive.kind == forge_codegen::Kind::Props => {
            list = directive.list().first().copied()
        }
        _ => {}
    });
    let list = list?;
    let text = asked.text(list);
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    let content = inside.trim_end();
    let at = list.start + 1 + content.len() as u32;
    let separator = if content.trim().is_empty() {
        ""
    } else if content.ends_with(',') {
        " "
    } else {
        ", "
    };
    let title = format!("Add `{prop}` to `@props`");
    asked.replacement(diagnostic, title, Span::new(at, at), &format!("{separator}'{prop}'"))
}

/// Takes out what closes or continues nothing, with its line if it stands alone there.
fn remove(asked: &Asked<'_>, diagnostic: &Diagnostic, span: Span) -> Option<CodeAction> {
    let source = asked.document.text.as_str();
    let (before, behind) = (&source[..span.start as usize], &source[span.end as usize..]);
    let line = before.trim_end_matches([' ', '\t']);
    let rest = behind.trim_start_matches([' ', '\t']);
    let newline = ["\r\n", "\n", "\r"].into_iter().find(|newline| rest.starts_with(newline)).unwrap_or_default();
    let is_alone = (line.is_empty() || line.ends_with(['\n', '\r'])) && (rest.is_empty() || !newline.is_empty());
    let whole =
        if is_alone { Span::new(line.len() as u32, (source.len() - rest.len() + newline.len()) as u32) } else { span };
    asked.replacement(diagnostic, format!("Remove `{}`", asked.text(span)), whole, "")
}
