//! Expressions: parsed, and checked as far as one template says what is right.

use crate::analyse::Analyst;
use crate::expr::{Condition, Entry, Expr, ExprKind, Name, Pattern};
use crate::expr_walk;
use crate::ir::OpKind;
use crate::ir::{Op, Statement};
use crate::names;
use crate::parse_expr;
use crate::problem::{Code, Problem};
use crate::span::Span;

/// The filters with how many arguments they take, at least and at most.
pub const FILTERS: &[(&str, usize, usize)] = &[
    ("upper", 0, 0),
    ("lower", 0, 0),
    ("capitalize", 0, 0),
    ("title", 0, 0),
    ("trim", 0, 0),
    ("length", 0, 0),
    ("truncate", 1, 1),
    ("join", 1, 1),
    ("default", 1, 1),
    ("json", 0, 0),
    ("nl2br", 0, 0),
    ("urlencode", 0, 0),
    ("replace", 2, 2),
    ("first", 0, 0),
    ("last", 0, 0),
    ("reverse", 0, 0),
    ("sort", 0, 0),
    ("round", 1, 1),
    ("abs", 0, 0),
    ("date", 1, 1),
    ("pluralize", 2, 2),
];

impl Analyst<'_> {
    pub(super) fn expr(&mut self, span: Span) -> Option<Expr> {
        let parsed = parse_expr::expression(self.text_of_all(), span);
        self.checked(parsed)
    }

    pub(super) fn echoed(&mut self, span: Span) -> Option<Expr> {
        let parsed = parse_expr::echo(self.text_of_all(), span);
        self.checked(parsed)
    }

    pub(super) fn condition(&mut self, span: Span) -> Option<Condition> {
        match parse_expr::condition(self.text_of_all(), span) {
            Ok(condition) => {
                let mut found = Vec::new();
                expr_walk::each_of_condition(&condition, &mut |expr| found.push(expr));
                found.into_iter().for_each(|expr| self.check_one(expr));
                Some(condition)
            }
            Err(problem) => {
                self.report_unless_broken(problem);
                None
            }
        }
    }

    pub(super) fn pattern(&mut self, span: Span) -> Option<Pattern> {
        parse_expr::pattern(self.text_of_all(), span).map_err(|problem| self.report_unless_broken(problem)).ok()
    }

    /// The code of `@rust`, as an op.
    pub(super) fn rust(&mut self, span: Span, code: Span, ops: &mut Vec<Op>) {
        if self.text(code).trim().is_empty() {
            return;
        }
        match parse_expr::statements(self.text_of_all(), code) {
            Ok((statements, text)) => {
                for statement in &statements {
                    match statement {
                        Statement::Let(_, expr) | Statement::Expr(expr) => self.check(expr),
                        Statement::Assign(one, other) | Statement::Compound(one, _, other) => {
                            self.check(one);
                            self.check(other);
                        }
                    }
                }
                if statements.is_empty() {
                    self.check_names(&text.names);
                }
                ops.push(Op { span, kind: OpKind::Rust { statements, text, code } });
            }
            Err(problem) => self.report_unless_broken(problem),
        }
    }

    fn checked(&mut self, parsed: Result<Expr, Problem>) -> Option<Expr> {
        match parsed {
            Ok(expr) => {
                self.check(&expr);
                Some(expr)
            }
            Err(problem) => {
                self.report_unless_broken(problem);
                None
            }
        }
    }

    pub(super) fn check_entry(&mut self, entry: &Entry) {
        if let Some(key) = &entry.key {
            self.check(key);
        }
        self.check(&entry.value);
    }

    fn check(&mut self, expr: &Expr) {
        expr_walk::each(expr, &mut |expr| self.check_one(expr));
    }

    fn check_one(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Loop { up } => self.use_loop(expr.span, *up),
            ExprKind::Rust(text) => self.check_names(&text.names),
            ExprKind::Filter { name, arguments, .. } => self.check_filter(name, arguments.len()),
            _ => {}
        }
    }

    fn check_names(&mut self, names: &[Name]) {
        if let Some(name) = names.iter().find(|name| name.text == "loop") {
            self.use_loop(name.span, 0);
        }
    }

    fn check_filter(&mut self, name: &Name, count: usize) {
        let known = FILTERS.iter().find(|(known, ..)| *known == name.text);
        match known {
            None => {
                let problem =
                    Problem::new(Code::UnknownFilter, name.span, format!("there is no filter `{}`", name.text));
                let help = match names::nearest(&name.text, FILTERS.iter().map(|(name, ..)| *name)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "call a method or function instead; put `a | b` of numbers into parentheses".to_owned(),
                };
                self.report(problem.help(help));
            }
            Some((_, least, most)) if !(*least..=*most).contains(&count) => {
                let plural = if *most == 1 { "argument" } else { "arguments" };
                let message = format!("the filter `{}` takes {least} {plural}, not {count}", name.text);
                let problem = Problem::new(Code::UnknownFilter, name.span, message);
                self.report(problem.help(if *most == 0 {
                    "remove the parentheses"
                } else {
                    "see the list of filters"
                }));
            }
            Some(_) => {}
        }
    }
}
