//! What stands at an offset of an expression. Reads the text from the expression's start to the cursor, so that it works on what
//! no parser takes yet: `post.author.`, `route('po`, `value | tru`.

use forge_codegen::{Kind, Span, Template, tree::Directive};

use super::NameKind;

/// A place in Rust.
#[derive(Debug)]
pub(crate) struct Code<'t> {
    /// Everything between the delimiters: of an echo, of a directive's parenthesis, of an attribute's quotes.
    pub(crate) whole: Span,
    /// In whose parenthesis this is, and which argument.
    pub(crate) argument: Option<(&'t Directive, usize)>,
    pub(crate) site: CodeSite,
    /// The brackets that are open at the place, outermost first, within [`Self::whole`].
    pub(crate) brackets: Vec<Bracket>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeSite {
    /// The start of a name, or where one could stand. Empty without one.
    Name { word: Span },
    /// A field or method: `post.author.na`.
    Member {
        /// `post.author`
        receiver: Span,
        word: Span,
    },
    /// Behind `|` of an echo.
    Filter {
        /// What it is applied to, with all filters before it.
        value: Span,
        word: Span,
    },
    /// Text in quotes.
    Text {
        /// Between the quotes.
        text: Span,
        /// What it names, where that is known.
        names: Option<NameKind>,
    },
    /// A name that the template gives: behind `as`, before `in`.
    Binding { word: Span },
    /// The key of `{ name: value }`.
    Key { word: Span },
    /// Numbers, comments, a path's next segment.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bracket {
    pub(crate) at: u32,
    pub(crate) byte: u8,
    /// The word before a parenthesis: `route` in `route(`.
    pub(crate) callee: Option<Span>,
    /// Whether the word stands behind a dot.
    pub(crate) is_method: bool,
    /// How many arguments are complete.
    pub(crate) commas: usize,
}

/// What a scan of the text before the cursor found.
struct Scan<'t> {
    source: &'t str,
    start: usize,
    at: usize,
    offset: usize,
    brackets: Vec<Bracket>,
    commas: usize,
    /// Bars outside of brackets that may begin a filter.
    bars: Vec<usize>,
    /// Where the text or comment began that the cursor stands in.
    text: Option<(usize, char)>,
    in_comment: bool,
    /// The end of the last significant token.
    last: Option<usize>,
    /// In parameters of a closure.
    in_closure: bool,
}

impl<'t> Code<'t> {
    pub(super) fn of_echo(template: &'t Template, whole: Span, offset: u32) -> Self {
        let mut code = Self::of_value(template, whole, offset);
        let scan = Scan::run(template.source(), whole, offset);
        if let CodeSite::Name { word } = code.site
            && let Some(bar) = scan.bars.last()
            && template.source()[bar + 1..word.start as usize].trim().is_empty()
        {
            let source = template.source();
            let start = whole.start as usize + leading_space(&source[whole.start as usize..*bar]);
            let value = Span::new(start as u32, start as u32 + source[start..*bar].trim_end().len() as u32);
            code.site = CodeSite::Filter { value, word };
        }
        code
    }

    pub(super) fn of_value(template: &'t Template, whole: Span, offset: u32) -> Self {
        let scan = Scan::run(template.source(), whole, offset);
        let site = scan.site(whole, None);
        Self { whole, argument: None, site, brackets: scan.brackets }
    }

    pub(super) fn of_block(template: &'t Template, whole: Span, offset: u32) -> Self {
        let mut code = Self::of_value(template, whole, offset);
        if let CodeSite::Name { word } = code.site {
            let before = template.source()[whole.start as usize..word.start as usize].trim_end();
            let before = before.strip_suffix(" mut").unwrap_or(before);
            if before.ends_with(" let") || before == "let" || before.ends_with("\nlet") {
                code.site = CodeSite::Binding { word };
            }
        }
        code
    }

    pub(super) fn of_arguments(template: &'t Template, whole: Span, offset: u32, directive: &'t Directive) -> Self {
        let scan = Scan::run(template.source(), whole, offset);
        let argument = (directive, scan.commas);
        let mut site = scan.site(whole, Some((directive.kind, scan.commas)));
        if let CodeSite::Name { word } = site
            && matches!(directive.kind, Kind::ForEach | Kind::For | Kind::ForElse)
            && is_binding(template.source(), whole, word)
        {
            site = CodeSite::Binding { word };
        }
        Self { whole, argument: Some(argument), site, brackets: scan.brackets }
    }

