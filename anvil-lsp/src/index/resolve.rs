//! From forms of values to types, by what the project declares and what the standard library does.

use std::path::Path;

use super::{
    RustIndex,
    form::Form,
    rust::{Function, TypeDefinition, TypeKind},
    standard,
    types::Type,
};

/// Aliases that stand for aliases.
const ALIASES_MAX: usize = 8;

/// Looks things up in the index. `from` is the file that asks: what it declares itself goes first.
#[derive(Debug, Clone, Copy)]
pub struct Resolver<'i> {
    pub rust: &'i RustIndex,
    pub from: Option<&'i Path>,
}

impl<'i> Resolver<'i> {
    #[must_use]
    pub fn type_of(&self, form: &Form) -> Option<Type> {
        let ty = self.form(form)?;
        let ty = self.unaliased(&ty);
        (!ty.is_unknown()).then_some(ty)
    }

    /// What an alias of the project stands for; else the type itself.
    #[must_use]
    pub fn unaliased(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        for _ in 0..ALIASES_MAX {
            let Some(definition) = self.definition(&ty.name).filter(|definition| definition.kind == TypeKind::Alias)
            else {
                break;
            };
            let Some(target) = &definition.target else { break };
            ty = target.with(&definition.generics, &ty.arguments);
        }
        ty
    }

