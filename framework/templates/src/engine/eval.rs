//! Evaluates prepared expressions.

use super::code::{Code, FormatPiece, LoopPart, Node, Variant};
use super::compare;
use super::fault::{Eval, mistake, needs_rust};
use super::format::{self, Count, Known, WIDTH_MAX};
use super::host;
use super::iter::Iter;
use super::methods::{self, Call};
use super::number::{IntType, cast, float_binary, int_binary, mismatch};
use super::value::{Map, Range, Val, opaque};
use super::vm::Vm;
use forge_codegen::expr::BinaryOp;
use std::rc::Rc;

impl<'r> Vm<'r> {
    pub(crate) fn eval(&mut self, node: &Node) -> Eval<Val> {
        match &node.code {
            Code::Str(text) => Ok(Val::Str(text.clone())),
            Code::Int(number, kind) => Ok(Val::Int(*number, *kind)),
            Code::Float(number, kind) => Ok(Val::Float(*number, *kind)),
            Code::Bool(value) => Ok(Val::Bool(*value)),
            Code::Char(value) => Ok(Val::Char(*value)),
            Code::None => Ok(Val::None),
            Code::Unit => Ok(Val::Unit),
            Code::Slot(slot, name) => match self.slot(*slot) {
                Val::Unbound => Err(unbound(name).at(node.span)),
                value => Ok(value.clone()),
            },
            Code::And(a, b) => Ok(Val::Bool(self.eval_bool(a)? && self.eval_bool(b)?)),
            Code::Or(a, b) => Ok(Val::Bool(self.eval_bool(a)? || self.eval_bool(b)?)),
            Code::Closure(code) => Ok(self.closure(code)),
            Code::If { condition, then, otherwise } => {
                if self.holds(condition)? {
                    self.eval(then)
                } else {
                    otherwise.as_ref().map_or(Ok(Val::Unit), |otherwise| self.eval(otherwise))
                }
            }
            Code::Rust(why) => Err(needs_rust(why.clone()).at(node.span)),
            _ => self.eval_parts(node).map_err(|fault| fault.at(node.span)),
        }
    }

    /// A field of a variable that is a struct, without a copy of either, and what it is printed to. `None` for everything else.
    #[inline]
    pub(crate) fn struct_field(&mut self, node: &Node) -> Option<(&crate::Value, &mut host::Host<'r>)> {
        let Code::Field(of, name) = &node.code else { return None };
        let Code::Slot(slot, _) = &of.code else { return None };
        let (Val::Struct(map), host) = self.slot_and_host(*slot) else { return None };
        Some((map.get(name)?, host))
    }

    /// Of what can fail by itself.
    fn eval_parts(&mut self, node: &Node) -> Eval<Val> {
        self.deeper()?;
        match &node.code {
            Code::Field(value, name) => {
                if let Some((value, _)) = self.struct_field(node) {
                    return Ok(host::from_value(value));
                }
                let value = self.eval(value)?;
                field(&value, name)
            }
            Code::TupleField(value, at) => match self.eval(value)? {
                Val::Tuple(items) | Val::List(items) => items
                    .get(*at as usize)
                    .cloned()
                    .ok_or_else(|| mistake(format!("no field `{at}`; the tuple has {} fields", items.len()))),
                Val::Opaque(name) => Err(opaque(&name)),
                other => Err(needs_rust(format!("the field `{at}` of `{}`", other.kind()))),
            },
            Code::Index(value, index) => {
                let value = self.eval(value)?;
                let index = self.eval(index)?;
                index_of(&value, &index)
            }
            Code::Method { receiver, method, of, arguments } => {
                let receiver = self.eval(receiver)?;
                let arguments = self.eval_all(arguments)?;
                methods::call(self, &receiver, &Call { method: *method, of: of.as_ref(), arguments: &arguments })
            }
            Code::Variant(variant, value) => {
                let value = Rc::new(self.eval(value)?);
                Ok(match variant {
                    Variant::Some => Val::Some(value),
                    Variant::Ok => Val::Ok(value),
                    Variant::Err => Val::Err(value),
                })
            }
            _ => self.eval_call(node),
        }
    }

