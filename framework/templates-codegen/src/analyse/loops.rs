//! Loops and switches.

use crate::analyse::Analyst;
use crate::expr::Expr;
use crate::ir::{Op, OpKind};
use crate::table::Kind;
use crate::tree::{Block, Branch, Detail};

impl Analyst<'_> {
    pub(super) fn for_loop(&mut self, block: &Block) -> Option<OpKind> {
        let opener = block.opener();
        let head = match opener.detail {
            Detail::Loop(head) => {
                let values = self.expr(head.values);
                let key = head.key.map(|key| self.pattern(key));
                let pattern = self.pattern(head.pattern);
                values.zip(pattern).zip(key.map_or(Some(None), |key| key.map(Some)))
            }
            Detail::None | Detail::Level(_) | Detail::Condition(_) => None,
        };
        let label = self.label();
        let (body, uses_loop) = self.within_loop(label, true, |analyst| {
            analyst.drops_newline = true;
            analyst.body(&block.branches[0].children)
        });
        let mut otherwise = Vec::new();
        for branch in &block.branches[1..] {
            self.drops_newline = true;
            otherwise.extend(self.body(&branch.children));
        }
        let ((values, pattern), key) = head?;
        Some(OpKind::For { label, key, pattern, values, uses_loop, body, otherwise })
    }

    pub(super) fn while_loop(&mut self, block: &Block) -> Option<OpKind> {
        let opener = block.opener();
        let condition = self.arguments(opener, 1, 1).map(|list| list[0]).and_then(|span| self.condition(span));
        let label = self.label();
        let (body, _) = self.within_loop(label, false, |analyst| {
            analyst.drops_newline = true;
            analyst.body(&block.branches[0].children)
        });
        Some(OpKind::While { label, condition: condition?, body })
    }

    pub(super) fn switch(&mut self, block: &Block) -> Option<OpKind> {
        let value = self.single(block.opener());
        let label = self.label();
        let mut cases: Vec<(Vec<Expr>, Vec<Op>)> = Vec::new();
        let mut default: Option<Vec<Op>> = None;
        // Values of cases that have nothing of their own: the next body is theirs.
        let mut waiting: Vec<Expr> = Vec::new();
        // Whether the default waits for the next body, too.
        let mut default_waits = false;
        let count = block.branches.len();
        for (index, branch) in block.branches.iter().enumerate().skip(1) {
            self.container = branch.head.span();
            let is_default = branch.head.kind == Kind::Default;
            if !is_default && let Some(expr) = self.single(&branch.head) {
                waiting.push(expr);
            }
            let body = self.within_switch(label, |analyst| analyst.case_body(branch));
            if is_blank(&body) && !ends_with_break(branch) && index + 1 < count {
                default_waits |= is_default;
                continue;
            }
            let body = without_last_break(body, label);
            if is_default || default_waits {
                default_waits = false;
                // What shares the default's body gets there without a mention.
                waiting.clear();
                // Of a second one the parser has said that it is never reached.
                default.get_or_insert(body);
            } else {
                cases.push((std::mem::take(&mut waiting), body));
            }
        }
        cases.retain(|(values, _)| !values.is_empty());
        Some(OpKind::Switch { label, value: value?, cases, default: default.unwrap_or_default() })
    }

    fn case_body(&mut self, branch: &Branch) -> Vec<Op> {
        self.drops_newline = true;
        self.body(&branch.children)
    }
}

/// Whether the case ends with a `@break` that always happens, and so is no mere label for the next.
fn ends_with_break(branch: &Branch) -> bool {
    use crate::tree::Node;
    branch.children.iter().any(|node| matches!(node, Node::Directive(directive) if directive.kind == Kind::Break))
}

fn is_blank(ops: &[Op]) -> bool {
    ops.iter().all(is_space)
}

fn is_space(op: &Op) -> bool {
    matches!(&op.kind, OpKind::Text(text) if text.trim().is_empty())
}

/// A case ends where the next one begins; what stands behind its `@break` is never reached.
fn without_last_break(mut body: Vec<Op>, switch: crate::ir::Label) -> Vec<Op> {
    let last = body.iter().rposition(|op| !is_space(op));
    if let Some(last) = last
        && matches!(body[last].kind, OpKind::Break { label, when: None } if label == switch)
    {
        body.truncate(last);
    }
    body
}
