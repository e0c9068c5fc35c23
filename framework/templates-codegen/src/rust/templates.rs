//! The templates of a project: their texts, and what they mean once somebody asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::Mistake;
use crate::analyse::{Analysis, analyse};
use crate::ir::Program;
use crate::options::Options;
use crate::parser::parse;
use crate::problem::Problem;

/// Templates by their dotted names.
#[derive(Debug, Default)]
pub struct Templates {
    options: Options,
    units: BTreeMap<String, Unit>,
    consumed: OnceLock<BTreeSet<String>>,
}

/// One template. It is read when somebody asks for its meaning.
#[derive(Debug)]
pub struct Unit {
    name: String,
    /// As it is shown to people, and named in source maps.
    file: String,
    text: String,
    options: Options,
    analysis: OnceLock<Analysis>,
}

impl Templates {
    /// None yet; to be read with these custom directives.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Adds a template. One that has the name already is replaced.
    pub fn insert(&mut self, name: &str, file: impl Into<String>, text: impl Into<String>) {
        let (file, text, options) = (file.into(), text.into(), self.options.clone());
        let unit = Unit { name: name.to_owned(), file, text, options, analysis: OnceLock::new() };
        self.units.insert(name.to_owned(), unit);
        self.consumed = OnceLock::new();
    }

    /// Takes a template out. True if there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.consumed = OnceLock::new();
        self.units.remove(name).is_some()
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Unit> {
        self.units.get(name)
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Whether some component asks for the name with `@aware`.
    pub(super) fn is_consumed(&self, name: &str) -> bool {
        self.consumed_names().contains(name)
    }

    /// The names that components ask for with `@aware`.
    pub(crate) fn consumed(&self) -> impl Iterator<Item = &str> {
        self.consumed_names().iter().map(String::as_str)
    }

    fn consumed_names(&self) -> &BTreeSet<String> {
        self.consumed.get_or_init(|| {
            let aware = self.iter().filter(|unit| unit.text.to_ascii_lowercase().contains("@aware"));
            aware.flat_map(|unit| unit.program().aware.iter().map(|prop| prop.name.text.clone())).collect()
        })
    }

    /// FNV-1a over names and texts.
    #[must_use]
    pub fn hash<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |text: &str| {
            for byte in text.bytes().chain([0xff]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
        };
        for name in names {
            add(name);
            add(self.get(name).map_or("", |unit| &unit.text));
        }
        hash
    }
}

impl Unit {
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it does.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.analysis().program
    }

    /// What is wrong with it, by itself.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.analysis().problems
    }

    /// [`problems`](Self::problems), with their place.
    pub fn mistakes(&self) -> impl Iterator<Item = Mistake> {
        self.problems().iter().map(|problem| self.mistake(problem.clone()))
    }

    pub(super) fn mistake(&self, problem: Problem) -> Mistake {
        Mistake { view: self.name.clone(), file: self.file.clone(), problem }
    }

    fn analysis(&self) -> &Analysis {
        self.analysis.get_or_init(|| analyse(&self.name, &parse(&self.text, &self.options), &self.options))
    }
}
