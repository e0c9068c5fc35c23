//! The templates of a project together: what one says of another is checked here.
//!
//! Texts come in one by one, as they are read or edited; each is parsed and analysed once, when it changes. What
//! concerns several templates is looked up from what is kept of each.

mod components;
mod cycle;
mod facts;
mod loops;
mod needs;
mod sections;
mod variables;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analyse::{Analysis, analyse_here, on_own_thread};
use crate::expr::{Expr, ExprKind, Name};
use crate::ir::{Program, Prop};
use crate::names;
use crate::options::{Options, StructProp};
use crate::parser::parse;
use crate::problem::Problem;
use crate::set::facts::Facts;
use crate::span::Span;
use crate::template::Template;

pub(crate) use facts::{SlotUse, fills_unknown_slots, is_variable};
pub use variables::Variable;

/// Templates by their dotted names. Clones share what was read of each.
#[derive(Debug, Clone, Default)]
pub struct Set {
    options: Options,
    files: BTreeMap<String, Arc<File>>,
}

#[derive(Debug)]
struct File {
    template: Template,
    analysis: Arc<Analysis>,
    facts: Facts,
}

/// A problem, and which template has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The dotted name.
    pub view: String,
    pub problem: Problem,
    /// Places in other templates that belong to it.
    pub elsewhere: Vec<Elsewhere>,
}

/// A place in another template, with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub view: String,
    pub span: Span,
    pub what: String,
}

impl Set {
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, files: BTreeMap::new() }
    }

    /// Adds a template, or replaces its text. The same text again costs nothing.
    pub fn set(&mut self, name: &str, text: &str) {
        self.set_all([(name, text)]);
    }

    /// Adds many at once.
    pub fn set_all<'a>(&mut self, files: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let is_new =
            |(name, text): &(&str, &str)| self.files.get(*name).is_none_or(|file| file.template.source() != *text);
        let files: Vec<(&str, &str)> = files.into_iter().filter(is_new).collect();
        if files.is_empty() {
            return;
        }
        let options = &self.options;
        let read = on_own_thread(|| {
            files.iter().map(|(name, text)| Arc::new(File::read(name, text, options))).collect::<Vec<_>>()
        });
        self.files.extend(files.iter().map(|(name, _)| (*name).to_owned()).zip(read));
    }

    /// Forgets a template. Whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.files.remove(name).is_some()
    }

    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    #[must_use]
    pub fn template(&self, name: &str) -> Option<&Template> {
        self.files.get(name).map(|file| &file.template)
    }

    /// What the template means. The same value until its text changes.
    #[must_use]
    pub fn analysis(&self, name: &str) -> Option<&Arc<Analysis>> {
        self.files.get(name).map(|file| &file.analysis)
    }

    #[must_use]
    pub fn program(&self, name: &str) -> Option<&Program> {
        self.files.get(name).map(|file| &file.analysis.program)
    }

    /// What the component's template does with `slot`.
    pub(crate) fn slot_use(&self, name: &str) -> SlotUse {
        self.files.get(name).map(|file| file.facts.slot).unwrap_or_default()
    }

    /// Whether the component's template does nothing with `attributes` but print them as they are.
    pub(crate) fn only_prints_attributes(&self, name: &str) -> bool {
        self.files.get(name).is_some_and(|file| file.facts.only_prints_attributes)
    }

    /// The first of these names that a template has, as in [`Need::names`](crate::ir::Need::names). `mail::a` is also `vendor.mail.a`.
    #[must_use]
    pub fn resolve<S: AsRef<str>>(&self, names: &[S]) -> Option<&str> {
        names.iter().flat_map(|name| names::view_candidates(name.as_ref())).find_map(|name| {
            let (name, _) = self.files.get_key_value(&name)?;
            Some(name.as_str())
        })
    }

    /// The templates that `name` is made of when it is printed: itself, what it includes, extends and calls, and so on.
    /// Sorted. Those named at run time are not among them.
    #[must_use]
    pub fn parts(&self, name: &str) -> Vec<&str> {
        let Some((name, _)) = self.files.get_key_value(name) else { return Vec::new() };
        let mut found = vec![name.as_str()];
        let mut next = 0;
        let mut seen: std::collections::BTreeSet<&str> = found.iter().copied().collect();
        while let Some(name) = found.get(next).copied() {
            next += 1;
            for need in &self.files[name].analysis.program.needs {
                if let Some(part) = self.resolve(&need.names)
                    && seen.insert(part)
                {
                    found.push(part);
                }
            }
        }
        seen.into_iter().collect()
    }

    /// Everything that is wrong, by template and place.
    #[must_use]
    pub fn problems(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (name, file) in &self.files {
            let own = file.analysis.problems.iter().cloned();
            findings.extend(own.map(|problem| Finding { view: name.clone(), problem, elsewhere: Vec::new() }));
        }
        self.check_needs(&mut findings);
        self.check_cycles(&mut findings);
        self.check_sections(&mut findings);
        self.check_components(&mut findings);
        self.check_loops(&mut findings);
        findings.sort_by(|one, other| {
            (&one.view, one.problem.span, one.problem.code).cmp(&(&other.view, other.problem.span, other.problem.code))
        });
        findings
    }
}

impl File {
    fn read(name: &str, text: &str, options: &Options) -> Self {
        let template = parse(text, options);
        let mut analysis = analyse_here(name, &template, options);
        if let Some(component) = options.component(name) {
            analysis.program.props.get_or_insert_default().extend(component.props.iter().map(of_struct));
        }
        let facts = Facts::of(&analysis.program, template.source());
        Self { template, analysis: Arc::new(analysis), facts }
    }
}

/// A prop without a place in the template. Its default is the struct's to make.
fn of_struct(prop: &StructProp) -> Prop {
    let span = Span::new(0, 0);
    let name = Name { span, text: prop.name.clone() };
    Prop { name, default: prop.has_default.then(|| Expr { span, kind: ExprKind::Tuple(Vec::new()) }) }
}

impl Finding {
    fn new(view: &str, problem: Problem) -> Self {
        Self { view: view.to_owned(), problem, elsewhere: Vec::new() }
    }
}
