//! Collects problems, up to a limit.

use crate::limits::PROBLEMS_MAX;
use crate::problem::Problem;
use crate::span::Span;

#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
}

/// A problem to which something may be added later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reported(usize);

impl Problems {
    pub(crate) fn add(&mut self, problem: Problem) -> Reported {
        if self.list.len() < PROBLEMS_MAX {
            self.list.push(problem);
            Reported(self.list.len() - 1)
        } else {
            Reported(PROBLEMS_MAX)
        }
    }

    /// Whether no more are taken.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() == PROBLEMS_MAX
    }

    /// The problem that was added last.
    pub(crate) fn last(&self) -> Option<Reported> {
        self.list.len().checked_sub(1).map(Reported)
    }

    /// Adds a place to a problem, unless that was beyond the limit.
    pub(crate) fn relate(&mut self, to: Reported, span: Span, what: String) {
        if let Some(problem) = self.list.get_mut(to.0) {
            problem.related.push((span, what));
        }
    }

    pub(crate) fn into_sorted(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|problem| (problem.span, problem.code));
        self.list
    }
}
