//! Parts of a page that can be sent alone.

use super::{Open, Render};
use crate::{ErrorKind, Result};

/// Fragments of a page that are remembered.
pub const FRAGMENTS_MAX: usize = 10_000;

/// What of the page is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Wanted {
    #[default]
    Page,
    /// These, in this order.
    Some(Vec<String>),
    All,
}

#[derive(Debug, Default)]
pub(super) struct Fragments {
    wanted: Wanted,
    /// In the order in which they first ended.
    found: Vec<(String, String)>,
}

impl Fragments {
    pub(super) fn pick(self, page: String) -> Result<String> {
        match self.wanted {
            Wanted::Page => Ok(page),
            Wanted::All => Ok(self.found.into_iter().map(|(_, html)| html).collect()),
            Wanted::Some(names) => {
                let mut html = String::new();
                for name in names {
                    match self.found.iter().find(|(found, _)| *found == name) {
                        Some((_, found)) => html.push_str(found),
                        None => {
                            let known = self.found.into_iter().map(|(name, _)| name).collect();
                            return Err(ErrorKind::UnknownFragment { name, known }.into());
                        }
                    }
                }
                Ok(html)
            }
        }
    }
}

impl Render {
    pub(crate) fn want(&mut self, wanted: Wanted) {
        self.kinds().fragments.wanted = wanted;
    }

    /// # Errors
    /// As [`begin_capture`](Self::begin_capture).
    pub fn begin_fragment(&mut self, name: &str) -> Result<()> {
        self.begin(Open::Fragment(name.to_owned()))
    }

    /// The fragment is part of the page, too. Of several of one name, the last counts.
    ///
    /// # Errors
    /// [`ErrorKind::Unpaired`], and more than [`FRAGMENTS_MAX`] fragments.
    pub fn end_fragment(&mut self) -> Result<()> {
        let (open, start) = self.end("a fragment", |open| matches!(open, Open::Fragment(_)))?;
        let Open::Fragment(name) = open else { return Ok(()) };
        let Some(fragments) = self.kinds.as_deref_mut().map(|kinds| &mut kinds.fragments) else { return Ok(()) };
        if fragments.wanted == Wanted::Page {
            return Ok(());
        }
        let html = self.out[start..].to_owned();
        self.kept += html.len();
        let count = fragments.found.len();
        match fragments.found.iter_mut().find(|(found, _)| *found == name) {
            Some((_, found)) => *found = html,
            None if count == FRAGMENTS_MAX => {
                return Err(ErrorKind::TooDeep { limit: FRAGMENTS_MAX, what: "fragments", name }.into());
            }
            None => fragments.found.push((name, html)),
        }
        self.turn()
    }
}
