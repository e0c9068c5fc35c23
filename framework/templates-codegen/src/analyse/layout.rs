//! Layouts: `@extends`, `@parent`.

use crate::analyse::Analyst;
use crate::ir::{Extends, Role};
use crate::problem::{Code, Problem};
use crate::span::Span;
use crate::tree::Directive;

impl Analyst<'_> {
    pub(super) fn extends(&mut self, directive: &Directive) {
        let Some(list) = self.arguments(directive, 1, 2) else { return };
        let names = self.view_names(list[0], Role::Layout);
        let with = self.data(list.get(1));
        let first = self.first.extends;
        if !self.is_first(first, directive) {
            return;
        }
        self.first.extends = Some(directive.name);
        if let Some(names) = names {
            self.program.extends = Some(Extends { span: directive.span(), names, with });
        }
    }

    /// Whether the directive is the first of its kind, else there is a problem.
    pub(super) fn is_first(&mut self, first: Option<Span>, directive: &Directive) -> bool {
        let Some(first) = first else { return true };
        let name = self.text(directive.name);
        let problem = Problem::new(Code::Repeated, directive.name, format!("`{name}` stands here a second time"));
        self.report_unless_broken(problem.related(first, "the first is here").help("remove one of them"));
        false
    }

    pub(super) fn report_parent_outside(&mut self, directive: &Directive) {
        let problem = Problem::new(Code::ParentOutside, directive.name, "`@parent` is in no section");
        self.report_unless_broken(problem.help("put it into `@section('name') … @endsection`"));
    }
}
