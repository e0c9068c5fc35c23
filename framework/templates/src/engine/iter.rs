//! Iterators, as lazy as Rust's where it shows: an element that nobody asks for is not computed.
//!
//! Expressions change nothing, so an iterator that is walked from its end may compute its elements from the beginning.

use super::fault::{Eval, mistake, needs_rust};
use super::number::{IntType, checked};
use super::value::{Range, Val, opaque};
use super::vm::{ITEMS_MAX, Vm};
use std::cell::RefCell;
use std::rc::Rc;

#[derive(Debug, Clone)]
pub(crate) enum Iter {
    /// The items from `front` up to `back`.
    Items {
        items: Rc<Vec<Val>>,
        front: usize,
        back: usize,
    },
    /// What `char::to_uppercase` gives. It also prints.
    Chars(std::vec::IntoIter<char>),
    /// Up to `end`, without it.
    Numbers {
        next: i128,
        end: i128,
        kind: IntType,
    },
    /// Without an end.
    From {
        next: i128,
        kind: IntType,
    },
    /// Of `by_ref` and `&mut`.
    Shared(Rc<RefCell<Iter>>),
    Map(Box<Iter>, Val),
    MapWhile(Box<Iter>, Val),
    Filter(Box<Iter>, Val),
    FilterMap(Box<Iter>, Val),
    /// `flat_map`; without a function it is `flatten`.
    Flat {
        outer: Box<Iter>,
        function: Option<Val>,
        inner: Option<Box<Iter>>,
    },
    Enumerate(Box<Iter>, usize),
    Take(Box<Iter>, usize),
    Skip(Box<Iter>, usize),
    StepBy {
        inner: Box<Iter>,
        step: usize,
        is_first: bool,
    },
    TakeWhile {
        inner: Box<Iter>,
        while_: Val,
        is_done: bool,
    },
    SkipWhile {
        inner: Box<Iter>,
        while_: Val,
        is_past: bool,
    },
    Rev(Box<Iter>),
    Zip(Box<Iter>, Box<Iter>),
    Chain(Option<Box<Iter>>, Box<Iter>),
    Cycle {
        first: Box<Iter>,
        current: Box<Iter>,
    },
}

impl Iter {
    pub(crate) fn items(items: Rc<Vec<Val>>) -> Self {
        let back = items.len();
        Self::Items { items, front: 0, back }
    }

    pub(crate) fn of(items: Vec<Val>) -> Self {
        Self::items(Rc::new(items))
    }

    /// `value.into_iter()`.
    pub(crate) fn new(value: &Val) -> Eval<Self> {
        Ok(match value {
            Val::List(items) => Self::items(items.clone()),
            Val::Struct(_) => {
                return Err(needs_rust("walking over a struct"));
            }
            Val::Map(map) => {
                Self::of(map.entries.iter().map(|(key, value)| Val::tuple(vec![key.clone(), value.clone()])).collect())
            }
            Val::Range(range) => Self::range(range)?,
            // Rust moves it. What goes on with a borrowed one is `Shared`.
            Val::Iter(iter) => {
                let mut iter = iter.try_borrow_mut().map_err(|_| mistake("an iterator is used while it runs"))?;
                std::mem::replace(&mut *iter, Self::of(Vec::new()))
            }
            Val::None => Self::of(Vec::new()),
            Val::Some(value) => Self::of(vec![(**value).clone()]),
            value if value.is_of_runtime() => super::host::iter(&super::host::to_value(value)?)?,
            Val::Opaque(name) => return Err(opaque(name)),
            Val::Str(_) => return Err(mistake("text is not an iterator; use `.chars()`, `.lines()` or `.split(…)`")),
            _ => {
                return Err(mistake(format!(
                    "`{}` is not an iterator; loop over a list, a map or a range",
                    value.kind()
                )));
            }
        })
    }

