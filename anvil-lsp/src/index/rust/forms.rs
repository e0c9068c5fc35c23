//! Expressions of Rust as [`Form`]s.

use syn::{BinOp, Expr, GenericArgument, Lit, Member, UnOp};

use super::{body::Body, source::path_words};
use crate::index::{
    form::Form,
    types::{Type, plain},
};

impl Body<'_> {
    /// How the value of an expression comes about.
    pub(super) fn form(&mut self, expr: &Expr) -> Form {
        match expr {
            Expr::Path(path) if path.qself.is_none() => self.path_form(&path.path),
            Expr::Lit(literal) => literal_form(&literal.lit),
            Expr::Reference(inner) => self.form(&inner.expr),
            Expr::Paren(inner) => self.form(&inner.expr),
            Expr::Group(inner) => self.form(&inner.expr),
            Expr::Await(inner) => self.form(&inner.base).boxed(Form::Await),
            Expr::Try(inner) => self.form(&inner.expr).boxed(Form::Try),
            Expr::Call(call) => self.call_form(call),
            Expr::MethodCall(call) => self.method_form(call),
            Expr::Field(field) => {
                let of = self.form(&field.base);
                match &field.member {
                    Member::Named(ident) => of.field(&plain(ident)),
                    Member::Unnamed(index) => of.part(index.index as usize),
                }
            }
            Expr::Index(index) => match &*index.index {
                Expr::Range(_) => self.form(&index.expr),
                _ => self.form(&index.expr).boxed(Form::Index),
            },
            Expr::Struct(item) => self.struct_form(&item.path),
            Expr::Tuple(tuple) => Form::tuple(tuple.elems.iter().map(|part| self.form(part)).collect()),
            Expr::Array(array) => self.list_form(array.elems.first()),
            Expr::Repeat(repeat) => self.list_form(Some(&repeat.expr)),
            Expr::Cast(cast) => Form::known(Type::of_syn(&cast.ty, self.owner.as_ref())),
            Expr::Unary(unary) => match unary.op {
                UnOp::Not(_) | UnOp::Neg(_) | UnOp::Deref(_) => self.form(&unary.expr),
                _ => Form::Unknown,
            },
            Expr::Binary(binary) => self.binary_form(binary),
            Expr::Range(range) => {
                let end = range.start.as_deref().or(range.end.as_deref());
                let item = end.map_or(Form::Unknown, |end| self.form(end));
                let ty = match item {
                    Form::Known(ty) => ty,
                    _ => Type::unknown(),
                };
                Form::Known(Type::of("Range", [ty]))
            }
            Expr::If(item) => self.if_form(item),
            Expr::Match(item) => self.match_form(item),
            Expr::Block(block) => self.block_form(&block.block),
            Expr::Unsafe(block) => self.block_form(&block.block),
            Expr::Async(block) => self.block_form(&block.block),
            Expr::Macro(item) => self.macro_form(&item.mac),
            _ => Form::Unknown,
        }
    }

    fn path_form(&mut self, path: &syn::Path) -> Form {
        if let Some(ident) = path.get_ident() {
            let name = plain(ident);
            if let Some((_, form)) = self.bound.iter().rev().find(|(bound, _)| *bound == name) {
                return form.clone();
            }
            if !name.starts_with(char::is_uppercase) {
                return Form::Unknown;
            }
        }
        Form::Path(self.words(path))
    }

    /// The words of a path, with the type itself for `Self`.
    pub(super) fn words(&self, path: &syn::Path) -> Vec<String> {
        let mut words = path_words(path);
        if let (Some(first), Some(owner)) = (words.first_mut(), &self.owner)
            && first == "Self"
        {
            owner.name.clone_into(first);
        }
        words
    }

    fn struct_form(&self, path: &syn::Path) -> Form {
        let words = self.words(path);
        // `Status::Draft { … }` is a `Status`.
        let enumeration =
            words.len().checked_sub(2).map(|at| &words[at]).filter(|word| word.starts_with(char::is_uppercase));
        match enumeration {
            Some(enumeration) => Form::named(enumeration),
            None => Form::known(Type::of_path(path, self.owner.as_ref())),
        }
    }

    fn list_form(&mut self, first: Option<&Expr>) -> Form {
        first.map_or(Form::Unknown, |first| self.form(first)).boxed(Form::List)
    }

    fn call_form(&mut self, call: &syn::ExprCall) -> Form {
        let Expr::Path(function) = &*call.func else { return Form::Unknown };
        if function.qself.is_some() {
            return Form::Unknown;
        }
        let argument = call.args.first().map_or(Form::Unknown, |argument| self.form(argument));
        let turbofish = function.path.segments.iter().rev().find_map(|segment| match &segment.arguments {
            // `Page::<Post>::new(…)` says what it makes, `query::<Post>(…)` what it is asked for.
            syn::PathArguments::AngleBracketed(list) if segment.ident.to_string().starts_with(char::is_uppercase) => {
                let owner = syn::Path::from(segment.clone());
                (!list.args.is_empty()).then(|| Type::of_path(&owner, self.owner.as_ref()))
            }
            // `query_as::<_, Post>(…)`
            syn::PathArguments::AngleBracketed(list) => self.types(list).into_iter().find(|ty| !ty.is_unknown()),
            _ => None,
        });
        let words = self.words(&function.path);
        if words.len() == 1 && self.bound.iter().any(|(bound, _)| *bound == words[0]) {
            // A closure: nobody says what it gives.
            return Form::Unknown;
        }
        if let (Some(owner), [first, "new" | "default" | "from"]) =
            (&self.owner, &words.iter().map(String::as_str).collect::<Vec<_>>()[..])
            && *first == owner.name
            && !owner.arguments.is_empty()
        {
            return Form::call(words, turbofish.or_else(|| Some(owner.clone())), argument);
        }
        Form::call(words, turbofish, argument)
    }

    fn types(&self, list: &syn::AngleBracketedGenericArguments) -> Vec<Type> {
        let types = list.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(Type::of_syn(ty, self.owner.as_ref())),
            _ => None,
        });
        types.collect()
    }

    fn method_form(&mut self, call: &syn::ExprMethodCall) -> Form {
        let of = self.form(&call.receiver);
        let name = plain(&call.method);
        let turbofish = call.turbofish.as_ref().and_then(|list| self.types(list).into_iter().next());
        let result = call.args.iter().rev().find_map(|argument| match argument {
            Expr::Closure(closure) => {
                let given = self.given_to_closure(call, closure);
                Some(self.scoped(|body| {
                    closure.inputs.iter().for_each(|input| body.bind(input, given.clone()));
                    body.form(&closure.body)
                }))
            }
            // `.map(Post::from)`, `.map(Wrapper)`
            Expr::Path(path) if path.path.segments.len() > 1 || is_capital(&path.path) => {
                Some(Form::call(self.words(&path.path), None, of.clone().element()))
            }
            _ => None,
        });
        of.method(&name, turbofish, result.filter(|result| *result != Form::Unknown))
    }

    /// What a method gives to a closure with one parameter.
    pub(super) fn given_to_closure(&mut self, call: &syn::ExprMethodCall, closure: &syn::ExprClosure) -> Form {
        let name = call.method.to_string();
        let takes_items = matches!(
            name.as_str(),
            "map"
                | "for_each"
                | "filter"
                | "filter_map"
                | "flat_map"
                | "find"
                | "any"
                | "all"
                | "inspect"
                | "take_while"
                | "skip_while"
                | "and_then"
                | "is_some_and"
                | "map_or"
                | "then"
                | "position"
                | "partition"
                | "try_for_each"
                | "max_by_key"
                | "min_by_key"
        );
        if closure.inputs.len() == 1 && takes_items { self.form(&call.receiver).element() } else { Form::Unknown }
    }

    fn binary_form(&mut self, binary: &syn::ExprBinary) -> Form {
        match binary.op {
            BinOp::Eq(_)
            | BinOp::Ne(_)
            | BinOp::Lt(_)
            | BinOp::Le(_)
            | BinOp::Gt(_)
            | BinOp::Ge(_)
            | BinOp::And(_)
            | BinOp::Or(_) => Form::named("bool"),
            BinOp::Add(_)
            | BinOp::Sub(_)
            | BinOp::Mul(_)
            | BinOp::Div(_)
            | BinOp::Rem(_)
            | BinOp::BitAnd(_)
            | BinOp::BitOr(_)
            | BinOp::BitXor(_) => {
                let left = self.form(&binary.left);
                // A literal without a suffix takes on the type of the other side.
                match (&*binary.left, left) {
                    (Expr::Lit(_), _) | (_, Form::Unknown) => self.form(&binary.right),
                    (_, left) => left,
                }
            }
            BinOp::Shl(_) | BinOp::Shr(_) => self.form(&binary.left),
            _ => Form::Unknown,
        }
    }

    fn if_form(&mut self, item: &syn::ExprIf) -> Form {
        let then = self.scoped(|body| {
            if let Expr::Let(asked) = &*item.cond {
                let form = body.form(&asked.expr);
                body.bind(&asked.pat, form);
            }
            body.block_form(&item.then_branch)
        });
        let otherwise = item.else_branch.as_ref().map_or(Form::Unknown, |(_, otherwise)| self.form(otherwise));
        Form::either(vec![then, otherwise])
    }

    fn match_form(&mut self, item: &syn::ExprMatch) -> Form {
        let value = self.form(&item.expr);
        let cases = item.arms.iter().map(|arm| {
            self.scoped(|body| {
                body.bind(&arm.pat, value.clone());
                body.form(&arm.body)
            })
        });
        Form::either(cases.collect())
    }

    fn block_form(&mut self, block: &syn::Block) -> Form {
        self.scoped(|body| {
            for statement in &block.stmts {
                if let syn::Stmt::Local(local) = statement {
                    body.bind_local(local);
                }
            }
            match block.stmts.last() {
                Some(syn::Stmt::Expr(expr, None)) => body.form(expr),
                Some(syn::Stmt::Macro(item)) if item.semi_token.is_none() => body.macro_form(&item.mac),
                _ => Form::Unknown,
            }
        })
    }

    fn macro_form(&mut self, item: &syn::Macro) -> Form {
        let name = item.path.segments.last().map(|segment| plain(&segment.ident)).unwrap_or_default();
        match name.as_str() {
            "format" => Form::named("String"),
            "concat" | "stringify" | "include_str" | "env" => Form::named("str"),
            "matches" | "cfg" => Form::named("bool"),
            "line" | "column" => Form::named("u32"),
            "view" => Form::named("View"),
            "json" => Form::named("Value"),
            "query_as" | "query_scalar" => {
                let parser = |input: syn::parse::ParseStream<'_>| {
                    let row: syn::Type = input.parse()?;
                    input.parse::<proc_macro2::TokenStream>()?;
                    Ok(row)
                };
                let row = item.parse_body_with(parser).map(|row| Type::of_syn(&row, self.owner.as_ref()));
                row.map_or(Form::Unknown, |row| Form::Known(Type::of("QueryAs", [row])))
            }
            "vec" => {
                let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
                if let Ok(items) = item.parse_body_with(parser) {
                    return self.list_form(items.first());
                }
                // `vec![item; count]`
                let repeated = item.parse_body_with(|input: syn::parse::ParseStream<'_>| {
                    let first: Expr = input.parse()?;
                    input.parse::<proc_macro2::TokenStream>()?;
                    Ok(first)
                });
                self.list_form(repeated.ok().as_ref())
            }
            _ => Form::Unknown,
        }
    }
}

