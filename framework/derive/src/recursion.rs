//! Replaces a type's mentions of itself within its fields, so that its fingerprint is finite.

use proc_macro2::Ident;
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypePath, parse_quote};

/// `Option<Box<Node>>` within `Node` becomes `Option<Box<Recursive<()>>>`; `Box<Tree<u8>>` within `Tree<T>` becomes
/// `Box<Recursive<(u8,)>>`.
pub(crate) fn without_self(ident: &Ident, ty: &Type) -> Type {
    let mut ty = ty.clone();
    replace(ident, &mut ty);
    ty
}

fn replace(ident: &Ident, ty: &mut Type) {
    match ty {
        Type::Path(path) => {
            replace_arguments(ident, path);
            if let Some(arguments) = self_mention(ident, path) {
                *ty = parse_quote!(::anvilforge::__private::layout::Recursive<(#(#arguments,)*)>);
            }
        }
        Type::Array(array) => replace(ident, &mut array.elem),
        Type::Slice(slice) => replace(ident, &mut slice.elem),
        Type::Group(group) => replace(ident, &mut group.elem),
        Type::Paren(paren) => replace(ident, &mut paren.elem),
        Type::Reference(reference) => replace(ident, &mut reference.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|element| replace(ident, element)),
        Type::BareFn(function) => {
            function.inputs.iter_mut().for_each(|input| replace(ident, &mut input.ty));
            if let ReturnType::Type(_, output) = &mut function.output {
                replace(ident, output);
            }
        }
        _ => {}
    }
}

fn replace_arguments(ident: &Ident, path: &mut TypePath) {
    for segment in &mut path.path.segments {
        if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            for argument in &mut arguments.args {
                if let GenericArgument::Type(ty) = argument {
                    replace(ident, ty);
                }
            }
        }
    }
}

/// The type arguments of a mention of the type itself. A longer path may be another type of the same name.
fn self_mention(ident: &Ident, path: &TypePath) -> Option<Vec<Type>> {
    let segment = path.path.segments.first()?;
    if path.qself.is_some() || path.path.leading_colon.is_some() || path.path.segments.len() != 1 {
        return None;
    }
    if segment.ident != *ident && segment.ident != "Self" {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Some(Vec::new()) };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    Some(types.collect())
}
