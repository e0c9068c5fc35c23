//! Decides what of an app is source in a patch.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Graph;
use crate::hazards;
use crate::node::{Key, Node, Vocabulary, nodes};
use crate::part::Kind;
use crate::path::ModulePath;

/// How much a patch may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Greatest share of the app's source, in bytes, from 0 to 1.
    pub share: f64,
    /// So many bytes of source may always be in a patch.
    pub always_bytes: usize,
    /// Files of at least so many bytes are divided, so that a patch holds the items that changed and not all of the file. Base and
    /// patch must be made with the same value, or a patch with a greater one.
    pub divided_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { share: 0.5, always_bytes: 20 * 1024, divided_bytes: 1024 }
    }
}

/// Bytes beyond which a function that registers routes takes noticeable time to compile: about a hundred routes.
const LONG_REGISTRAR: usize = 4096;

/// What to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A patch will do, if it compiles.
    Patch(Plan),
    /// The whole app.
    Full {
        /// A short sentence for people, without a final stop: "`User` is held in the container".
        reason: String,
    },
}

/// What is source in a patch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Whole files.
    pub(crate) whole: BTreeSet<ModulePath>,
    /// Of files that are divided, the indices of the items that are source.
    pub(crate) divided: BTreeMap<ModulePath, BTreeSet<usize>>,
    /// Files with files below them whose macros are needed.
    pub(crate) for_macros: BTreeSet<ModulePath>,
    /// Items that register routes and leave that to the base, with the indices of the handlers that stand in for the base's.
    pub(crate) left_to_base: BTreeMap<(ModulePath, usize), Vec<usize>>,
    /// A long function that registers routes has changed.
    pub(crate) registers_anew: bool,
}

impl Plan {
    /// The modules that are source, in whole or in part. The root is always among them.
    #[must_use]
    pub fn units(&self) -> BTreeSet<ModulePath> {
        self.whole.iter().chain(self.divided.keys()).cloned().chain([ModulePath::root()]).collect()
    }

    /// Whether a long function that registers routes has changed, so that every patch on this base compiles it.
    #[must_use]
    pub fn registers_anew(&self) -> bool {
        self.registers_anew
    }
}

/// Decides whether the change from `base`, the source that the base was compiled from, to `now` can be a patch. `held`
/// are the names of types that the container is known to hold beside those with `Layout`.
///
/// Every rule errs towards source, and then towards the full build.
/// 1. *Changed* is what differs from the base, over all edits since: single items where the file is divided, else the file as
///    a whole. Divided are files with files below them, and those that are [large](Limits::divided_bytes) and define everything
///    in plain sight. Code that moved to another line counts, so that positions in messages stay true. New items count;
///    so do those that are gone, for others may now mean something else by the name. A renamed or moved file is a
///    removed and a new one.
/// 2. What depends on something changed is source too, transitively, for it would go on calling old code, or mean the
///    old type by the same name. So there is one meaning of each name: whatever can name a copied type, static,
///    constant or trait is copied with it, and what cannot uses the base's. The relation reads identifiers, not scopes,
///    and is therefore larger than the true one.
/// 3. The root is always written anew; its items are source only if changed or dependent, and are imported from the
///    base otherwise. Entry functions (`routes`, `boot`, and whatever else is exported under a fixed name) are always
///    source, with the file they are in.
///    A function that registers routes, says what it said and names what is copied only as handlers is left to the base's, with
///    the copied handlers standing in.
/// 4. A call of an unknown macro at the place of an item may define anything. It is source wherever its file is
///    divided, and then so is everything that can reach that module.
/// 5. A macro has no module: the file that defines it is source wherever a caller is.
/// 6. Full: a type with `Layout` or in `held` would be copied, for a copy has another `TypeId`.
/// 7. Full: a copied `impl` in which neither the trait nor the type, nor an argument of either, is copied; likewise one
///    that the base had. It would not compile, or the base's would stay in force unseen.
/// 8. Full: attributes of the crate or its `extern crate` items changed; a macro is defined twice and changed, or has
///    the name of a well-known one; a macro call was removed that may have implemented something; included source
///    defines what cannot be seen.
/// 9. Full: the patch would hold more than `limits` allow.
///
/// Statics of copied items begin anew, as all do at a full swap. Statics that are not copied keep their value, which a
/// full swap would not do.
#[must_use]
pub fn plan(base: &Graph, now: &Graph, held: &BTreeSet<String>, limits: &Limits) -> Decision {
    match Planning::new(base, now, limits).and_then(|planning| planning.decide(held, limits)) {
        Ok(plan) => Decision::Patch(plan),
        Err(reason) => Decision::Full { reason },
    }
}

