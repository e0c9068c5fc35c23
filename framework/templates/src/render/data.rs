//! Values that templates ask for by name: of composers, of `.with`, shared ones.

use super::{Mark, Open, Render};
use crate::{ErrorKind, Map, Result, Value};

/// What was added to a view that is being rendered.
#[derive(Debug, Default)]
pub(super) struct Added {
    /// By composers; they see everything, and have the last word.
    composed: Map,
    /// By creators; whatever was passed is stronger.
    created: Map,
}

impl Render {
    /// Adds a value to the page, as `.with` of a view does.
    pub fn give(&mut self, key: &str, value: impl Into<Value>) {
        self.kinds().given.insert(key, value);
    }

    /// A value that was added by a composer, by `.with`, by a creator or by `share`; the first that has it, in this order.
    ///
    /// # Errors
    /// [`ErrorKind::MissingData`].
    pub fn data(&self, key: &str) -> Result<Value> {
        self.find_data(key).ok_or_else(|| ErrorKind::MissingData { key: key.to_owned() }.into())
    }

    /// Like [`data`](Self::data), for `@isset`.
    #[must_use]
    pub fn find_data(&self, key: &str) -> Option<Value> {
        let (seen, given) = self.seen();
        added(seen)
            .rev()
            .find_map(|added| added.composed.get(key))
            .or_else(|| given?.get(key))
            .or_else(|| added(seen).rev().find_map(|added| added.created.get(key)))
            .cloned()
            .or_else(|| self.services.forge.shared(key))
    }

    /// The views whose data are seen here, among what is open, and what the page was given if that is.
    fn seen(&self) -> (&[Mark], Option<&Map>) {
        let isolated = |(open, _): &Mark| matches!(open, Open::View { sees_data: false, .. });
        match self.open.iter().rposition(isolated) {
            Some(isolated) => (&self.open[isolated..], None),
            None => (&self.open, self.kinds.as_deref().map(|kinds| &kinds.given)),
        }
    }

    /// All data that are seen here, the strongest last; for engines whose variables they are.
    #[must_use]
    pub fn all_data(&self) -> Map {
        let (seen, given) = self.seen();
        let mut all = self.services.forge.all_shared();
        let mut add = |map: &Map| all.extend(map.iter().map(|(key, value)| (key.clone(), value.clone())));
        added(seen).for_each(|added| add(&added.created));
        given.into_iter().for_each(&mut add);
        added(seen).for_each(|added| add(&added.composed));
        all
    }

    /// Lets composers and creators add to the view that has just begun.
    pub(super) fn compose(&mut self) -> Result<()> {
        let services = self.services.clone();
        let Some((Open::View { name, .. }, _)) = self.open.last() else { return Ok(()) };
        let view = name.clone();
        let created = services.forge.create(&view, self)?;
        self.add(|added| added.created = created);
        let composed = services.forge.compose(&view, self)?;
        self.add(|added| added.composed = composed);
        Ok(())
    }

    fn add(&mut self, add: impl FnOnce(&mut Added)) {
        if let Some((Open::View { added, .. }, _)) = self.open.last_mut() {
            add(added.get_or_insert_default());
        }
    }
}

fn added(seen: &[Mark]) -> impl DoubleEndedIterator<Item = &Added> {
    seen.iter().filter_map(|(open, _)| match open {
        Open::View { added, .. } => added.as_deref(),
        _ => None,
    })
}
