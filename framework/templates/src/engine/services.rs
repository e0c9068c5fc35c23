//! Steps about attributes, forms and scripts, and those that ask the application.

use super::code::Node;
use super::exec::Flow;
use super::fault::{Eval, needs_rust};
use super::host::{map_of, to_value, to_values};
use super::steps::{Action, Content};
use super::value::Val;
use super::vm::Vm;
use crate::forms::List;
use crate::{Safe, Value, forms, functions, json};

impl Vm<'_> {
    /// Directives about attributes, forms, the request.
    pub(crate) fn run_service(&mut self, action: &Action) -> Eval<Flow> {
        match action {
            Action::Class(list) => {
                let list = self.eval_value(list)?;
                forms::class(self.host.render, &list)?;
            }
            Action::Style(list) => {
                let list = self.eval_value(list)?;
                forms::style(self.host.render, &list)?;
            }
            Action::List { is_style, texts } => {
                let (before, mut list) =
                    if *is_style { ("style=\"", List::style()) } else { ("class=\"", List::class()) };
                self.host.render.text(before);
                for (html, condition) in texts {
                    let holds = match condition {
                        None => true,
                        Some(condition) => match self.eval(condition)? {
                            Val::Bool(holds) => holds,
                            value => to_value(&value).map_err(|fault| fault.at(condition.span))?.is_truthy(),
                        },
                    };
                    if holds {
                        list.add(self.host.render, html);
                    }
                }
                self.host.render.text("\"");
            }
            Action::Flag(name, condition) => {
                let holds = self.eval_bool(condition)?;
                forms::flag(self.host.render, name, holds);
            }
            Action::Bool(condition) => {
                let holds = self.eval_bool(condition)?;
                self.host.render.text(if holds { "true" } else { "false" });
            }
            Action::Csrf => forms::csrf(self.host.render)?,
            Action::Method(method) => {
                let method = self.eval_text(method)?;
                forms::method(self.host.render, method)?;
            }
            Action::Json(value) | Action::Js(value) => {
                let value = self.eval_value(value)?;
                let script = if matches!(action, Action::Json(_)) { json::json(&value)? } else { json::js(&value)? };
                self.host.render.text(script.as_str());
            }
            action => self.run_request(action)?,
        }
        Ok(Flow::Next)
    }

    /// What asks the application.
    fn run_request(&mut self, action: &Action) -> Eval<()> {
        match action {
            Action::Lang { key, replace } => {
                let key = match key {
                    Content::Value(key) => self.eval_text(key)?.to_string(),
                    Content::Body(body) => self.capture(body)?.trim().to_owned(),
                };
                let replace = self.eval_map(replace.as_ref())?;
                let line = functions::trans(self.host.render, &key, &replace)?;
                self.host.render.text(&line);
            }
            Action::Choice { key, count, replace } => {
                let (key, count) = (self.eval_text(key)?, self.eval_value(count)?);
                let replace = self.eval_map(replace.as_ref())?;
                let line = functions::trans_choice(self.host.render, &key, &count, &replace)?;
                self.host.render.text(&line);
            }
            Action::Vite { entries, directory } => {
                let entries = entries.as_ref().map(|entries| self.eval_value(entries)).transpose()?;
                let directory = directory.as_ref().map(|directory| self.eval_text(directory)).transpose()?;
                crate::vite::vite(self.host.render, entries.as_ref(), directory.as_deref())?;
            }
            Action::ViteReactRefresh => crate::vite::react_refresh(self.host.render)?,
            Action::Fonts(names) => {
                let names = to_values(&self.eval_all(names)?)?;
                crate::vite::fonts(self.host.render, &names)?;
            }
            Action::Dump { values, stops } => {
                let dumped: Eval<Vec<Value>> = values.iter().map(|(_, node)| self.eval_value(node)).collect();
                let named: Vec<(&str, Value)> = values.iter().map(|(name, _)| name.as_str()).zip(dumped?).collect();
                if *stops {
                    self.host.render.dump_and_stop(&named)?;
                } else {
                    self.host.render.dump(&named)?;
                }
            }
            Action::Custom { name, arguments } => {
                let arguments = to_values(&self.eval_all(arguments)?)?;
                let html = self.host.render.services().forge.run_directive(name, &arguments)?;
                self.host.render.text(html.as_str());
            }
            Action::CustomBlock { name, arguments, body } => {
                let body = Safe::new(self.capture(body)?);
                let arguments = to_values(&self.eval_all(arguments)?)?;
                let html = self.host.render.services().forge.run_block(name, &arguments, body)?;
                self.host.render.text(html.as_str());
            }
            _ => return Err(needs_rust("this directive")),
        }
        Ok(())
    }

    fn eval_map(&mut self, node: Option<&Node>) -> Eval<crate::Map> {
        let value = node.map(|node| self.eval(node)).transpose()?;
        map_of(value.as_ref())
    }
}
