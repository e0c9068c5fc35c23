//! Slots: filled within a component's tag, variables in its template.

use super::Unit;
use super::component::Source;
use super::lowering::Lowering;
use super::spelling::{identifier, string};
use crate::ir::{Attribute, Content, Op, OpKind, Prop, SlotName};
use crate::names::snake;
use crate::set::fills_unknown_slots;

impl<'a> Lowering<'a> {
    /// `slot`, and a variable for each named slot.
    pub(super) fn slots(&mut self, body: &[Op], plan: &[(&Prop, Source<'_>)], unit: Unit<'a>) {
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
        self.w.line("let mut slot = __slots.take_default();");
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