    /// Functions, filters, and what consists of several expressions.
    fn eval_call(&mut self, node: &Node) -> Eval<Val> {
        match &node.code {
            Code::CallSlot(function, arguments) => {
                let function = self.eval(function)?;
                let arguments = self.eval_all(arguments)?;
                self.call_all(&function, arguments)
            }
            Code::Function(function, arguments) => {
                let arguments = self.eval_all(arguments)?;
                host::function(self, *function, &arguments)
            }
            Code::Filter { value, name, arguments } => {
                let value = self.eval(value)?;
                let arguments = self.eval_all(arguments)?;
                host::filter(name, &value, &arguments)
            }
            Code::Borrow(value) => Ok(match self.eval(value)? {
                Val::Iter(state) => Val::iter(Iter::Shared(state)),
                other => other,
            }),
            Code::Not(_) | Code::Negate(_) | Code::Compare(..) | Code::Arithmetic(..) | Code::Cast(..) => {
                self.eval_operator(&node.code)
            }
            Code::Loop(index, count, part) => self.loop_part(*index, *count, *part),
            Code::Match { value, arms } => {
                let value = self.eval(value)?;
                for arm in arms {
                    let fits = self.bind(&arm.pattern, value.clone())?;
                    let guard = |vm: &mut Self| arm.guard.as_ref().map_or(Ok(true), |guard| vm.eval_bool(guard));
                    if fits && guard(self)? {
                        return self.eval(&arm.value);
                    }
                }
                Err(mistake("non-exhaustive patterns: no arm fits the value; add an arm `_ => …`"))
            }
            Code::Format { pieces, arguments } => self.format(pieces, arguments),
            _ => self.eval_aggregate(&node.code),
        }
    }

    fn eval_aggregate(&mut self, code: &Code) -> Eval<Val> {
        match code {
            Code::Range { start, end, is_inclusive } => {
                let start = start.as_ref().map(|start| self.eval(start)).transpose()?;
                let end = end.as_ref().map(|end| self.eval(end)).transpose()?;
                Ok(Val::Range(Rc::new(Range { start, end, is_inclusive: *is_inclusive })))
            }
            Code::Tuple(items) => self.eval_all(items).map(Val::tuple),
            Code::List(items) => self.eval_all(items).map(Val::list),
            Code::Map(items) => {
                let mut entries: Vec<(Val, Val)> = Vec::with_capacity(items.len());
                let mut next = 0;
                for (key, value) in items {
                    let key = match key {
                        Some(key) => self.eval(key)?,
                        None => {
                            next += 1;
                            Val::Int(next - 1, IntType::Literal)
                        }
                    };
                    entries.push((key, self.eval(value)?));
                }
                Ok(Val::Map(Rc::new(Map { entries })))
            }
            _ => Err(needs_rust("this expression")),
        }
    }

    pub(crate) fn eval_all(&mut self, nodes: &[Node]) -> Eval<Vec<Val>> {
        nodes.iter().map(|node| self.eval(node)).collect()
    }

    pub(crate) fn eval_bool(&mut self, node: &Node) -> Eval<bool> {
        self.eval(node)?.truth().map_err(|fault| fault.at(node.span))
    }

    fn call_all(&mut self, function: &Val, arguments: Vec<Val>) -> Eval<Val> {
        match <[Val; 1]>::try_from(arguments) {
            Ok(one) => self.call(function, one),
            Err(arguments) => match <[Val; 2]>::try_from(arguments) {
                Ok(two) => self.call(function, two),
                Err(arguments) if arguments.is_empty() => self.call(function, []),
                Err(_) => Err(needs_rust("a call with more than two arguments")),
            },
        }
    }