    fn range(range: &Range) -> Eval<Self> {
        match (&range.start, &range.end) {
            (Some(Val::Int(start, a)), Some(Val::Int(end, b))) => {
                let kind = super::number::common(forge_codegen::expr::BinaryOp::Less, (*start, *a), (*end, *b))?;
                let end = if range.is_inclusive { end.saturating_add(1) } else { *end };
                Ok(Self::Numbers { next: *start, end: end.max(*start), kind })
            }
            (Some(Val::Int(start, kind)), None) => Ok(Self::From { next: *start, kind: *kind }),
            (Some(Val::Char(start)), Some(Val::Char(end))) => {
                let chars: Vec<Val> = if range.is_inclusive {
                    (*start..=*end).map(Val::Char).collect()
                } else {
                    (*start..*end).map(Val::Char).collect()
                };
                Ok(Self::of(chars))
            }
            (Some(Val::Opaque(name)), _) | (_, Some(Val::Opaque(name))) => Err(opaque(name)),
            _ => Err(mistake("the range is not an iterator; it needs an integer or a `char` at its beginning")),
        }
    }

    #[inline]
    pub(crate) fn next(&mut self, vm: &mut Vm<'_>) -> Eval<Option<Val>> {
        match self {
            Self::Items { items, front, back } if *front < *back => {
                *front += 1;
                Ok(Some(items[*front - 1].clone()))
            }
            Self::Items { .. } => Ok(None),
            other => other.computed(vm),
        }
    }

    /// The next item of what is no list.
    fn computed(&mut self, vm: &mut Vm<'_>) -> Eval<Option<Val>> {
        match self {
            Self::Items { .. } => Ok(None),
            Self::Chars(chars) => Ok(chars.next().map(Val::Char)),
            Self::Numbers { next, end, kind } => {
                if next >= end {
                    return Ok(None);
                }
                *next += 1;
                Ok(Some(Val::Int(*next - 1, *kind)))
            }
            Self::From { next, kind } => {
                vm.step()?;
                let number = checked(Some(*next), *kind, "add")?;
                *next += 1;
                Ok(Some(number))
            }
            Self::Shared(iter) => {
                iter.try_borrow_mut().map_err(|_| mistake("an iterator is used while it runs"))?.next(vm)
            }
            Self::Map(inner, function) => match inner.next(vm)? {
                Some(value) => vm.call(function, [value]).map(Some),
                None => Ok(None),
            },
            Self::Filter(..)
            | Self::FilterMap(..)
            | Self::MapWhile(..)
            | Self::TakeWhile { .. }
            | Self::SkipWhile { .. } => self.next_asked(vm),
            Self::Flat { .. } | Self::Chain(..) | Self::Cycle { .. } | Self::Zip(..) => self.next_joined(vm),
            Self::Enumerate(inner, at) => Ok(inner.next(vm)?.map(|value| {
                *at += 1;
                Val::tuple(vec![Val::usize(*at - 1), value])
            })),
            Self::Take(_, 0) => Ok(None),
            Self::Take(inner, left) => {
                *left -= 1;
                inner.next(vm)
            }
            Self::Skip(inner, skip) => {
                while *skip > 0 {
                    *skip -= 1;
                    if inner.next(vm)?.is_none() {
                        return Ok(None);
                    }
                }
                inner.next(vm)
            }
            Self::StepBy { inner, step, is_first } => {
                if !std::mem::take(is_first) {
                    for _ in 1..*step {
                        if inner.next(vm)?.is_none() {
                            return Ok(None);
                        }
                    }
                }
                inner.next(vm)
            }
            Self::Rev(inner) => inner.next_back(vm),
        }
    }

    /// Where a closure decides what is next.
    fn next_asked(&mut self, vm: &mut Vm<'_>) -> Eval<Option<Val>> {
        match self {
            Self::Filter(inner, keep) => {
                while let Some(value) = inner.next(vm)? {
                    if vm.ask(keep, [value.clone()])? {
                        return Ok(Some(value));
                    }
                }
                Ok(None)
            }
            Self::FilterMap(inner, function) => {
                while let Some(value) = inner.next(vm)? {
                    if let Some(value) = vm.call(function, [value])?.unwrapped() {
                        return Ok(Some(value.clone()));
                    }
                }
                Ok(None)
            }
            Self::MapWhile(inner, function) => match inner.next(vm)? {
                Some(value) => Ok(vm.call(function, [value])?.unwrapped().cloned()),
                None => Ok(None),
            },
            Self::TakeWhile { is_done: true, .. } => Ok(None),
            Self::TakeWhile { inner, while_, is_done } => {
                let Some(value) = inner.next(vm)? else { return Ok(None) };
                *is_done = !vm.ask(while_, [value.clone()])?;
                Ok((!*is_done).then_some(value))
            }
            Self::SkipWhile { inner, while_, is_past } => {
                while let Some(value) = inner.next(vm)? {
                    if *is_past || !vm.ask(while_, [value.clone()])? {
                        *is_past = true;
                        return Ok(Some(value));
                    }
                }
                Ok(None)
            }
            _ => Err(needs_rust("this iterator")),
        }
    }

