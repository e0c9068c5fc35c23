//! From pieces to the tree. The parser keeps a stack of what is open and never calls itself, so depth costs memory only.
//!
//! Beyond [`NESTING_MAX`] what opens is still matched with what closes it, but stays flat in the tree.

mod branch;
mod close;
mod frame;

use crate::limits::{NESTING_MAX, SOURCE_BYTES_MAX};
use crate::options::Options;
use crate::parser::frame::{Frame, Head, Key, Open};
use crate::problem::{Code, Problem};
use crate::problems::Reported;
use crate::reader::{Reader, Role, Token};
use crate::span::Span;
use crate::table::Kind;
use crate::template::Template;
use crate::tree::{AttributeKind, Component, Directive, Node, Part, Slot, Stray, Tag, TagEnd};

/// Reads a template. Any text has a tree; what is wrong with it is in [`Template::problems`]. A text that is longer than
/// [`SOURCE_BYTES_MAX`] is not read: the template is empty, with that as its problem.
#[must_use]
pub fn parse(text: &str, options: &Options) -> Template {
    if text.len() > SOURCE_BYTES_MAX {
        let message = format!("the template has {} bytes, at most {SOURCE_BYTES_MAX} are read", text.len());
        let problem = Problem::new(Code::TooLarge, Span::default(), message).help("split it");
        return Template { source: String::new(), nodes: Vec::new(), problems: vec![problem] };
    }
    let mut parser = Parser::new(Reader::new(text, options));
    while let Some(token) = parser.reader.next() {
        parser.take(token);
    }
    parser.close_all();
    Template { source: text.to_owned(), nodes: parser.root, problems: parser.reader.problems.into_sorted() }
}

/// How many openers without a proper end are remembered, for ends that come later.
const DEBTS_MAX: usize = 16;

struct Parser<'t> {
    reader: Reader<'t>,
    root: Vec<Node>,
    frames: Vec<Frame<'t>>,
    open: Open<'t>,
    /// What was opened but is not open any more, or never was, with a problem already: its end is no second one.
    debts: Vec<Debt<'t>>,
    too_deep: Option<Reported>,
}

struct Debt<'t> {
    key: Key<'t>,
    reported: Reported,
    /// It was open until something else ended.
    was_open: bool,
}

impl<'t> Parser<'t> {
    fn new(reader: Reader<'t>) -> Self {
        let open = Open::default();
        Self { reader, root: Vec::new(), frames: Vec::new(), open, debts: Vec::new(), too_deep: None }
    }

    fn take(&mut self, token: Token<'t>) {
        match token {
            Token::Node(node) => {
                if let Node::Directive(Directive { kind: Kind::Slot, name, .. }) = &node {
                    self.check_slot(*name);
                }
                self.push(node);
            }
            Token::Directive(directive, Role::Opener) => self.open_block(directive),
            Token::Directive(directive, Role::Branch) => self.branch(directive),
            Token::Directive(directive, Role::Closer) => self.close_block(directive),
            Token::Directive(directive, Role::Alone) => self.push(Node::Directive(directive)),
            Token::Broken(directive, reported) => {
                self.owe(Key::Block(directive.kind), reported, false);
                self.push(Node::Stray(Stray::Directive(directive)));
            }
            Token::Misspelt(directive, role, reported) => self.misspelt(directive, role, reported),
            Token::Tag(tag) => self.open_tag(tag),
            Token::ClosingTag { span, name } => self.close_tag(span, name),
        }
    }

    fn push(&mut self, node: Node) {
        let built = self.frames.len().min(NESTING_MAX);
        match built.checked_sub(1) {
            Some(top) => self.frames[top].children.push(node),
            None => self.root.push(node),
        }
    }

    fn text(&self, span: Span) -> &'t str {
        &self.reader.text[span.range()]
    }

    fn open_block(&mut self, directive: Directive) {
        let key = Key::Block(directive.kind);
        if directive.kind == Kind::Slot {
            self.check_slot(directive.name);
        }
        self.open(key, directive.name, Head::Block { head: directive, branches: Vec::new(), rest: None });
    }

    fn open(&mut self, key: Key<'t>, opener: Span, head: Head) {
        self.open.add(key);
        if self.frames.len() < NESTING_MAX {
            self.frames.push(Frame::new(key, opener, Some(head)));
            return;
        }
        if self.too_deep.is_none() {
            let message = format!("more than {NESTING_MAX} blocks and components within each other");
            let problem = Problem::new(Code::TooDeep, opener, message);
            self.too_deep = Some(self.reader.problems.add(problem.help("move a part into a template of its own")));
        }
        self.push(Node::Stray(match head {
            Head::Block { head, .. } => Stray::Directive(head),
            Head::Component(tag) | Head::Slot(tag, _) => Stray::Tag(tag),
        }));
        self.frames.push(Frame::new(key, opener, None));
    }

    fn open_tag(&mut self, tag: Tag) {
        let name = self.text(tag.name);
        let opener = Span::new(tag.span.start, tag.name.end);
        let is_slot = name == "slot" || name.starts_with("slot:");
        let slot_name = if is_slot { self.slot_name(&tag) } else { None };
        let key = if is_slot { Key::Slot(slot_name.map(|name| self.text(name))) } else { Key::Component(name) };
        if is_slot {
            self.check_slot(opener);
        }
        match tag.end {
            TagEnd::Open if is_slot => self.open(key, opener, Head::Slot(tag, slot_name)),
            TagEnd::Open => self.open(key, opener, Head::Component(tag)),
            TagEnd::SelfClosing if is_slot => {
                self.push(Node::Slot(Slot { tag, name: slot_name, children: Vec::new(), close: None }));
            }
            TagEnd::SelfClosing => self.push(Node::Component(Component { tag, children: Vec::new(), close: None })),
            TagEnd::Missing => {
                if let Some(reported) = self.reader.problems.last() {
                    self.owe(key, reported, false);
                }
                self.push(Node::Stray(Stray::Tag(tag)));
            }
        }
    }

    /// The name of a slot where it is text: `<x-slot:name>` or `<x-slot name="name">`.
    fn slot_name(&self, tag: &Tag) -> Option<Span> {
        let name = self.text(tag.name);
        if let Some(name) = name.strip_prefix("slot:").filter(|name| !name.is_empty()) {
            return Some(Span::new(tag.name.end - name.len() as u32, tag.name.end));
        }
        tag.attributes.iter().find_map(|attribute| match &attribute.kind {
            AttributeKind::Plain { name, value: Some(value) } if self.text(*name) == "name" => match value.parts[..] {
                [Part::Text(text)] => Some(text),
                _ => None,
            },
            _ => None,
        })
    }

    fn check_slot(&mut self, opener: Span) {
        if !self.open.has_component() {
            let problem = Problem::new(Code::SlotOutside, opener, "a slot belongs to a component, and there is none");
            self.reader.problems.add(problem.help("put it into a component"));
        }
    }

    fn misspelt(&mut self, directive: Directive, role: Role, reported: Reported) {
        let options = self.reader.options;
        let kind = directive.kind;
        let is_open = match role {
            Role::Closer => self.open.blocks().any(|opener| options.closes(opener, kind)),
            Role::Branch => self.open.blocks().any(|opener| options.continues(opener, kind)),
            Role::Opener | Role::Alone => false,
        };
        match role {
            Role::Closer if is_open => self.close_block(directive),
            Role::Branch if is_open => self.branch(directive),
            _ => {
                if role == Role::Opener {
                    self.owe(Key::Block(kind), reported, false);
                }
                self.push(Node::Stray(Stray::Directive(directive)));
            }
        }
    }
}
