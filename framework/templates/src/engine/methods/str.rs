//! Methods of text.

use super::names::Method as M;
use super::{Call, adapted};
use crate::engine::fault::{Eval, mistake, needs_rust};
use crate::engine::iter::Iter;
use crate::engine::number::{FloatType, IntType};
use crate::engine::types::Type;
use crate::engine::value::Val;
use crate::engine::vm::{ITEMS_MAX, Vm};
use smol_str::SmolStr;

/// What `split`, `find` and the like look for.
enum Needle {
    Text(SmolStr),
    Chars(Vec<char>),
}

impl Needle {
    /// Of a closure, the characters of `text` that it accepts.
    fn new(vm: &mut Vm<'_>, text: &str, value: &Val) -> Eval<Self> {
        Ok(match value {
            Val::Str(text) => Self::Text(text.clone()),
            Val::Char(char) => Self::Chars(vec![*char]),
            Val::List(items) => {
                let one = |text: &str| text.chars().next().filter(|char| char.len_utf8() == text.len());
                let char = |item: &Val| match item {
                    Val::Char(char) => Ok(*char),
                    // A character in single quotes is text here.
                    Val::Str(text) => one(text).ok_or_else(|| mistake("expected a list of single characters")),
                    other => Err(mistake(format!(
                        "expected `char`, found `{}`; write it as `'a'` in a list of chars",
                        other.kind()
                    ))),
                };
                Self::Chars(items.iter().map(char).collect::<Eval<_>>()?)
            }
            Val::Closure(_) => {
                let mut chars: Vec<char> = text.chars().collect();
                chars.sort_unstable();
                chars.dedup();
                let mut accepted = Vec::new();
                for char in chars {
                    if vm.ask(value, [Val::Char(char)])? {
                        accepted.push(char);
                    }
                }
                Self::Chars(accepted)
            }
            other => return Err(mistake(format!("expected text, a `char` or a closure, found `{}`", other.kind()))),
        })
    }
}

/// Calls a method of `str` with a needle of either kind.
macro_rules! with {
    ($needle:expr, |$pattern:ident| $body:expr) => {
        match &$needle {
            Needle::Text(text) => {
                let $pattern = &**text;
                $body
            }
            Needle::Chars(chars) => {
                let $pattern = &chars[..];
                $body
            }
        }
    };
}

fn pieces<'a>(pieces: impl Iterator<Item = &'a str>) -> Val {
    Val::iter(Iter::of(pieces.map(Val::str).collect()))
}

fn pair(pair: Option<(&str, &str)>) -> Val {
    Val::option(pair.map(|(a, b)| Val::tuple(vec![Val::str(a), Val::str(b)])))
}

