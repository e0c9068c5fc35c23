//! What templates use most of the standard library and of Forge itself: fields and methods with their signatures, as tables.

mod collections;
mod forge;
mod scalars;

use std::{collections::HashMap, sync::LazyLock};

use super::types::Type;

/// A group of types with the same members.
struct Group {
    types: &'static [&'static str],
    /// Names of the arguments in the signatures: `T` of `Vec<T>`.
    parameters: &'static [&'static str],
    /// `index: usize` or `fn len(&self) -> usize`, each with a sentence.
    members: &'static [(&'static str, &'static str)],
}

/// A member of a type of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) docs: &'static str,
    pub(crate) is_method: bool,
}

struct Read {
    entry: Entry,
    parameters: Vec<String>,
    /// None where it gives back nothing, `Self` what it is called on.
    output: Option<Type>,
}

/// By type; names within it in the order of the tables.
static TABLE: LazyLock<HashMap<&'static str, Vec<Read>>> = LazyLock::new(|| {
    let mut table: HashMap<&'static str, Vec<Read>> = HashMap::new();
    for group in [scalars::GROUPS, collections::GROUPS, forge::GROUPS].into_iter().flatten() {
        for ty in group.types {
            let members = group.members.iter().filter_map(|(signature, docs)| read(group, signature, docs));
            table.entry(ty).or_default().extend(members);
        }
    }
    table
});

fn read(group: &Group, signature: &'static str, docs: &'static str) -> Option<Read> {
    let (name, is_method, output) = match signature.strip_prefix("fn ") {
        Some(rest) => (rest.split(['(', '<']).next()?, true, signature.rsplit_once(") -> ").map(|(_, output)| output)),
        None => {
            let (name, ty) = signature.split_once(": ")?;
            (name, false, Some(ty))
        }
    };
    let entry = Entry { name, signature, docs, is_method };
    let parameters = group.parameters.iter().map(|parameter| (*parameter).to_owned()).collect();
    Some(Read { entry, parameters, output: output.map(Type::parse) })
}

/// What a type's own table is called: text is text, whatever holds it.
fn table_name(name: &str) -> &str {
    match name {
        "String" | "Cow" => "str",
        "IntoIterator"
        | "ExactSizeIterator"
        | "DoubleEndedIterator"
        | "Enumerate"
        | "Peekable"
        | "Rev"
        | "Range"
        | "RangeInclusive" => "Iterator",
        "VecDeque" | "[]" | "SmallVec" | "ArrayVec" => "Vec",
        "BTreeMap" | "IndexMap" => "HashMap",
        "BTreeSet" | "IndexSet" => "HashSet",
        other => other,
    }
}

fn find(ty: &str, name: &str, is_method: bool) -> Option<&'static Read> {
    let members = TABLE.get(table_name(ty))?;
    members.iter().find(|member| member.entry.name == name && member.entry.is_method == is_method)
}

/// The type of a field.
pub(crate) fn field(ty: &str, name: &str) -> Option<Type> {
    find(ty, name, false)?.output.clone()
}

/// What a method gives back.
pub(crate) fn method(ty: &Type, name: &str) -> Option<Type> {
    output(find(&ty.name, name, true)?, ty)
}

fn output(read: &Read, ty: &Type) -> Option<Type> {
    let output = read.output.as_ref()?;
    let arguments = arguments(ty);
    let output = free_of_parameters(replaced(output, ty).with(&read.parameters, &arguments));
    (!output.is_unknown()).then_some(output)
}

/// Nobody says what the parameters of a method are: `B` of `collect`.
fn free_of_parameters(ty: Type) -> Type {
    if ty.name.len() == 1 && ty.name.starts_with(char::is_uppercase) {
        return Type::unknown();
    }
    Type { name: ty.name, arguments: ty.arguments.into_iter().map(free_of_parameters).collect() }
}

/// Those of the type, or the items of something that is looped over.
fn arguments(ty: &Type) -> Vec<Type> {
    match table_name(&ty.name) {
        "Iterator" => ty.element().into_iter().collect(),
        _ => ty.arguments.clone(),
    }
}

fn replaced(output: &Type, own: &Type) -> Type {
    if output.name == "Self" {
        return own.clone();
    }
    Type::of(&output.name, output.arguments.iter().map(|argument| replaced(argument, own)))
}

/// Every member of a type, each with the type that it has or gives back.
pub(crate) fn members(ty: &Type) -> impl Iterator<Item = (Entry, Option<Type>)> {
    let members = TABLE.get(table_name(&ty.name)).map(Vec::as_slice).unwrap_or_default();
    members.iter().map(move |member| (member.entry, output(member, ty)))
}

/// What a function that is always there gives back: `route(…)`.
pub(crate) fn function(name: &str) -> Option<Type> {
    let ty = match name {
        "route" | "url" | "asset" | "trans" | "trans_choice" | "csrf_token" => "String",
        "old" | "session" | "config" | "data" => "Value",
        _ => return None,
    };
    Some(Type::named(ty))
}

/// What a filter makes of a value of type `ty`.
pub(crate) fn filter(name: &str, ty: Option<Type>) -> Option<Type> {
    match name {
        "upper" | "lower" | "capitalize" | "title" | "trim" | "truncate" | "join" | "urlencode" | "replace"
        | "date" | "pluralize" => Some(Type::named("String")),
        "json" | "nl2br" => Some(Type::named("Safe")),
        "length" => Some(Type::named("usize")),
        "first" | "last" => ty?.element().map(|item| Type::of("Option", [item])),
        "default" => ty.map(|ty| ty.payload()),
        "reverse" | "sort" | "round" | "abs" => ty,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read() {
        for group in [scalars::GROUPS, collections::GROUPS, forge::GROUPS].into_iter().flatten() {
            for (signature, docs) in group.members {
                let read = read(group, signature, docs).unwrap_or_else(|| panic!("{signature}"));
                assert!(
                    !read.entry.name.is_empty() && read.entry.name.chars().all(|c| c.is_alphanumeric() || c == '_'),
                    "{signature}"
                );
                assert!(docs.ends_with('.'), "{signature}: {docs}");
                assert!(read.output.is_none_or(|output| !output.is_unknown()), "{signature}");
            }
        }
    }

    #[test]
    fn results_take_over_what_the_type_says() {
        let check = |ty: &str, name: &str, shown: &str| {
            assert_eq!(method(&Type::parse(ty), name).map(|ty| ty.show()).as_deref(), Some(shown), "{ty}.{name}");
        };
        check("String", "trim", "str");
        check("Vec<Post>", "first", "Option<Post>");
        check("[Post]", "len", "usize");
        check("HashMap<String, Post>", "get", "Option<Post>");
        check("Option<Post>", "unwrap", "Post");
        check("Vec<Post>", "iter", "Iterator<Post>");
        check("Iterator<Post>", "enumerate", "Iterator<(usize, Post)>");
        check("Range<i64>", "rev", "Iterator<i64>");
        check("AttributeBag", "merge", "AttributeBag");
        check("i64", "abs", "i64");
    }
}
