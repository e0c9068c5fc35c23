//! The attributes of a component tag.
//!
//! `:name` without a value is nothing special: Rust has no `$`, but a copied `:$name` still works, and a short form of
//! one character less would be taken for a forgotten value. It is an attribute with a colon in its name, and reported.

use crate::expression::{self, Until};
use crate::problem::{Code, Problem};
use crate::reader::Reader;
use crate::span::Span;
use crate::table::Takes;
use crate::tree::{Attribute, AttributeKind, BoundValue, Value};
use crate::word;

impl Reader<'_> {
    /// What stands at `at`, which is neither space nor the end of the tag. Never empty.
    pub(super) fn attribute(&mut self, at: usize) -> Attribute {
        let rest = &self.text[at..];
        let special = match rest.as_bytes() {
            [b'{', ..] if rest.starts_with("{{--") => Some(AttributeKind::Comment(self.comment(at))),
            [b'{', ..] => self.echo(at, None).map(AttributeKind::Echo),
            [b'@', ..] => self.directive_attribute(at),
            [b':', b'$', ..] => self.short(at),
            _ => None,
        };
        let kind = special.unwrap_or_else(|| self.named(at));
        let span = Span::at(at, self.end_of(at, &kind));
        Attribute { span, kind }
    }

    fn end_of(&mut self, at: usize, kind: &AttributeKind) -> usize {
        let end = match kind {
            AttributeKind::Plain { name, value } => value.as_ref().map_or(name.end, |value| value.span.end),
            AttributeKind::Bound { value, .. } => value.span.end,
            AttributeKind::Short { name } => name.end,
            AttributeKind::Echo(echo) => echo.span().end,
            AttributeKind::Directive(directive) => directive.span().end,
            AttributeKind::Comment(comment) => comment.span.end,
            AttributeKind::Stray => {
                let len = self.text[at..].chars().next().map_or(0, char::len_utf8);
                let span = Span::at(at, at + len);
                let written = &self.text[span.range()];
                let problem = Problem::new(Code::MalformedAttribute, span, format!("`{written}` is no attribute"));
                self.problems.add(problem.help("write `name=\"…\"`, or end the tag before"));
                span.end
            }
        };
        end as usize
    }

    /// `@class(…)`. Names that are no directive, or that go on as those of Alpine and Vue do, are plain attributes.
    fn directive_attribute(&mut self, at: usize) -> Option<AttributeKind> {
        let name = word::directive_name(&self.text[at + 1..]);
        let behind = &self.text[at + 1 + name.len()..];
        if behind.starts_with(['=', '.', ':', '-']) {
            return None;
        }
        let known = self.options.find(name)?;
        let name = Span::at(at, at + 1 + name.len());
        let arguments = self.arguments_of(known, name);
        if known.takes == Takes::Required && arguments.is_none() {
            return None;
        }
        let directive = self.completed(name, known, arguments);
        Some(AttributeKind::Directive(directive))
    }

    /// `:$name`
    fn short(&self, at: usize) -> Option<AttributeKind> {
        let start = at + ":$".len();
        let len = word::directive_name(&self.text[start..]).len();
        (len > 0).then(|| AttributeKind::Short { name: Span::at(start, start + len) })
    }

    /// `name`, `name=…`, `:name=…`, `::name=…`. Spaces may stand around the `=` where a quote follows; without quotes
    /// what follows would as well be the next attribute.
    fn named(&mut self, at: usize) -> AttributeKind {
        let end = at + name_len(&self.text[at..]);
        let written = &self.text[at..end];
        if written.is_empty() {
            return AttributeKind::Stray;
        }
        let is_literal = written.starts_with("::");
        let is_bound = written.starts_with(':') && !is_literal && written.len() > 1;
        let name = Span::at(at + usize::from(is_bound || is_literal), end);
        let Some(value) = self.text[end..].trim_start().strip_prefix('=') else {
            if is_bound {
                self.report_bound_without_value(Span::at(at, end));
                return AttributeKind::Plain { name: Span::at(at, end), value: None };
            }
            return AttributeKind::Plain { name, value: None };
        };
        let behind = value.trim_start();
        let is_missing = if behind.len() < value.len() {
            !behind.starts_with(['"', '\''])
        } else {
            behind.is_empty() || behind.starts_with(['<', '>']) || behind.starts_with("/>")
        };
        let start = self.text.len() - behind.len();
        if is_missing {
            let problem = Problem::new(Code::MalformedAttribute, Span::at(at, end), "the value is missing");
            self.problems.add(problem.help(format!("write `{written}=\"…\"`")));
            let after = self.text.len() - value.len();
            let value = Value { span: Span::at(after, after), parts: Vec::new(), is_closed: true };
            return AttributeKind::Plain { name: Span::at(at, end), value: Some(value) };
        }
        if is_bound {
            AttributeKind::Bound { name, value: self.bound(start) }
        } else {
            AttributeKind::Plain { name, value: Some(self.value(start)) }
        }
    }

    fn report_bound_without_value(&mut self, name: Span) {
        let written = &self.text[name.range()];
        let bare = &written[1..];
        let problem = Problem::new(Code::MalformedAttribute, name, format!("`{written}` has no value"));
        self.problems.add(problem.help(format!("write `:${bare}` for the variable, or `::{bare}` for the attribute")));
    }

    /// The expression of a bound attribute. A quote within brackets begins a string; elsewhere it ends the value.
    fn bound(&mut self, start: usize) -> BoundValue {
        let quote = self.text[start..].chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else {
            let rest = &self.text[start..];
            let end = start + rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len());
            let end =
                if rest[..end - start].ends_with('/') && self.text[end..].starts_with('>') { end - 1 } else { end };
            return BoundValue { span: Span::at(start, end), expression: Span::at(start, end) };
        };
        let body = start + 1;
        let end = match self.extent(body, Until::Quote(quote)) {
            Ok(extent) => Some(extent.end),
            Err(fault) => {
                let end = self.next_quote(quote, body);
                if let Some(end) = end {
                    let within = expression::fault_within(self.text, body, end, self.options);
                    self.report_fault(within.unwrap_or(fault));
                }
                end
            }
        };
        let expression = end.unwrap_or_else(|| self.unclosed_value(start));
        let span = Span::at(start, end.map_or(expression, |end| end + 1));
        BoundValue { span, expression: self.trimmed(body.min(expression), expression) }
    }
}

/// Length of an attribute's name: whatever HTML allows, but no braces, which begin echoes.
fn name_len(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '=' | '{' | '}' | '/');
    text.find(ends).unwrap_or(text.len())
}
