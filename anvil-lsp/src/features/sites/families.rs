//! Which templates a name can stand in: those that share a page, for sections and stacks.

use std::collections::BTreeSet;

use super::{Names, Symbol};

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
