//! The state of lowering one view, and what steps have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::{Binding, Scope, bindings};
use super::writer::Writer;
use super::{LowerOptions, Unit};
use crate::expr::{Expr, ExprKind, Pattern};
use crate::ir::Label;
use crate::problem::Problem;
use crate::set::{Finding, Set};

pub(super) struct Lowering<'a> {
    pub(super) w: Writer,
    pub(super) scope: Scope,
    pub(super) set: &'a Set,
    pub(super) options: &'a LowerOptions,
    pub(super) unit: Unit<'a>,
    /// Each template that is printed has a number, so that labels differ.
    pub(super) instance: u32,
    pub(super) instances: u32,
    /// The templates around, outermost first.
    pub(super) within: Vec<&'a str>,
    pub(super) loops: Vec<LoopAround>,
    /// How many of them, from the outermost, the template does not see.
    pub(super) hidden_loops: usize,
    pub(super) problems: Vec<Finding>,
    /// The templates that were printed, and the names that were looked for.
    pub(super) used: BTreeSet<String>,
    /// Templates too large to go on with: said once.
    pub(super) is_full: bool,
    pub(super) fresh: u32,
    consumed: Option<BTreeSet<String>>,
    /// Whether `__services` stands in the code.
    pub(super) uses_services: bool,
    pub(super) switches: BTreeMap<(u32, Label), ()>,
}

/// A loop around the place.
pub(super) struct LoopAround {
    /// Not `@while`, which has no `loop`.
    pub(super) is_for: bool,
    /// The variable, if someone asks for `loop`.
    pub(super) variable: Option<String>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(set: &'a Set, unit: Unit<'a>, options: &'a LowerOptions) -> Self {
        Self {
            w: Writer::default(),
            scope: Scope::open(),
            set,
            options,
            unit,
            instance: 0,
            instances: 0,
            within: Vec::new(),
            loops: Vec::new(),
            hidden_loops: 0,
            problems: Vec::new(),
            used: BTreeSet::new(),
            is_full: false,
            fresh: 0,
            consumed: None,
            uses_services: false,
            switches: BTreeMap::new(),
        }
    }

    /// The text of the template that is being printed.
    pub(super) fn text(&self) -> &'a str {
        self.unit.text
    }

    /// A path into the run-time crate.
    pub(super) fn forge(&mut self, path: &str) {
        self.w.push(&self.options.forge);
        self.w.push("::");
        self.w.push(path);
    }

    /// The services of the page, and what is asked of them.
    pub(super) fn services(&mut self, what: &str) {
        self.uses_services = true;
        self.w.push("__services.");
        self.w.push(what);
    }

    /// A name for a variable of the generated code.
    pub(super) fn fresh(&mut self, what: &str) -> String {
        self.fresh += 1;
        format!("__{what}{}", self.fresh)
    }

    pub(super) fn label(&self, label: Label) -> String {
        format!("'l{}_{}", self.instance, label.0)
    }

    pub(super) fn problem(&mut self, problem: Problem) {
        self.problems.push(Finding { view: self.unit.name().to_owned(), problem, elsewhere: Vec::new() });
    }

    /// Whether some component asks for the name with `@aware`.
    pub(super) fn is_consumed(&mut self, name: &str) -> bool {
        let consumed = self.consumed.get_or_insert_with(|| consumed(self.set));
        consumed.contains(name)
    }

    pub(super) fn bind(&mut self, pattern: &Pattern) {
        for name in bindings(pattern) {
            self.scope.bind(name);
        }
    }

    /// The name of a variable that may not exist here, of those that an `@isset` or `@empty` asks about.
    pub(super) fn questionable(&self, expr: &Expr) -> Option<(String, Binding)> {
        let name = root(expr)?;
        match self.scope.binding(name) {
            Binding::Bound | Binding::Maybe => None,
            binding => Some((name.to_owned(), binding)),
        }
    }
}

/// The names that components ask for with `@aware`.
pub(crate) fn consumed(set: &Set) -> BTreeSet<String> {
    let programs = set.names().filter_map(|name| set.program(name));
    programs.flat_map(|program| program.aware.iter().map(|prop| prop.name.text.clone())).collect()
}

/// The variable that a place is in.
pub(super) fn root(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Var(name) => Some(name),
        ExprKind::Field(value, _)
        | ExprKind::TupleField(value, _)
        | ExprKind::Index(value, _)
        | ExprKind::Method { receiver: value, .. }
        | ExprKind::Reference { value, .. }
        | ExprKind::Unary(_, value)
        | ExprKind::Paren(value) => root(value),
        _ => None,
    }
}

/// Whether the expression names memory, so that using it would move what is there.
pub(super) fn is_place(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Var(_) => true,
        ExprKind::Field(value, _)
        | ExprKind::TupleField(value, _)
        | ExprKind::Index(value, _)
        | ExprKind::Paren(value) => {
            is_place(value) || matches!(value.kind, ExprKind::Method { .. } | ExprKind::Call { .. })
        }
        ExprKind::Unary(crate::expr::UnaryOp::Deref, _) => true,
        _ => false,
    }
}
