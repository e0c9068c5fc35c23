//! Fields and methods of a type.

use std::path::Path;

use super::{Member, Place};
use crate::index::{Index, resolve::Resolver, rust::TypeDefinition, standard, types::Type};

/// Fields and methods of a type of the project, and of what templates use most of the standard library.
#[must_use]
pub fn members(index: &Index, ty: &Type) -> Vec<Member> {
    let resolver = Resolver { rust: &index.rust, from: None };
    let ty = resolver.unaliased(ty);
    let mut members = Vec::new();
    if ty.name == "()" {
        let parts = ty.arguments.iter().enumerate();
        members.extend(parts.map(|(at, part)| Member {
            name: at.to_string(),
            ty: Some(part.clone()).filter(|part| !part.is_unknown()),
            signature: format!("{at}: {}", part.show()),
            docs: String::new(),
            is_method: false,
            definition: None,
        }));
        return members;
    }
    if let Some((path, definition)) = index.rust.type_named(&ty.name) {
        members.extend(fields(path, definition, &ty));
    }
    methods(index, &resolver, &ty, &ty.name, &mut members);
    for of_trait in index.rust.traits_of(&ty.name) {
        methods(index, &resolver, &ty, of_trait, &mut members);
    }
    for (entry, output) in standard::members(&ty) {
        if members.iter().all(|known| known.name != entry.name) {
            members.push(Member {
                name: entry.name.to_owned(),
                ty: output,
                signature: entry.signature.to_owned(),
                docs: entry.docs.to_owned(),
                is_method: entry.is_method,
                definition: None,
            });
        }
    }
    members
}

fn fields<'m>(path: &'m Path, definition: &'m TypeDefinition, ty: &'m Type) -> impl Iterator<Item = Member> + 'm {
    definition.fields.iter().map(move |field| {
        let declared = field.ty.as_ref().map(|declared| declared.with(&definition.generics, &ty.arguments));
        let shown = declared.as_ref().map_or_else(|| "_".to_owned(), Type::show);
        Member {
            name: field.name.clone(),
            ty: declared.filter(|declared| !declared.is_unknown()),
            signature: format!("{}: {shown}", field.name),
            docs: field.docs.clone(),
            is_method: false,
            definition: Some(Place { path: path.to_owned(), span: field.span }),
        }
    })
}

/// Those that are called on a value, each name once.
fn methods(index: &Index, resolver: &Resolver<'_>, ty: &Type, owner: &str, members: &mut Vec<Member>) {
    for (path, function) in index.rust.methods_of(owner).filter(|(_, function)| function.takes_self) {
        if members.iter().any(|known| known.is_method && known.name == function.name) {
            continue;
        }
        members.push(Member {
            name: function.name.clone(),
            ty: resolver.method(ty, &function.name, None, None),
            signature: function.signature.clone(),
            docs: function.docs.clone(),
            is_method: true,
            definition: Some(Place { path: path.clone(), span: function.span }),
        });
    }
}
