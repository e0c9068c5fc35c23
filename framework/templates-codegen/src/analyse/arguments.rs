//! The arguments of directives: how many, and of what kind.

use crate::analyse::Analyst;
use crate::expr::{Entry, Expr, ExprKind, Name};
use crate::ir::{Need, Role, ViewNames};
use crate::literal::literal;
use crate::names;
use crate::parse_expr;
use crate::problem::{Code, Problem};
use crate::span::Span;
use crate::tree::Directive;

impl<'t> Analyst<'t> {
    /// The arguments, if there are enough.
    pub(super) fn arguments<'d>(&mut self, directive: &'d Directive, least: usize, most: usize) -> Option<&'d [Span]> {
        let list = directive.list();
        if list.len() < least && (list.is_empty() || list.iter().all(|span| span.is_empty())) {
            let problem = Problem::new(
                Code::MissingArguments,
                directive.name,
                format!("`{}` needs arguments", self.text(directive.name)),
            );
            self.report_unless_broken(problem);
            return None;
        }
        if list.len() < least || list.len() > most {
            let (count, name) = (list.len(), self.text(directive.name));
            let takes = match (least, most) {
                (least, usize::MAX) => format!("at least {least}"),
                (least, most) if least == most => format!("{least}"),
                (least, most) => format!("{least} to {most}"),
            };
            let plural = if most == 1 { "argument" } else { "arguments" };
            let span = list.get(most).copied().unwrap_or(directive.name);
            let problem =
                Problem::new(Code::WrongArguments, span, format!("`{name}` takes {takes} {plural}, not {count}"));
            let help = if count > most { "remove what is too much" } else { "add what is missing" };
            self.report_unless_broken(problem.help(help));
        }
        (list.len() >= least).then(|| &list[..list.len().min(most)])
    }

    /// One argument, which is an expression.
    pub(super) fn single(&mut self, directive: &Directive) -> Option<Expr> {
        let list = self.arguments(directive, 1, 1)?;
        self.expr(list[0])
    }

    /// All arguments as expressions.
    pub(super) fn every(&mut self, directive: &Directive, least: usize) -> Option<Vec<Expr>> {
        let list = self.arguments(directive, least, usize::MAX)?;
        list.iter().map(|span| self.expr(*span)).collect()
    }

    /// Text that is known now.
    pub(super) fn literal(&self, span: Span) -> Option<Name> {
        literal(self.text(span)).map(|text| Name { span, text })
    }

    /// Text that must be known now.
    pub(super) fn literal_or_report(&mut self, span: Span, what: &str) -> Option<Name> {
        let name = self.literal(span);
        if name.is_none() {
            let problem =
                Problem::new(Code::WrongArguments, span, format!("{what} must be known before the template runs"));
            self.report_unless_broken(problem.help("write it as text: `'name'`"));
        }
        name
    }

    /// Names and values: of a literal list or map.
    pub(super) fn entries(&mut self, span: Span) -> Vec<Entry> {
        if !self.text(span).starts_with(['{', '[']) {
            let problem = Problem::new(Code::WrongArguments, span, "names and values are expected here");
            self.report_unless_broken(problem.help("write `{ name: value }` or `['name' => value]`"));
            return Vec::new();
        }
        match parse_expr::entries(self.text_of_all(), span) {
            Ok(entries) => {
                entries.iter().for_each(|entry| self.check_entry(entry));
                entries
            }
            Err(problem) => {
                self.report_unless_broken(problem);
                Vec::new()
            }
        }
    }

    /// Data for a view: every entry has a name, and the names are those of variables.
    pub(super) fn data(&mut self, span: Option<&Span>) -> Vec<Entry> {
        let Some(span) = span else { return Vec::new() };
        let mut data = self.entries(*span);
        data.retain_mut(|entry| {
            let Some(Expr { span, kind: ExprKind::Str(name) }) = &mut entry.key else {
                let span = entry.key.as_ref().map_or(entry.value.span, |key| key.span);
                let problem = Problem::new(Code::WrongArguments, span, "data for a view needs names");
                self.report_unless_broken(problem.help("write `name: value` or `'name' => value`"));
                return false;
            };
            *name = names::snake(name);
            let (span, name) = (*span, name.clone());
            self.check_variable(span, &name)
        });
        data
    }

    /// Whether `name` can be a variable's.
    pub(super) fn check_variable(&mut self, span: Span, name: &str) -> bool {
        let is_fine = names::is_variable(name);
        if !is_fine {
            let problem =
                Problem::new(Code::WrongArguments, span, format!("`{name}` cannot be the name of a variable"));
            self.report_unless_broken(problem.help("write letters, digits and `_`, and a letter first"));
        }
        is_fine
    }

    /// A view, or with `several` the first of a list of views that exists.
    pub(super) fn view_names(&mut self, span: Span, role: Role) -> Option<ViewNames> {
        let expr = self.expr(span)?;
        let literals: Option<Vec<Name>> = match &expr.kind {
            ExprKind::Str(text) => Some(vec![Name { span, text: names::dotted(text) }]),
            ExprKind::List(list) if !list.is_empty() => list
                .iter()
                .map(|item| match &item.kind {
                    ExprKind::Str(text) => Some(Name { span: item.span, text: names::dotted(text) }),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        let Some(list) = literals else { return Some(ViewNames::Runtime(expr)) };
        self.need(span, list.iter().map(|name| name.text.clone()).collect(), role);
        Some(ViewNames::Literal(list))
    }

    pub(super) fn need(&mut self, span: Span, names: Vec<String>, role: Role) {
        self.program.needs.push(Need { span, names, role });
    }

    pub(super) fn text_of_all(&self) -> &'t str {
        self.template.source()
    }
}
