//! Types of a template's expressions.

use forge_codegen::{
    Span,
    expr::{BinaryOp, Entry, Expr, ExprKind, UnaryOp},
    fragments,
};

use super::{Origin, Scope};
use crate::index::{form::Form, rust::read_lets, standard, types::Type};

impl Scope<'_> {
    /// The type of what stands at a place of this template.
    pub(super) fn type_in(&mut self, text: &str, span: Span) -> Option<Type> {
        let expr = fragments::expression(text, span)?;
        self.type_of(&expr, text)
    }

    /// The type of an expression of `text`.
    pub(super) fn type_of(&self, expr: &Expr, text: &str) -> Option<Type> {
        let ty = self.plain_type(expr, text)?;
        let ty = self.resolver().unaliased(&ty);
        (!ty.is_unknown()).then_some(ty)
    }

    fn plain_type(&self, expr: &Expr, text: &str) -> Option<Type> {
        let of = |inner: &Expr| self.type_of(inner, text);
        let named = |name: &str| Some(Type::named(name));
        match &expr.kind {
            ExprKind::Str(_) => named("str"),
            ExprKind::Char(_) => named("char"),
            ExprKind::Bool(_) => named("bool"),
            ExprKind::Int(text) => named(
                suffix(text, &["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"])
                    .unwrap_or("i32"),
            ),
            ExprKind::Float(text) => named(suffix(text, &["f32", "f64"]).unwrap_or("f64")),
            ExprKind::Var(name) => match self.find(name) {
                Some(known) => known.ty.clone(),
                None if name.starts_with(char::is_uppercase) => {
                    self.resolver().type_of(&Form::Path(vec![name.clone()]))
                }
                None => None,
            },
            ExprKind::Loop { .. } => named("Loop"),
            ExprKind::Field(of_value, name) => self.resolver().field(&of(of_value)?, &name.text),
            ExprKind::TupleField(of_value, index) => self.resolver().field(&of(of_value)?, &index.to_string()),
            ExprKind::Index(of_value, index) => match index.kind {
                ExprKind::Range { .. } => of(of_value),
                _ => of(of_value)?.indexed(),
            },
            ExprKind::Method { receiver, name, turbofish, arguments } => {
                let ty = of(receiver)?;
                let turbofish = turbofish.and_then(|span| text.get(span.range())).map(Type::parse);
                let result = arguments.iter().rev().find_map(|argument| self.closure_type(argument, &ty, text));
                self.resolver().method(&ty, &name.text, turbofish.as_ref(), result)
            }
            ExprKind::Call { function, arguments } => {
                let argument = arguments.first().and_then(of).map_or(Form::Unknown, Form::known);
                standard::function(&function.text)
                    .or_else(|| self.resolver().type_of(&Form::call(vec![function.text.clone()], None, argument)))
            }
            ExprKind::Filter { value, name, .. } => standard::filter(&name.text, of(value)),
            ExprKind::Unary(UnaryOp::Not | UnaryOp::Negate | UnaryOp::Deref, inner) | ExprKind::Paren(inner) => {
                of(inner)
            }
            ExprKind::Reference { value, .. } => of(value),
            ExprKind::Cast(_, span) => Some(Type::parse(text.get(span.range())?)),
            ExprKind::Format { .. } => named("String"),
            ExprKind::Closure { .. } => None,
            ExprKind::Rust(_) => self.rust_type(text.get(expr.span.range())?),
            _ => self.composed_type(expr, text),
        }
    }

    /// Of what consists of several values.
    fn composed_type(&self, expr: &Expr, text: &str) -> Option<Type> {
        let of = |inner: &Expr| self.type_of(inner, text);
        match &expr.kind {
            ExprKind::Binary(op, one, other) => match op {
                BinaryOp::And
                | BinaryOp::Or
                | BinaryOp::Equal
                | BinaryOp::NotEqual
                | BinaryOp::Less
                | BinaryOp::LessOrEqual
                | BinaryOp::Greater
                | BinaryOp::GreaterOrEqual => Some(Type::named("bool")),
                _ if matches!(one.kind, ExprKind::Int(_) | ExprKind::Float(_)) => of(other).or_else(|| of(one)),
                _ => of(one).or_else(|| of(other)),
            },
            ExprKind::Range { start, end, .. } => {
                let item = end.as_deref().and_then(of).or_else(|| start.as_deref().and_then(of));
                Some(Type::of("Range", [item.unwrap_or_else(Type::unknown)]))
            }
            ExprKind::Tuple(parts) => {
                Some(Type::of("()", parts.iter().map(|part| of(part).unwrap_or_else(Type::unknown))))
            }
            ExprKind::List(items) => Some(Type::of("[]", [items.first().and_then(of).unwrap_or_else(Type::unknown)])),
            ExprKind::Map(entries) => Some(self.map_type(entries, text)),
            ExprKind::If { then, otherwise, .. } => of(then).or_else(|| otherwise.as_deref().and_then(of)),
            ExprKind::Match { arms, .. } => arms.iter().find_map(|arm| of(&arm.value)),
            _ => None,
        }
    }

    fn map_type(&self, entries: &[Entry], text: &str) -> Type {
        let value = entries.first().and_then(|entry| self.type_of(&entry.value, text));
        Type::of("BTreeMap", [Type::named("str"), value.unwrap_or_else(Type::unknown)])
    }

    /// What a closure gives that a method of a `ty` calls with what it holds.
    fn closure_type(&self, argument: &Expr, ty: &Type, text: &str) -> Option<Type> {
        let ExprKind::Closure { parameters, body, .. } = &argument.kind else { return None };
        let mut inner = Scope { index: self.index, view: self.view, names: self.names.clone(), around: Vec::new() };
        for parameter in parameters {
            inner.bind_pattern(parameter, ty.element());
        }
        inner.type_of(body, text)
    }

    /// Rust that only the compiler understands: paths, struct literals, `?`.
    fn rust_type(&self, code: &str) -> Option<Type> {
        let form = crate::index::rust::read_form(code, &self.as_forms())?;
        self.resolver().type_of(&form)
    }

    /// The variables that code binds which is beyond the engines.
    pub(super) fn rust_lets(&self, text: &str, code: Span) -> Vec<(String, Option<Type>)> {
        let known = self.as_forms();
        let lets = text.get(code.range()).map(|code| read_lets(code, &known)).unwrap_or_default();
        if lets.is_empty() {
            return fragments::bound_by(text, code).into_iter().map(|name| (name, None)).collect();
        }
        lets.into_iter().map(|(name, form)| (name, self.resolver().type_of(&form))).collect()
    }

    fn as_forms(&self) -> Vec<(String, Form)> {
        let visible = self.names.iter().filter(|known| known.origin != Origin::BuiltIn || known.ty.is_some());
        visible.map(|known| (known.name.clone(), known.ty.clone().map_or(Form::Unknown, Form::known))).collect()
    }
}

fn suffix(number: &str, suffixes: &[&'static str]) -> Option<&'static str> {
    suffixes.iter().find(|suffix| number.ends_with(*suffix)).copied()
}
