//! What `{{ … }}` and `{!! … !!}` print of a value.

use super::fault::Eval;
use super::format;
use super::host::from_value;
use super::value::Val;
use crate::value::digits::push_signed;
use crate::{Render, Value};

/// Whole numbers are most of what large pages print.
#[inline]
pub(crate) fn print(render: &mut Render, value: &Val, escapes: bool) -> Eval<()> {
    match whole(value) {
        Some(number) => Ok(render.write(|out| {
            push_signed(out, number);
            Ok(())
        })?),
        None => print_other(render, value, escapes),
    }
}

/// As the evaluator's value of it.
pub(crate) fn print_value(render: &mut Render, value: &Value, escapes: bool) -> Eval<()> {
    match value {
        Value::Str(text) => print_text(render, text, escapes),
        other => print(render, &from_value(other), escapes),
    }
}

fn print_other(render: &mut Render, value: &Val, escapes: bool) -> Eval<()> {
    match value {
        Val::None => Ok(()),
        Val::Some(value) => print(render, value, escapes),
        Val::Str(text) => print_text(render, text, escapes),
        Val::Slot(slot) => print_text(render, slot.html(), false),
        Val::Bag(bag) => Ok(render.write(|out| bag.write(out))?),
        Val::Host(value) if escapes => Ok(render.write(|out| value.write_escaped(out))?),
        value => {
            let mut text = String::new();
            format::display(&mut text, value)?;
            print_text(render, &text, escapes)
        }
    }
}

/// A number as most are.
fn whole(value: &Val) -> Option<i64> {
    match value {
        Val::Int(number, _) => i64::try_from(*number).ok(),
        _ => None,
    }
}

fn print_text(render: &mut Render, text: &str, escapes: bool) -> Eval<()> {
    Ok(render.write(|out| {
        if escapes {
            crate::escape::escape_into(out, text);
        } else {
            out.push_str(text);
        }
        Ok(())
    })?)
}
