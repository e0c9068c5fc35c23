//! Walks through what a template does.

use forge_codegen::ir::{Op, bodies};

/// Calls `visit` with each step and those within it, outer first.
pub(super) fn each_op<'o>(ops: &'o [Op], visit: &mut dyn FnMut(&'o Op)) {
    for op in ops {
        visit(op);
        bodies(&op.kind, &mut |body| each_op(body, visit));
    }
}
