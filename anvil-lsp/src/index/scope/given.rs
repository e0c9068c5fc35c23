//! What a view is given: by Rust, and by the templates that include it or that it is the layout of.

use forge_codegen::{
    expr::{Entry, Expr, ExprKind},
    ir::{Need, Op, OpKind, Role},
};

use super::{Origin, Place, Scope, ScopeVariable, walk_ops::each_op};
use crate::index::{View, types::Type};

/// Templates that pass variables on, within each other.
const DEPTH_MAX: usize = 4;

/// Of more templates that use the same layout, the rest adds nothing.
const PARENTS_MAX: usize = 32;

impl Scope<'_> {
    pub(super) fn given(&mut self) {
        self.passed();
        for needed in self.view.package.set.variables(self.view.name) {
            if needed.is_certain && self.find(&needed.name).is_none() {
                self.bind(&needed.name, None, Origin::View, Vec::new());
            }
        }
    }

    /// What is passed by those who show it.
    pub(super) fn passed(&mut self) {
        self.by_rust();
        if self.around.len() < DEPTH_MAX {
            self.by_templates();
        }
    }

    fn by_rust(&mut self) {
        let index = self.index;
        let mut found: Vec<ScopeVariable> = Vec::new();
        for (path, shown) in index.rust.uses_of(self.view.name) {
            // The same name may be a view of several packages.
            if index.package_of(path).is_some_and(|package| package.root != self.view.package.root) {
                continue;
            }
            for variable in &shown.variables {
                let place = Place { path: path.clone(), span: variable.span };
                let at = found.iter().position(|known| known.name == variable.name);
                let at = at.unwrap_or_else(|| {
                    found.push(ScopeVariable {
                        name: variable.name.clone(),
                        ty: None,
                        origin: Origin::View,
                        definitions: Vec::new(),
                    });
                    found.len() - 1
                });
                if found[at].ty.is_none() {
                    found[at].ty = index.rust.given_type(path, variable);
                }
                found[at].definitions.push(place);
            }
        }
        self.names.extend(found);
    }

    fn by_templates(&mut self) {
        let (index, view) = (self.index, self.view);
        let set = &view.package.set;
        let mut parents = 0;
        for parent in set.names().filter(|name| *name != view.name) {
            let Some(program) = set.program(parent) else { continue };
            let is_this = |need: &&Need| need.role != Role::Component && set.resolve(&need.names) == Some(view.name);
            for need in program.needs.iter().filter(is_this) {
                if parents == PARENTS_MAX || self.around.iter().any(|around| around == parent) {
                    break;
                }
                parents += 1;
                let mut scope = Scope::new(index, View { package: view.package, name: parent });
                scope.around = self.around.iter().cloned().chain([view.name.to_owned()]).collect();
                self.passed_on(scope, need);
            }
        }
    }

    /// What `parent` passes on where it names this template.
    fn passed_on(&mut self, parent: Scope<'_>, need: &Need) {
        let parent_view = parent.view;
        let Some(program) = parent_view.package.set.program(parent_view.name) else { return };
        let Some(template) = parent_view.package.set.template(parent_view.name) else { return };
        let text = template.source();
        // A layout sees what is there at the end.
        let is_layout = need.role == Role::Layout;
        let scope = parent.at(if is_layout { text.len() as u32 } else { need.span.start });
        let mut passed: Vec<ScopeVariable> = Vec::new();
        let mut inherits = true;
        if let Some(extends) = program.extends.as_ref().filter(|_| is_layout) {
            passed.extend(scope.entries(&extends.with, text));
        }
        each_op(&program.body, &mut |op: &Op| {
            if !op.span.contains(need.span) {
                return;
            }
            match &op.kind {
                OpKind::Include(include) => {
                    inherits = include.inherits;
                    passed.extend(scope.entries(&include.with, text));
                }
                OpKind::Each { values, item, .. } => {
                    inherits = false;
                    let (key, value) = scope.type_of(values, text).and_then(|ty| ty.keyed()).unzip();
                    passed.push(scope.handed(&item.text, value, item.span));
                    passed.push(scope.handed("key", key, item.span));
                }
                _ => {}
            }
        });
        if inherits {
            let is_passed = |variable: &ScopeVariable| variable.origin != Origin::BuiltIn || variable.name == "loop";
            passed.extend(scope.into_list().into_iter().filter(is_passed));
        }
        for variable in passed {
            match self.names.iter_mut().find(|known| known.name == variable.name) {
                Some(known) => {
                    known.ty = known.ty.take().or(variable.ty);
                    if known.definitions.is_empty() {
                        known.definitions = variable.definitions;
                    }
                }
                None if variable.origin == Origin::BuiltIn => self.names.push(variable),
                None => self.names.push(ScopeVariable { origin: Origin::View, ..variable }),
            }
        }
    }

    /// The data that is passed along.
    fn entries(&self, entries: &[Entry], text: &str) -> Vec<ScopeVariable> {
        let named = |entry: &Entry| {
            let Some(Expr { kind: ExprKind::Str(name), span }) = &entry.key else { return None };
            Some(self.handed(name, self.type_of(&entry.value, text), *span))
        };
        entries.iter().filter_map(named).collect()
    }

    fn handed(&self, name: &str, ty: Option<Type>, span: forge_codegen::Span) -> ScopeVariable {
        ScopeVariable { name: name.to_owned(), ty, origin: Origin::View, definitions: self.place(span) }
    }
}
