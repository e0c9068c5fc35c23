//! From text to the pieces that have a place in a structure: text, echoes, directives, tags. Reads forward only.
//!
//! A piece that does not end is cut off where it surely ended, and reading goes on there. Looking for an end that does
//! not exist costs time; a text may spend a few times its length on that, and afterwards every search is short. So the
//! time to read is linear in the text, whatever it is.

mod arguments;
mod at;
mod attribute;
mod echo;
mod loops;
mod raw;
mod tag;
mod value;

use crate::expression::{self, Extent, Until};
use crate::fault::{Fault, Faulty};
use crate::find::Finder;
use crate::options::Options;
use crate::problem::{Code, Problem};
use crate::problems::{Problems, Reported};
use crate::span::Span;
use crate::tree::{Directive, Node, Tag};

pub(crate) use tag::stands_alone;

/// What a directive does here, given its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Alone,
    Opener,
    Branch,
    Closer,
}

#[derive(Debug)]
pub(crate) enum Token<'t> {
    /// Has no influence on the structure.
    Node(Node),
    Directive(Directive, Role),
    /// A directive without the arguments that it needs, or the opening of a raw text without end.
    Broken(Directive, Reported),
    /// An unknown name, read as the directive that it is taken for.
    Misspelt(Directive, Role, Reported),
    Tag(Tag),
    ClosingTag {
        span: Span,
        name: &'t str,
    },
}

/// Bytes that may be read in vain, as a multiple of the text's length, before searches become short.
const VAIN: usize = 4;
/// How far a search then goes.
const SHORT: usize = 128;

pub(crate) struct Reader<'t> {
    pub(crate) text: &'t str,
    pub(crate) options: &'t Options,
    pub(crate) problems: Problems,
    at: usize,
    waiting: Option<Token<'t>>,
    spare: usize,
    ends: Ends,
}

/// Searches that are repeated.
struct Ends {
    line: Finder,
    comment: Finder,
    escaped: Finder,
    raw: Finder,
    triple: Finder,
    double_quote: Finder,
    single_quote: Finder,
    verbatim: Finder,
    rust: Finder,
    php: Finder,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t str, options: &'t Options) -> Self {
        let ends = Ends {
            line: Finder::new("\n"),
            comment: Finder::new("--}}"),
            escaped: Finder::new("}}"),
            raw: Finder::new("!!}"),
            triple: Finder::new("}}}"),
            double_quote: Finder::new("\""),
            single_quote: Finder::new("'"),
            verbatim: Finder::new("@endverbatim"),
            rust: Finder::new("@endrust"),
            php: Finder::new("@endphp"),
        };
        let spare = VAIN * text.len();
        Self { text, options, problems: Problems::default(), at: 0, waiting: None, spare, ends }
    }

    pub(crate) fn next(&mut self) -> Option<Token<'t>> {
        if let Some(token) = self.waiting.take() {
            return Some(token);
        }
        let start = self.at;
        let mut from = start;
        while let Some(found) = self.text.as_bytes()[from..].iter().position(|byte| matches!(byte, b'@' | b'{' | b'<'))
        {
            let at = from + found;
            match self.piece(at) {
                Some((token, end)) => {
                    debug_assert!(end > at, "a piece has a length");
                    self.at = end;
                    if at == start {
                        return Some(token);
                    }
                    self.waiting = Some(token);
                    return Some(Token::Node(Node::Text(Span::at(start, at))));
                }
                None => from = at + 1,
            }
        }
        self.at = self.text.len();
        (start < self.at).then(|| Token::Node(Node::Text(Span::at(start, self.at))))
    }

    /// What begins at `at`, with its end; nothing if that is text.
    fn piece(&mut self, at: usize) -> Option<(Token<'t>, usize)> {
        match self.text.as_bytes()[at] {
            b'@' => self.at_sign(at),
            b'{' if self.text[at..].starts_with("{{--") => {
                let comment = self.comment(at);
                Some((Token::Node(Node::Comment(comment)), comment.span.end as usize))
            }
            b'{' => self.echo(at, None).map(|echo| (Token::Node(Node::Echo(echo)), echo.span().end as usize)),
            _ => self.tag_or_closing_tag(at),
        }
    }

    /// Where an expression ends, within what may be spent on it.
    fn extent(&mut self, start: usize, until: Until) -> Result<Extent, Fault> {
        let limit = if self.spare > 0 { self.text.len() } else { self.floor(start + SHORT) };
        let found = expression::extent(self.text, start, limit, until, self.options);
        if let Err(fault) = &found {
            self.spare = self.spare.saturating_sub(fault.reached - start);
        }
        found
    }

    fn line_end(&mut self, from: usize) -> usize {
        self.ends.line.find(self.text, from).unwrap_or(self.text.len())
    }

    fn floor(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Without whitespace at the ends. An empty span stays where it begins.
    fn trimmed(&self, start: usize, end: usize) -> Span {
        let text = &self.text[start..end];
        let start = start + (text.len() - text.trim_start().len());
        Span::at(start.min(end), start.min(end) + text.trim().len())
    }

    fn report_fault(&mut self, fault: Fault) {
        let len = self.text[fault.at..].chars().next().map_or(0, char::len_utf8);
        let (code, message, help) = match fault.what {
            Faulty::Text => (Code::MalformedExpression, "this string does not end", "add its closing quote"),
            Faulty::Comment => (Code::MalformedExpression, "this comment does not end", "add `*/`"),
            Faulty::Bracket | Faulty::Template | Faulty::End => {
                (Code::MalformedExpression, "this bracket is not closed", "close it before the expression ends")
            }
            Faulty::Closing => {
                (Code::MalformedExpression, "this bracket closes nothing", "remove it, or open one of its kind before")
            }
            Faulty::Echo => (
                Code::MalformedExpression,
                "an expression cannot contain an echo",
                "write the value itself, without the braces",
            ),
            Faulty::Deep => (Code::TooDeep, "too many brackets within each other", "compute the value in Rust"),
        };
        self.problems.add(Problem::new(code, Span::at(fault.at, fault.at + len), message).help(help));
    }
}
