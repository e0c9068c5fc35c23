//! `#[derive(Component)]`: a struct whose fields are a component's props.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Expr, Field, Fields, LitStr, Path, Token};

use super::view::default_path;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let (name, forge) = attribute(input)?;
    if !input.generics.params.is_empty() {
        return Err(syn::Error::new_spanned(
            &input.generics,
            "a component has no generics; name the types of its fields",
        ));
    }
    let (ident, vis) = (&input.ident, &input.vis);
    let fields = fields(input)?;
    let idents: Vec<_> = fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let names: Vec<String> = idents.iter().map(|ident| ident.to_string().trim_start_matches("r#").to_owned()).collect();
    let defaults = fields.iter().map(default).collect::<syn::Result<Vec<_>>>()?;
    let default_functions = names.iter().zip(&types).zip(&defaults).filter_map(|((name, ty), default)| {
        let default = default.as_ref()?;
        let function = syn::Ident::new(&format!("__forge_default_{name}"), ident.span());
        Some(quote! {
            #[doc(hidden)]
            #[allow(dead_code, reason = "only templates that leave it out ask")]
            #vis fn #function() -> #ty {
                #default
            }
        })
    });
    let missing = names.iter().zip(&defaults).map(|(prop, default)| absent(&forge, &name, prop, default.as_ref()));
    Ok(quote! {
        #[automatically_derived]
        impl #ident {
            #[doc(hidden)]
            #[allow(dead_code, clippy::too_many_arguments, reason = "compiled templates call it")]
            #vis fn __forge_new(#(#idents: #types,)*) -> Self {
                Self { #(#idents,)* }
            }

            #[doc(hidden)]
            #[allow(dead_code, clippy::unused_self, clippy::type_complexity, reason = "compiled templates call it")]
            #vis fn __forge_fields(&self) -> (#(&#types,)*) {
                (#(&self.#idents,)*)
            }

            #(#default_functions)*
        }

        #[automatically_derived]
        impl #forge::Component for #ident {
            const NAME: &'static str = #name;

            fn from_attributes(attributes: &mut #forge::AttributeBag) -> #forge::Result<Self> {
                #(let #idents: #types = match attributes.take_prop(#names) {
                    ::core::option::Option::Some(value) => #forge::component::parsed(&value).map_err(|error| {
                        #forge::Error::message(::std::format!("the prop `{}` of `{}`: {error}", #names, #name))
                    })?,
                    ::core::option::Option::None => #missing,
                };)*
                ::core::result::Result::Ok(Self { #(#idents,)* })
            }

            fn variables(&self) -> #forge::Map {
                #[allow(unused_mut, reason = "a component may have no fields")]
                let mut variables = #forge::Map::new();
                #(variables.insert(#names, #forge::to_value!(self.#idents));)*
                variables
            }

            fn renders(&self) -> bool {
                // The struct's own method goes before that of the trait.
                #[allow(unused_imports, reason = "it may be in scope already, or not be asked")]
                use #forge::Component as _;
                self.should_render()
            }
        }
    })
}

/// What a field is that no attribute was given for: its default, or else the function returns.
fn absent(forge: &Path, component: &LitStr, prop: &str, default: Option<&TokenStream>) -> TokenStream {
    default.cloned().unwrap_or_else(|| {
        quote! {
            return ::core::result::Result::Err(
                #forge::ErrorKind::MissingProp { component: #component.into(), prop: #prop.into() }.into(),
            )
        }
    })
}

/// `#[component("name")]`, perhaps with `crate = path`.
fn attribute(input: &DeriveInput) -> syn::Result<(LitStr, Path)> {
    let attribute = input.attrs.iter().find(|attribute| attribute.path().is_ident("component"));
    let attribute = attribute.ok_or_else(|| {
        syn::Error::new(input.ident.span(), "which component is it? write #[component(\"name\")] below the derive")
    })?;
    attribute.parse_args_with(|input: syn::parse::ParseStream<'_>| {
        let name = input.parse()?;
        if input.is_empty() {
            return Ok((name, default_path()));
        }
        input.parse::<Token![,]>()?;
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        Ok((name, input.call(Path::parse_mod_style)?))
    })
}

fn fields(input: &DeriveInput) -> syn::Result<Vec<Field>> {
    let wrong = || syn::Error::new(input.ident.span(), "props have names; write a struct with named fields");
    let Data::Struct(data) = &input.data else { return Err(wrong()) };
    match &data.fields {
        Fields::Named(fields) => Ok(fields.named.iter().cloned().collect()),
        Fields::Unit => Ok(Vec::new()),
        Fields::Unnamed(_) => Err(wrong()),
    }
}

/// `#[prop(default)]`, `#[prop(default = e)]`: the expression.
fn default(field: &Field) -> syn::Result<Option<TokenStream>> {
    let Some(attribute) = field.attrs.iter().find(|attribute| attribute.path().is_ident("prop")) else {
        return Ok(None);
    };
    let mut default = None;
    attribute.parse_nested_meta(|meta| {
        if !meta.path.is_ident("default") {
            return Err(meta.error("a prop knows `default` and `default = e`"));
        }
        default = Some(if meta.input.peek(Token![=]) {
            let value: Expr = meta.value()?.parse()?;
            quote!(#value)
        } else {
            quote!(::core::default::Default::default())
        });
        Ok(())
    })?;
    Ok(default)
}
