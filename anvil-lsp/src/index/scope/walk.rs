//! From the beginning of a template to a place in it, binding what the place can see.

use forge_codegen::{
    Kind, Span, Template,
    expr::{Condition, Pattern, PatternKind},
    fragments,
    ir::Statement,
    literal,
    tree::{Block, Component, Detail, Directive, Node, Raw},
};

use super::{Origin, Scope};
use crate::index::types::Type;

impl Scope<'_> {
    /// Binds what the nodes bind that stand before `offset`, and descends into the one that it is in.
    pub(super) fn nodes(&mut self, template: &Template, nodes: &[Node], offset: u32) {
        for node in nodes {
            let span = node.span();
            if span.start >= offset {
                return;
            }
            match node {
                Node::Block(block) if is_within(span, block.close.as_ref().map(|close| close.name.start), offset) => {
                    self.block(template, block, offset)
                }
                Node::Component(component) if offset < span.end || component.close.is_none() && offset == span.end => {
                    self.inside_component(template, component, offset);
                }
                Node::Slot(slot) if offset < span.end => self.nodes(template, &slot.children, offset),
                Node::Raw(raw) if offset >= span.end => self.raw(template, raw),
                Node::Directive(directive) if offset >= span.end => self.directive(template, directive),
                _ => {}
            }
        }
    }

    fn block(&mut self, template: &Template, block: &Block, offset: u32) {
        let behind = block.branches.iter().take_while(|branch| branch.head.span().end <= offset);
        let Some(branch) = behind.last() else { return };
        self.head(template, &branch.head);
        self.nodes(template, &branch.children, offset);
    }

    /// What the directive at the head of a branch binds in it.
    fn head(&mut self, template: &Template, head: &Directive) {
        let text = template.source();
        match (head.kind, head.detail) {
            (_, Detail::Loop(parts)) => {
                let values = self.type_in(text, parts.values);
                let pattern = fragments::pattern(text, parts.pattern);
                match parts.key {
                    Some(key) => {
                        let (key_type, value_type) = values.and_then(|ty| ty.keyed()).unzip();
                        if let Some(key) = fragments::pattern(text, key) {
                            self.bind_pattern(&key, key_type);
                        }
                        pattern.iter().for_each(|pattern| self.bind_pattern(pattern, value_type.clone()));
                    }
                    None => {
                        let element = values.and_then(|ty| ty.element());
                        pattern.iter().for_each(|pattern| self.bind_pattern(pattern, element.clone()));
                    }
                }
                let place = self.place(head.name);
                self.bind("loop", Some(Type::named("Loop")), Origin::BuiltIn, place);
            }
            (Kind::If | Kind::ElseIf | Kind::While, _) => {
                if let Some(condition) = head.list().first().and_then(|span| fragments::condition(text, *span)) {
                    self.condition(text, &condition);
                }
            }
            (Kind::Session | Kind::Context, _) => {
                let place = self.place(head.name);
                self.bind("value", Some(Type::named("Value")), Origin::BuiltIn, place);
            }
            (Kind::Error, _) => {
                let place = self.place(head.name);
                self.bind("message", Some(Type::named("str")), Origin::BuiltIn, place);
            }
            _ => {}
        }
    }

    /// Within the content of a component with code, the struct can be used.
    fn inside_component(&mut self, template: &Template, component: &Component, offset: u32) {
        let is_behind_tag = offset >= component.tag.span.end;
        if is_behind_tag && component.close.is_none_or(|close| offset <= close.start) {
            let written = template.text(component.tag.name);
            self.bind_struct_of(&forge_codegen::component_candidates(written));
            self.nodes(template, &component.children, offset);
        }
    }

    fn raw(&mut self, template: &Template, raw: &Raw) {
        if matches!(raw.opener.kind, Kind::Rust | Kind::Php) {
            self.code(template.source(), raw.body);
        }
    }

    /// A directive that stands alone and binds something for what follows.
    fn directive(&mut self, template: &Template, directive: &Directive) {
        let text = template.source();
        match (directive.kind, directive.list()) {
            (Kind::Rust | Kind::Php, _) => {
                if let Some(arguments) = &directive.arguments
                    && arguments.span.len() >= 2
                {
                    self.code(
                        text,
                        Span::new(arguments.span.start + 1, arguments.span.end - u32::from(arguments.is_closed)),
                    );
                }
            }
            (Kind::Inject, [name, path, ..]) => {
                let (name_text, path_text) = (literal(template.text(*name)), literal(template.text(*path)));
                if let (Some(name_text), Some(path_text)) = (name_text, path_text) {
                    let place = self.place(*name);
                    self.bind(&name_text, Some(Type::parse(&path_text)), Origin::Local, place);
                }
            }
            (Kind::Unset, [name, ..]) => {
                let name = template.text(*name).to_owned();
                self.names.retain(|known| known.name != name);
            }
            _ => {}
        }
    }

    /// The `let`s of `@rust`.
    fn code(&mut self, text: &str, code: Span) {
        let statements = fragments::statements(text, code);
        for statement in &statements {
            if let Statement::Let(pattern, value) = statement {
                let ty = self.type_of(value, text);
                self.bind_pattern(pattern, ty);
            }
        }
        if statements.is_empty() {
            for (name, ty) in self.rust_lets(text, code) {
                let place = self.place(code);
                self.bind(&name, ty, Origin::Local, place);
            }
        }
    }

    pub(super) fn condition(&mut self, text: &str, condition: &Condition) {
        match condition {
            Condition::Expr(_) => {}
            Condition::Let(pattern, value) => {
                let ty = self.type_of(value, text);
                self.bind_pattern(pattern, ty);
            }
            Condition::All(all) => all.iter().for_each(|condition| self.condition(text, condition)),
        }
    }

    pub(super) fn bind_pattern(&mut self, pattern: &Pattern, ty: Option<Type>) {
        match &pattern.kind {
            PatternKind::Bind(name) => {
                let place = self.place(pattern.span);
                self.bind(name, ty, Origin::Local, place);
            }
            PatternKind::Reference(inner) => self.bind_pattern(inner, ty),
            PatternKind::Tuple(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    let ty = ty.as_ref().and_then(|ty| self.resolver().field(ty, &index.to_string()));
                    self.bind_pattern(part, ty);
                }
            }
            PatternKind::Variant(name, inner) => {
                let ty = ty.and_then(|ty| self.resolver().payload(&ty, name, 0));
                self.bind_pattern(inner, ty);
            }
            PatternKind::Or(cases) => {
                if let Some(first) = cases.first() {
                    self.bind_pattern(first, ty);
                }
            }
            PatternKind::Rust { binds, .. } => {
                for name in binds {
                    let place = self.place(pattern.span);
                    self.bind(name, None, Origin::Local, place);
                }
            }
            PatternKind::Wild | PatternKind::None | PatternKind::Literal(_) | PatternKind::Range(_) => {}
        }
    }
}

/// Whether a place is within a block: before its end, or at the end of one that nothing closes.
fn is_within(span: Span, close: Option<u32>, offset: u32) -> bool {
    close.map_or(offset <= span.end, |close| offset <= close)
}
