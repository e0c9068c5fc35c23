//! What a template does, step by step: the common ground of both engines. Names are resolved as far as the text says
//! them, expressions are parsed, the newlines that Blade drops are gone.
//!
//! A [`Program`] is one file. What other files it needs is in [`Program::needs`]; putting them together is the business of the engines.

pub use crate::free_loop::FreeLoop;

use crate::expr::{Condition, Entry, Expr, ExprKind, Name, Pattern, RustText};
use crate::options::CustomId;
use crate::span::Span;

/// A template that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// Dotted: `posts.index`, `components.card`.
    pub name: String,
    pub body: Vec<Op>,
    /// Rendered behind the body, with the same variables.
    pub extends: Option<Extends>,
    /// `@props`: the body sees these variables. None where there is no such directive.
    pub props: Option<Vec<Prop>>,
    /// `@aware`.
    pub aware: Vec<Prop>,
    /// `@use`: items of Rust.
    pub uses: Vec<Use>,
    /// The templates that are named with literal text.
    pub needs: Vec<Need>,
    /// Uses of `loop` that mean a loop of a template around: it must be included within one.
    pub free_loops: Vec<FreeLoop>,
}

/// Another template that this one names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub span: Span,
    /// As in [`Program::name`]; of a component, the names to try in this order.
    pub names: Vec<String>,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    View,
    /// It may be missing.
    OptionalView,
    Layout,
    Component,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Extends {
    pub span: Span,
    /// The first that exists is taken.
    pub names: ViewNames,
    pub with: Vec<Entry>,
}

/// Which template.
#[derive(Debug, Clone, PartialEq)]
pub enum ViewNames {
    /// Known now; several in the order in which they are tried.
    Literal(Vec<Name>),
    /// Known when it is rendered: text, or a list of texts.
    Runtime(Expr),
}

/// An entry of `@props` or `@aware`.
#[derive(Debug, Clone, PartialEq)]
pub struct Prop {
    /// As the variable is called: `max_width`, whatever the spelling in the template (`maxWidth`, `max-width`).
    pub name: Name,
    /// Without a default, it must be passed. In `@aware` it is then nothing.
    pub default: Option<Expr>,
}

/// `@use('crate::models::Post', 'P')`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub span: Span,
    /// `crate::models::Post as P`, `crate::models::{A, B}`.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Op {
    pub span: Span,
    pub kind: OpKind,
}

/// A loop or a switch, numbered within the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub u32);