pub(super) fn call(vm: &mut Vm<'_>, text: &SmolStr, call: &Call<'_>) -> Eval<Option<Val>> {
    let same = |changed: &str| if changed.len() == text.len() { Val::Str(text.clone()) } else { Val::str(changed) };
    Ok(Some(match call.method {
        M::len => Val::usize(text.len()),
        M::is_empty => Val::Bool(text.is_empty()),
        M::as_str | M::to_string | M::to_owned | M::clone | M::as_ref | M::into | M::as_deref | M::borrow => {
            Val::Str(text.clone())
        }
        M::to_uppercase => Val::str(text.to_uppercase()),
        M::to_lowercase => Val::str(text.to_lowercase()),
        M::to_ascii_uppercase => Val::str(text.to_ascii_uppercase()),
        M::to_ascii_lowercase => Val::str(text.to_ascii_lowercase()),
        M::trim => same(text.trim()),
        M::trim_start => same(text.trim_start()),
        M::trim_end => same(text.trim_end()),
        M::trim_ascii => same(text.trim_ascii()),
        M::is_ascii => Val::Bool(text.is_ascii()),
        M::eq_ignore_ascii_case => Val::Bool(text.eq_ignore_ascii_case(call.argument(0)?.to_str()?)),
        M::is_char_boundary => Val::Bool(text.is_char_boundary(call.usize(0)?)),
        M::chars => Val::iter(Iter::of(text.chars().map(Val::Char).collect())),
        M::char_indices => Val::iter(Iter::of(
            text.char_indices().map(|(at, char)| Val::tuple(vec![Val::usize(at), Val::Char(char)])).collect(),
        )),
        M::bytes => Val::iter(Iter::of(text.bytes().map(byte).collect())),
        M::as_bytes | M::into_bytes => Val::list(text.bytes().map(byte).collect()),
        M::lines => pieces(text.lines()),
        M::split_whitespace => pieces(text.split_whitespace()),
        M::split_ascii_whitespace => pieces(text.split_ascii_whitespace()),
        M::repeat => {
            let times = call.usize(0)?;
            if text.len().saturating_mul(times) > ITEMS_MAX * 16 {
                return Err(mistake("the repeated text is too long; repeat it less often"));
            }
            Val::str(text.repeat(times))
        }
        M::parse => parse(text, call.of)?,
        M::get => match super::list::bounds(call.argument(0)?, text.len())? {
            Some((start, end)) => Val::option(text.get(start..end).map(Val::str)),
            None => return Err(mistake("text has no characters at positions; use a range, or `.chars().nth(n)`")),
        },
        M::split_at => {
            let (a, b) = text
                .split_at_checked(call.usize(0)?)
                .ok_or_else(|| mistake("failed to slice string; split it within its length"))?;
            Val::tuple(vec![Val::str(a), Val::str(b)])
        }
        M::concat | M::max | M::min | M::cmp => return Ok(None),
        _ => return search(vm, text, call),
    }))
}

fn byte(byte: u8) -> Val {
    Val::Int(byte.into(), IntType::U8)
}

/// Methods that look for something.
fn search(vm: &mut Vm<'_>, text: &SmolStr, call: &Call<'_>) -> Eval<Option<Val>> {
    let first = match call.method {
        M::splitn | M::rsplitn => 1,
        M::contains
        | M::starts_with
        | M::ends_with
        | M::find
        | M::rfind
        | M::split
        | M::rsplit
        | M::split_once
        | M::rsplit_once => 0,
        M::split_terminator
        | M::split_inclusive
        | M::strip_prefix
        | M::strip_suffix
        | M::replace
        | M::replacen
        | M::matches => 0,
        M::match_indices | M::trim_matches | M::trim_start_matches | M::trim_end_matches => 0,
        _ => return Ok(None),
    };
    let needle = Needle::new(vm, text, call.argument(first)?)?;
    Ok(Some(match call.method {
        M::contains => Val::Bool(with!(needle, |it| text.contains(it))),
        M::starts_with => Val::Bool(with!(needle, |it| text.starts_with(it))),
        M::ends_with => Val::Bool(with!(needle, |it| text.ends_with(it))),
        M::find => Val::option(with!(needle, |it| text.find(it)).map(Val::usize)),
        M::rfind => Val::option(with!(needle, |it| text.rfind(it)).map(Val::usize)),
        M::split => with!(needle, |it| pieces(text.split(it))),
        M::rsplit => with!(needle, |it| pieces(text.rsplit(it))),
        M::splitn => with!(needle, |it| pieces(text.splitn(call.usize(0)?, it))),
        M::rsplitn => with!(needle, |it| pieces(text.rsplitn(call.usize(0)?, it))),
        M::split_once => pair(with!(needle, |it| text.split_once(it))),
        M::rsplit_once => pair(with!(needle, |it| text.rsplit_once(it))),
        M::split_terminator => with!(needle, |it| pieces(text.split_terminator(it))),
        M::split_inclusive => with!(needle, |it| pieces(text.split_inclusive(it))),
        M::matches => with!(needle, |it| pieces(text.matches(it))),
        M::match_indices => {
            let found = |(at, found): (usize, &str)| Val::tuple(vec![Val::usize(at), Val::str(found)]);
            Val::iter(Iter::of(with!(needle, |it| text.match_indices(it).map(found).collect())))
        }
        M::strip_prefix => Val::option(with!(needle, |it| text.strip_prefix(it)).map(Val::str)),
        M::strip_suffix => Val::option(with!(needle, |it| text.strip_suffix(it)).map(Val::str)),
        M::trim_start_matches => Val::str(with!(needle, |it| text.trim_start_matches(it))),
        M::trim_end_matches => Val::str(with!(needle, |it| text.trim_end_matches(it))),
        M::trim_matches => match &needle {
            Needle::Chars(chars) => Val::str(text.trim_matches(&chars[..])),
            Needle::Text(one) if one.chars().count() == 1 => Val::str(text.trim_matches(|char| one.starts_with(char))),
            Needle::Text(_) => {
                return Err(mistake("`trim_matches` takes a `char` or a closure; use `trim_start_matches` for text"));
            }
        },
        M::replace => {
            let by = call.argument(1)?.to_str()?;
            bounded(text, by)?;
            Val::str(with!(needle, |it| text.replace(it, by)))
        }
        M::replacen => {
            let by = call.argument(1)?.to_str()?;
            bounded(text, by)?;
            Val::str(with!(needle, |it| text.replacen(it, by, call.usize(2)?)))
        }
        _ => return Ok(None),
    }))
}