    /// The type of this name; that of the asking file if it has one.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<&'i TypeDefinition> {
        let own = self.from.and_then(|from| self.rust.files.get(from));
        let own = own.and_then(|file| file.types.iter().find(|found| found.name == name));
        own.or_else(|| self.rust.type_named(name).map(|(_, found)| found))
    }

    fn form(&self, form: &Form) -> Option<Type> {
        match form {
            Form::Unknown => None,
            Form::Known(ty) => Some(ty.clone()),
            Form::Call { path, turbofish, argument } => self.call(path, turbofish.as_ref(), argument),
            Form::Method { of, name, turbofish, result } => {
                let result = result.as_ref().and_then(|result| self.type_of(result));
                self.method(&self.type_of(of)?, name, turbofish.as_ref(), result)
            }
            Form::Field { of, name } => self.field(&self.type_of(of)?, name),
            Form::Index(of) => self.type_of(of)?.indexed(),
            Form::Element(of) => self.type_of(of)?.element(),
            Form::Key(of) => self.type_of(of)?.keyed().map(|(key, _)| key),
            Form::Value(of) => self.type_of(of)?.keyed().map(|(_, value)| value),
            Form::Await(of) => {
                let ty = self.type_of(of)?;
                if ty.name == "Future" { ty.arguments.into_iter().next() } else { Some(ty) }
            }
            Form::Try(of) => Some(self.type_of(of)?.payload()),
            Form::Payload { of, variant, index } => self.payload(&self.type_of(of)?, variant, *index),
            Form::Part { of, index } => match &**of {
                Form::Tuple(parts) => self.type_of(parts.get(*index)?),
                of => {
                    let ty = self.type_of(of)?;
                    if ty.name == "()" {
                        ty.arguments.get(*index).cloned()
                    } else {
                        self.field(&ty, &index.to_string())
                    }
                }
            },
            Form::Tuple(parts) => {
                Some(Type::of("()", parts.iter().map(|part| self.type_of(part).unwrap_or_else(Type::unknown))))
            }
            Form::List(item) => Some(Type::of("Vec", [self.type_of(item).unwrap_or_else(Type::unknown)])),
            Form::Path(path) => self.path(path),
            Form::Either(cases) => cases.iter().find_map(|case| self.type_of(case)),
        }
    }

    /// The type of a field, with the arguments of its struct in the places of generic parameters.
    #[must_use]
    pub fn field(&self, ty: &Type, name: &str) -> Option<Type> {
        if ty.name == "()" {
            return ty.arguments.get(name.parse::<usize>().ok()?).cloned();
        }
        if let Some(definition) = self.definition(&ty.name) {
            let field = definition.fields.iter().find(|field| field.name == name)?;
            return Some(field.ty.as_ref()?.with(&definition.generics, &ty.arguments));
        }
        standard::field(&ty.name, name)
    }

    /// What a pattern such as `Some(a)` or `Path(id)` takes out.
    pub(super) fn payload(&self, ty: &Type, variant: &str, index: usize) -> Option<Type> {
        match (variant, ty.name.as_str()) {
            ("Some" | "Ok", "Option" | "Result") => ty.arguments.first().cloned(),
            ("Err", "Result") => ty.arguments.get(1).cloned(),
            _ if variant == ty.name => match self.definition(variant) {
                Some(_) => self.field(ty, &index.to_string()),
                None => ty.arguments.get(index).cloned(),
            },
            _ => None,
        }
    }

    fn path(&self, path: &[String]) -> Option<Type> {
        let (last, before) = path.split_last()?;
        if let Some(owner) = before.last().filter(|owner| is_type_name(owner)) {
            let is_variant =
                self.definition(owner).is_some_and(|found| found.variants.iter().any(|variant| variant.name == *last));
            return if is_variant { Some(Type::named(owner)) } else { self.constant(&format!("{owner}::{last}")) };
        }
        if last == "None" {
            return Some(Type::of("Option", [Type::unknown()]));
        }
        // A unit struct otherwise.
        self.constant(last).or_else(|| self.definition(last).map(|found| Type::named(&found.name)))
    }

    fn constant(&self, name: &str) -> Option<Type> {
        let constants = self.rust.constants_named(name);
        let own = constants.iter().find(|(path, _)| Some(path.as_path()) == self.from);
        own.or_else(|| constants.first()).and_then(|(_, found)| found.ty.clone())
    }

    fn call(&self, path: &[String], turbofish: Option<&Type>, argument: &Form) -> Option<Type> {
        let (last, before) = path.split_last()?;
        let given = || self.type_of(argument).unwrap_or_else(Type::unknown);
        match (before.last(), last.as_str()) {
            (None, "Some") => return Some(Type::of("Option", [given()])),
            (None, "Ok") => return Some(Type::of("Result", [given()])),
            (None, "Err") => return Some(Type::of("Result", [Type::unknown(), given()])),
            // A query of sqlx says what its rows become.
            (_, "query_as" | "query_scalar") => return turbofish.map(|row| Type::of("QueryAs", [row.clone()])),
            (Some(owner), "new" | "from") if matches!(owner.as_str(), "Box" | "Arc" | "Rc" | "Cow") => {
                return Some(given());
            }
            _ => {}
        }
        if let Some(owner) = before.last().filter(|owner| is_type_name(owner)) {
            return self.associated(owner, last, turbofish);
        }
        if is_type_name(last) {
            return Some(match self.definition(last) {
                Some(_) => Type::named(last),
                None => Type::of(last, [given()]),
            });
        }
        let function = self.function(before.last().map(String::as_str), last)?;
        Some(self.output(function, turbofish)).filter(|ty| !ty.is_unknown())
    }

    /// `Post::find(…)`, `String::from(…)`, `Status::Draft(…)`
    fn associated(&self, owner: &str, name: &str, turbofish: Option<&Type>) -> Option<Type> {
        if let Some(function) = self.method_named(owner, name) {
            return Some(self.output(function, turbofish)).filter(|ty| !ty.is_unknown());
        }
        let own = || Some(turbofish.cloned().filter(|ty| ty.name == owner).unwrap_or_else(|| Type::named(owner)));
        if let Some(definition) = self.definition(owner) {
            let is_variant = definition.variants.iter().any(|variant| variant.name == name);
            return if is_variant || matches!(name, "default" | "new" | "from") { own() } else { None };
        }
        let makes = matches!(name, "new" | "default" | "from" | "with_capacity" | "now" | "from_iter")
            || name.starts_with("new_");
        if makes { own() } else { None }
    }

    /// What a function gives back; of an `async fn`, what it gives when it is awaited.
    fn output(&self, function: &Function, turbofish: Option<&Type>) -> Type {
        let output = function.output.clone().unwrap_or_else(|| Type::of("()", []));
        match turbofish {
            Some(ty) if function.generics.len() == 1 => output.with(&function.generics, std::slice::from_ref(ty)),
            _ => output.with(&function.generics, &[]),
        }
    }

    /// A function by its name, perhaps with the module before it. That of the asking file goes first, if nothing else decides.
    #[must_use]
    pub fn function(&self, module: Option<&str>, name: &str) -> Option<&'i Function> {
        let mut best: Option<(u8, &'i Function)> = None;
        for (path, function) in self.rust.functions_named(name) {
            let rank = match module {
                Some(module) if !matches!(module, "self" | "super" | "crate") => u8::from(is_module(path, module)),
                _ => u8::from(self.from == Some(path.as_path())),
            };
            if best.is_none_or(|(known, _)| rank > known) {
                best = Some((rank, function));
            }
        }
        best.map(|(_, function)| function)
    }

    /// A method of a type of the project, or of a trait that it has.
    #[must_use]
    pub fn method_named(&self, owner: &str, name: &str) -> Option<&'i Function> {
        self.rust.method_of(owner, name).map(|(_, function)| function)
    }

    /// What a method gives back.
    #[must_use]
    pub fn method(&self, ty: &Type, name: &str, turbofish: Option<&Type>, result: Option<Type>) -> Option<Type> {
        if let Some(function) = self.method_named(&ty.name, name) {
            let output = self.output(function, turbofish);
            let output = match &function.owner_type {
                Some(owner) => {
                    let parameters: Vec<String> =
                        owner.arguments.iter().map(|argument| argument.name.clone()).collect();
                    output.with(&parameters, &ty.arguments)
                }
                None => output,
            };
            return (!output.is_unknown()).then_some(output);
        }
        match name {
            "collect" | "parse" | "into" | "try_into" | "sum" | "product" if turbofish.is_some() => {
                let wanted = turbofish?;
                let item = ty.element().unwrap_or_else(Type::unknown);
                let wanted = filled(wanted, &item);
                Some(if name == "parse" { Type::of("Result", [wanted]) } else { wanted })
            }
            "map" | "and_then" | "map_or" | "map_or_else" | "flat_map" | "filter_map" | "then" if result.is_some() => {
                mapped(ty, name, result?)
            }
            "to_string" => Some(Type::named("String")),
            "clone" | "borrow" | "as_ref" | "as_mut" | "iter_mut" | "to_owned" | "cloned" | "copied" | "by_ref"
            | "as_deref" | "deref"
                if standard::method(ty, name).is_none() =>
            {
                Some(ty.clone())
            }
            _ => standard::method(ty, name),
        }
    }
}

