//! A tree and its problems as text, for people to compare. Rust is between backticks, text between quotes.

use std::fmt::Write;

use forge_codegen::tree::{
    Arguments, AttributeKind, Block, Component, Detail, Directive, Echo, EchoKind, Node, Part, Slot, Stray, Tag, TagEnd,
};
use forge_codegen::{LineIndex, Problem, Span, Template};

pub(crate) fn outline(template: &Template) -> String {
    let mut outline = Outline { template, text: String::new(), depth: 0 };
    outline.nodes(template.nodes());
    let lines = LineIndex::new(template.source());
    for problem in template.problems() {
        outline.problem(problem, &lines);
    }
    outline.text
}

struct Outline<'t> {
    template: &'t Template,
    text: String,
    depth: usize,
}

impl Outline<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:width$}{line}", "", width = self.depth * 2);
    }

    fn code(&self, span: Span) -> String {
        format!("`{}`", self.template.text(span))
    }

    fn quoted(&self, span: Span) -> String {
        format!("{:?}", self.template.text(span))
    }

    fn within(&mut self, nodes: &[Node]) {
        self.depth += 1;
        self.nodes(nodes);
        self.depth -= 1;
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(span) => self.line(&self.quoted(*span)),
                Node::Comment(comment) => {
                    self.line(&format!("comment {}{}", self.quoted(comment.body), unless_closed(comment.is_closed)));
                }
                Node::Raw(raw) => {
                    self.line(&format!("raw {} {}", self.template.text(raw.opener.name), self.quoted(raw.body)));
                }
                Node::Echo(echo) => self.line(&self.echo(echo)),
                Node::Escape(escape) => self.line(&format!("escape {}", self.quoted(escape.shown))),
                Node::Directive(directive) => self.line(&self.directive(directive)),
                Node::Block(block) => self.block(block),
                Node::Component(component) => self.component(component),
                Node::Slot(slot) => self.slot(slot),
                Node::Stray(stray) => self.stray(stray),
            }
        }
    }

    fn block(&mut self, block: &Block) {
        for branch in &block.branches {
            self.line(&self.directive(&branch.head));
            self.within(&branch.children);
        }
        match &block.close {
            Some(close) => self.line(&self.directive(close)),
            None => self.line("(not closed)"),
        }
    }

    fn component(&mut self, component: &Component) {
        self.line(&format!("component {}", self.tag(&component.tag)));
        self.within(&component.children);
        self.tag_end(&component.tag, component.close);
    }

    fn slot(&mut self, slot: &Slot) {
        let name = slot.name.map_or_else(|| "default".to_owned(), |name| self.quoted(name));
        self.line(&format!("slot {name}: {}", self.tag(&slot.tag)));
        self.within(&slot.children);
        self.tag_end(&slot.tag, slot.close);
    }

    fn tag_end(&mut self, tag: &Tag, close: Option<Span>) {
        match (tag.end, close) {
            (TagEnd::SelfClosing, None) => {}
            (_, Some(close)) => self.line(self.template.text(close)),
            (_, None) => self.line("(not closed)"),
        }
    }

    fn stray(&mut self, stray: &Stray) {
        let what = match stray {
            Stray::Directive(directive) => self.directive(directive),
            Stray::Tag(tag) => self.tag(tag),
            Stray::ClosingTag(span) => self.template.text(*span).to_owned(),
        };
        self.line(&format!("stray {what}"));
    }

    fn directive(&self, directive: &Directive) -> String {
        let mut text = self.template.text(directive.name).to_owned();
        if let Some(arguments) = &directive.arguments {
            text.push_str(&self.arguments(arguments));
        }
        match directive.detail {
            Detail::None => {}
            Detail::Loop(head) => {
                let key = head.key.map(|key| format!("{} => ", self.code(key))).unwrap_or_default();
                let _ = write!(text, " loop {key}{} in {}", self.code(head.pattern), self.code(head.values));
            }
            Detail::Level(level) => {
                let _ = write!(text, " level {level}");
            }
            Detail::Condition(condition) => {
                let _ = write!(text, " if {}", self.code(condition));
            }
        }
        text
    }

    fn arguments(&self, arguments: &Arguments) -> String {
        let list: Vec<String> = arguments.list.iter().map(|span| self.code(*span)).collect();
        format!("({}{}", list.join(", "), if arguments.is_closed { ")" } else { "" })
    }

    fn echo(&self, echo: &Echo) -> String {
        let kind = match echo.kind {
            EchoKind::Escaped => "echo",
            EchoKind::Raw => "raw echo",
            EchoKind::Triple => "triple echo",
        };
        format!("{kind} {}{}", self.code(echo.expression), unless_closed(echo.close.is_some()))
    }

    fn tag(&self, tag: &Tag) -> String {
        let mut text = self.template.text(tag.name).to_owned();
        for attribute in &tag.attributes {
            let _ = write!(text, " [{}]", self.attribute(&attribute.kind, attribute.span));
        }
        match tag.end {
            TagEnd::Open => {}
            TagEnd::SelfClosing => text.push_str(" /"),
            TagEnd::Missing => text.push_str(" (not closed)"),
        }
        text
    }

    fn attribute(&self, kind: &AttributeKind, span: Span) -> String {
        match kind {
            AttributeKind::Plain { name, value: None } => self.template.text(*name).to_owned(),
            AttributeKind::Plain { name, value: Some(value) } => {
                let parts: Vec<String> = value.parts.iter().map(|part| self.part(part)).collect();
                let name = self.template.text(*name);
                format!("{name} = {}{}", parts.join(" + "), unless_closed(value.is_closed))
            }
            AttributeKind::Bound { name, value } => {
                format!(":{} = {}", self.template.text(*name), self.code(value.expression))
            }
            AttributeKind::Short { name } => format!(":{}", self.template.text(*name)),
            AttributeKind::Echo(echo) => self.echo(echo),
            AttributeKind::Directive(directive) => self.directive(directive),
            AttributeKind::Comment(comment) => format!("comment {}", self.quoted(comment.body)),
            AttributeKind::Stray => format!("stray {}", self.quoted(span)),
        }
    }

    fn part(&self, part: &Part) -> String {
        match part {
            Part::Text(span) => self.quoted(*span),
            Part::Echo(echo) => self.echo(echo),
            Part::Escape(escape) => format!("escape {}", self.quoted(escape.shown)),
            Part::Comment(comment) => format!("comment {}", self.quoted(comment.body)),
        }
    }

    fn problem(&mut self, problem: &Problem, lines: &LineIndex<'_>) {
        let place = |span: Span| {
            let position = lines.position(span.start);
            format!("{}:{} {:?}", position.line, position.char, self.template.text(span))
        };
        let mut text = format!("! {} {}: {}\n", problem.code, place(problem.span), problem.message);
        if let Some(help) = &problem.help {
            let _ = writeln!(text, "    help: {help}");
        }
        for (span, what) in &problem.related {
            let _ = writeln!(text, "    {}: {what}", place(*span));
        }
        self.text.push_str(&text);
    }
}

fn unless_closed(is_closed: bool) -> &'static str {
    if is_closed { "" } else { " (not closed)" }
}
