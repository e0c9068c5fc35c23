//! Views that are being rendered: the page's own, layouts, includes, components' templates.

use std::sync::Arc;

use super::data::Added;
use super::{Name, OPEN_MAX, Open, Render, VIEWS_MAX, too_deep};
use crate::Result;

/// A view that has begun and not ended. Without what has to be dropped, so that it is made where it is to lie: to move it takes longer than all
/// the rest.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    name: ViewName,
    /// Where its text begins.
    start: usize,
    /// How many other pairs are open around it.
    pairs: usize,
    /// Whether data of the views around are seen.
    sees_data: bool,
}

#[derive(Debug, Clone, Copy)]
enum ViewName {
    Literal(&'static str),
    /// The number of the name.
    Shared(usize),
}

impl Render {
    /// A view begins: the page's own, an include, a layout, or a component's template behind
    /// [`end_component_body`](Self::end_component_body). Its composers run.
    ///
    /// # Errors
    /// Those of composers, and more than [`VIEWS_MAX`] views within each other.
    #[inline]
    pub fn begin_view(&mut self, name: impl Into<Name>) -> Result<()> {
        let is_component = matches!(self.open.last(), Some((Open::Body(_), _))) && !self.is_in_view();
        self.begin_view_seeing(name.into(), !is_component)
    }

    /// A view of `@includeIsolated` or `@each` begins: [`data`](Self::data) of views around it are not seen in it.
    ///
    /// # Errors
    /// As [`begin_view`](Self::begin_view).
    #[inline]
    pub fn begin_isolated_view(&mut self, name: impl Into<Name>) -> Result<()> {
        self.begin_view_seeing(name.into(), false)
    }

    #[inline]
    fn begin_view_seeing(&mut self, name: Name, sees_data: bool) -> Result<()> {
        match name {
            Name::Literal(name) => self.begin_literal_view(name, sees_data),
            Name::Shared(name) => self.begin_shared_view(name, sees_data),
        }
    }

    #[inline(never)]
    fn begin_literal_view(&mut self, name: &'static str, sees_data: bool) -> Result<()> {
        self.check_view(name)?;
        self.open_view(ViewName::Literal(name), sees_data)
    }

    fn begin_shared_view(&mut self, name: Arc<str>, sees_data: bool) -> Result<()> {
        self.check_view(&name)?;
        let number = self.view_names.len();
        self.view_names.push(name);
        self.open_view(ViewName::Shared(number), sees_data)
    }

    #[inline(always)]
    fn check_view(&self, name: &str) -> Result<()> {
        self.turn()?;
        if self.views.len() == VIEWS_MAX {
            return Err(too_deep(VIEWS_MAX, "templates", name));
        }
        if self.pairs() == OPEN_MAX {
            return Err(too_deep(OPEN_MAX, "blocks", name));
        }
        Ok(())
    }

    #[inline(always)]
    fn open_view(&mut self, name: ViewName, sees_data: bool) -> Result<()> {
        self.views.push(View { name, start: self.out.len(), pairs: self.open.len(), sees_data });
        if self.composes { self.compose() } else { Ok(()) }
    }

    /// The view ends. Space at its beginning is dropped.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Unpaired`].
    pub fn end_view(&mut self) -> Result<()> {
        self.turn()?;
        let open = self.open.len();
        let Some(view) = self.views.last().copied().filter(|view| view.pairs == open) else {
            return Err(self.unpaired("a view"));
        };
        self.views.truncate(self.views.len() - 1);
        if let ViewName::Shared(number) = view.name {
            self.view_names.truncate(number);
        }
        if self.composes
            && let Some(kinds) = self.kinds.as_deref_mut()
        {
            kinds.added.pop_if(|(number, _)| *number == self.views.len());
        }
        self.trim_start(view.start);
        Ok(())
    }

    /// The name of the view that is being rendered.
    #[must_use]
    pub fn view_name(&self) -> Option<&str> {
        match self.views.last()?.name {
            ViewName::Literal(name) => Some(name),
            ViewName::Shared(number) => self.view_names.get(number).map(|name| &**name),
        }
    }

    /// How many views are within each other here.
    #[must_use]
    pub fn view_depth(&self) -> usize {
        self.views.len()
    }

    /// Whether what has begun last is a view.
    pub(super) fn is_in_view(&self) -> bool {
        self.views.last().is_some_and(|view| view.pairs == self.open.len())
    }

    /// Everything that is open.
    pub(super) fn pairs(&self) -> usize {
        self.open.len() + self.views.len()
    }

    /// What was added to views whose data are seen here, to the outermost first.
    pub(super) fn added(&self) -> impl DoubleEndedIterator<Item = &Added> {
        let isolated = self.isolated().unwrap_or_default();
        let added = self.kinds.as_deref().map_or(&[][..], |kinds| &kinds.added);
        added.iter().filter(move |(number, _)| *number >= isolated).map(|(_, added)| added)
    }

    /// The number of the innermost view that does not see the data of those around it.
    pub(super) fn isolated(&self) -> Option<usize> {
        self.views.iter().rposition(|view| !view.sees_data)
    }
}
