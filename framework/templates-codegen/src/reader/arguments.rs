//! The parenthesis behind a directive.

use crate::expression::{self, Until};
use crate::fault::Faulty;
use crate::problem::{Code, Problem};
use crate::reader::Reader;
use crate::span::Span;
use crate::tree::Arguments;

impl Reader<'_> {
    /// The arguments behind a name that ends at `name_end`, if there is a parenthesis. Spaces and tabs may stand before
    /// it.
    pub(super) fn arguments(&mut self, name_end: usize) -> Option<Arguments> {
        let behind = &self.text[name_end..];
        let gap = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        let open = name_end + gap;
        if !self.text[open..].starts_with('(') {
            return None;
        }
        let (end, commas) = match self.extent(open, Until::Bracket) {
            Ok(extent) => (extent.end, extent.commas),
            Err(fault) => {
                let line = self.line_end(open);
                let stop = match fault.what {
                    Faulty::Template => fault.reached.min(line),
                    _ => line,
                };
                if let Some(end) = balanced(&self.text[open..stop]).map(|len| open + len) {
                    let within = expression::fault_within(self.text, open, end, self.options);
                    self.report_fault(within.unwrap_or(fault));
                    (end, Vec::new())
                } else {
                    let stop = if fault.what == Faulty::Echo { fault.reached.min(stop) } else { stop };
                    return Some(self.unclosed_arguments(open, stop));
                }
            }
        };
        let inside = Span::at(open + 1, end - 1);
        Some(Arguments { span: Span::at(open, end), list: self.split(inside, &commas), is_closed: true })
    }

    fn unclosed_arguments(&mut self, open: usize, stop: usize) -> Arguments {
        let end = open + self.text[open..stop].trim_end().len();
        let bracket = Span::at(open, open + 1);
        self.problems.add(Problem::new(Code::UnclosedArguments, bracket, "`(` is not closed").help("add `)`"));
        Arguments { span: Span::at(open, end), list: self.split(Span::at(open + 1, end), &[]), is_closed: false }
    }

    fn split(&self, inside: Span, commas: &[usize]) -> Vec<Span> {
        let mut list = Vec::with_capacity(commas.len() + 1);
        let mut start = inside.start as usize;
        for end in commas.iter().copied().chain([inside.end as usize]) {
            list.push(self.trimmed(start, end));
            start = end + 1;
        }
        if list.last().is_some_and(|last| last.is_empty()) {
            list.pop();
        }
        list
    }
}

/// Length up to the parenthesis that matches the first one, whatever else there is.
fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}
