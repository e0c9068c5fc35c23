//! What a template consists of: sections, blocks with a head, components, slots, props, includes.

use forge_codegen::{
    Kind, Lexeme, Span, Template, lex, literal,
    tree::{Block, Component, Directive, Node, Slot},
};
use tower_lsp::ls_types::{DocumentSymbol, Range, SymbolKind};

/// Letters of a head that are shown.
const HEAD_MAX: usize = 60;

/// The outline; `place` says where a span is in the client's units.
pub(super) fn of(template: &Template, place: &dyn Fn(Span) -> Range) -> Vec<DocumentSymbol> {
    let outline = Outline { template, place };
    outline.nodes(template.nodes())
}

struct Outline<'t> {
    template: &'t Template,
    place: &'t dyn Fn(Span) -> Range,
}

/// A symbol in the making.
struct Entry<'n> {
    name: String,
    detail: Option<&'n str>,
    kind: SymbolKind,
    whole: Span,
    name_span: Span,
    children: Vec<DocumentSymbol>,
}

impl Outline<'_> {
    fn nodes(&self, nodes: &[Node]) -> Vec<DocumentSymbol> {
        let mut symbols = Vec::new();
        for node in nodes {
            match node {
                Node::Block(block) => symbols.push(self.block(block)),
                Node::Component(component) => symbols.push(self.component(component)),
                Node::Slot(slot) => symbols.push(self.slot(slot)),
                Node::Directive(directive) => symbols.extend(self.directive(directive)),
                _ => {}
            }
        }
        symbols
    }

    #[expect(deprecated, reason = "a field of the protocol that cannot be left out")]
    fn symbol(&self, entry: Entry<'_>) -> DocumentSymbol {
        DocumentSymbol {
            name: if entry.name.is_empty() { "?".to_owned() } else { entry.name },
            detail: entry.detail.map(str::to_owned),
            kind: entry.kind,
            tags: None,
            deprecated: None,
            range: (self.place)(entry.whole),
            selection_range: (self.place)(entry.name_span),
            children: (!entry.children.is_empty()).then_some(entry.children),
        }
    }

    fn block(&self, block: &Block) -> DocumentSymbol {
        let opener = block.opener();
        let children = block.branches.iter().flat_map(|branch| self.nodes(&branch.children)).collect();
        let kind = match opener.kind {
            Kind::Section => SymbolKind::MODULE,
            Kind::Push | Kind::PushIf | Kind::PushOnce | Kind::Prepend | Kind::PrependOnce => SymbolKind::ARRAY,
            Kind::Slot => SymbolKind::FIELD,
            Kind::Fragment => SymbolKind::NAMESPACE,
            Kind::Component | Kind::ComponentFirst => SymbolKind::CLASS,
            Kind::For | Kind::ForEach | Kind::ForElse | Kind::While => SymbolKind::OPERATOR,
            _ => SymbolKind::STRUCT,
        };
        self.named(opener, kind, block.span(), children)
    }

    /// By the first argument where that is text, else by the head as it is written.
    fn named(
        &self,
        directive: &Directive,
        kind: SymbolKind,
        whole: Span,
        children: Vec<DocumentSymbol>,
    ) -> DocumentSymbol {
        let written = self.template.text(directive.name);
        let text = directive.list().first().and_then(|span| literal(self.template.text(*span)));
        let (name, detail) = match text {
            Some(text) => (text, Some(written)),
            None => (head(self.template.text(directive.span())), None),
        };
        self.symbol(Entry { name, detail, kind, whole, name_span: directive.span(), children })
    }

    fn component(&self, component: &Component) -> DocumentSymbol {
        let name = format!("x-{}", self.template.text(component.tag.name));
        let tag = &component.tag;
        let end = component.close.or_else(|| component.children.last().map(Node::span)).unwrap_or(tag.span);
        let children = self.nodes(&component.children);
        let (whole, name_span) = (tag.span.to(end), tag.name);
        self.symbol(Entry { name, detail: None, kind: SymbolKind::CLASS, whole, name_span, children })
    }

    fn slot(&self, slot: &Slot) -> DocumentSymbol {
        let span = slot.name.unwrap_or(slot.tag.name);
        let end = slot.close.or_else(|| slot.children.last().map(Node::span)).unwrap_or(slot.tag.span);
        let name = self.template.text(span).to_owned();
        // The name may stand in an attribute; both lie within the tag.
        let (whole, children) = (slot.tag.span.to(end), self.nodes(&slot.children));
        self.symbol(Entry { name, detail: Some("slot"), kind: SymbolKind::FIELD, whole, name_span: span, children })
    }

    fn directive(&self, directive: &Directive) -> Option<DocumentSymbol> {
        let kind = match directive.kind {
            Kind::Props | Kind::Aware => return Some(self.props(directive)),
            Kind::Include | Kind::IncludeIf | Kind::IncludeFirst | Kind::IncludeIsolated | Kind::Each => {
                SymbolKind::FILE
            }
            Kind::Extends | Kind::ExtendsFirst => SymbolKind::FILE,
            Kind::IncludeWhen | Kind::IncludeUnless => {
                let name = directive.list().get(1).and_then(|span| literal(self.template.text(*span)));
                let detail = Some(self.template.text(directive.name));
                let span = directive.span();
                let name = name.unwrap_or_else(|| head(self.template.text(span)));
                let entry =
                    Entry { name, detail, kind: SymbolKind::FILE, whole: span, name_span: span, children: Vec::new() };
                return Some(self.symbol(entry));
            }
            Kind::Section => SymbolKind::MODULE,
            Kind::Yield | Kind::Stack => SymbolKind::INTERFACE,
            Kind::Push | Kind::Prepend => SymbolKind::ARRAY,
            Kind::Slot => SymbolKind::FIELD,
            _ => return None,
        };
        Some(self.named(directive, kind, directive.span(), Vec::new()))
    }

    /// Each entry by its name.
    fn props(&self, directive: &Directive) -> DocumentSymbol {
        let list = directive.list().first().copied().unwrap_or_default();
        let mut depth = 0;
        let mut expects_name = true;
        let mut children = Vec::new();
        for (lexeme, span) in lex(self.template.source(), list) {
            match lexeme {
                Lexeme::Open => depth += 1,
                Lexeme::Close => depth -= 1,
                Lexeme::Punct if depth == 1 && self.template.text(span) == "," => expects_name = true,
                Lexeme::Literal | Lexeme::Word if depth == 1 && std::mem::take(&mut expects_name) => {
                    let text = self.template.text(span);
                    let name = literal(text).unwrap_or_else(|| text.to_owned());
                    let entry = Entry {
                        name,
                        detail: None,
                        kind: SymbolKind::PROPERTY,
                        whole: span,
                        name_span: span,
                        children: Vec::new(),
                    };
                    children.push(self.symbol(entry));
                }
                _ => {}
            }
        }
        let name = self.template.text(directive.name).to_owned();
        let (whole, name_span) = (directive.span(), directive.name);
        self.symbol(Entry { name, detail: None, kind: SymbolKind::OBJECT, whole, name_span, children })
    }
}

/// In one line, and not too long.
fn head(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(HEAD_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
