//! Components with code: structs that are made of attributes and give their fields as variables.

use super::host::from_value;
use super::value::Val;
use crate::{AttributeBag, Component, Map, Result, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// Names with what they stand for.
pub(super) type Variables = Vec<(Arc<str>, Val)>;

type Make = Box<dyn Fn(&mut AttributeBag) -> Result<Option<Map>> + Send + Sync>;

#[derive(Default)]
pub(super) struct Structs {
    makers: HashMap<String, Make>,
}

impl Structs {
    pub(super) fn add<T: Component + 'static>(&mut self, name: &str) {
        let make: Make = Box::new(|attributes| {
            let made = T::from_attributes(attributes)?;
            Ok(made.renders().then(|| made.variables()))
        });
        self.makers.insert(name.to_owned(), make);
    }

    /// The variables of the component: the fields of its struct, made of those attributes, which then are none any more. None for
    /// other components. Nothing at all if there is nothing to render.
    pub(super) fn fields(&self, component: &str, bag: &mut AttributeBag) -> Result<Option<Variables>> {
        let Some(make) = self.makers.get(component) else { return Ok(Some(Vec::new())) };
        let Some(fields) = make(bag)? else { return Ok(None) };
        let mut names: Variables = Vec::with_capacity(fields.len() + 1);
        for (key, value) in &fields {
            let Some(name) = key.as_str() else { continue };
            names.push((name.into(), from_value(value)));
        }
        names.push(("component".into(), from_value(&Value::Map(Arc::new(fields)))));
        Ok(Some(names))
    }
}
