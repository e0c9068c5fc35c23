//! Directives that may stand at a place, the likeliest first: ends and branches of what is open, then all others.

use forge_codegen::{
    Entry, Kind, Options, Shape, Span, Takes,
    tree::{Block, Directive},
};
use tower_lsp::ls_types::{CompletionItem, CompletionItemKind};

use super::{Asked, Offer, finish};
use crate::features::{directives, known, snippet, visit};

const ENDS: u8 = 0;
const BRANCHES: u8 = 1;
const LIKELY: u8 = 2;
const OTHERS: u8 = 3;

/// Attributes: the first choice within a tag, the last elsewhere.
const ATTRIBUTES: &[Kind] = &[
    Kind::Class,
    Kind::Style,
    Kind::Checked,
    Kind::Selected,
    Kind::Disabled,
    Kind::ReadOnly,
    Kind::RequiredIf,
    Kind::Bool,
];

/// `name` is what stands there, with its `@`; `in_component` says that it stands among the attributes of a component.
pub(super) fn items(
    asked: &Asked<'_>,
    name: Span,
    directive: Option<&Directive>,
    in_component: bool,
) -> Vec<CompletionItem> {
    let edits = asked.edits(name.start);
    let rest = asked.template.source()[name.end as usize..].trim_start_matches([' ', '\t']);
    let is_called = rest.starts_with('(') || directive.is_some_and(|directive| directive.arguments.is_some());
    let place = Place::of(asked, in_component, name);
    let mut offers: Vec<Offer> = Entry::ALL
        .iter()
        .filter_map(|entry| {
            let group = place.group(entry.kind, entry.shape)?;
            Some(offer(entry.kind, entry.name, is_called).group(group))
        })
        .collect();
    for (name, kind, takes) in place.options.custom() {
        offers.extend(place.custom(name, kind, takes, is_called));
    }
    finish(offers, &edits)
}

fn offer(kind: Kind, name: &str, is_called: bool) -> Offer {
    let offer = Offer::new(format!("@{name}"), CompletionItemKind::KEYWORD);
    let Some(row) = directives::find(kind) else { return offer };
    let insert = format!("@{name}{}", if is_called { "" } else { row.snippet });
    let parameters = if row.parameters.is_empty() { String::new() } else { format!("({})", row.parameters.join(", ")) };
    offer.insert(insert).suffix(parameters).detail(row.signature()).docs(row.markdown())
}

struct Place<'a> {
    options: &'a Options,
    /// Innermost first, with the head of the branch.
    blocks: Vec<(&'a Block, &'a Directive)>,
    in_component_tag: bool,
    in_html_tag: bool,
    is_in_component: bool,
    /// The template is one of a component.
    is_component: bool,
    has_extends: bool,
    has_props: bool,
}

impl<'a> Place<'a> {
    fn of(asked: &Asked<'a>, in_component_tag: bool, name: Span) -> Self {
        static NONE: std::sync::LazyLock<Options> = std::sync::LazyLock::new(Options::default);
        let before = &asked.before()[..name.start as usize];
        let tag = before.rfind('<').filter(|at| before.rfind('>').is_none_or(|end| end < *at));
        let mut seen = (false, false);
        visit::directives(asked.template.nodes(), &mut |directive| match directive.kind {
            Kind::Extends | Kind::ExtendsFirst => seen.0 = true,
            Kind::Props => seen.1 = true,
            _ => {}
        });
        Self {
            options: asked.cursor.view.map_or(&NONE, |view| view.package.set.options()),
            blocks: asked.context.blocks().map(|(block, branch)| (block, &block.branches[branch].head)).collect(),
            in_component_tag,
            in_html_tag: tag.is_some_and(|at| before[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic())),
            is_in_component: asked.context.component().is_some(),
            is_component: asked
                .cursor
                .view
                .is_none_or(|view| known::component_name(&view.package.set, view.name).is_some()),
            has_extends: seen.0,
            has_props: seen.1,
        }
    }

