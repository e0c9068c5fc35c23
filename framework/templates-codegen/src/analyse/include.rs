//! Includes.

use crate::analyse::Analyst;
use crate::expr::Name;
use crate::ir::{EachEmpty, Include, OpKind, Role, When};
use crate::names;
use crate::table::Kind;
use crate::tree::Directive;

impl Analyst<'_> {
    pub(super) fn include(&mut self, directive: &Directive) -> Option<OpKind> {
        let list = self.arguments(directive, 1, 2)?;
        let may_be_missing = directive.kind == Kind::IncludeIf;
        let role = if may_be_missing { Role::OptionalView } else { Role::View };
        let names = self.view_names(list[0], role);
        let with = self.data(list.get(1));
        let inherits = directive.kind != Kind::IncludeIsolated;
        Some(OpKind::Include(Include { names: names?, with, inherits, may_be_missing, when: None }))
    }

    pub(super) fn include_when(&mut self, directive: &Directive) -> Option<OpKind> {
        let list = self.arguments(directive, 2, 3)?;
        let condition = self.expr(list[0]);
        let names = self.view_names(list[1], Role::View);
        let with = self.data(list.get(2));
        let when = if directive.kind == Kind::IncludeWhen { When::True } else { When::False };
        let when = Some((condition?, when));
        Some(OpKind::Include(Include { names: names?, with, inherits: true, may_be_missing: false, when }))
    }

    /// `@each('view', items, 'item', 'empty.view')`
    pub(super) fn each(&mut self, directive: &Directive) -> Option<OpKind> {
        let list = self.arguments(directive, 3, 4)?;
        let view = self.view_names(list[0], Role::View);
        let values = self.expr(list[1]);
        let item = self.literal_or_report(list[2], "the name of the variable").and_then(|Name { span, text }| {
            let text = names::snake(&text);
            self.check_variable(span, &text).then_some(Name { span, text })
        });
        let otherwise = match list.get(3) {
            None => None,
            Some(span) => {
                let name = self.literal_or_report(*span, "what is shown for nothing")?;
                Some(match name.text.strip_prefix("raw|") {
                    Some(text) => EachEmpty::Text(text.to_owned()),
                    None => {
                        let text = names::dotted(&name.text);
                        self.need(name.span, vec![text.clone()], Role::View);
                        EachEmpty::View(Name { span: name.span, text })
                    }
                })
            }
        };
        Some(OpKind::Each { view: view?, values: values?, item: item?, otherwise })
    }
}
