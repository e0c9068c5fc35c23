//! What an item defines at any depth, bodies of functions included: types, macros, implementations, state.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::visit::{self, Visit};

use crate::attributes;
use crate::tokens::unraw;
use crate::words::{Place, Reading};

#[derive(Debug, Default)]
pub(crate) struct Definitions {
    /// Structs, enums, unions and traits.
    pub(crate) types: BTreeSet<String>,
    /// Types with `Layout`: the container may hold them.
    pub(crate) layouts: BTreeSet<String>,
    pub(crate) macros: BTreeSet<String>,
    pub(crate) impls: Vec<Impl>,
    /// A `static`, at any depth.
    pub(crate) has_state: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Impl {
    /// As a person would name it: `impl Display for Post`.
    pub(crate) label: String,
    /// Identifiers of trait and type.
    pub(crate) header: BTreeSet<String>,
    /// Last segment of the type's path, if it is one.
    pub(crate) of_type: Option<String>,
    pub(crate) of_trait: Option<String>,
}

impl Definitions {
    fn data(&mut self, name: &syn::Ident, attributes: &[syn::Attribute]) {
        self.types.insert(unraw(name));
        let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
        if derives.flat_map(attributes::derives).any(|derived| derived == "Layout") {
            self.layouts.insert(unraw(name));
        }
    }
}

impl<'ast> Visit<'ast> for Definitions {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.data(&item.ident, &item.attrs);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.data(&item.ident, &item.attrs);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
        self.data(&item.ident, &item.attrs);
        visit::visit_item_union(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.types.insert(unraw(&item.ident));
        visit::visit_item_trait(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.has_state = true;
        visit::visit_item_static(self, item);
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        match &item.ident {
            Some(name) => _ = self.macros.insert(unraw(name)),
            None => self.visit_macro(&item.mac),
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // Any macro may hold a `static`: `thread_local!`, or one of the user's.
        self.has_state |= call.path.is_ident("thread_local") || call.tokens.to_string().contains("static ");
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let target = &item.self_ty;
        let mut header = Reading::default();
        header.walk(target.to_token_stream(), Place::Code);
        let of_type = last_segment(target);
        let shown = of_type.clone().unwrap_or_else(|| target.to_token_stream().to_string());
        let of_trait = item.trait_.as_ref().and_then(|(_, path, _)| {
            header.walk(path.to_token_stream(), Place::Code);
            path.segments.last().map(|segment| unraw(&segment.ident))
        });
        if of_trait.as_deref() == Some("Layout") {
            self.layouts.extend(of_type.clone());
        }
        let label = match &of_trait {
            Some(name) => format!("impl {name} for {shown}"),
            None => format!("impl {shown}"),
        };
        self.impls.push(Impl { label, header: header.words.all, of_type, of_trait });
        visit::visit_item_impl(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !attributes::is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
}

pub(crate) fn last_segment(target: &syn::Type) -> Option<String> {
    match target {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| unraw(&segment.ident)),
        syn::Type::Reference(reference) => last_segment(&reference.elem),
        syn::Type::Paren(inner) => last_segment(&inner.elem),
        syn::Type::Group(inner) => last_segment(&inner.elem),
        _ => None,
    }
}
