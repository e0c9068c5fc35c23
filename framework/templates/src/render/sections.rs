//! Sections of layouts, as Blade's `ManagesLayouts`: the first definition counts, and `@parent` in it is what comes later.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::{Open, Render};
use crate::{ErrorKind, Result};

/// How a section ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionEnd {
    /// `@endsection`, `@stop`.
    End,
    /// `@show`: it is printed here, too.
    Show,
    /// Behind what is there.
    Append,
    /// In the place of what is there.
    Overwrite,
}

#[derive(Debug, Default)]
pub(super) struct Sections {
    by_name: HashMap<String, String, foldhash::fast::RandomState>,
    /// Stands for `@parent`. Nobody can guess it who could put it into the page's values.
    placeholder: Option<String>,
}

impl Render {
    /// # Errors
    /// As [`begin_capture`](Self::begin_capture).
    pub fn begin_section(&mut self, name: &str) -> Result<()> {
        self.begin(Open::Section(name.to_owned()))
    }

    /// # Errors
    /// [`ErrorKind::Unpaired`].
    pub fn end_section(&mut self, end: SectionEnd) -> Result<()> {
        let (Open::Section(name), start) = self.end("a section", |open| matches!(open, Open::Section(_)))? else {
            return Ok(());
        };
        let html = self.cut(start);
        match end {
            SectionEnd::End | SectionEnd::Show => self.extend_section(&name, html),
            SectionEnd::Append => self.kinds().sections.by_name.entry(name.clone()).or_default().push_str(&html),
            SectionEnd::Overwrite => {
                self.kinds().sections.by_name.insert(name.clone(), html);
            }
        }
        if end == SectionEnd::Show {
            self.yield_section(&name, None)?;
        }
        Ok(())
    }

    /// `@section(name, value)`, where the value is HTML by now.
    ///
    /// # Errors
    /// As [`begin_capture`](Self::begin_capture).
    pub fn section_text(&mut self, name: &str, html: &str) -> Result<()> {
        self.begin_section(name)?;
        self.text(html);
        self.end_section(SectionEnd::End)
    }

    /// Prints a section, or the default, which is HTML, where there is none.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`].
    pub fn yield_section(&mut self, name: &str, default: Option<&str>) -> Result<()> {
        let sections = self.kinds.as_deref().map(|kinds| &kinds.sections);
        let html = sections.and_then(|sections| sections.by_name.get(name)).map(String::as_str);
        let html = html.or(default).unwrap_or_default();
        match sections.and_then(|sections| sections.placeholder.as_ref()) {
            Some(placeholder) => self.out.push_str(&html.replace(placeholder, "")),
            None => self.out.push_str(html),
        }
        self.turn()
    }

    /// `@parent`, within a section.
    ///
    /// # Errors
    /// [`ErrorKind::ParentOutside`].
    pub fn parent(&mut self) -> Result<()> {
        if !self.open.iter().any(|(open, _)| matches!(open, Open::Section(_))) {
            return Err(ErrorKind::ParentOutside.into());
        }
        let sections = &mut self.kinds.get_or_insert_default().sections;
        let placeholder = sections.placeholder.get_or_insert_with(new_placeholder);
        self.out.push_str(placeholder);
        Ok(())
    }

    /// Whether there is such a section, with more than space in it.
    #[must_use]
    pub fn has_section(&self, name: &str) -> bool {
        let Some(sections) = self.kinds.as_deref().map(|kinds| &kinds.sections) else {
            return false;
        };
        let Some(html) = sections.by_name.get(name) else {
            return false;
        };
        match &sections.placeholder {
            Some(placeholder) => {
                html.split(placeholder.as_str()).any(|part| !part.trim_matches(super::is_blank).is_empty())
            }
            None => !html.trim_matches(super::is_blank).is_empty(),
        }
    }

    fn extend_section(&mut self, name: &str, html: String) {
        let sections = &mut self.kinds.get_or_insert_default().sections;
        let Some(known) = sections.by_name.get_mut(name) else {
            sections.by_name.insert(name.to_owned(), html);
            return;
        };
        if let Some(placeholder) = &sections.placeholder
            && known.contains(placeholder)
        {
            self.kept = self.kept.saturating_sub(known.len());
            *known = known.replace(placeholder, &html);
            self.kept += known.len();
        }
    }
}

fn new_placeholder() -> String {
    // Two keys of the process's random numbers.
    let random = || RandomState::new().hash_one(0u8);
    format!("\u{f8ff}parent {:016x}{:016x}\u{f8ff}", random(), random())
}