#[derive(Debug, Clone, PartialEq)]
pub enum OpKind {
    Text(String),
    Echo {
        value: Expr,
        /// Not by `{!! … !!}`.
        escapes: bool,
    },
    If {
        branches: Vec<(Test, Vec<Op>)>,
        otherwise: Vec<Op>,
    },
    Switch {
        label: Label,
        value: Expr,
        /// Values that lead here, by `==`. Cases that only whitespace separates are one.
        cases: Vec<(Vec<Expr>, Vec<Op>)>,
        default: Vec<Op>,
    },
    For {
        label: Label,
        key: Option<Pattern>,
        pattern: Pattern,
        values: Expr,
        /// Whether the body, or a loop in it through `loop.parent`, asks for `loop`.
        uses_loop: bool,
        body: Vec<Op>,
        /// `@empty` of `@forelse`.
        otherwise: Vec<Op>,
    },
    While {
        label: Label,
        condition: Condition,
        body: Vec<Op>,
    },
    Break {
        label: Label,
        when: Option<Expr>,
    },
    Continue {
        label: Label,
        when: Option<Expr>,
    },
    Include(Include),
    /// `@each`.
    Each {
        view: ViewNames,
        values: Expr,
        /// The variable; `key` is one too.
        item: Name,
        otherwise: Option<EachEmpty>,
    },
    Yield {
        name: Expr,
        default: Option<Expr>,
    },
    Section {
        name: Expr,
        content: Content,
        end: SectionEnd,
    },
    /// What the section had before, or has in the layout.
    Parent,
    Stack(Expr),
    Push {
        name: Expr,
        /// Before what is there.
        prepends: bool,
        /// `@pushOnce`: at most once under this key.
        once: Option<Once>,
        content: Content,
    },
    Once {
        key: Once,
        body: Vec<Op>,
    },
    Fragment {
        name: Expr,
        body: Vec<Op>,
    },
    Component(Component),
    /// A slot of the component that is being called. Directly or within conditions and loops.
    Slot {
        /// Empty for the default slot.
        name: SlotName,
        attributes: Vec<Attribute>,
        content: Content,
    },
    /// `@class`: items, and items under conditions.
    Class(Expr),
    Style(Expr),
    /// `@checked` and the like: the attribute's name, if the condition holds.
    Flag(&'static str, Expr),
    /// `@bool`.
    Bool(Expr),
    Csrf,
    Method(Expr),
    Json(Expr),
    Js(Expr),
    /// `@inject('metrics', 'crate::Metrics')`.
    Inject {
        variable: Name,
        path: Name,
    },
    /// `@rust let a = 1; @endrust`.
    Rust {
        statements: Vec<Statement>,
        text: RustText,
        /// Of the code, without the directives.
        code: Span,
    },
    /// From here on there is no such variable.
    Unset(Name),
    Lang {
        key: Content,
        replace: Option<Expr>,
    },
    Choice {
        key: Expr,
        count: Expr,
        replace: Option<Expr>,
    },
    Vite {
        entries: Option<Expr>,
        directory: Option<Expr>,
    },
    ViteReactRefresh,
    Fonts(Vec<Expr>),
    Dump(Vec<Expr>),
    /// `@dd`: shows the values and nothing else.
    DumpAndStop(Vec<Expr>),
    /// A project's own directive, standing alone.
    Custom {
        id: CustomId,
        arguments: Vec<Expr>,
    },
    /// A project's own block.
    CustomBlock {
        id: CustomId,
        arguments: Vec<Expr>,
        body: Vec<Op>,
    },
}

/// A statement of `@rust` that both engines know. An op with anything else has none at all, and only Rust can run it.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    Let(Pattern, Expr),
    Assign(Expr, Expr),
    Compound(Expr, crate::expr::BinaryOp, Expr),
    Expr(Expr),
}

