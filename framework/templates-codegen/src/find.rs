//! Searching for the same text again and again, from ever later places, in linear time.

/// Remembers the last answer: whoever asks from between the place of the last question and its answer gets the same.
#[derive(Debug)]
pub(crate) struct Finder {
    needle: &'static str,
    asked: usize,
    found: Option<usize>,
    is_fresh: bool,
}

impl Finder {
    pub(crate) fn new(needle: &'static str) -> Self {
        Self { needle, asked: 0, found: None, is_fresh: true }
    }

    /// The first place at or behind `from`.
    pub(crate) fn find(&mut self, text: &str, from: usize) -> Option<usize> {
        let knows = !self.is_fresh && self.asked <= from && self.found.is_none_or(|found| from <= found);
        if !knows {
            self.found = text[from..].find(self.needle).map(|at| from + at);
            self.asked = from;
            self.is_fresh = false;
        }
        self.found
    }
}
