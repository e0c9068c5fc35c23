//! Components and their slots.

use crate::analyse::Analyst;
use crate::expr::{Entry, ExprKind, Name};
use crate::ir::{Attribute, Component, Content, Op, OpKind, Role, SlotName, Target};
use crate::names;
use crate::problem::{Code, Problem};
use crate::table::Kind;
use crate::tree::{self, AttributeKind, Block, Part, TagEnd};

/// The attribute of `<x-dynamic-component>` that says which, and that of `<x-slot>`.
const DYNAMIC: &str = "dynamic-component";

impl Analyst<'_> {
    pub(super) fn component(&mut self, component: &tree::Component, ops: &mut Vec<Op>) {
        let tag = &component.tag;
        self.container = tag.span;
        let written = self.text(tag.name);
        let is_dynamic = written == DYNAMIC;
        let target = if is_dynamic { self.dynamic_target(tag) } else { Some(self.literal_target(tag.name, written)) };
        let attributes = self.attributes(&tag.attributes, is_dynamic.then_some("component"));
        self.drops_newline = true;
        let body = self.within_kept("component", |analyst| analyst.body(&component.children));
        let is_closed = component.close.is_some() || tag.end == TagEnd::SelfClosing;
        self.drops_newline |= is_closed;
        if let Some(target) = target {
            let kind = OpKind::Component(Component { target, attributes, body, is_legacy: false });
            let last = component.close.or_else(|| component.children.last().map(tree::Node::span)).unwrap_or(tag.span);
            ops.push(Op { span: tag.span.to(last), kind });
        }
        self.drops_newline = true;
    }

    fn literal_target(&mut self, span: crate::span::Span, written: &str) -> Target {
        let candidates = names::component_candidates(written);
        self.need(span, candidates.clone(), Role::Component);
        Target::Literal { written: Name { span, text: written.to_owned() }, candidates }
    }

    /// What `component` or `:component` of a dynamic component says.
    fn dynamic_target(&mut self, tag: &tree::Tag) -> Option<Target> {
        for attribute in &tag.attributes {
            match &attribute.kind {
                AttributeKind::Bound { name, value } if self.text(*name) == "component" => {
                    return self.expr(value.expression).map(Target::Runtime);
                }
                AttributeKind::Short { name } if self.text(*name) == "component" => {
                    return Some(Target::Runtime(self.variable(*name)));
                }
                AttributeKind::Plain { name, value: Some(value) } if self.text(*name) == "component" => {
                    let [Part::Text(text)] = value.parts[..] else {
                        let problem = Problem::new(
                            Code::MalformedAttribute,
                            value.span,
                            "a component's name with echoes in it is not known",
                        );
                        self.report_unless_broken(problem.help("write `:component=\"expression\"`"));
                        return None;
                    };
                    let written = self.text(text);
                    return Some(self.literal_target(text, written));
                }
                _ => {}
            }
        }
        None
    }

    pub(super) fn slot(&mut self, slot: &tree::Slot, ops: &mut Vec<Op>) {
        let tag = &slot.tag;
        self.container = tag.span;
        let name = match slot.name {
            Some(span) => {
                let text = self.text(span).to_owned();
                self.slot_name(Name { span, text })
            }
            None => self.runtime_slot_name(tag),
        };
        let is_named_by_attribute = !self.text(tag.name).starts_with("slot:");
        let attributes = self.attributes(&tag.attributes, is_named_by_attribute.then_some("name"));
        self.drops_newline = true;
        let body = self.within_kept("slot", |analyst| analyst.body(&slot.children));
        if let Some(name) = name {
            let last = slot.close.or_else(|| slot.children.last().map(tree::Node::span)).unwrap_or(tag.span);
            let kind = OpKind::Slot { name, attributes, content: Content::Body(body) };
            ops.push(Op { span: tag.span.to(last), kind });
        }
        self.drops_newline = true;
    }

    fn runtime_slot_name(&mut self, tag: &tree::Tag) -> Option<SlotName> {
        for attribute in &tag.attributes {
            match &attribute.kind {
                AttributeKind::Bound { name, value } if self.text(*name) == "name" => {
                    return self.expr(value.expression).map(SlotName::Runtime);
                }
                AttributeKind::Short { name } if self.text(*name) == "name" => {
                    return Some(SlotName::Runtime(self.variable(*name)));
                }
                _ => {}
            }
        }
        Some(SlotName::Default)
    }

    pub(super) fn slot_name(&mut self, name: Name) -> Option<SlotName> {
        let text = names::snake(&name.text);
        if text == "slot" || text.is_empty() {
            return Some(SlotName::Default);
        }
        self.check_variable(name.span, &text).then_some(SlotName::Literal(Name { span: name.span, text }))
    }

    /// `@component('view', data) … @endcomponent`
    pub(super) fn legacy_component(&mut self, block: &Block) -> Option<OpKind> {
        let opener = block.opener();
        let list = self.arguments(opener, 1, 2).unwrap_or_default();
        let target = list.first().and_then(|span| self.legacy_target(*span, opener.kind));
        let data = self.data(list.get(1));
        let body = self.within_kept("component", |analyst| analyst.first_body(block));
        let attributes = data.into_iter().filter_map(bound).collect();
        Some(OpKind::Component(Component { target: target?, attributes, body, is_legacy: true }))
    }

    fn legacy_target(&mut self, span: crate::span::Span, kind: Kind) -> Option<Target> {
        let expr = self.expr(span)?;
        let texts: Option<Vec<String>> = match &expr.kind {
            ExprKind::Str(text) => Some(vec![names::dotted(text)]),
            ExprKind::List(list) if kind == Kind::ComponentFirst => list
                .iter()
                .map(|item| match &item.kind {
                    ExprKind::Str(text) => Some(names::dotted(text)),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        let Some(candidates) = texts.filter(|texts| !texts.is_empty()) else { return Some(Target::Runtime(expr)) };
        self.need(span, candidates.clone(), Role::View);
        let written = Name { span, text: candidates[0].clone() };
        Some(Target::Literal { written, candidates })
    }
}

/// Data with a name, as an attribute.
fn bound(entry: Entry) -> Option<Attribute> {
    let key = entry.key?;
    match key.kind {
        ExprKind::Str(text) => Some(Attribute::Bound(Name { span: key.span, text }, entry.value)),
        _ => None,
    }
}
