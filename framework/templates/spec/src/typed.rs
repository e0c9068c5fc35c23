//! Data of a case as Rust: types inferred from JSON, and the values in them.

use std::fmt::Write;

use crate::json::Json;

/// What Rust declares for a piece of JSON.
#[derive(Debug, Clone, PartialEq)]
enum Type {
    /// Of `null` alone, and of what an empty list holds. Rust takes text for it.
    Unknown,
    Bool,
    Int,
    UInt,
    Float,
    Str,
    List(Box<Type>),
    Map(Box<Type>),
    Struct(Vec<(String, Type)>),
    Option(Box<Type>),
}

/// Structs and `let` statements.
#[derive(Debug, Default)]
pub struct Typed {
    pub types: String,
    pub bindings: String,
    /// The variables' names, as Rust spells them.
    pub names: Vec<String>,
}

/// The variables of a view. `maps` are paths of objects that are maps.
///
/// # Errors
/// Data that no type fits.
pub fn typed(data: &Json, maps: &[String]) -> Result<Typed, String> {
    let mut typed = Typed::default();
    for (name, value) in data.entries() {
        let mut found = infer(value, name, maps)?;
        let declared = typed.declare(&mut found, &pascal(name));
        let mut literal = String::new();
        print(value, &found, &pascal(name), &mut literal);
        let name = identifier(name);
        let _ = writeln!(typed.bindings, "let {name}: {declared} = {literal};");
        typed.names.push(name);
    }
    Ok(typed)
}

fn infer(value: &Json, path: &str, maps: &[String]) -> Result<Type, String> {
    Ok(match value {
        Json::Null => Type::Option(Box::new(Type::Unknown)),
        Json::Bool(_) => Type::Bool,
        Json::Int(_) => Type::Int,
        Json::UInt(_) => Type::UInt,
        Json::Float(_) => Type::Float,
        Json::Str(_) => Type::Str,
        Json::List(items) => Type::List(Box::new(unified(items.iter(), path, maps)?)),
        Json::Object(entries) if maps.iter().any(|map| map == path) => {
            if !entries.is_sorted_by(|(a, _), (b, _)| a < b) {
                return Err(format!("the keys of the map `{path}` are not sorted"));
            }
            Type::Map(Box::new(unified(entries.iter().map(|(_, value)| value), path, maps)?))
        }
        Json::Object(entries) => {
            let field = |(name, value): &(String, Json)| {
                infer(value, &format!("{path}.{name}"), maps).map(|found| (name.clone(), found))
            };
            Type::Struct(entries.iter().map(field).collect::<Result<_, _>>()?)
        }
    })
}

fn unified<'j>(values: impl Iterator<Item = &'j Json>, path: &str, maps: &[String]) -> Result<Type, String> {
    let mut all = Type::Unknown;
    for value in values {
        all = unify(all, infer(value, path, maps)?, path)?;
    }
    Ok(all)
}

fn unify(a: Type, b: Type, path: &str) -> Result<Type, String> {
    Ok(match (a, b) {
        (a, b) if a == b => a,
        (Type::Unknown, other) | (other, Type::Unknown) => other,
        (Type::Option(a), Type::Option(b)) => Type::Option(Box::new(unify(*a, *b, path)?)),
        (Type::Option(a), b) | (b, Type::Option(a)) => Type::Option(Box::new(unify(*a, b, path)?)),
        (Type::Int, Type::Float) | (Type::Float, Type::Int) => Type::Float,
        (Type::List(a), Type::List(b)) => Type::List(Box::new(unify(*a, *b, path)?)),
        (Type::Map(a), Type::Map(b)) => Type::Map(Box::new(unify(*a, *b, path)?)),
        (Type::Struct(a), Type::Struct(b)) => Type::Struct(unify_fields(a, b, path)?),
        (a, b) => {
            return Err(format!("`{path}` holds values of two types ({a:?}, {b:?}): give them in a `rust` fence"));
        }
    })
}

