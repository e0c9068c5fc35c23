//! Printing an expression of any type: which traits it has decides how.
//!
//! Forge's own values print as they are meant to; options print what is in them, or nothing; everything else needs
//! `Display`, and is escaped. The order is that in which methods are looked for, so the compiler decides, and there is no
//! cost at run time.

use std::borrow::Cow;
use std::fmt::{self, Display, Write};
use std::sync::Arc;

use crate::escape::escape_into;
use crate::value::Given;
use crate::value::digits::{push_signed, push_unsigned};
use crate::value::write_display_escaped;
use crate::{AttributeBag, Prepends, Render, Result, Safe, Slot, Value};

/// `{{ … }}`: prints an expression, which is borrowed, into a [`Render`](crate::Render). Evaluates to `forge::Result<()>`.
#[macro_export]
macro_rules! echo {
    ($render:expr, $value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::echo::{EchoDisplay as _, EchoForge as _, EchoOption as _};
        (&&&$crate::value::Given(&$value)).forge_echo($render, $crate::echo::Escaped)
    }};
}

/// `{!! … !!}`: like [`echo!`], without escaping.
#[macro_export]
macro_rules! echo_raw {
    ($render:expr, $value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::echo::{EchoDisplay as _, EchoForge as _, EchoOption as _};
        (&&&$crate::value::Given(&$value)).forge_echo($render, $crate::echo::Raw)
    }};
}

/// Whether to escape.
pub trait Mode: Copy {
    fn display<T: Display + ?Sized>(self, out: &mut String, value: &T) -> fmt::Result;
    fn text(self, out: &mut String, text: &str);
    fn value(self, out: &mut String, value: &Value) -> Result<()>;
}

#[derive(Debug, Clone, Copy)]
pub struct Escaped;

#[derive(Debug, Clone, Copy)]
pub struct Raw;

impl Mode for Escaped {
    fn display<T: Display + ?Sized>(self, out: &mut String, value: &T) -> fmt::Result {
        write_display_escaped(out, value)
    }

    #[inline]
    fn text(self, out: &mut String, text: &str) {
        escape_into(out, text);
    }

    fn value(self, out: &mut String, value: &Value) -> Result<()> {
        value.write_escaped(out)
    }
}

impl Mode for Raw {
    fn display<T: Display + ?Sized>(self, out: &mut String, value: &T) -> fmt::Result {
        write!(out, "{value}")
    }

    #[inline]
    fn text(self, out: &mut String, text: &str) {
        out.push_str(text);
    }

    fn value(self, out: &mut String, value: &Value) -> Result<()> {
        value.write_raw(out)
    }
}

/// Values that know themselves how they print.
pub trait Printed {
    /// # Errors
    /// A value that cannot be printed.
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> Result<()>;
}

macro_rules! printed_texts {
    ($($type:ty),*) => {
        $(impl Printed for $type {
            #[inline]
            fn print<M: Mode>(&self, out: &mut String, mode: M) -> Result<()> {
                mode.text(out, self);
                Ok(())
            }
        })*
    };
}

