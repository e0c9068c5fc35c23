//! Attributes of tags: their values in a bag, and as props.

use super::lowering::Lowering;
use super::spelling::string;
use crate::expr::Expr;
use crate::ir::{Attribute, Op, OpKind};
use crate::names::{bare_value, snake};

impl Lowering<'_> {
    /// `__bag` with these attributes.
    pub(super) fn bag(&mut self, attributes: &[&Attribute]) {
        let path = self.options.forge.clone();
        // A bag that is always the same is made once.
        let is_fixed = !attributes.is_empty() && attributes.iter().all(|attribute| is_literal(attribute));
        if is_fixed {
            self.w.open(&format!(
                "static __BAG: ::std::sync::LazyLock<{path}::AttributeBag> = ::std::sync::LazyLock::new(|| {{"
            ));
        }
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
        if is_fixed {
            self.w.line("__bag");
            self.w.close("});");
            self.w.line(&format!("let mut __bag = {path}::AttributeBag::clone(&__BAG);"));
            return;
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
    pub(super) fn text_value(&mut self, ops: &[Op]) {
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

    pub(super) fn prop_value(&mut self, attribute: &Attribute) {
        match attribute {
            Attribute::Flag(_) => self.w.push("true"),
            Attribute::Text(_, ops) => self.text_value(ops),
            Attribute::Bound(_, value) | Attribute::When(_, value) | Attribute::Spread(value) => self.borrowed(value),
            Attribute::Class(_, list) => self.list_text("class_list", list),
            Attribute::Style(_, list) => self.list_text("style_list", list),
        }
    }
}

fn is_literal(attribute: &Attribute) -> bool {
    matches!(attribute, Attribute::Flag(_)) || attribute.literal().is_some()
}

/// What a bag of these attributes prints, as `forge::AttributeBag::write` does, where all of them are literals whose names nobody can take for
/// something else.
pub(super) fn fixed_attributes(attributes: &[&Attribute]) -> Option<String> {
    let mut printed: Vec<(&str, String)> = Vec::new();
    for attribute in attributes {
        let name = written_name(attribute);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_:.@".contains(&byte)) {
            return None;
        }
        let value = match attribute {
            Attribute::Flag(_) => bare_value(name).to_owned(),
            _ => attribute.literal()?.trim().replace('"', "&#34;"),
        };
        match printed.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => printed.push((name, value)),
        }
    }
    let printed: Vec<String> = printed.into_iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    Some(printed.join(" "))
}

/// The variable that an attribute can be, if the component has such a prop.
pub(super) fn variable(attribute: &Attribute) -> Option<String> {
    match attribute {
        Attribute::Flag(name) | Attribute::Text(name, _) | Attribute::Bound(name, _) => Some(snake(&name.text)),
        Attribute::Class(..) => Some("class".to_owned()),
        Attribute::Style(..) => Some("style".to_owned()),
        Attribute::When(name, _) => Some(snake(name)),
        Attribute::Spread(_) => None,
    }
}

/// As it stands in the bag.
pub(super) fn written_name(attribute: &Attribute) -> &str {
    match attribute {
        Attribute::Flag(name) | Attribute::Text(name, _) | Attribute::Bound(name, _) => &name.text,
        Attribute::Class(..) => "class",
        Attribute::Style(..) => "style",
        Attribute::When(name, _) => name,
        Attribute::Spread(_) => "",
    }
}
