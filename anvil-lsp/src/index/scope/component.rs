//! What a component sees: its props, its slots, and the struct if it has code.

use forge_codegen::{
    Span,
    ir::{self, Attribute, OpKind, Prop, Target},
    snake,
};

use super::{Origin, Place, Scope, walk_ops::each_op};
use crate::index::{View, rust::TypeDefinition, types::Type};

/// Of more callers, the rest says the same.
const CALLERS_MAX: usize = 4;

impl<'i> Scope<'i> {
    pub(super) fn component(&mut self) {
        let (set, name) = (&self.view.package.set, self.view.name);
        self.bind("attributes", Some(Type::named("AttributeBag")), Origin::BuiltIn, Vec::new());
        self.bind("slot", Some(Type::named("Slot")), Origin::Slot, Vec::new());
        let definition = self.struct_of(name);
        let props: Vec<Prop> = set
            .program(name)
            .map(|program| program.props.iter().flatten().chain(&program.aware).cloned().collect())
            .unwrap_or_default();
        for prop in &props {
            self.prop(prop, definition);
        }
        if let Some((path, definition)) = definition {
            let place = Place { path: path.to_owned(), span: definition.span };
            self.bind("component", Some(Type::named(&definition.name)), Origin::BuiltIn, vec![place]);
        }
        for slot in set.component_variables(name) {
            if self.find(&slot).is_none() && slot != "component" {
                let places = self.slot_places(&slot);
                self.bind(&slot, Some(Type::named("Slot")), Origin::Slot, places);
            }
        }
    }

    fn prop(&mut self, prop: &Prop, definition: Option<(&'i std::path::Path, &'i TypeDefinition)>) {
        let name = &prop.name.text;
        let field =
            definition.and_then(|(path, found)| Some((path, found.fields.iter().find(|field| field.name == *name)?)));
        if let Some((path, field)) = field {
            let place = Place { path: path.to_owned(), span: field.span };
            self.bind(name, field.ty.clone(), Origin::Prop, vec![place]);
            return;
        }
        let text = self.view.package.source(self.view.name).unwrap_or_default();
        let default = prop.default.as_ref().and_then(|default| self.type_of(default, text));
        // `None` says nothing of what else it may be.
        let default = default.filter(|ty| !(ty.name == "Option" && ty.arguments.iter().all(Type::is_unknown)));
        let ty = default.or_else(|| self.passed_by_callers(name));
        let place = self.place(prop.name.span);
        self.bind(name, ty, Origin::Prop, place);
    }

    /// The struct of a component, with its file.
    fn struct_of(&self, template: &str) -> Option<(&'i std::path::Path, &'i TypeDefinition)> {
        let component = self.view.package.set.options().component(template)?;
        let (path, definition) = self.index.rust.component_named(&component.name)?;
        Some((path, definition))
    }

    /// Binds `component` in what stands in the tag of a component with code.
    pub(super) fn bind_struct_of(&mut self, candidates: &[String]) {
        let Some(template) = self.view.package.set.resolve(candidates).map(str::to_owned) else { return };
        if let Some((path, definition)) = self.struct_of(&template) {
            let place = Place { path: path.to_owned(), span: definition.span };
            self.bind("component", Some(Type::named(&definition.name)), Origin::BuiltIn, vec![place]);
        }
    }

    /// The type of what callers pass as a prop.
    fn passed_by_callers(&self, prop: &str) -> Option<Type> {
        if !self.around.is_empty() {
            return None;
        }
        let set = &self.view.package.set;
        let mut callers = 0;
        for caller in set.names() {
            let Some(text) = self.view.package.source(caller) else { continue };
            let mut passed = Vec::new();
            self.each_call(caller, &mut |_, component| {
                passed.extend(
                    component
                        .attributes
                        .iter()
                        .filter(|attribute| named(attribute).is_some_and(|name| snake(name) == prop)),
                );
            });
            for attribute in passed {
                if callers == CALLERS_MAX {
                    return None;
                }
                callers += 1;
                let ty = match attribute {
                    Attribute::Bound(name, value) => {
                        let mut scope = Scope::new(self.index, View { package: self.view.package, name: caller });
                        scope.around = vec![self.view.name.to_owned()];
                        scope.at(name.span.start).type_of(value, text)
                    }
                    Attribute::Text(..) => Some(Type::named("String")),
                    Attribute::Flag(_) => Some(Type::named("bool")),
                    _ => None,
                };
                if ty.is_some() {
                    return ty;
                }
            }
        }
        None
    }

    /// Where callers fill a slot.
    fn slot_places(&self, slot: &str) -> Vec<Place> {
        let mut places = Vec::new();
        for caller in self.view.package.set.names() {
            let Some(path) = self.view.package.views.get(caller) else { continue };
            let mut spans: Vec<Span> = Vec::new();
            self.each_call(caller, &mut |_, component| {
                each_op(&component.body, &mut |op| {
                    if let OpKind::Slot { name: ir::SlotName::Literal(name), .. } = &op.kind
                        && name.text == slot
                    {
                        spans.push(name.span);
                    }
                });
            });
            places.extend(spans.into_iter().map(|span| Place { path: path.clone(), span }));
        }
        places
    }

    /// The tags of this component in another template.
    fn each_call<'s>(&'s self, caller: &str, visit: &mut dyn FnMut(&'s ir::Op, &'s ir::Component)) {
        let set = &self.view.package.set;
        let Some(program) = set.program(caller) else { return };
        let is_named = program
            .needs
            .iter()
            .any(|need| need.role == ir::Role::Component && set.resolve(&need.names) == Some(self.view.name));
        if !is_named {
            return;
        }
        each_op(&program.body, &mut |op| {
            if let OpKind::Component(component) = &op.kind
                && let Target::Literal { candidates, .. } = &component.target
                && set.resolve(candidates) == Some(self.view.name)
            {
                visit(op, component);
            }
        });
    }
}

fn named(attribute: &Attribute) -> Option<&str> {
    match attribute {
        Attribute::Flag(name) | Attribute::Text(name, _) | Attribute::Bound(name, _) => Some(&name.text),
        _ => None,
    }
}
