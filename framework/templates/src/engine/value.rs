//! What expressions are evaluated to. References are transparent: a value and a reference to it are the same here.

use super::code::ClosureCode;
use super::fault::{Eval, mistake, needs_rust};
use super::iter::Iter;
use super::number::{FloatType, IntType};
use crate::{AttributeBag, Slot, Value};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) enum Val {
    /// A variable that is not there.
    Unbound,
    Unit,
    None,
    Bool(bool),
    Int(i128, IntType),
    Float(f64, FloatType),
    Char(char),
    Str(SmolStr),
    /// Options from data are the bare value, or [`Val::None`]; those that were computed here are wrapped.
    Some(Rc<Val>),
    Ok(Rc<Val>),
    Err(Rc<Val>),
    List(Rc<Vec<Val>>),
    Tuple(Rc<Vec<Val>>),
    Map(Rc<Map>),
    /// Of data, with methods of its own that nothing is known of.
    Struct(Arc<crate::Map>),
    Range(Rc<Range>),
    Ordering(Ordering),
    /// State that `next` changes, shared like a `&mut`.
    Iter(Rc<RefCell<Iter>>),
    Closure(Rc<Closure>),
    Slot(Slot),
    Bag(AttributeBag),
    /// Other values of the runtime: safe text, errors.
    Host(Rc<Value>),
    /// Of a type that has no serialisable form.
    Opaque(Arc<str>),
}

/// Entries in their order.
#[derive(Debug, Default)]
pub(crate) struct Map {
    pub(crate) entries: Vec<(Val, Val)>,
}

#[derive(Debug)]
pub(crate) struct Range {
    pub(crate) start: Option<Val>,
    pub(crate) end: Option<Val>,
    pub(crate) is_inclusive: bool,
}

#[derive(Debug)]
pub(crate) struct Closure {
    pub(crate) code: Arc<ClosureCode>,
    pub(crate) captured: Vec<Val>,
}

impl Map {
    /// The entry of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Val> {
        self.entries.iter().find(|(key, _)| matches!(key, Val::Str(key) if **key == *name)).map(|(_, value)| value)
    }
}

