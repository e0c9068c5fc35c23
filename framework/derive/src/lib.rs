//! The attributes and derives of Anvilforge. Thin: everything that a function could do is a function of `anvil_core` or
//! `anvil_dev`, and generated code reaches it through `::anvilforge::__private` only.
//!
//! Exported symbols exist only under `cfg(anvil_hot)`, which the daemon passes to every local crate that it compiles. So a
//! release build exports nothing, and several crates with routes may go into one static binary. A local crate that is
//! not the app library is compiled with `cfg(anvil_dependency)` as well, which leaves out the entry points (but not the
//! descriptions of its types): two crates of one app library never define the same symbol.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;
use syn::{DeriveInput, ItemFn, parse_macro_input};

mod boot;
mod derive_component;
mod derive_view;
mod export;
mod known_views;
mod layout;
mod recursion;
mod routes;
mod view;

/// Implements `anvilforge::Layout`: the type may live in the container, and a change of its fields is noticed at a reload.
///
/// Every field's type must have `Layout` too. `#[layout(opaque)]` on a field compares only size and alignment of it: for
/// types of other crates, and between two types that mention each other (the compiler calls that a cycle at
/// `FINGERPRINT`). A type may mention itself (`Option<Box<Node>>`) without that. By hand you would write `impl Layout` with
/// `FINGERPRINT` as a hash over size, alignment, and the names, offsets and fingerprints of the fields.
///
/// ```text
/// #[derive(Layout)]
/// struct Stats {
///     hits: AtomicU64,
///     #[layout(opaque)]
///     client: reqwest::Client,
/// }
/// ```
#[proc_macro_derive(Layout, attributes(layout))]
pub fn derive_layout(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    layout::expand(input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Marks the function that registers the app's routes and checks its signature, `fn name(r: &mut RouteSink)`.
///
/// The function stays as it is and can be called. In a development build it is exported under the name
/// `anvil_register_routes`; by hand you would write
/// `#[unsafe(no_mangle)] pub extern "Rust" fn anvil_register_routes(r: &mut RouteSink)`.
#[proc_macro_attribute]
pub fn routes(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as ItemFn);
    routes::expand(&arguments.into(), &item).unwrap_or_else(|error| explained(&error, &item)).into()
}

/// Marks the function that fills the container, `async fn name(c: &mut ContainerBuilder) -> Result<()>`.
///
/// It becomes a plain function that returns a boxed future, so it can be passed on as a `BootFn`. In a development build
/// it is exported with a hash of its source: a host whose container was filled by another version of it is replaced.
/// The hash covers the function itself, not the functions that it calls.
#[proc_macro_attribute]
pub fn boot(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as ItemFn);
    boot::expand(&arguments.into(), &item).unwrap_or_else(|error| explained(&error, &item)).into()
}

/// A page: the view's name, and its variables, which are moved into it: `view!("posts.index", posts, title = "Posts")`.
///
/// It evaluates to `forge::View`. The template's code is what the build script made of it, so the package's `build.rs` says
/// `forge_codegen::compile("templates")`. By hand you would write `View::with_values` with a closure that includes that
/// code. The name stands in the call itself: in a macro of your own, pass it on as it was written.
#[proc_macro]
pub fn view(input: TokenStream) -> TokenStream {
    let call = parse_macro_input!(input as view::Call);
    view::expand(call).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a struct a view whose variables are its fields: `into_view`, and `From` for `forge::View`.
///
/// ```text
/// #[derive(View)]
/// #[view("posts.index")]
/// struct Index {
///     posts: Vec<Post>,
///     title: String,
/// }
/// ```
#[proc_macro_derive(View, attributes(view))]
pub fn derive_view(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive_view::expand(input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a struct a component with code: its fields are the props of the template, which sees it as `component`.
///
/// The build script names it: `Builder::component("alert", "crate::components::Alert")`. Values that a tag passes become fields
/// through `forge::component::IntoProp`. A method `fn should_render(&self) -> bool` of the struct says whether there is anything to render. By
/// hand you would implement `forge::Component`, and the constructor that compiled templates call. For the interpreter, the fields' types
/// are `Deserialize` and `Serialize`.
///
/// ```text
/// #[derive(Component)]
/// #[component("alert")]
/// struct Alert {
///     kind: String,
///     #[prop(default)]
///     dismissible: bool,
///     #[prop(default = 3)]
///     level: u8,
/// }
/// ```
#[proc_macro_derive(Component, attributes(component, prop))]
pub fn derive_component(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    derive_component::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// The error and the function as it was, so that nothing else is reported missing because of it.
fn explained(error: &syn::Error, item: &ItemFn) -> proc_macro2::TokenStream {
    let error = error.to_compile_error();
    quote::quote!(#error #item)
}
