//! A template, prepared: its steps with prepared expressions. Shared by all pages that use it.

use super::code::{Cond, Node, Pat};
use super::prepare::Needs;
use crate::AttributeBag;
use forge_codegen::expr::BinaryOp;
use forge_codegen::ir::{Can, Label, SectionEnd};
use forge_codegen::{LineIndex, Span};
use smol_str::SmolStr;
use std::sync::Arc;

#[derive(Debug)]
pub(crate) struct Prepared {
    /// Of the pages that it made.
    pub(crate) size: crate::Size,
    pub(crate) name: Arc<str>,
    pub(crate) source: Arc<str>,
    /// Of the template's frame.
    pub(crate) slots: usize,
    /// Names from outside, with their slots.
    pub(crate) globals: Vec<(Arc<str>, usize)>,
    /// The slot of `errors`, if it is one of those names.
    pub(crate) errors: Option<usize>,
    pub(crate) props: Option<Vec<Prop>>,
    pub(crate) aware: Vec<Prop>,
    pub(crate) body: Vec<Step>,
    pub(crate) extends: Option<(Span, Names, With)>,
    /// Where names from outside stand first.
    pub(crate) mentions: Vec<(Arc<str>, Span)>,
    /// Templates that it names literally.
    pub(crate) others: Vec<String>,
    /// Whether it, or what it includes, may ask for the `loop` around.
    pub(crate) asks_for_loop: bool,
    /// Whether other templates see what it was given.
    pub(crate) passes_on: bool,
    /// What it needs the compiler for.
    pub(crate) needs: Needs,
}

#[derive(Debug)]
pub(crate) struct Prop {
    pub(crate) name: Arc<str>,
    pub(crate) slot: usize,
    pub(crate) default: Option<Node>,
}

/// Variables that a template passes to another: what it binds itself (none: unset), then the data.
#[derive(Debug)]
pub(crate) struct With {
    pub(crate) visible: Vec<(Arc<str>, Option<usize>)>,
    pub(crate) entries: Vec<(Arc<str>, Node)>,
    /// The counters of the loops around, the outermost first.
    pub(crate) loops: Vec<(usize, usize)>,
}

#[derive(Debug)]
pub(crate) enum Names {
    Literal(Vec<String>),
    Runtime(Node),
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) span: Span,
    pub(crate) action: Action,
}

pub(crate) type Steps = Vec<Step>;

#[derive(Debug)]
pub(crate) enum Action {
    Text(String),
    Echo {
        value: Node,
        escapes: bool,
    },
    If {
        branches: Vec<(Check, Steps)>,
        otherwise: Steps,
    },
    Switch {
        label: Label,
        value: Node,
        cases: Vec<(Vec<Node>, Steps)>,
        default: Steps,
    },
    For(Box<For>),
    While {
        label: Label,
        condition: Cond,
        body: Steps,
    },
    Jump {
        is_break: bool,
        label: Label,
        when: Option<Node>,
    },
    Include(Box<Include>),
    Each {
        view: Names,
        values: Node,
        item: Arc<str>,
        otherwise: Option<EachEmpty>,
    },
    Yield {
        name: Node,
        default: Option<Node>,
    },
    Section {
        name: Node,
        content: Content,
        end: SectionEnd,
    },
    Parent,
    Stack(Node),
    Push {
        name: Node,
        prepends: bool,
        once: Option<Once>,
        content: Content,
    },
    Once {
        key: Once,
        body: Steps,
    },
    Fragment {
        name: Node,
        body: Steps,
    },
    Component(Box<Component>),
    Slot {
        name: Option<Node>,
        attributes: Vec<Attribute>,
        content: Content,
    },
    Class(Node),
    /// Either, with texts that are written literally; they are HTML here.
    List {
        is_style: bool,
        texts: Vec<(String, Option<Node>)>,
    },
    Style(Node),
    Flag(&'static str, Node),
    Bool(Node),
    Csrf,
    Method(Node),
    Json(Node),
    Js(Node),
    Let(Pat, Node),
    Assign {
        slot: usize,
        op: Option<BinaryOp>,
        value: Node,
    },
    Eval(Node),
    Inject {
        slot: usize,
        path: String,
    },
    Lang {
        key: Content,
        replace: Option<Node>,
    },
    Choice {
        key: Node,
        count: Node,
        replace: Option<Node>,
    },
    Dump {
        values: Vec<(String, Node)>,
        stops: bool,
    },
    Custom {
        name: String,
        arguments: Vec<Node>,
    },
    CustomBlock {
        name: String,
        arguments: Vec<Node>,
        body: Steps,
    },
    /// Its name is known no more when it is prepared.
    Unset,
    Vite {
        entries: Option<Node>,
        directory: Option<Node>,
    },
    ViteReactRefresh,
    Fonts(Vec<Node>),
    /// Why only the compiler can do it.
    Rust(String),
}

#[derive(Debug)]
pub(crate) struct For {
    pub(crate) label: Label,
    pub(crate) key: Option<Pat>,
    pub(crate) pattern: Pat,
    pub(crate) values: Node,
    pub(crate) uses_loop: bool,
    /// The slots of `loop`: number, count.
    pub(crate) counters: (usize, usize),
    pub(crate) body: Steps,
    pub(crate) otherwise: Steps,
}

#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) span: Span,
    pub(crate) negated: bool,
    pub(crate) test: Test,
}

#[derive(Debug)]
pub(crate) enum Test {
    Condition(Cond),
    Isset(Vec<Node>),
    Empty(Node),
    Auth(Option<Node>),
    Guest(Option<Node>),
    Can {
        how: Can,
        ability: Node,
        arguments: Vec<Node>,
    },
    Env(Vec<Node>),
    Production,
    HasSection(Node),
    HasStack(Node),
    /// With the slot of what is found.
    Session(Node, usize),
    Context(Node, usize),
    Error {
        field: Node,
        bag: Option<Node>,
        slot: usize,
    },
    Custom {
        name: String,
        arguments: Vec<Node>,
    },
}

#[derive(Debug)]
pub(crate) struct Include {
    pub(crate) names: Names,
    pub(crate) with: With,
    pub(crate) inherits: bool,
    pub(crate) may_be_missing: bool,
    pub(crate) when: Option<(Node, bool)>,
}

#[derive(Debug)]
pub(crate) enum EachEmpty {
    View(String),
    Text(String),
}

#[derive(Debug)]
pub(crate) enum Content {
    Body(Steps),
    Value(Node),
}

#[derive(Debug)]
pub(crate) enum Once {
    Key(Node),
    Here(String),
}

#[derive(Debug)]
pub(crate) struct Component {
    pub(crate) target: Target,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) body: Steps,
    pub(crate) is_legacy: bool,
}

#[derive(Debug)]
pub(crate) enum Target {
    Literal { written: Arc<str>, candidates: Vec<String> },
    Runtime(Node),
}

#[derive(Debug)]
pub(crate) struct Attribute {
    /// As written; empty for all of a bag.
    pub(crate) name: Arc<str>,
    /// The name of the variable that it is for.
    pub(crate) prop: Arc<str>,
    pub(crate) value: AttributeValue,
}

#[derive(Debug)]
pub(crate) enum AttributeValue {
    True,
    /// With a bag of this attribute alone.
    Literal(SmolStr, AttributeBag),
    Text(Steps),
    Bound(Node),
    Spread(Node),
    Class(Node),
    Style(Node),
}

impl Prepared {
    /// Line and column, in characters, of a place.
    pub(crate) fn position(&self, span: Span) -> (u32, u32) {
        let position = LineIndex::new(&self.source).position(span.start);
        (position.line, position.char)
    }
}