    /// The function whose arguments the place is in, with the index of the argument. Not of a method.
    #[must_use]
    pub(crate) fn call<'s>(&self, source: &'s str) -> Option<(&'s str, usize)> {
        let bracket = self.brackets.iter().rev().find(|bracket| bracket.callee.is_some())?;
        let callee = bracket.callee.filter(|_| !bracket.is_method)?;
        Some((&source[callee.range()], bracket.commas))
    }
}

impl<'t> Scan<'t> {
    fn run(source: &'t str, whole: Span, offset: u32) -> Self {
        let start = whole.start as usize;
        let mut scan = Self {
            source,
            start,
            at: start,
            offset: (offset as usize).max(start),
            brackets: Vec::new(),
            commas: 0,
            bars: Vec::new(),
            text: None,
            in_comment: false,
            last: None,
            in_closure: false,
        };
        while scan.at < scan.offset && scan.text.is_none() && !scan.in_comment {
            scan.step();
        }
        scan
    }

    fn step(&mut self) {
        let rest = &self.source[self.at..self.offset];
        let Some(c) = rest.chars().next() else { return };
        match c {
            '"' | '\'' => return self.text(c),
            '/' if rest.starts_with("//") => return self.comment(rest.find('\n')),
            '/' if rest.starts_with("/*") => return self.comment(rest.find("*/").map(|end| end + 2)),
            '(' | '[' | '{' => self.open(c),
            ')' | ']' | '}' => drop(self.brackets.pop()),
            ',' if !self.in_closure => match self.brackets.last_mut() {
                Some(bracket) => bracket.commas += 1,
                None => self.commas += 1,
            },
            '|' if rest.starts_with("||") => {
                self.at += 2;
                self.last = Some(self.at);
                return;
            }
            '|' if self.in_closure => self.in_closure = false,
            '|' if self.ends_operand() && self.brackets.is_empty() => self.bars.push(self.at),
            '|' if self.ends_operand() => {}
            '|' => self.in_closure = true,
            _ => {}
        }
        self.at += c.len_utf8();
        if !c.is_whitespace() {
            self.last = Some(self.at);
        }
    }

    /// Whether a value ends before this place.
    fn ends_operand(&self) -> bool {
        let before = self.last.map_or("", |end| &self.source[self.start..end]);
        before.ends_with(|c: char| c == '_' || c.is_alphanumeric() || matches!(c, ')' | ']' | '}' | '"' | '\'' | '?'))
    }

    fn open(&mut self, c: char) {
        let before = self.source[self.start..self.at].trim_end();
        let name = &before[before.trim_end_matches(is_word).len()..];
        let end = (self.start + before.len()) as u32;
        let is_call = c == '(' && name.starts_with(|c: char| c == '_' || c.is_alphabetic());
        let callee = is_call.then(|| Span::new(end - name.len() as u32, end));
        let is_method = before[..before.len() - name.len()].trim_end().ends_with('.');
        self.brackets.push(Bracket { at: self.at as u32, byte: c as u8, callee, is_method, commas: 0 });
    }

    fn comment(&mut self, end: Option<usize>) {
        match end {
            Some(end) => self.at += end,
            None => self.in_comment = true,
        }
    }

