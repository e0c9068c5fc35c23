//! Components: attributes and slots are evaluated where the tag stands, the template in a scope of its own.

use super::code::Node;
use super::fault::{Eval, mistake};
use super::host::{from_value, to_value};
use super::layout::Begin;
use super::scope::Env;
use super::steps::{Attribute, AttributeValue, Component, Prepared, Target};
use super::value::Val;
use super::vm::Vm;
use crate::render::Passed;
use crate::{AttributeBag, ErrorKind, Safe, Slots, Value, class_list, style_list};
use smallvec::SmallVec;
use std::sync::Arc;

/// What a component's template is given.
struct Given<'c> {
    /// Values by the names of variables, of attributes that are written in the tag.
    props: SmallVec<[(&'c Arc<str>, Val); 1]>,
    bag: AttributeBag,
    /// Whether props can be in the bag: its names were not written in the tag.
    has_props_in_bag: bool,
    /// The fields of the component's struct, and the struct itself.
    fields: Vec<(Arc<str>, Val)>,
}

impl Vm<'_> {
    /// All attributes, with their values as they print.
    pub(crate) fn bag(&mut self, attributes: &[Attribute]) -> Eval<AttributeBag> {
        let mut bag = AttributeBag::new();
        for attribute in attributes {
            match self.attribute(attribute)? {
                Spread::Bag(all) => add(&mut bag, &all),
                Spread::One(value) => bag.set(attribute.name.clone(), in_bag(attribute, &value)?),
            }
        }
        Ok(bag)
    }

    fn attribute(&mut self, attribute: &Attribute) -> Eval<Spread> {
        Ok(Spread::One(match &attribute.value {
            AttributeValue::True => Val::Bool(true),
            AttributeValue::Literal(text, _) => Val::Str(text.clone()),
            AttributeValue::Text(steps) => Val::str(self.capture(steps)?),
            AttributeValue::Bound(node) => self.eval(node)?,
            AttributeValue::Class(node) => Val::str(class_list(&self.eval_value(node)?)?),
            AttributeValue::Style(node) => Val::str(style_list(&self.eval_value(node)?)?),
            AttributeValue::Spread(node) => return self.spread(node).map(Spread::Bag),
        }))
    }

    fn spread(&mut self, node: &Node) -> Eval<AttributeBag> {
        match self.eval_value(node)? {
            Value::Bag(bag) => Ok(bag),
            Value::Map(map) => Ok((*map).clone().into()),
            other => Err(mistake(format!("expected attributes, found {}; write `{{{{ attributes }}}}`", other.kind()))
                .at(node.span)),
        }
    }

    pub(crate) fn component(&mut self, component: &Component) -> Eval<()> {
        let found;
        let (written, candidates) = match &component.target {
            Target::Literal { written, candidates } => (written.clone(), candidates),
            Target::Runtime(name) => {
                let name = self.eval_text(name)?;
                found = if component.is_legacy { vec![name.to_string()] } else { crate::forge::component_names(&name) };
                (name.into(), &found)
            }
        };
        let Some(template) = self.find_first(candidates)? else {
            return Err(ErrorKind::NoneOfViews { names: candidates.clone() }.into());
        };
        let mut given = self.given(component, &template)?;
        // What has no form as a value cannot be asked for.
        let props = given.props.iter().filter_map(|(name, value)| Some(((*name).clone(), to_value(value).ok()?)));
        let passed = Passed { variables: props.collect(), attributes: given.bag.clone() };
        if !component.is_legacy {
            let Some(fields) = self.host.engine.fields(&written, &mut given.bag)? else { return Ok(()) };
            given.fields = fields;
        }
        self.host.render.begin_component_passing(&written, passed)?;
        self.closed(&component.body)?;
        let slots = self.host.render.end_component_body()?;
        // A component does not see the loops around it.
        let loops = std::mem::take(&mut self.loops);
        self.component_view(&template, &written, given, slots, component.is_legacy)?;
        self.loops = loops;
        Ok(self.host.render.end_component()?)
    }

    /// Attributes that are props become variables, the others the bag.
    fn given<'c>(&mut self, component: &'c Component, template: &Prepared) -> Eval<Given<'c>> {
        let is_named = matches!(component.target, Target::Literal { .. });
        let mut given =
            Given { props: SmallVec::new(), bag: AttributeBag::new(), has_props_in_bag: !is_named, fields: Vec::new() };
        for attribute in &component.attributes {
            // Of a component whose name is computed, all are in the bag first.
            let has_prop = |name: &str| template.props.iter().flatten().any(|prop| *prop.name == *name);
            let is_prop = component.is_legacy || is_named && has_prop(&attribute.prop);
            if let AttributeValue::Literal(_, alone) = &attribute.value
                && !is_prop
                && given.bag.count() == 0
            {
                given.bag = alone.clone();
                continue;
            }
            match self.attribute(attribute)? {
                Spread::Bag(all) => {
                    add(&mut given.bag, &all);
                    given.has_props_in_bag = true;
                }
                Spread::One(value) if is_prop => given.props.push((&attribute.prop, value)),
                Spread::One(value) => given.bag.set(attribute.name.clone(), in_bag(attribute, &value)?),
            }
        }
        Ok(given)
    }

    /// A component's template, between the end of its content and its own.
    fn component_view(
        &mut self,
        template: &Arc<Prepared>,
        written: &str,
        given: Given<'_>,
        mut slots: Slots,
        is_legacy: bool,
    ) -> Eval<()> {
        let Given { props, mut bag, has_props_in_bag, fields } = given;
        let fill = |vm: &mut Self| {
            let mut given = Names { template, all: template.passes_on.then(Vec::new) };
            for prop in template.props.iter().flatten().filter(|_| has_props_in_bag) {
                if let Some(value) = bag.take_prop(&prop.name) {
                    given.give(vm, &prop.name, from_value(&value));
                }
            }
            for (name, value) in props {
                given.give(vm, name, value);
            }
            for (name, slot) in slots.iter() {
                given.give(vm, name, Val::Slot(slot.clone()));
            }
            for (name, value) in fields {
                given.give(vm, &name, value);
            }
            given.give(vm, "slot", Val::Slot(slots.take_default()));
            if !is_legacy {
                given.give(vm, "attributes", Val::Bag(bag));
            }
            given.all.map_or_else(|| vm.host.nothing.clone(), Env::new)
        };
        self.in_template(template, fill, |vm| {
            for prop in template.props.iter().flatten() {
                if !matches!(vm.slot(prop.slot), Val::Unbound) {
                    continue;
                }
                let Some(default) = &prop.default else {
                    return Err(
                        ErrorKind::MissingProp { component: written.to_owned(), prop: prop.name.to_string() }.into()
                    );
                };
                let value = vm.eval(default)?;
                vm.set(prop.slot, value);
            }
            for prop in &template.aware {
                let value = match (vm.host.render.aware(&prop.name), &prop.default) {
                    (Some(value), _) => from_value(&value),
                    (None, Some(default)) => vm.eval(default)?,
                    (None, None) => Val::None,
                };
                vm.set(prop.slot, value);
            }
            vm.run_view(template, Begin::View)
        })
    }

    /// A component that is called from outside, behind the end of its content.
    pub(crate) fn component_of(&mut self, names: &[&str], mut bag: AttributeBag, slots: Slots) -> Eval<()> {
        let Some(template) = self.find_first(names)? else {
            return Err(ErrorKind::NoneOfViews { names: names.iter().map(|name| (*name).to_owned()).collect() }.into());
        };
        let written = names.first().map_or("", |name| name.strip_prefix("components.").unwrap_or(name));
        let Some(fields) = self.host.engine.fields(written, &mut bag)? else { return Ok(()) };
        self.component_view(
            &template,
            written,
            Given { props: SmallVec::new(), bag, has_props_in_bag: true, fields },
            slots,
            false,
        )
    }
}

