//! Component tags: `<x-name …>`, `<x-name … />`, `</x-name>`. All other markup is text.

use crate::options::Options;
use crate::problem::{Code, Problem};
use crate::reader::at::role;
use crate::reader::{Reader, Role, Token};
use crate::span::Span;
use crate::tree::{AttributeKind, Directive, Tag, TagEnd};
use crate::word;

impl<'t> Reader<'t> {
    pub(super) fn tag_or_closing_tag(&mut self, at: usize) -> Option<(Token<'t>, usize)> {
        let behind = &self.text[at + 1..];
        if let Some(behind) = behind.strip_prefix('/') {
            let name = at + "</x-".len();
            let len = name_len(behind)?;
            let end = name + len;
            let space = self.text[end..].len() - self.text[end..].trim_start().len();
            if !self.text[end + space..].starts_with('>') {
                return None;
            }
            let span = Span::at(at, end + space + 1);
            return Some((Token::ClosingTag { span, name: &self.text[name..end] }, span.end as usize));
        }
        let name = at + "<x-".len();
        let end = name + name_len(behind)?;
        let goes_on = self.text[end..].chars().next();
        if !goes_on.is_none_or(|c| c.is_whitespace() || matches!(c, '>' | '<') || self.text[end..].starts_with("/>")) {
            return None;
        }
        let tag = self.tag(at, Span::at(name, end));
        let end = tag.span.end as usize;
        Some((Token::Tag(tag), end))
    }

    fn tag(&mut self, start: usize, name: Span) -> Tag {
        let mut attributes = Vec::new();
        let mut at = name.end as usize;
        let end = loop {
            let rest = &self.text[at..];
            let next = at + (rest.len() - rest.trim_start().len());
            match self.text.as_bytes()[next..] {
                [b'/', b'>', ..] => break TagEnd::SelfClosing,
                [b'>', ..] => break TagEnd::Open,
                [] | [b'<', ..] => break TagEnd::Missing,
                _ => {
                    let attribute = self.attribute(next);
                    at = attribute.span.end as usize;
                    attributes.push(attribute);
                }
            }
        };
        if end == TagEnd::Missing {
            // What follows belongs to the text, with the spaces before it.
            self.report_unclosed_tag(Span::at(start, name.end as usize));
        } else {
            let rest = &self.text[at..];
            at += rest.len() - rest.trim_start().len() + end.len() as usize;
        }
        let tag = Tag { span: Span::at(start, at), name, attributes, end };
        self.check_tag(&tag);
        tag
    }

    fn report_unclosed_tag(&mut self, opening: Span) {
        let written = &self.text[opening.range()];
        let problem = Problem::new(Code::UnclosedTag, opening, format!("the tag `{written}` does not end"));
        self.problems.add(problem.help("add `>` or `/>`"));
    }

    fn check_tag(&mut self, tag: &Tag) {
        let block = tag.attributes.iter().find_map(|attribute| match &attribute.kind {
            AttributeKind::Directive(directive) if !stands_alone(self.text, directive, self.options) => {
                Some(directive.name)
            }
            _ => None,
        });
        if let Some(name) = block {
            let message = format!("`{}` cannot stand in a component tag", &self.text[name.range()]);
            let problem = Problem::new(Code::BlockInTag, name, message);
            self.problems.add(problem.help("write `:name=\"condition\"`; a false attribute is left out"));
        }
        let misplaced = tag.attributes.iter().find_map(|attribute| match &attribute.kind {
            AttributeKind::Echo(echo) if !self.text[echo.expression.range()].starts_with("attributes") => {
                Some(attribute.span)
            }
            _ => None,
        });
        if let Some(span) = misplaced {
            let problem = Problem::new(Code::EchoInTag, span, "only `{{ attributes }}` may stand in a component tag");
            self.problems.add(problem.help("write `name=\"{{ … }}\"` or `:name=\"…\"`"));
        }
        let is_dynamic = &self.text[tag.name.range()] == "dynamic-component";
        let names_component = tag.attributes.iter().any(|attribute| match &attribute.kind {
            AttributeKind::Plain { name, value: Some(_) } => &self.text[name.range()] == "component",
            AttributeKind::Bound { name, .. } | AttributeKind::Short { name } => {
                &self.text[name.range()] == "component"
            }
            _ => false,
        });
        if is_dynamic && !names_component && tag.end != TagEnd::Missing {
            let problem = Problem::new(Code::DynamicUnnamed, tag.name, "which component is not said");
            self.problems.add(problem.help("add `:component=\"…\"`"));
        }
    }
}

/// Whether the directive is no part of a block.
pub(crate) fn stands_alone(text: &str, directive: &Directive, options: &Options) -> bool {
    let known = options.find(word::directive_name(&text[directive.name.start as usize + 1..]));
    known.is_none_or(|known| role(text, known, directive.arguments.as_ref()) == Role::Alone)
}

/// Length of the name behind `x-` or `x:` at the start of `text`. A name begins with a letter, so that `a <x-1` is
/// arithmetic.
fn name_len(text: &str) -> Option<usize> {
    let name = text.strip_prefix("x-").or_else(|| text.strip_prefix("x:"))?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| name.find(|c| !is_name(c)).unwrap_or(name.len()))
}
