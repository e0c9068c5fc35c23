//! Runs prepared steps: text, echoes, conditions, loops.

use super::code::{Code, Node, Pat};
use super::fault::{Eval, mistake, needs_rust};
use super::host::{from_value, text_of, to_value, to_values};
use super::iter::Iter;
use super::print::{print, print_value};
use super::steps::{Action, Check, For, Step, Test};
use super::value::Val;
use super::vm::Vm;
use crate::{Services, Value, functions};
use forge_codegen::ir::{Can, Label};
use smol_str::SmolStr;
use std::sync::Arc;

/// How steps ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Next,
    Break(Label),
    Continue(Label),
}

impl Flow {
    /// Within the loop or switch of this label: whether it goes on, or what goes on outside.
    fn turn(self, label: Label) -> Turn {
        match self {
            Self::Next => Turn::GoOn,
            Self::Continue(of) if of == label => Turn::GoOn,
            Self::Break(of) if of == label => Turn::Leave(Self::Next),
            other => Turn::Leave(other),
        }
    }
}

enum Turn {
    GoOn,
    Leave(Flow),
}

impl Vm<'_> {
    pub(crate) fn run(&mut self, steps: &[Step]) -> Eval<Flow> {
        for step in steps {
            match &step.action {
                Action::Text(text) => self.host.render.text(text),
                Action::Echo { value, escapes } => self.echo(value, *escapes)?,
                action => {
                    let flow = self.run_step(action).map_err(|fault| fault.at(step.span))?;
                    if flow != Flow::Next {
                        return Ok(flow);
                    }
                }
            }
        }
        Ok(Flow::Next)
    }

    /// `{{ … }}` and `{!! … !!}`.
    #[inline]
    pub(crate) fn echo(&mut self, node: &Node, escapes: bool) -> Eval<()> {
        let printed = match &node.code {
            // Without a copy.
            Code::Slot(slot, _) if !matches!(self.slot(*slot), Val::Unbound) => {
                let (value, host) = self.slot_and_host(*slot);
                print(host.render, value, escapes)
            }
            _ => match self.struct_field(node) {
                Some((value, host)) => print_value(host.render, value, escapes),
                None => {
                    let value = self.eval(node)?;
                    print(self.host.render, &value, escapes)
                }
            },
        };
        printed.map_err(|fault| fault.at(node.span))
    }

    fn run_step(&mut self, action: &Action) -> Eval<Flow> {
        self.deeper()?;
        match action {
            Action::If { branches, otherwise } => {
                for (check, body) in branches {
                    if self.check(check)? {
                        return self.run(body);
                    }
                }
                self.run(otherwise)
            }
            Action::Switch { label, value, cases, default } => {
                let value = self.eval(value)?;
                let body = self.case(&value, cases)?.unwrap_or(default);
                match self.run(body)?.turn(*label) {
                    Turn::GoOn => Ok(Flow::Next),
                    Turn::Leave(flow) => Ok(flow),
                }
            }
            Action::For(each) => self.run_for(each),
            Action::While { label, condition, body } => {
                while self.holds(condition)? {
                    self.step()?;
                    self.host.render.turn()?;
                    if let Turn::Leave(flow) = self.run(body)?.turn(*label) {
                        return Ok(flow);
                    }
                }
                Ok(Flow::Next)
            }
            Action::Jump { is_break, label, when } => {
                let jumps = when.as_ref().map_or(Ok(true), |when| self.eval_bool(when))?;
                Ok(match (jumps, is_break) {
                    (false, _) => Flow::Next,
                    (true, true) => Flow::Break(*label),
                    (true, false) => Flow::Continue(*label),
                })
            }
            Action::Let(pattern, value) => {
                let value = self.eval(value)?;
                match self.bind(pattern, value)? {
                    true => Ok(Flow::Next),
                    false => Err(mistake("the value does not fit the pattern; use `@if (let … = …)`")),
                }
            }
            Action::Assign { slot, op, value } => {
                let value = self.eval(value)?;
                let value = match op {
                    Some(op) => super::eval::arithmetic(*op, &self.slot(*slot).clone(), &value)?,
                    None => value,
                };
                self.set(*slot, value);
                Ok(Flow::Next)
            }
            Action::Eval(value) => self.eval(value).map(|_| Flow::Next),
            Action::Inject { slot, path } => {
                // As a value, if the app gives it out as one.
                let services = self.host.render.services().clone();
                let value = services.container.as_ref().and_then(|container| container.value(path));
                let value = value.ok_or_else(|| needs_rust(format!("`@inject` of `{path}`")))?;
                self.set(*slot, from_value(&value));
                Ok(Flow::Next)
            }
            Action::Unset => Ok(Flow::Next),
            Action::Rust(why) => Err(needs_rust(why.clone())),
            Action::Once { key, body } => {
                let key = self.once_key(key)?;
                if self.host.render.once(&key) { self.run(body) } else { Ok(Flow::Next) }
            }
            action => self.run_layout(action),
        }
    }

    fn case<'s>(&mut self, value: &Val, cases: &'s [(Vec<Node>, Vec<Step>)]) -> Eval<Option<&'s Vec<Step>>> {
        for (values, body) in cases {
            for node in values {
                let case = self.eval(node)?;
                if super::compare::equal(value, &case).map_err(|fault| fault.at(node.span))? {
                    return Ok(Some(body));
                }
            }
        }
        Ok(None)
    }

    fn run_for(&mut self, each: &For) -> Eval<Flow> {
        if let (None, Pat::Bind(slot)) = (&each.key, &each.pattern)
            && let Some((Value::List(items), _)) = self.struct_field(&each.values)
        {
            let items = items.clone();
            if each.uses_loop {
                self.set(each.counters.1, Val::usize(items.len()));
            }
            return self.run_for_list(each, &items, |vm, item| vm.set(*slot, from_value(item)));
        }
        let values = self.eval(&each.values)?;
        let mut items = self.items(&values, each.key.is_some()).map_err(|fault| fault.at(each.values.span))?;
        if each.uses_loop {
            if !matches!(items, Iter::Items { .. }) {
                items = Iter::of(items.collect(self)?);
            }
            let count = items.len().unwrap_or_default();
            self.set(each.counters.1, Val::usize(count));
        }
        if let (Iter::Items { items, front, back }, None, Pat::Bind(slot)) = (&items, &each.key, &each.pattern) {
            let (items, places) = (items.clone(), *front..*back);
            // A number is made where it is to stand: to move it there takes longer than the rest of a turn.
            return self.run_for_list(each, &items[places], |vm, item| match item {
                Val::Int(number, kind) => vm.set(*slot, Val::Int(*number, *kind)),
                item => vm.set(*slot, item.clone()),
            });
        }
        let mut number = 0;
        while let Some(item) = items.next(self)? {
            let fits = match (&each.key, item) {
                (Some(key), Val::Tuple(pair)) if pair.len() == 2 => {
                    self.bind(key, pair[0].clone())? && self.bind(&each.pattern, pair[1].clone())?
                }
                (_, item) => self.bind(&each.pattern, item)?,
            };
            if !fits {
                return Err(mistake(
                    "refutable pattern in a loop: an item does not fit; bind it to a name and ask with `@if (let … = …)`",
                ));
            }
            if let Turn::Leave(flow) = self.run_turn(each, number)? {
                return Ok(flow);
            }
            number += 1;
        }
        if number == 0 { self.run(&each.otherwise) } else { Ok(Flow::Next) }
    }

    /// As most loops are: over a list, with a name for its items.
    #[inline]
    fn run_for_list<T>(&mut self, each: &For, items: &[T], bind: impl Fn(&mut Self, &T)) -> Eval<Flow> {
        for (number, item) in items.iter().enumerate() {
            bind(self, item);
            if let Turn::Leave(flow) = self.run_turn(each, number)? {
                return Ok(flow);
            }
        }
        if items.is_empty() { self.run(&each.otherwise) } else { Ok(Flow::Next) }
    }

    /// A turn of a loop whose item is bound.
    #[inline]
    fn run_turn(&mut self, each: &For, number: usize) -> Eval<Turn> {
        self.step()?;
        self.host.render.turn()?;
        if each.uses_loop {
            self.set(each.counters.0, Val::usize(number));
        }
        self.loops += 1;
        let flow = self.run(&each.body)?;
        self.loops -= 1;
        Ok(flow.turn(each.label))
    }

    /// What a loop walks over; with keys, pairs.
    pub(crate) fn items(&mut self, values: &Val, has_keys: bool) -> Eval<Iter> {
        let values = values.unwrapped().unwrap_or(&Val::None);
        let iter = Iter::new(values)?;
        let is_keyed = matches!(values, Val::Map(_)) || values.is_of_runtime();
        if has_keys && !is_keyed { Ok(Iter::Enumerate(Box::new(iter), 0)) } else { Ok(iter) }
    }

    fn check(&mut self, check: &Check) -> Eval<bool> {
        self.test(&check.test).map(|holds| holds != check.negated).map_err(|fault| fault.at(check.span))
    }

    fn test(&mut self, test: &Test) -> Eval<bool> {
        Ok(match test {
            Test::Condition(condition) => self.holds(condition)?,
            Test::Isset(values) => {
                for node in values {
                    if !self.eval_or_unbound(node)?.is_set().map_err(|fault| fault.at(node.span))? {
                        return Ok(false);
                    }
                }
                true
            }
            Test::Empty(node) => self.eval_or_unbound(node)?.is_empty()?,
            Test::Auth(guard) | Test::Guest(guard) => {
                let guard = guard.as_ref().map(|guard| self.eval_text(guard)).transpose()?;
                self.services().is_logged_in(guard.as_deref())? == matches!(test, Test::Auth(_))
            }
            Test::Can { how, ability, arguments } => {
                let arguments = to_values(&self.eval_all(arguments)?)?;
                match how {
                    Can::All => self.services().allows(&self.eval_text(ability)?, &arguments)?,
                    Can::Not => !self.services().allows(&self.eval_text(ability)?, &arguments)?,
                    Can::Any => self.services().allows_any(&self.eval_value(ability)?, &arguments)?,
                }
            }
            Test::Env(names) => match &names[..] {
                [name] => self.services().is_environment(&self.eval_value(name)?)?,
                names => self.services().is_environment(&Value::list(to_values(&self.eval_all(names)?)?))?,
            },
            Test::Production => self.services().is_production(),
            Test::HasSection(name) => {
                let name = self.eval_text(name)?;
                self.host.render.has_section(&name)
            }
            Test::HasStack(name) => {
                let name = self.eval_text(name)?;
                self.host.render.has_stack(&name)
            }
            Test::Session(key, slot) => {
                let key = self.eval_text(key)?;
                self.found(functions::session(self.host.render, &key), *slot)
            }
            Test::Context(key, slot) => {
                let key = self.eval_text(key)?;
                self.found(functions::context(self.host.render, &key), *slot)
            }
            Test::Error { field, bag, slot } => {
                let field = self.eval_text(field)?;
                let bag = bag.as_ref().map_or(Ok("default".into()), |bag| self.eval_text(bag))?;
                let message = self.services().errors.bag(&bag).first(&field).map(Value::from);
                self.found(message, *slot)
            }
            Test::Custom { name, arguments } => {
                let arguments = to_values(&self.eval_all(arguments)?)?;
                self.services().forge.holds(name, &arguments)?
            }
        })
    }

    fn services(&self) -> Arc<Services> {
        self.host.render.services().clone()
    }

    fn found(&mut self, value: Option<Value>, slot: usize) -> bool {
        let is_found = value.is_some();
        if let Some(value) = value {
            self.set(slot, from_value(&value));
        }
        is_found
    }

    /// A variable that is not there is no mistake here.
    fn eval_or_unbound(&mut self, node: &Node) -> Eval<Val> {
        match &node.code {
            Code::Slot(slot, _) => Ok(self.slot(*slot).clone()),
            _ => self.eval(node),
        }
    }

    pub(crate) fn eval_text(&mut self, node: &Node) -> Eval<SmolStr> {
        match self.eval(node)? {
            Val::Str(text) => Ok(text),
            value => text_of(&value).map(Into::into).map_err(|fault| fault.at(node.span)),
        }
    }

    pub(crate) fn eval_value(&mut self, node: &Node) -> Eval<Value> {
        to_value(&self.eval(node)?).map_err(|fault| fault.at(node.span))
    }

    /// What steps print. They cannot leave a loop around it.
    pub(crate) fn capture(&mut self, body: &[Step]) -> Eval<String> {
        self.host.render.begin_capture()?;
        self.closed(body)?;
        Ok(self.host.render.end_capture()?)
    }

    /// Runs steps that are rendered somewhere else, so that they cannot jump out of it.
    pub(crate) fn closed(&mut self, body: &[Step]) -> Eval<()> {
        match self.run(body)? {
            Flow::Next => Ok(()),
            Flow::Break(_) | Flow::Continue(_) => {
                Err(mistake("`@break` and `@continue` cannot leave a section, a slot or a capture; end it before"))
            }
        }
    }
}
