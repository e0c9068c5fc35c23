//! What the heads of conditional blocks ask.

use crate::analyse::Analyst;
use crate::expr::{Condition, Expr, ExprKind};
use crate::ir::{Can, Op, OpKind, Test, TestKind};
use crate::problem::{Code, Problem};
use crate::table::Kind;
use crate::tree::{Block, Directive};

impl Analyst<'_> {
    /// A block of branches, of which at most one is shown. A branch with a broken head is left out.
    pub(super) fn conditional(&mut self, block: &Block) -> Option<OpKind> {
        let mut branches = Vec::new();
        let mut otherwise = None;
        for branch in &block.branches {
            self.container = branch.head.span();
            let is_else = branch.head.kind == Kind::Else;
            let test = if is_else { None } else { self.test(&branch.head) };
            self.drops_newline = true;
            let body = self.body(&branch.children);
            if is_else {
                otherwise.get_or_insert(body);
            } else if let Some(test) = test {
                branches.push((test, body));
            }
        }
        (!branches.is_empty()).then(|| OpKind::If { branches, otherwise: otherwise.unwrap_or_default() })
    }

    pub(super) fn test(&mut self, head: &Directive) -> Option<Test> {
        let (kind, negated) = match head.kind {
            Kind::If | Kind::ElseIf => (self.asked(head)?, false),
            Kind::Unless => (self.denied(head)?, true),
            Kind::Isset => (TestKind::Isset(self.every(head, 1)?), false),
            Kind::Empty => (TestKind::Empty(self.single(head)?), false),
            Kind::Auth | Kind::ElseAuth => (TestKind::Auth(self.guard(head)?), false),
            Kind::Guest | Kind::ElseGuest => (TestKind::Guest(self.guard(head)?), false),
            Kind::Can | Kind::ElseCan => (self.can(head, Can::All)?, false),
            Kind::Cannot | Kind::ElseCannot => (self.can(head, Can::Not)?, false),
            Kind::CanAny | Kind::ElseCanAny => (self.can(head, Can::Any)?, false),
            Kind::Env => (TestKind::Env(self.environments(head)?), false),
            Kind::Production => (TestKind::Production, false),
            Kind::HasSection => (TestKind::HasSection(self.single(head)?), false),
            Kind::SectionMissing => (TestKind::HasSection(self.single(head)?), true),
            Kind::HasStack => (TestKind::HasStack(self.single(head)?), false),
            Kind::Session => (TestKind::Session(self.single(head)?), false),
            Kind::Context => (TestKind::Context(self.single(head)?), false),
            Kind::Error => {
                let list = self.arguments(head, 1, 2)?;
                let field = self.expr(list[0])?;
                let bag = match list.get(1) {
                    Some(span) => Some(self.expr(*span)?),
                    None => None,
                };
                (TestKind::Error { field, bag }, false)
            }
            Kind::Custom(id) => {
                let (id, negated) = self.options.condition(id)?;
                (TestKind::Custom { id, arguments: self.every(head, 0)? }, negated)
            }
            _ => return None,
        };
        Some(Test { span: head.span(), kind, negated })
    }

    fn asked(&mut self, head: &Directive) -> Option<TestKind> {
        let list = self.arguments(head, 1, 1)?;
        self.condition(list[0]).map(TestKind::Condition)
    }

    /// Of `@unless`, which has nothing that a `let` could bind.
    fn denied(&mut self, head: &Directive) -> Option<TestKind> {
        let asked = self.asked(head)?;
        if matches!(asked, TestKind::Condition(Condition::Expr(_))) {
            return Some(asked);
        }
        let problem = Problem::new(Code::WrongArguments, head.name, "`@unless` has no use for `let`");
        self.report_unless_broken(problem.help("write `@if (let …) @else … @endif`"));
        None
    }

    fn guard(&mut self, head: &Directive) -> Option<Option<Expr>> {
        let list = self.arguments(head, 0, 1)?;
        match list.first() {
            Some(span) => self.expr(*span).map(Some),
            None => Some(None),
        }
    }

    fn can(&mut self, head: &Directive, how: Can) -> Option<TestKind> {
        let mut list = self.every(head, 1)?;
        let arguments = list.split_off(1);
        let ability = list.pop()?;
        Some(TestKind::Can { how, ability, arguments })
    }

    fn environments(&mut self, head: &Directive) -> Option<Vec<Expr>> {
        let mut list = self.every(head, 1)?;
        if let [Expr { kind: ExprKind::List(inner), .. }] = &mut list[..] {
            return Some(std::mem::take(inner));
        }
        Some(list)
    }

    /// `@pushIf(c, 'n') … @elsePush('n') … @endPushIf`
    pub(super) fn push_if(&mut self, block: &Block) -> Option<OpKind> {
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        for branch in &block.branches {
            let head = &branch.head;
            self.container = head.span();
            let is_else = head.kind == Kind::ElsePush;
            let count = if is_else { 1 } else { 2 };
            let (mut test, mut name) = (None, None);
            if let Some(list) = self.arguments(head, count, count) {
                if !is_else {
                    test = self.condition(list[0]);
                }
                name = self.expr(list[count - 1]);
            }
            self.drops_newline = true;
            let content = self.within_kept("stack", |analyst| analyst.body(&branch.children));
            let Some(name) = name else { continue };
            let content = crate::ir::Content::Body(content);
            let push = Op { span: head.span(), kind: OpKind::Push { name, prepends: false, once: None, content } };
            if is_else {
                otherwise.push(push);
            } else if let Some(condition) = test {
                let test = Test { span: head.span(), kind: TestKind::Condition(condition), negated: false };
                branches.push((test, vec![push]));
            }
        }
        (!branches.is_empty()).then_some(OpKind::If { branches, otherwise })
    }

    /// A condition that nobody has registered as one.
    pub(super) fn report_misplaced(&mut self, directive: &Directive, message: &str, help: &str) {
        let problem =
            Problem::new(Code::Misplaced, directive.name, format!("`{}` {message}", self.text(directive.name)));
        self.report_unless_broken(problem.help(help));
    }
}
