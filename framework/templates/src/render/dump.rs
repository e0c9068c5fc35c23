//! `@dump` and `@dd`: values shown for those who write the app.

use super::Render;
use crate::escape::escape_into;
use crate::{ErrorKind, Result, Value};

impl Render {
    /// Prints values with their names, as indented JSON.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`].
    pub fn dump(&mut self, values: &[(&str, Value)]) -> Result<()> {
        self.write(|out| {
            values.iter().for_each(|(name, value)| dump_into(out, name, value));
            Ok(())
        })
    }

    /// `@dd`: the page is these values and nothing else.
    ///
    /// # Errors
    /// Always: [`ErrorKind::Stopped`], which ends the template. [`crate::View::render`] then gives the values.
    pub fn dump_and_stop(&mut self, values: &[(&str, Value)]) -> Result<()> {
        let mut html = String::new();
        values.iter().for_each(|(name, value)| dump_into(&mut html, name, value));
        self.kinds().dumped = Some(html);
        Err(ErrorKind::Stopped.into())
    }

    /// What `@dd` showed.
    pub fn take_dumped(&mut self) -> Option<String> {
        self.kinds.as_mut()?.dumped.take()
    }
}

fn dump_into(out: &mut String, name: &str, value: &Value) {
    let shown = match value {
        Value::Opaque(opaque) => opaque.to_string(),
        value => serde_json::to_string_pretty(value).unwrap_or_else(|fault| fault.to_string()),
    };
    out.push_str("<pre class=\"forge-dump\">");
    escape_into(out, name);
    out.push_str(" = ");
    escape_into(out, &shown);
    out.push_str("</pre>\n");
}
