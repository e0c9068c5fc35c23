//! Prepares patterns and formats: the places where names are bound, or stand within text.

use super::code::{Code, FormatPiece, Node, Pat, Variant};
use super::format;
use super::prepare::{Binding, Preparer};
use forge_codegen::Span;
use forge_codegen::expr::{Expr, ExprKind, Pattern, PatternKind};

impl Preparer<'_> {
    pub(crate) fn pattern(&mut self, pattern: &Pattern) -> Pat {
        let start = self.frame().names.len();
        self.pattern_from(pattern, start)
    }

    /// Names that the same pattern has bound already, in another alternative, keep their slots.
    fn pattern_from(&mut self, pattern: &Pattern, start: usize) -> Pat {
        match &pattern.kind {
            PatternKind::Wild => Pat::Wild,
            PatternKind::Bind(name) => {
                let known = self.frame().names[start..].iter().find_map(|(known, binding)| match binding {
                    Binding::Slot(slot) if **known == **name => Some(*slot),
                    _ => None,
                });
                Pat::Bind(known.unwrap_or_else(|| self.name(name)))
            }
            PatternKind::Reference(inner) => self.pattern_from(inner, start),
            PatternKind::Tuple(patterns) => {
                Pat::Tuple(patterns.iter().map(|pattern| self.pattern_from(pattern, start)).collect())
            }
            PatternKind::Variant(name, inner) => {
                let variant = match name.as_str() {
                    "Some" => Variant::Some,
                    "Ok" => Variant::Ok,
                    "Err" => Variant::Err,
                    other => return self.rust_pattern(pattern.span, format!("the pattern `{other}(…)`")),
                };
                Pat::Variant(variant, Box::new(self.pattern_from(inner, start)))
            }
            PatternKind::None => Pat::None,
            PatternKind::Literal(expr) => Pat::Literal(self.expr(expr)),
            PatternKind::Range(expr) => Pat::Range(self.expr(expr)),
            PatternKind::Or(patterns) => {
                Pat::Or(patterns.iter().map(|pattern| self.pattern_from(pattern, start)).collect())
            }
            PatternKind::Rust { binds, .. } => {
                for name in binds {
                    self.name(name);
                }
                let text = self.text(pattern.span);
                self.rust_pattern(pattern.span, format!("the pattern `{text}`"))
            }
        }
    }

    fn rust_pattern(&mut self, span: Span, why: String) -> Pat {
        self.needs.push((span, why.clone()));
        Pat::Rust(why)
    }

    pub(super) fn format(&mut self, span: Span, format: &Expr, arguments: &[Expr]) -> Code {
        let ExprKind::Str(text) = &format.kind else {
            return self.rust(span, "`format!` of something that is no literal");
        };
        let mut arguments = self.exprs(arguments);
        let pieces = match format::parse(text) {
            Ok(pieces) => pieces,
            Err(why) => return self.rust(format.span, why),
        };
        let given = arguments.len();
        let mut names: Vec<(String, usize)> = Vec::new();
        let resolved: Result<Vec<FormatPiece>, String> = pieces
            .into_iter()
            .map(|piece| {
                FormatPiece::resolve(piece, |source| match source {
                    format::Source::Position(at) if *at < given => Ok(*at),
                    format::Source::Position(at) => {
                        Err(format!("`format!` with {given} arguments, where argument {at} is asked for"))
                    }
                    format::Source::Name(name) => {
                        if let Some((_, at)) = names.iter().find(|(known, _)| known == name) {
                            return Ok(*at);
                        }
                        let code = self.variable(format.span, name);
                        arguments.push(Node { span: format.span, code });
                        names.push((name.clone(), arguments.len() - 1));
                        Ok(arguments.len() - 1)
                    }
                })
            })
            .collect();
        match resolved {
            Ok(pieces) => Code::Format { pieces, arguments },
            Err(why) => self.rust(span, why),
        }
    }
}