/// `Vec<_>` with what is known of the items.
fn filled(wanted: &Type, item: &Type) -> Type {
    if wanted.is_unknown() {
        return item.clone();
    }
    if wanted.is_map() && wanted.arguments.iter().all(Type::is_unknown) && item.name == "()" {
        return Type::of(&wanted.name, item.arguments.iter().cloned());
    }
    Type::of(&wanted.name, wanted.arguments.iter().map(|argument| filled(argument, item)))
}

/// What a method with a closure gives, whose closure gives `result`.
fn mapped(ty: &Type, name: &str, result: Type) -> Option<Type> {
    match (ty.name.as_str(), name) {
        ("Option", "map") => Some(Type::of("Option", [result])),
        ("Result", "map") => Some(Type::of("Result", std::iter::once(result).chain(ty.arguments.get(1).cloned()))),
        ("Option" | "Result", "and_then" | "map_or" | "map_or_else") => Some(result),
        ("bool", "then") => Some(Type::of("Option", [result])),
        (_, "map") if ty.element().is_some() => Some(Type::of("Iterator", [result])),
        (_, "flat_map" | "filter_map") if ty.element().is_some() => Some(Type::of("Iterator", [result.element()?])),
        _ => None,
    }
}

pub(super) fn is_type_name(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.chars().any(char::is_lowercase)
        || matches!(
            name,
            "str"
                | "u8"
                | "u16"
                | "u32"
                | "u64"
                | "usize"
                | "i8"
                | "i16"
                | "i32"
                | "i64"
                | "isize"
                | "f32"
                | "f64"
                | "bool"
                | "char"
        )
        || (name.len() == 1 && name.starts_with(char::is_uppercase))
}

/// `src/posts.rs` and `src/posts/mod.rs` are `posts`.
pub(super) fn is_module(path: &Path, module: &str) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    match stem {
        Some("mod") => path.parent().and_then(Path::file_name).is_some_and(|folder| folder == module),
        stem => stem == Some(module),
    }
}
