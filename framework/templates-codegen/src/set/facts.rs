//! What of a template matters to others.

use crate::expr::{Expr, ExprKind, Name};
use crate::ir::{
    Attribute, Component, Op, OpKind, Program, Role, SectionEnd, SlotName, Target, TestKind, ViewNames, bodies,
};
use crate::names;
use crate::variables::Variables;

#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) variables: Variables,
    /// Sections that it defines for a layout, by literal names.
    pub(super) sections: Vec<Name>,
    /// Sections that it shows or asks for, by literal names.
    pub(super) yields: Vec<String>,
    /// Whether it shows sections, includes views or calls components whose names only run time knows.
    pub(super) is_dynamic: bool,
    pub(super) calls: Vec<Call>,
    /// Views that are included by literal names and see what is around, each with the loops around it.
    pub(super) includes: Vec<(Vec<String>, usize)>,
    /// Whether a view whose name only run time knows is included within a loop.
    pub(super) lends_loops: bool,
    pub(super) slot: SlotUse,
    /// Whether it does nothing with `attributes` but print them as they are.
    pub(super) only_prints_attributes: bool,
}

/// What a component's template does with `slot`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum SlotUse {
    /// It prints it, and nothing else, whatever the conditions.
    Prints,
    /// At most that, under conditions.
    MayPrint,
    #[default]
    Any,
}

/// A component that is called.
#[derive(Debug)]
pub(super) struct Call {
    /// The name with the templates it may mean; nothing if only run time knows it.
    pub(super) target: Option<(Name, Vec<String>)>,
    /// Attributes and slots, as variables are called.
    pub(super) given: Vec<String>,
    /// Those of them that are slots.
    pub(super) slots: Vec<String>,
    /// Whether more may be given than can be seen.
    pub(super) is_open: bool,
}

impl Facts {
    pub(super) fn of(program: &Program, source: &str) -> Self {
        let mut facts = Self { variables: Variables::of(program, source), ..Self::default() };
        facts.ops(&program.body, 0);
        if let Some(extends) = &program.extends {
            facts.views(&extends.names);
        }
        let is_alone = !facts.is_dynamic
            && program.extends.is_none()
            && program.needs.iter().all(|need| need.role == Role::Component);
        let only_prints = |name| is_alone && count(&program.body, name, bodies) == mentions(source, name);
        if only_prints("slot") {
            let is_certain = count(&program.body, "slot", certain_bodies) > 0;
            facts.slot = if is_certain { SlotUse::Prints } else { SlotUse::MayPrint };
        }
        facts.only_prints_attributes = only_prints("attributes");
        facts
    }

    /// Within so many loops.
    fn ops(&mut self, ops: &[Op], loops: usize) {
        ops.iter().for_each(|op| self.op(op, loops));
    }

    fn op(&mut self, op: &Op, loops: usize) {
        match &op.kind {
            OpKind::Section { name, end, .. } => self.section(name, *end),
            OpKind::Yield { name, .. } => self.shows(name),
            OpKind::If { branches, .. } => {
                for (test, _) in branches {
                    if let TestKind::HasSection(name) = &test.kind {
                        self.shows(name);
                    }
                }
            }
            OpKind::Include(include) => {
                self.views(&include.names);
                match &include.names {
                    ViewNames::Literal(names) if include.inherits => {
                        self.includes.push((names.iter().map(|name| name.text.clone()).collect(), loops));
                    }
                    ViewNames::Runtime(_) => self.lends_loops |= include.inherits && loops > 0,
                    ViewNames::Literal(_) => {}
                }
            }
            OpKind::Each { view, .. } => self.views(view),
            OpKind::Component(component) => self.component(component),
            // A project's own code may show anything.
            OpKind::Custom { .. } | OpKind::CustomBlock { .. } => self.is_dynamic = true,
            _ => {}
        }
        if let OpKind::For { body, otherwise, .. } = &op.kind {
            self.ops(body, loops + 1);
            self.ops(otherwise, loops);
        } else {
            bodies(&op.kind, &mut |ops| self.ops(ops, loops));
        }
    }

