//! The literal value of an attribute: text with echoes in it.

use crate::problem::{Code, Problem};
use crate::reader::Reader;
use crate::span::Span;
use crate::tree::{Escape, Part, Value};

impl Reader<'_> {
    /// The value at `start`, in quotes or not. A quote within an echo does not end it.
    pub(super) fn value(&mut self, start: usize) -> Value {
        let quote = self.text[start..].chars().next().filter(|c| matches!(c, '"' | '\''));
        let body = start + quote.map_or(0, char::len_utf8);
        let mut parts = Vec::new();
        let mut text = body;
        let mut at = body;
        loop {
            let rest = &self.text[at..];
            let ends = match quote {
                Some(quote) if self.next_quote(quote, at).is_none() => {
                    let end = self.unclosed_value_from(start, at);
                    push_text(&mut parts, text, end);
                    return Value { span: Span::at(start, end), parts, is_closed: false };
                }
                Some(quote) => rest.starts_with(quote),
                None => rest.is_empty() || rest.starts_with("/>") || rest.starts_with(ends_bare),
            };
            if ends {
                push_text(&mut parts, text, at);
                let end = at + quote.map_or(0, char::len_utf8);
                return Value { span: Span::at(start, end), parts, is_closed: true };
            }
            match self.part(at, quote) {
                Some(part) => {
                    push_text(&mut parts, text, at);
                    at = part.span().end as usize;
                    text = at;
                    parts.push(part);
                }
                None => at += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
    }

    fn part(&mut self, at: usize, quote: Option<char>) -> Option<Part> {
        match self.text.as_bytes()[at] {
            b'{' if self.text[at..].starts_with("{{--") => Some(Part::Comment(self.comment(at))),
            b'{' => self.echo(at, quote).map(Part::Echo),
            b'@' => {
                let end = self.escaped_echo(at)?;
                Some(Part::Escape(Escape { span: Span::at(at, end), shown: Span::at(at + 1, end) }))
            }
            _ => None,
        }
    }

    pub(super) fn next_quote(&mut self, quote: char, from: usize) -> Option<usize> {
        let finder = if quote == '"' { &mut self.ends.double_quote } else { &mut self.ends.single_quote };
        finder.find(self.text, from)
    }

    /// Where the value at `start` is taken to end, without its quote.
    pub(super) fn unclosed_value(&mut self, start: usize) -> usize {
        self.unclosed_value_from(start, start + 1)
    }

    fn unclosed_value_from(&mut self, start: usize, from: usize) -> usize {
        let quote = Span::at(start, start + 1);
        let written = &self.text[quote.range()];
        let problem = Problem::new(Code::MalformedAttribute, quote, "this value does not end");
        self.problems.add(problem.help(format!("add `{written}`")));
        let line = self.line_end(from);
        self.text[from..line].find('>').map_or(line, |end| from + end)
    }
}

/// What ends a value without quotes.
fn ends_bare(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>')
}

fn push_text(parts: &mut Vec<Part>, start: usize, end: usize) {
    if start < end {
        parts.push(Part::Text(Span::at(start, end)));
    }
}