/// The head of a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    pub span: Span,
    pub kind: TestKind,
    /// `@unless`, `@unlessdisk`, `@sectionMissing`.
    pub negated: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TestKind {
    Condition(Condition),
    /// `@isset(a, b)`: all exist and are something.
    Isset(Vec<Expr>),
    Empty(Expr),
    Auth(Option<Expr>),
    Guest(Option<Expr>),
    Can {
        how: Can,
        ability: Expr,
        arguments: Vec<Expr>,
    },
    Env(Vec<Expr>),
    Production,
    HasSection(Expr),
    HasStack(Expr),
    /// Within the branch, `value` is what is there.
    Session(Expr),
    /// Within the branch, `value` is what is there.
    Context(Expr),
    /// Within the branch, `message` is the first.
    Error {
        field: Expr,
        bag: Option<Expr>,
    },
    Custom {
        id: CustomId,
        arguments: Vec<Expr>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Can {
    All,
    Not,
    Any,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Include {
    pub names: ViewNames,
    pub with: Vec<Entry>,
    /// Not by `@includeIsolated`.
    pub inherits: bool,
    /// `@includeIf`: nothing happens where there is no such template.
    pub may_be_missing: bool,
    /// `@includeWhen` and `@includeUnless`.
    pub when: Option<(Expr, When)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    True,
    False,
}

/// What `@each` shows where there is nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum EachEmpty {
    View(Name),
    /// `raw|text`.
    Text(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Between the directive and its end.
    Body(Vec<Op>),
    /// The second argument; escaped.
    Value(Expr),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionEnd {
    /// The first definition counts; `@parent` in it is what comes later.
    End,
    /// It is shown here, too.
    Show,
    Append,
    Overwrite,
}

/// Under what a thing happens once.
#[derive(Debug, Clone, PartialEq)]
pub enum Once {
    Key(Expr),
    /// The place in the template, counted from its beginning.
    Here(u32),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    pub target: Target,
    pub attributes: Vec<Attribute>,
    /// The default slot, with the other slots in it.
    pub body: Vec<Op>,
    /// `@component('view', data)`: the data are variables of the view, and there is no attribute bag.
    pub is_legacy: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Names of templates, in the order in which they are tried.
    Literal {
        written: Name,
        candidates: Vec<String>,
    },
    Runtime(Expr),
}

#[derive(Debug, Clone, PartialEq)]
pub enum SlotName {
    Default,
    Literal(Name),
    Runtime(Expr),
}

/// An attribute of a component or slot.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// `disabled`.
    Flag(Name),
    /// `title="a {{ b }}"`: the text, with echoes escaped.
    Text(Name, Vec<Op>),
    /// `:title="a"`, `:$title`.
    Bound(Name, Expr),
    /// `{{ attributes.merge(…) }}`: all of the bag.
    Spread(Expr),
    /// `@class([…])`.
    Class(Span, Expr),
    /// `@style([…])`.
    Style(Span, Expr),
    /// `@checked(a)` and the like.
    When(&'static str, Expr),
}

impl Attribute {
    /// The value, if it is text without echoes.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self {
            Self::Text(_, ops) => match &ops[..] {
                [] => Some(""),
                [Op { kind: OpKind::Text(text), .. }] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Calls `visit` with each body directly within an op.
pub fn bodies<'o>(kind: &'o OpKind, visit: &mut dyn FnMut(&'o [Op])) {
    match kind {
        OpKind::If { branches, otherwise } => {
            branches.iter().for_each(|(_, body)| visit(body));
            visit(otherwise);
        }
        OpKind::Switch { cases, default, .. } => {
            cases.iter().for_each(|(_, body)| visit(body));
            visit(default);
        }
        OpKind::For { body, otherwise, .. } => {
            visit(body);
            visit(otherwise);
        }
        OpKind::While { body, .. }
        | OpKind::Once { body, .. }
        | OpKind::Fragment { body, .. }
        | OpKind::CustomBlock { body, .. }
        | OpKind::Component(Component { body, .. })
        | OpKind::Section { content: Content::Body(body), .. }
        | OpKind::Push { content: Content::Body(body), .. }
        | OpKind::Slot { content: Content::Body(body), .. }
        | OpKind::Lang { key: Content::Body(body), .. } => visit(body),
        _ => {}
    }
}

/// What a step is at the beginning of a view, where space is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leading<'o> {
    /// Nothing but space.
    Blank,
    /// It prints nothing here, so that what follows is still the beginning.
    Silent,
    /// Text, without the space in front of it.
    Text(&'o str),
    /// Only when the page is made is it known what stands there.
    Other,
}

/// What a step is if nothing but [`Leading::Blank`] and [`Leading::Silent`] was in front of it.
#[must_use]
pub fn leading(op: &Op) -> Leading<'_> {
    match &op.kind {
        OpKind::Text(text) => match text.trim_start_matches([' ', '\n', '\r', '\t', '\u{b}', '\0']) {
            "" => Leading::Blank,
            text => Leading::Text(text),
        },
        OpKind::Section { end: SectionEnd::End | SectionEnd::Append | SectionEnd::Overwrite, .. }
        | OpKind::Push { .. } => Leading::Silent,
        _ => Leading::Other,
    }
}

/// The texts of `@class` or `@style`, each perhaps with a condition, where all of them are written literally.
#[must_use]
pub fn literal_list(list: &Expr) -> Option<Vec<(&str, Option<&Expr>)>> {
    match &list.kind {
        ExprKind::Paren(list) => literal_list(list),
        ExprKind::List(items) => items.iter().map(|item| Some((literal_text(item)?, None))).collect(),
        ExprKind::Map(entries) => {
            let mut found: Vec<(&str, Option<&Expr>)> = Vec::new();
            for entry in entries {
                let Some(key) = &entry.key else {
                    found.push((literal_text(&entry.value)?, None));
                    continue;
                };
                let text = literal_text(key)?;
                let is_list = matches!(entry.value.kind, ExprKind::List(_) | ExprKind::Map(_));
                // Of a key that is there twice, the last value counts.
                if is_list || found.iter().any(|(known, condition)| *known == text && condition.is_some()) {
                    return None;
                }
                found.push((text, Some(&entry.value)));
            }
            Some(found)
        }
        _ => None,
    }
}

fn literal_text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Str(text) => Some(text),
        _ => None,
    }
}
