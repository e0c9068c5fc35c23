//! What is either source in a patch or taken from the base, and what depends on what.
//!
//! A file without files below it is one node. A file with files below it (the root above all) is divided: each item is a
//! node, together with the `impl` blocks of the same file for it, because everything below reaches for single names of it.
//!
//! Node M depends on node X if M could name X, as far as M's identifiers go:
//! - X is a whole file: M names its module in a path. There is no way to it but through that name, a glob or an item that
//!   re-exports from it, and both of these depend on X themselves.
//! - X is an item of the same file: M has one of its names.
//! - X is an item of another file: M names that module in a path, or says `super` from below, or `crate` if it is the
//!   root's, and has one of X's names in a path. If M imports by glob, any identifier will do, and `use` items and traits
//!   count without being named, for methods come into scope unnamed.
//! - M calls a macro that X defines; `macro_rules!` needs no path.
//! - M embeds something that cannot be read.
//!
//! Names of child modules are no names of the parent: who needs the child names it. Items with unknown derives or attribute
//! macros have, beside their names, every identifier that contains one of them. The names of `use a::*` are those of `a`.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Graph, Unit};
use crate::part::{Kind, Part};
use crate::path::ModulePath;
use crate::words::Words;

#[derive(Debug)]
pub(crate) struct Node<'g> {
    pub(crate) unit: &'g Unit,
    /// Indices into the parts of the unit.
    pub(crate) parts: Vec<usize>,
    /// The whole file.
    pub(crate) is_whole: bool,
    pub(crate) key: Key,
    names: BTreeSet<String>,
    /// It may define names that are not in the text.
    is_opaque: bool,
    generates: bool,
    /// It brings methods into scope without being named.
    brings_methods: bool,
}

/// The same in two graphs for what is the same thing, changed or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) unit: ModulePath,
    /// None for a whole file.
    item: Option<(Kind, Vec<String>, String, usize)>,
}

/// Names by which a crate calls itself, and of its modules.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    crate_names: BTreeSet<String>,
    modules: BTreeSet<String>,
}

impl Vocabulary {
    pub(crate) fn of(graphs: [&Graph; 2]) -> Self {
        let mut vocabulary = Self::default();
        vocabulary.crate_names.insert("crate".to_owned());
        for unit in graphs.iter().flat_map(|graph| graph.units().values()) {
            vocabulary.modules.extend(unit.path.segments().iter().cloned());
            for part in &unit.parsed.parts {
                vocabulary.modules.extend(part.scope.iter().cloned());
                if part.kind == Kind::ExternCrate && part.words.all.contains("self") {
                    vocabulary.crate_names.extend(part.own.iter().cloned());
                }
            }
        }
        vocabulary
    }
}

/// All nodes of a graph.
pub(crate) fn nodes(graph: &Graph) -> Vec<Node<'_>> {
    let names = names_by_module(graph);
    graph.units().values().flat_map(|unit| of_unit(unit, &names)).collect()
}

type Names<'g> = BTreeMap<&'g str, Vec<&'g Unit>>;

/// Units by the last name of their path.
fn names_by_module(graph: &Graph) -> Names<'_> {
    let mut by_name = Names::new();
    for unit in graph.units().values() {
        by_name.entry(unit.path.name().unwrap_or("crate")).or_default().push(unit);
    }
    by_name
}

fn of_unit<'g>(unit: &'g Unit, modules: &Names<'g>) -> Vec<Node<'g>> {
    let parts = &unit.parsed.parts;
    let live = (0..parts.len()).filter(|at| parts[*at].kind != Kind::Test);
    if unit.is_leaf() {
        let key = Key { unit: unit.path.clone(), item: None };
        return vec![node(unit, live.collect(), true, key, modules)];
    }
    let mut seen = BTreeMap::new();
    groups(parts, live)
        .into_iter()
        .map(|group| {
            let first = &parts[group[0]];
            let name = match first.kind {
                Kind::Use | Kind::Call | Kind::Impl | Kind::Unnamed => unit.parsed.slice(&first.range).to_owned(),
                _ => first.own.join(","),
            };
            let mut item = (first.kind, first.scope.clone(), name, 0);
            let count = seen.entry(item.clone()).or_insert(0_usize);
            item.3 = *count;
            *count += 1;
            node(unit, group, false, Key { unit: unit.path.clone(), item: Some(item) }, modules)
        })
        .collect()
}

