//! `format!` and how values print.

use super::fault::{Eval, Fault, mistake, needs_rust};
use super::number::{FloatType, IntType};
use super::value::{Val, opaque};
use std::fmt::{self, Write};

/// A format text, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    Argument { from: Source, spec: Spec },
}

/// Which argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Position(usize),
    Name(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Count {
    Number(usize),
    Argument(Source),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Display,
    Debug,
    LowerHex,
    UpperHex,
    Binary,
    Octal,
    LowerExp,
    UpperExp,
}

/// What stands behind the colon.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spec {
    pub(crate) fill: char,
    pub(crate) align: Option<char>,
    pub(crate) plus: bool,
    pub(crate) alternate: bool,
    pub(crate) zero: bool,
    pub(crate) width: Option<Count>,
    pub(crate) precision: Option<Count>,
    pub(crate) style: Style,
}

/// Takes a format text apart. The error says what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut next = 0;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '{' if chars.next_if_eq(&'{').is_some() => plain.push('{'),
            '}' if chars.next_if_eq(&'}').is_some() => plain.push('}'),
            '}' => return Err("invalid format string: unmatched `}` found; write `}}` for a brace".to_owned()),
            '{' => {
                let mut inner = String::new();
                loop {
                    match chars.next() {
                        Some('}') => break,
                        Some(char) => inner.push(char),
                        None => return Err("invalid format string: expected `}` but string was terminated".to_owned()),
                    }
                }
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(argument(&inner, &mut next)?);
            }
            _ => plain.push(char),
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

fn argument(inner: &str, next: &mut usize) -> Result<Piece, String> {
    let (name, spec) = inner.split_once(':').unwrap_or((inner, ""));
    let mut spec = SpecText { rest: spec.trim_end(), next };
    let parsed = spec.parse()?;
    let from = match name.trim() {
        "" => {
            *next += 1;
            Source::Position(*next - 1)
        }
        name => source(name),
    };
    Ok(Piece::Argument { from, spec: parsed })
}

fn source(name: &str) -> Source {
    name.parse().map_or_else(|_| Source::Name(name.to_owned()), Source::Position)
}

struct SpecText<'a> {
    rest: &'a str,
    next: &'a mut usize,
}

impl SpecText<'_> {
    fn parse(&mut self) -> Result<Spec, String> {
        let (fill, align) = self.align();
        let plus = self.eat("+");
        self.eat("-");
        let alternate = self.eat("#");
        // `0$` is a width.
        let zero = !self.rest.starts_with("0$") && self.eat("0");
        let width = self.count();
        let precision = match self.eat(".") {
            true if self.eat("*") => {
                *self.next += 1;
                Some(Count::Argument(Source::Position(*self.next - 1)))
            }
            true => Some(self.count().ok_or("invalid format string: a precision is missing behind `.`")?),
            false => None,
        };
        let style = match self.rest {
            "" => Style::Display,
            "?" => Style::Debug,
            "x" => Style::LowerHex,
            "X" => Style::UpperHex,
            "b" => Style::Binary,
            "o" => Style::Octal,
            "e" => Style::LowerExp,
            "E" => Style::UpperExp,
            other => {
                return Err(format!("unknown format trait `{other}`; there are `?`, `x`, `X`, `b`, `o`, `e`, `E`"));
            }
        };
        Ok(Spec { fill, align, plus, alternate, zero, width, precision, style })
    }

    fn align(&mut self) -> (char, Option<char>) {
        let mut chars = self.rest.chars();
        let (first, second) = (chars.next(), chars.next());
        let is_align = |char: &Option<char>| matches!(char, Some('<' | '^' | '>'));
        if is_align(&second) {
            self.rest = chars.as_str();
            return (first.unwrap_or(' '), second);
        }
        if is_align(&first) {
            self.rest = &self.rest[1..];
            return (' ', first);
        }
        (' ', None)
    }

    fn eat(&mut self, what: &str) -> bool {
        let rest = self.rest.strip_prefix(what);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn count(&mut self) -> Option<Count> {
        let word = self.rest.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(self.rest.len());
        if self.rest[word..].starts_with('$') && word > 0 {
            let name = &self.rest[..word];
            self.rest = &self.rest[word + 1..];
            return Some(Count::Argument(source(name)));
        }
        let digits = self.rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(self.rest.len());
        let number = self.rest[..digits].parse().ok()?;
        self.rest = &self.rest[digits..];
        Some(Count::Number(number))
    }
}

