//! Gives each line its indentation: one step more than the line that opened what it stands in.

use forge_codegen::{Lexeme, Span, lex};

use super::{
    Style, flow,
    pieces::{Gap, GapPlace, Piece, PieceKind, Pieces, Side},
};

/// What white space is replaced by.
pub(super) type Changes = Vec<(Span, String)>;

struct Layout<'t> {
    source: &'t str,
    pieces: &'t Pieces,
    style: &'t Style,
    side: Side,
    /// Of the line that is being looked at.
    indent: String,
    open: Vec<Level>,
    /// Of the lines on which tags begin.
    tags: Vec<String>,
    changes: Changes,
}

/// Something that is open.
struct Level {
    /// Of the line that opened it.
    indent: String,
    is_inline: bool,
}

/// The changes that one pass makes.
pub(super) fn layout(source: &str, pieces: &Pieces, style: &Style, side: Side) -> Changes {
    let tags = vec![String::new(); pieces.tags.len()];
    let mut layout =
        Layout { source, pieces, style, side, indent: String::new(), open: Vec::new(), tags, changes: Changes::new() };
    for (at, piece) in pieces.list.iter().enumerate() {
        layout.piece(at, piece);
    }
    let end = source.len() as u32;
    let ends_in_gap =
        pieces.list.last().is_some_and(|piece| matches!(piece.kind, PieceKind::Gap(_)) && piece.span.end == end);
    if !ends_in_gap && !source.is_empty() && !source.ends_with('\n') && (pieces.may_end || style.final_newline) {
        layout.changes.push((Span::new(end, end), style.newline.to_owned()));
    }
    let spacing = pieces.spacing.iter().map(|(span, with)| (*span, (*with).to_owned()));
    layout.changes.extend(spacing);
    layout.changes.retain(|(span, with)| &source[span.range()] != with);
    layout.changes.sort_by_key(|(span, _)| *span);
    layout.changes
}