/// Each item with the `impl` blocks for it: of its type, else of its trait.
fn groups(parts: &[Part], live: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
    let (impls, others): (Vec<usize>, Vec<usize>) = live.partition(|at| parts[*at].kind == Kind::Impl);
    let mut groups: Vec<Vec<usize>> = others.into_iter().map(|at| vec![at]).collect();
    for at in impls {
        let header = &parts[at].definitions.impls[0];
        let of = |kind: Kind, name: &Option<String>| {
            let name = name.as_ref()?;
            groups.iter().position(|group| parts[group[0]].kind == kind && parts[group[0]].own.contains(name))
        };
        match of(Kind::Data, &header.of_type).or_else(|| of(Kind::Trait, &header.of_trait)) {
            Some(group) => groups[group].push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

fn node<'g>(unit: &'g Unit, parts: Vec<usize>, is_whole: bool, key: Key, modules: &Names<'g>) -> Node<'g> {
    let mut node = Node {
        unit,
        is_whole,
        key,
        names: BTreeSet::new(),
        is_opaque: false,
        generates: false,
        brings_methods: false,
        parts: parts.clone(),
    };
    for part in parts.iter().map(|at| &unit.parsed.parts[*at]) {
        node.names.extend(part.names.iter().cloned());
        node.is_opaque |= part.kind == Kind::Call && !part.definitions.has_state;
        node.generates |= part.generates;
        node.brings_methods |= matches!(part.kind, Kind::Use | Kind::Trait);
        for glob in part.globs.iter().filter(|_| part.kind == Kind::Use) {
            let mut seen = BTreeSet::new();
            node.add_glob(&glob.path, modules, &mut seen);
        }
    }
    let includes_source = node.embedded().any(|embedded| embedded.has_source);
    node.is_opaque |= includes_source || node.parts().any(|part| part.words.everything);
    node
}

impl<'g> Node<'g> {
    pub(crate) fn parts(&self) -> impl Iterator<Item = &'g Part> {
        let unit = self.unit;
        self.parts.iter().map(move |at| &unit.parsed.parts[*at])
    }

    /// Bytes of source.
    pub(crate) fn size(&self) -> usize {
        if self.is_whole { self.unit.text().len() } else { self.parts().map(|part| part.range.len()).sum() }
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        self.parts().next().map(|part| part.kind).filter(|_| !self.is_whole)
    }

    pub(crate) fn is_entry(&self) -> bool {
        self.parts().any(|part| part.is_entry)
    }

    /// Two copies of it in one process cannot be told apart: functions, macros, imports.
    pub(crate) fn has_identity(&self) -> bool {
        self.parts().any(|part| {
            let plain = matches!(part.kind, Kind::Use | Kind::ExternCrate | Kind::Macro | Kind::Function | Kind::Alias);
            let defined = &part.definitions;
            !plain
                || part.generates
                || part.words.everything
                || defined.has_state
                || !defined.types.is_empty()
                || !defined.impls.is_empty()
        }) || self.embedded().any(|embedded| embedded.has_source)
    }

    /// Whether it says and embeds the same as `other`, on the same lines where lines can be seen at run time.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        if self.unit.file != other.unit.file {
            return false;
        }
        if self.is_whole {
            return other.is_whole
                && self.unit.source_hash == other.unit.source_hash
                && self.unit.text() == other.unit.text();
        }
        let inner = self.unit.path.is_root() || self.unit.parsed.inner == other.unit.parsed.inner;
        inner && self.parts.len() == other.parts.len() && self.sayings().eq(other.sayings())
    }

    fn sayings(&self) -> impl Iterator<Item = (&'g str, Option<usize>, Option<u64>)> {
        let unit = self.unit;
        self.parts.iter().map(move |at| {
            let part = &unit.parsed.parts[*at];
            let is_code = !matches!(part.kind, Kind::Use | Kind::Macro | Kind::Data | Kind::Alias);
            let embedded = unit.embedded.get(at).map(|embedded| embedded.hash);
            (unit.parsed.slice(&part.range), is_code.then_some(part.line), embedded)
        })
    }

    pub(crate) fn embedded(&self) -> impl Iterator<Item = &'g crate::embedded::Embedded> {
        let unit = self.unit;
        self.parts.iter().filter_map(move |at| unit.embedded.get(at))
    }

    fn words(&self) -> impl Iterator<Item = &'g Words> {
        self.parts().map(|part| &part.words).chain(self.embedded().map(|embedded| &embedded.words))
    }

    fn names_in_path(&self, name: &str) -> bool {
        self.words().any(|words| words.paths.contains(name))
    }

    fn mentions(&self, name: &str) -> bool {
        self.words().any(|words| words.all.contains(name))
    }

    /// Whether it calls a macro of that name.
    pub(crate) fn uses_macro_of(&self, other: &Node<'_>) -> bool {
        other.parts().flat_map(|part| &part.definitions.macros).any(|name| self.names_in_path(name))
    }

    pub(crate) fn depends_on(&self, other: &Node<'_>, vocabulary: &Vocabulary) -> bool {
        if self.words().any(|words| words.everything) || self.uses_macro_of(other) {
            return true;
        }
        if other.is_whole {
            return other.unit.path.name().is_some_and(|name| self.names_in_path(name));
        }
        if self.unit.path == other.unit.path {
            return other.is_opaque
                || other.names.iter().any(|name| self.mentions(name))
                || self.mentions_derived(other);
        }
        if !self.reaches(other, vocabulary) {
            return false;
        }
        let by_glob = || self.parts().any(|part| part.globs.iter().any(|glob| self.is_of_crate(glob, vocabulary)));
        other.is_opaque
            || other.names.iter().any(|name| self.names_in_path(name))
            || self.mentions_derived(other)
            || (by_glob() && (other.brings_methods || other.names.iter().any(|name| self.mentions(name))))
    }

    /// Whether a path from here can lead into the module of an item of a divided file.
    fn reaches(&self, other: &Node<'_>, vocabulary: &Vocabulary) -> bool {
        let theirs = &other.unit.path;
        theirs.name().is_some_and(|name| self.names_in_path(name))
            || other.parts().any(|part| part.scope.iter().any(|name| self.names_in_path(name)))
            || (theirs.encloses(&self.unit.path) && self.names_in_path("super"))
            || (theirs.is_root() && vocabulary.crate_names.iter().any(|name| self.names_in_path(name)))
    }

    /// `true` unless the glob imports from its own file or from another crate for certain.
    fn is_of_crate(&self, glob: &crate::part::Glob, vocabulary: &Vocabulary) -> bool {
        let Some(first) = glob.path.first() else { return true };
        if first == "super" {
            let up = glob.path.iter().take_while(|segment| *segment == "super").count();
            return up > glob.depth || glob.path.len() > up;
        }
        first == "self"
            || vocabulary.crate_names.contains(first)
            || vocabulary.modules.contains(first)
            || self.parts().any(|part| part.names.contains(first))
    }

    /// `#[derive(Builder)] struct Post` defines `PostBuilder`.
    fn mentions_derived(&self, other: &Node<'_>) -> bool {
        other.generates
            && other.parts().flat_map(|part| &part.own).any(|name| {
                let name = flat(name);
                self.words().flat_map(|words| &words.all).any(|word| flat(word).contains(&name))
            })
    }

    /// Adds the names of the modules that a glob may mean.
    fn add_glob(&mut self, path: &[String], modules: &Names<'g>, seen: &mut BTreeSet<ModulePath>) {
        for unit in path.iter().filter_map(|segment| modules.get(segment.as_str())).flatten() {
            if !seen.insert(unit.path.clone()) {
                continue;
            }
            for (at, part) in unit.parsed.parts.iter().enumerate() {
                self.names.extend(part.names.iter().cloned());
                self.generates |= part.generates;
                self.is_opaque |= part.kind == Kind::Call || unit.embedded.get(&at).is_some_and(|e| e.has_source);
                for glob in &part.globs {
                    self.add_glob(&glob.path, modules, seen);
                }
            }
        }
    }
}

/// `PostBuilder` and `post_builder` alike.
fn flat(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}
