//! Finds the end of a Rust expression inside of a template, and where it falls into arguments.
//!
//! An expression ends at its closer outside of all brackets, strings and comments. It surely does not go on at `{{`,
//! `{!!`, `</` or `@` with the name of a directive: there reading stops, so that one missing bracket does not swallow
//! the rest of a file.

use crate::fault::{Fault, Faulty};
use crate::limits::NESTING_MAX;
use crate::options::Options;
use crate::rust_lexer::{Lexeme, RustLexer, Token};
use crate::word;

/// What ends an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// The bracket that matches the first one.
    Bracket,
    /// The end of an echo.
    Echo(&'static str),
    /// The quote of an attribute's value, outside of brackets: within them it begins a string.
    Quote(char),
    /// The end of the text that may be read.
    End,
}

/// Where an expression ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Offset of what ends it; behind it for [`Until::Bracket`].
    pub(crate) end: usize,
    /// Offsets of the commas between arguments, for [`Until::Bracket`].
    pub(crate) commas: Vec<usize>,
}

/// Reads an expression from `start`, not beyond `limit`.
pub(crate) fn extent(text: &str, start: usize, limit: usize, until: Until, options: &Options) -> Result<Extent, Fault> {
    let mut lexer = RustLexer::new(text, start, limit);
    if let Until::Echo(close) = until {
        lexer = lexer.with_comments_until(close);
    }
    let mut brackets = Brackets { text, open: Vec::new(), arguments: Arguments::default() };
    loop {
        if brackets.open.is_empty() && ends(lexer.rest(), until) {
            return Ok(Extent { end: lexer.at, commas: Vec::new() });
        }
        if let Some(what) = stops(text, lexer.at, lexer.rest(), options) {
            return Err(Fault { what, at: brackets.blamed(lexer.at, what), reached: lexer.at });
        }
        lexer.word_stop = match until {
            Until::Quote(quote) if brackets.open.is_empty() => Some(quote),
            _ => None,
        };
        let Some(token) = lexer.next()? else {
            let what = if brackets.open.is_empty() { Faulty::End } else { Faulty::Bracket };
            return Err(Fault { what, at: brackets.blamed(lexer.at, what), reached: lexer.at });
        };
        brackets.take(token)?;
        if until == Until::Bracket && brackets.open.is_empty() {
            return Ok(Extent { end: token.end, commas: brackets.arguments.commas });
        }
    }
}

/// What is wrong within a piece of text that holds one whole expression.
pub(crate) fn fault_within(text: &str, start: usize, end: usize, options: &Options) -> Option<Fault> {
    extent(text, start, end, Until::End, options).err().filter(|fault| fault.what != Faulty::End)
}

fn ends(rest: &str, until: Until) -> bool {
    match until {
        Until::Bracket | Until::End => false,
        Until::Echo(close) => rest.starts_with(close),
        Until::Quote(quote) => rest.starts_with(quote),
    }
}

fn stops(text: &str, at: usize, rest: &str, options: &Options) -> Option<Faulty> {
    match rest.as_bytes() {
        [b'{', b'{', ..] | [b'{', b'!', b'!', ..] => Some(Faulty::Echo),
        [b'<', b'/', ..] => Some(Faulty::Template),
        [b'@', ..] => {
            let name = word::directive_name(&rest[1..]);
            (!word::is_behind_word(text, at) && options.find(name).is_some()).then_some(Faulty::Template)
        }
        _ => None,
    }
}

struct Brackets<'t> {
    text: &'t str,
    open: Vec<usize>,
    arguments: Arguments,
}

/// Finds the commas that separate arguments: not those of generic arguments or of a closure's parameters.
#[derive(Default)]
struct Arguments {
    commas: Vec<usize>,
    /// The last two significant tokens, as text.
    before: [&'static str; 2],
    angles: usize,
    in_closure: bool,
}

impl Brackets<'_> {
    fn take(&mut self, token: Token) -> Result<(), Fault> {
        match token.lexeme {
            Lexeme::Open if self.open.len() == NESTING_MAX => {
                return Err(Fault { what: Faulty::Deep, at: token.start, reached: token.end });
            }
            Lexeme::Open => self.open.push(token.start),
            Lexeme::Close => {
                let opener = self.open.pop().map(|at| self.text.as_bytes()[at]);
                if !matches!(
                    (opener, self.text.as_bytes()[token.start]),
                    (Some(b'('), b')') | (Some(b'['), b']') | (Some(b'{'), b'}')
                ) {
                    return Err(Fault { what: Faulty::Closing, at: token.start, reached: token.end });
                }
            }
            _ => {}
        }
        if token.is_significant() && self.open.len() == 1 {
            self.arguments.take(token, &self.text[token.start..token.end]);
        }
        Ok(())
    }

    /// What to underline: the innermost open bracket where one is missing.
    fn blamed(&self, at: usize, what: Faulty) -> usize {
        match (what, self.open.last()) {
            (Faulty::Template | Faulty::Bracket, Some(open)) => *open,
            _ => at,
        }
    }
}

impl Arguments {
    /// `token` is directly within the outermost bracket, or is that bracket, or closes a bracket within it.
    fn take(&mut self, token: Token, text: &str) {
        let [second, last] = self.before;
        let begins = matches!(last, "" | "(" | "," | "move");
        match text {
            "<" if self.angles > 0 || (second == ":" && last == ":") => self.angles += 1,
            ">" if !matches!(last, "-" | "=") => self.angles = self.angles.saturating_sub(1),
            "|" if self.in_closure => self.in_closure = false,
            "|" if begins => self.in_closure = true,
            "," if self.angles == 0 && !self.in_closure => self.commas.push(token.start),
            _ => {}
        }
        let known = ["(", ",", "move", ":", "-", "=", "<"];
        let seen = known.into_iter().find(|word| *word == text).unwrap_or("other");
        self.before = [last, seen];
    }
}