    fn eval_operator(&mut self, code: &Code) -> Eval<Val> {
        match code {
            Code::Not(value) => match self.eval(value)? {
                Val::Bool(value) => Ok(Val::Bool(!value)),
                Val::Int(_, IntType::Unsigned) => Err(needs_rust("`!` of a number whose width is not known")),
                Val::Int(number, kind) if kind.is_signed() => Ok(Val::Int(!number, kind)),
                Val::Int(number, kind) => Ok(Val::Int(kind.wrap(!number), kind)),
                other => other.truth().map(|value| Val::Bool(!value)),
            },
            Code::Negate(value) => match self.eval(value)? {
                Val::Int(_, kind) if !kind.is_signed() => Err(mistake(format!(
                    "cannot apply unary operator `-` to `{}`; convert it with `as i64`",
                    kind.name()
                ))),
                Val::Int(number, kind) => super::number::checked(number.checked_neg(), kind, "negate"),
                Val::Float(number, kind) => Ok(Val::Float(-number, kind)),
                Val::Opaque(name) => Err(opaque(&name)),
                other => {
                    Err(mistake(format!("cannot apply unary operator `-` to `{}`; it is for numbers", other.kind())))
                }
            },
            Code::Compare(op, a, b) => {
                let a = self.eval(a)?;
                let b = self.eval(b)?;
                compare::compare(*op, &a, &b).map(Val::Bool)
            }
            Code::Arithmetic(op, a, b) => {
                let a = self.eval(a)?;
                let b = self.eval(b)?;
                arithmetic(*op, &a, &b)
            }
            Code::Cast(value, name) => cast(&self.eval(value)?, name),
            _ => Err(needs_rust("this operator")),
        }
    }

    fn loop_part(&self, index: usize, count: usize, part: LoopPart) -> Eval<Val> {
        let (Val::Int(index, _), Val::Int(count, _)) = (self.slot(index), self.slot(count)) else {
            return Err(mistake("there is no loop here; use `loop` within a loop"));
        };
        let (index, count) = (*index as usize, *count as usize);
        let state = crate::Loop::new(index, count, 1);
        Ok(match part {
            LoopPart::Index => Val::usize(state.index),
            LoopPart::Iteration => Val::usize(state.iteration),
            LoopPart::Remaining => Val::usize(state.remaining),
            LoopPart::Count => Val::usize(state.count),
            LoopPart::First => Val::Bool(state.first),
            LoopPart::Last => Val::Bool(state.last),
            LoopPart::Even => Val::Bool(state.even),
            LoopPart::Odd => Val::Bool(state.odd),
            LoopPart::Depth(depth) => Val::usize(self.outer_loops + depth),
        })
    }

    fn format(&mut self, pieces: &[FormatPiece], arguments: &[Node]) -> Eval<Val> {
        let arguments = self.eval_all(arguments)?;
        let get = |at: usize| arguments.get(at).ok_or_else(|| mistake("an argument of the format is missing; add it"));
        let mut out = String::new();
        for piece in pieces {
            match piece {
                FormatPiece::Text(text) => out.push_str(text),
                FormatPiece::Argument { at, spec, width, precision } => {
                    let number = |count: &Option<Count>, argument: &Option<usize>| match (count, argument) {
                        (_, Some(at)) => get(*at)?.to_usize().map(Some),
                        (Some(Count::Number(number)), None) => Ok(Some(*number)),
                        _ => Ok(None),
                    };
                    let width = number(&spec.width, width)?.unwrap_or(0);
                    let precision = number(&spec.precision, precision)?;
                    if width.max(precision.unwrap_or(0)) > WIDTH_MAX {
                        return Err(mistake(format!(
                            "a width or precision of more than {WIDTH_MAX}; use a smaller one"
                        )));
                    }
                    format::write(&mut out, get(*at)?, Known { spec, width, precision })?;
                }
            }
        }
        Ok(Val::str(out))
    }
}

fn unbound(name: &str) -> Box<super::fault::Fault> {
    if name == "loop" {
        return mistake("`loop` is known only within a loop; include the template within one");
    }
    mistake(format!("cannot find value `{name}` in this scope; pass it to the view, or ask with `@isset({name})`"))
}

fn no_field(name: &str) -> Box<super::fault::Fault> {
    needs_rust(format!("the field `{name}`, which the struct's serialised form does not have"))
}

