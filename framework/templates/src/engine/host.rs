//! Stub.
use super::fault::{Eval, mistake};
use super::value::Val;
use super::vm::Vm;
pub(crate) struct Host<'r>(pub std::marker::PhantomData<&'r ()>);
pub(crate) fn is_empty(_: &crate::Value) -> bool { false }
pub(crate) fn is_text(_: &crate::Value, _: &str) -> Eval<bool> { Ok(false) }
pub(crate) fn text(_: &crate::Value) -> Eval<String> { Err(mistake("x")) }
pub(crate) fn iter(_: &crate::Value) -> Eval<super::iter::Iter> { Err(mistake("x")) }
pub(crate) fn field(_: &crate::Value, _: &str) -> Eval<Val> { Err(mistake("x")) }
pub(crate) fn from_value(_: &crate::Value) -> Val { Val::None }
pub(crate) fn method(_: &mut Vm<'_>, _: &crate::Value, _: &super::methods::Call<'_>) -> Eval<Val> { Err(mistake("x")) }
pub(crate) fn function(_: &mut Vm<'_>, _: super::code::Function, _: &[Val]) -> Eval<Val> { Err(mistake("x")) }
pub(crate) fn filter(_: &str, _: &Val, _: &[Val]) -> Eval<Val> { Err(mistake("x")) }
