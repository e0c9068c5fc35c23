//! Loops and switches around a place: what `loop`, `@break` and `@continue` refer to.

use crate::analyse::Analyst;
use crate::ir::{FreeLoop, Label, Op, OpKind};
use crate::names::is_component;
use crate::problem::{Code, Problem};
use crate::span::Span;
use crate::table::Kind;
use crate::tree::{Detail, Directive};

/// What is around the place that is being looked at.
#[derive(Default)]
pub(super) struct Enclosing {
    jumps: Vec<Target>,
    /// For each loop with `loop` whether something asks for it; the outermost first.
    loops: Vec<bool>,
    /// How many sections.
    sections: usize,
}

#[derive(Clone, Copy)]
enum Target {
    Loop(Label),
    Switch(Label),
    /// What is printed within is kept, so nothing may leave it.
    Kept(&'static str),
}

impl Analyst<'_> {
    pub(super) fn label(&mut self) -> Label {
        self.labels += 1;
        Label(self.labels - 1)
    }

    /// Does `work` within a loop. Returns whether something asked for `loop`.
    pub(super) fn within_loop<T>(
        &mut self,
        label: Label,
        has_loop: bool,
        work: impl FnOnce(&mut Self) -> T,
    ) -> (T, bool) {
        self.around.jumps.push(Target::Loop(label));
        if has_loop {
            self.around.loops.push(false);
        }
        let result = work(self);
        self.around.jumps.pop();
        let uses_loop = has_loop && self.around.loops.pop().unwrap_or_default();
        (result, uses_loop)
    }

    pub(super) fn within_switch<T>(&mut self, label: Label, work: impl FnOnce(&mut Self) -> T) -> T {
        self.around.jumps.push(Target::Switch(label));
        let result = work(self);
        self.around.jumps.pop();
        result
    }

    /// Does `work` within something whose output is kept: a section, a slot. `what` is what messages call it.
    pub(super) fn within_kept<T>(&mut self, what: &'static str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.around.jumps.push(Target::Kept(what));
        let result = work(self);
        self.around.jumps.pop();
        result
    }

    pub(super) fn within_section<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.around.sections += 1;
        let result = self.within_kept("section", work);
        self.around.sections -= 1;
        result
    }

    pub(super) fn is_in_section(&self) -> bool {
        self.around.sections > 0
    }

    /// Something asks for `loop`, `up` loops further out.
    pub(super) fn use_loop(&mut self, span: Span, up: usize) {
        let depth = self.around.loops.len();
        if let Some(index) = depth.checked_sub(up + 1) {
            self.around.loops[index] = true;
            return;
        }
        let free = FreeLoop { span, up, depth };
        if is_component(&self.program.name) {
            // A component sees nothing of where it is called.
            self.report_unless_broken(free.problem(0));
        } else if !self.is_broken_here() {
            self.program.free_loops.push(free);
        }
    }

    pub(super) fn jump(&mut self, directive: &Directive, ops: &mut Vec<Op>) {
        let (level, condition) = match directive.detail {
            Detail::Level(level) => (level as usize, None),
            Detail::Condition(span) => (1, Some(span)),
            Detail::None | Detail::Loop(_) => (1, None),
        };
        let when = match condition {
            Some(span) => match self.expr(span) {
                Some(expr) => Some(expr),
                None => return,
            },
            None => None,
        };
        let Some(target) = self.jump_target(directive, level) else { return };
        let kind = match target {
            Target::Loop(label) if directive.kind == Kind::Continue => OpKind::Continue { label, when },
            // To go on with a switch is to leave it, as in PHP.
            Target::Loop(label) | Target::Switch(label) => OpKind::Break { label, when },
            Target::Kept(_) => return,
        };
        ops.push(Op { span: directive.span(), kind });
    }

    fn jump_target(&mut self, directive: &Directive, level: usize) -> Option<Target> {
        let name = self.text(directive.name);
        let mut found = 0;
        let mut kept = None;
        for target in self.around.jumps.iter().rev() {
            match target {
                Target::Kept(what) => kept = kept.or(Some(*what)),
                Target::Loop(_) | Target::Switch(_) => {
                    found += 1;
                    if found == level && kept.is_none() {
                        return Some(*target);
                    }
                }
            }
        }
        let problem = match kept {
            Some(what) if found >= level => {
                let message = format!("`{name}` cannot leave the {what} around it");
                Problem::new(Code::JumpOutside, directive.name, message)
                    .help("put the loop into it, or use a condition")
            }
            _ if found == 0 => {
                let problem = Problem::new(Code::JumpOutside, directive.name, format!("`{name}` is in no loop"));
                problem.help(format!("remove it, or write `@{name}` to print the name"))
            }
            _ => {
                let message = format!("`{name}` would leave {level} loops, and is in {found}");
                Problem::new(Code::JumpOutside, directive.name, message).help(format!("write `{name}({found})`"))
            }
        };
        self.report_unless_broken(problem);
        None
    }
}