/// A replacement could multiply its length; not without end.
fn bounded(text: &str, by: &str) -> Eval<()> {
    if text.len().saturating_add(1).saturating_mul(by.len()) > ITEMS_MAX * 16 {
        return Err(mistake("the text would be too long; replace by something shorter"));
    }
    Ok(())
}

/// `.parse::<T>()`.
fn parse(text: &str, of: Option<&Type>) -> Eval<Val> {
    let error = |error: &dyn std::fmt::Display| Val::Err(Val::str(error.to_string()).into());
    let ok = |value: Val| Val::Ok(value.into());
    macro_rules! number {
        ($kind:expr, $($variant:ident $type:ty),*) => {
            match $kind {
                $(IntType::$variant => match text.parse::<$type>() {
                    Ok(number) => i128::try_from(number).map(|number| ok(Val::Int(number, $kind))).map_err(|_| needs_rust("a number of more than 127 bits")),
                    Err(what) => Ok(error(&what)),
                },)*
                IntType::Literal | IntType::Signed | IntType::Unsigned => Err(needs_rust("`parse` into a type that is not written")),
            }
        };
    }
    match of {
        Some(Type::Int(kind)) => {
            number!(*kind, I8 i8, I16 i16, I32 i32, I64 i64, I128 i128, Isize isize, U8 u8, U16 u16, U32 u32, U64 u64, U128 u128, Usize usize)
        }
        Some(Type::Float(FloatType::F32)) => Ok(text
            .parse::<f32>()
            .map_or_else(|what| error(&what), |number| ok(Val::Float(number.into(), FloatType::F32)))),
        Some(Type::Float(kind)) => {
            Ok(text.parse::<f64>().map_or_else(|what| error(&what), |number| ok(Val::Float(number, *kind))))
        }
        Some(Type::Bool) => Ok(text.parse::<bool>().map_or_else(|what| error(&what), |value| ok(Val::Bool(value)))),
        Some(Type::Char) => Ok(text.parse::<char>().map_or_else(|what| error(&what), |value| ok(Val::Char(value)))),
        Some(Type::Str) => Ok(ok(Val::str(text))),
        _ => Err(needs_rust("`parse` into a type that is not written; write it, as in `.parse::<i64>()`")),
    }
}

/// `join` and `concat` of texts.
pub(super) fn join(items: &[Val], separator: &str) -> Eval<Val> {
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(separator);
        }
        out.push_str(item.to_str()?);
        if out.len() > ITEMS_MAX * 16 {
            return Err(mistake("the joined text is too long; join fewer items"));
        }
    }
    Ok(Val::str(out))
}

/// Numbers that are compared with literals take their type along.
pub(super) fn extreme(best: &Val, other: &Val) -> Val {
    adapted(best, other)
}
