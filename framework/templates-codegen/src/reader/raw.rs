//! Text that is not read: `@verbatim … @endverbatim`, `@rust … @endrust`.

use crate::options::Known;
use crate::problem::{Code, Problem};
use crate::reader::{Reader, Token};
use crate::span::Span;
use crate::table::Kind;
use crate::tree::{Detail, Directive, Node, Raw};

impl<'t> Reader<'t> {
    /// `name` opens a raw text that ends with `close`.
    pub(super) fn raw(&mut self, name: Span, known: Known, close: &'static str) -> (Token<'t>, usize) {
        let opener = Directive { kind: known.kind, name, arguments: None, detail: Detail::None };
        let finder = match known.kind {
            Kind::Verbatim => &mut self.ends.verbatim,
            Kind::Rust => &mut self.ends.rust,
            _ => &mut self.ends.php,
        };
        let body = name.end as usize;
        let Some(end) = finder.find(self.text, body) else {
            let written = &self.text[name.range()];
            let problem = Problem::new(Code::UnclosedRaw, name, format!("`{written}` is not closed"));
            let problem = problem.help(format!("add `{close}`; until then what follows is read as template"));
            return (Token::Broken(opener, self.problems.add(problem)), body);
        };
        let close = Span::at(end, end + close.len());
        (Token::Node(Node::Raw(Raw { opener, body: Span::at(body, end), close })), close.end as usize)
    }

    pub(super) fn report_foreign(&mut self, name: Span) {
        let problem = Problem::new(Code::Foreign, name, "templates are written in Rust");
        self.problems.add(problem.help("write `@rust … @endrust` or `@rust(…)`"));
    }
}
