//! Components with code: structs that are made of attributes and give their fields as variables.

use super::host::from_value;
use super::value::Val;
use crate::attributes::prop_name;
use crate::{AttributeBag, Error, Map, Result, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::Arc;

type Make = Box<dyn Fn(Map) -> Result<Value> + Send + Sync>;

#[derive(Default)]
pub(super) struct Structs {
    makers: HashMap<String, Make>,
}

impl Structs {
    pub(super) fn add<T: DeserializeOwned + Serialize + 'static>(&mut self, name: &str) {
        let make: Make = Box::new(|attributes| Ok(Value::of(&Value::from(attributes).parse::<T>()?)));
        self.makers.insert(name.to_owned(), make);
    }

    /// The fields of the component's struct, made of those attributes, which then are none any more. Nothing for other components.
    pub(super) fn fields(&self, component: &str, bag: &mut AttributeBag) -> Result<Vec<(Arc<str>, Val)>> {
        let Some(make) = self.makers.get(component) else { return Ok(Vec::new()) };
        let attributes: Map = bag.iter().map(|(name, value)| (prop_name(name).into_owned(), value.clone())).collect();
        let made = make(attributes).map_err(|error| {
            Error::message(format!("the attributes of component `{component}` do not make its struct: {error}; pass what it needs, in its types"))
        })?;
        let Value::Map(fields) = &made else {
            return Err(Error::message(format!(
                "component `{component}` is no struct with named fields; register one that is"
            )));
        };
        let mut names: Vec<(Arc<str>, Val)> = Vec::with_capacity(fields.len() + 1);
        for (key, value) in fields.iter() {
            let Some(name) = key.as_str() else { continue };
            bag.take_prop(name);
            names.push((name.into(), from_value(value)));
        }
        names.push(("component".into(), from_value(&made)));
        Ok(names)
    }
}
