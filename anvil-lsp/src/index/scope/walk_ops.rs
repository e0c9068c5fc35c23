//! Walks through what a template does.

use forge_codegen::ir::{Component, Content, Op, OpKind};

/// Calls `visit` with each step and those within it, outer first.
pub(super) fn each_op<'o>(ops: &'o [Op], visit: &mut dyn FnMut(&'o Op)) {
    for op in ops {
        visit(op);
        match &op.kind {
            OpKind::If { branches, otherwise } => {
                branches.iter().for_each(|(_, body)| each_op(body, visit));
                each_op(otherwise, visit);
            }
            OpKind::Switch { cases, default, .. } => {
                cases.iter().for_each(|(_, body)| each_op(body, visit));
                each_op(default, visit);
            }
            OpKind::For { body, otherwise, .. } => {
                each_op(body, visit);
                each_op(otherwise, visit);
            }
            OpKind::While { body, .. }
            | OpKind::Once { body, .. }
            | OpKind::Fragment { body, .. }
            | OpKind::CustomBlock { body, .. }
            | OpKind::Component(Component { body, .. })
            | OpKind::Section { content: Content::Body(body), .. }
            | OpKind::Push { content: Content::Body(body), .. }
            | OpKind::Slot { content: Content::Body(body), .. }
            | OpKind::Lang { key: Content::Body(body), .. } => each_op(body, visit),
            _ => {}
        }
    }
}
