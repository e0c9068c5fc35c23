//! Ends: those that fit, those that do not, and those that never come.

use crate::limits::NESTING_MAX;
use crate::parser::frame::{Frame, Head, Key, Suspect};
use crate::parser::{DEBTS_MAX, Debt, Parser};
use crate::problem::{Code, Problem};
use crate::problems::Reported;
use crate::span::Span;
use crate::tree::{Block, Branch, Component, Directive, Node, Slot, Stray};

/// What ends a frame.
enum Closer {
    Directive(Directive),
    Tag(Span),
}

impl Closer {
    /// What a message underlines.
    fn name(&self) -> Span {
        match self {
            Self::Directive(directive) => directive.name,
            Self::Tag(span) => *span,
        }
    }

    fn into_stray(self) -> Node {
        Node::Stray(match self {
            Self::Directive(directive) => Stray::Directive(directive),
            Self::Tag(span) => Stray::ClosingTag(span),
        })
    }
}

impl<'t> Parser<'t> {
    pub(super) fn close_block(&mut self, directive: Directive) {
        let (options, kind) = (self.reader.options, directive.kind);
        let fits = |key: Key<'_>| matches!(key, Key::Block(opener) if options.closes(opener, kind));
        let is_open = self.open.blocks().any(|opener| options.closes(opener, kind));
        self.close(Closer::Directive(directive), is_open, fits);
    }

    pub(super) fn close_tag(&mut self, span: Span, name: &'t str) {
        let is_open = self.open.has_tag(name);
        self.close(Closer::Tag(span), is_open, |key| key.is_closed_by(name));
    }

    pub(super) fn close_all(&mut self) {
        let end = self.reader.text.len();
        self.abandon_until(Span::at(end, end), |_| false);
    }

