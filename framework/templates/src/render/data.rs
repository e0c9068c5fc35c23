//! Values that templates ask for by name: of composers, of `.with`, shared ones.

use super::Render;
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
        self.added()
            .rev()
            .find_map(|added| added.composed.get(key))
            .or_else(|| self.given()?.get(key))
            .or_else(|| self.added().rev().find_map(|added| added.created.get(key)))
            .cloned()
            .or_else(|| self.services().forge.shared(key))
    }

    /// What the page was given, if that is seen here.
    fn given(&self) -> Option<&Map> {
        if self.isolated().is_some() { None } else { self.kinds.as_deref().map(|kinds| &kinds.given) }
    }

    /// All data that are seen here, the strongest last; for engines whose variables they are.
    #[must_use]
    pub fn all_data(&self) -> Map {
        let mut all = self.services().forge.all_shared();
        let mut add = |map: &Map| all.extend(map.iter().map(|(key, value)| (key.clone(), value.clone())));
        self.added().for_each(|added| add(&added.created));
        self.given().into_iter().for_each(&mut add);
        self.added().for_each(|added| add(&added.composed));
        all
    }

    /// Lets composers and creators add to the view that has just begun. Creators come first: composers see what they made.
    #[cold]
    pub(super) fn compose(&mut self) -> Result<()> {
        let services = self.services().clone();
        let Some(view) = self.view_name().map(str::to_owned) else { return Ok(()) };
        let created = services.forge.create(&view, self)?;
        let view_number = self.views.len().saturating_sub(1);
        self.kinds().added.push((view_number, Added { created, composed: Map::new() }));
        let composed = services.forge.compose(&view, self)?;
        if let Some((_, added)) = self.kinds().added.last_mut() {
            added.composed = composed;
        }
        Ok(())
    }
}