fn is_capital(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|segment| segment.ident.to_string().starts_with(char::is_uppercase))
}

fn literal_form(literal: &Lit) -> Form {
    let name = match literal {
        Lit::Str(_) => "str",
        Lit::Char(_) => "char",
        Lit::Bool(_) => "bool",
        Lit::Byte(_) => "u8",
        Lit::Int(number) if number.suffix().is_empty() => "i32",
        Lit::Float(number) if number.suffix().is_empty() => "f64",
        Lit::Int(number) => return Form::named(number.suffix()),
        Lit::Float(number) => return Form::named(number.suffix()),
        _ => return Form::Unknown,
    };
    Form::named(name)
}

/// The form of an expression that stands by itself, among variables.
pub(crate) fn read_form(code: &str, bound: &[(String, Form)]) -> Option<Form> {
    let tokens: proc_macro2::TokenStream = code.parse().ok()?;
    if super::read::is_too_deep(tokens.clone(), 0) {
        return None;
    }
    let expr: Expr = syn::parse2(tokens).ok()?;
    let mut body = Body::new(super::source::Source::new(code));
    body.bound = bound.to_vec();
    Some(body.form(&expr)).filter(|form| *form != Form::Unknown)
}

/// The variables that statements bind for what follows.
pub(crate) fn read_lets(code: &str, bound: &[(String, Form)]) -> Vec<(String, Form)> {
    let tokens: Option<proc_macro2::TokenStream> = format!("{code};").parse().ok();
    let tokens = tokens.filter(|tokens| !super::read::is_too_deep(tokens.clone(), 0));
    let statements = tokens.and_then(|tokens| syn::parse::Parser::parse2(syn::Block::parse_within, tokens).ok());
    let mut body = Body::new(super::source::Source::new(code));
    body.bound = bound.to_vec();
    for statement in statements.iter().flatten() {
        if let syn::Stmt::Local(local) = statement {
            body.bind_local(local);
        }
    }
    body.bound.split_off(bound.len())
}