impl Layout<'_> {
    fn piece(&mut self, at: usize, piece: &Piece) {
        match piece.kind {
            PieceKind::Gap(gap) if piece.span.end as usize == self.source.len() => self.end(piece.span, gap),
            PieceKind::Gap(gap) => self.gap(at, piece.span, gap),
            PieceKind::Open { is_inline, closes: true } => {
                self.open.push(Level { indent: self.indent.clone(), is_inline });
            }
            PieceKind::Close { closes: true } => drop(self.open.pop()),
            PieceKind::Open { .. } | PieceKind::Close { .. } | PieceKind::Branch | PieceKind::Ink => {}
            PieceKind::Arguments => self.arguments(piece.span),
            PieceKind::TagOpen(tag) => self.tags[tag].clone_from(&self.indent),
            PieceKind::TagGap { tag, place, gap } => self.tag_gap(tag, piece.span, place, gap),
            PieceKind::TagEnd(tag) => {
                if self.pieces.tags[tag].has_lines {
                    self.indent.clone_from(&self.tags[tag]);
                }
            }
        }
    }

    fn deeper(&self, indent: &str) -> String {
        format!("{indent}{}", self.style.unit)
    }

    fn gap(&mut self, at: usize, span: Span, gap: Gap) {
        let old = &self.source[span.range()];
        if span.start > 0 && !has_newline(old) {
            return;
        }
        let closers = self.closers(at + 1);
        let is_text = self.pieces.list.get(at + 1).is_some_and(|next| next.kind == PieceKind::Ink);
        if closers.is_none() && is_text && self.open.last().is_some_and(|level| level.is_inline) {
            last_line(old).clone_into(&mut self.indent);
            return;
        }
        let indent = match closers {
            Some(level) => self.open.get(level).map_or_else(String::new, |level| level.indent.clone()),
            None => self.open.last().map_or_else(String::new, |level| self.deeper(&level.indent)),
        };
        let new = lines(old, &indent);
        self.replace(span, gap, &new);
    }

    /// The level whose end, or whose next branch, begins the line.
    fn closers(&self, mut at: usize) -> Option<usize> {
        let mut level = self.open.len();
        let mut found = None;
        while let Some(piece) = self.pieces.list.get(at) {
            match piece.kind {
                PieceKind::Close { closes: true } => {
                    level = level.checked_sub(1)?;
                    found = Some(level);
                }
                PieceKind::Branch => return level.checked_sub(1),
                _ => return found,
            }
            at += 1;
        }
        found
    }

    /// Takes the new white space, unless that prints something where nothing was printed, or nothing where something was.
    fn replace(&mut self, span: Span, gap: Gap, new: &str) {
        let old = &self.source[span.range()];
        let prints = |text: &str| !flow::printed(text, gap.drops).is_empty();
        if prints(old) != prints(new) && !gap.is_soft(self.side) {
            last_line(old).clone_into(&mut self.indent);
            return;
        }
        last_line(new).clone_into(&mut self.indent);
        self.changes.push((span, new.to_owned()));
    }

    /// The last white space of the file.
    fn end(&mut self, span: Span, gap: Gap) {
        let old = &self.source[span.range()];
        let new = first_newline(old).unwrap_or(self.style.newline);
        self.replace(span, gap, if span.start == 0 { "" } else { new });
    }

    fn tag_gap(&mut self, tag: usize, span: Span, place: GapPlace, gap: Gap) {
        let shape = self.pieces.tags[tag];
        let old = &self.source[span.range()];
        let splits = shape.has_lines && !shape.has_blocks && place == GapPlace::BeforeAttribute;
        if !has_newline(old) && !splits {
            return;
        }
        let indent = match place {
            GapPlace::BeforeAttribute => self.deeper(&self.tags[tag]),
            GapPlace::BeforeEnd => self.tags[tag].clone(),
        };
        let new = format!("{}{indent}", first_newline(old).unwrap_or(self.style.newline));
        self.replace(span, gap, &new);
    }

    /// The lines of arguments, by the brackets around them.
    fn arguments(&mut self, span: Span) {
        let start = self.source[span.range()].find('(').map_or(span.end, |at| span.start + at as u32);
        let tokens = lex(self.source, Span::new(start, span.end));
        let mut line = self.indent.clone();
        let mut open: Vec<String> = Vec::new();
        for (at, (lexeme, token)) in tokens.iter().enumerate() {
            match lexeme {
                Lexeme::Open => open.push(line.clone()),
                Lexeme::Close => drop(open.pop()),
                Lexeme::Space if has_newline(&self.source[token.range()]) => {
                    let closers = tokens[at + 1..].iter().take_while(|(lexeme, _)| *lexeme == Lexeme::Close).count();
                    let is_chained = self.source[token.end as usize..].starts_with('.');
                    let level = open.len().checked_sub(closers.max(1));
                    line = level.and_then(|level| open.get(level)).cloned().unwrap_or_default();
                    if closers == 0 {
                        line = self.deeper(&line);
                    }
                    let new =
                        lines(&self.source[token.range()], &if is_chained { self.deeper(&line) } else { line.clone() });
                    self.changes.push((*token, new));
                }
                _ => {}
            }
        }
    }
}

/// The same newlines, with nothing between them, and the indentation behind.
fn lines(old: &str, indent: &str) -> String {
    let newlines: String = old.chars().filter(|c| matches!(c, '\r' | '\n')).collect();
    newlines + indent
}

fn has_newline(text: &str) -> bool {
    text.contains(['\n', '\r'])
}

fn first_newline(text: &str) -> Option<&str> {
    let start = text.find(['\r', '\n'])?;
    let len = if text[start..].starts_with("\r\n") { 2 } else { 1 };
    Some(&text[start..start + len])
}

fn last_line(text: &str) -> &str {
    text.rsplit(['\r', '\n']).next().unwrap_or(text)
}