printed_texts!(str, String, Box<str>, Arc<str>, Cow<'_, str>);

/// Digits and signs need no escaping.
macro_rules! printed_numbers {
    ($push:ident, $($type:ty),*) => {
        $(impl Printed for $type {
            #[inline]
            fn print<M: Mode>(&self, out: &mut String, _mode: M) -> Result<()> {
                $push(out, (*self).into());
                Ok(())
            }
        })*
    };
}

printed_numbers!(push_unsigned, u8, u16, u32, u64);
printed_numbers!(push_signed, i8, i16, i32, i64);

impl Printed for usize {
    #[inline]
    fn print<M: Mode>(&self, out: &mut String, _mode: M) -> Result<()> {
        push_unsigned(out, *self as u64);
        Ok(())
    }
}

impl Printed for isize {
    #[inline]
    fn print<M: Mode>(&self, out: &mut String, _mode: M) -> Result<()> {
        push_signed(out, *self as i64);
        Ok(())
    }
}

impl Printed for char {
    #[inline]
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> Result<()> {
        mode.text(out, self.encode_utf8(&mut [0; 4]));
        Ok(())
    }
}

impl Printed for bool {
    #[inline]
    fn print<M: Mode>(&self, out: &mut String, _mode: M) -> Result<()> {
        out.push_str(if *self { "true" } else { "false" });
        Ok(())
    }
}

impl Printed for Value {
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> Result<()> {
        mode.value(out, self)
    }
}

impl Printed for Prepends {
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> Result<()> {
        mode.value(out, &self.0)
    }
}

impl Printed for Safe {
    fn print<M: Mode>(&self, out: &mut String, _mode: M) -> Result<()> {
        out.push_str(self.as_str());
        Ok(())
    }
}

impl Printed for Slot {
    fn print<M: Mode>(&self, out: &mut String, _mode: M) -> Result<()> {
        out.push_str(self.html());
        Ok(())
    }
}

impl Printed for AttributeBag {
    fn print<M: Mode>(&self, out: &mut String, _mode: M) -> Result<()> {
        self.write(out)
    }
}

impl Printed for serde_json::Value {
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> Result<()> {
        mode.value(out, &Value::of(self))
    }
}

impl<T: Printed + ?Sized> Printed for &T {
    #[inline]
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> Result<()> {
        (**self).print(out, mode)
    }
}

impl<T: Printed> Printed for Option<T> {
    #[inline]
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> Result<()> {
        self.as_ref().map_or(Ok(()), |value| value.print(out, mode))
    }
}

/// An option of what is `Display`, through references.
pub trait PrintedOption {
    /// # Errors
    /// If `Display` fails.
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> fmt::Result;
}

impl<T: Display> PrintedOption for Option<T> {
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> fmt::Result {
        self.as_ref().map_or(Ok(()), |value| mode.display(out, value))
    }
}

impl<T: PrintedOption + ?Sized> PrintedOption for &T {
    fn print<M: Mode>(&self, out: &mut String, mode: M) -> fmt::Result {
        (**self).print(out, mode)
    }
}

/// What `{{ … }}` can print.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be printed in a template",
    label = "this is not `Display`",
    note = "print one of its fields, loop over it with `@foreach`, or use a filter: `| join(\", \")`, `| json`",
    note = "or implement `std::fmt::Display` for it"
)]
pub trait Printable: Display {}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> Printable for T {}

pub trait EchoForge {
    /// # Errors
    /// A value that cannot be printed; a page that gets too large.
    fn forge_echo<M: Mode>(&self, render: &mut Render, mode: M) -> Result<()>;
}

impl<T: Printed + ?Sized> EchoForge for &&Given<'_, T> {
    #[inline]
    fn forge_echo<M: Mode>(&self, render: &mut Render, mode: M) -> Result<()> {
        render.write(|out| self.0.print(out, mode))
    }
}

pub trait EchoOption {
    /// # Errors
    /// If `Display` fails; a page that gets too large.
    fn forge_echo<M: Mode>(&self, render: &mut Render, mode: M) -> Result<()>;
}

impl<T: PrintedOption + ?Sized> EchoOption for &Given<'_, T> {
    fn forge_echo<M: Mode>(&self, render: &mut Render, mode: M) -> Result<()> {
        render.write(|out| Ok(self.0.print(out, mode)?))
    }
}

/// For any type, so that what cannot be printed is reported as that, and not as a missing method.
pub trait EchoDisplay<T: ?Sized> {
    /// # Errors
    /// If `Display` fails; a page that gets too large.
    fn forge_echo<M: Mode>(&self, render: &mut Render, mode: M) -> Result<()>
    where
        T: Printable;
}

impl<T: ?Sized> EchoDisplay<T> for Given<'_, T> {
    fn forge_echo<M: Mode>(&self, render: &mut Render, mode: M) -> Result<()>
    where
        T: Printable,
    {
        render.write(|out| Ok(mode.display(out, self.0)?))
    }
}
