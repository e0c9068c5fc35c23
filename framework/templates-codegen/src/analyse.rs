//! From the tree of a template to what it does: names are resolved as far as the text says them, expressions are parsed,
//! and the newlines that Blade drops are dropped, here and nowhere else.
//!
//! It never fails: what is broken is left out, and a problem says why. A directive compiles to PHP in Blade, and PHP
//! drops one newline behind `?>`; so a newline directly behind a directive or a component tag is not printed.

mod arguments;
mod attribute;
mod block;
mod component;
mod condition;
mod directive;
mod expression;
mod include;
mod jump;
mod layout;
mod loops;
mod props;
mod service;

use std::sync::{Mutex, PoisonError};

use crate::ir::{Op, OpKind, Program};
use crate::options::Options;
use crate::problem::{Code, Problem};
use crate::problems::Problems;
use crate::span::Span;
use crate::table::Kind;
use crate::template::Template;
use crate::tree::{Echo, EchoKind, Node, Raw};

pub use expression::FILTERS;
use jump::Enclosing;

/// What a template means, and everything that is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    pub program: Program,
    /// Those of the template and those of its meaning, in the order of the text. At most
    /// [`PROBLEMS_MAX`](crate::PROBLEMS_MAX).
    pub problems: Vec<Problem>,
}

/// Stack for trees of the depth that is allowed. What the system does not hand out at once costs nothing.
const STACK_BYTES: usize = 32 * 1024 * 1024;

/// What `template` means. `name` is its dotted name, `posts.index`; the options are those that it was parsed with.
///
/// Takes time in proportion to the text.
#[must_use]
pub fn analyse(name: &str, template: &Template, options: &Options) -> Analysis {
    on_own_thread(|| analyse_here(name, template, options))
}

/// The tables that syn's lexer fills belong to a thread and would otherwise grow with every text; and a thread of its own has
/// stack enough for every expression.
pub(crate) fn on_own_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let work = Mutex::new(Some(work));
    let take = || work.lock().unwrap_or_else(PoisonError::into_inner).take();
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("forge".to_owned()).stack_size(STACK_BYTES);
        let started = thread.spawn_scoped(scope, || take().map(|work| work()));
        started.ok().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    // Where the system has no threads, it is done here.
    done.flatten().or_else(|| take().map(|work| work())).expect("the work is taken once")
}

pub(crate) fn analyse_here(name: &str, template: &Template, options: &Options) -> Analysis {
    let program = Program {
        name: name.to_owned(),
        body: Vec::new(),
        extends: None,
        props: None,
        aware: Vec::new(),
        uses: Vec::new(),
        needs: Vec::new(),
        free_loops: Vec::new(),
    };
    let unread = template.problems().iter().filter(|problem| !is_of_structure(problem.code));
    let mut broken: Vec<u32> = unread.map(|problem| problem.span.start).collect();
    broken.sort_unstable();
    let mut analyst = Analyst {
        template,
        options,
        problems: Problems::default(),
        broken,
        program,
        first: First::default(),
        container: Span::default(),
        drops_newline: false,
        around: Enclosing::default(),
        labels: 0,
        onces: 0,
    };
    for problem in template.problems() {
        analyst.problems.add(problem.clone());
    }
    analyst.program.body = analyst.body(template.nodes());
    analyst.layout_newline();
    Analysis { program: analyst.program, problems: analyst.problems.into_sorted() }
}

/// Whether a problem of the parser is one of beginnings and ends, and says nothing against what is read at its place.
fn is_of_structure(code: Code) -> bool {
    matches!(
        code,
        Code::Unclosed
            | Code::StrayCloser
            | Code::StrayBranch
            | Code::Mismatched
            | Code::UnreachableBranch
            | Code::BeforeFirstCase
            | Code::SlotOutside
    )
}

struct Analyst<'t> {
    template: &'t Template,
    options: &'t Options,
    problems: Problems,
    /// Where the parser could not read what stands there, sorted.
    broken: Vec<u32>,
    program: Program,
    first: First,
    /// The directive, echo or attribute that is being looked at.
    container: Span,
    /// Whether a newline that comes next is not printed.
    drops_newline: bool,
    around: Enclosing,
    labels: u32,
    onces: u32,
}

/// Where the directives that may stand only once stand.
#[derive(Default)]
struct First {
    extends: Option<Span>,
    props: Option<Span>,
    aware: Option<Span>,
}

impl<'t> Analyst<'t> {
    fn text(&self, span: Span) -> &'t str {
        self.template.text(span)
    }

    fn report(&mut self, problem: Problem) {
        self.problems.add(problem);
    }

    /// Reports what may be a consequence of something that the parser has reported.
    fn report_unless_broken(&mut self, problem: Problem) {
        if !self.is_broken_here() {
            self.report(problem);
        }
    }

    /// Whether the parser has reported something here.
    fn is_broken_here(&self) -> bool {
        let from = self.broken.partition_point(|at| *at < self.container.start);
        self.broken.get(from).is_some_and(|at| *at <= self.container.end)
    }

    fn body(&mut self, nodes: &[Node]) -> Vec<Op> {
        let mut ops = Vec::new();
        for node in nodes {
            self.node(node, &mut ops);
        }
        ops
    }

    fn node(&mut self, node: &Node, ops: &mut Vec<Op>) {
        match node {
            Node::Text(span) => self.printed(*span, ops),
            Node::Escape(escape) => self.printed(escape.shown, ops),
            Node::Comment(_) | Node::Stray(_) => {}
            Node::Raw(raw) => self.raw(raw, ops),
            Node::Echo(echo) => self.echo(echo, ops),
            Node::Directive(directive) => self.directive(directive, ops),
            Node::Block(block) => self.block(block, ops),
            Node::Component(component) => self.component(component, ops),
            Node::Slot(slot) => self.slot(slot, ops),
        }
    }

    fn printed(&mut self, span: Span, ops: &mut Vec<Op>) {
        let mut text = self.text(span);
        if text.is_empty() {
            return;
        }
        if std::mem::take(&mut self.drops_newline) {
            text = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text);
        }
        push_text(ops, span, text);
    }

    fn raw(&mut self, raw: &Raw, ops: &mut Vec<Op>) {
        if raw.opener.kind == Kind::Verbatim {
            self.printed(raw.body, ops);
            return;
        }
        self.container = raw.opener.span().to(raw.close);
        self.rust(self.container, raw.body, ops);
        self.drops_newline = true;
    }

    fn echo(&mut self, echo: &Echo, ops: &mut Vec<Op>) {
        self.container = echo.span();
        if let Some(value) = self.echoed(echo.expression) {
            let kind = OpKind::Echo { value, escapes: echo.kind != EchoKind::Raw };
            ops.push(Op { span: echo.span(), kind });
        }
        self.drops_newline = false;
    }

    /// Blade puts the layout on a line of its own.
    fn layout_newline(&mut self) {
        if self.program.extends.is_some() && !self.drops_newline {
            let end = self.template.source().len();
            push_text(&mut self.program.body, Span::at(end, end), "\n");
        }
    }
}

fn push_text(ops: &mut Vec<Op>, span: Span, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(Op { span: before, kind: OpKind::Text(printed) }) = ops.last_mut() {
        *before = before.to(span);
        printed.push_str(text);
        return;
    }
    ops.push(Op { span, kind: OpKind::Text(text.to_owned()) });
}
