//! Routes as they are registered: `r.get("/x", handler).name("…")`, groups within groups, functions that are handed the sink.

use syn::{Expr, ExprMethodCall, LitStr, visit::Visit};

use super::{Mount, Route, body::Body, macros::literal_of, source::path_text};
use crate::index::form::Form;

/// What a chain of calls that registers something consists of.
struct Chain<'c> {
    /// `r.get(…)`, `r.group(…)`
    base: &'c ExprMethodCall,
    /// `.name("…")`, the last call first.
    names: Vec<&'c LitStr>,
    /// Arguments of `.middleware(…)`.
    others: Vec<&'c Expr>,
}

impl Body<'_> {
    /// Takes a call that registers routes. Whether it was one.
    pub(super) fn registration(&mut self, call: &ExprMethodCall) -> bool {
        let Some(chain) = self.chain(call) else { return false };
        chain.others.iter().for_each(|other| self.visit_expr(other));
        self.visit_expr(&chain.base.receiver);
        if chain.base.method == "group" {
            self.group(&chain)
        } else {
            self.route(&chain)
        }
        true
    }

    fn chain<'c>(&mut self, call: &'c ExprMethodCall) -> Option<Chain<'c>> {
        let (mut names, mut others) = (Vec::new(), Vec::new());
        let mut base = call;
        loop {
            let name = base.method.to_string();
            match name.as_str() {
                "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "any" | "group"
                    if base.args.len() == 2 =>
                {
                    break;
                }
                "route" if base.args.len() == 3 => break,
                "name" => names.push(base.args.first().and_then(literal_of)?),
                "middleware" => others.extend(&base.args),
                _ => return None,
            }
            let Expr::MethodCall(inner) = &*base.receiver else { return None };
            base = inner;
        }
        self.is_sink(&base.receiver).then_some(Chain { base, names, others })
    }

    fn is_sink(&mut self, expr: &Expr) -> bool {
        match expr {
            Expr::MethodCall(call) if call.method == "templates" || call.method == "forge" => {
                self.is_sink(&call.receiver)
            }
            Expr::Path(_) | Expr::Reference(_) | Expr::Paren(_) | Expr::Unary(_) => {
                matches!(self.form(expr), Form::Known(ty) if ty.name == "RouteSink")
            }
            _ => false,
        }
    }

    fn route(&mut self, chain: &Chain<'_>) {
        let call = chain.base;
        let mut arguments = call.args.iter();
        let method = call.method.to_string();
        let method = match method.as_str() {
            "route" => arguments.next().and_then(literal_of).map(|method| method.value().to_ascii_uppercase()),
            method => Some(method.to_ascii_uppercase()),
        };
        let (path, handler) = (arguments.next().and_then(literal_of), arguments.next());
        if let Some(handler) = handler {
            self.visit_expr(handler);
        }
        let (Some(method), Some(path)) = (method, path) else { return };
        if self.is_test {
            return;
        }
        let name = chain.names.first();
        let whole_name = |own: &&LitStr| format!("{}{}", self.group_names(), own.value());
        let route = Route {
            method,
            path: join(&self.group_prefix(), &path.value()),
            name: name.map(whole_name),
            span: self.source.within_quotes(name.copied().unwrap_or(path)),
            handler: handler.and_then(|handler| match handler {
                Expr::Path(path) => Some(path_text(&path.path)),
                _ => None,
            }),
            within: self.function.clone(),
        };
        self.file.routes.push(route);
    }

    fn group(&mut self, chain: &Chain<'_>) {
        let Some(path) = chain.base.args.first().and_then(literal_of) else { return };
        let names: String = chain.names.iter().map(|name| name.value()).collect();
        self.groups.push((prefix(&path.value()), names));
        match chain.base.args.last() {
            Some(Expr::Closure(closure)) => self.scoped(|body| {
                closure.inputs.iter().for_each(|input| body.bind(input, Form::named("RouteSink")));
                body.visit_expr(&closure.body);
            }),
            Some(Expr::Path(function)) => self.mount(&function.path),
            Some(other) => self.visit_expr(other),
            None => {}
        }
        self.groups.pop();
    }

    /// `posts::routes(r)`
    pub(super) fn mounted_call(&mut self, call: &syn::ExprCall) {
        if let Expr::Path(function) = &*call.func
            && call.args.iter().any(|argument| self.is_sink(argument))
        {
            self.mount(&function.path);
        }
    }

    fn mount(&mut self, function: &syn::Path) {
        if self.is_test {
            return;
        }
        let mount = Mount {
            function: path_text(function),
            prefix: self.group_prefix(),
            name: self.group_names(),
            within: self.function.clone(),
        };
        self.file.mounts.push(mount);
    }

    fn group_prefix(&self) -> String {
        self.groups.iter().map(|(prefix, _)| prefix.as_str()).collect()
    }

    fn group_names(&self) -> String {
        self.groups.iter().map(|(_, names)| names.as_str()).collect()
    }
}

/// As the framework joins them: `/` in a group is the prefix itself.
pub(super) fn join(prefix: &str, path: &str) -> String {
    let path = if path == "/" && !prefix.is_empty() { "" } else { path };
    let joined = format!("{prefix}{path}");
    if joined.is_empty() { "/".to_owned() } else { joined }
}

/// A group's prefix without a slash at its end.
pub(super) fn prefix(path: &str) -> String {
    path.trim_end_matches('/').to_owned()
}
