//! What is either source in a patch or taken from the base, and what depends on what.
//!
//! A file without files below it is one node, unless it is large. Any other file (the root above all) is divided: each item is
//! a node, together with the `impl` blocks of the same file for it, because everything below reaches for single names
//! of it.
//!
//! Node M depends on node X if M could name X, as far as M's identifiers go:
//! - X is a whole file: M names its module in a path. There is no way to it but through that name, a glob or an item
//!   that re-exports from it, and both of these depend on X themselves.
//! - X is an item of the same file: M has one of its names.
//! - X is an item of another file: `m::x` stands in M, where `m` is X's module, or `super` in a file below it, or
//!   `crate` if it is the root's, and `x` one of X's names. In arguments of macros, attributes and included source any
//!   two identifiers may come together, and what a macro of the app says is said by its caller. If M gives `m` another
//!   name, M depends on all of it. If M imports by a glob from `m`, `x` alone will do, and `use` items and traits count
//!   without being named, for methods come into scope unnamed; a glob that others can import again depends on all of
//!   `m`.
//! - M calls a macro that X defines; `macro_rules!` needs no path.
//! - M embeds something that cannot be read.
//!
//! Names of child modules are no names of the parent: who needs the child names it. Items with unknown derives or
//! attribute macros have, beside their names, every identifier that has one of them as a part. The names of `use a::*`
//! are those of `a`.

use std::collections::{BTreeMap, BTreeSet};

use crate::divide::{may_derive_from, syllables};
use crate::graph::{Graph, Unit};
use crate::part::{Glob, Kind, Part};
use crate::path::ModulePath;
use crate::registrar::Registrar;
use crate::words::Words;

#[derive(Debug, Clone)]
pub(crate) struct Node<'g> {
    pub(crate) unit: &'g Unit,
    /// Indices into the parts of the unit.
    pub(crate) parts: Vec<usize>,
    /// The whole file.
    pub(crate) is_whole: bool,
    pub(crate) key: Key,
    /// None for a whole file, on which others depend by its module's name.
    names: BTreeSet<&'g str>,
    /// Of the macros of the app that it calls, and that these call.
    expansions: Vec<&'g Words>,
    /// It may define names that are not in the text.
    is_opaque: bool,
    generates: bool,
    /// It brings methods into scope without being named.
    brings_methods: bool,
    /// What it says, where that is less than its parts do.
    pub(crate) says: Option<&'g Words>,
}

/// The same in two graphs for what is the same thing, changed or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) unit: ModulePath,
    /// None for a whole file.
    item: Option<(Kind, Vec<String>, String, usize)>,
}

/// Names by which a crate calls itself.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    crate_names: BTreeSet<String>,
}

impl Vocabulary {
    pub(crate) fn of(graphs: [&Graph; 2]) -> Self {
        let mut vocabulary = Self::default();
        vocabulary.crate_names.insert("crate".to_owned());
        for unit in graphs.iter().flat_map(|graph| graph.units().values()) {
            for part in &unit.parsed.parts {
                if part.kind == Kind::ExternCrate && part.words.all.contains("self") {
                    vocabulary.crate_names.extend(part.own.iter().cloned());
                }
            }
        }
        vocabulary
    }
}

/// All nodes of a graph. `divided` are the files that are divided although no file lies below them.
pub(crate) fn nodes<'g>(graph: &'g Graph, divided: &BTreeSet<ModulePath>) -> Vec<Node<'g>> {
    let names = names_by_module(graph);
    let units = graph.units().values();
    let mut nodes: Vec<Node<'_>> =
        units.flat_map(|unit| of_unit(unit, unit.is_leaf() && !divided.contains(&unit.path), &names)).collect();
    let mut macros: Macros<'_> = BTreeMap::new();
    for part in graph.units().values().flat_map(|unit| &unit.parsed.parts) {
        for name in &part.definitions.macros {
            macros.entry(name).or_default().push(&part.words);
        }
    }
    nodes.iter_mut().for_each(|node| node.expand(&macros));
    nodes
}