/// The variables of a component's template.
struct Names<'t> {
    template: &'t Prepared,
    /// If other templates see them.
    all: Option<Vec<(Arc<str>, Val)>>,
}

impl Names<'_> {
    /// Of several of one name, the last counts.
    fn give(&mut self, vm: &mut Vm<'_>, name: &str, value: Val) {
        if let Some(all) = &mut self.all {
            all.push((name.into(), value.clone()));
        }
        let props = self.template.props.iter().flatten().map(|prop| (&prop.name, prop.slot));
        let globals = self.template.globals.iter().map(|(name, slot)| (name, *slot));
        let mut slots = props.chain(globals).filter(|(known, _)| ***known == *name).map(|(_, slot)| slot);
        let Some(mut slot) = slots.next() else { return };
        for next in slots {
            vm.set(slot, value.clone());
            slot = next;
        }
        vm.set(slot, value);
    }
}

/// An attribute, or all of a bag.
enum Spread {
    One(Val),
    Bag(AttributeBag),
}

fn add(bag: &mut AttributeBag, all: &AttributeBag) {
    for (name, value) in all {
        bag.insert(name, value.clone());
    }
}

/// Text in a tag is HTML in a bag; as a prop it is text.
fn in_bag(attribute: &Attribute, value: &Val) -> Eval<Value> {
    match (&attribute.value, value) {
        (AttributeValue::Literal(..) | AttributeValue::Text(_), Val::Str(text)) => {
            Ok(Value::Safe(Safe::new(text.clone())))
        }
        _ => to_value(value),
    }
}
