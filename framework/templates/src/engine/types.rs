//! The types that are written in `::<…>`: what `collect`, `parse` and `sum` are asked for.

use super::number::{FloatType, IntType};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    /// `_`
    Any,
    Int(IntType),
    Float(FloatType),
    Bool,
    Char,
    Str,
    List(Box<Type>),
    Map {
        is_sorted: bool,
    },
    Option(Box<Type>),
    Result(Box<Type>),
    /// As written.
    Other(String),
}

impl Type {
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.trim().trim_start_matches('&').trim();
        let (name, arguments) = match text.split_once('<') {
            Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix('>').unwrap_or(rest)),
            None => (text, ""),
        };
        let name = name.rsplit("::").next().unwrap_or(name);
        let first = || Box::new(Self::parse(first_argument(arguments)));
        match name {
            "_" => Self::Any,
            "bool" => Self::Bool,
            "char" => Self::Char,
            "String" | "str" => Self::Str,
            "Vec" | "VecDeque" => Self::List(first()),
            "HashMap" | "BTreeMap" => Self::Map { is_sorted: name == "BTreeMap" },
            "Option" => Self::Option(first()),
            "Result" => Self::Result(first()),
            _ => {
                let int = IntType::find(name).map(Self::Int);
                int.or_else(|| FloatType::find(name).map(Self::Float)).unwrap_or_else(|| Self::Other(text.to_owned()))
            }
        }
    }
}

/// Up to the first comma that is not within brackets.
fn first_argument(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return &text[..at],
            _ => {}
        }
    }
    text
}
