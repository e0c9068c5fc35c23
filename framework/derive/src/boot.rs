//! `#[anvilforge::boot]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, ItemFn, ReturnType};

use crate::{export, routes};

const SHAPE: &str =
    "the function that fills the container has the shape `async fn boot(c: &mut ContainerBuilder) -> Result<()>`";

pub(crate) fn expand(arguments: &TokenStream, item: &ItemFn) -> syn::Result<TokenStream> {
    routes::refuse_arguments(arguments, "boot")?;
    check_signature(item)?;
    let ItemFn { attrs, vis, sig, block } = item;
    let name = &sig.ident;
    let argument = sig.inputs.first().map_or_else(|| name.span(), Spanned::span);
    let call = quote_spanned!(argument=> #name(__anvil_builder));
    let builder = quote!(::anvilforge::__private::ContainerBuilder);
    let future = quote! {
        ::core::pin::Pin<::std::boxed::Box<
            dyn ::core::future::Future<Output = ::anvilforge::__private::Result<()>> + ::core::marker::Send + 'anvil,
        >>
    };
    let fingerprint = export::token_hash(quote!(#sig #block));
    let export = export::in_hot_build(
        &export::hot_entry(),
        &quote! {
            #[unsafe(export_name = "anvil_boot")]
            extern "Rust" fn __anvil_boot<'anvil>(builder: &'anvil mut #builder) -> #future {
                #name(builder)
            }

            #[unsafe(export_name = "__anvil_boot_fingerprint")]
            extern "Rust" fn __anvil_boot_fingerprint() -> u64 {
                #fingerprint
            }
        },
    );
    Ok(quote! {
        #(#attrs)*
        #vis fn #name<'anvil>(__anvil_builder: &'anvil mut #builder) -> #future {
            #sig #block
            ::std::boxed::Box::pin(#call)
        }
        #export
    })
}

fn check_signature(item: &ItemFn) -> syn::Result<()> {
    let signature = &item.sig;
    if signature.asyncness.is_none() {
        return Err(Error::new_spanned(signature.fn_token, format!("{SHAPE}; `async` is missing")));
    }
    if !signature.generics.params.is_empty() {
        return Err(Error::new_spanned(&signature.generics, format!("{SHAPE}, without generic parameters")));
    }
    if matches!(signature.output, ReturnType::Default) {
        return Err(Error::new_spanned(signature.to_token_stream(), format!("{SHAPE}; its result is missing")));
    }
    routes::one_mutable_reference(item, SHAPE)
}
