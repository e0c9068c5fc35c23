//! Cuts a template into pieces: walks its tree, and reads the HTML of its texts on the way.

use forge_codegen::{
    Kind, Set, Span,
    tree::{Attribute, AttributeKind, Directive, Echo, EchoKind, Node, Part, Slot, Tag},
};

use super::{
    flow::{self, Behind, Edges},
    html,
    pieces::{Gap, GapPlace, Piece, PieceKind, Pieces, TagShape},
    text::{Element, Html},
};

/// The HTML of a branch opens a comment, a tag or a script that another does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entangled;

pub(super) struct Scan<'t> {
    pub(super) source: &'t str,
    /// The templates that this one names.
    pub(super) set: Option<&'t Set>,
    pub(super) out: Pieces,
    pub(super) html: Html,
    /// Open elements of this branch, with the pieces that opened them.
    pub(super) elements: Vec<Element>,
    /// Where in `elements` this branch begins.
    pub(super) floor: usize,
    /// A newline that comes next is not printed.
    pub(super) drops: bool,
    /// What was printed last is white space, or a tag that stands on lines of its own.
    pub(super) is_soft: bool,
    /// The part that this is printed in has printed nothing but white space.
    pub(super) is_fresh: bool,
    /// The same two, wherever a jump out of the innermost loop or switch stands.
    pub(super) exits: (bool, bool),
}

/// The pieces of a template.
pub(super) fn scan<'t>(source: &'t str, nodes: &[Node], set: Option<&'t Set>) -> Result<Pieces, Entangled> {
    let mut scan = Scan {
        source,
        set,
        out: Pieces::default(),
        html: Html::Data,
        elements: Vec::new(),
        floor: 0,
        drops: false,
        is_soft: true,
        is_fresh: true,
        exits: (true, true),
    };
    // White space at the end is shown only if something is printed behind, which may be.
    scan.nodes(nodes, Behind::Ink)?;
    scan.out.may_end = scan.html == Html::Data && (scan.drops || scan.is_soft);
    Ok(scan.out)
}

