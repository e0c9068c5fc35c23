//! `#[derive(Layout)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DataEnum, DeriveInput, Error, Fields, GenericParam, Generics, Type};

use crate::export;
use crate::recursion::without_self;

/// One field of a struct or of an enum's variant.
struct Part {
    /// `name`, `0`, `Variant.name`.
    name: String,
    ty: Type,
    fingerprint: TokenStream,
    /// An `Option<usize>`.
    offset: TokenStream,
    span: Span,
}

pub(crate) fn expand(input: DeriveInput) -> syn::Result<TokenStream> {
    refuse_lifetimes(&input.generics)?;
    let parts = parts(&input)?;
    let ident = &input.ident;
    let generics = with_bounds(input.generics.clone());
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();

    let export::Definition { distinction, symbol } = export::definition(ident);
    let head = head(&input);
    let parameters: Vec<&Ident> = input.generics.type_params().map(|parameter| &parameter.ident).collect();
    let hashed = parts.iter().map(|Part { name, offset, fingerprint, span, .. }| {
        quote_spanned!(*span=> let hash = ::anvilforge::__private::layout::field(hash, #name, #offset, #fingerprint);)
    });
    let described = parts.iter().map(|Part { name, ty, offset, fingerprint, span }| {
        let place = place(*span);
        quote_spanned! {*span=>
            ::anvilforge::__private::layout::described_field::<#ty>(#name, #offset, #fingerprint, #place)
        }
    });
    let place = place(ident.span());
    let export = exported_description(ident, &input.generics, &symbol);
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics ::anvilforge::__private::layout::Layout for #ident #type_generics #where_clause {
            const FINGERPRINT: u64 = {
                #head
                #(#hashed)*
                hash
            };
            const DEFINITION: ::core::option::Option<u64> = {
                use ::anvilforge::__private::layout;
                let definition = ::core::option::Option::Some(layout::text(layout::SEED, #distinction));
                #(let definition = layout::defined(definition, <#parameters as layout::Layout>::DEFINITION);)*
                definition
            };

            fn describe() -> ::anvilforge::__private::TypeLayout {
                ::anvilforge::__private::layout::described::<Self>(
                    <Self as ::anvilforge::__private::layout::Layout>::FINGERPRINT,
                    ::core::option::Option::Some(#place),
                    ::std::vec![#(#described),*],
                )
            }
        }
        #export
    })
}

/// Everything of the fingerprint that is not a field: path, size, representation, parameters, variants.
fn head(input: &DeriveInput) -> TokenStream {
    let name = input.ident.unraw().to_string();
    let mut head = quote! {
        let hash = ::anvilforge::__private::layout::sized::<Self>(::core::concat!(::core::module_path!(), "::", #name));
    };
    let mut add_text = |text: String| {
        head.extend(quote!(let hash = ::anvilforge::__private::layout::text(hash, #text);));
    };
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        add_text(attribute.meta.to_token_stream().to_string());
    }
    if let Data::Enum(data) = &input.data {
        for variant in &data.variants {
            add_text(variant.ident.to_string());
            if let Some((_, discriminant)) = &variant.discriminant {
                add_text(discriminant.to_token_stream().to_string());
            }
        }
        head.extend(discriminants(data));
    }
    for parameter in &input.generics.params {
        match parameter {
            GenericParam::Type(parameter) => {
                let ident = &parameter.ident;
                head.extend(quote! {
                    let hash = ::anvilforge::__private::layout::number(
                        hash,
                        <#ident as ::anvilforge::__private::layout::Layout>::FINGERPRINT,
                    );
                });
            }
            GenericParam::Const(parameter) => {
                let ident = &parameter.ident;
                head.extend(quote!(let hash = ::anvilforge::__private::layout::number(hash, #ident as u64);));
            }
            GenericParam::Lifetime(_) => {}
        }
    }
    head
}

/// Explicit discriminants may be constants that are defined elsewhere, so their values count where rustc tells them.
fn discriminants(data: &DataEnum) -> TokenStream {
    let fieldless = data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit));
    let explicit = data.variants.iter().any(|variant| variant.discriminant.is_some());
    if !fieldless || !explicit {
        return TokenStream::new();
    }
    let variants = data.variants.iter().map(|variant| &variant.ident);
    quote!(#(let hash = ::anvilforge::__private::layout::number(hash, Self::#variants as i128 as u64);)*)
}

fn parts(input: &DeriveInput) -> syn::Result<Vec<Part>> {
    match &input.data {
        Data::Struct(data) => fields(&input.ident, None, &data.fields),
        Data::Enum(data) => {
            let mut parts = Vec::new();
            for variant in &data.variants {
                parts.extend(fields(&input.ident, Some(&variant.ident), &variant.fields)?);
            }
            Ok(parts)
        }
        Data::Union(data) => Err(Error::new_spanned(
            data.union_token,
            "a union does not say which of its fields is meant; keep an enum in the container instead",
        )),
    }
}

fn fields(owner: &Ident, variant: Option<&Ident>, fields: &Fields) -> syn::Result<Vec<Part>> {
    let members = fields.members();
    fields
        .iter()
        .zip(members)
        .map(|(field, member)| {
            let ty = field.ty.clone();
            let span = field.ident.as_ref().map_or_else(|| ty.span(), Ident::span);
            let plain = match &member {
                syn::Member::Named(ident) => ident.unraw().to_string(),
                syn::Member::Unnamed(index) => index.index.to_string(),
            };
            let fingerprint = if is_opaque(&field.attrs)? {
                let written = ty.to_token_stream().to_string();
                quote!(::anvilforge::__private::layout::opaque::<#ty>(#written))
            } else {
                let finite = without_self(owner, &ty);
                quote_spanned!(ty.span()=> <#finite as ::anvilforge::__private::layout::Layout>::FINGERPRINT)
            };
            let (name, offset) = match variant {
                Some(variant) => (format!("{variant}.{plain}"), quote!(::core::option::Option::None)),
                None => (plain, quote!(::core::option::Option::Some(::core::mem::offset_of!(Self, #member)))),
            };
            Ok(Part { name, ty, fingerprint, offset, span })
        })
        .collect()
}

fn is_opaque(attributes: &[Attribute]) -> syn::Result<bool> {
    let mut opaque = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("layout")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("opaque") {
                return Err(meta.error("the only option of a field is `#[layout(opaque)]`"));
            }
            opaque = true;
            Ok(())
        })?;
    }
    Ok(opaque)
}

fn refuse_lifetimes(generics: &Generics) -> syn::Result<()> {
    match generics.lifetimes().next() {
        None => Ok(()),
        Some(lifetime) => Err(Error::new_spanned(
            lifetime,
            "a value in the container outlives every borrow: own the content (`String` instead of `&str`)",
        )),
    }
}

fn with_bounds(mut generics: Generics) -> Generics {
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(::anvilforge::__private::layout::Layout));
    }
    generics
}

/// An expression of type `SourcePlace`.
fn place(span: Span) -> TokenStream {
    let (line, column) = (span.unwrap().line(), span.unwrap().column());
    let (line, column) = (u32::try_from(line).unwrap_or(0), u32::try_from(column).unwrap_or(0));
    quote!(::anvilforge::__private::layout::place(::core::file!(), #line, #column))
}

/// Types with parameters have no one description; the host finds their parts through the names of their fields' types.
fn exported_description(ident: &Ident, generics: &Generics, symbol: &str) -> TokenStream {
    if !generics.params.is_empty() {
        return TokenStream::new();
    }
    export::in_hot_build(
        &export::hot(),
        &quote! {
            #[unsafe(export_name = #symbol)]
            extern "Rust" fn __anvil_describe() -> ::anvilforge::__private::TypeLayout {
                <#ident as ::anvilforge::__private::layout::Layout>::describe()
            }
        },
    )
}