/// Words of what defines a macro, by its name.
type Macros<'g> = BTreeMap<&'g String, Vec<&'g Words>>;

type Names<'g> = BTreeMap<&'g str, Vec<&'g Unit>>;

/// Units by the last name of their path.
fn names_by_module(graph: &Graph) -> Names<'_> {
    let mut by_name = Names::new();
    for unit in graph.units().values() {
        by_name.entry(unit.path.name().unwrap_or("crate")).or_default().push(unit);
    }
    by_name
}

fn of_unit<'g>(unit: &'g Unit, is_whole: bool, modules: &Names<'g>) -> Vec<Node<'g>> {
    let parts = &unit.parsed.parts;
    let live = (0..parts.len()).filter(|at| parts[*at].kind != Kind::Test);
    if is_whole {
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
        expansions: Vec::new(),
        is_opaque: false,
        generates: false,
        brings_methods: false,
        says: None,
        parts: parts.clone(),
    };
    for part in parts.iter().map(|at| &unit.parsed.parts[*at]) {
        if !is_whole {
            node.names.extend(part.names.iter().map(String::as_str));
        }
        node.is_opaque |= part.kind == Kind::Call && !part.definitions.has_state;
        node.generates |= part.generates;
        node.brings_methods |= matches!(part.kind, Kind::Use | Kind::Trait);
        if part.kind == Kind::Use && !is_whole {
            let mut seen = BTreeSet::new();
            part.globs.iter().for_each(|glob| node.add_glob(unit, glob, modules, &mut seen));
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
        let parts = self.parts().map(|part| &part.words).filter(|_| self.says.is_none());
        self.says.into_iter().chain(parts).chain(self.words_beside())
    }

    /// Of what it embeds, and of the macros that it calls.
    fn words_beside(&self) -> impl Iterator<Item = &'g Words> {
        let embedded = self.embedded().map(|embedded| &embedded.words);
        embedded.chain(self.expansions.iter().copied())
    }

    /// The same as if it said no more than `words`, which are some of its own.
    pub(crate) fn saying(&self, words: &'g Words) -> Self {
        Self { says: Some(words), ..self.clone() }
    }

    /// The function that registers routes.
    pub(crate) fn registrar(&self) -> Option<&'g Registrar> {
        let part = self.parts().next().filter(|_| !self.is_whole && self.parts.len() == 1)?;
        part.registrar.as_ref()
    }

    fn names_in_path(&self, name: &str) -> bool {
        // Most files do not.
        if self.is_whole && self.says.is_none() && !self.unit.parsed.paths.contains(name) {
            return self.words_beside().any(|words| words.paths.contains(name));
        }
        self.words().any(|words| words.paths.contains(name))
    }

    fn mentions(&self, name: &str) -> bool {
        self.words().any(|words| words.all.contains(name))
    }

    fn expand(&mut self, macros: &Macros<'g>) {
        let mut seen = BTreeSet::new();
        loop {
            let called: Vec<&String> =
                macros.keys().copied().filter(|name| !seen.contains(name) && self.names_in_path(name)).collect();
            if called.is_empty() {
                return;
            }
            for name in called {
                seen.insert(name);
                self.expansions.extend(&macros[name]);
            }
        }
    }

    pub(crate) fn defines_macros(&self) -> bool {
        self.parts().any(|part| !part.definitions.macros.is_empty())
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
                || self.mentions_derived(other, None);
        }
        self.containers(other, vocabulary).into_iter().any(|module| {
            other.is_opaque
                || self.words().any(|words| words.renamed.contains(module))
                || other.names.iter().any(|name| self.names_below(module, name))
                || self.mentions_derived(other, Some(module))
                || self.parts().flat_map(|part| &part.globs).any(|glob| self.gets_by_glob(glob, module, other))
        })
    }

    /// What a path to an item of a divided file may call its module, as far as it does so here.
    fn containers<'a>(&self, other: &'a Node<'_>, vocabulary: &'a Vocabulary) -> Vec<&'a str> {
        let theirs = &other.unit.path;
        let scope = other.parts().next().and_then(|part| part.scope.last());
        let mut containers: Vec<&str> = match (scope, theirs.name()) {
            (Some(scope), _) => vec![scope],
            (None, Some(name)) => vec![name],
            (None, None) => vocabulary.crate_names.iter().map(String::as_str).collect(),
        };
        let up = self.unit.path.segments().len() - theirs.segments().len().min(self.unit.path.segments().len());
        if theirs.encloses(&self.unit.path) && (up == 1 || self.names_below("super", "super")) {
            containers.push("super");
        }
        containers.retain(|name| self.names_in_path(name));
        containers
    }

    /// Whether `module::name` stands here, or may come to stand where a macro puts tokens together.
    fn names_below(&self, module: &str, name: &str) -> bool {
        let pair = (module.to_owned(), name.to_owned());
        self.words().any(|words| words.pairs.contains(&pair) || words.loose.contains(name))
    }

    fn gets_by_glob(&self, glob: &Glob, module: &str, other: &Node<'_>) -> bool {
        let up = glob.path.iter().take_while(|segment| *segment == "super").count();
        let is_own_file = up > 0 && up == glob.path.len() && up <= glob.depth;
        let is_of_module = glob.path.last().is_some_and(|last| last == module) && !is_own_file;
        // Below a file that is divided its imports are visible whether exported or not.
        let is_passed_on = glob.is_exported || !self.is_whole;
        is_of_module && (is_passed_on || other.brings_methods || other.names.iter().any(|name| self.mentions(name)))
    }

    /// `#[derive(Builder)] struct Post` defines `PostBuilder`. `module`: how a path to it begins; none in its own file.
    fn mentions_derived(&self, other: &Node<'_>, module: Option<&str>) -> bool {
        if !other.generates {
            return false;
        }
        let by_glob = self.parts().any(|part| !part.globs.is_empty());
        let may_mean = |word: &str| by_glob || module.is_none_or(|module| self.names_below(module, word));
        other.parts().flat_map(|part| &part.own).any(|name| {
            let name = syllables(name);
            self.words().flat_map(|words| &words.all).any(|word| may_derive_from(word, &name) && may_mean(word))
        })
    }

    /// Adds the names of the modules that a glob in `from` may mean.
    fn add_glob(&mut self, from: &Unit, glob: &Glob, modules: &Names<'g>, seen: &mut BTreeSet<ModulePath>) {
        let Some(last) = glob.path.last() else { return };
        let units: Vec<&'g Unit> = match last.as_str() {
            "super" | "self" => {
                modules.values().flatten().copied().filter(|unit| unit.path.encloses(&from.path)).collect()
            }
            name => modules.get(name).into_iter().flatten().copied().collect(),
        };
        let is_local = |segment: &String| {
            ["crate", "self", "super"].contains(&segment.as_str()) || modules.contains_key(segment.as_str())
        };
        // Another name for a module; variants of an enum are names of the enum.
        self.is_opaque |=
            units.is_empty() && glob.path.iter().any(is_local) && last.starts_with(|first: char| first.is_lowercase());
        for unit in units {
            if !seen.insert(unit.path.clone()) {
                continue;
            }
            for (at, part) in unit.parsed.parts.iter().enumerate() {
                self.names.extend(part.names.iter().map(String::as_str));
                self.generates |= part.generates;
                self.is_opaque |= part.kind == Kind::Call || unit.embedded.get(&at).is_some_and(|e| e.has_source);
                for glob in &part.globs {
                    self.add_glob(unit, glob, modules, seen);
                }
            }
        }
    }
}
