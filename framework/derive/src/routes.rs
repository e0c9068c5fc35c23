//! `#[anvilforge::routes]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
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
    let item = unless_glanced_at(item);
    Ok(quote! { #item #check #export })
}

/// The daemon's check of an unsaved template looks at types only where templates are. What registers routes depends on every
/// handler, so it would be looked at anew whenever one of them has an error, and that takes longer than all the rest.
fn unless_glanced_at(item: &ItemFn) -> TokenStream {
    if mentions_template(item.block.to_token_stream()) {
        return item.to_token_stream();
    }
    let ItemFn { attrs, vis, sig, block } = item;
    let statements = &block.stmts;
    quote! {
        #(#attrs)*
        #vis #sig {
            #[allow(unexpected_cfgs, reason = "the daemon passes the condition")]
            {
                #[cfg(not(anvil_glance))]
                {
                    #(#statements)*
                }
            }
        }
    }
}

/// Whether there is a `view!`, under whatever path.
fn mentions_template(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "view",
        TokenTree::Group(group) => mentions_template(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_left_out(function: &str) -> bool {
        let item = syn::parse_str(function).expect("a function");
        unless_glanced_at(&item).to_string().contains("anvil_glance")
    }

    #[test]
    fn templates_among_the_routes_are_still_looked_at() {
        assert!(is_left_out("fn routes(r: &mut RouteSink) { r.get(\"/\", index).name(\"home\"); }"));
        assert!(!is_left_out("fn routes(r: &mut RouteSink) { r.get(\"/\", async || view!(\"home\")); }"));
        assert!(!is_left_out(
            "fn routes(r: &mut RouteSink) { r.get(\"/\", || async { anvilforge::view!(\"home\") }); }"
        ));
    }
}