fn unify_fields(a: Vec<(String, Type)>, b: Vec<(String, Type)>, path: &str) -> Result<Vec<(String, Type)>, String> {
    let optional = |found: Type| match found {
        Type::Option(_) => found,
        other => Type::Option(Box::new(other)),
    };
    let mut rest = b;
    let mut fields = Vec::new();
    for (name, found) in a {
        let other = rest.iter().position(|(known, _)| *known == name).map(|at| rest.remove(at).1);
        let found = match other {
            Some(other) => unify(found, other, &format!("{path}.{name}"))?,
            None => optional(found),
        };
        fields.push((name, found));
    }
    fields.extend(rest.into_iter().map(|(name, found)| (name, optional(found))));
    Ok(fields)
}

impl Typed {
    /// The type as Rust writes it. Structs are added to the types, under names that begin with `name`.
    fn declare(&mut self, found: &mut Type, name: &str) -> String {
        match found {
            Type::Unknown => {
                *found = Type::Str;
                "String".to_owned()
            }
            Type::Bool => "bool".to_owned(),
            Type::Int => "i64".to_owned(),
            Type::UInt => "u64".to_owned(),
            Type::Float => "f64".to_owned(),
            Type::Str => "String".to_owned(),
            Type::List(item) => format!("Vec<{}>", self.declare(item, name)),
            Type::Map(value) => format!("::std::collections::BTreeMap<String, {}>", self.declare(value, name)),
            Type::Option(inner) => format!("Option<{}>", self.declare(inner, name)),
            Type::Struct(fields) => {
                let mut declaration = format!("#[derive(Debug, Clone, ::serde::Serialize)]\nstruct {name} {{\n");
                for (field, found) in fields {
                    let declared = self.declare(found, &format!("{name}{}", pascal(field)));
                    let _ = writeln!(declaration, "    {}: {declared},", identifier(field));
                }
                self.types += &declaration;
                self.types += "}\n";
                name.to_owned()
            }
        }
    }
}

/// The value as an expression of its type.
fn print(value: &Json, found: &Type, name: &str, out: &mut String) {
    match (value, found) {
        (Json::Null, _) => out.push_str("None"),
        (value, Type::Option(inner)) => {
            out.push_str("Some(");
            print(value, inner, name, out);
            out.push(')');
        }
        (Json::Int(value), Type::Float) => drop(write!(out, "{value}.0")),
        (Json::Float(value), _) => drop(write!(out, "{value:?}")),
        (Json::Bool(value), _) => drop(write!(out, "{value}")),
        (Json::Int(value), _) => drop(write!(out, "{value}")),
        (Json::UInt(value), _) => drop(write!(out, "{value}")),
        (Json::Str(value), _) => drop(write!(out, "{value:?}.to_owned()")),
        (Json::List(items), Type::List(item)) => {
            out.push_str("vec![");
            for value in items {
                print(value, item, name, out);
                out.push_str(", ");
            }
            out.push(']');
        }
        (Json::Object(entries), Type::Map(item)) => {
            out.push_str("::std::collections::BTreeMap::from([");
            for (key, value) in entries {
                let _ = write!(out, "({key:?}.to_owned(), ");
                print(value, item, name, out);
                out.push_str("), ");
            }
            out.push_str("])");
        }
        (value, Type::Struct(fields)) => {
            let _ = write!(out, "{name} {{ ");
            for (field, found) in fields {
                let _ = write!(out, "{}: ", identifier(field));
                let inner = format!("{name}{}", pascal(field));
                print(value.get(field).unwrap_or(&Json::Null), found, &inner, out);
                out.push_str(", ");
            }
            out.push('}');
        }
        // Types are inferred from the values: nothing else occurs.
        _ => out.push_str("()"),
    }
}

fn pascal(name: &str) -> String {
    let mut result = String::new();
    for part in name.split(['_', '-']) {
        let mut letters = part.chars();
        result.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        result.push_str(letters.as_str());
    }
    // `String` and the like are taken.
    format!("{result}Data")
}

/// A name as Rust spells it where it is a word of Rust.
pub(crate) fn identifier(name: &str) -> String {
    const WORDS: &[&str] = &[
        "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "fn", "for", "if",
        "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct",
        "trait", "type", "unsafe", "use", "where", "while", "abstract", "become", "box", "do", "final", "gen", "macro",
        "override", "priv", "try", "typeof", "unsized", "virtual", "yield",
    ];
    if WORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}
