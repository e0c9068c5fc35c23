//! The tokens of a Rust expression inside of a template, as far as it takes to know where the expression ends.
//!
//! One thing is not Rust: a name in single quotes, `'title'`, is a string, as Blade's users write it. What Rust reads
//! as a lifetime or a label stays one: behind `&`, `<`, `+`, `break` and `continue`, before `>`, and before `: loop`.

use crate::fault::{Fault, Faulty};
use crate::span::Span;

/// The tokens of a piece of Rust within a template, up to where it cannot be read.
#[must_use]
pub fn lex(text: &str, span: Span) -> Vec<(Lexeme, Span)> {
    let mut lexer = RustLexer::new(text, span.start as usize, span.end as usize);
    let next = || lexer.next().ok().flatten().map(|token| (token.lexeme, Span::at(token.start, token.end)));
    std::iter::from_fn(next).collect()
}

/// A kind of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lexeme {
    Space,
    Comment,
    /// An identifier, a keyword or a number.
    Word,
    Lifetime,
    /// Text, in any quotes.
    Literal,
    /// `(`, `[`, `{`
    Open,
    Close,
    Punct,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) lexeme: Lexeme,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn is_significant(&self) -> bool {
        !matches!(self.lexeme, Lexeme::Space | Lexeme::Comment)
    }
}

pub(crate) struct RustLexer<'t> {
    text: &'t str,
    pub(crate) at: usize,
    end: usize,
    /// The last token that is neither space nor comment.
    previous: Option<Token>,
    /// Ends a line comment before the line does: in an echo it would hide the echo's end.
    comment_stop: Option<&'static str>,
    /// What ends the text if it stands behind a word: `:a="b"` holds no byte string.
    pub(crate) word_stop: Option<char>,
}

impl<'t> RustLexer<'t> {
    pub(crate) fn new(text: &'t str, start: usize, end: usize) -> Self {
        Self { text, at: start, end, previous: None, comment_stop: None, word_stop: None }
    }

    pub(crate) fn with_comments_until(mut self, stop: &'static str) -> Self {
        self.comment_stop = Some(stop);
        self
    }

    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    /// The next token, or nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Token>, Fault> {
        let start = self.at;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let (lexeme, len) = match first {
            c if c.is_whitespace() => (Lexeme::Space, run(rest, char::is_whitespace)),
            '/' if rest.starts_with("//") => (Lexeme::Comment, self.line_comment(rest)),
            '/' if rest.starts_with("/*") => {
                (Lexeme::Comment, block_comment(rest).ok_or_else(|| self.unclosed(Faulty::Comment, 0))?)
            }
            '"' => (Lexeme::Literal, quoted(rest, '"').ok_or_else(|| self.unclosed(Faulty::Text, 0))?),
            '\'' => self.apostrophe(rest)?,
            '(' | '[' | '{' => (Lexeme::Open, 1),
            ')' | ']' | '}' => (Lexeme::Close, 1),
            c if is_word(c) => self.word(rest)?,
            c => (Lexeme::Punct, c.len_utf8()),
        };
        self.at = start + len;
        let token = Token { lexeme, start, end: self.at };
        if token.is_significant() {
            self.previous = Some(token);
        }
        Ok(Some(token))
    }

    fn unclosed(&self, what: Faulty, behind: usize) -> Fault {
        Fault { what, at: self.at + behind, reached: self.end }
    }

    fn line_comment(&self, rest: &str) -> usize {
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        self.comment_stop.and_then(|stop| line.find(stop)).unwrap_or(line.len())
    }

    /// An identifier, or a literal with a prefix.
    fn word(&self, rest: &str) -> Result<(Lexeme, usize), Fault> {
        let len = run(rest, is_word);
        let (word, behind) = rest.split_at(len);
        if self.word_stop.is_some_and(|stop| behind.starts_with(stop)) {
            return Ok((Lexeme::Word, len));
        }
        let hashes = run(behind, |c| c == '#');
        let is_raw = matches!(word, "r" | "br" | "cr");
        if is_raw && behind[hashes..].starts_with('"') {
            let body = len + hashes + 1;
            let close = raw_end(&rest[body..], hashes).ok_or_else(|| self.unclosed(Faulty::Text, 0))?;
            return Ok((Lexeme::Literal, body + close));
        }
        if word == "r" && hashes == 1 && behind[1..].starts_with(is_word) {
            return Ok((Lexeme::Word, len + 1 + run(&behind[1..], is_word)));
        }
        if matches!(word, "b" | "c") && behind.starts_with('"') {
            let body = quoted(behind, '"').ok_or_else(|| self.unclosed(Faulty::Text, 0))?;
            return Ok((Lexeme::Literal, len + body));
        }
        if word == "b" && behind.starts_with('\'') {
            let body = quoted(behind, '\'').ok_or_else(|| self.unclosed(Faulty::Text, 0))?;
            return Ok((Lexeme::Literal, len + body));
        }
        Ok((Lexeme::Word, len))
    }

    /// A character, a lifetime, a label, or a string as Blade writes it.
    fn apostrophe(&self, rest: &str) -> Result<(Lexeme, usize), Fault> {
        let inside = &rest[1..];
        let first = inside.chars().next();
        if let Some(c) = first
            && !matches!(c, '\'' | '\\')
            && inside[c.len_utf8()..].starts_with('\'')
        {
            return Ok((Lexeme::Literal, c.len_utf8() + 2));
        }
        let name = run(inside, is_word);
        let behind = &inside[name..];
        if name > 0 && !behind.starts_with('\'') && (self.expects_lifetime() || ends_lifetime(behind)) {
            return Ok((Lexeme::Lifetime, 1 + name));
        }
        match quoted_in_line(rest) {
            Ok(len) => Ok((Lexeme::Literal, len)),
            Err(read) => Err(Fault { what: Faulty::Text, at: self.at, reached: self.at + read }),
        }
    }

    fn expects_lifetime(&self) -> bool {
        let previous = self.previous.map_or("", |token| &self.text[token.start..token.end]);
        matches!(previous, "&" | "<" | "+" | "break" | "continue")
    }
}

/// What follows a lifetime or label and no string.
fn ends_lifetime(behind: &str) -> bool {
    if behind.starts_with('>') {
        return true;
    }
    let Some(behind) = behind.strip_prefix(':') else { return false };
    let behind = behind.trim_start();
    ["loop", "for", "while", "{"].iter().any(|word| behind.starts_with(word))
}

/// Bytes at the start that fit.
fn run(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}

/// A letter, digit or `_`, or anything outside of ASCII: which of those Rust allows does not matter here.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

/// Length of a quoted text with its quotes; `\` protects what follows it.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut protected = false;
    for (at, c) in text.char_indices().skip(1) {
        if protected {
            protected = false;
        } else if c == '\\' {
            protected = true;
        } else if c == quote {
            return Some(at + 1);
        }
    }
    None
}

/// Length of a text in single quotes that ends in its line, or of what was read in vain.
fn quoted_in_line(text: &str) -> Result<usize, usize> {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\'' => return Ok(at + 1),
            b'\n' => return Err(at),
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    Err(text.len())
}

/// Length of the rest of a raw string: up to its quote and as many `#`.
fn raw_end(text: &str, hashes: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(quote) = text[from..].find('"') {
        let behind = from + quote + 1;
        let found = run(&text[behind..], |c| c == '#');
        if found >= hashes {
            return Some(behind + hashes);
        }
        from = behind + found;
    }
    None
}

/// Length of a block comment; they nest.
fn block_comment(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" if depth == 1 => return Some(at + 2),
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
    }
    None
}
