//! The templates of a project, read and understood.

use std::collections::{BTreeMap, BTreeSet};

use super::Mistake;
use crate::analyse::analyse;
use crate::ir::Program;
use crate::options::Options;
use crate::parser::parse;
use crate::problem::Problem;

/// Templates by their dotted names.
#[derive(Debug, Default)]
pub struct Templates {
    options: Options,
    units: BTreeMap<String, Unit>,
    /// Names that some component asks for with `@aware`.
    consumed: BTreeSet<String>,
}

/// One template.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// As it is shown to people, and named in source maps.
    pub file: String,
    pub text: String,
    pub program: Program,
    pub problems: Vec<Problem>,
}

impl Templates {
    /// None yet; to be read with these custom directives.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options, ..Self::default() }
    }

    /// Reads a template. One that has the name already is replaced.
    pub fn insert(&mut self, name: &str, file: impl Into<String>, text: impl Into<String>) {
        let text = text.into();
        let analysis = analyse(name, &parse(&text, &self.options), &self.options);
        self.consumed.extend(analysis.program.aware.iter().map(|prop| prop.name.text.clone()));
        let unit = Unit { file: file.into(), text, program: analysis.program, problems: analysis.problems };
        self.units.insert(name.to_owned(), unit);
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Unit> {
        self.units.get(name)
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Unit)> {
        self.units.iter().map(|(name, unit)| (name.as_str(), unit))
    }

    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What is wrong with single templates.
    pub fn mistakes(&self) -> impl Iterator<Item = Mistake> {
        self.iter().flat_map(|(name, unit)| {
            unit.problems.iter().map(move |problem| Mistake {
                view: name.to_owned(),
                file: unit.file.clone(),
                problem: problem.clone(),
            })
        })
    }

    pub(super) fn is_consumed(&self, name: &str) -> bool {
        self.consumed.contains(name)
    }

    /// FNV-1a over names and texts.
    pub(super) fn hash(&self, names: &[String]) -> u64 {
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
