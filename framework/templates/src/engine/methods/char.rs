//! Methods of `char`.

use super::Call;
use super::names::Method as M;
use crate::engine::fault::{Eval, mistake};
use crate::engine::iter::Iter;
use crate::engine::number::IntType;
use crate::engine::value::Val;

pub(super) fn call(value: char, call: &Call<'_>) -> Eval<Option<Val>> {
    Ok(Some(match call.method {
        M::is_alphabetic => Val::Bool(value.is_alphabetic()),
        M::is_alphanumeric => Val::Bool(value.is_alphanumeric()),
        M::is_numeric => Val::Bool(value.is_numeric()),
        M::is_whitespace => Val::Bool(value.is_whitespace()),
        M::is_uppercase => Val::Bool(value.is_uppercase()),
        M::is_lowercase => Val::Bool(value.is_lowercase()),
        M::is_control => Val::Bool(value.is_control()),
        M::is_ascii => Val::Bool(value.is_ascii()),
        M::is_ascii_alphabetic => Val::Bool(value.is_ascii_alphabetic()),
        M::is_ascii_alphanumeric => Val::Bool(value.is_ascii_alphanumeric()),
        M::is_ascii_digit => Val::Bool(value.is_ascii_digit()),
        M::is_ascii_lowercase => Val::Bool(value.is_ascii_lowercase()),
        M::is_ascii_uppercase => Val::Bool(value.is_ascii_uppercase()),
        M::is_ascii_punctuation => Val::Bool(value.is_ascii_punctuation()),
        M::is_ascii_whitespace => Val::Bool(value.is_ascii_whitespace()),
        M::eq_ignore_ascii_case => match call.argument(0)? {
            Val::Char(other) => Val::Bool(value.eq_ignore_ascii_case(other)),
            _ => return Err(mistake("expected `char`; write it as `&'a'`")),
        },
        M::is_digit => Val::Bool(value.is_digit(radix(call)?)),
        M::to_digit => Val::option(value.to_digit(radix(call)?).map(|digit| Val::Int(digit.into(), IntType::U32))),
        M::to_ascii_uppercase => Val::Char(value.to_ascii_uppercase()),
        M::to_ascii_lowercase => Val::Char(value.to_ascii_lowercase()),
        // What they give is an iterator that also prints.
        M::to_uppercase => case(value.to_uppercase()),
        M::to_lowercase => case(value.to_lowercase()),
        M::len_utf8 => Val::usize(value.len_utf8()),
        _ => return Ok(None),
    }))
}

fn case(chars: impl Iterator<Item = char>) -> Val {
    Val::iter(Iter::Chars(chars.collect::<Vec<_>>().into_iter()))
}

fn radix(call: &Call<'_>) -> Eval<u32> {
    match call.argument(0)? {
        Val::Int(radix @ 2..=36, _) => Ok(*radix as u32),
        _ => Err(mistake("a radix is between 2 and 36")),
    }
}
