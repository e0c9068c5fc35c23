//! Types, functions and constants: what is declared.

use forge_codegen::Span;
use syn::{Attribute, Fields, GenericParam, Generics, Signature, Visibility, punctuated::Punctuated};

use super::{
    Field, Function, GivenVariable, TypeDefinition, TypeKind, ViewUse, ViewUseKind, body::Body, source::first_literal,
};
use crate::index::{
    form::Form,
    types::{Type, plain},
};

impl Body<'_> {
    pub(super) fn define(
        &mut self,
        kind: TypeKind,
        ident: &syn::Ident,
        attributes: &[Attribute],
        generics: &Generics,
    ) -> &mut TypeDefinition {
        let definition = TypeDefinition {
            name: plain(ident),
            span: self.source.span(ident.span()),
            kind,
            fields: Vec::new(),
            variants: Vec::new(),
            derives: derives(attributes),
            docs: docs(attributes),
            generics: parameters(generics),
            target: None,
            component: named_by(attributes, "component").map(|literal| literal.value()),
        };
        self.file.types.push(definition);
        let last = self.file.types.len() - 1;
        &mut self.file.types[last]
    }

    pub(super) fn define_struct(&mut self, item: &syn::ItemStruct) {
        let fields = self.fields(&item.fields);
        let view = named_by(&item.attrs, "view").map(|view| (self.source.within_quotes(&view), view.value()));
        let definition = self.define(TypeKind::Struct, &item.ident, &item.attrs, &item.generics);
        definition.fields = fields;
        if let Some((span, view)) = view.filter(|_| definition.derives.iter().any(|derive| derive == "View")) {
            let variables = definition.fields.iter().map(|field| GivenVariable {
                name: field.name.clone(),
                span: field.span,
                ty: field.ty.clone(),
                form: field.ty.clone().map_or(Form::Unknown, Form::known),
            });
            let shown = ViewUse {
                view,
                span,
                kind: ViewUseKind::Struct(plain(&item.ident)),
                variables: variables.collect(),
                function: None,
            };
            self.file.views.push(shown);
        }
    }

    fn fields(&self, fields: &Fields) -> Vec<Field> {
        let field = |(index, field): (usize, &syn::Field)| Field {
            name: field.ident.as_ref().map_or_else(|| index.to_string(), plain),
            span: self
                .source
                .span(field.ident.as_ref().map_or_else(|| syn::spanned::Spanned::span(&field.ty), syn::Ident::span)),
            ty: Some(Type::of_syn(&field.ty, self.owner.as_ref())),
            docs: docs(&field.attrs),
            has_default: field.attrs.iter().any(|attribute| attribute.path().is_ident("prop")),
        };
        fields.iter().enumerate().map(field).collect()
    }

    pub(super) fn define_enum(&mut self, item: &syn::ItemEnum) {
        let variants: Vec<Field> = item
            .variants
            .iter()
            .map(|variant| Field {
                name: plain(&variant.ident),
                span: self.source.span(variant.ident.span()),
                ty: None,
                docs: docs(&variant.attrs),
                has_default: false,
            })
            .collect();
        self.define(TypeKind::Enum, &item.ident, &item.attrs, &item.generics).variants = variants;
    }

    pub(super) fn constant(&mut self, ident: &syn::Ident, ty: &syn::Type, attributes: &[Attribute]) {
        let name = plain(ident);
        let name = self.owner.as_ref().map_or_else(|| name.clone(), |owner| format!("{}::{name}", owner.name));
        let ty = Type::of_syn(ty, self.owner.as_ref());
        let span = self.source.span(ident.span());
        self.file.constants.push(Field { name, span, ty: Some(ty), docs: docs(attributes), has_default: false });
    }

    pub(super) fn function(
        &mut self,
        attributes: &[Attribute],
        visibility: Option<&Visibility>,
        signature: &Signature,
        whole: Span,
    ) {
        let owner = self.owner.clone();
        let mut parameters_found = Vec::new();
        let mut takes_self = false;
        for input in &signature.inputs {
            match input {
                syn::FnArg::Receiver(_) => takes_self = true,
                syn::FnArg::Typed(typed) => {
                    parameters_found.push((self.parameter_name(&typed.pat), Type::of_syn(&typed.ty, owner.as_ref())));
                }
            }
        }
        let output = match &signature.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some(Type::of_syn(ty, owner.as_ref())),
        };
        let shown = self.source.span_of(signature);
        let start = visibility.map(|visibility| self.source.span_of(visibility)).filter(|span| !span.is_empty());
        let shown = self.source.on_one_line(start.map_or(shown, |start| start.to(shown)));
        let function = Function {
            name: plain(&signature.ident),
            span: self.source.span(signature.ident.span()),
            whole,
            owner: owner.as_ref().map(|owner| owner.name.clone()),
            takes_self,
            parameters: parameters_found,
            output,
            signature: shown,
            docs: docs(attributes),
            generics: parameters(&signature.generics),
            owner_type: owner,
        };
        self.file.functions.push(function);
    }

    /// What a parameter is called: the variable that its pattern binds, if it is one.
    fn parameter_name(&self, pattern: &syn::Pat) -> String {
        match pattern {
            syn::Pat::Ident(ident) => plain(&ident.ident),
            syn::Pat::TupleStruct(inner) if inner.elems.len() == 1 => self.parameter_name(&inner.elems[0]),
            other => self.source.on_one_line(self.source.span_of(other)),
        }
    }
}

/// The literal of `#[view("…")]`.
pub(super) fn named_by(attributes: &[Attribute], name: &str) -> Option<syn::LitStr> {
    let attribute = attributes.iter().find(|attribute| attribute.path().is_ident(name))?;
    first_literal(attribute.meta.require_list().ok()?.tokens.clone())
}

fn derives(attributes: &[Attribute]) -> Vec<String> {
    let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let paths =
        lists.filter_map(|list| list.parse_args_with(Punctuated::<syn::Path, syn::Token![,]>::parse_terminated).ok());
    paths.flatten().filter_map(|path| path.segments.last().map(|segment| plain(&segment.ident))).collect()
}

fn parameters(generics: &Generics) -> Vec<String> {
    let types = generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(ty) => Some(plain(&ty.ident)),
        _ => None,
    });
    types.collect()
}

/// The lines of a documentation comment, without the space that each begins with.
pub(super) fn docs(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let syn::Meta::NameValue(syn::MetaNameValue { value: syn::Expr::Lit(literal), .. }) = &attribute.meta
            && let syn::Lit::Str(text) = &literal.lit
        {
            let text = text.value();
            lines.extend(text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()));
            if text.is_empty() {
                lines.push(String::new());
            }
        }
    }
    lines.join("\n").trim().to_owned()
}

/// Whether it says `#[cfg(test)]`.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    let cfg = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    cfg.filter_map(|attribute| attribute.parse_args::<syn::Path>().ok()).any(|path| path.is_ident("test"))
}
