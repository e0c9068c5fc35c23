//! The state of one evaluation: the variables, and how much more it may do.

use super::code::ClosureCode;
use super::fault::{Eval, mistake};
use super::value::{Closure, Val};
use crate::engine::host::Host;
use std::rc::Rc;

/// Turns of loops and steps of iterators that one page may take. A page with a table of a thousand rows takes some thousand.
pub(crate) const STEPS_MAX: u64 = 10_000_000;

/// Values in one list that an expression makes.
pub(crate) const ITEMS_MAX: usize = 1_000_000;

/// Closures within closures, and templates within templates, that are evaluated at a time. Each takes some kilobytes of the thread's stack.
pub(crate) const CALLS_MAX: usize = 64;

/// Bytes of the thread's stack that a page may take. Threads of Tokio have two megabytes.
const STACK_BYTES_MAX: usize = 1 << 20;

/// About where the stack ends at present.
#[inline(never)]
fn stack_place() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}

pub(crate) struct Vm<'r> {
    stack: Vec<Val>,
    base: usize,
    steps: u64,
    calls: usize,
    /// Loops around, over items, and how many of them are those of templates around.
    pub(crate) loops: usize,
    pub(crate) outer_loops: usize,
    /// Where the thread's stack was when the page began.
    bottom: usize,
    pub(crate) host: Host<'r>,
}

/// Where a frame began, to go back to.
#[must_use]
pub(crate) struct Frame {
    base: usize,
    top: usize,
}

impl<'r> Vm<'r> {
    pub(crate) fn new(host: Host<'r>) -> Self {
        Self { stack: Vec::new(), base: 0, steps: 0, calls: 0, loops: 0, outer_loops: 0, bottom: stack_place(), host }
    }

    /// Counts a turn of a loop.
    pub(crate) fn step(&mut self) -> Eval<()> {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return Err(mistake(format!("the page took more than {STEPS_MAX} turns of loops; does the loop end?")));
        }
        Ok(())
    }

    /// Begins a frame with room for variables.
    pub(crate) fn enter(&mut self, slots: usize) -> Frame {
        let frame = Frame { base: self.base, top: self.stack.len() };
        self.base = frame.top;
        self.stack.resize(frame.top + slots, Val::Unbound);
        frame
    }

    pub(crate) fn leave(&mut self, frame: Frame) {
        self.stack.truncate(frame.top);
        self.base = frame.base;
    }

    /// # Panics
    /// If there is no such slot, that is, if `prepare` has counted wrongly.
    pub(crate) fn slot(&self, slot: usize) -> &Val {
        &self.stack[self.base + slot]
    }

    /// The value of a variable, and what it is printed to.
    pub(crate) fn slot_and_host(&mut self, slot: usize) -> (&Val, &mut Host<'r>) {
        (&self.stack[self.base + slot], &mut self.host)
    }

    #[inline]
    pub(crate) fn set(&mut self, slot: usize, value: Val) {
        let place = &mut self.stack[self.base + slot];
        // A loop over numbers sets nothing else, and to find out that there is nothing to drop takes longer than the rest.
        if matches!(place, Val::Int(..) | Val::Unbound) {
            std::mem::forget(std::mem::replace(place, value));
        } else {
            *place = value;
        }
    }

    pub(crate) fn closure(&self, code: &std::sync::Arc<ClosureCode>) -> Val {
        let captured = code.captures.iter().map(|(outer, _)| self.slot(*outer).clone()).collect();
        Val::Closure(Rc::new(Closure { code: code.clone(), captured }))
    }

    pub(crate) fn call<const N: usize>(&mut self, function: &Val, arguments: [Val; N]) -> Eval<Val> {
        let Val::Closure(closure) = function else {
            return Err(mistake(format!("expected a closure, found `{}`; write it as `|a| …`", function.kind())));
        };
        let code = &closure.code;
        if code.parameters.len() != N {
            let found = code.parameters.len();
            return Err(mistake(format!(
                "the closure takes {found} arguments, {N} are given; change the names between its `|`"
            )));
        }
        self.step()?;
        let frame = self.enter(code.slots);
        for ((_, own), value) in code.captures.iter().zip(&closure.captured) {
            self.set(*own, value.clone());
        }
        let result = self.call_body(code, arguments);
        self.leave(frame);
        result
    }

    fn call_body<const N: usize>(&mut self, code: &ClosureCode, arguments: [Val; N]) -> Eval<Val> {
        for (pattern, argument) in code.parameters.iter().zip(arguments) {
            if !self.bind(pattern, argument)? {
                return Err(mistake("the argument does not fit the closure's pattern; use a pattern that always fits"));
            }
        }
        self.nested(|vm| vm.eval(&code.body))
    }

    /// Stops before the thread's stack is used up, whatever it was used for.
    pub(crate) fn deeper(&self) -> Eval<()> {
        if self.bottom.abs_diff(stack_place()) > STACK_BYTES_MAX {
            return Err(mistake(
                "templates, blocks and expressions are too deep within each other; does a template include itself?",
            ));
        }
        Ok(())
    }

    pub(crate) fn nested<T>(&mut self, run: impl FnOnce(&mut Self) -> Eval<T>) -> Eval<T> {
        if self.calls >= CALLS_MAX {
            return Err(mistake(format!(
                "more than {CALLS_MAX} templates or closures within each other; does a template include itself?"
            )));
        }
        self.deeper()?;
        self.calls += 1;
        let result = run(self);
        self.calls -= 1;
        result
    }

    /// Whether a closure says yes.
    pub(crate) fn ask<const N: usize>(&mut self, function: &Val, arguments: [Val; N]) -> Eval<bool> {
        self.call(function, arguments)?.truth()
    }
}
