//! What the arguments of loops and jumps mean.

use crate::problem::{Code, Problem};
use crate::reader::Reader;
use crate::rust_lexer::{Lexeme, RustLexer, Token};
use crate::span::Span;
use crate::table::Kind;
use crate::tree::{Arguments, Detail, LoopHead};

impl Reader<'_> {
    pub(super) fn detail(&mut self, kind: Kind, arguments: &Arguments) -> Detail {
        let inside = Span::new(arguments.span.start + 1, arguments.span.end - u32::from(arguments.is_closed));
        match kind {
            Kind::For | Kind::ForEach | Kind::ForElse => match self.loop_head(inside) {
                Some(head) => Detail::Loop(head),
                None => {
                    if arguments.is_closed {
                        self.report_malformed_loop(arguments.span);
                    }
                    Detail::None
                }
            },
            Kind::Break | Kind::Continue => {
                let condition = self.trimmed(inside.start as usize, inside.end as usize);
                match self.text[condition.range()].parse::<i64>() {
                    // Blade takes nonsense such as 0 for 1.
                    Ok(level) => Detail::Level(u32::try_from(level).unwrap_or(1).max(1)),
                    Err(_) => Detail::Condition(condition),
                }
            }
            _ => Detail::None,
        }
    }

    fn report_malformed_loop(&mut self, arguments: Span) {
        let problem = Problem::new(Code::MalformedLoop, arguments, "this is no head of a loop");
        let help = if self.text[arguments.range()].contains(';') {
            "write `(i in 0..10)`"
        } else {
            "write `(post in posts)` or `(posts as post)`"
        };
        self.problems.add(problem.help(help));
    }

    /// Rust's order is recognized by the first `in`, Blade's by the last `as`: before it there may be casts.
    fn loop_head(&self, inside: Span) -> Option<LoopHead> {
        let (start, end) = (inside.start as usize, inside.end as usize);
        let words = self.outer_words(start, end);
        if let Some(separator) = words.iter().find(|token| &self.text[token.start..token.end] == "in") {
            let pattern = self.trimmed(start, separator.start);
            return head(self.trimmed(separator.end, end), None, pattern);
        }
        let is_as = |token: &&Token| self.text[token.start..token.end].eq_ignore_ascii_case("as");
        let separator = words.iter().rev().find(is_as)?;
        let values = self.trimmed(start, separator.start);
        let arrow = words.iter().find(|token| token.start > separator.end && token.lexeme == Lexeme::Punct);
        match arrow {
            Some(arrow) => {
                let key = self.trimmed(separator.end, arrow.start);
                head(values, Some(key), self.trimmed(arrow.end, end))
            }
            None => head(values, None, self.trimmed(separator.end, end)),
        }
    }

    /// Words outside of brackets, and `=>` as one token.
    fn outer_words(&self, start: usize, end: usize) -> Vec<Token> {
        let mut lexer = RustLexer::new(self.text, start, end);
        let mut depth = 0_usize;
        let mut words = Vec::new();
        while let Ok(Some(token)) = lexer.next() {
            match token.lexeme {
                Lexeme::Open => depth += 1,
                Lexeme::Close => depth = depth.saturating_sub(1),
                Lexeme::Word if depth == 0 => words.push(token),
                Lexeme::Punct if depth == 0 && self.text[token.start..end].starts_with("=>") => {
                    words.push(Token { end: token.end + 1, ..token });
                }
                _ => {}
            }
        }
        words
    }
}

fn head(values: Span, key: Option<Span>, pattern: Span) -> Option<LoopHead> {
    let is_complete = !values.is_empty() && !pattern.is_empty() && key.is_none_or(|key| !key.is_empty());
    is_complete.then_some(LoopHead { values, key, pattern })
}
