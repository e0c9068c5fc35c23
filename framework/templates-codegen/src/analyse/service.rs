//! Directives that ask something of the app: forms, scripts, translations, assets, and a project's own.

use crate::analyse::Analyst;
use crate::expr::{Expr, ExprKind, Name};
use crate::ir::{Content, Op, OpKind, Use};
use crate::parse_expr;
use crate::problem::{Code, Problem};
use crate::span::Span;
use crate::table::Kind;
use crate::tree::Directive;

impl Analyst<'_> {
    pub(super) fn service(&mut self, directive: &Directive) -> Option<OpKind> {
        Some(match directive.kind {
            Kind::Bool => OpKind::Bool(self.single(directive)?),
            Kind::Csrf => OpKind::Csrf,
            Kind::Method => OpKind::Method(self.single(directive)?),
            Kind::Json => OpKind::Json(self.single(directive)?),
            Kind::Js => OpKind::Js(self.single(directive)?),
            Kind::Inject => self.inject(directive)?,
            Kind::Lang => {
                let (list, replace) = self.with_last(directive, 1)?;
                let key = list.into_iter().next()?;
                OpKind::Lang { key: Content::Value(key), replace }
            }
            Kind::Choice => {
                let (list, replace) = self.with_last(directive, 2)?;
                let mut list = list.into_iter();
                OpKind::Choice { key: list.next()?, count: list.next()?, replace }
            }
            Kind::Vite => {
                let list = self.arguments(directive, 0, 2)?;
                let mut list = list.iter().map(|span| self.expr(*span)).collect::<Option<Vec<_>>>()?.into_iter();
                OpKind::Vite { entries: list.next(), directory: list.next() }
            }
            Kind::ViteReactRefresh => OpKind::ViteReactRefresh,
            Kind::Fonts => OpKind::Fonts(self.every(directive, 0)?),
            Kind::Dump => OpKind::Dump(self.every(directive, 0)?),
            Kind::Dd => OpKind::DumpAndStop(self.every(directive, 0)?),
            Kind::Custom(id) => OpKind::Custom { id, arguments: self.every(directive, 0)? },
            _ => return None,
        })
    }

    /// `count` expressions, and perhaps one more.
    fn with_last(&mut self, directive: &Directive, count: usize) -> Option<(Vec<Expr>, Option<Expr>)> {
        let list = self.arguments(directive, count, count + 1)?;
        let mut list = list.iter().map(|span| self.expr(*span)).collect::<Option<Vec<_>>>()?;
        let last = (list.len() > count).then(|| list.pop()).flatten();
        Some((list, last))
    }

    fn inject(&mut self, directive: &Directive) -> Option<OpKind> {
        let list = self.arguments(directive, 2, 2)?;
        let variable = self.literal_or_report(list[0], "the name of the variable")?;
        let path = self.path(list[1])?;
        if !self.check_variable(variable.span, &variable.text) {
            return None;
        }
        if parse_expr::is_type(&path.text) {
            return Some(OpKind::Inject { variable, path });
        }
        let problem = Problem::new(Code::WrongArguments, path.span, format!("`{}` is no type", path.text));
        self.report_unless_broken(problem.help("write the path of one: `'crate::Metrics'`"));
        None
    }

    /// `@use('crate::models::Post', 'P')`
    pub(super) fn use_item(&mut self, directive: &Directive) {
        let Some(list) = self.arguments(directive, 1, 2) else { return };
        let Some(Name { span, text: path }) = self.path(list[0]) else { return };
        let path = match list.get(1) {
            Some(alias) => match self.path(*alias) {
                Some(alias) => format!("{path} as {}", alias.text),
                None => return,
            },
            None => path,
        };
        if parse_expr::is_use_tree(&path) {
            self.program.uses.push(Use { span, path });
            return;
        }
        let problem = Problem::new(Code::WrongArguments, span, format!("`{path}` is no path that Rust can import"));
        self.report_unless_broken(problem.help("write one such as `'crate::models::Post'`"));
    }

    /// A path of Rust, in quotes or not. Blade's backslashes are as good.
    fn path(&mut self, span: Span) -> Option<Name> {
        let text = self.literal(span).map_or_else(|| self.text(span).to_owned(), |name| name.text);
        let text = text.trim().replace('\\', "::");
        (!text.is_empty()).then_some(Name { span, text })
    }

    pub(super) fn unset(&mut self, directive: &Directive, ops: &mut Vec<Op>) {
        for expr in self.every(directive, 1).unwrap_or_default() {
            match expr.kind {
                ExprKind::Var(text) => {
                    let name = Name { span: expr.span, text };
                    ops.push(Op { span: directive.span(), kind: OpKind::Unset(name) });
                }
                _ => {
                    let problem = Problem::new(Code::WrongArguments, expr.span, "only a variable can be unset");
                    self.report_unless_broken(problem.help("write its name alone"));
                }
            }
        }
    }
}
