//! What an `@` in the text begins.

use crate::options::{Known, KnownShape};
use crate::problem::{Code, Problem};
use crate::problems::Reported;
use crate::reader::{Reader, Role, Token};
use crate::span::Span;
use crate::spelling;
use crate::table::{Kind, Shape, Takes, When};
use crate::tree::{Arguments, Detail, Directive, Escape, Node};
use crate::word;

impl<'t> Reader<'t> {
    pub(super) fn at_sign(&mut self, at: usize) -> Option<(Token<'t>, usize)> {
        // As in Blade, here it does not matter what stands before: `a@{{ b }}` is an escape.
        if let Some(end) = self.escaped_echo(at) {
            return Some((escape(at, end), end));
        }
        if word::is_behind_word(self.text, at) {
            return None;
        }
        let behind = &self.text[at + 1..];
        if let Some(escaped) = behind.strip_prefix('@') {
            let end = at + 2 + word::directive_name(escaped).len();
            return (end > at + 2).then(|| (escape(at, end), end));
        }
        let name = word::directive_name(behind);
        let span = Span::at(at, at + 1 + name.len());
        match self.options.find(name) {
            Some(known) => self.directive(span, known),
            None => self.perhaps_misspelt(span),
        }
    }

    fn directive(&mut self, name: Span, known: Known) -> Option<(Token<'t>, usize)> {
        let behind = &self.text[name.end as usize..];
        if word::is_attribute(behind) {
            return None;
        }
        let arguments = self.arguments_of(known, name);
        if arguments.is_none() && known.takes == Takes::Required {
            let is_text = word::is_quoted(self.text, name.start as usize, name.end as usize) || is_compound(behind);
            return (!is_text).then(|| {
                let reported = self.report_missing_arguments(name);
                let directive = Directive { kind: known.kind, name, arguments: None, detail: Detail::None };
                (Token::Broken(directive, reported), name.end as usize)
            });
        }
        if matches!(known.kind, Kind::Php | Kind::EndPhp) {
            self.report_foreign(name);
        }
        if let (KnownShape::Table(Shape::Raw(close)), None) = (known.shape, &arguments) {
            return Some(self.raw(name, known, close));
        }
        let role = role(self.text, known, arguments.as_ref());
        let directive = self.completed(name, known, arguments);
        let end = directive.span().end as usize;
        let token = if role == Role::Alone {
            Token::Node(Node::Directive(directive))
        } else {
            Token::Directive(directive, role)
        };
        Some((token, end))
    }

    /// A directive of which everything is read, with what its arguments mean.
    pub(super) fn completed(&mut self, name: Span, known: Known, arguments: Option<Arguments>) -> Directive {
        let is_empty = arguments.as_ref().is_some_and(|arguments| arguments.list.is_empty() && arguments.is_closed);
        if is_empty && known.takes == Takes::Required {
            self.report_missing_arguments(name);
        }
        let detail = match &arguments {
            Some(arguments) if !is_empty => self.detail(known.kind, arguments),
            _ => Detail::None,
        };
        Directive { kind: known.kind, name, arguments, detail }
    }

    fn report_missing_arguments(&mut self, name: Span) -> Reported {
        let written = &self.text[name.range()];
        let problem = Problem::new(Code::MissingArguments, name, format!("`{written}` needs arguments"));
        self.problems.add(problem.help(format!("write `{written}(…)`, or `@{written}` to print the name")))
    }

    fn perhaps_misspelt(&mut self, name: Span) -> Option<(Token<'t>, usize)> {
        // Looking for what was meant is worth its time only where it is told.
        if self.problems.is_full() {
            return None;
        }
        let meant = spelling::meant(self.text, name, self.options)?;
        let (written, right) = (&self.text[name.range()], meant.name);
        let problem = Problem::new(Code::UnknownDirective, name, format!("there is no directive `{written}`"));
        let problem = problem.help(format!("did you mean `@{right}`? Write `@{written}` to print the name"));
        let known = meant.known;
        let reported = self.problems.add(problem);
        let arguments = self.arguments_of(known, name);
        let role = role(self.text, known, arguments.as_ref());
        let directive = Directive { kind: known.kind, name, arguments, detail: Detail::None };
        let end = directive.span().end as usize;
        Some((Token::Misspelt(directive, role, reported), end))
    }

    /// The arguments behind `name`, if the directive takes any.
    pub(super) fn arguments_of(&mut self, known: Known, name: Span) -> Option<Arguments> {
        (known.takes != Takes::Nothing).then(|| self.arguments(name.end as usize)).flatten()
    }
}

fn escape<'t>(at: usize, end: usize) -> Token<'t> {
    Token::Node(Node::Escape(Escape { span: Span::at(at, end), shown: Span::at(at + 1, end) }))
}

/// Whether the name goes on with a hyphen, as `@use-case` does: no directive.
fn is_compound(behind: &str) -> bool {
    behind.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// What a directive does, given its arguments.
pub(super) fn role(text: &str, known: Known, arguments: Option<&Arguments>) -> Role {
    let shape = match known.shape {
        KnownShape::Table(shape) => shape,
        KnownShape::Block => return Role::Opener,
    };
    let block = match shape {
        Shape::Alone | Shape::Raw(_) => return Role::Alone,
        Shape::Branch => return Role::Branch,
        Shape::Closer => return Role::Closer,
        Shape::Block(block) => block,
    };
    let list = arguments.map_or(&[][..], |arguments| &arguments.list);
    match block.when {
        When::Always => Role::Opener,
        When::OneArgument if list.len() > 1 => Role::Alone,
        When::OneArgument => Role::Opener,
        When::AnyArgument if arguments.is_none() => Role::Branch,
        When::AnyArgument => Role::Opener,
        When::NoKey => match list {
            [] => Role::Opener,
            [only] if text[only.range()].starts_with('[') => Role::Opener,
            _ => Role::Alone,
        },
    }
}
