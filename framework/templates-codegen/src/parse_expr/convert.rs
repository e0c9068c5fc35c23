//! From syn's tree to ours.

use proc_macro2::extra::DelimSpan;
use syn::spanned::Spanned;

use crate::expr::{Arm, BinaryOp, Expr, ExprKind, Name, UnaryOp};
use crate::literal::literal;
use crate::parse_expr::lexed::Lexed;
use crate::parse_expr::mask::{Masked, mask};
use crate::parse_expr::{entries, failure};
use crate::problem::Problem;
use crate::span::Span;

pub(super) type Result<T> = std::result::Result<T, Problem>;

pub(super) struct Convert<'t> {
    pub(super) source: &'t str,
    pub(super) masked: Masked,
    /// The expression's place.
    pub(super) span: Span,
    /// What syn's offsets begin with and the template has not.
    prefix: usize,
}

impl<'t> Convert<'t> {
    pub(super) fn new(lexed: &Lexed<'t>, prefix: usize) -> Result<Self> {
        Ok(Self { source: lexed.source, masked: mask(lexed, false), span: lexed.span, prefix })
    }

    pub(super) fn of_statements(lexed: &Lexed<'t>) -> Result<Self> {
        Ok(Self { source: lexed.source, masked: mask(lexed, true), span: lexed.span, prefix: 0 })
    }

    /// The place in the template.
    pub(super) fn at(&self, span: proc_macro2::Span) -> Span {
        let range = span.byte_range();
        let place = |at: usize| self.span.start + (at.saturating_sub(self.prefix) as u32).min(self.span.len());
        Span::new(place(range.start), place(range.end.max(range.start)))
    }

    fn end_of(&self, delimiter: &DelimSpan) -> u32 {
        self.at(delimiter.close()).end
    }