/// A spec with its numbers known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) width: usize,
    pub(crate) precision: Option<usize>,
}

/// Widths beyond this are refused, as they are in Rust.
pub(crate) const WIDTH_MAX: usize = u16::MAX as usize;

/// Prints one argument.
pub(crate) fn write(out: &mut String, value: &Val, known: Known<'_>) -> Eval<()> {
    let spec = known.spec;
    if spec.style == Style::Debug && !is_scalar(value) {
        check_debug(value)?;
        if known.width > 0 || known.precision.is_some() || spec.plus || spec.zero {
            return Err(needs_rust("`{:?}` with a width, a precision or a sign for something that has parts"));
        }
        return if spec.alternate {
            print(out, format_args!("{:#?}", Debugged(value)))
        } else {
            print(out, format_args!("{:?}", Debugged(value)))
        };
    }
    let mut body = String::new();
    let numeric = scalar(&mut body, value, known)?;
    // As in the standard library, text that is shown for debugging is not padded.
    if spec.style == Style::Debug && matches!(value, Val::Str(_) | Val::Char(_)) {
        out.push_str(&body);
        return Ok(());
    }
    pad(out, &body, known, numeric);
    Ok(())
}

fn print(out: &mut String, arguments: fmt::Arguments<'_>) -> Eval<()> {
    out.write_fmt(arguments).map_err(|_| mistake("a value could not be printed"))
}

fn is_scalar(value: &Val) -> bool {
    matches!(value, Val::Bool(_) | Val::Int(..) | Val::Float(..) | Val::Char(_) | Val::Str(_))
}

/// The text without padding; whether it is a number.
fn scalar(body: &mut String, value: &Val, known: Known<'_>) -> Eval<bool> {
    let spec = known.spec;
    match value {
        Val::Int(number, kind) => {
            if known.precision.is_some() && matches!(spec.style, Style::LowerExp | Style::UpperExp) {
                return Err(needs_rust("`{:e}` of an integer with a precision"));
            }
            integer(body, *number, *kind, spec)?;
        }
        Val::Float(number, kind) => float(body, *number, *kind, known)?,
        Val::Str(_) | Val::Char(_) | Val::Bool(_) if !matches!(spec.style, Style::Display | Style::Debug) => {
            return Err(mistake(format!("`{}` cannot be printed as a number", value.kind())));
        }
        _ => {
            let mut text = String::new();
            match (spec.style, value) {
                (Style::Debug, Val::Str(value)) => print(&mut text, format_args!("{value:?}"))?,
                (Style::Debug, Val::Char(value)) => print(&mut text, format_args!("{value:?}"))?,
                _ => display(&mut text, value)?,
            }
            // Text is cut, but not where it is shown for debugging.
            match known.precision {
                Some(precision) if spec.style == Style::Display || matches!(value, Val::Bool(_)) => {
                    body.extend(text.chars().take(precision))
                }
                _ => body.push_str(&text),
            }
            return Ok(false);
        }
    }
    Ok(true)
}

