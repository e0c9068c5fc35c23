//! The app as a whole: what somebody who rewrites one file must know of the others.

use std::collections::BTreeSet;

use syn::UseTree;

use crate::attributes;
use crate::graph::{Graph, Unit};
use crate::part::Kind;
use crate::path::ModulePath;
use crate::tokens::unraw;

pub(crate) struct App<'g> {
    pub(crate) graph: &'g Graph,
    macros: BTreeSet<&'g str>,
    /// Names of items that are visible in the text.
    defined: BTreeSet<&'g str>,
    modules: BTreeSet<&'g str>,
    /// Types that implement `Deref`; none for one that has no plain name.
    derefs: BTreeSet<Option<&'g str>>,
    traits: BTreeSet<&'g str>,
    /// What the app's own traits have.
    trait_members: BTreeSet<&'g str>,
}

impl<'g> App<'g> {
    pub(crate) fn of(graph: &'g Graph) -> Self {
        let mut app = Self {
            graph,
            macros: BTreeSet::new(),
            defined: BTreeSet::new(),
            modules: BTreeSet::new(),
            derefs: BTreeSet::new(),
            traits: BTreeSet::new(),
            trait_members: BTreeSet::new(),
        };
        for unit in graph.units().values() {
            app.modules.extend(unit.path.segments().iter().map(String::as_str));
            for part in &unit.parsed.parts {
                app.macros.extend(part.definitions.macros.iter().map(String::as_str));
                let derefs = part.impls().iter().filter(|found| found.of_trait.as_deref() == Some("Deref"));
                app.derefs.extend(derefs.map(|found| found.of_type.as_deref()));
                if part.kind == Kind::Trait {
                    app.traits.extend(part.own.iter().map(String::as_str));
                }
                // Traits within bodies and inline modules are not told apart from what else is there.
                if matches!(part.kind, Kind::Trait | Kind::Module | Kind::Macro | Kind::Call) {
                    app.trait_members.extend(part.names.iter().chain(&part.words.all).map(String::as_str));
                }
            }
        }
        for part in graph.units().values().flat_map(|unit| &unit.parsed.parts) {
            // An import of the app's own says nothing about what it names.
            let is_own = |name: &String| {
                ["crate", "self", "super"].contains(&name.as_str()) || app.modules.contains(name.as_str())
            };
            if part.kind != Kind::Call && !(part.kind == Kind::Use && part.words.all.iter().any(is_own)) {
                app.defined.extend(part.names.iter().map(String::as_str));
            }
        }
        app.defined.extend(&app.modules);
        app
    }

    pub(crate) fn derefs(&self, type_name: &str, attributes: &[syn::Attribute]) -> bool {
        let mut derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
        self.derefs.contains(&Some(type_name))
            || self.derefs.contains(&None)
            || derives.any(|attribute| attributes::derives(attribute).iter().any(|name| name == "Deref"))
    }

    /// Whether a type goes by another name somewhere.
    pub(crate) fn has_alias(&self, type_name: &str) -> bool {
        let mut parts = self.graph.units().values().flat_map(|unit| &unit.parsed.parts);
        parts.any(|part| part.kind == Kind::Alias && part.words.all.contains(type_name))
    }

    fn outside<'a>(&'a self, path: &'a ModulePath) -> impl Iterator<Item = &'g Unit> + 'a {
        self.graph.units().values().filter(move |unit| unit.path != *path && !path.encloses(&unit.path))
    }

    /// Whether a unit outside imports everything from `path` and has the name.
    pub(crate) fn globs_hide(&self, path: &ModulePath, name: &str) -> bool {
        let Some(module) = path.name() else { return false };
        self.outside(path).any(|unit| {
            let parts = &unit.parsed.parts;
            parts.iter().any(|part| part.globs.iter().any(|glob| glob.path.iter().any(|segment| segment == module)))
                && parts.iter().any(|part| part.words.all.contains(name))
        })
    }

    /// Whether everything that an import names could be public.
    pub(crate) fn may_be_public(&self, tree: &UseTree, is_local: bool) -> bool {
        let name = |ident: &syn::Ident| {
            let name = unraw(ident);
            !self.macros.contains(name.as_str())
                && (!is_local || name == "self" || self.defined.contains(name.as_str()))
        };
        match tree {
            UseTree::Path(path) => {
                let segment = unraw(&path.ident);
                let is_local = is_local
                    || ["crate", "self", "super"].contains(&segment.as_str())
                    || self.modules.contains(segment.as_str());
                self.may_be_public(&path.tree, is_local)
            }
            UseTree::Name(leaf) => name(&leaf.ident),
            UseTree::Rename(leaf) => name(&leaf.ident),
            UseTree::Group(group) => group.items.iter().all(|tree| self.may_be_public(tree, is_local)),
            UseTree::Glob(_) => true,
        }
    }

    /// Whether a trait may give a type of the app a method of this name. No other crate is read, so nearly always. But the
    /// names of an iterator's methods are everywhere, and a type has them from an iterator's trait, which somebody would implement
    /// for it by hand. What is left out: a trait of another crate that is implemented for every type and has such a method.
    pub(crate) fn may_be_of_trait(&self, of_type: Option<&str>, method: &str) -> bool {
        let Some(of_type) = of_type.filter(|_| ITERATOR_METHODS.contains(&method)) else { return true };
        let mut parts = self.graph.units().values().flat_map(|unit| &unit.parsed.parts);
        self.trait_members.contains(method)
            || self.has_alias(of_type)
            || parts.any(|part| {
                let names_type = part.words.all.contains(of_type);
                let is_unclear = part.kind == Kind::Call || part.generates;
                let by_hand = part.impls().iter().any(|found| {
                    let concerns = found.of_type.as_deref().is_none_or(|name| name == of_type);
                    let harmless =
                        |name: &String| HARMLESS_TRAITS.contains(&name.as_str()) || self.traits.contains(name.as_str());
                    concerns && !found.of_trait.as_ref().is_none_or(harmless)
                });
                names_type && (is_unclear || by_hand)
            })
    }
}

/// Methods of `Iterator` that no trait has which is commonly implemented for other types.
const ITERATOR_METHODS: &[&str] = &[
    "all",
    "any",
    "collect",
    "copied",
    "count",
    "cycle",
    "enumerate",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "fold",
    "for_each",
    "last",
    "map",
    "nth",
    "partition",
    "peekable",
    "position",
    "product",
    "reduce",
    "rev",
    "scan",
    "skip",
    "skip_while",
    "step_by",
    "sum",
    "take_while",
    "unzip",
    "zip",
];

/// Traits without such methods. An app's own are known by their members.
const HARMLESS_TRAITS: &[&str] = &[
    "AsRef",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Display",
    "Drop",
    "Eq",
    "Error",
    "From",
    "FromRequest",
    "FromRequestParts",
    "FromRow",
    "FromStr",
    "Hash",
    "IntoResponse",
    "Layout",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Serialize",
    "TryFrom",
];