impl Val {
    pub(crate) fn str(text: impl Into<SmolStr>) -> Self {
        Self::Str(text.into())
    }

    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(items))
    }

    pub(crate) fn tuple(items: Vec<Self>) -> Self {
        Self::Tuple(Rc::new(items))
    }

    pub(crate) fn some(value: Self) -> Self {
        Self::Some(Rc::new(value))
    }

    pub(crate) fn option(value: Option<Self>) -> Self {
        value.map_or(Self::None, Self::some)
    }

    pub(crate) fn usize(number: usize) -> Self {
        Self::Int(number as i128, IntType::Usize)
    }

    pub(crate) fn iter(iter: Iter) -> Self {
        Self::Iter(Rc::new(RefCell::new(iter)))
    }

    /// Whether only the runtime knows more of it.
    pub(crate) fn is_of_runtime(&self) -> bool {
        matches!(self, Self::Slot(_) | Self::Bag(_) | Self::Host(_))
    }

    /// As a value of the runtime, if it [is one](Self::is_of_runtime).
    pub(crate) fn of_runtime(&self) -> Option<Cow<'_, Value>> {
        match self {
            Self::Slot(slot) => Some(Cow::Owned(Value::Slot(slot.clone()))),
            Self::Bag(bag) => Some(Cow::Owned(Value::Bag(bag.clone()))),
            Self::Host(value) => Some(Cow::Borrowed(value)),
            _ => None,
        }
    }

    /// What it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Unbound => "nothing",
            Self::Unit => "()",
            Self::None | Self::Some(_) => "Option",
            Self::Bool(_) => "bool",
            Self::Int(_, kind) => kind.name(),
            Self::Float(_, FloatType::F32) => "f32",
            Self::Float(..) => "float",
            Self::Char(_) => "char",
            Self::Str(_) => "text",
            Self::Ok(_) | Self::Err(_) => "Result",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Struct(_) => "struct",
            Self::Map(_) => "map",
            Self::Range(_) => "range",
            Self::Ordering(_) => "Ordering",
            Self::Iter(_) => "iterator",
            Self::Closure(_) => "closure",
            Self::Slot(_) | Self::Bag(_) | Self::Host(_) => "value of Forge",
            Self::Opaque(_) => "opaque value",
        }
    }

    pub(crate) fn truth(&self) -> Eval<bool> {
        match self {
            Self::Bool(value) => Ok(*value),
            Self::Opaque(name) => Err(opaque(name)),
            Self::None | Self::Some(_) => {
                Err(mistake("expected `bool`, found `Option`; ask with `.is_some()` or `let Some(a) = …`"))
            }
            Self::Str(_) | Self::List(_) | Self::Map(_) => {
                Err(mistake(format!("expected `bool`, found {}; ask with `!a.is_empty()`", self.kind())))
            }
            Self::Int(..) => {
                Err(mistake(format!("expected `bool`, found {}; compare it, as in `a != 0`", self.kind())))
            }
            _ => {
                Err(mistake(format!("expected `bool`, found {}; a condition is a comparison or a `bool`", self.kind())))
            }
        }
    }

    pub(crate) fn to_usize(&self) -> Eval<usize> {
        match self {
            // Data from JSON may call any integer signed.
            Self::Int(number, IntType::Literal | IntType::Usize | IntType::Unsigned | IntType::Signed) => {
                usize::try_from(*number)
                    .map_err(|_| mistake(format!("expected `usize`, found {number}; it cannot be negative")))
            }
            Self::Opaque(name) => Err(opaque(name)),
            _ => Err(mistake(format!("expected `usize`, found `{}`; write `as usize`", self.kind()))),
        }
    }

    pub(crate) fn to_str(&self) -> Eval<&str> {
        match self {
            Self::Str(text) => Ok(text),
            Self::Opaque(name) => Err(opaque(name)),
            _ => Err(mistake(format!(
                "expected text, found `{}`; write `.to_string()` where it can be printed",
                self.kind()
            ))),
        }
    }

    /// Without the `Some` around it. Bare values are their own.
    pub(crate) fn unwrapped(&self) -> Option<&Self> {
        match self {
            Self::None => None,
            Self::Some(value) => Some(value),
            value => Some(value),
        }
    }

    /// Whether there is such a variable, and it is something.
    pub(crate) fn is_set(&self) -> Eval<bool> {
        match self {
            Self::Unbound | Self::None => Ok(false),
            Self::Opaque(name) => Err(opaque(name)),
            _ => Ok(true),
        }
    }

    /// `@empty`.
    pub(crate) fn is_empty(&self) -> Eval<bool> {
        Ok(match self {
            Self::Unbound | Self::None | Self::Unit => true,
            Self::Bool(value) => !value,
            Self::Int(number, _) => *number == 0,
            Self::Float(number, _) => *number == 0.0,
            Self::Str(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(map) => map.entries.is_empty(),
            Self::Struct(_) => false,
            Self::Some(value) => value.is_empty()?,
            Self::Slot(slot) => slot.is_empty(),
            Self::Bag(bag) => bag.is_empty(),
            Self::Host(value) => value.is_empty(),
            Self::Opaque(name) => return Err(opaque(name)),
            Self::Range(_) | Self::Iter(_) => return Err(needs_rust(format!("whether a {} is empty", self.kind()))),
            Self::Char(_) | Self::Ok(_) | Self::Err(_) | Self::Tuple(_) | Self::Ordering(_) | Self::Closure(_) => false,
        })
    }
}

#[cold]
pub(crate) fn opaque(name: &str) -> Box<super::fault::Fault> {
    needs_rust(format!("a value of the type `{name}`; derive `Serialize` for it to see changes without a build"))
}
