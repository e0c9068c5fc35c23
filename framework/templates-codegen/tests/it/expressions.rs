//! Expressions as text: names and numbers as they are, everything else in brackets with what it is.

use forge_codegen::expr::{Condition, Entry, Expr, ExprKind, Name, Pattern, PatternKind, RustText};
use forge_codegen::{CustomId, Options, Span, Template};

pub(crate) struct Shown<'t> {
    pub(crate) template: &'t Template,
    pub(crate) options: &'t Options,
}

pub(crate) fn names(names: &[Name]) -> String {
    let list: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
    format!("[{}]", list.join(" "))
}

impl Shown<'_> {
    pub(crate) fn custom(&self, id: CustomId) -> String {
        format!("@{}", self.options.custom_name(id).unwrap_or_default())
    }

    pub(crate) fn list(&self, list: &[Expr]) -> String {
        list.iter().map(|expr| self.expr(expr)).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn entries(&self, entries: &[Entry]) -> String {
        let entry = |entry: &Entry| match &entry.key {
            Some(key) => format!("{} => {}", self.expr(key), self.expr(&entry.value)),
            None => self.expr(&entry.value),
        };
        format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
    }

    /// The code with its patches.
    pub(crate) fn rust(&self, span: Span, text: &RustText) -> String {
        let mut code = self.template.text(span).to_owned();
        for patch in text.patches.iter().rev() {
            let place = |at: u32| (at - span.start) as usize;
            code.replace_range(place(patch.span.start)..place(patch.span.end), &patch.text);
        }
        format!("`{code}`")
    }

    fn text(&self, span: Span) -> &str {
        self.template.text(span)
    }

    fn optional(&self, expr: Option<&Expr>) -> String {
        expr.map_or_else(|| "_".to_owned(), |expr| self.expr(expr))
    }

    pub(crate) fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Str(text) => format!("{text:?}"),
            ExprKind::Char(c) => format!("char {c:?}"),
            ExprKind::Bool(value) => value.to_string(),
            ExprKind::Int(text) | ExprKind::Float(text) | ExprKind::Var(text) => text.clone(),
            ExprKind::Loop { up } => format!("loop^{up}"),
            ExprKind::Field(value, name) => format!("{}.{}", self.expr(value), name.text),
            ExprKind::TupleField(value, index) => format!("{}.{index}", self.expr(value)),
            ExprKind::Index(value, index) => format!("{}[{}]", self.expr(value), self.expr(index)),
            ExprKind::Method { receiver, name, turbofish, arguments } => {
                let types = turbofish.map(|types| format!("::<{}>", self.text(types))).unwrap_or_default();
                format!("{}.{}{types}({})", self.expr(receiver), name.text, self.list(arguments))
            }
            ExprKind::Call { function, arguments } => format!("{}({})", function.text, self.list(arguments)),
            ExprKind::Filter { value, name, arguments } => {
                format!("(filter {} {} [{}])", name.text, self.expr(value), self.list(arguments))
            }
            ExprKind::Unary(op, value) => format!("({op:?} {})", self.expr(value)),
            ExprKind::Binary(op, left, right) => format!("({op:?} {} {})", self.expr(left), self.expr(right)),
            ExprKind::Range { start, end, is_inclusive } => {
                let dots = if *is_inclusive { "..=" } else { ".." };
                format!("({}{dots}{})", self.optional(start.as_deref()), self.optional(end.as_deref()))
            }
            ExprKind::Reference { is_mut, value } => {
                format!("({} {})", if *is_mut { "&mut" } else { "&" }, self.expr(value))
            }
            ExprKind::Cast(value, target) => format!("({} as {})", self.expr(value), self.text(*target)),
            ExprKind::Paren(value) => format!("(paren {})", self.expr(value)),
            ExprKind::Tuple(list) => format!("(tuple {})", self.list(list)),
            ExprKind::List(list) => format!("[{}]", self.list(list)),
            ExprKind::Map(entries) => self.entries(entries),
            ExprKind::Closure { is_move, parameters, body } => {
                let parameters: Vec<String> = parameters.iter().map(|pattern| self.pattern(pattern)).collect();
                format!("({}|{}| {})", if *is_move { "move " } else { "" }, parameters.join(", "), self.expr(body))
            }
            ExprKind::If { condition, then, otherwise } => {
                format!(
                    "(if {} {} {})",
                    self.condition(condition),
                    self.expr(then),
                    self.optional(otherwise.as_deref())
                )
            }
            ExprKind::Match { value, arms } => {
                let arms = arms.iter().map(|arm| {
                    let guard = arm.guard.as_ref().map(|guard| format!(" if {}", self.expr(guard))).unwrap_or_default();
                    format!("{}{guard} => {}", self.pattern(&arm.pattern), self.expr(&arm.value))
                });
                format!("(match {} {{{}}})", self.expr(value), arms.collect::<Vec<_>>().join(", "))
            }
            ExprKind::Format { format, arguments } => {
                format!("(format {} [{}])", self.expr(format), self.list(arguments))
            }
            ExprKind::Rust(text) => {
                let code = self.rust(expr.span, text);
                assert!(syn::parse_str::<syn::Expr>(code.trim_matches('`')).is_ok(), "{code} is Rust");
                format!("(rust {code} {})", names(&text.names))
            }
        }
    }

    pub(crate) fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Expr(expr) => self.expr(expr),
            Condition::Let(pattern, expr) => format!("(let {} = {})", self.pattern(pattern), self.expr(expr)),
            Condition::All(all) => {
                let list: Vec<String> = all.iter().map(|condition| self.condition(condition)).collect();
                format!("(all {})", list.join(" "))
            }
        }
    }

    pub(crate) fn pattern(&self, pattern: &Pattern) -> String {
        let list = |list: &[Pattern], separator: &str| {
            list.iter().map(|pattern| self.pattern(pattern)).collect::<Vec<_>>().join(separator)
        };
        match &pattern.kind {
            PatternKind::Wild => "_".to_owned(),
            PatternKind::Bind(name) => name.clone(),
            PatternKind::Reference(pattern) => format!("&{}", self.pattern(pattern)),
            PatternKind::Tuple(patterns) => format!("({})", list(patterns, ", ")),
            PatternKind::Variant(name, pattern) => format!("{name}({})", self.pattern(pattern)),
            PatternKind::None => "None".to_owned(),
            PatternKind::Literal(expr) | PatternKind::Range(expr) => self.expr(expr),
            PatternKind::Or(patterns) => list(patterns, " | "),
            PatternKind::Rust { text, binds } => {
                format!("(rust {} binds [{}])", self.rust(pattern.span, text), binds.join(" "))
            }
        }
    }
}
