//! Expressions, prepared: variables are slots, literals are values, methods and functions are numbers. Made once for a template by `prepare`, run by `eval`.
//! It holds nothing that belongs to one page, so it is shared by threads.

use super::format::{Piece, Spec};
use super::methods::Method;
use super::number::{FloatType, IntType};
use super::types::Type;
use forge_codegen::Span;
use forge_codegen::expr::BinaryOp;
use smol_str::SmolStr;
use std::sync::Arc;

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) code: Code,
}

#[derive(Debug)]
pub(crate) enum Code {
    Str(SmolStr),
    Char(char),
    Bool(bool),
    Int(i128, IntType),
    Float(f64, FloatType),
    None,
    Unit,
    /// A variable of the frame.
    Slot(usize, Arc<str>),
    /// The slots of the turn's number and of how many there are.
    Loop(usize, usize, LoopPart),
    Field(Box<Node>, Arc<str>),
    TupleField(Box<Node>, u32),
    Index(Box<Node>, Box<Node>),
    Method {
        receiver: Box<Node>,
        method: Method,
        of: Option<Type>,
        arguments: Vec<Node>,
    },
    /// `Some(a)`, `Ok(a)`, `Err(a)`.
    Variant(Variant, Box<Node>),
    /// A closure in a variable.
    CallSlot(Box<Node>, Vec<Node>),
    Function(Function, Vec<Node>),
    Filter {
        value: Box<Node>,
        name: Arc<str>,
        arguments: Vec<Node>,
    },
    /// `&mut a`: of an iterator, what goes on with it.
    Borrow(Box<Node>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Compare(BinaryOp, Box<Node>, Box<Node>),
    Arithmetic(BinaryOp, Box<Node>, Box<Node>),
    Range {
        start: Option<Box<Node>>,
        end: Option<Box<Node>>,
        is_inclusive: bool,
    },
    Cast(Box<Node>, String),
    Tuple(Vec<Node>),
    List(Vec<Node>),
    Map(Vec<(Option<Node>, Node)>),
    Closure(Arc<ClosureCode>),
    If {
        condition: Box<Cond>,
        then: Box<Node>,
        otherwise: Option<Box<Node>>,
    },
    Match {
        value: Box<Node>,
        arms: Vec<Arm>,
    },
    Format {
        pieces: Vec<FormatPiece>,
        arguments: Vec<Node>,
    },
    /// Why only the compiler can do it.
    Rust(String),
}

/// A field of `loop`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoopPart {
    Index,
    Iteration,
    Remaining,
    Count,
    First,
    Last,
    Even,
    Odd,
    /// How many loops are around, this one included.
    Depth(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    Some,
    Ok,
    Err,
}

/// A function that is always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Old,
    Session,
    Config,
    CsrfToken,
    Asset,
    Url,
    Route,
    Trans,
    TransChoice,
    Shared,
}

#[derive(Debug)]
pub(crate) struct ClosureCode {
    /// Slots of the frame around, and those of its own that they go to.
    pub(crate) captures: Vec<(usize, usize)>,
    pub(crate) parameters: Vec<Pat>,
    /// With captures and parameters.
    pub(crate) slots: usize,
    pub(crate) body: Node,
}

#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) pattern: Pat,
    pub(crate) guard: Option<Node>,
    pub(crate) value: Node,
}

#[derive(Debug)]
pub(crate) enum Cond {
    Expr(Node),
    Let(Pat, Node),
    All(Vec<Cond>),
}

#[derive(Debug)]
pub(crate) enum Pat {
    Wild,
    Bind(usize),
    Tuple(Vec<Pat>),
    Variant(Variant, Box<Pat>),
    None,
    Literal(Node),
    Range(Node),
    Or(Vec<Pat>),
    Rust(String),
}

#[derive(Debug)]
pub(crate) enum FormatPiece {
    Text(String),
    /// The number of the argument; those of width and precision where they are arguments too.
    Argument {
        at: usize,
        spec: Spec,
        width: Option<usize>,
        precision: Option<usize>,
    },
}

impl FormatPiece {
    /// A piece whose arguments are found by `find`.
    pub(crate) fn resolve(
        piece: Piece,
        mut find: impl FnMut(&super::format::Source) -> Result<usize, String>,
    ) -> Result<Self, String> {
        use super::format::Count;
        match piece {
            Piece::Text(text) => Ok(Self::Text(text)),
            Piece::Argument { from, spec } => {
                let at = find(&from)?;
                let mut count = |count: &Option<Count>| match count {
                    Some(Count::Argument(source)) => find(source).map(Some),
                    _ => Ok(None),
                };
                let (width, precision) = (count(&spec.width)?, count(&spec.precision)?);
                Ok(Self::Argument { at, spec, width, precision })
            }
        }
    }
}