    pub(super) fn text(&self, span: Span) -> &'t str {
        &self.source[span.range()]
    }

    pub(super) fn name(&self, ident: &syn::Ident) -> Name {
        let span = self.at(ident.span());
        let written = self.text(span).trim_start_matches("r#");
        // Behind a dot it is a name like any other, and was not hidden.
        let text = if written == "null" && ident == "None" { "None" } else { written };
        Name { span, text: text.to_owned() }
    }

    pub(super) fn boxed(&self, expr: &syn::Expr) -> Result<Box<Expr>> {
        self.expr(expr).map(Box::new)
    }

    fn list<'e>(&self, list: impl IntoIterator<Item = &'e syn::Expr>) -> Result<Vec<Expr>> {
        list.into_iter().map(|expr| self.expr(expr)).collect()
    }

    pub(super) fn expr(&self, expr: &syn::Expr) -> Result<Expr> {
        if has_attributes(expr) {
            return self.rust(expr);
        }
        match expr {
            syn::Expr::Lit(literal) => self.literal(&literal.lit),
            syn::Expr::Path(path) => match single(path) {
                Some(ident) => {
                    let Name { span, text } = self.name(ident);
                    let kind = if text == "loop" { ExprKind::Loop { up: 0 } } else { ExprKind::Var(text) };
                    Ok(Expr { span, kind })
                }
                None => self.rust(expr),
            },
            syn::Expr::Group(group) => self.expr(&group.expr),
            syn::Expr::Paren(paren) => {
                let span =
                    Span::new(self.at(paren.paren_token.span.open()).start, self.end_of(&paren.paren_token.span));
                Ok(Expr { span, kind: ExprKind::Paren(self.boxed(&paren.expr)?) })
            }
            syn::Expr::Tuple(tuple) => {
                let span =
                    Span::new(self.at(tuple.paren_token.span.open()).start, self.end_of(&tuple.paren_token.span));
                Ok(Expr { span, kind: ExprKind::Tuple(self.list(&tuple.elems)?) })
            }
            syn::Expr::Array(array) => {
                let delimiter = &array.bracket_token.span;
                let span = Span::new(self.at(delimiter.open()).start, self.end_of(delimiter));
                Ok(Expr { span, kind: ExprKind::List(self.list(&array.elems)?) })
            }
            syn::Expr::Field(field) => self.field(field),
            syn::Expr::Index(index) => {
                let value = self.boxed(&index.expr)?;
                let span = Span::new(value.span.start, self.end_of(&index.bracket_token.span));
                Ok(Expr { span, kind: ExprKind::Index(value, self.boxed(&index.index)?) })
            }
            syn::Expr::MethodCall(call) => self.method(call),
            syn::Expr::Call(call) => self.call(expr, call),
            syn::Expr::Unary(_)
            | syn::Expr::Reference(_)
            | syn::Expr::Binary(_)
            | syn::Expr::Range(_)
            | syn::Expr::Cast(_) => self.operator(expr),
            syn::Expr::Closure(closure) => self.closure(expr, closure),
            syn::Expr::If(parsed) => self.conditional(expr, parsed),
            syn::Expr::Match(parsed) => self.matching(parsed),
            syn::Expr::Macro(call) => self.macro_call(expr, &call.mac),
            syn::Expr::Let(parsed) => {
                let problem = failure::invalid(self.at(parsed.let_token.span()), "`let` cannot stand here");
                Err(problem.help("put it at the beginning of a condition, or behind `&&`"))
            }
            _ => self.rust(expr),
        }
    }

    fn literal(&self, lit: &syn::Lit) -> Result<Expr> {
        let span = self.at(lit.span());
        let written = self.text(span);
        let kind = match lit {
            syn::Lit::Str(_) if written.starts_with(['{', '[']) => ExprKind::Map(entries::of_group(self.source, span)?),
            syn::Lit::Str(text) => match literal(written) {
                Some(text) => ExprKind::Str(text),
                None if written.starts_with('\'') => {
                    let problem = failure::invalid(span, "this text has an escape that Rust does not know");
                    return Err(problem.help("write `\\\\` for a backslash"));
                }
                None => ExprKind::Str(text.value()),
            },
            syn::Lit::Char(c) => ExprKind::Char(c.value()),
            syn::Lit::Bool(value) => ExprKind::Bool(value.value),
            syn::Lit::Int(_) | syn::Lit::Float(_) => return Ok(self.number(lit, span)),
            _ => ExprKind::Rust(self.rust_text(span, Vec::new())?),
        };
        Ok(Expr { span, kind })
    }

    /// In patterns the sign is a part of the number.
    fn number(&self, lit: &syn::Lit, span: Span) -> Expr {
        let written = self.text(span);
        let digits = written.trim_start_matches('-').trim_start();
        let number = Span::new(span.end - digits.len() as u32, span.end);
        let is_int = matches!(lit, syn::Lit::Int(_));
        let kind = if is_int { ExprKind::Int(digits.to_owned()) } else { ExprKind::Float(digits.to_owned()) };
        let value = Expr { span: number, kind };
        if number == span { value } else { Expr { span, kind: ExprKind::Unary(UnaryOp::Negate, Box::new(value)) } }
    }

    fn field(&self, field: &syn::ExprField) -> Result<Expr> {
        let base = self.boxed(&field.base)?;
        match &field.member {
            syn::Member::Named(ident) => {
                let name = self.name(ident);
                let span = base.span.to(name.span);
                let kind = match base.kind {
                    ExprKind::Loop { up } if name.text == "parent" => ExprKind::Loop { up: up + 1 },
                    _ => ExprKind::Field(base, name),
                };
                Ok(Expr { span, kind })
            }
            syn::Member::Unnamed(index) => {
                let span = base.span.to(self.at(index.span));
                Ok(Expr { span, kind: ExprKind::TupleField(base, index.index) })
            }
        }
    }

    fn method(&self, call: &syn::ExprMethodCall) -> Result<Expr> {
        let receiver = self.boxed(&call.receiver)?;
        let span = Span::new(receiver.span.start, self.end_of(&call.paren_token.span));
        let turbofish = call
            .turbofish
            .as_ref()
            .map(|generics| Span::new(self.at(generics.lt_token.span).end, self.at(generics.gt_token.span).start));
        let kind =
            ExprKind::Method { receiver, name: self.name(&call.method), turbofish, arguments: self.list(&call.args)? };
        Ok(Expr { span, kind })
    }

    fn call(&self, expr: &syn::Expr, call: &syn::ExprCall) -> Result<Expr> {
        let function = match &*call.func {
            syn::Expr::Path(path) => single(path),
            _ => None,
        };
        let Some(function) = function else { return self.rust(expr) };
        let function = self.name(function);
        let span = Span::new(function.span.start, self.end_of(&call.paren_token.span));
        Ok(Expr { span, kind: ExprKind::Call { function, arguments: self.list(&call.args)? } })
    }

    fn operator(&self, expr: &syn::Expr) -> Result<Expr> {
        match expr {
            syn::Expr::Unary(unary) => {
                let (op, token) = match &unary.op {
                    syn::UnOp::Not(token) => (UnaryOp::Not, token.span()),
                    syn::UnOp::Neg(token) => (UnaryOp::Negate, token.span()),
                    syn::UnOp::Deref(token) => (UnaryOp::Deref, token.span()),
                    _ => return self.rust(expr),
                };
                let value = self.boxed(&unary.expr)?;
                Ok(Expr { span: self.at(token).to(value.span), kind: ExprKind::Unary(op, value) })
            }
            syn::Expr::Reference(reference) => {
                let value = self.boxed(&reference.expr)?;
                let span = self.at(reference.and_token.span()).to(value.span);
                Ok(Expr { span, kind: ExprKind::Reference { is_mut: reference.mutability.is_some(), value } })
            }
            syn::Expr::Binary(binary) => {
                let Some(op) = operator(&binary.op) else { return self.rust(expr) };
                let (left, right) = (self.boxed(&binary.left)?, self.boxed(&binary.right)?);
                Ok(Expr { span: left.span.to(right.span), kind: ExprKind::Binary(op, left, right) })
            }
            syn::Expr::Range(range) => {
                let limits = self.at(range.limits.span());
                let end = |end: &Option<Box<syn::Expr>>| end.as_ref().map(|end| self.bound(end)).transpose();
                let (start, end) = (end(&range.start)?, end(&range.end)?);
                let first = start.as_ref().map_or(limits, |start| start.span);
                let span = first.to(end.as_ref().map_or(limits, |end| end.span));
                let is_inclusive = matches!(range.limits, syn::RangeLimits::Closed(_));
                Ok(Expr { span, kind: ExprKind::Range { start, end, is_inclusive } })
            }
            syn::Expr::Cast(cast) => {
                let value = self.bound(&cast.expr)?;
                let target = self.at(cast.ty.span());
                Ok(Expr { span: value.span.to(target), kind: ExprKind::Cast(value, target) })
            }
            _ => self.rust(expr),
        }
    }

    /// An end of a range, or what is cast: there a single letter in quotes can only be a character.
    fn bound(&self, expr: &syn::Expr) -> Result<Box<Expr>> {
        let mut expr = self.boxed(expr)?;
        self.letter(&mut expr);
        Ok(expr)
    }

    /// Makes a character of a text of one letter in single quotes.
    pub(super) fn letter(&self, expr: &mut Expr) {
        if let ExprKind::Str(text) = &expr.kind
            && self.text(expr.span).starts_with('\'')
        {
            let mut chars = text.chars();
            if let (Some(c), None) = (chars.next(), chars.next()) {
                expr.kind = ExprKind::Char(c);
            }
        }
    }

    fn closure(&self, expr: &syn::Expr, closure: &syn::ExprClosure) -> Result<Expr> {
        let is_plain = closure.lifetimes.is_none()
            && closure.constness.is_none()
            && closure.movability.is_none()
            && closure.asyncness.is_none()
            && matches!(closure.output, syn::ReturnType::Default)
            && !closure.inputs.iter().any(|input| matches!(input, syn::Pat::Type(_)));
        if !is_plain {
            return self.rust(expr);
        }
        let parameters = closure.inputs.iter().map(|input| self.pattern(input)).collect::<Result<_>>()?;
        let body = Box::new(self.block_or_expr(&closure.body)?);
        let first = closure.capture.map_or(self.at(closure.or1_token.span()), |token| self.at(token.span()));
        let last = match &*closure.body {
            syn::Expr::Block(block) => self.at(block.block.brace_token.span.close()),
            _ => body.span,
        };
        let span = first.to(last);
        Ok(Expr { span, kind: ExprKind::Closure { is_move: closure.capture.is_some(), parameters, body } })
    }

    fn conditional(&self, expr: &syn::Expr, parsed: &syn::ExprIf) -> Result<Expr> {
        let Some(then) = only(&parsed.then_branch) else { return self.rust(expr) };
        let otherwise = match parsed.else_branch.as_ref().map(|(_, otherwise)| &**otherwise) {
            None => None,
            Some(syn::Expr::Block(block)) if block.label.is_none() && block.attrs.is_empty() => {
                match only(&block.block) {
                    Some(expr) => Some((expr, self.end_of(&block.block.brace_token.span))),
                    None => return self.rust(expr),
                }
            }
            Some(other) => Some((other, 0)),
        };
        let condition = Box::new(self.condition(&parsed.cond)?);
        let then_end = self.end_of(&parsed.then_branch.brace_token.span);
        let (otherwise, end) = match otherwise {
            None => (None, then_end),
            Some((expr, end)) => {
                let expr = self.boxed(expr)?;
                let end = end.max(expr.span.end);
                (Some(expr), end)
            }
        };
        let span = Span::new(self.at(parsed.if_token.span()).start, end);
        Ok(Expr { span, kind: ExprKind::If { condition, then: self.boxed(then)?, otherwise } })
    }

    fn matching(&self, parsed: &syn::ExprMatch) -> Result<Expr> {
        let arm = |arm: &syn::Arm| -> Result<Arm> {
            Ok(Arm {
                pattern: self.pattern(&arm.pat)?,
                guard: arm.guard.as_ref().map(|(_, guard)| self.expr(guard)).transpose()?,
                value: self.block_or_expr(&arm.body)?,
            })
        };
        let arms = parsed.arms.iter().map(arm).collect::<Result<_>>()?;
        let span = Span::new(self.at(parsed.match_token.span()).start, self.end_of(&parsed.brace_token.span));
        Ok(Expr { span, kind: ExprKind::Match { value: self.boxed(&parsed.expr)?, arms } })
    }

    /// Braces around a single expression mean nothing.
    fn block_or_expr(&self, expr: &syn::Expr) -> Result<Expr> {
        match expr {
            syn::Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => match only(&block.block) {
                Some(inner) => self.expr(inner),
                None => self.rust(expr),
            },
            _ => self.expr(expr),
        }
    }

    fn macro_call(&self, expr: &syn::Expr, call: &syn::Macro) -> Result<Expr> {
        let is_format = call.path.get_ident().is_some_and(|ident| *ident == "format");
        if !is_format {
            return self.rust(expr);
        }
        let parser = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let Ok(arguments) = call.parse_body_with(parser) else { return self.rust(expr) };
        let is_named = |argument: &syn::Expr| matches!(argument, syn::Expr::Assign(_));
        let Some(format) = arguments.first().filter(|_| !arguments.iter().any(is_named)) else {
            return self.rust(expr);
        };
        let close = match &call.delimiter {
            syn::MacroDelimiter::Paren(token) => &token.span,
            syn::MacroDelimiter::Brace(token) => &token.span,
            syn::MacroDelimiter::Bracket(token) => &token.span,
        };
        let span = Span::new(self.at(call.path.span()).start, self.end_of(close));
        let format = self.boxed(format)?;
        Ok(Expr { span, kind: ExprKind::Format { format, arguments: self.list(arguments.iter().skip(1))? } })
    }

    /// What only the compiler understands.
    pub(super) fn rust(&self, expr: &syn::Expr) -> Result<Expr> {
        let span = self.at(expr.span());
        Ok(Expr { span, kind: ExprKind::Rust(self.rust_text(span, self.names_of(expr))?) })
    }
}

