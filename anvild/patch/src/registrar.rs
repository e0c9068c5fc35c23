//! The function that registers routes, as far as a patch can leave it to the base.
//!
//! In a large app it names hundreds of handlers, and compiling it takes longer than compiling the module that was edited. Where a
//! handler is nothing but an argument of a registration (`r.get("/posts", posts::index)`), the base's function can run in its
//! place, if the sink is told which handlers stand in for those of the base.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, ExprClosure, ExprMethodCall, FnArg, Ident, Item, ItemFn, Pat, PatIdent, PathArguments};

use crate::attributes;
use crate::path::spelled;
use crate::tokens::unraw;
use crate::words::{Place, Reading, Words};

/// Methods of a sink, and which of their arguments is the handler.
const METHODS: &[(&str, usize)] = &[
    ("any", 1),
    ("delete", 1),
    ("fallback", 0),
    ("get", 1),
    ("head", 1),
    ("options", 1),
    ("patch", 1),
    ("post", 1),
    ("put", 1),
    ("route", 2),
];

#[derive(Debug)]
pub(crate) struct Registrar {
    /// Name of the parameter.
    pub(crate) sink: String,
    /// With its braces.
    pub(crate) body: Range<usize>,
    pub(crate) handlers: Vec<HandlerPath>,
    /// What the item says besides the handlers.
    pub(crate) frame: Words,
}

/// A handler as it is named in a registration.
#[derive(Debug)]
pub(crate) struct HandlerPath {
    segments: Vec<String>,
    pub(crate) words: Words,
}

impl Registrar {
    /// `None` for an item that does not register routes, or in which a name may mean something else than outside of it.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        let Item::Fn(function) = item else { return None };
        if !attributes::is_registrar(&function.attrs) {
            return None;
        }
        let sink = parameter(function)?;
        let mut search = Search { sinks: BTreeSet::from([sink.clone()]), ..Search::default() };
        search.visit_block(&function.block);
        let Search { sinks, found, bound, is_unclear } = search;
        let is_bound = |name: &String| bound.contains(name);
        let handlers: Vec<_> = found.iter().map(HandlerPath::new).collect();
        if is_unclear || sinks.iter().any(is_bound) || handlers.iter().any(|path| is_bound(&path.segments[0])) {
            return None;
        }
        let ranges: BTreeMap<_, _> =
            found.iter().map(|path| path.span().byte_range()).map(|range| (range.start, range.end)).collect();
        let mut reading = Reading::default();
        reading.walk(without(item.to_token_stream(), &ranges), Place::Code);
        Some(Self { sink, body: function.block.span().byte_range(), handlers, frame: reading.words })
    }
}

impl HandlerPath {
    fn new(path: &syn::Path) -> Self {
        let mut reading = Reading::default();
        reading.walk(path.to_token_stream(), Place::Code);
        Self { segments: path.segments.iter().map(|segment| unraw(&segment.ident)).collect(), words: reading.words }
    }

    /// As it is written in the module where it stands.
    pub(crate) fn here(&self) -> String {
        let spell = |name: &String| if is_relative(name) { name.clone() } else { spelled(name) };
        self.segments.iter().map(spell).collect::<Vec<_>>().join("::")
    }

    /// The same function of the base, for a path that stands in its module `module`.
    pub(crate) fn in_base(&self, module: &str) -> String {
        let start = if self.segments[0] == "crate" { "::__base" } else { module };
        let below = self.segments.iter().filter(|name| !is_relative(name));
        below.fold(start.to_owned(), |path, name| format!("{path}::{}", spelled(name)))
    }
}

/// A segment that can only come first.
fn is_relative(segment: &str) -> bool {
    ["crate", "self"].contains(&segment)
}

fn parameter(function: &ItemFn) -> Option<String> {
    let mut inputs = function.sig.inputs.iter();
    match (inputs.next()?, inputs.next()) {
        (FnArg::Typed(argument), None) => named(&argument.pat).map(unraw),
        _ => None,
    }
}

/// A path that means the same in another module of the crate once that module's own is put before it.
fn plain_path(handler: &Expr) -> Option<&syn::Path> {
    let Expr::Path(handler) = handler else { return None };
    let path = &handler.path;
    let is_plain = handler.attrs.is_empty() && handler.qself.is_none() && path.leading_colon.is_none();
    let is_absolute = path.segments.iter().all(|segment| {
        let is_upwards = segment.ident == "super" || segment.ident == "Self";
        !is_upwards && matches!(segment.arguments, PathArguments::None)
    });
    (is_plain && is_absolute).then_some(path)
}

fn named(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) => Some(ident),
        _ => None,
    }
}

/// The tokens without those in the ranges, given by their start and end.
fn without(stream: TokenStream, ranges: &BTreeMap<usize, usize>) -> TokenStream {
    let outside = |token: &TokenTree| {
        let start = token.span().byte_range().start;
        ranges.range(..=start).next_back().is_none_or(|(_, end)| start >= *end)
    };
    let kept = stream.into_iter().filter(outside).map(|token| match token {
        TokenTree::Group(group) => TokenTree::Group(Group::new(group.delimiter(), without(group.stream(), ranges))),
        other => other,
    });
    kept.collect()
}

/// Looks for registrations.
#[derive(Default)]
struct Search {
    /// Names of the sink: the parameter's, and those of closures for groups.
    sinks: BTreeSet<String>,
    found: Vec<syn::Path>,
    /// Names that the function gives to values.
    bound: BTreeSet<String>,
    /// It holds items, or code that may not be compiled.
    is_unclear: bool,
}

impl Search {
    fn is_sink(&self, receiver: &Expr) -> bool {
        matches!(receiver, Expr::Path(path) if path.path.get_ident().is_some_and(|name| self.sinks.contains(&unraw(name))))
    }

    /// `r.group("/admin", |r| { … })`: the closure, whose parameter is a sink.
    fn group<'ast>(&mut self, call: &'ast ExprMethodCall) -> Option<&'ast ExprClosure> {
        let (true, Some(Expr::Closure(closure)), 2) = (call.method == "group", call.args.get(1), call.args.len())
        else {
            return None;
        };
        let (Some(input), 1) = (closure.inputs.first(), closure.inputs.len()) else { return None };
        let name = match input {
            Pat::Type(typed) => named(&typed.pat),
            other => named(other),
        };
        self.sinks.insert(unraw(name?));
        Some(closure)
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if self.is_sink(&call.receiver) && call.turbofish.is_none() && call.attrs.is_empty() {
            if let Some(closure) = self.group(call) {
                self.is_unclear |= !closure.attrs.is_empty();
                self.visit_expr(&call.args[0]);
                self.visit_expr(&closure.body);
                return;
            }
            let at = METHODS.iter().find(|(name, _)| call.method == name).map(|(_, at)| *at);
            let handler = at.filter(|at| call.args.len() == at + 1).and_then(|at| call.args.get(at));
            self.found.extend(handler.and_then(plain_path).cloned());
        }
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.bound.insert(unraw(&pattern.ident));
        syn::visit::visit_pat_ident(self, pattern);
    }

    fn visit_item(&mut self, _: &'ast Item) {
        self.is_unclear = true;
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {
        self.is_unclear = true;
    }
}