    /// Goes behind the text that begins here, or stays in it. Single quotes are text in Forge.
    fn text(&mut self, quote: char) {
        let mut chars = self.source[self.at + 1..self.offset].char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => drop(chars.next()),
                c if c == quote => {
                    self.at += 1 + at + quote.len_utf8();
                    self.last = Some(self.at);
                    return;
                }
                _ => {}
            }
        }
        self.text = Some((self.at + 1, quote));
    }

    fn site(&self, whole: Span, argument: Option<(Kind, usize)>) -> CodeSite {
        if self.in_comment {
            return CodeSite::Other;
        }
        if let Some((start, quote)) = self.text {
            let text = Span::new(start as u32, self.text_end(quote, whole.end as usize) as u32);
            return CodeSite::Text { text, names: self.named(argument) };
        }
        let word = self.word(whole);
        let written = &self.source[word.range()];
        let before = self.source[self.start..word.start as usize].trim_end();
        if before.ends_with("::") || written.starts_with(|c: char| c.is_ascii_digit()) {
            return CodeSite::Other;
        }
        if before.ends_with('.') && !before.ends_with("..") {
            let end = self.start + before.len() - 1;
            let end = self.start + self.source[self.start..end].trim_end().len();
            let start = self.start + receiver_start(&self.source[self.start..end]);
            return if start < end {
                CodeSite::Member { receiver: Span::new(start as u32, end as u32), word }
            } else {
                CodeSite::Other
            };
        }
        if self.is_key(before) { CodeSite::Key { word } } else { CodeSite::Name { word } }
    }

    /// In `{ name: value }`: where an entry begins.
    fn is_key(&self, before: &str) -> bool {
        self.brackets.last().is_some_and(|bracket| bracket.byte == b'{')
            && (before.ends_with('{') || before.ends_with(','))
    }

    fn named(&self, argument: Option<(Kind, usize)>) -> Option<NameKind> {
        match self.brackets.last() {
            None => argument.and_then(|(kind, index)| NameKind::of_argument(kind, index)),
            Some(bracket) if bracket.byte == b'(' && !bracket.is_method && bracket.commas == 0 => {
                NameKind::of_call(&self.source[bracket.callee?.range()])
            }
            // The list of `@includeFirst`.
            Some(bracket) if bracket.byte == b'[' && self.brackets.len() == 1 => {
                let (kind, index) = argument?;
                matches!(kind, Kind::IncludeFirst | Kind::ExtendsFirst | Kind::ComponentFirst)
                    .then(|| NameKind::of_argument(kind, index))
                    .flatten()
            }
            Some(_) => None,
        }
    }

    /// The end of a text that the cursor is in; what names may contain, if it is not closed.
    fn text_end(&self, quote: char, limit: usize) -> usize {
        let rest = &self.source[self.offset..limit.max(self.offset)];
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        if let Some(end) = rest[..line].find(quote) {
            return self.offset + end;
        }
        let is_name = |c: char| is_word(c) || matches!(c, '.' | '-' | '/' | ':');
        self.offset + rest.find(|c| !is_name(c)).unwrap_or(rest.len())
    }

    fn word(&self, whole: Span) -> Span {
        let before = &self.source[self.start..self.offset];
        let start = self.start + before.trim_end_matches(is_word).len();
        let behind = &self.source[self.offset..(whole.end as usize).max(self.offset)];
        let end = self.offset + behind.find(|c| !is_word(c)).unwrap_or(behind.len());
        Span::new(start as u32, end as u32)
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The start of the operand that ends with `text`: names, calls and items joined by dots.
fn receiver_start(text: &str) -> usize {
    let mut end = text.len();
    loop {
        let before = text[..end].trim_end_matches('?');
        let start = match before.chars().next_back() {
            Some(')' | ']') => match bracket_start(before) {
                Some(open) => open,
                None => return end,
            },
            Some(quote @ ('"' | '\'')) => before[..before.len() - 1].rfind(quote).unwrap_or(end),
            Some(c) if is_word(c) => before.trim_end_matches(is_word).len(),
            _ => return end,
        };
        let joined = text[..start].trim_end();
        // What a bracket calls or takes an item of belongs to it.
        let is_applied = text[start..].starts_with(['(', '['])
            && text[..start].ends_with(|c: char| is_word(c) || matches!(c, ')' | ']' | '?'));
        end = match () {
            () if is_applied => start,
            () if joined.ends_with('.') && !joined.ends_with("..") => joined[..joined.len() - 1].trim_end().len(),
            () if joined.ends_with("::") => joined.len() - 2,
            () => return start,
        };
    }
}

/// The bracket that the last character closes.
fn bracket_start(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, c) in text.char_indices().rev() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, ')' | ']' | '}') => depth += 1,
            (None, '(' | '[' | '{') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            (None, _) => {}
        }
    }
    None
}

/// Whether a word in a loop's head is a name that the loop gives.
fn is_binding(source: &str, whole: Span, word: Span) -> bool {
    let before = &source[whole.start as usize..word.start as usize];
    let behind = &source[word.end as usize..(whole.end as usize).max(word.end as usize)];
    let has_word = |text: &str, wanted: &str| text.split(|c: char| !is_word(c)).any(|found| found == wanted);
    has_word(before, "as") || (has_word(behind, "in") && !has_word(before, "in"))
}
