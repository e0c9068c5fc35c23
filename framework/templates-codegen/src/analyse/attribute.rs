//! The attributes of components and slots.

use std::collections::HashMap;

use crate::analyse::directive::flag;
use crate::analyse::{Analyst, push_text};
use crate::expr::{Expr, ExprKind, Name};
use crate::ir::{Attribute, Op, OpKind};
use crate::names;
use crate::problem::{Code, Problem};
use crate::reader::stands_alone;
use crate::span::Span;
use crate::table::Kind;
use crate::tree::{self, AttributeKind, Directive, EchoKind, Part, Value};

impl Analyst<'_> {
    /// All but the one called `except`, which says something about the tag itself.
    pub(super) fn attributes(&mut self, list: &[tree::Attribute], except: Option<&str>) -> Vec<Attribute> {
        let mut attributes = Vec::with_capacity(list.len());
        let mut seen: HashMap<String, Span> = HashMap::new();
        for attribute in list {
            self.container = attribute.span;
            if let Some(name) = attribute_name(&attribute.kind) {
                let written = self.text(name);
                if except == Some(written) {
                    continue;
                }
                if let Some(first) = seen.insert(written.to_owned(), name) {
                    let problem = Problem::new(Code::DuplicateAttribute, name, format!("`{written}` is given twice"));
                    self.report_unless_broken(problem.related(first, "the first is here").help("remove one of them"));
                    continue;
                }
            }
            attributes.extend(self.attribute(&attribute.kind));
        }
        attributes
    }

    fn attribute(&mut self, kind: &AttributeKind) -> Option<Attribute> {
        Some(match kind {
            AttributeKind::Plain { name, value: None } => Attribute::Flag(self.name(*name)),
            AttributeKind::Plain { name, value: Some(value) } => Attribute::Text(self.name(*name), self.value(value)),
            AttributeKind::Bound { name, value } => Attribute::Bound(self.name(*name), self.expr(value.expression)?),
            AttributeKind::Short { name } => Attribute::Bound(self.name(*name), self.variable(*name)),
            AttributeKind::Echo(echo) => Attribute::Spread(self.expr(echo.expression)?),
            AttributeKind::Directive(directive) => return self.attribute_directive(directive),
            AttributeKind::Comment(_) | AttributeKind::Stray => return None,
        })
    }

    fn attribute_directive(&mut self, directive: &Directive) -> Option<Attribute> {
        match directive.kind {
            Kind::Class => Some(Attribute::Class(directive.span(), self.single(directive)?)),
            Kind::Style => Some(Attribute::Style(directive.span(), self.single(directive)?)),
            kind => {
                if let Some(name) = flag(kind) {
                    return Some(Attribute::When(name, self.single(directive)?));
                }
                // The parser has said so of blocks, once for the tag.
                if !stands_alone(self.template.source(), directive, self.options) {
                    return None;
                }
                let help = "only `@class`, `@style`, `@checked` and the like can stand there";
                self.report_misplaced(directive, "is no attribute", help);
                None
            }
        }
    }

    /// Literal text with echoes in it. Newlines stay.
    fn value(&mut self, value: &Value) -> Vec<Op> {
        let mut ops = Vec::new();
        for part in &value.parts {
            match part {
                Part::Text(span) => push_text(&mut ops, *span, self.text(*span)),
                Part::Escape(escape) => push_text(&mut ops, escape.shown, self.text(escape.shown)),
                Part::Comment(_) => {}
                Part::Echo(echo) => {
                    self.container = echo.span();
                    if let Some(value) = self.echoed(echo.expression) {
                        let kind = OpKind::Echo { value, escapes: echo.kind != EchoKind::Raw };
                        ops.push(Op { span: echo.span(), kind });
                    }
                }
            }
        }
        ops
    }

    fn name(&self, span: Span) -> Name {
        Name { span, text: self.text(span).to_owned() }
    }

    /// The variable that `:$userId` names.
    pub(super) fn variable(&mut self, span: Span) -> Expr {
        let text = names::snake(self.text(span));
        if text == "loop" {
            self.use_loop(span, 0);
            return Expr { span, kind: ExprKind::Loop { up: 0 } };
        }
        Expr { span, kind: ExprKind::Var(text) }
    }
}

fn attribute_name(kind: &AttributeKind) -> Option<Span> {
    match kind {
        AttributeKind::Plain { name, .. } | AttributeKind::Bound { name, .. } | AttributeKind::Short { name } => {
            Some(*name)
        }
        AttributeKind::Echo(_) | AttributeKind::Directive(_) | AttributeKind::Comment(_) | AttributeKind::Stray => None,
    }
}