    /// Where there are several iterators.
    fn next_joined(&mut self, vm: &mut Vm<'_>) -> Eval<Option<Val>> {
        match self {
            Self::Flat { outer, function, inner } => loop {
                if let Some(current) = inner {
                    if let Some(value) = current.next(vm)? {
                        return Ok(Some(value));
                    }
                    *inner = None;
                }
                vm.step()?;
                let Some(value) = outer.next(vm)? else { return Ok(None) };
                let value = match function {
                    Some(function) => vm.call(function, [value])?,
                    None => value,
                };
                *inner = Some(Box::new(Self::new(&value)?));
            },
            Self::Chain(first, second) => {
                if let Some(iter) = first {
                    if let Some(value) = iter.next(vm)? {
                        return Ok(Some(value));
                    }
                    *first = None;
                }
                second.next(vm)
            }
            Self::Cycle { first, current } => {
                vm.step()?;
                if let Some(value) = current.next(vm)? {
                    return Ok(Some(value));
                }
                *current = first.clone();
                current.next(vm)
            }
            Self::Zip(a, b) => {
                let Some(first) = a.next(vm)? else { return Ok(None) };
                Ok(b.next(vm)?.map(|second| Val::tuple(vec![first, second])))
            }
            _ => Err(needs_rust("this iterator")),
        }
    }

    pub(crate) fn next_back(&mut self, vm: &mut Vm<'_>) -> Eval<Option<Val>> {
        match self {
            Self::Items { items, front, back } => {
                if front >= back {
                    return Ok(None);
                }
                *back -= 1;
                Ok(Some(items[*back].clone()))
            }
            Self::Chars(chars) => Ok(chars.next_back().map(Val::Char)),
            Self::Numbers { next, end, kind } => {
                if next >= end {
                    return Ok(None);
                }
                *end -= 1;
                Ok(Some(Val::Int(*end, *kind)))
            }
            Self::Map(inner, function) => match inner.next_back(vm)? {
                Some(value) => vm.call(function, [value]).map(Some),
                None => Ok(None),
            },
            Self::Rev(inner) => inner.next(vm),
            Self::Shared(iter) => {
                iter.try_borrow_mut().map_err(|_| mistake("an iterator is used while it runs"))?.next_back(vm)
            }
            Self::From { .. } | Self::Cycle { .. } => {
                Err(mistake("an iterator without an end has no last element; use `.take(n)` first"))
            }
            _ => {
                let items = self.collect(vm)?;
                *self = Self::of(items);
                self.next_back(vm)
            }
        }
    }

    /// All that is left.
    pub(crate) fn collect(&mut self, vm: &mut Vm<'_>) -> Eval<Vec<Val>> {
        let mut items = Vec::new();
        while let Some(value) = self.next(vm)? {
            if items.len() >= ITEMS_MAX {
                return Err(mistake(format!("a list of more than {ITEMS_MAX} items; use `.take(n)` first")));
            }
            items.push(value);
        }
        Ok(items)
    }

    /// How many are left, where that is known without looking.
    pub(crate) fn len(&self) -> Option<usize> {
        match self {
            Self::Items { front, back, .. } => Some(back.saturating_sub(*front)),
            Self::Chars(chars) => Some(chars.len()),
            Self::Numbers { next, end, .. } => usize::try_from(end - next).ok(),
            Self::Map(inner, _) | Self::Enumerate(inner, _) | Self::Rev(inner) => inner.len(),
            Self::Take(inner, left) => inner.len().map(|len| len.min(*left)),
            Self::Skip(inner, skip) => inner.len().map(|len| len.saturating_sub(*skip)),
            Self::Zip(a, b) => Some(a.len()?.min(b.len()?)),
            Self::Shared(iter) => iter.try_borrow().ok()?.len(),
            _ => None,
        }
    }

    /// A copy that goes on by itself.
    pub(crate) fn fork(&self) -> Self {
        match self {
            Self::Shared(iter) => iter.borrow().fork(),
            other => other.clone(),
        }
    }
}
