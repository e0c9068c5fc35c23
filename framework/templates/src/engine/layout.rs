//! Runs steps that render other templates or other parts of the page: includes, layouts, sections, stacks, fragments.

use super::exec::Flow;
use super::fault::{Eval, Fault, mistake};
use super::format;
use super::scope::Env;
use super::steps::{Action, Content, EachEmpty, Include, Names, Once, Prepared, Step, With};
use super::value::Val;
use super::vm::Vm;
use crate::engine::host::from_value;
use crate::{ErrorKind, Loop, Value};
use smol_str::SmolStr;
use std::rc::Rc;
use std::sync::Arc;

/// What a template sees, and how it is begun.
pub(crate) enum Begin {
    View,
    /// Data of the views around are not seen.
    Isolated,
}

impl Vm<'_> {
    pub(crate) fn run_layout(&mut self, action: &Action) -> Eval<Flow> {
        match action {
            Action::Include(include) => self.include(include)?,
            Action::Each { view, values, item, otherwise } => self.each(view, values, item, otherwise.as_ref())?,
            Action::Yield { name, default } => {
                let default = default.as_ref().map(|default| self.html(default)).transpose()?;
                let name = self.eval_text(name)?;
                self.host.render.yield_section(&name, default.as_deref())?;
            }
            Action::Section { name, content: Content::Value(value), .. } => {
                let html = self.html(value)?;
                let name = self.eval_text(name)?;
                self.host.render.section_text(&name, &html)?;
            }
            Action::Section { name, content: Content::Body(body), end } => {
                let name = self.eval_text(name)?;
                self.host.render.begin_section(&name)?;
                self.closed(body)?;
                let end = match end {
                    forge_codegen::ir::SectionEnd::End => crate::SectionEnd::End,
                    forge_codegen::ir::SectionEnd::Show => crate::SectionEnd::Show,
                    forge_codegen::ir::SectionEnd::Append => crate::SectionEnd::Append,
                    forge_codegen::ir::SectionEnd::Overwrite => crate::SectionEnd::Overwrite,
                };
                self.host.render.end_section(end)?;
            }
            Action::Parent => self.host.render.parent()?,
            Action::Stack(name) => {
                let name = self.eval_text(name)?;
                self.host.render.stack(&name)?;
            }
            Action::Push { name, prepends, once, content } => {
                let name = self.eval_text(name)?;
                let once = once.as_ref().map(|once| self.once_key(once)).transpose()?;
                if self.host.render.begin_push(&name, once.as_deref(), *prepends)? {
                    self.content(content)?;
                    self.host.render.end_push()?;
                }
            }
            Action::Fragment { name, body } => {
                let name = self.eval_text(name)?;
                self.host.render.begin_fragment(&name)?;
                self.closed(body)?;
                self.host.render.end_fragment()?;
            }
            Action::Component(component) => self.component(component)?,
            Action::Slot { name, attributes, content } => {
                let bag = self.bag(attributes)?;
                let name = name.as_ref().map_or(Ok("".into()), |name| self.eval_text(name))?;
                self.host.render.begin_slot(&name, bag)?;
                self.content(content)?;
                self.host.render.end_slot()?;
            }
            action => return self.run_service(action),
        }
        Ok(Flow::Next)
    }

    fn content(&mut self, content: &Content) -> Eval<()> {
        match content {
            Content::Body(body) => self.closed(body),
            Content::Value(value) => self.echo(value, true),
        }
    }

    /// As an echo prints it.
    fn html(&mut self, node: &super::code::Node) -> Eval<String> {
        self.host.render.begin_capture()?;
        self.echo(node, true)?;
        Ok(self.host.render.end_capture()?)
    }

    pub(crate) fn once_key(&mut self, once: &Once) -> Eval<String> {
        match once {
            Once::Here(key) => Ok(key.clone()),
            Once::Key(key) => {
                let mut text = String::new();
                format::display(&mut text, &self.eval(key)?)?;
                Ok(text)
            }
        }
    }

    /// The variables that are visible here, with the data in front of them.
    fn env_with(&mut self, with: &With, inherits: bool, template: &Prepared) -> Eval<Rc<Env>> {
        let mut names = Vec::new();
        if inherits {
            if template.asks_for_loop && !with.loops.is_empty() {
                names.push(("loop".into(), self.loops_around(&with.loops)));
            }
            for (name, slot) in &with.visible {
                names.push((name.clone(), slot.map_or(Val::Unbound, |slot| self.slot(slot).clone())));
            }
        }
        for (name, node) in &with.entries {
            names.push((name.clone(), self.eval(node)?));
        }
        Ok(if inherits { Env::within(names, &self.host.env.clone()) } else { Env::new(names) })
    }

    /// The variable `loop` for a template within these loops and those around this template.
    fn loops_around(&self, loops: &[(usize, usize)]) -> Val {
        let outer = match self.host.env.get("loop") {
            Some(Val::Struct(map)) => Some(Value::Map(map.clone())),
            _ => None,
        };
        let number = |slot: usize| match self.slot(slot) {
            Val::Int(number, _) => *number as usize,
            _ => 0,
        };
        let states = loops.iter().zip(self.outer_loops + 1..);
        let states = states.map(|((index, count), depth)| Loop::new(number(*index), number(*count), depth));
        let innermost = states.fold(outer, |parent, state| Some(state.to_value(parent)));
        innermost.as_ref().map_or(Val::None, from_value)
    }

    fn include(&mut self, include: &Include) -> Eval<()> {
        if let Some((condition, wanted)) = &include.when
            && self.eval_bool(condition)? != *wanted
        {
            return Ok(());
        }
        let Some(template) = self.find(&include.names, include.may_be_missing)? else { return Ok(()) };
        let env = self.env_with(&include.with, include.inherits, &template)?;
        self.template(&template, env, if include.inherits { Begin::View } else { Begin::Isolated })
    }

    /// The first of the names that exists.
    fn find(&mut self, names: &Names, may_be_missing: bool) -> Eval<Option<Arc<Prepared>>> {
        let names: Vec<SmolStr> = match names {
            Names::Literal(names) => return self.find_any(names, may_be_missing),
            Names::Runtime(node) => match self.eval(node)? {
                Val::List(items) => {
                    items.iter().map(|item| super::host::text_of(item).map(Into::into)).collect::<Eval<_>>()?
                }
                value => vec![super::host::text_of(&value).map_err(|fault| fault.at(node.span))?.into()],
            },
        };
        self.find_any(&names, may_be_missing)
    }

    fn find_any(&mut self, names: &[impl AsRef<str>], may_be_missing: bool) -> Eval<Option<Arc<Prepared>>> {
        let found = self.find_first(names)?;
        if found.is_none() && !may_be_missing {
            return Err(missing(names));
        }
        Ok(found)
    }

    pub(crate) fn find_first(&mut self, names: &[impl AsRef<str>]) -> Eval<Option<Arc<Prepared>>> {
        for name in names {
            let name = name.as_ref();
            let found = match self.host.found.get(name) {
                Some(found) => found.clone(),
                None => {
                    let found = self.host.engine.prepared(name)?;
                    self.host.found.insert(name.to_owned(), found.clone());
                    found
                }
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn each(
        &mut self,
        view: &Names,
        values: &super::code::Node,
        item: &Arc<str>,
        otherwise: Option<&EachEmpty>,
    ) -> Eval<()> {
        let list = self.eval(values)?;
        let mut items = self.items(&list, true).map_err(|fault| fault.at(values.span))?;
        let mut any = false;
        while let Some(pair) = items.next(self)? {
            self.step()?;
            self.host.render.turn()?;
            any = true;
            let Val::Tuple(pair) = pair else { return Err(mistake("`@each` walks over a list or a map")) };
            let names = vec![("key".into(), pair[0].clone()), (item.clone(), pair[1].clone())];
            let Some(template) = self.find(view, false)? else { continue };
            self.template(&template, Env::new(names), Begin::Isolated)?;
        }
        match otherwise {
            Some(EachEmpty::Text(text)) if !any => self.host.render.text(text),
            Some(EachEmpty::View(name)) if !any => {
                let Some(template) = self.find_first(&[name])? else { return Err(missing(&[name])) };
                self.template(&template, Env::default().into(), Begin::Isolated)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Renders a template as a view.
    pub(crate) fn template(&mut self, template: &Arc<Prepared>, env: Rc<Env>, begin: Begin) -> Eval<()> {
        let fill = |vm: &mut Self| {
            for (name, slot) in &template.globals {
                if let Some(value) = env.get(name) {
                    vm.set(*slot, value.clone());
                }
            }
            env
        };
        self.in_template(template, fill, |vm| {
            for prop in template.props.iter().flatten().chain(&template.aware) {
                let given = vm.host.env.get(&prop.name).cloned();
                let value = match (given, &prop.default) {
                    (Some(value), _) => value,
                    (None, Some(default)) => vm.eval(default)?,
                    (None, None) => Val::Unbound,
                };
                vm.set(prop.slot, value);
            }
            vm.run_view(template, begin)
        })
    }

    /// Runs in the frame of a template; what fails in it is said to be there. `fill` sets its variables and says what other
    /// templates see of them.
    pub(crate) fn in_template<T>(
        &mut self,
        template: &Arc<Prepared>,
        fill: impl FnOnce(&mut Self) -> Rc<Env>,
        run: impl FnOnce(&mut Self) -> Eval<T>,
    ) -> Eval<T> {
        let outer_loops = std::mem::replace(&mut self.outer_loops, self.loops);
        let frame = self.enter(template.slots);
        if let Some(slot) = template.errors {
            self.set(slot, Val::Host(Rc::new(Value::Errors(self.host.render.services().errors.clone()))));
        }
        let env = fill(self);
        let around = std::mem::replace(&mut self.host.env, env);
        let result = self.nested(run).map_err(|fault| fault.within(template));
        self.leave(frame);
        self.host.env = around;
        self.outer_loops = outer_loops;
        result
    }

    /// The view itself, with its layout behind it.
    pub(crate) fn run_view(&mut self, template: &Arc<Prepared>, begin: Begin) -> Eval<()> {
        match begin {
            Begin::View => self.host.render.begin_view(&template.name)?,
            Begin::Isolated => self.host.render.begin_isolated_view(&template.name)?,
        }
        self.run_body(&template.body)?;
        if let Some((span, names, with)) = &template.extends {
            self.extend(names, with).map_err(|fault| fault.at(*span))?;
        }
        Ok(self.host.render.end_view()?)
    }

    fn run_body(&mut self, body: &[Step]) -> Eval<()> {
        match self.run(body)? {
            Flow::Next => Ok(()),
            Flow::Break(_) | Flow::Continue(_) => Err(mistake("`@break` or `@continue` outside of a loop; remove it")),
        }
    }

    fn extend(&mut self, names: &Names, with: &With) -> Eval<()> {
        let Some(layout) = self.find(names, false)? else { return Ok(()) };
        let env = self.env_with(with, true, &layout)?;
        self.template(&layout, env, Begin::View)
    }
}

fn missing(names: &[impl AsRef<str>]) -> Box<Fault> {
    match names {
        [name] => ErrorKind::UnknownView { name: name.as_ref().to_owned() }.into(),
        names => ErrorKind::NoneOfViews { names: names.iter().map(|name| name.as_ref().to_owned()).collect() }.into(),
    }
}