fn integer(body: &mut String, number: i128, kind: IntType, spec: &Spec) -> Eval<()> {
    if spec.plus && number >= 0 {
        body.push('+');
    }
    if matches!(spec.style, Style::Display | Style::Debug) {
        return print(body, format_args!("{number}"));
    }
    if matches!(spec.style, Style::LowerExp | Style::UpperExp) {
        return match spec.style {
            Style::LowerExp => print(body, format_args!("{number:e}")),
            _ => print(body, format_args!("{number:E}")),
        };
    }
    let bits = if number < 0 {
        let Some(bits) = kind.bits() else { return Err(needs_rust("the bits of a negative number")) };
        if bits == 128 { number as u128 } else { (number & ((1 << bits) - 1)) as u128 }
    } else {
        number as u128
    };
    match (spec.style, spec.alternate) {
        (Style::LowerHex, true) => print(body, format_args!("{bits:#x}")),
        (Style::LowerHex, false) => print(body, format_args!("{bits:x}")),
        (Style::UpperHex, true) => print(body, format_args!("{bits:#X}")),
        (Style::UpperHex, false) => print(body, format_args!("{bits:X}")),
        (Style::Binary, true) => print(body, format_args!("{bits:#b}")),
        (Style::Binary, false) => print(body, format_args!("{bits:b}")),
        (_, true) => print(body, format_args!("{bits:#o}")),
        (_, false) => print(body, format_args!("{bits:o}")),
    }
}

fn float(body: &mut String, number: f64, kind: FloatType, known: Known<'_>) -> Eval<()> {
    if known.spec.plus && (number.is_sign_positive() && !number.is_nan()) {
        body.push('+');
    }
    let single = number as f32;
    match (known.spec.style, known.precision, kind == FloatType::F32) {
        (Style::Display, Some(digits), _) | (Style::Debug, Some(digits), _) => {
            print(body, format_args!("{number:.digits$}"))
        }
        (Style::Display, None, false) => print(body, format_args!("{number}")),
        (Style::Display, None, true) => print(body, format_args!("{single}")),
        (Style::Debug, None, false) => print(body, format_args!("{number:?}")),
        (Style::Debug, None, true) => print(body, format_args!("{single:?}")),
        (Style::LowerExp, None, false) => print(body, format_args!("{number:e}")),
        (Style::LowerExp, None, true) => print(body, format_args!("{single:e}")),
        (Style::UpperExp, None, false) => print(body, format_args!("{number:E}")),
        (Style::UpperExp, None, true) => print(body, format_args!("{single:E}")),
        (Style::LowerExp, Some(digits), _) => print(body, format_args!("{number:.digits$e}")),
        (Style::UpperExp, Some(digits), _) => print(body, format_args!("{number:.digits$E}")),
        _ => Err(mistake("a float has no bits to print; use `{:e}` or `{}`")),
    }
}

fn pad(out: &mut String, body: &str, known: Known<'_>, numeric: bool) {
    let missing = known.width.saturating_sub(body.chars().count());
    if known.spec.zero && numeric && !body.ends_with("NaN") {
        let sign = usize::from(body.starts_with(['+', '-']));
        let prefix = if ["0x", "0b", "0o"].iter().any(|prefix| body[sign..].starts_with(prefix)) && known.spec.alternate
        {
            2
        } else {
            0
        };
        out.push_str(&body[..sign + prefix]);
        out.extend(std::iter::repeat_n('0', missing));
        out.push_str(&body[sign + prefix..]);
        return;
    }
    let fill = if known.spec.zero && numeric { ' ' } else { known.spec.fill };
    let (before, after) = match (known.spec.align, numeric) {
        (Some('^'), _) => (missing / 2, missing - missing / 2),
        (Some('>'), _) | (None, true) => (missing, 0),
        _ => (0, missing),
    };
    out.extend(std::iter::repeat_n(fill, before));
    out.push_str(body);
    out.extend(std::iter::repeat_n(fill, after));
}

/// As `{}` prints it.
pub(crate) fn display(out: &mut String, value: &Val) -> Eval<()> {
    match value {
        Val::Str(text) => out.push_str(text),
        Val::Int(number, _) => print(out, format_args!("{number}"))?,
        Val::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Val::Char(char) => out.push(*char),
        Val::Float(number, FloatType::F32) => print(out, format_args!("{}", *number as f32))?,
        Val::Float(number, _) => print(out, format_args!("{number}"))?,
        Val::Slot(slot) => out.push_str(slot.html()),
        Val::Bag(bag) => bag.write(out)?,
        Val::Host(value) => value.write_raw(out)?,
        Val::Iter(iter) => match &*iter.borrow() {
            super::iter::Iter::Chars(chars) => out.extend(chars.as_slice()),
            _ => return Err(no_display(value)),
        },
        _ => return Err(no_display(value)),
    }
    Ok(())
}

