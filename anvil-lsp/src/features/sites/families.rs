//! Which templates a name can stand in: those that share a page, for sections and stacks.

use std::collections::BTreeSet;

use super::{Names, Symbol};

/// Whether a text may name the symbol. Most texts do not, and need not be walked through to know.
pub(super) fn may_name(source: &str, symbol: &Symbol) -> bool {
    match symbol {
        // A tag leaves out what the lookup adds; nothing leaves out all parts.
        Symbol::View(view) => {
            let mut parts =
                view.split(['.', ':']).filter(|part| !part.is_empty() && !matches!(*part, "components" | "vendor"));
            parts.any(|part| source.contains(part))
        }
        Symbol::Section { name, .. }
        | Symbol::Stack { name, .. }
        | Symbol::Route(name)
        | Symbol::Config(name)
        | Symbol::Translation(name) => {
            // With escapes, it may be spelled in many ways.
            source.contains(name.as_str()) || source.contains('\\')
        }
        // `max_width` is also `max-width` and `maxWidth`.
        Symbol::Slot { name, .. }
        | Symbol::Prop { name, .. }
        | Symbol::Given { name, .. }
        | Symbol::Local { name, .. } => {
            name.split('_').find(|part| !part.is_empty()).is_none_or(|part| source.contains(part))
        }
    }
}

impl<'i> Names<'i> {
    /// The views whose names may mean the symbol.
    pub(super) fn views_with(&self, symbol: &Symbol) -> Vec<&'i str> {
        let set = &self.package.set;
        match symbol {
            Symbol::Section { view, .. } | Symbol::Stack { view, .. } => self.family(view),
            Symbol::Local { view, .. } | Symbol::Given { view, .. } => {
                set.names().filter(|name| name == view).collect()
            }
            Symbol::View(_)
            | Symbol::Slot { .. }
            | Symbol::Prop { .. }
            | Symbol::Route(_)
            | Symbol::Config(_)
            | Symbol::Translation(_) => set.names().collect(),
        }
    }

    /// The pages that the view is a part of, and all others of their layouts, with their parts.
    fn family(&self, view: &str) -> Vec<&'i str> {
        let set = &self.package.set;
        let pages: Vec<Vec<&'i str>> = set.names().map(|name| set.parts(name)).collect();
        let layouts: BTreeSet<&'i str> = set.names().filter_map(|name| self.extends(name)).collect();
        let of_view = pages.iter().filter(|parts| parts.contains(&view)).flatten().copied();
        let roots: BTreeSet<&'i str> = of_view.filter(|part| layouts.contains(part) || *part == view).collect();
        let of_roots = pages.iter().filter(|parts| parts.iter().any(|part| roots.contains(part)));
        let family: BTreeSet<&'i str> = of_roots.flatten().copied().collect();
        family.into_iter().collect()
    }

    /// The layout of a view, if it is known before the page is made.
    pub(crate) fn extends(&self, view: &str) -> Option<&'i str> {
        let program = self.package.set.program(view)?;
        let need = program.needs.iter().find(|need| need.role == forge_codegen::ir::Role::Layout)?;
        self.package.set.resolve(&need.names)
    }
}
