//! Branches: `@else`, `@case` and the like.

use crate::parser::Parser;
use crate::parser::frame::{Head, Key};
use crate::problem::{Code, Problem};
use crate::span::Span;
use crate::table::Kind;
use crate::tree::{Branch, Directive, Node, Stray};

impl Parser<'_> {
    /// Continues the innermost block that has such branches. What is open within it ends.
    pub(super) fn branch(&mut self, directive: Directive) {
        let options = self.reader.options;
        let continues = |key: Key<'_>| matches!(key, Key::Block(kind) if options.continues(kind, directive.kind));
        if !self.open.blocks().any(|kind| continues(Key::Block(kind))) {
            if !self.debts.iter().any(|debt| continues(debt.key)) {
                self.report_stray_branch(&directive);
            }
            self.push(Node::Stray(Stray::Directive(directive)));
            return;
        }
        self.abandon_until(directive.name, continues);
        self.add_branch(directive);
    }

    /// The innermost frame takes the branch.
    fn add_branch(&mut self, directive: Directive) {
        let Some(frame) = self.frames.last_mut() else { return };
        let Some(Head::Block { head, branches, rest }) = &mut frame.head else {
            self.push(Node::Stray(Stray::Directive(directive)));
            return;
        };
        let Directive { name, kind, .. } = directive;
        let earlier = match kind {
            // The order of cases does not matter to the default.
            Kind::Case => None,
            _ => *rest,
        };
        if matches!(kind, Kind::Else | Kind::ElsePush | Kind::Empty | Kind::Default) {
            rest.get_or_insert(name);
        }
        let is_first_case = branches.is_empty() && head.kind == Kind::Switch;
        let children = std::mem::take(&mut frame.children);
        branches.push(Branch { head: std::mem::replace(head, directive), children });
        let before = if is_first_case { branches[0].children.iter().map(Node::span).collect() } else { Vec::new() };
        let comments = |span: &Span| self.text(*span).starts_with("{{--");
        if let Some(span) = before.into_iter().find(|span| !comments(span) && !self.text(*span).trim().is_empty()) {
            let problem = Problem::new(Code::BeforeFirstCase, span, "this stands before the first `@case`");
            self.reader.problems.add(problem.help("move it before `@switch` or into a case"));
        }
        if let Some(earlier) = earlier {
            let written = self.text(name);
            let problem = Problem::new(Code::UnreachableBranch, name, format!("this `{written}` is never reached"));
            let problem = problem.related(earlier, "this branch takes everything that is left");
            self.reader.problems.add(problem.help("remove it, or move it before"));
        }
    }

    fn report_stray_branch(&mut self, directive: &Directive) {
        let written = self.text(directive.name);
        let problem = Problem::new(Code::StrayBranch, directive.name, format!("`{written}` continues nothing"));
        let help = match directive.kind {
            Kind::Empty => "put it into `@forelse`, or write `@empty(…)`".to_owned(),
            _ => format!("put it into the block that it belongs to, or write `@{written}` to print the name"),
        };
        self.reader.problems.add(problem.help(help));
    }
}
