//! The names that templates of a package have given: components with their props and slots, sections, stacks.

use std::collections::{BTreeMap, BTreeSet};

use forge_codegen::{
    Kind, Set, Span, Template, component_candidates,
    tree::{AttributeKind, Component, Node, Tag},
};

use super::{context::NameKind, visit};
use crate::index::Package;

/// A prop as callers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prop {
    /// The variable: `max_width`.
    pub(crate) variable: String,
    /// The attribute: `max-width`.
    pub(crate) attribute: String,
    /// As written; none for a required prop.
    pub(crate) default: Option<String>,
    /// Empty for a field of a struct.
    pub(crate) span: Span,
}

impl Prop {
    /// Whether the attribute says enough without a value.
    #[must_use]
    pub(crate) fn is_flag(&self) -> bool {
        matches!(self.default.as_deref(), Some("true" | "false"))
    }
}

/// What a tag may call, with the view that it is: `forms.input`, `card` for `components.card.index`.
#[must_use]
pub(crate) fn components(package: &Package) -> BTreeMap<String, &str> {
    let named = package.set.names().filter_map(|view| Some((component_name(&package.set, view)?, view)));
    named.collect()
}

/// How a tag spells the component that a view is.
#[must_use]
pub(crate) fn component_name(set: &Set, view: &str) -> Option<String> {
    let (prefix, path) = if let Some((namespace, path)) = view.split_once("::components.") {
        (format!("{namespace}::"), path)
    } else if let Some((namespace, path)) =
        view.strip_prefix("vendor.").and_then(|view| view.split_once(".components."))
    {
        (format!("{namespace}::"), path)
    } else {
        (String::new(), view.strip_prefix("components.")?)
    };
    let short = match path.rsplit_once('.') {
        Some((folder, last)) if last == "index" || folder.rsplit('.').next() == Some(last) => Some(folder),
        _ => None,
    };
    let spellings = short.into_iter().chain([path]).map(|path| format!("{prefix}{path}"));
    // A shorter spelling may mean another template, which comes first.
    spellings.into_iter().find(|name| set.resolve(&component_candidates(name)) == Some(view))
}

/// The view that a tag calls.
#[must_use]
pub(crate) fn component<'p>(package: &'p Package, written: &str) -> Option<&'p str> {
    package.set.resolve(&component_candidates(written))
}

/// Required ones first, else in the order of their declaration.
#[must_use]
pub(crate) fn props(set: &Set, view: &str) -> Vec<Prop> {
    let (Some(program), Some(template)) = (set.program(view), set.template(view)) else { return Vec::new() };
    let mut props: Vec<Prop> = program
        .props
        .iter()
        .flatten()
        .map(|prop| Prop {
            variable: prop.name.text.clone(),
            attribute: prop.name.text.replace('_', "-"),
            default: prop.default.as_ref().map(|default| match default.span.is_empty() {
                true => "Default::default()".to_owned(),
                false => template.text(default.span).to_owned(),
            }),
            span: prop.name.span,
        })
        .collect();
    props.sort_by_key(|prop| prop.default.is_some());
    props
}

/// The slots that a component shows by name: its variables that are no props. Sorted.
#[must_use]
pub(crate) fn slots(set: &Set, view: &str) -> Vec<String> {
    let is_own = |variable: &forge_codegen::Variable| variable.view == view && variable.is_certain;
    let aware = set.program(view).map(|program| &program.aware[..]).unwrap_or_default();
    let is_aware = |name: &str| aware.iter().any(|prop| prop.name.text == name);
    set.variables(view)
        .into_iter()
        .filter(is_own)
        .map(|variable| variable.name)
        .filter(|name| !is_aware(name))
        .collect()
}

/// Whether the component shows what stands between its tags.
#[must_use]
pub(crate) fn shows_default_slot(template: &Template) -> bool {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    template.leaves().iter().any(|leaf| {
        use forge_codegen::LeafKind as L;
        matches!(leaf.kind, L::Expression | L::Arguments)
            && template.text(leaf.span).split(|c| !is_word(c)).any(|word| word == "slot")
    })
}

/// The attributes that a tag has, as variables are called.
#[must_use]
pub(crate) fn given(template: &Template, tag: &Tag) -> BTreeSet<String> {
    let names = tag.attributes.iter().filter_map(|attribute| match &attribute.kind {
        AttributeKind::Plain { name, .. } => Some(forge_codegen::snake(template.text(*name).trim_start_matches(':'))),
        AttributeKind::Bound { name, .. } | AttributeKind::Short { name } => {
            Some(forge_codegen::snake(template.text(*name)))
        }
        _ => None,
    });
    names.collect()
}

/// The slots that a component's tag fills, but for the one at a place.
#[must_use]
pub(crate) fn filled(template: &Template, component: &Component, but: u32) -> BTreeSet<String> {
    let mut filled = BTreeSet::new();
    visit::nodes(&component.children, &mut |node| {
        if let Node::Slot(slot) = node
            && let Some(name) = slot.name
            && !(slot.tag.span.start <= but && but <= slot.tag.span.end)
        {
            filled.insert(forge_codegen::snake(template.text(name)));
        }
    });
    filled
}

/// What the first comment of a template says, where the template begins with it.
#[must_use]
pub(crate) fn docs(template: &Template) -> Option<String> {
    let mut nodes = template.nodes().iter().filter(|node| match node {
        Node::Text(text) => !template.text(*text).trim().is_empty(),
        _ => true,
    });
    let Some(Node::Comment(comment)) = nodes.next() else { return None };
    let lines: Vec<&str> = template.text(comment.body).lines().map(str::trim).collect();
    Some(lines.join("\n").trim().to_owned()).filter(|docs| !docs.is_empty())
}

/// A name that a directive gives or asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named<'s> {
    pub(crate) name: String,
    pub(crate) view: &'s str,
    pub(crate) span: Span,
    /// Sections and stacks: it is shown here, not filled.
    pub(crate) is_shown: bool,
}

/// The sections or stacks of these views.
#[must_use]
pub(crate) fn named<'s>(set: &'s Set, views: &[&'s str], kind: NameKind) -> Vec<Named<'s>> {
    let mut found = Vec::new();
    for view in views {
        let Some(template) = set.template(view) else { continue };
        visit::nodes(template.nodes(), &mut |node| {
            let closer = match node {
                Node::Block(block) => block.close.as_ref().map(|close| close.kind),
                _ => None,
            };
            let head = match node {
                Node::Block(block) => {
                    Some(&block.branches[..]).into_iter().flatten().map(|branch| &branch.head).collect()
                }
                Node::Directive(directive) => vec![directive],
                _ => Vec::new(),
            };
            for directive in head {
                let at = (0..2).find(|index| NameKind::of_argument(directive.kind, *index) == Some(kind));
                let Some((name, span)) = at.and_then(|index| visit::text_argument(template, directive, index)) else {
                    continue;
                };
                let asks = matches!(
                    directive.kind,
                    Kind::Yield | Kind::Stack | Kind::HasSection | Kind::SectionMissing | Kind::HasStack
                );
                let is_shown = asks || closer == Some(Kind::Show);
                found.push(Named { name, view, span, is_shown });
            }
        });
    }
    found
}

/// The views that are made of `view` when they are printed: those that extend or include it, and so on.
#[must_use]
pub(crate) fn users<'s>(set: &'s Set, view: &str) -> Vec<&'s str> {
    set.names().filter(|name| *name != view && set.parts(name).contains(&view)).collect()
}