pub(crate) struct Planning<'g> {
    pub(crate) base: &'g Graph,
    pub(crate) now: &'g Graph,
    pub(crate) before: BTreeMap<Key, Node<'g>>,
    pub(crate) nodes: Vec<Node<'g>>,
    vocabulary: Vocabulary,
    /// By index into `nodes`: copied, and so is all that depends on it.
    pub(crate) copied: Vec<bool>,
    /// By index: source, but nothing else changes its meaning by that.
    repeated: Vec<bool>,
    /// Modules whose `mod` items say something else about when they are compiled.
    redeclared: Vec<&'g ModulePath>,
    /// Nodes of the base whose meaning is gone or replaced.
    pub(crate) replaced: BTreeSet<Key>,
}

impl<'g> Planning<'g> {
    fn new(base: &'g Graph, now: &'g Graph, limits: &Limits) -> Result<Self, String> {
        if base.root_file() != now.root_file() {
            return Err("the crate root is another file".to_owned());
        }
        let divided = divided(base, now, limits);
        let before = nodes(base, &divided).into_iter().map(|node| (node.key.clone(), node)).collect();
        let nodes = nodes(now, &divided);
        let none = vec![false; nodes.len()];
        let vocabulary = Vocabulary::of([base, now]);
        Ok(Self {
            base,
            now,
            before,
            vocabulary,
            copied: none.clone(),
            repeated: none,
            redeclared: redeclared(base, now),
            nodes,
            replaced: BTreeSet::new(),
        })
    }

    fn decide(mut self, held: &BTreeSet<String>, limits: &Limits) -> Result<Plan, String> {
        hazards::of_crate(&self)?;
        self.spread();
        while self.pull_macros() {}
        hazards::of_copies(&self, held)?;
        self.within(limits)?;
        Ok(self.plan())
    }

    /// Rules 1 to 4.
    fn spread(&mut self) {
        let present: BTreeSet<&Key> = self.nodes.iter().map(|node| &node.key).collect();
        let gone: Vec<Key> = self.before.keys().filter(|key| !present.contains(key)).cloned().collect();
        for at in 0..self.nodes.len() {
            let node = &self.nodes[at];
            let is_changed = !self.is_unchanged(node) || self.is_redeclared(node);
            let is_entry = node.is_entry();
            let must_repeat = is_entry || (node.unit.path.is_root() && node.kind() == Some(Kind::Call));
            if is_changed || (must_repeat && node.has_identity()) {
                self.copy(at);
            } else if must_repeat {
                self.repeated[at] = true;
            }
        }
        for key in gone {
            self.replace(&key);
        }
    }

    fn is_redeclared(&self, node: &Node<'_>) -> bool {
        let path = &node.unit.path;
        self.redeclared.iter().any(|module| *module == path || module.encloses(path))
    }

    fn copy(&mut self, first: usize) {
        let mut waiting = vec![first];
        while let Some(at) = waiting.pop() {
            if std::mem::replace(&mut self.copied[at], true) {
                continue;
            }
            let node = &self.nodes[at];
            if !node.is_whole {
                // Its file is written item by item, and what a macro defines cannot be imported by name.
                waiting
                    .extend(self.find(|other| other.unit.path == node.unit.path && other.kind() == Some(Kind::Call)));
            }
            waiting.extend(self.find(|other| other.depends_on(node, &self.vocabulary)));
            if let Some(before) = self.before.get(&node.key) {
                self.replaced.insert(before.key.clone());
                waiting.extend(self.find(|other| other.depends_on(before, &self.vocabulary)));
            }
        }
    }

    fn replace(&mut self, key: &Key) {
        self.replaced.insert(key.clone());
        let gone = &self.before[key];
        for at in self.find(|other| other.depends_on(gone, &self.vocabulary)) {
            self.copy(at);
        }
    }

