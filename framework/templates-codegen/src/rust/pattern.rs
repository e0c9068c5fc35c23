//! Patterns as Rust.

use super::lowering::Lowering;
use super::spelling::identifier;
use crate::expr::{ExprKind, Pattern, PatternKind};

impl Lowering<'_> {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        let start = self.w.at();
        match &pattern.kind {
            PatternKind::Wild => self.w.push("_"),
            PatternKind::Bind(name) => self.w.push(&binding(&self.text()[pattern.span.range()], name)),
            PatternKind::Reference(inner) => {
                self.w.push("&");
                self.pattern(inner);
            }
            PatternKind::Tuple(parts) => {
                self.w.push("(");
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        self.w.push(", ");
                    }
                    self.pattern(part);
                }
                self.w.push(if parts.len() == 1 { ",)" } else { ")" });
            }
            PatternKind::Variant(name, inner) => {
                self.w.push(&format!("::core::prelude::v1::{name}("));
                self.pattern(inner);
                self.w.push(")");
            }
            PatternKind::None => self.w.push("::core::prelude::v1::None"),
            PatternKind::Literal(expr) | PatternKind::Range(expr) => self.expr(expr),
            PatternKind::Or(parts) => {
                self.w.push("(");
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        self.w.push(" | ");
                    }
                    self.pattern(part);
                }
                self.w.push(")");
            }
            PatternKind::Rust { text, .. } => self.rust(text, pattern.span),
        }
        self.w.piece(start, pattern.span);
    }
}

/// Whether the pattern asks for text, which `String`s do not match by themselves.
pub(super) fn is_text(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Literal(expr) => matches!(expr.kind, ExprKind::Str(_)),
        PatternKind::Or(parts) => parts.iter().any(is_text),
        PatternKind::Wild
        | PatternKind::Bind(_)
        | PatternKind::Reference(_)
        | PatternKind::Tuple(_)
        | PatternKind::Variant(..)
        | PatternKind::None
        | PatternKind::Range(_)
        | PatternKind::Rust { .. } => false,
    }
}

/// `mut a` and `ref a` keep their words.
fn binding(written: &str, name: &str) -> String {
    let words = ["ref mut ", "ref ", "mut "];
    let word = words.iter().find(|word| written.starts_with(word.trim_end()) && written.len() > name.len());
    format!("{}{}", word.copied().unwrap_or_default(), identifier(name))
}