/// `value.name`
pub(crate) fn field(value: &Val, name: &str) -> Eval<Val> {
    match value {
        Val::Struct(map) => map.get(name).map(host::from_value).ok_or_else(|| no_field(name)),
        Val::Map(map) => map.get(name).cloned().ok_or_else(|| {
            let known: Vec<String> =
                map.entries.iter().filter_map(|(key, _)| Some(format!("`{}`", key.to_str().ok()?))).take(8).collect();
            mistake(format!(
                "no field `{name}`; there is {}",
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            ))
        }),
        Val::Slot(slot) if name == "attributes" => Ok(Val::Bag(slot.attributes.clone())),
        Val::Range(range) if matches!(name, "start" | "end") && !range.is_inclusive => {
            let end = if name == "start" { &range.start } else { &range.end };
            end.clone().ok_or_else(|| mistake(format!("the range has no `{name}`")))
        }
        Val::None | Val::Some(_) => {
            Err(mistake(format!("no field `{name}` on `Option`; use `.map(|a| a.{name})` or `@if (let Some(a) = …)`")))
        }
        Val::Opaque(of) => Err(opaque(of)),
        other => match other.of_runtime() {
            Some(value) => Err(needs_rust(format!("the field `{name}` of a {}", value.kind()))),
            None => Err(needs_rust(format!("the field `{name}` of `{}`", other.kind()))),
        },
    }
}

fn index_of(value: &Val, index: &Val) -> Eval<Val> {
    match value {
        Val::List(items) => {
            if let Some((start, end)) = methods::bounds(index, items.len())? {
                return items.get(start..end).map(|part| Val::list(part.to_vec())).ok_or_else(|| {
                    mistake(format!(
                        "range {start}..{end} out of range for a list of length {}; use `.get({start}..{end})`",
                        items.len()
                    ))
                });
            }
            let at = index.to_usize()?;
            items.get(at).cloned().ok_or_else(|| {
                mistake(format!(
                    "index out of bounds: the len is {} but the index is {at}; use `.get({at})`",
                    items.len()
                ))
            })
        }
        Val::Str(text) => match methods::bounds(index, text.len())? {
            Some((start, end)) => text.get(start..end).map(Val::str).ok_or_else(|| {
                mistake(format!(
                    "range {start}..{end} is not within the text or cuts a character; use `.get({start}..{end})`"
                ))
            }),
            None => Err(mistake("text cannot be indexed by a number; use `.chars().nth(n)`")),
        },
        Val::Map(map) => {
            compare::find(&map.entries, index)?.cloned().ok_or_else(|| mistake("there is no such key; use `.get(…)`"))
        }
        Val::Opaque(name) => Err(opaque(name)),
        other => Err(needs_rust(format!("an index of `{}`", other.kind()))),
    }
}

pub(crate) fn arithmetic(op: BinaryOp, a: &Val, b: &Val) -> Eval<Val> {
    match (a, b) {
        (Val::Int(x, kind_x), Val::Int(y, kind_y)) => int_binary(op, (*x, *kind_x), (*y, *kind_y)),
        (Val::Float(x, kind_x), Val::Float(y, kind_y)) => float_binary(op, (*x, *kind_x), (*y, *kind_y)),
        (Val::Str(a), Val::Str(b)) if op == BinaryOp::Add => {
            if a.len() + b.len() > crate::OUTPUT_BYTES_MAX {
                return Err(mistake("the text is too long; print its parts one after the other"));
            }
            Ok(Val::str(format!("{a}{b}")))
        }
        (Val::Bool(a), Val::Bool(b)) => match op {
            BinaryOp::BitAnd => Ok(Val::Bool(a & b)),
            BinaryOp::BitOr => Ok(Val::Bool(a | b)),
            BinaryOp::BitXor => Ok(Val::Bool(a ^ b)),
            _ => Err(mismatch(op, "bool", "bool")),
        },
        (Val::Opaque(name), _) | (_, Val::Opaque(name)) => Err(opaque(name)),
        (Val::Struct(_), _) | (_, Val::Struct(_)) => {
            Err(needs_rust(format!("`{}` of a struct", super::number::symbol(op))))
        }
        _ => Err(mismatch(op, a.kind(), b.kind())),
    }
}
