//! Components with code: the struct is made where the tag stands, so that the content of the tag sees it, too.

use super::component::Source;
use super::lowering::Lowering;
use super::spelling::{identifier, string};
use crate::expr::Name;
use crate::ir::{Attribute, Prop};
use crate::options::StructComponent;

impl Lowering<'_> {
    /// `component`, and a brace that opens where it has something to render.
    pub(super) fn make_struct(&mut self, of: &StructComponent, plan: &[(&Prop, Source<'_>)], written: &Name) {
        let start = self.w.at();
        self.w.open(&format!("let mut component = {}::__forge_new(", of.path));
        for field in &of.props {
            let source = plan.iter().find(|(prop, _)| prop.name.text == field.name).map(|(_, source)| source);
            self.w.start();
            self.field(of, &field.name, field.has_default, source, written);
            self.w.end(",");
        }
        self.w.close(");");
        self.w.piece(start, written.span);
        let path = self.options.forge.clone();
        self.w.open(&format!("if {path}::Component::renders(&component) {{"));
        self.scope.bind("component");
    }

    fn field(
        &mut self,
        of: &StructComponent,
        name: &str,
        has_default: bool,
        source: Option<&Source<'_>>,
        written: &Name,
    ) {
        let start = self.w.at();
        match source {
            Some(Source::Attribute(attribute)) => {
                let (span, is_value) = match attribute {
                    Attribute::Bound(_, value) | Attribute::When(_, value) => (value.span, self.is_value(value)),
                    Attribute::Flag(name) | Attribute::Text(name, _) => (name.span, false),
                    Attribute::Class(span, _) | Attribute::Style(span, _) => (*span, false),
                    Attribute::Spread(value) => (value.span, true),
                };
                if is_value {
                    self.forge("component::parsed(&");
                    self.forge(&format!("to_value!(__given_{name}))?"));
                } else {
                    self.forge(&format!("component::IntoProp::into_prop(__given_{name})"));
                }
                self.w.piece(start, span);
            }
            Some(Source::Spread) => {
                self.w.push(&format!(
                    "match __bag.take_prop({}) {{ ::core::option::Option::Some(__value) => ",
                    string(name)
                ));
                self.forge("component::parsed(&__value)?, _ => ");
                if has_default {
                    self.w.push(&format!("{}::__forge_default_{name}()", of.path));
                } else {
                    self.missing_prop(written, name);
                }
                self.w.push(" }");
            }
            Some(Source::Default) | None => self.w.push(&format!("{}::__forge_default_{name}()", of.path)),
        }
    }

    /// The fields as variables: copies, or references.
    pub(super) fn fields(&mut self, of: &StructComponent) {
        let names: Vec<String> = of.props.iter().map(|prop| identifier(&prop.name)).collect();
        if names.is_empty() {
            self.scope.bind("component");
            return;
        }
        self.w.line(&format!("let ({},) = component.__forge_fields();", names.join(", ")));
        let path = self.options.forge.clone();
        for (name, prop) in names.iter().zip(&of.props) {
            self.w.line(&format!("let mut {name} = {path}::item!({name});"));
            self.scope.bind(&prop.name);
        }
        self.scope.bind("component");
    }
}
