//! The syntax of an item: its kind, its names, and where it begins.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Attribute, Item, UseTree, Visibility};

use crate::part::Kind;
use crate::tokens::unraw;

pub(crate) fn kind(item: &Item) -> Kind {
    match item {
        Item::Use(_) => Kind::Use,
        Item::ExternCrate(_) => Kind::ExternCrate,
        Item::Macro(call) if call.mac.path.is_ident("macro_rules") => Kind::Macro,
        Item::Fn(_) => Kind::Function,
        Item::Struct(_) | Item::Enum(_) | Item::Union(_) => Kind::Data,
        Item::Trait(_) | Item::TraitAlias(_) => Kind::Trait,
        Item::Type(_) => Kind::Alias,
        Item::Const(constant) if constant.ident == "_" => Kind::Unnamed,
        Item::Const(_) | Item::Static(_) | Item::ForeignMod(_) => Kind::Value,
        Item::Mod(_) => Kind::Module,
        Item::Impl(_) => Kind::Impl,
        _ => Kind::Call,
    }
}

pub(crate) fn own_names(item: &Item) -> Vec<String> {
    match item {
        Item::Use(item) => {
            let mut names = Vec::new();
            use_names(&item.tree, None, &mut names);
            names
        }
        Item::ExternCrate(item) => vec![unraw(item.rename.as_ref().map_or(&item.ident, |(_, name)| name))],
        Item::Macro(item) => item.ident.iter().map(unraw).collect(),
        Item::Fn(item) => vec![unraw(&item.sig.ident)],
        Item::Struct(item) => vec![unraw(&item.ident)],
        Item::Enum(item) => vec![unraw(&item.ident)],
        Item::Union(item) => vec![unraw(&item.ident)],
        Item::Trait(item) => vec![unraw(&item.ident)],
        Item::TraitAlias(item) => vec![unraw(&item.ident)],
        Item::Type(item) => vec![unraw(&item.ident)],
        Item::Const(item) if item.ident != "_" => vec![unraw(&item.ident)],
        Item::Static(item) => vec![unraw(&item.ident)],
        Item::Mod(item) => vec![unraw(&item.ident)],
        Item::ForeignMod(block) => block
            .items
            .iter()
            .filter_map(|item| match item {
                syn::ForeignItem::Fn(item) => Some(unraw(&item.sig.ident)),
                syn::ForeignItem::Static(item) => Some(unraw(&item.ident)),
                syn::ForeignItem::Type(item) => Some(unraw(&item.ident)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

pub(crate) fn further_names(item: &Item) -> Vec<String> {
    match item {
        Item::Enum(item) => item.variants.iter().map(|variant| unraw(&variant.ident)).collect(),
        Item::Trait(item) => item
            .items
            .iter()
            .filter_map(|item| match item {
                syn::TraitItem::Fn(item) => Some(unraw(&item.sig.ident)),
                syn::TraitItem::Const(item) => Some(unraw(&item.ident)),
                syn::TraitItem::Type(item) => Some(unraw(&item.ident)),
                _ => None,
            })
            .collect(),
        Item::Mod(module) => module
            .content
            .iter()
            .flat_map(|(_, items)| items)
            .flat_map(|item| own_names(item).into_iter().chain(further_names(item)))
            .collect(),
        _ => Vec::new(),
    }
}

fn use_names(tree: &UseTree, last: Option<String>, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => use_names(&path.tree, Some(unraw(&path.ident)), names),
        UseTree::Name(name) if name.ident == "self" => names.extend(last),
        UseTree::Name(name) => names.push(unraw(&name.ident)),
        UseTree::Rename(rename) => names.push(unraw(&rename.rename)),
        UseTree::Group(group) => group.items.iter().for_each(|tree| use_names(tree, last.clone(), names)),
        UseTree::Glob(_) => {}
    }
}

/// Where an item begins after its attributes.
pub(crate) fn head(stream: TokenStream) -> Option<usize> {
    let mut tokens = stream.into_iter();
    loop {
        match tokens.next()? {
            TokenTree::Punct(punct) if punct.as_char() == '#' => tokens.next()?,
            token => return Some(token.span().byte_range().start),
        };
    }
}

pub(crate) fn visibility_range(visibility: &Visibility, start: usize) -> Range<usize> {
    match visibility {
        Visibility::Inherited => start..start,
        _ => visibility.span().byte_range(),
    }
}

pub(crate) fn visibility_of(item: &Item) -> Option<&Visibility> {
    Some(match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::ExternCrate(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Mod(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::TraitAlias(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Union(item) => &item.vis,
        Item::Use(item) => &item.vis,
        _ => return None,
    })
}

pub(crate) fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
