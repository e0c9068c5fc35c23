//! Directives that stand alone.

use crate::analyse::Analyst;
use crate::ir::{Content, Op, OpKind, SectionEnd};
use crate::table::Kind;
use crate::tree::Directive;

impl Analyst<'_> {
    pub(super) fn directive(&mut self, directive: &Directive, ops: &mut Vec<Op>) {
        self.container = directive.span();
        match directive.kind {
            Kind::Break | Kind::Continue => self.jump(directive, ops),
            Kind::Unset => self.unset(directive, ops),
            Kind::Rust | Kind::Php => {
                if let Some(arguments) = &directive.arguments {
                    let end = arguments.span.end - u32::from(arguments.is_closed);
                    let code = crate::span::Span::new(arguments.span.start + 1, end);
                    self.rust(directive.span(), code, ops);
                }
            }
            // Blade leaves nothing in its place, so that what stands before decides about the newline.
            Kind::Extends | Kind::ExtendsFirst => {
                self.extends(directive);
                return;
            }
            Kind::Props => self.props(directive),
            Kind::Aware => self.aware(directive),
            Kind::Use => self.use_item(directive),
            _ => {
                if let Some(kind) = self.standing_alone(directive) {
                    ops.push(Op { span: directive.span(), kind });
                }
            }
        }
        // `class="…"` ends with a quote of its own.
        self.drops_newline = !matches!(directive.kind, Kind::Class | Kind::Style);
    }

    fn standing_alone(&mut self, directive: &Directive) -> Option<OpKind> {
        Some(match directive.kind {
            Kind::Include | Kind::IncludeIf | Kind::IncludeFirst | Kind::IncludeIsolated => self.include(directive)?,
            Kind::IncludeWhen | Kind::IncludeUnless => self.include_when(directive)?,
            Kind::Each => self.each(directive)?,
            Kind::Section => {
                let list = self.arguments(directive, 2, 2)?;
                let (name, value) = (self.expr(list[0]), self.expr(list[1]));
                OpKind::Section { name: name?, content: Content::Value(value?), end: SectionEnd::End }
            }
            Kind::Parent => {
                if !self.is_in_section() {
                    self.report_parent_outside(directive);
                    return None;
                }
                OpKind::Parent
            }
            Kind::Yield => {
                let list = self.arguments(directive, 1, 2)?;
                let name = self.expr(list[0]);
                let default = match list.get(1) {
                    Some(span) => Some(self.expr(*span)?),
                    None => None,
                };
                OpKind::Yield { name: name?, default }
            }
            Kind::Stack => OpKind::Stack(self.single(directive)?),
            Kind::Push | Kind::Prepend => {
                let list = self.arguments(directive, 2, 2)?;
                let (name, value) = (self.expr(list[0]), self.expr(list[1]));
                let prepends = directive.kind == Kind::Prepend;
                OpKind::Push { name: name?, prepends, once: None, content: Content::Value(value?) }
            }
            Kind::Slot => {
                let name = self.legacy_slot_name(directive);
                let value = directive.list().get(1).and_then(|span| self.expr(*span));
                OpKind::Slot { name: name?, attributes: Vec::new(), content: Content::Value(value?) }
            }
            Kind::Class => OpKind::Class(self.single(directive)?),
            Kind::Style => OpKind::Style(self.single(directive)?),
            Kind::Checked | Kind::Selected | Kind::Disabled | Kind::ReadOnly | Kind::RequiredIf => {
                OpKind::Flag(flag(directive.kind)?, self.single(directive)?)
            }
            _ => self.service(directive)?,
        })
    }
}

/// The attribute that the directive writes.
pub(super) fn flag(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Checked | Kind::Selected | Kind::Disabled | Kind::ReadOnly | Kind::RequiredIf => kind.name(),
        _ => None,
    }
}
