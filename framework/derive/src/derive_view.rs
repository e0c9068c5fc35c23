//! `#[derive(View)]`: a struct whose fields are a view's variables.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, LitStr, Path};

use super::known_views::known;
use super::view::{default_path, page};

pub(crate) fn expand(input: DeriveInput) -> syn::Result<TokenStream> {
    let (name, forge) = attribute(&input)?;
    known(&name)?;
    let variables = fields(&input)?;
    let ident = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let page = page(
        &forge,
        &name,
        &variables,
        &quote!(self),
        &quote!(Self { #(mut #variables,)* }),
        &quote!(Self { #(#variables,)* }),
    );
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics #ident #type_generics #where_clause {
            /// The page of this view.
            pub fn into_view(self) -> #forge::View {
                #page
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::convert::From<#ident #type_generics> for #forge::View #where_clause {
            fn from(view: #ident #type_generics) -> Self {
                view.into_view()
            }
        }
    })
}

/// `#[view("name")]`, perhaps with `crate = path`.
fn attribute(input: &DeriveInput) -> syn::Result<(LitStr, Path)> {
    let attribute = input.attrs.iter().find(|attribute| attribute.path().is_ident("view"));
    let attribute = attribute.ok_or_else(|| {
        syn::Error::new(input.ident.span(), "which view is it? write #[view(\"name\")] below the derive")
    })?;
    attribute.parse_args_with(|input: syn::parse::ParseStream<'_>| {
        let name = input.parse()?;
        if input.is_empty() {
            return Ok((name, default_path()));
        }
        input.parse::<syn::Token![,]>()?;
        input.parse::<syn::Token![crate]>()?;
        input.parse::<syn::Token![=]>()?;
        Ok((name, input.call(Path::parse_mod_style)?))
    })
}

/// The names of the fields.
pub(crate) fn fields(input: &DeriveInput) -> syn::Result<Vec<Ident>> {
    let wrong = || syn::Error::new(input.ident.span(), "variables have names; write a struct with named fields");
    let Data::Struct(data) = &input.data else { return Err(wrong()) };
    match &data.fields {
        Fields::Named(fields) => Ok(fields.named.iter().filter_map(|field| field.ident.clone()).collect()),
        Fields::Unit => Ok(Vec::new()),
        Fields::Unnamed(_) => Err(wrong()),
    }
}