    /// Ends the innermost frame that `closer` fits, and with it everything within.
    fn close(&mut self, closer: Closer, is_open: bool, fits: impl Fn(Key<'_>) -> bool) {
        if !is_open {
            self.stray_closer(closer, fits);
            return;
        }
        self.abandon_until(closer.name(), &fits);
        let Some(frame) = self.frames.pop() else { return };
        self.open.remove(frame.key);
        if let Some(suspect) = frame.suspect {
            self.report_stray_closer(suspect.closer);
        }
        match frame.head {
            Some(head) => {
                let node = built(head, frame.children, Some(closer));
                self.push(node);
            }
            None => self.push(closer.into_stray()),
        }
    }

    /// Ends the innermost frames, down to one that fits, at `before`: there something begins that does not belong to
    /// them, or the text ends.
    pub(super) fn abandon_until(&mut self, before: Span, fits: impl Fn(Key<'_>) -> bool) {
        // What follows in the frame below, last node first: a node may leave many frames and is moved once.
        let mut behind: Vec<Node> = Vec::new();
        while let Some(mut frame) = self.frames.pop_if(|frame| !fits(frame.key)) {
            self.open.remove(frame.key);
            let meant = self.report_abandoned(&frame, before);
            let Some(head) = frame.head else { continue };
            match meant {
                Some(suspect) => {
                    let later = frame.children.split_off(suspect.child + 1);
                    behind.extend(later.into_iter().rev());
                }
                None => frame.children.extend(behind.drain(..).rev()),
            }
            behind.push(built(head, frame.children, None));
        }
        behind.into_iter().rev().for_each(|node| self.push(node));
    }

    /// What was meant to close the frame, if something was.
    fn report_abandoned(&mut self, frame: &Frame<'t>, before: Span) -> Option<Suspect> {
        let meant = frame.suspect.filter(|suspect| suspect.branches == frame.branches());
        if let Some(suspect) = meant {
            self.report_mismatch(frame, suspect.closer);
            return meant;
        }
        if let Some(suspect) = frame.suspect {
            self.report_stray_closer(suspect.closer);
        }
        // Too deep for the tree is one problem already.
        if frame.head.is_some() {
            let reported = self.report_unclosed(frame, before);
            self.owe(frame.key, reported, true);
        }
        None
    }

    fn stray_closer(&mut self, closer: Closer, fits: impl Fn(Key<'_>) -> bool) {
        let name = closer.name();
        if let Some(index) = self.debts.iter().rposition(|debt| fits(debt.key)) {
            let debt = self.debts.remove(index);
            if debt.was_open {
                let what = format!("`{}` comes only here", self.text(name));
                self.reader.problems.relate(debt.reported, name, what);
            }
            self.push(closer.into_stray());
            return;
        }
        let is_directive = matches!(closer, Closer::Directive(_));
        let is_built = self.frames.len() <= NESTING_MAX;
        match self.frames.last_mut() {
            Some(frame)
                if is_built && frame.suspect.is_none() && is_directive == matches!(frame.key, Key::Block(_)) =>
            {
                let branches = frame.branches();
                frame.suspect = Some(Suspect { closer: name, child: frame.children.len(), branches });
            }
            _ => self.report_stray_closer(name),
        }
        self.push(closer.into_stray());
    }

    /// Remembers something whose end may still come and is then no problem of its own.
    pub(super) fn owe(&mut self, key: Key<'t>, reported: Reported, was_open: bool) {
        if self.debts.len() == DEBTS_MAX {
            self.debts.remove(0);
        }
        self.debts.push(Debt { key, reported, was_open });
    }

    fn report_unclosed(&mut self, frame: &Frame<'t>, before: Span) -> Reported {
        let opener = self.shown(frame);
        let problem = Problem::new(Code::Unclosed, frame.opener, format!("`{opener}` is not closed"));
        let place = if before.is_empty() {
            "the template ends here".to_owned()
        } else {
            format!("it is taken to end before `{}`", self.text(before))
        };
        let help = match frame.key {
            Key::Block(_) => format!("add `{}`", self.end_of(frame.key)),
            Key::Component(name) => format!("add `</x-{name}>`, or write `<x-{name} />`"),
            Key::Slot(_) => "add `</x-slot>`".to_owned(),
        };
        self.reader.problems.add(problem.help(help).related(before, place))
    }

    fn report_mismatch(&mut self, frame: &Frame<'t>, closer: Span) {
        let (opener, written) = (self.shown(frame), self.text(closer));
        let problem = Problem::new(Code::Mismatched, closer, format!("`{written}` does not close `{opener}`"));
        let problem = problem.help(format!("write `{}`", self.end_of(frame.key)));
        self.reader.problems.add(problem.related(frame.opener, format!("`{opener}` begins here")));
    }

    fn report_stray_closer(&mut self, closer: Span) {
        let written = self.text(closer);
        let problem = Problem::new(Code::StrayCloser, closer, format!("`{written}` closes nothing"));
        let help = if written.starts_with('@') {
            format!("remove it, or write `@{written}` to print the name")
        } else {
            "remove it".to_owned()
        };
        self.reader.problems.add(problem.help(help));
    }

    fn shown(&self, frame: &Frame<'t>) -> String {
        let opener = self.text(frame.opener);
        if matches!(frame.key, Key::Block(_)) { opener.to_owned() } else { format!("{opener}>") }
    }

    fn end_of(&self, key: Key<'t>) -> String {
        match key {
            Key::Block(kind) => format!("@{}", self.reader.options.closer_name(kind)),
            Key::Component(name) => format!("</x-{name}>"),
            Key::Slot(_) => "</x-slot>".to_owned(),
        }
    }
}

fn built(head: Head, children: Vec<Node>, closer: Option<Closer>) -> Node {
    let (directive, tag) = match closer {
        Some(Closer::Directive(directive)) => (Some(directive), None),
        Some(Closer::Tag(span)) => (None, Some(span)),
        None => (None, None),
    };
    match head {
        Head::Block { head, mut branches, .. } => {
            branches.push(Branch { head, children });
            Node::Block(Block { branches, close: directive })
        }
        Head::Component(tag_opened) => Node::Component(Component { tag: tag_opened, children, close: tag }),
        Head::Slot(tag_opened, name) => Node::Slot(Slot { tag: tag_opened, name, children, close: tag }),
    }
}
