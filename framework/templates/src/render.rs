//! A page while it is made. Templates write into it; what Blade keeps in its factory (sections, stacks, what happens once,
//! fragments, components that are open) is kept here, for one page.
//!
//! Everything that encloses something is a pair of `begin_…` and `end_…`, so that code between them can leave by `?`. There is one
//! piece of text: what a pair captures is cut off its end.

mod components;
mod data;
mod dump;
mod fragments;
mod name;
mod sections;
mod stacks;
mod views;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::Arc;

use smallvec::SmallVec;

pub(crate) use components::Passed;
pub use fragments::FRAGMENTS_MAX;
pub(crate) use fragments::Wanted;
pub use name::Name;
pub use sections::SectionEnd;

use crate::{AttributeBag, Error, ErrorKind, Map, Result, Services};

/// Bytes of a page with all that is kept for it. A page of more is a loop without an end.
pub const OUTPUT_BYTES_MAX: usize = 64 << 20;

/// Views within each other: layouts, includes, components.
pub const VIEWS_MAX: usize = 100;

/// Pairs within each other, of any kind.
pub const OPEN_MAX: usize = 1000;

/// Where templates write.
#[derive(Debug)]
pub struct Render {
    out: String,
    /// What is open but views.
    open: Vec<Mark>,
    /// Four within each other need no memory of their own.
    views: SmallVec<[views::View; 4]>,
    /// Names of those views whose names are not written in the program.
    view_names: Vec<Arc<str>>,
    /// Bytes that were cut off the text and are kept.
    kept: usize,
    /// The current ones if there are none yet: most pages need none.
    services: OnceCell<Arc<Services>>,
    /// Whether there are composers or creators.
    composes: bool,
    components: Vec<components::Called>,
    /// Made when something is to be kept: most pages have none of it.
    kinds: Option<Box<Kinds>>,
}

/// What only some pages have.
#[derive(Debug, Default)]
struct Kinds {
    sections: sections::Sections,
    stacks: stacks::Stacks,
    once: HashSet<String>,
    fragments: fragments::Fragments,
    given: Map,
    /// By composers, to views by their number.
    added: Vec<(usize, data::Added)>,
    dumped: Option<String>,
}

/// What has begun and not ended, of everything but views.
#[derive(Debug)]
enum Open {
    Capture,
    Section(String),
    Push {
        stack: String,
        prepends: bool,
    },
    Fragment(String),
    /// A component's content is being collected.
    Component(Name),
    Slot(String, AttributeBag),
    /// A component's template is being rendered.
    Body(Name),
}

/// An open pair, and where its text begins.
type Mark = (Open, usize);

impl Default for Render {
    fn default() -> Self {
        Self::new()
    }
}

impl Render {
    /// A page with the [current](Services::current) services.
    #[must_use]
    pub fn new() -> Self {
        Self::with_services(Services::current())
    }

    #[must_use]
    pub fn with_services(services: Arc<Services>) -> Self {
        let mut render = Self::within_scope(services.forge.composes());
        render.services = OnceCell::from(services);
        render
    }

    /// A page that is finished before the current services change.
    #[inline]
    pub(crate) fn within_scope(composes: bool) -> Self {
        Self {
            out: String::new(),
            open: Vec::new(),
            views: SmallVec::new(),
            view_names: Vec::new(),
            kept: 0,
            services: OnceCell::new(),
            composes,
            components: Vec::new(),
            kinds: None,
        }
    }

    fn kinds(&mut self) -> &mut Kinds {
        self.kinds.get_or_insert_default()
    }

    /// Bytes of the page so far.
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    /// Makes room for a page of about this size.
    pub(crate) fn expect(&mut self, bytes: usize) {
        let bytes = bytes.min(OUTPUT_BYTES_MAX);
        if self.out.capacity() == 0 {
            self.out = String::with_capacity(bytes);
        } else {
            self.out.reserve(bytes);
        }
    }

    #[must_use]
    #[inline]
    pub fn services(&self) -> &Arc<Services> {
        self.services.get_or_init(Services::current)
    }

    /// Adds text of the template as it stands.
    #[inline]
    pub fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Lets something be written, and then checks the size of the page.
    ///
    /// # Errors
    /// Those of `write`, and [`ErrorKind::TooLarge`].
    #[inline]
    pub fn write(&mut self, write: impl FnOnce(&mut String) -> Result<()>) -> Result<()> {
        write(&mut self.out)?;
        self.turn()
    }

    /// To be called in each turn of a loop, so that one without an end stops at some time.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`].
    #[inline]
    pub fn turn(&self) -> Result<()> {
        if self.out.len() + self.kept > OUTPUT_BYTES_MAX { Err(too_large()) } else { Ok(()) }
    }