/// The one expression of a block.
fn only(block: &syn::Block) -> Option<&syn::Expr> {
    match &block.stmts[..] {
        [syn::Stmt::Expr(expr, None)] => Some(expr),
        _ => None,
    }
}

/// The name, if the path is nothing else.
pub(super) fn single(path: &syn::ExprPath) -> Option<&syn::Ident> {
    if path.qself.is_some() { None } else { path.path.get_ident() }
}

pub(super) fn operator(op: &syn::BinOp) -> Option<BinaryOp> {
    use syn::BinOp as S;
    Some(match op {
        S::Add(_) => BinaryOp::Add,
        S::Sub(_) => BinaryOp::Subtract,
        S::Mul(_) => BinaryOp::Multiply,
        S::Div(_) => BinaryOp::Divide,
        S::Rem(_) => BinaryOp::Remainder,
        S::And(_) => BinaryOp::And,
        S::Or(_) => BinaryOp::Or,
        S::BitAnd(_) => BinaryOp::BitAnd,
        S::BitOr(_) => BinaryOp::BitOr,
        S::BitXor(_) => BinaryOp::BitXor,
        S::Shl(_) => BinaryOp::ShiftLeft,
        S::Shr(_) => BinaryOp::ShiftRight,
        S::Eq(_) => BinaryOp::Equal,
        S::Ne(_) => BinaryOp::NotEqual,
        S::Lt(_) => BinaryOp::Less,
        S::Le(_) => BinaryOp::LessOrEqual,
        S::Gt(_) => BinaryOp::Greater,
        S::Ge(_) => BinaryOp::GreaterOrEqual,
        _ => return None,
    })
}

fn has_attributes(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Lit(expr) => !expr.attrs.is_empty(),
        syn::Expr::Path(expr) => !expr.attrs.is_empty(),
        syn::Expr::MethodCall(expr) => !expr.attrs.is_empty(),
        syn::Expr::Closure(expr) => !expr.attrs.is_empty(),
        _ => false,
    }
}
