//! Components: attributes and slots are evaluated in the caller's scope, then the body in its own.

use super::Unit;
use super::lowering::Lowering;
use super::scope::Scope;
use super::spelling::{identifier, string};
use crate::expr::{Expr, ExprKind, Name};
use crate::ir::{Attribute, Component, Content, Op, OpKind, Prop, SlotName, Target};
use crate::names::snake;
use crate::set::fills_unknown_slots;
use crate::span::Span;

/// How a variable of a component comes to its value.
enum Source<'c> {
    Attribute(&'c Attribute),
    /// It may be in a bag that is only known when the page is made.
    Spread,
    Default,
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
        self.bag(&bag);
        let given: Vec<&Attribute> = if component.is_legacy {
            component.attributes.iter().collect()
        } else {
            plan.iter()
                .filter_map(|(_, source)| if let Source::Attribute(given) = source { Some(*given) } else { None })
                .collect()
        };
        self.open_given(&given, &plan);
        self.passed(component, &given);
        self.w.start();
        self.w.push("__forge.begin_component(");
        self.w.leaf(&string(&written.text), written.span);
        self.w.end(", __passed)?;");
        self.block(&component.body);
        self.w.line("let mut __slots = __forge.end_component_body()?;");
        self.body(component, unit, written, &plan, &given);
        self.close_given(&given);
    }

    /// `__bag` with these attributes.
    fn bag(&mut self, attributes: &[&Attribute]) {
        let path = self.options.forge.clone();
        self.w.line(&format!("let mut __bag = {path}::AttributeBag::new();"));
        for attribute in attributes {
            if matches!(attribute, Attribute::Spread(_)) {
                continue;
            }
            self.w.start();
            match attribute {
                Attribute::Flag(name) | Attribute::Text(name, _) | Attribute::Bound(name, _) => {
                    self.w.push("__bag.insert(");
                    self.w.leaf(&string(&name.text), name.span);
                }
                Attribute::Class(..) => self.w.push("__bag.insert(\"class\""),
                Attribute::Style(..) => self.w.push("__bag.insert(\"style\""),
                Attribute::When(name, _) => self.w.push(&format!("__bag.insert({}", string(name))),
                Attribute::Spread(_) => {}
            }
            self.w.push(", ");
            self.bag_value(attribute);
            self.w.end(");");
        }
        // What a component passes on is stronger than what it adds, as in Blade.
        for attribute in attributes {
            if let Attribute::Spread(value) = attribute {
                self.w.start();
                self.w.push("__bag = (");
                self.expr(value);
                self.w.end(").merge(__bag);");
            }
        }
    }

    fn bag_value(&mut self, attribute: &Attribute) {
        match attribute {
            Attribute::Flag(_) => self.w.push("true"),
            // In a bag it is HTML, as in the tag; a prop is text.
            Attribute::Text(_, ops) => {
                self.forge("Safe::new(");
                self.text_value(ops);
                self.w.push(")");
            }
            Attribute::Bound(_, value) | Attribute::When(_, value) => self.value(value),
            Attribute::Class(_, list) => self.list_text("class_list", list),
            Attribute::Style(_, list) => self.list_text("style_list", list),
            Attribute::Spread(_) => {}
        }
    }

    pub(super) fn list_text(&mut self, function: &str, list: &Expr) {
        self.forge(function);
        self.w.push("(&");
        self.value(list);
        self.w.push(")?");
    }

    /// What text in a tag comes to, with its echoes escaped.
    fn text_value(&mut self, ops: &[Op]) {
        match ops {
            [] => self.w.push("\"\""),
            [Op { kind: OpKind::Text(text), span }] => self.w.leaf(&string(text), *span),
            _ => {
                self.w.open_here("{");
                self.w.line("__forge.begin_capture()?;");
                self.block(ops);
                self.w.line("__forge.end_capture()?");
                self.w.outdent();
                self.w.start();
                self.w.push("}");
            }
        }
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

    fn prop_value(&mut self, attribute: &Attribute) {
        match attribute {
            Attribute::Flag(_) => self.w.push("true"),
            Attribute::Text(_, ops) => self.text_value(ops),
            Attribute::Bound(_, value) | Attribute::When(_, value) | Attribute::Spread(value) => self.borrowed(value),
            Attribute::Class(_, list) => self.list_text("class_list", list),
            Attribute::Style(_, list) => self.list_text("style_list", list),
        }
    }

    /// The component's own scope.
    fn body(
        &mut self,
        component: &Component,
        unit: Unit<'a>,
        written: &Name,
        plan: &[(&Prop, Source<'_>)],
        given: &[&Attribute],
    ) {
        let outer = std::mem::replace(&mut self.scope, Scope::closed());
        let loops = std::mem::take(&mut self.loops);
        if component.is_legacy {
            for attribute in given {
                let name = variable(attribute).unwrap_or_default();
                self.w.line(&format!("let mut {} = __given_{name};", identifier(&name)));
                self.scope.bind(&name);
            }
        }
        for (prop, source) in plan {
            self.prop(prop, source, unit, written);
        }
        self.slots(&component.body, plan, unit);
        if !component.is_legacy {
            self.w.line("let mut attributes = __bag;");
            self.scope.bind("attributes");
        }
        self.aware(unit);
        self.template(unit);
        self.w.line("__forge.end_component()?;");
        self.loops = loops;
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
                    None => {
                        let (component, prop) = (string(&written.text), string(name));
                        self.w.push("return ::core::result::Result::Err(");
                        self.forge("ErrorKind::MissingProp { component: ");
                        self.w.push(&format!("{component}.into(), prop: {prop}.into() }}.into())"));
                    }
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

    /// `slot`, and a variable for each named slot.
    fn slots(&mut self, body: &[Op], plan: &[(&Prop, Source<'_>)], unit: Unit<'a>) {
        let mut named = Vec::new();
        collect(body, true, &mut named);
        if fills_unknown_slots(body) {
            // Whatever the template uses may turn out to be one.
            for variable in self.set.variables(unit.name()) {
                let is_known = named.iter().any(|(name, _)| *name == variable.name)
                    || plan.iter().any(|(prop, _)| prop.name.text == variable.name);
                if !is_known {
                    named.push((variable.name, false));
                }
            }
        }
        for (name, is_certain) in named {
            let variable = identifier(&name);
            if !is_certain {
                self.w.line(&format!("let __has_{name} = __slots.get({}).is_some();", string(&name)));
            }
            let has_prop = plan.iter().any(|(prop, _)| prop.name.text == name);
            self.w.start();
            self.w.push(&format!("let mut {variable} = "));
            let taken = format!("__slots.take({})", string(&name));
            match (is_certain, has_prop) {
                (true, _) | (false, false) => self.w.push(&format!("{taken}.unwrap_or_default()")),
                (false, true) => {
                    self.w.push(&format!("match {taken} {{ ::core::option::Option::Some(__slot) => "));
                    self.forge("Value::Slot(__slot), _ => ");
                    self.forge(&format!("to_value!({variable}) }}"));
                }
            }
            self.w.end(";");
            if is_certain || has_prop {
                self.scope.bind(&name);
            } else {
                self.scope.bind_maybe(&name);
            }
        }
        self.w.line("let mut slot = __slots.default_slot().clone();");
        self.scope.bind("slot");
    }

    pub(super) fn slot(&mut self, name: &SlotName, attributes: &[Attribute], content: &Content) {
        self.w.open("{");
        let attributes: Vec<&Attribute> = attributes.iter().collect();
        self.bag(&attributes);
        self.w.start();
        self.w.push("__forge.begin_slot(");
        match name {
            SlotName::Default => self.w.push("\"\""),
            SlotName::Literal(name) => self.w.leaf(&string(&name.text), name.span),
            SlotName::Runtime(name) => self.text_argument(name),
        }
        self.w.end(", __bag)?;");
        self.content(content);
        self.w.line("__forge.end_slot()?;");
        self.w.close("}");
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
        self.forge("generated::text(&__name)?");
        self.w.end(", __passed)?;");
        self.block(&component.body);
        self.w.line("let __slots = __forge.end_component_body()?;");
        let start = self.w.at();
        let path = self.options.forge.clone();
        self.w.line(&format!("{path}::generated::component(__forge, &__name, __bag, __slots)?;"));
        self.w.piece(start, span);
    }
}

/// The variable that an attribute can be, if the component has such a prop.
fn variable(attribute: &Attribute) -> Option<String> {
    match attribute {
        Attribute::Flag(name) | Attribute::Text(name, _) | Attribute::Bound(name, _) => Some(snake(&name.text)),
        Attribute::Class(..) => Some("class".to_owned()),
        Attribute::Style(..) => Some("style".to_owned()),
        Attribute::When(name, _) => Some(snake(name)),
        Attribute::Spread(_) => None,
    }
}

/// As it stands in the bag.
fn written_name(attribute: &Attribute) -> &str {
    match attribute {
        Attribute::Flag(name) | Attribute::Text(name, _) | Attribute::Bound(name, _) => &name.text,
        Attribute::Class(..) => "class",
        Attribute::Style(..) => "style",
        Attribute::When(name, _) => name,
        Attribute::Spread(_) => "",
    }
}

fn is_none(default: Option<&Expr>) -> bool {
    default.is_some_and(|default| matches!(&default.kind, ExprKind::Var(name) if name == "None"))
}

/// The named slots within a component's tags, each with whether it is given in any case.
fn collect(ops: &[Op], is_certain: bool, named: &mut Vec<(String, bool)>) {
    for op in ops {
        match &op.kind {
            OpKind::Slot { name: SlotName::Literal(name), .. } => {
                let name = snake(&name.text);
                match named.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, known)) => *known |= is_certain,
                    None => named.push((name, is_certain)),
                }
            }
            OpKind::If { branches, otherwise } => {
                for (_, body) in branches {
                    collect(body, false, named);
                }
                collect(otherwise, false, named);
            }
            OpKind::Switch { cases, default, .. } => {
                for (_, body) in cases {
                    collect(body, false, named);
                }
                collect(default, false, named);
            }
            OpKind::For { body, otherwise, .. } => {
                collect(body, false, named);
                collect(otherwise, false, named);
            }
            OpKind::While { body, .. } | OpKind::Once { body, .. } | OpKind::CustomBlock { body, .. } => {
                collect(body, false, named);
            }
            OpKind::Fragment { body, .. } => collect(body, is_certain, named),
            _ => {}
        }
    }
}