    fn section(&mut self, name: &Expr, end: SectionEnd) {
        match (&name.kind, end) {
            (ExprKind::Str(text), SectionEnd::Show) => self.yields.push(text.clone()),
            (ExprKind::Str(text), _) => self.sections.push(Name { span: name.span, text: text.clone() }),
            (_, SectionEnd::Show) => self.is_dynamic = true,
            _ => {}
        }
    }

    fn shows(&mut self, name: &Expr) {
        match &name.kind {
            ExprKind::Str(text) => self.yields.push(text.clone()),
            _ => self.is_dynamic = true,
        }
    }

    fn views(&mut self, names: &ViewNames) {
        self.is_dynamic |= matches!(names, ViewNames::Runtime(_));
    }

    fn component(&mut self, component: &Component) {
        let target = match &component.target {
            Target::Literal { written, candidates } => Some((written.clone(), candidates.clone())),
            Target::Runtime(_) => {
                self.is_dynamic = true;
                None
            }
        };
        let (mut given, mut filled) = (Vec::new(), Vec::new());
        let mut is_open = fills_unknown_slots(&component.body);
        for attribute in &component.attributes {
            match attribute {
                Attribute::Flag(name) | Attribute::Text(name, _) | Attribute::Bound(name, _) => {
                    given.push(names::snake(&name.text))
                }
                Attribute::Spread(_) => is_open = true,
                Attribute::Class(..) => given.push("class".to_owned()),
                Attribute::Style(..) => given.push("style".to_owned()),
                Attribute::When(name, _) => given.push((*name).to_owned()),
            }
        }
        slots(&component.body, &mut |name| match name {
            SlotName::Default => {}
            SlotName::Literal(name) => filled.push(name.text.clone()),
            SlotName::Runtime(_) => {}
        });
        given.extend(filled.iter().cloned());
        self.calls.push(Call { target, given, slots: filled, is_open });
    }
}

/// Whether the body of a component may fill slots whose names cannot be seen.
pub(crate) fn fills_unknown_slots(body: &[Op]) -> bool {
    // What is included may fill slots, too.
    let mut found = has_include(body);
    slots(body, &mut |name| found |= matches!(name, SlotName::Runtime(_)));
    found
}

/// The slots of the component whose body this is, not those of components within.
fn slots(ops: &[Op], visit: &mut dyn FnMut(&SlotName)) {
    for op in ops {
        match &op.kind {
            OpKind::Slot { name, .. } => visit(name),
            OpKind::Component(_) => {}
            kind => bodies(kind, &mut |ops| slots(ops, visit)),
        }
    }
}

fn has_include(ops: &[Op]) -> bool {
    ops.iter().any(|op| match &op.kind {
        OpKind::Include(_) => true,
        OpKind::Slot { .. } | OpKind::Component(_) => false,
        kind => {
            let mut found = false;
            bodies(kind, &mut |ops| found |= has_include(ops));
            found
        }
    })
}

/// Whether it is this variable and nothing else.
pub(crate) fn is_variable(value: &Expr, variable: &str) -> bool {
    matches!(&value.kind, ExprKind::Var(name) if name == variable)
}

/// How often the steps, and those within them that `within` finds, print the variable.
fn count(ops: &[Op], variable: &str, within: for<'o> fn(&'o OpKind, &mut dyn FnMut(&'o [Op]))) -> usize {
    let printed = |op: &Op| {
        let mut printed = usize::from(matches!(&op.kind, OpKind::Echo { value, .. } if is_variable(value, variable)));
        within(&op.kind, &mut |ops| printed += count(ops, variable, within));
        printed
    };
    ops.iter().map(printed).sum()
}

/// The bodies within a step that run in any case.
fn certain_bodies<'o>(kind: &'o OpKind, visit: &mut dyn FnMut(&'o [Op])) {
    if matches!(kind, OpKind::Component(_) | OpKind::Slot { .. } | OpKind::Fragment { .. }) {
        bodies(kind, visit);
    }
}

/// How often the word stands anywhere in the text, but in the names of tags.
fn mentions(text: &str, word: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let stands = |(at, _): &(usize, &str)| {
        let (before, behind) = (&text[..*at], &text[at + word.len()..]);
        let is_tag = before.ends_with("<x-") || before.ends_with("</x-");
        !is_tag && !before.ends_with(is_word) && !behind.starts_with(is_word)
    };
    text.match_indices(word).filter(stands).count()
}
