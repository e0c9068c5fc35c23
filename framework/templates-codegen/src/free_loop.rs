//! `loop` in a template that is included within a loop of another.

use crate::problem::{Code, Problem};
use crate::span::Span;

/// A use of `loop` with fewer loops around it in its own template than it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeLoop {
    pub span: Span,
    /// How many times `.parent`.
    pub up: usize,
    /// Loops of the template itself.
    pub depth: usize,
}

impl FreeLoop {
    /// How many loops must be around the template.
    #[must_use]
    pub fn missing(self) -> usize {
        self.up + 1 - self.depth
    }

    /// What is wrong where there are no more than `around` loops around the template.
    pub(crate) fn problem(self, around: usize) -> Problem {
        if self.up == 0 {
            return Problem::new(Code::LoopOutside, self.span, "`loop` is known only within a loop")
                .help("put it into `@foreach`, or include the template within one");
        }
        let message = match self.depth + around {
            0 => "`loop.parent` is known only within two loops".to_owned(),
            1 => "only one loop is around this place".to_owned(),
            depth => format!("only {depth} loops are around this place"),
        };
        Problem::new(Code::LoopOutside, self.span, message).help("remove `.parent`")
    }
}
