//! `view!`, and what it shares with `#[derive(View)]`: code around the block that the build script wrote.
//!
//! The block is included, so its names are resolved as if it stood where the view's name does. Hence the names that
//! both sides use are made with the span of that literal.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprLit, Lit, LitFloat, LitStr, Path, Token};

use super::known_views::known;

/// What `view!` is given.
pub(crate) struct Call {
    forge: Path,
    name: LitStr,
    variables: Vec<(Ident, Expr)>,
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let forge = crate_path(input)?;
        let name = input.parse()?;
        let mut variables: Vec<(Ident, Expr)> = Vec::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let variable: Ident = input.call(syn::ext::IdentExt::parse_any)?;
            let value = if input.parse::<Option<Token![=]>>()?.is_some() {
                definite(input.parse()?)
            } else {
                let variable = raw(&variable);
                syn::parse_quote!(#variable)
            };
            let variable = raw(&variable);
            if variables.iter().any(|(known, _)| *known == variable) {
                return Err(syn::Error::new(
                    variable.span(),
                    format!("`{variable}` is given twice; leave one of them out"),
                ));
            }
            variables.push((variable, value));
        }
        Ok(Self { forge, name, variables })
    }
}

/// `crate = ::path;` at the beginning, as serde has it; else where an app finds Forge.
fn crate_path(input: ParseStream<'_>) -> syn::Result<Path> {
    if !input.peek(Token![crate]) {
        return Ok(default_path());
    }
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    let path = input.call(Path::parse_mod_style)?;
    input.parse::<Token![;]>()?;
    Ok(path)
}

pub(crate) fn default_path() -> Path {
    syn::parse_quote!(::anvilforge::forge)
}

/// A number with a point is an `f64`, before the template asks what it can do.
fn definite(value: Expr) -> Expr {
    match &value {
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) if number.suffix().is_empty() => {
            let number = LitFloat::new(&format!("{number}f64"), number.span());
            syn::parse_quote!(#number)
        }
        _ => value,
    }
}

/// Words of Rust as names.
fn raw(ident: &Ident) -> Ident {
    let text = ident.to_string();
    match syn::parse_str::<Ident>(&text) {
        Ok(_) => ident.clone(),
        Err(_) => Ident::new_raw(&text, ident.span()),
    }
}

pub(crate) fn expand(call: Call) -> syn::Result<TokenStream> {
    let Call { forge, name, variables } = call;
    known(&name)?;
    let (variables, values): (Vec<Ident>, Vec<Expr>) = variables.into_iter().unzip();
    let view = page(
        &forge,
        &name,
        &variables,
        &quote!((#(#values,)*)),
        &quote!((#(mut #variables,)*)),
        &quote!((#(#variables,)*)),
    );
    Ok(view)
}

/// A `View` whose values are `given`. `owned` and `borrowed` are the patterns that take them apart.
pub(crate) fn page(
    forge: &Path,
    name: &LitStr,
    variables: &[Ident],
    given: &TokenStream,
    owned: &TokenStream,
    borrowed: &TokenStream,
) -> TokenStream {
    let render = Ident::new("__forge", name.span());
    let names: Vec<String> = variables.iter().map(plain).collect();
    let body = included(forge, name, variables);
    let hash = file(name, "hash");
    let map = quote! {{
        #[allow(unused_mut, reason = "a view may have no variables")]
        let mut __variables = #forge::Map::new();
        #(__variables.insert(#names, #forge::to_value!(#variables));)*
        __variables
    }};
    quote! {{
        #forge::View::with_values(
            #name,
            #given,
            |#borrowed: &_| #map,
            |#owned, #render: &mut #forge::Render| -> #forge::Result<()> {
                #body
                ::core::result::Result::Ok(())
            },
        )
        .compiled_from(::core::include!(#hash))
        .of_package(::core::env!("CARGO_MANIFEST_DIR"))
        .sized({
            static SIZE: #forge::Size = #forge::Size::new();
            &SIZE
        })
    }}
}

/// The block of the build script, with the macros through which it asks for variables that it may not have.
pub(crate) fn included(forge: &Path, name: &LitStr, variables: &[Ident]) -> TokenStream {
    let given = Ident::new("__forge_given", name.span());
    let all = Ident::new("__forge_variables", name.span());
    let names: Vec<String> = variables.iter().map(plain).collect();
    let code = file(name, "rs");
    quote! {
        #(let _ = &#variables;)*
        #[allow(unused_macros, reason = "not every template asks")]
        macro_rules! #given {
            #((#variables { $($body:tt)* }) => {{ $($body)* }};)*
            ($name:ident { $($body:tt)* }) => {};
        }
        #[allow(unused_macros, reason = "not every template asks")]
        macro_rules! #all {
            () => {{
                #[allow(unused_mut, reason = "a view may have no variables")]
                let mut variables = #forge::Map::new();
                #(variables.insert(#names, #forge::to_value!(#variables));)*
                variables
            }};
        }
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction, reason = "generated code")]
        let () = ::core::include!(#code);
    }
}

/// The name as the template writes it.
fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).to_owned()
}

/// The path of a file that the build script wrote.
fn file(name: &LitStr, ending: &str) -> TokenStream {
    let path = format!("/forge/{}.{ending}", name.value().replace("::", "@"));
    let path = LitStr::new(&path, Span::call_site());
    quote!(::core::concat!(::core::env!("OUT_DIR"), #path))
}
