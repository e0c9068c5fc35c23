//! Components: attributes and slots are evaluated in the caller's scope, then the body in its own.

use super::Unit;
use super::attributes::{fixed_attributes, variable, written_name};
use super::content::LateContent;
use super::lowering::Lowering;
use super::scope::Scope;
use super::spelling::{identifier, string};
use crate::expr::{Expr, ExprKind, Name};
use crate::ir::{Attribute, Component, Prop, Target};
use crate::span::Span;

/// How a variable of a component comes to its value.
pub(super) enum Source<'c> {
    Attribute(&'c Attribute),
    /// It may be in a bag that is only known when the page is made.
    Spread,
    Default,
}

/// What of a component needs no variable.
struct Without {
    /// Else there are slots.
    content: Option<LateContent>,
    /// Else there is a bag.
    attributes: Option<String>,
}

impl<'a> Lowering<'a> {
    pub(super) fn component(&mut self, component: &Component, span: Span) {
        self.w.open("{");
        match &component.target {
            Target::Literal { written, candidates } => {
                if let Some(unit) = self.find(candidates, written.span) {
                    self.inline(component, unit, written);
                }
            }
            Target::Runtime(name) => self.component_at_run_time(name, component, span),
        }
        self.w.close("}");
    }

    fn inline(&mut self, component: &Component, unit: Unit<'a>, written: &Name) {
        let props = unit.program.props.as_deref().unwrap_or_default();
        let spreads = component.attributes.iter().any(|attribute| matches!(attribute, Attribute::Spread(_)));
        let plan: Vec<(&Prop, Source<'_>)> = props
            .iter()
            .map(|prop| {
                let given = component
                    .attributes
                    .iter()
                    .rev()
                    .find(|attribute| variable(attribute).as_deref() == Some(&prop.name.text));
                let source = match given {
                    Some(attribute) => Source::Attribute(attribute),
                    None if spreads => Source::Spread,
                    None => Source::Default,
                };
                (prop, source)
            })
            .collect();
        let is_variable = |attribute: &&Attribute| {
            let name = variable(attribute);
            !component.is_legacy && !props.iter().any(|prop| name.as_deref() == Some(&prop.name.text))
        };
        let bag: Vec<&Attribute> = component.attributes.iter().filter(is_variable).collect();
        let is_fixed = self.set.only_prints_attributes(unit.name()) && self.keeps_to_itself(component, unit);
        let fixed = if is_fixed { fixed_attributes(&bag) } else { None };
        if fixed.is_none() {
            self.bag(&bag);
        }
        let given: Vec<&Attribute> = if component.is_legacy {
            component.attributes.iter().collect()
        } else {
            plan.iter()
                .filter_map(|(_, source)| if let Source::Attribute(given) = source { Some(*given) } else { None })
                .collect()
        };
        self.open_given(&given, &plan);
        let of_struct = self.set.options().component(unit.name()).filter(|_| !component.is_legacy);
        let content = self.prints_content_late(component, unit).then(|| self.late_content(&component.body));
        if content.is_none() {
            self.passed(component, &given);
            let mark = self.scope.mark();
            if let Some(of_struct) = of_struct {
                self.make_struct(of_struct, &plan, written);
            }
            self.w.start();
            self.w.push("__forge.begin_component(");
            self.w.leaf(&string(&written.text), written.span);
            self.w.end(", __passed)?;");
            self.block(&component.body);
            self.scope.reset(mark);
            self.w.line("let mut __slots = __forge.end_component_body()?;");
        }
        self.body(component, unit, written, &plan, &given, Without { content, attributes: fixed });
        if of_struct.is_some() {
            self.w.close("}");
        }
        self.close_given(&given);
    }

    /// Evaluates what becomes variables. Their temporaries live as long as the component.
    fn open_given(&mut self, given: &[&Attribute], plan: &[(&Prop, Source<'_>)]) {
        if given.is_empty() {
            return;
        }
        self.w.open("match (");
        for attribute in given {
            let name = variable(attribute).unwrap_or_default();
            let is_optional = plan.iter().any(|(prop, _)| prop.name.text == name && is_none(prop.default.as_ref()));
            self.w.start();
            if is_optional {
                self.forge("optional!(");
            }
            self.prop_value(attribute);
            self.w.end(if is_optional { ")," } else { "," });
        }
        self.w.close(") {");
        self.w.indent();
        let names: Vec<String> =
            given.iter().map(|attribute| format!("mut __given_{}", variable(attribute).unwrap_or_default())).collect();
        self.w.open(&format!("({},) => {{", names.join(", ")));
    }

    fn close_given(&mut self, given: &[&Attribute]) {
        if !given.is_empty() {
            self.w.close("}");
            self.w.close("}");
        }
    }

    /// Whether what it is given is seen by its template alone: by no struct's code, and by no `@aware`.
    pub(super) fn keeps_to_itself(&mut self, component: &Component, unit: Unit<'a>) -> bool {
        !component.is_legacy
            && self.set.options().component(unit.name()).is_none()
            && !component.attributes.iter().any(|it| variable(it).is_some_and(|name| self.is_consumed(&name)))
    }

    /// The component's own scope.
    fn body(
        &mut self,
        component: &Component,
        unit: Unit<'a>,
        written: &Name,
        plan: &[(&Prop, Source<'_>)],
        given: &[&Attribute],
        without: Without,
    ) {
        let prints_late = without.content.is_some();
        let outer = std::mem::replace(&mut self.scope, Scope::closed());
        let loops = (std::mem::take(&mut self.loops), std::mem::take(&mut self.hidden_loops));
        if component.is_legacy {
            for attribute in given {
                let name = variable(attribute).unwrap_or_default();
                self.w.line(&format!("let mut {} = __given_{name};", identifier(&name)));
                self.scope.bind(&name);
            }
        }
        let of_struct = self.set.options().component(unit.name()).filter(|_| !component.is_legacy);
        if let Some(of_struct) = of_struct {
            self.fields(of_struct);
        }
        let is_field =
            |prop: &Prop| of_struct.is_some_and(|known| known.props.iter().any(|it| it.name == prop.name.text));
        for (prop, source) in plan.iter().filter(|(prop, _)| !is_field(prop)) {
            self.prop(prop, source, unit, written);
        }
        match without.content {
            Some(content) => self.scope.content = Some(content),
            None => self.slots(&component.body, plan, unit),
        }
        if without.attributes.is_some() {
            self.scope.attributes = without.attributes;
        } else if !component.is_legacy {
            self.w.line("let mut attributes = __bag;");
            self.scope.bind("attributes");
        }
        self.aware(unit);
        if prints_late {
            self.isolated_template(unit);
        } else {
            self.template(unit);
            self.w.line("__forge.end_component()?;");
        }
        (self.loops, self.hidden_loops) = loops;
        self.scope = outer;
    }

    fn prop(&mut self, prop: &Prop, source: &Source<'_>, unit: Unit<'a>, written: &Name) {
        let name = &prop.name.text;
        self.w.start();
        self.w.push(&format!("let mut {} = ", identifier(name)));
        match source {
            Source::Attribute(_) => self.w.push(&format!("__given_{name}")),
            Source::Spread if is_none(prop.default.as_ref()) => {
                self.w.push(&format!("__bag.take_prop({}).filter(|__value| !__value.is_null())", string(name)));
            }
            Source::Spread => {
                self.w.push(&format!(
                    "match __bag.take_prop({}) {{ ::core::option::Option::Some(__value) => __value, _ => ",
                    string(name)
                ));
                match &prop.default {
                    Some(default) => self.of_template(unit, |lowering| lowering.value(default)),
                    None => self.missing_prop(written, name),
                }
                self.w.push(" }");
            }
            Source::Default => match &prop.default {
                Some(default) if is_none(Some(default)) => self.w.push("::core::option::Option::<&str>::None"),
                Some(default) => self.of_template(unit, |lowering| lowering.borrowed(default)),
                // The set has reported it.
                None => self.w.push("()"),
            },
        }
        self.w.end(";");
        self.scope.bind_as(name, matches!(source, Source::Spread));
    }

    /// Leaves with an error: what a bag should have held was not there.
    pub(super) fn missing_prop(&mut self, written: &Name, name: &str) {
        let (component, prop) = (string(&written.text), string(name));
        self.w.push("return ::core::result::Result::Err(");
        self.forge("ErrorKind::MissingProp { component: ");
        self.w.push(&format!("{component}.into(), prop: {prop}.into() }}.into())"));
    }

    /// Prints with the text and the file of another template.
    fn of_template(&mut self, unit: Unit<'a>, print: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.unit, unit);
        let file = self.w.enter(&self.options.file(unit.name()));
        print(self);
        self.w.leave(file);
        self.unit = outer;
    }

    /// The values that a component within may ask for with `@aware`.
    fn passed(&mut self, component: &Component, given: &[&Attribute]) {
        let path = self.options.forge.clone();
        self.w.line(&format!("let mut __passed = {path}::Map::new();"));
        for attribute in &component.attributes {
            let Some(name) = variable(attribute).filter(|name| self.is_consumed(name)) else { continue };
            self.w.start();
            self.w.push(&format!("__passed.insert({}, ", string(&name)));
            if given.iter().any(|given| variable(given).as_deref() == Some(&name)) {
                self.forge(&format!("to_value!(__given_{name})"));
            } else {
                self.w.push(&format!("__bag.get({}).cloned().unwrap_or_default()", string(written_name(attribute))));
            }
            self.w.end(");");
        }
    }

    fn aware(&mut self, unit: Unit<'a>) {
        for prop in &unit.program.aware {
            let name = &prop.name.text;
            self.w.start();
            self.w.push(&format!("let mut {} = match __forge.aware({})", identifier(name), string(name)));
            self.w.push(" { ::core::option::Option::Some(__value) => __value, _ => ");
            match &prop.default {
                Some(default) => self.of_template(unit, |lowering| lowering.value(default)),
                None => self.forge("Value::Null"),
            }
            self.w.end(" };");
            self.scope.bind_as(name, true);
        }
    }

    fn component_at_run_time(&mut self, name: &Expr, component: &Component, span: Span) {
        self.w.start();
        self.w.push("let __name = ");
        self.value(name);
        self.w.end(";");
        let attributes: Vec<&Attribute> = component.attributes.iter().collect();
        self.bag(&attributes);
        self.passed(component, &[]);
        self.w.start();
        self.w.push("__forge.begin_component(");
        self.forge("generated::text(&__name)?.to_owned()");
        self.w.end(", __passed)?;");
        self.block(&component.body);
        self.w.line("let __slots = __forge.end_component_body()?;");
        let start = self.w.at();
        let path = self.options.forge.clone();
        self.w.line(&format!("{path}::generated::component(__forge, &__name, __bag, __slots)?;"));
        self.w.piece(start, span);
    }
}

fn is_none(default: Option<&Expr>) -> bool {
    default.is_some_and(|default| matches!(&default.kind, ExprKind::Var(name) if name == "None"))
}