    /// Nodes that are not yet copied.
    fn find(&self, wanted: impl Fn(&Node<'_>) -> bool) -> Vec<usize> {
        (0..self.nodes.len()).filter(|at| !self.copied[*at] && wanted(&self.nodes[*at])).collect()
    }

    pub(crate) fn is_source(&self, at: usize) -> bool {
        self.copied[at] || self.repeated[at]
    }

    /// Rule 5. Whether anything was added.
    fn pull_macros(&mut self) -> bool {
        let mut added = false;
        for at in 0..self.nodes.len() {
            let is_needed = self.nodes[at].is_whole
                && !self.is_source(at)
                && self.nodes[at].defines_macros()
                && (0..self.nodes.len())
                    .any(|user| self.is_source(user) && self.nodes[user].uses_macro_of(&self.nodes[at]));
            if is_needed && self.nodes[at].has_identity() {
                self.copy(at);
            } else if is_needed {
                self.repeated[at] = true;
            }
            added |= is_needed;
        }
        added
    }

    /// Rule 9.
    fn within(&self, limits: &Limits) -> Result<(), String> {
        let all: usize = self.now.units().values().map(|unit| unit.text().len()).sum();
        let patch: usize = (0..self.nodes.len()).filter(|at| self.is_source(*at)).map(|at| self.nodes[at].size()).sum();
        // Both are far below the 2^52 up to which an f64 is exact.
        if patch > limits.always_bytes && patch as f64 > limits.share * all as f64 {
            let changed = patch * 100 / all.max(1);
            return Err(format!("{changed} % of the app depend on what changed"));
        }
        Ok(())
    }

    fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        for at in (0..self.nodes.len()).filter(|at| self.is_source(*at)) {
            let node = &self.nodes[at];
            if node.is_whole {
                plan.whole.insert(node.unit.path.clone());
            } else {
                plan.divided.entry(node.unit.path.clone()).or_default().extend(&node.parts);
            }
            let macros = self.nodes.iter().filter(|other| !other.is_whole && node.uses_macro_of(other));
            plan.for_macros.extend(macros.map(|other| other.unit.path.clone()));
            match (self.stand_ins(at), node.registrar()) {
                (Some(handlers), _) => {
                    plan.left_to_base.insert((node.unit.path.clone(), node.parts[0]), handlers);
                }
                (None, Some(registrar)) => {
                    plan.registers_anew |= registrar.body.len() > LONG_REGISTRAR && !self.is_unchanged(node);
                }
                (None, None) => {}
            }
        }
        plan
    }

    fn is_unchanged(&self, node: &Node<'_>) -> bool {
        self.before.get(&node.key).is_some_and(|before| node.is_same(before))
    }

    /// For a function that registers routes and can be left to the base: which of its handlers may be copies.
    fn stand_ins(&self, at: usize) -> Option<Vec<usize>> {
        let node = &self.nodes[at];
        let registrar = node.registrar()?;
        if !self.is_unchanged(node) {
            return None;
        }
        let copies = (0..self.nodes.len()).filter(|other| self.copied[*other] && *other != at);
        let gone = self.replaced.iter().filter(|key| **key != node.key).map(|key| &self.before[key]);
        let others: Vec<&Node<'_>> = copies.map(|other| &self.nodes[other]).chain(gone).collect();
        let names_a_copy = |saying: &Node<'_>| others.iter().any(|other| saying.depends_on(other, &self.vocabulary));
        let mut saying = node.saying(&registrar.frame);
        if names_a_copy(&saying) {
            return None;
        }
        let mut may_be_copy = |words| {
            saying.says = Some(words);
            names_a_copy(&saying)
        };
        let handlers = registrar.handlers.iter().enumerate();
        Some(handlers.filter(|(_, handler)| may_be_copy(&handler.words)).map(|(index, _)| index).collect())
    }
}

/// Changed files that are divided although no file lies below them. The others are in a patch as a whole, or not at all.
fn divided(base: &Graph, now: &Graph, limits: &Limits) -> BTreeSet<ModulePath> {
    let units = now.units().iter().filter(|(path, unit)| {
        base.units().get(*path).is_some_and(|before| {
            before.text() != unit.text() && before.may_be_divided(limits) && unit.may_be_divided(limits)
        })
    });
    units.map(|(path, _)| path.clone()).collect()
}

/// Modules with other conditions before, or whose macros came with them then and do not now, or the other way round.
fn redeclared<'g>(base: &'g Graph, now: &'g Graph) -> Vec<&'g ModulePath> {
    let (before, now) = (declarations(base), declarations(now));
    let modules: BTreeSet<&ModulePath> = before.keys().chain(now.keys()).copied().collect();
    modules.into_iter().filter(|module| before.get(module) != now.get(module)).collect()
}

/// Of each module that is declared with conditions or with its macros, these.
fn declarations(graph: &Graph) -> BTreeMap<&ModulePath, Vec<&str>> {
    let mut declarations = BTreeMap::new();
    for unit in graph.units().values() {
        for (at, child) in unit.declared() {
            let attributes = unit.parsed.slice(&(at.range.start..at.bare.start));
            let conditions = at.conditions.iter().map(|condition| unit.parsed.slice(condition));
            let says: Vec<&str> = conditions.chain(attributes.contains("macro_use").then_some("macro_use")).collect();
            if !says.is_empty() {
                declarations.insert(child, says);
            }
        }
    }
    declarations
}