fn no_display(value: &Val) -> Box<Fault> {
    match value {
        Val::Opaque(name) => opaque(name),
        Val::Struct(_) => needs_rust("how a struct prints"),
        Val::Map(_) | Val::List(_) | Val::Tuple(_) | Val::Iter(_) | Val::Range(_) => mistake(format!(
            "a {} does not implement `Display`; print its parts in a loop, or join them with `.join(…)`",
            value.kind()
        )),
        Val::None | Val::Some(_) => mistake(
            "an `Option` does not implement `Display`; use `.unwrap_or(…)`, or print it with an echo of its own",
        ),
        _ => mistake(format!("`{}` does not implement `Display`; it cannot be printed", value.kind())),
    }
}

/// Whether the form for debugging is known, in all of its parts.
fn check_debug(value: &Val) -> Eval<()> {
    match value {
        Val::Unit
        | Val::None
        | Val::Bool(_)
        | Val::Int(..)
        | Val::Float(..)
        | Val::Char(_)
        | Val::Str(_)
        | Val::Ordering(_) => Ok(()),
        Val::Some(value) | Val::Ok(value) | Val::Err(value) => check_debug(value),
        Val::List(items) | Val::Tuple(items) => items.iter().try_for_each(check_debug),
        Val::Map(map) => {
            map.entries.iter().try_for_each(|(key, value)| check_debug(key).and_then(|()| check_debug(value)))
        }
        Val::Range(range) => range.start.iter().chain(&range.end).try_for_each(check_debug),
        Val::Opaque(name) => Err(opaque(name)),
        _ => Err(needs_rust(format!("how a {} prints with `{{:?}}`", value.kind()))),
    }
}

/// Prints what [`check_debug`] has let through.
struct Debugged<'a>(&'a Val);

impl fmt::Debug for Debugged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Val::Unit => f.write_str("()"),
            Val::None => f.write_str("None"),
            Val::Bool(value) => write!(f, "{value:?}"),
            Val::Int(number, _) => write!(f, "{number:?}"),
            Val::Float(number, FloatType::F32) => write!(f, "{:?}", *number as f32),
            Val::Float(number, _) => write!(f, "{number:?}"),
            Val::Char(char) => write!(f, "{char:?}"),
            Val::Str(text) => write!(f, "{text:?}"),
            Val::Ordering(order) => write!(f, "{order:?}"),
            Val::Some(value) => f.debug_tuple("Some").field(&Debugged(value)).finish(),
            Val::Ok(value) => f.debug_tuple("Ok").field(&Debugged(value)).finish(),
            Val::Err(value) => f.debug_tuple("Err").field(&Debugged(value)).finish(),
            Val::List(items) => f.debug_list().entries(items.iter().map(Debugged)).finish(),
            Val::Tuple(items) => {
                let mut tuple = f.debug_tuple("");
                for item in items.iter() {
                    tuple.field(&Debugged(item));
                }
                tuple.finish()
            }
            Val::Map(map) => {
                f.debug_map().entries(map.entries.iter().map(|(key, value)| (Debugged(key), Debugged(value)))).finish()
            }
            Val::Range(range) => {
                let end = |f: &mut fmt::Formatter<'_>, value: &Option<Val>| {
                    value.as_ref().map_or(Ok(()), |value| Debugged(value).fmt(f))
                };
                end(f, &range.start)?;
                f.write_str(if range.is_inclusive { "..=" } else { ".." })?;
                end(f, &range.end)
            }
            _ => Err(fmt::Error),
        }
    }
}
