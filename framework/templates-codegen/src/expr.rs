//! Expressions of templates, parsed. Rust's syntax, and what Forge adds to it: text in single quotes, lists and maps with
//! keys, filters behind `|`, words of Rust as names (`type`, `for`, `loop`).
//!
//! Both engines work on this tree: one prints it as Rust, the other evaluates it. What only Rust can do is kept as the
//! text that it is ([`ExprKind::Rust`]).

use crate::span::Span;

/// A piece of an expression, with its place in the template.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub span: Span,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// Text in either kind of quotes, unescaped.
    Str(String),
    Char(char),
    Bool(bool),
    /// As written, with its suffix: `1_000u8`.
    Int(String),
    /// As written, with its suffix: `1.5`, `2e3f32`.
    Float(String),
    /// A variable, or a function of Forge where it is called. Words of Rust (`type`) are names too. `None` and constants are
    /// here as well, with a capital letter.
    Var(String),
    /// `loop`, and `loop.parent` as often as `up` says: the variable of the loop `up` levels further out.
    Loop {
        up: usize,
    },
    /// `a.b`
    Field(Box<Expr>, Name),
    /// `a.0`
    TupleField(Box<Expr>, u32),
    /// `a[b]`
    Index(Box<Expr>, Box<Expr>),
    /// `a.b(c)`; type arguments as written between `::<` and `>`.
    Method {
        receiver: Box<Expr>,
        name: Name,
        turbofish: Option<Span>,
        arguments: Vec<Expr>,
    },
    /// `f(a)`, where `f` is one word.
    Call {
        function: Name,
        arguments: Vec<Expr>,
    },
    /// `a | upper`, `a | truncate(20)`. Only at the end of an echo.
    Filter {
        value: Box<Expr>,
        name: Name,
        arguments: Vec<Expr>,
    },
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a..b`, `a..=b`, and without either end.
    Range {
        start: Option<Box<Expr>>,
        end: Option<Box<Expr>>,
        is_inclusive: bool,
    },
    /// `&a`, `&mut a`
    Reference {
        is_mut: bool,
        value: Box<Expr>,
    },
    /// `a as u8`; the type as written.
    Cast(Box<Expr>, Span),
    /// `(a)`
    Paren(Box<Expr>),
    Tuple(Vec<Expr>),
    /// `[a, b]`: an array.
    List(Vec<Expr>),
    /// `["a" => b, "c"]`, `{ a: b, c }`: at least one entry with a key, or `{}`.
    Map(Vec<Entry>),
    /// `|a, (b, _)| c`
    Closure {
        is_move: bool,
        parameters: Vec<Pattern>,
        body: Box<Expr>,
    },
    /// `if a { b } else { c }`, and with `let`. Only blocks of one expression.
    If {
        condition: Box<Condition>,
        then: Box<Expr>,
        otherwise: Option<Box<Expr>>,
    },
    /// `match a { p if g => b, … }`
    Match {
        value: Box<Expr>,
        arms: Vec<Arm>,
    },
    /// `format!("…", a)`. The pieces between the arguments are the business of the engines.
    Format {
        format: Box<Expr>,
        arguments: Vec<Expr>,
    },
    /// Valid Rust that only the compiler understands: paths, struct literals, other macros, `?`, blocks, `await`. Its
    /// text is that of the place, except for what [`Patch`]es say.
    Rust(RustText),
}

/// Rust that is passed on as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct RustText {
    /// Where Forge's syntax within it is replaced by Rust's: sorted, without overlaps.
    pub patches: Vec<Patch>,
    /// Names in it that may be variables.
    pub names: Vec<Name>,
}

/// A piece of text in Rust's own spelling, such as `"a"` for `'a'` and `r#type` for `type`. The place is empty where
/// something is added: the last `;` of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    pub span: Span,
    pub text: String,
}

/// Of a map or of a list with keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The value of a list's item without a key; of `{ a }` it is the variable.
    pub key: Option<Expr>,
    pub value: Expr,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    pub pattern: Pattern,
    pub guard: Option<Expr>,
    pub value: Expr,
}

/// What may be asked in `@if` and the like: `a`, `let p = a`, and a chain of both with `&&`.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Expr(Expr),
    Let(Pattern, Expr),
    All(Vec<Condition>),
}

/// The left side of a `let`, of a loop, of an arm.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    pub span: Span,
    pub kind: PatternKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PatternKind {
    Wild,
    /// `a`, `mut a`, `ref a`
    Bind(String),
    /// `&p`
    Reference(Box<Pattern>),
    Tuple(Vec<Pattern>),
    /// `Some(p)`, `Ok(p)`, `Err(p)`
    Variant(String, Box<Pattern>),
    None,
    /// A literal, or `-` and a number.
    Literal(Expr),
    /// `1..=5`, `'a'..='z'`
    Range(Expr),
    /// `p | q`
    Or(Vec<Pattern>),
    /// Only the compiler understands it. With the names that it binds.
    Rust {
        text: RustText,
        binds: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    Not,
    Negate,
    Deref,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