    /// Where the directive is in the list. None if it has no place here.
    fn group(&self, kind: Kind, shape: Shape) -> Option<u8> {
        if matches!(kind, Kind::Php | Kind::EndPhp | Kind::EndVerbatim | Kind::EndRust) {
            return None;
        }
        if ATTRIBUTES.contains(&kind) {
            return Some(if self.in_component_tag || self.in_html_tag { LIKELY } else { OTHERS + 1 });
        }
        if self.in_component_tag {
            return None;
        }
        match shape {
            Shape::Closer => self.closes(kind),
            Shape::Branch => self.continues(kind).then_some(BRANCHES),
            // It is the branch of a loop, too.
            Shape::Block(_) if kind == Kind::Empty && self.continues(kind) => Some(BRANCHES),
            Shape::Alone | Shape::Block(_) | Shape::Raw(_) => self.is_sensible(kind).then_some(OTHERS),
        }
    }

    /// The usual end of the innermost block is the likeliest.
    fn closes(&self, kind: Kind) -> Option<u8> {
        let at = self.blocks.iter().position(|(block, _)| self.options.closes(block.opener().kind, kind))?;
        let usual = self.options.closer_name(self.blocks[at].0.opener().kind);
        Some(if at == 0 && kind.name() == Some(usual) { ENDS } else { BRANCHES })
    }

    fn continues(&self, kind: Kind) -> bool {
        let Some((block, head)) = self.blocks.first() else { return false };
        let is_last = matches!(head.kind, Kind::Else | Kind::ElsePush | Kind::Default)
            || (head.kind == Kind::Empty && block.opener().kind == Kind::ForElse);
        !is_last && self.options.continues(block.opener().kind, kind)
    }

    fn is_sensible(&self, kind: Kind) -> bool {
        let is_in = |kinds: &[Kind]| self.blocks.iter().any(|(block, _)| kinds.contains(&block.opener().kind));
        match kind {
            Kind::Continue => is_in(&[Kind::For, Kind::ForEach, Kind::ForElse, Kind::While]),
            Kind::Break => is_in(&[Kind::For, Kind::ForEach, Kind::ForElse, Kind::While, Kind::Switch]),
            Kind::Parent => is_in(&[Kind::Section]),
            Kind::Slot => self.is_in_component || is_in(&[Kind::Component, Kind::ComponentFirst]),
            Kind::Extends | Kind::ExtendsFirst => !self.has_extends && self.blocks.is_empty() && !self.is_in_component,
            Kind::Props => self.is_component && !self.has_props && self.blocks.is_empty(),
            Kind::Aware => self.is_component && self.blocks.is_empty(),
            _ => true,
        }
    }

    fn custom(&self, name: &str, kind: Kind, takes: Takes, is_called: bool) -> Option<Offer> {
        if self.in_component_tag {
            return None;
        }
        let closer = self.options.closer_name(kind);
        let arguments = match takes {
            Takes::Required if !is_called => "($1)",
            _ => "",
        };
        let is_branch = self.options.custom().any(|(_, opener, _)| self.options.continues(opener, kind));
        let is_end = self.options.custom().any(|(_, opener, _)| self.options.closes(opener, kind));
        let group = match () {
            () if is_end => self.closes(kind)?,
            () if is_branch => self.continues(kind).then_some(BRANCHES)?,
            () => OTHERS,
        };
        let block = if closer.is_empty() || is_called {
            String::new()
        } else {
            format!("\n\t$0\n@{}", snippet::escaped(closer))
        };
        let insert = format!("@{}{arguments}{block}", snippet::escaped(name));
        let what = if closer.is_empty() { "a directive of this project" } else { "a block of this project" };
        Some(Offer::new(format!("@{name}"), CompletionItemKind::KEYWORD).insert(insert).detail(what).group(group))
    }
}
