//! `#[anvilforge::routes]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, FnArg, ItemFn, ReturnType, Type};

use crate::export;

const SHAPE: &str = "the function that registers routes has the shape `fn routes(r: &mut RouteSink)`";

pub(crate) fn expand(arguments: &TokenStream, item: &ItemFn) -> syn::Result<TokenStream> {
    refuse_arguments(arguments, "routes")?;
    check_signature(item)?;
    let name = &item.sig.ident;
    let argument = item.sig.inputs.first().map_or_else(|| name.span(), Spanned::span);
    // The value's type is what rustc compares; its span is where rustc reports.
    let check = quote_spanned!(argument=> const _: fn(&mut ::anvilforge::__private::RouteSink) = #name;);
    let export = if exports_itself(item) {
        TokenStream::new()
    } else {
        export::in_hot_build(
            &export::hot_entry(),
            &quote! {
                #[unsafe(export_name = "anvil_register_routes")]
                extern "Rust" fn __anvil_routes(sink: &mut ::anvilforge::__private::RouteSink) {
                    #name(sink)
                }
            },
        )
    };
    Ok(quote! { #item #check #export })
}

/// Refuses `#[routes(anything)]`.
pub(crate) fn refuse_arguments(arguments: &TokenStream, name: &str) -> syn::Result<()> {
    if arguments.is_empty() {
        return Ok(());
    }
    Err(Error::new_spanned(arguments, format!("`#[anvilforge::{name}]` takes no arguments")))
}

fn check_signature(item: &ItemFn) -> syn::Result<()> {
    let signature = &item.sig;
    if let Some(token) = &signature.asyncness {
        let hint = "registration is not async: do what must be awaited in `#[anvilforge::boot]`";
        return Err(Error::new_spanned(token, format!("{SHAPE}; {hint}")));
    }
    if !signature.generics.params.is_empty() {
        return Err(Error::new_spanned(&signature.generics, format!("{SHAPE}, without generic parameters")));
    }
    if let ReturnType::Type(_, output) = &signature.output
        && !matches!(&**output, Type::Tuple(tuple) if tuple.elems.is_empty())
    {
        return Err(Error::new_spanned(output, format!("{SHAPE}, without a result")));
    }
    one_mutable_reference(item, SHAPE)
}

/// The only parameter is a `&mut …`.
pub(crate) fn one_mutable_reference(item: &ItemFn, shape: &str) -> syn::Result<()> {
    let mut inputs = item.sig.inputs.iter();
    let Some(first) = inputs.next() else {
        return Err(Error::new_spanned(&item.sig, format!("{shape}; its parameter is missing")));
    };
    if let Some(second) = inputs.next() {
        return Err(Error::new_spanned(second, format!("{shape}, with one parameter")));
    }
    match first {
        FnArg::Typed(argument) if is_mutable_reference(&argument.ty) => Ok(()),
        FnArg::Typed(argument) => Err(Error::new_spanned(&argument.ty, shape)),
        FnArg::Receiver(receiver) => Err(Error::new_spanned(receiver, format!("{shape}, outside of an `impl`"))),
    }
}

fn is_mutable_reference(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.mutability.is_some())
}

/// The user wrote the bare form and added the attribute for its check.
fn exports_itself(item: &ItemFn) -> bool {
    item.attrs.iter().any(|attribute| {
        let tokens = attribute.meta.to_token_stream_text();
        tokens.contains("no_mangle") || tokens.contains("export_name")
    })
}

trait MetaText {
    fn to_token_stream_text(&self) -> String;
}

impl MetaText for syn::Meta {
    fn to_token_stream_text(&self) -> String {
        quote!(#self).to_string()
    }
}