    /// From here on, text is not part of the page, but the result of [`end_capture`](Self::end_capture).
    ///
    /// # Errors
    /// [`ErrorKind::TooDeep`], [`ErrorKind::TooLarge`].
    pub fn begin_capture(&mut self) -> Result<()> {
        self.begin(Open::Capture)
    }

    /// # Errors
    /// [`ErrorKind::Unpaired`].
    pub fn end_capture(&mut self) -> Result<String> {
        let (_, start) = self.end("a capture", |open| matches!(open, Open::Capture))?;
        Ok(self.out.split_off(start))
    }

    /// Whether this is the first time that something under this key is rendered. Keys of `@once` and `@pushOnce` are one
    /// kind.
    pub fn once(&mut self, key: &str) -> bool {
        let once = &mut self.kinds().once;
        if once.contains(key) {
            return false;
        }
        once.insert(key.to_owned())
    }

    /// The page, or the fragments of it that were asked for.
    ///
    /// # Errors
    /// A pair that is still open; a fragment that the page does not have.
    pub fn finish(mut self) -> Result<String> {
        self.take_page()
    }

    /// As [`finish`](Self::finish). What is left is not a page.
    pub(crate) fn take_page(&mut self) -> Result<String> {
        if let Some(what) = self.innermost() {
            return Err(ErrorKind::Unclosed { what }.into());
        }
        self.turn()?;
        let page = std::mem::take(&mut self.out);
        match self.kinds.take() {
            Some(kinds) => kinds.fragments.pick(page),
            None => Ok(page),
        }
    }

    fn begin(&mut self, open: Open) -> Result<()> {
        self.turn()?;
        if self.pairs() == OPEN_MAX {
            return Err(too_deep(OPEN_MAX, "blocks", &open.describe()));
        }
        self.open.push((open, self.out.len()));
        Ok(())
    }

    fn end(&mut self, what: &'static str, fits: impl FnOnce(&Open) -> bool) -> Result<Mark> {
        self.turn()?;
        if !self.is_in_view()
            && let Some(mark) = self.open.pop_if(|(open, _)| fits(open))
        {
            return Ok(mark);
        }
        Err(self.unpaired(what))
    }

    /// What has begun last.
    fn innermost(&self) -> Option<String> {
        if self.is_in_view() {
            return self.view_name().map(|name| format!("view `{name}`"));
        }
        self.open.last().map(|(open, _)| open.describe())
    }

    #[cold]
    fn unpaired(&self, what: &'static str) -> Error {
        let found = self.innermost().unwrap_or_else(|| "nothing".to_owned());
        ErrorKind::Unpaired { what, open: format!("{found} is open") }.into()
    }

    /// Drops the space that stands there.
    #[inline]
    fn trim_start(&mut self, start: usize) {
        if self.out.as_bytes().get(start).is_some_and(|first| is_blank(char::from(*first))) {
            let text = &self.out[start..];
            let blank = text.len() - text.trim_start_matches(is_blank).len();
            self.out.drain(start..start + blank);
        }
    }

    /// Drops the space that stands at the end, from there on.
    #[inline]
    fn trim_end(&mut self, start: usize) {
        if self.out.as_bytes().last().is_some_and(|last| is_blank(char::from(*last))) {
            let end = self.out[start..].trim_end_matches(is_blank).len();
            self.out.truncate(start + end);
        }
    }

    /// Cuts captured text off, to be kept.
    fn cut(&mut self, start: usize) -> String {
        // What is all of the text is not copied: the content of a page that extends a layout is most of the page.
        let text = if start == 0 && self.out.len() >= LONG_BYTES {
            let room = String::with_capacity(self.out.capacity());
            std::mem::replace(&mut self.out, room)
        } else {
            self.out.split_off(start)
        };
        self.kept += text.len();
        text
    }
}

/// From here on it pays to hand text over with its memory.
const LONG_BYTES: usize = 4096;

#[cold]
fn too_large() -> Error {
    ErrorKind::TooLarge { limit: OUTPUT_BYTES_MAX }.into()
}

#[cold]
fn too_deep(limit: usize, what: &'static str, name: &str) -> Error {
    ErrorKind::TooDeep { limit, what, name: name.to_owned() }.into()
}

impl Open {
    fn describe(&self) -> String {
        match self {
            Self::Capture => "a capture".to_owned(),
            Self::Section(name) => format!("section `{name}`"),
            Self::Push { stack, .. } => format!("a push to stack `{stack}`"),
            Self::Fragment(name) => format!("fragment `{name}`"),
            Self::Component(name) | Self::Body(name) => format!("component `{name}`"),
            Self::Slot(name, _) => format!("slot `{name}`"),
        }
    }
}

/// What PHP's `trim` drops.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\r' | '\t' | '\u{b}' | '\0')
}