impl<'t> Scan<'t> {
    pub(super) fn edges(&self) -> Edges<'t> {
        Edges { source: self.source, set: self.set, depth: 0 }
    }

    pub(super) fn push(&mut self, span: Span, kind: PieceKind) {
        self.out.list.push(Piece { span, kind });
    }

    /// Something that is printed, or stands among what is, and is not looked into.
    pub(super) fn ink(&mut self, span: Span) {
        self.push(span, PieceKind::Ink);
        self.html.value_begins();
    }

    /// Something was printed that is no white space, if it was.
    pub(super) fn prints(&mut self, is_ink: bool) {
        self.is_soft &= !is_ink;
        self.is_fresh &= !is_ink;
    }

    pub(super) fn nodes(&mut self, nodes: &[Node], behind: Behind) -> Result<(), Entangled> {
        for (at, node) in nodes.iter().enumerate() {
            let edges = Edges { source: self.source, set: self.set, depth: 0 };
            let rest = &nodes[at + 1..];
            match node {
                Node::Text(span) => {
                    let next = edges.start(rest, false, behind);
                    self.text(*span, next);
                }
                Node::Comment(comment) => self.push(comment.span, PieceKind::Ink),
                Node::Raw(raw) => {
                    self.ink(raw.opener.span().to(raw.close));
                    self.drops = raw.opener.kind != Kind::Verbatim;
                    self.prints(!self.drops);
                }
                Node::Echo(echo) => {
                    self.echo(echo);
                    self.ink(echo.span());
                    self.drops = false;
                    self.prints(true);
                }
                Node::Escape(escape) => {
                    self.ink(escape.span);
                    self.drops = false;
                    self.prints(true);
                }
                Node::Directive(directive) if matches!(directive.kind, Kind::Break | Kind::Continue) => {
                    self.jump(directive)
                }
                Node::Directive(directive) => {
                    self.directive(directive);
                    self.html.value_begins();
                    self.drops = flow::drops_behind(directive, self.drops);
                    self.is_fresh &= flow::prints_nothing(directive);
                    if !flow::prints_nothing(directive) {
                        self.is_soft = edges.leaves_softly(node, self.is_soft);
                    }
                }
                Node::Block(block) => self.block(block, edges.start(rest, true, behind))?,
                Node::Component(component) => {
                    let is_soft = edges.leaves_softly(node, self.is_soft);
                    self.tagged(&component.tag, &component.children, component.close)?;
                    (self.is_soft, self.is_fresh) = (is_soft, false);
                }
                Node::Slot(slot) => self.slot(slot)?,
                Node::Stray(stray) => self.ink(stray.span()),
            }
        }
        Ok(())
    }

    /// A body whose HTML is on its own.
    pub(super) fn branch(&mut self, nodes: &[Node], behind: Behind) -> Result<(), Entangled> {
        let floor = std::mem::replace(&mut self.floor, self.elements.len());
        let done = self.nodes(nodes, behind);
        self.elements.truncate(self.floor);
        self.floor = floor;
        done
    }

    fn slot(&mut self, slot: &Slot) -> Result<(), Entangled> {
        let before = (self.is_soft, self.is_fresh);
        self.tagged(&slot.tag, &slot.children, slot.close)?;
        (self.is_soft, self.is_fresh) = before;
        Ok(())
    }

    fn tagged(&mut self, tag: &Tag, children: &[Node], close: Option<Span>) -> Result<(), Entangled> {
        let nests = self.html == Html::Data;
        self.tag(tag, nests);
        if close.is_some() && nests {
            let at = Span::new(tag.span.end, tag.span.end);
            self.push(at, PieceKind::Open { is_inline: false, closes: true });
        }
        let html = self.html.clone();
        self.drops = true;
        self.is_soft = true;
        self.branch(children, Behind::Soft)?;
        if self.html != html {
            return Err(Entangled);
        }
        if let Some(close) = close {
            self.push(close, if nests { PieceKind::Close { closes: true } } else { PieceKind::Ink });
        }
        self.drops = true;
        self.html.value_begins();
        Ok(())
    }

    fn tag(&mut self, tag: &Tag, nests: bool) {
        if !nests {
            self.ink(tag.span);
            return;
        }
        let shape = self.out.tags.len();
        self.out.tags.push(TagShape::default());
        self.push(Span::new(tag.span.start, tag.name.end), PieceKind::TagOpen(shape));
        let gap = Gap { drops: false, soft_before: true, soft_behind: true };
        let mut at = tag.name.end;
        for attribute in &tag.attributes {
            let span = Span::new(at, attribute.span.start);
            self.tag_gap(shape, span, GapPlace::BeforeAttribute, gap);
            self.attribute(attribute);
            at = attribute.span.end;
        }
        let end = self.source[..tag.span.end as usize].trim_end_matches('>').trim_end_matches('/').len() as u32;
        let space = self.source[at as usize..end.max(at) as usize].len() as u32;
        self.tag_gap(shape, Span::new(at, at + space), GapPlace::BeforeEnd, gap);
        self.push(Span::new(at + space, tag.span.end), PieceKind::TagEnd(shape));
    }

    pub(super) fn tag_gap(&mut self, tag: usize, span: Span, place: GapPlace, gap: Gap) {
        if self.source[span.range()].contains(['\n', '\r']) {
            self.out.tags[tag].has_lines = true;
        }
        self.push(span, PieceKind::TagGap { tag, place, gap });
    }

    fn attribute(&mut self, attribute: &Attribute) {
        match &attribute.kind {
            AttributeKind::Echo(echo) => {
                self.echo(echo);
                self.push(attribute.span, PieceKind::Ink);
            }
            AttributeKind::Directive(directive) => self.directive(directive),
            AttributeKind::Plain { value: Some(value), .. } => {
                for part in &value.parts {
                    if let Part::Echo(echo) = part {
                        self.echo(echo);
                    }
                }
                self.push(attribute.span, PieceKind::Ink);
            }
            _ => self.push(attribute.span, PieceKind::Ink),
        }
    }

    /// The spaces within an echo that stands in one line.
    fn echo(&mut self, echo: &Echo) {
        let body = &self.source[echo.body.range()];
        let Some(close) = echo.close else { return };
        if matches!(self.html, Html::Kept(_) | Html::Comment | Html::Declaration)
            || body.contains(['\n', '\r'])
            || body.trim().is_empty()
        {
            return;
        }
        let start = echo.body.start + (body.len() - body.trim_start().len()) as u32;
        let end = echo.body.end - (body.len() - body.trim_end().len()) as u32;
        debug_assert!(echo.kind != EchoKind::Raw || close.len() == 3);
        self.out.spacing.push((Span::new(echo.body.start, start), " "));
        self.out.spacing.push((Span::new(end, echo.body.end), " "));
    }

    /// A directive with the spaces around its arguments.
    pub(super) fn directive(&mut self, directive: &Directive) {
        let is_kept = matches!(self.html, Html::Kept(_) | Html::Comment | Html::Declaration);
        let text = &self.source[directive.span().range()];
        let kind = if text.contains(['\n', '\r']) && !is_kept { PieceKind::Arguments } else { PieceKind::Ink };
        self.push(directive.span(), kind);
        let Some(arguments) = &directive.arguments else { return };
        if is_kept || !arguments.is_closed || matches!(directive.kind, Kind::Custom(_)) {
            return;
        }
        let before = if begins_with_space(directive.kind) { " " } else { "" };
        self.out.spacing.push((Span::new(directive.name.end, arguments.span.start), before));
        let (start, end) = (arguments.span.start + 1, arguments.span.end - 1);
        let inside = &self.source[start as usize..end as usize];
        if inside.trim().is_empty() {
            return;
        }
        let first = Span::new(start, start + (inside.len() - inside.trim_start().len()) as u32);
        let last = Span::new(end - (inside.len() - inside.trim_end().len()) as u32, end);
        for space in [first, last] {
            if !space.is_empty() && !self.source[space.range()].contains(['\n', '\r']) {
                self.out.spacing.push((space, ""));
            }
        }
    }
}

/// What asks or repeats is written like Rust's own words.
fn begins_with_space(kind: Kind) -> bool {
    use Kind as K;
    matches!(kind, K::If | K::ElseIf | K::Unless | K::Switch | K::For | K::ForEach | K::ForElse | K::While)
}

impl Scan<'_> {
    /// An element ends: what opened it is the last of this name in this branch.
    pub(super) fn close_element(&mut self, name: &str, span: Span) {
        let open = self.elements[self.floor..].iter().rposition(|element| element.name.eq_ignore_ascii_case(name));
        let Some(open) = open.map(|at| at + self.floor) else {
            self.push(span, PieceKind::Close { closes: false });
            return;
        };
        let piece = self.elements[open].piece;
        self.elements.truncate(open);
        if let Some(Piece { kind: PieceKind::Open { closes, .. }, .. }) = self.out.list.get_mut(piece) {
            *closes = true;
        }
        self.push(span, PieceKind::Close { closes: true });
    }

    /// What is in an element begins.
    pub(super) fn open_element(&mut self, name: String, at: u32) {
        let is_inline = html::is_inline(&name);
        self.elements.push(Element { name, piece: self.out.list.len() });
        self.push(Span::new(at, at), PieceKind::Open { is_inline, closes: false });
    }
}
