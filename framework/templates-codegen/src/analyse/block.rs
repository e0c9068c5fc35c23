//! Directives with a body.

use crate::analyse::Analyst;
use crate::ir::{Content, Once, Op, OpKind, SectionEnd, SlotName};
use crate::span::Span;
use crate::table::Kind;
use crate::tree::{Block, Directive};

impl Analyst<'_> {
    pub(super) fn block(&mut self, block: &Block, ops: &mut Vec<Op>) {
        let opener = block.opener();
        self.container = opener.span();
        let kind = match opener.kind {
            Kind::For | Kind::ForEach | Kind::ForElse => self.for_loop(block),
            Kind::While => self.while_loop(block),
            Kind::Switch => self.switch(block),
            Kind::PushIf => self.push_if(block),
            Kind::Section => self.section(block),
            Kind::Push | Kind::Prepend | Kind::PushOnce | Kind::PrependOnce => self.push(block),
            Kind::Once => self.once(block),
            Kind::Fragment => {
                let name = self.single(opener);
                let body = self.within_kept("fragment", |analyst| analyst.first_body(block));
                name.map(|name| OpKind::Fragment { name, body })
            }
            Kind::Component | Kind::ComponentFirst => self.legacy_component(block),
            Kind::Slot => self.legacy_slot(block),
            Kind::Lang => self.translated(block),
            Kind::Custom(id) if self.options.condition(id).is_none() => {
                let arguments = self.every(opener, 0);
                let body = self.within_kept("block", |analyst| analyst.first_body(block));
                arguments.map(|arguments| OpKind::CustomBlock { id, arguments, body })
            }
            _ => self.conditional(block),
        };
        if let Some(kind) = kind {
            ops.push(Op { span: block.span(), kind });
        }
        self.drops_newline = true;
    }

    /// The body of a block without branches.
    pub(super) fn first_body(&mut self, block: &Block) -> Vec<Op> {
        self.drops_newline = true;
        self.body(&block.branches[0].children)
    }

    fn section(&mut self, block: &Block) -> Option<OpKind> {
        let name = self.single(block.opener());
        let content = self.within_section(|analyst| analyst.first_body(block));
        let end = match block.close.as_ref().map(|close| close.kind) {
            Some(Kind::Show) => SectionEnd::Show,
            Some(Kind::Append) => SectionEnd::Append,
            Some(Kind::Overwrite) => SectionEnd::Overwrite,
            _ => SectionEnd::End,
        };
        Some(OpKind::Section { name: name?, content: Content::Body(content), end })
    }

    fn push(&mut self, block: &Block) -> Option<OpKind> {
        let opener = block.opener();
        let is_once = matches!(opener.kind, Kind::PushOnce | Kind::PrependOnce);
        let list = self.arguments(opener, 1, if is_once { 2 } else { 1 }).unwrap_or_default();
        let name = list.first().and_then(|span| self.expr(*span));
        let once = if is_once { self.once_key(list.get(1)) } else { None };
        let content = self.within_kept("stack", |analyst| analyst.first_body(block));
        let prepends = matches!(opener.kind, Kind::Prepend | Kind::PrependOnce);
        Some(OpKind::Push { name: name?, prepends, once, content: Content::Body(content) })
    }

    fn once(&mut self, block: &Block) -> Option<OpKind> {
        let list = self.arguments(block.opener(), 0, 1).unwrap_or_default();
        let key = self.once_key(list.first());
        let body = self.first_body(block);
        Some(OpKind::Once { key: key?, body })
    }

    fn once_key(&mut self, key: Option<&Span>) -> Option<Once> {
        match key {
            Some(span) => self.expr(*span).map(Once::Key),
            None => {
                self.onces += 1;
                Some(Once::Here(self.onces - 1))
            }
        }
    }

    fn legacy_slot(&mut self, block: &Block) -> Option<OpKind> {
        let name = self.legacy_slot_name(block.opener());
        let body = self.within_kept("slot", |analyst| analyst.first_body(block));
        Some(OpKind::Slot { name: name?, attributes: Vec::new(), content: Content::Body(body) })
    }

    pub(super) fn legacy_slot_name(&mut self, directive: &Directive) -> Option<SlotName> {
        let span = *self.arguments(directive, 1, 2)?.first()?;
        match self.literal(span) {
            Some(name) => self.slot_name(name),
            None => self.expr(span).map(SlotName::Runtime),
        }
    }

    fn translated(&mut self, block: &Block) -> Option<OpKind> {
        let list = self.arguments(block.opener(), 0, 1).unwrap_or_default();
        let replace = list.first().map(|span| self.expr(*span));
        let body = self.within_kept("text", |analyst| analyst.first_body(block));
        let replace = match replace {
            Some(replace) => Some(replace?),
            None => None,
        };
        Some(OpKind::Lang { key: Content::Body(body), replace })
    }
}
