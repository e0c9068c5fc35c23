//! From an offset down the tree.

use forge_codegen::{
    Kind, Span, Template,
    tree::{
        Attribute, AttributeKind, Block, Component, Directive, Echo, Node, Part, Raw, Slot, Stray, Tag, TagEnd, Value,
    },
};

use super::{Around, Code, Context, Site, half_typed};

pub(super) fn context(template: &Template, offset: u32) -> Context<'_> {
    let mut walk = Walk { template, offset, around: Vec::new() };
    let site = walk.nodes(template.nodes()).unwrap_or(Site::Text);
    Context { site, around: walk.around }
}

pub(super) struct Walk<'t> {
    pub(super) template: &'t Template,
    pub(super) offset: u32,
    around: Vec<Around<'t>>,
}

impl<'t> Walk<'t> {
    pub(super) fn text(&self, span: Span) -> &'t str {
        self.template.text(span)
    }

    /// Whether something is being typed or stands between these two.
    fn is_within(&self, span: Span) -> bool {
        span.start < self.offset && self.offset <= span.end
    }

    /// Whether the offset is behind `end`, with nothing but space before it, on the same line.
    fn is_trailing(&self, end: u32) -> bool {
        let between = self.text(Span::new(end, self.offset.max(end)));
        self.offset >= end && between.chars().all(|c| c == ' ' || c == '\t')
    }

    fn nodes(&mut self, nodes: &'t [Node]) -> Option<Site<'t>> {
        for (at, node) in nodes.iter().enumerate() {
            let span = node.span();
            if self.offset <= span.start {
                break;
            }
            let before = at.checked_sub(1).map(|before| &nodes[before]);
            if self.offset <= span.end {
                return Some(self.node(node, before));
            }
        }
        // Behind the last: what is not closed goes on over the spaces.
        let last = nodes.iter().rfind(|node| node.span().end <= self.offset)?;
        self.unclosed(last)
    }

    fn node(&mut self, node: &'t Node, before: Option<&'t Node>) -> Site<'t> {
        match node {
            Node::Text(span) => {
                let unclosed = before.and_then(|before| self.unclosed(before));
                unclosed.unwrap_or_else(|| half_typed::site(self, *span))
            }
            Node::Comment(comment) => {
                if comment.is_closed && self.offset == comment.span.end {
                    Site::Text
                } else {
                    Site::Comment
                }
            }
            Node::Raw(raw) => self.raw(raw),
            Node::Echo(echo) => self.echo(echo).unwrap_or(Site::Text),
            Node::Escape(_) => Site::Escape,
            Node::Directive(directive) => self.directive(directive, None).unwrap_or(Site::Text),
            Node::Block(block) => self.block(block),
            Node::Component(component) => self.component(component),
            Node::Slot(slot) => self.slot(slot),
            Node::Stray(Stray::Directive(directive)) => self.directive(directive, None).unwrap_or(Site::Text),
            Node::Stray(Stray::Tag(tag)) => self.tag(tag).unwrap_or(Site::Text),
            Node::Stray(Stray::ClosingTag(span)) => self.closing_tag(*span),
        }
    }

    /// The site at the offset if that stands behind something that is not closed, and still belongs to it.
    fn unclosed(&mut self, node: &'t Node) -> Option<Site<'t>> {
        let end = node.span().end;
        match node {
            Node::Echo(echo) if echo.close.is_none() && self.is_trailing(end) => self.echo(echo),
            Node::Directive(directive) | Node::Stray(Stray::Directive(directive)) => self.unclosed_directive(directive),
            Node::Block(block) if block.close.is_none() => {
                let branch = block.branches.len() - 1;
                let last = &block.branches[branch];
                match last.children.last() {
                    Some(child) => self.unclosed(child),
                    None => self.unclosed_directive(&last.head),
                }
            }
            Node::Stray(Stray::Tag(tag)) if tag.end == TagEnd::Missing => {
                let between = self.text(Span::new(end, self.offset.max(end)));
                (self.offset > end && between.chars().all(char::is_whitespace)).then(|| self.in_tag(tag))
            }
            _ => None,
        }
    }

    fn unclosed_directive(&mut self, directive: &'t Directive) -> Option<Site<'t>> {
        let arguments = directive.arguments.as_ref().filter(|arguments| !arguments.is_closed)?;
        self.is_trailing(arguments.span.end).then(|| self.arguments(directive))?
    }

    fn raw(&mut self, raw: &'t Raw) -> Site<'t> {
        if let Some(site) = self.directive(&raw.opener, None) {
            return site;
        }
        if self.offset > raw.body.end {
            return Site::DirectiveName { name: raw.close, directive: None, tag: None };
        }
        match raw.opener.kind {
            Kind::Rust => Site::Code(Code::of_block(self.template, raw.body, self.offset)),
            _ => Site::Raw,
        }
    }

    fn echo(&self, echo: &'t Echo) -> Option<Site<'t>> {
        if self.offset < echo.open.end || echo.close.is_some_and(|close| self.offset > close.start) {
            return None;
        }
        let body = Span::new(echo.body.start, echo.close.map_or(echo.body.end.max(self.offset), |_| echo.body.end));
        Some(Site::Code(Code::of_echo(self.template, body, self.offset)))
    }

    fn directive(&self, directive: &'t Directive, tag: Option<&'t Tag>) -> Option<Site<'t>> {
        if self.is_within(directive.name) {
            return Some(Site::DirectiveName { name: directive.name, directive: Some(directive), tag });
        }
        let arguments = directive.arguments.as_ref()?;
        let end = arguments.span.end - u32::from(arguments.is_closed);
        (arguments.span.start < self.offset && self.offset <= end).then(|| self.arguments(directive))?
    }

    fn arguments(&self, directive: &'t Directive) -> Option<Site<'t>> {
        let arguments = directive.arguments.as_ref()?;
        let end = if arguments.is_closed { arguments.span.end - 1 } else { arguments.span.end.max(self.offset) };
        let inside = Span::new(arguments.span.start + 1, end);
        Some(Site::Code(Code::of_arguments(self.template, inside, self.offset, directive)))
    }

    fn block(&mut self, block: &'t Block) -> Site<'t> {
        if let Some(close) = &block.close
            && self.offset > close.name.start
        {
            self.around.push(Around::Block { block, branch: block.branches.len() - 1 });
            return self.directive(close, None).unwrap_or(Site::Text);
        }
        let branch = block.branches.iter().rposition(|branch| branch.head.name.start < self.offset).unwrap_or(0);
        let found = &block.branches[branch];
        let is_first = match found.children.first() {
            Some(Node::Text(text)) => self.offset <= text.end,
            Some(_) => false,
            None => true,
        };
        let head = self
            .directive(&found.head, None)
            .or_else(|| if is_first { self.unclosed_directive(&found.head) } else { None });
        // The head of a branch belongs to the block; its opener does not stand in it.
        if head.is_none() || branch > 0 {
            self.around.push(Around::Block { block, branch });
        }
        if let Some(site) = head {
            return site;
        }
        self.nodes(&found.children).unwrap_or(Site::Text)
    }

    fn component(&mut self, component: &'t Component) -> Site<'t> {
        if let Some(site) = self.tag(&component.tag) {
            return site;
        }
        self.around.push(Around::Component(component));
        match component.close {
            Some(close) if self.offset > close.start => self.closing_tag(close),
            _ => self.nodes(&component.children).unwrap_or(Site::Text),
        }
    }

    fn slot(&mut self, slot: &'t Slot) -> Site<'t> {
        if let Some(site) = self.tag(&slot.tag) {
            return site;
        }
        self.around.push(Around::Slot);
        match slot.close {
            Some(close) if self.offset > close.start => self.closing_tag(close),
            _ => self.nodes(&slot.children).unwrap_or(Site::Text),
        }
    }

    fn closing_tag(&self, span: Span) -> Site<'t> {
        let written = self.text(span);
        let start = span.start + "</x-".len() as u32;
        let name = Span::new(start, start + written["</x-".len()..].trim_end_matches('>').trim_end().len() as u32);
        if self.offset > name.end {
            Site::Text
        } else {
            Site::TagName { name, opening: span, tag: None, is_closing: true }
        }
    }

    /// None behind the tag.
    fn tag(&self, tag: &'t Tag) -> Option<Site<'t>> {
        if self.is_within(Span::new(tag.span.start, tag.name.end)) {
            let opening = Span::new(tag.span.start, tag.name.end);
            let slot = self.text(tag.name).strip_prefix("slot:");
            return Some(match slot.map(|name| Span::new(tag.name.end - name.len() as u32, tag.name.end)) {
                Some(name) if self.offset >= name.start => Site::SlotName { name },
                _ => Site::TagName { name: tag.name, opening, tag: Some(tag), is_closing: false },
            });
        }
        let inside = match tag.end {
            TagEnd::Open => self.offset < tag.span.end,
            TagEnd::SelfClosing => self.offset < tag.span.end - 1,
            TagEnd::Missing => self.offset <= tag.span.end,
        };
        inside.then(|| self.in_tag(tag))
    }

    /// Behind the tag's name.
    fn in_tag(&self, tag: &'t Tag) -> Site<'t> {
        let attribute = tag.attributes.iter().find(|attribute| self.is_within(attribute.span));
        let site = attribute.and_then(|attribute| self.attribute(tag, attribute));
        let nothing = || Site::AttributeName { tag, name: Span::new(self.offset, self.offset), attribute: None };
        site.or_else(|| self.unclosed_attribute(tag)).unwrap_or_else(nothing)
    }

    /// A value or parenthesis of the tag's last attribute that goes on over the spaces behind it.
    fn unclosed_attribute(&self, tag: &'t Tag) -> Option<Site<'t>> {
        let last = tag.attributes.iter().rfind(|attribute| attribute.span.end < self.offset)?;
        let is_open = match &last.kind {
            AttributeKind::Plain { value: Some(value), .. } => !value.is_closed,
            AttributeKind::Directive(directive) => {
                directive.arguments.as_ref().is_some_and(|arguments| !arguments.is_closed)
            }
            AttributeKind::Echo(echo) => echo.close.is_none(),
            _ => false,
        };
        if !is_open || !self.is_trailing(last.span.end) {
            return None;
        }
        match &last.kind {
            AttributeKind::Directive(directive) => self.arguments(directive),
            AttributeKind::Echo(echo) => self.echo(echo),
            _ => self.attribute(tag, last),
        }
    }

    fn attribute(&self, tag: &'t Tag, attribute: &'t Attribute) -> Option<Site<'t>> {
        let named = |end: u32| Site::AttributeName {
            tag,
            name: Span::new(attribute.span.start, end),
            attribute: Some(attribute),
        };
        match &attribute.kind {
            AttributeKind::Plain { name, .. } | AttributeKind::Bound { name, .. } if self.offset <= name.end => {
                Some(self.attribute_name(tag, attribute, *name).unwrap_or_else(|| named(name.end)))
            }
            AttributeKind::Plain { name, value: Some(value) } => self.value(tag, *name, value),
            AttributeKind::Plain { .. } => None,
            AttributeKind::Bound { value, .. } => {
                let inside = between_quotes(self.text(value.span), value.span);
                let is_inside = inside.start <= self.offset && self.offset <= inside.end;
                is_inside.then(|| Site::Code(Code::of_value(self.template, inside, self.offset)))
            }
            AttributeKind::Short { name } => {
                let whole = Span::new(name.start, attribute.span.end);
                (self.offset >= name.start).then(|| Site::Code(Code::of_value(self.template, whole, self.offset)))
            }
            AttributeKind::Echo(echo) => self.echo(echo),
            AttributeKind::Directive(directive) => self.directive(directive, Some(tag)),
            AttributeKind::Comment(_) => Some(Site::Comment),
            AttributeKind::Stray => None,
        }
    }

    /// `@cla` in a tag is an attribute to the parser.
    fn attribute_name(&self, tag: &'t Tag, attribute: &'t Attribute, name: Span) -> Option<Site<'t>> {
        let is_directive =
            self.text(name).starts_with('@') && matches!(attribute.kind, AttributeKind::Plain { value: None, .. });
        is_directive.then_some(Site::DirectiveName { name, directive: None, tag: Some(tag) })
    }

    fn value(&self, tag: &'t Tag, name: Span, value: &'t Value) -> Option<Site<'t>> {
        let inside = between_quotes(self.text(value.span), value.span);
        let inside = if value.is_closed { inside } else { Span::new(inside.start, inside.end.max(self.offset)) };
        if self.offset < inside.start || self.offset > inside.end {
            return None;
        }
        for part in &value.parts {
            if let Part::Echo(echo) = part {
                let site = if self.is_within(echo.span()) { self.echo(echo) } else { None };
                let goes_on = echo.close.is_none() && self.is_trailing(echo.span().end);
                if let Some(site) = site.or_else(|| if goes_on { self.echo(echo) } else { None }) {
                    return Some(site);
                }
            }
            if let Part::Comment(comment) = part
                && self.is_within(comment.span)
            {
                return Some(Site::Comment);
            }
        }
        if let Some(echo) = half_typed::empty_echo(self) {
            return Some(echo);
        }
        let is_slot = self.text(tag.name) == "slot" && self.text(name) == "name";
        Some(if is_slot { Site::SlotName { name: inside } } else { Site::AttributeValue { tag, name, value: inside } })
    }
}

/// The inside of a value that may be in quotes, which may not be closed.
fn between_quotes(written: &str, span: Span) -> Span {
    let Some(quote) = written.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return span };
    let is_closed = written.len() > 1 && written.ends_with(quote);
    Span::new(span.start + 1, span.end - u32::from(is_closed))
}
