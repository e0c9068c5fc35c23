//! Directives of forms and attributes.

use std::fmt::Display;

use crate::{Render, Result, Value, class_list, escape, functions, style_list};

/// `@csrf`.
///
/// # Errors
/// Without a session.
pub fn csrf(render: &mut Render) -> Result<()> {
    let token = functions::csrf_token(render)?;
    render.text(&format!(r#"<input type="hidden" name="_token" value="{}" autocomplete="off">"#, escape(&token)));
    Ok(())
}

/// `@method('PUT')`.
///
/// # Errors
/// A page that gets too large.
pub fn method(render: &mut Render, method: impl Display) -> Result<()> {
    let method = escape(&method.to_string());
    render.write(|out| {
        out.push_str(&format!(r#"<input type="hidden" name="_method" value="{method}">"#));
        Ok(())
    })
}

/// `@class([…])`: the attribute with its name, escaped.
///
/// # Errors
/// As [`class_list`].
pub fn class(render: &mut Render, list: &Value) -> Result<()> {
    let classes = class_list(list)?;
    attribute(render, "class", &classes)
}

/// `@style([…])`: the attribute with its name, escaped.
///
/// # Errors
/// As [`style_list`].
pub fn style(render: &mut Render, list: &Value) -> Result<()> {
    let styles = style_list(list)?;
    attribute(render, "style", &styles)
}

/// `@checked(c)` and the like: the attribute's name where the condition holds.
pub fn flag(render: &mut Render, name: &str, holds: bool) {
    if holds {
        render.text(name);
    }
}

/// What stands between the quotes of `@class` and `@style`, of literal texts some of which have a condition: it is written as it is found out
/// what it is.
#[derive(Debug)]
pub struct List {
    is_style: bool,
    is_empty: bool,
}

impl List {
    #[must_use]
    #[inline]
    pub fn class() -> Self {
        Self { is_style: false, is_empty: true }
    }

    #[must_use]
    #[inline]
    pub fn style() -> Self {
        Self { is_style: true, is_empty: true }
    }

    /// A class, or a style without a semicolon, escaped.
    #[inline]
    pub fn add(&mut self, render: &mut Render, html: &str) {
        if !self.is_empty {
            render.text(" ");
        }
        self.is_empty = false;
        render.text(html);
        if self.is_style {
            render.text(";");
        }
    }
}

fn attribute(render: &mut Render, name: &str, value: &str) -> Result<()> {
    render.write(|out| {
        out.push_str(name);
        out.push_str("=\"");
        crate::escape::escape_into(out, value);
        out.push('"');
        Ok(())
    })
}
