//! Echoes and comments.

use crate::expression::{self, Until};
use crate::fault::Faulty;
use crate::problem::{Code, Problem};
use crate::reader::Reader;
use crate::span::Span;
use crate::tree::{Comment, Echo, EchoKind};

impl EchoKind {
    fn at(text: &str) -> Option<Self> {
        if text.starts_with("{{{") {
            Some(Self::Triple)
        } else if text.starts_with("{{") {
            Some(Self::Escaped)
        } else {
            text.starts_with("{!!").then_some(Self::Raw)
        }
    }

    fn delimiters(self) -> (&'static str, &'static str) {
        match self {
            Self::Escaped => ("{{", "}}"),
            Self::Raw => ("{!!", "!!}"),
            Self::Triple => ("{{{", "}}}"),
        }
    }
}

impl Reader<'_> {
    /// `at` stands before `{{--`.
    pub(super) fn comment(&mut self, at: usize) -> Comment {
        let body = at + "{{--".len();
        if let Some(close) = self.ends.comment.find(self.text, body) {
            let span = Span::at(at, close + "--}}".len());
            return Comment { span, body: Span::at(body, close), is_closed: true };
        }
        let span = Span::at(at, body);
        self.problems.add(Problem::new(Code::UnclosedComment, span, "this comment does not end").help("add `--}}`"));
        Comment { span, body: Span::at(body, body), is_closed: false }
    }

    /// The echo at `at`; nothing if there is none. Braces with nothing at all between them are text, as in Blade.
    /// Without an end, it does not go beyond `quote`, that of the attribute around it.
    pub(super) fn echo(&mut self, at: usize, quote: Option<char>) -> Option<Echo> {
        let kind = EchoKind::at(&self.text[at..])?;
        let (open, close) = kind.delimiters();
        let body = at + open.len();
        if self.text[body..].starts_with(close) {
            return None;
        }
        let (end, is_closed) = match self.extent(body, Until::Echo(close)) {
            Ok(extent) => (extent.end, true),
            Err(fault) => {
                let line = self.line_end(body);
                let stop = match fault.what {
                    Faulty::Echo | Faulty::Template => fault.reached.min(line),
                    _ => line,
                };
                // A wrong bracket may hide the end, which then is where the bracket is.
                let hidden = if fault.what == Faulty::Closing { fault.at.max(stop) } else { stop };
                match self.echo_end(kind, body).filter(|end| *end <= hidden) {
                    Some(end) => {
                        let within = expression::fault_within(self.text, body, end, self.options);
                        self.report_fault(within.unwrap_or(fault));
                        (end, true)
                    }
                    None => {
                        let stop = quote.and_then(|quote| self.next_quote(quote, body)).map_or(stop, |at| at.min(stop));
                        let span = Span::at(at, body);
                        let message = format!("`{open}` is not closed");
                        let problem = Problem::new(Code::UnclosedEcho, span, message);
                        self.problems.add(problem.help(format!("add `{close}`")));
                        (body + self.text[body..stop].trim_end().len(), false)
                    }
                }
            }
        };
        let echo = Echo {
            kind,
            open: Span::at(at, body),
            body: Span::at(body, end),
            expression: self.echoed(body, end),
            close: is_closed.then(|| Span::at(end, end + close.len())),
        };
        if echo.expression.is_empty() && is_closed {
            let problem = Problem::new(Code::EmptyEcho, echo.span(), "there is nothing to print");
            self.problems.add(problem.help(format!("write an expression, or `@{open}` to print the braces")));
        }
        Some(echo)
    }

    fn echo_end(&mut self, kind: EchoKind, from: usize) -> Option<usize> {
        let finder = match kind {
            EchoKind::Escaped => &mut self.ends.escaped,
            EchoKind::Raw => &mut self.ends.raw,
            EchoKind::Triple => &mut self.ends.triple,
        };
        finder.find(self.text, from)
    }

    /// The expression in the body of an echo.
    fn echoed(&self, start: usize, end: usize) -> Span {
        let body = self.trimmed(start, end);
        match self.text[body.range()].strip_suffix(';') {
            Some(before) => self.trimmed(body.start as usize, body.start as usize + before.len()),
            None => body,
        }
    }

    /// The escaped echo behind the `@` at `at`: its end. Its inside is not read. Without an end, the opening alone.
    pub(super) fn escaped_echo(&mut self, at: usize) -> Option<usize> {
        let behind = &self.text[at + 1..];
        if behind.starts_with("{{--") {
            return None;
        }
        let kind = EchoKind::at(behind)?;
        let (open, close) = kind.delimiters();
        let body = at + 1 + open.len();
        Some(self.echo_end(kind, body).map_or(body, |end| end + close.len()))
    }
}
