//! Values that templates ask for by name: of composers, of `.with`, shared ones.

use super::Render;
use crate::{ErrorKind, Map, Result, Value};

/// What was added to a view that is being rendered.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// By composers; they see everything, and have the last word.
    composed: Map,
    /// By creators; whatever was passed is stronger.
    created: Map,
    /// Whether data of the views around are seen.
    sees_outside: bool,
}

impl Render {
    /// Adds a value to the page, as `.with` of a view does.
    pub fn give(&mut self, key: &str, value: impl Into<Value>) {
        self.given.insert(key, value);
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
        let isolated = self.frames.iter().rposition(|frame| !frame.sees_outside);
        let frames = || self.frames[isolated.unwrap_or_default()..].iter().rev();
        let given = if isolated.is_none() { self.given.get(key) } else { None };
        frames()
            .find_map(|frame| frame.composed.get(key))
            .or(given)
            .or_else(|| frames().find_map(|frame| frame.created.get(key)))
            .cloned()
            .or_else(|| self.services.forge.shared(key))
    }

    /// All data that are seen here, the strongest last; for engines whose variables they are.
    #[must_use]
    pub fn all_data(&self) -> Map {
        let isolated = self.frames.iter().rposition(|frame| !frame.sees_outside);
        let frames = &self.frames[isolated.unwrap_or_default()..];
        let mut all = self.services.forge.all_shared();
        let mut add = |map: &Map| all.extend(map.iter().map(|(key, value)| (key.clone(), value.clone())));
        frames.iter().for_each(|frame| add(&frame.created));
        if isolated.is_none() {
            add(&self.given);
        }
        frames.iter().for_each(|frame| add(&frame.composed));
        all
    }

    pub(super) fn compose(&mut self, view: &str, sees_outside: bool) -> Result<()> {
        self.frames.push(Frame { sees_outside, ..Frame::default() });
        let services = self.services.clone();
        if services.forge.composes() {
            let created = services.forge.create(view, self)?;
            self.top_frame().created = created;
            let composed = services.forge.compose(view, self)?;
            self.top_frame().composed = composed;
        }
        Ok(())
    }

    fn top_frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }
}
