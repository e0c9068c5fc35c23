//! Reads the HTML of the texts between what is Forge's.

use forge_codegen::Span;

use super::{
    flow::{self, Behind},
    html,
    pieces::{Gap, GapPlace, PieceKind, TagShape},
    scan::Scan,
};

/// Where in HTML a text stands. A tag may go on behind an echo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Html {
    Data,
    Tag(HtmlTag),
    /// Within an element whose text is kept.
    Kept(String),
    /// `<!-- … -->`
    Comment,
    /// `<!doctype …>`
    Declaration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HtmlTag {
    pub name: String,
    pub shape: usize,
    is_closing: bool,
    quote: Option<u8>,
    /// Behind `=`.
    wants_value: bool,
}

/// An element that is open.
#[derive(Debug)]
pub(super) struct Element {
    pub name: String,
    /// The place of its [`PieceKind::Open`].
    pub piece: usize,
}

impl Html {
    /// Something of Forge stands where a value may be.
    pub(super) fn value_begins(&mut self) {
        if let Self::Tag(tag) = self {
            tag.wants_value = false;
        }
    }
}

impl Scan<'_> {
    /// Reads a text node. `next`: what is printed behind it is soft.
    pub(super) fn text(&mut self, span: Span, next: Behind) {
        let mut at = span.start;
        let mut drops = std::mem::take(&mut self.drops);
        while at < span.end {
            let rest = &self.source[at as usize..span.end as usize];
            let len = match &self.html {
                Html::Data => self.data(at, rest, drops, next),
                Html::Tag(_) => self.in_tag(at, rest, drops, next),
                Html::Kept(name) => match find_end(rest, name) {
                    Some(len) => {
                        let name = name.clone();
                        self.html = Html::Data;
                        self.prints(true);
                        if len == 0 { self.closing_tag(at, &name) } else { len }
                    }
                    None => rest.len(),
                },
                Html::Comment => self.until(rest, "-->"),
                Html::Declaration => self.until(rest, ">"),
            };
            at += len as u32;
            drops = false;
        }
    }

    fn until(&mut self, rest: &str, end: &str) -> usize {
        match rest.find(end) {
            Some(found) => {
                self.html = Html::Data;
                found + end.len()
            }
            None => rest.len(),
        }
    }

    /// Text between tags: white space, a tag, or a run of anything else.
    fn data(&mut self, at: u32, rest: &str, drops: bool, next: Behind) -> usize {
        let space = spaces(rest);
        if space > 0 {
            let behind = &rest[space..];
            let soft_behind = if behind.is_empty() { self.allows(next) } else { html::begins_block(behind) };
            let gap = Gap { drops, soft_before: self.is_soft, soft_behind };
            self.push(Span::new(at, at + space as u32), PieceKind::Gap(gap));
            self.is_soft |= !flow::printed(&rest[..space], drops).is_empty();
            return space;
        }
        if rest.starts_with('<')
            && let Some(len) = self.markup(at, rest)
        {
            return len;
        }
        let ends = |c: char| matches!(c, '<' | ' ' | '\t' | '\r' | '\n');
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let len = first + rest[first..].find(ends).unwrap_or(rest.len() - first);
        self.push(Span::new(at, at + len as u32), PieceKind::Ink);
        self.prints(true);
        len
    }

    /// Whether white space may appear or go where this follows.
    fn allows(&self, next: Behind) -> bool {
        next == Behind::Soft || (next == Behind::End && self.is_fresh)
    }

    fn markup(&mut self, at: u32, rest: &str) -> Option<usize> {
        self.is_fresh = false;
        if rest.starts_with("<!--") {
            self.push(Span::new(at, at + 4), PieceKind::Ink);
            self.html = Html::Comment;
            return Some(4);
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            self.push(Span::new(at, at + 2), PieceKind::Ink);
            self.html = Html::Declaration;
            self.is_soft = true;
            return Some(2);
        }
        if let Some(tag) = rest.strip_prefix("</") {
            let name = html::name(tag);
            return (!name.is_empty()).then(|| self.closing_tag(at, name));
        }
        let name = html::name(&rest[1..]);
        if name.is_empty() {
            return None;
        }
        let shape = self.out.tags.len();
        self.out.tags.push(TagShape::default());
        let len = 1 + name.len();
        self.push(Span::new(at, at + len as u32), PieceKind::TagOpen(shape));
        self.is_soft = false;
        self.html =
            Html::Tag(HtmlTag { name: name.to_owned(), shape, is_closing: false, quote: None, wants_value: false });
        Some(len)
    }

    /// `</name`; what stands up to its `>` is none of our business.
    fn closing_tag(&mut self, at: u32, name: &str) -> usize {
        let len = 2 + name.len();
        self.close_element(name, Span::new(at, at + len as u32));
        let shape = self.out.tags.len();
        self.out.tags.push(TagShape::default());
        self.html =
            Html::Tag(HtmlTag { name: name.to_owned(), shape, is_closing: true, quote: None, wants_value: false });
        len
    }

    fn in_tag(&mut self, at: u32, rest: &str, drops: bool, next: Behind) -> usize {
        let was_soft = self.is_soft;
        let is_soft_next = self.allows(next);
        let Html::Tag(tag) = &mut self.html else { return rest.len() };
        if let Some(quote) = tag.quote {
            let end = rest.bytes().position(|byte| byte == quote);
            if end.is_some() {
                tag.quote = None;
            }
            return end.map_or(rest.len(), |end| end + 1);
        }
        let space = spaces(rest);
        if space > 0 {
            let behind = &rest[space..];
            if tag.wants_value || behind.starts_with('=') || tag.is_closing {
                return space;
            }
            let shape = tag.shape;
            let ends = behind.starts_with('>') || behind.starts_with("/>");
            let place = if ends { GapPlace::BeforeEnd } else { GapPlace::BeforeAttribute };
            let span = Span::new(at, at + space as u32);
            let soft_behind = ends || (behind.is_empty() && is_soft_next);
            self.tag_gap(shape, span, place, Gap { drops, soft_before: ends || was_soft, soft_behind });
            self.is_soft |= !flow::printed(&rest[..space], drops).is_empty();
            return space;
        }
        self.is_soft = false;
        match rest.as_bytes()[0] {
            b'>' => self.end_tag(at, 1, false),
            b'/' if rest.starts_with("/>") => self.end_tag(at, 2, true),
            b'=' => {
                tag.wants_value = true;
                1
            }
            quote @ (b'"' | b'\'') if tag.wants_value => {
                tag.quote = Some(quote);
                tag.wants_value = false;
                1
            }
            _ => {
                tag.wants_value = false;
                let stops = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '>' | '/' | '=');
                let first = rest.chars().next().map_or(1, char::len_utf8);
                let len = first + rest[first..].find(stops).unwrap_or(rest.len() - first);
                self.push(Span::new(at, at + len as u32), PieceKind::Ink);
                len
            }
        }
    }

    fn end_tag(&mut self, at: u32, len: u32, closes_itself: bool) -> usize {
        let Html::Tag(tag) = std::mem::replace(&mut self.html, Html::Data) else { return len as usize };
        self.is_soft = html::is_block(&tag.name) && (tag.is_closing || !html::is_kept(&tag.name));
        if tag.is_closing {
            return len as usize;
        }
        self.push(Span::new(at, at + len), PieceKind::TagEnd(tag.shape));
        if closes_itself || html::is_void(&tag.name) {
            return len as usize;
        }
        if html::is_kept(&tag.name) {
            self.html = Html::Kept(tag.name.clone());
        }
        self.open_element(tag.name, at + len);
        len as usize
    }
}

fn spaces(text: &str) -> usize {
    text.bytes().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(text.len())
}

/// Where `</name` is.
fn find_end(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</").map(|(at, _)| at).find(|at| {
        let found = html::name(&text[at + 2..]);
        found.eq_ignore_ascii_case(name)
    })
}
