//! Forge at run time: what both engines share while a page is made.
//!
//! A page is one call of a template's code with a [`Render`]: text goes into it, sections, stacks and slots are kept in it.
//! The compiled engine passes values as Rust has them, and chooses by traits how to print them ([`echo!`], [`to_value!`]);
//! the interpreter passes [`Value`]s. What the page needs of its surroundings (session, user, translations, addresses) it asks
//! the [`Services`] of the request.
//!
//! Nothing here reads templates; that is `forge_codegen`.
#![forbid(unsafe_code)]

pub mod attributes;
pub mod compare;
pub mod component;
pub mod echo;
pub mod emptiness;
pub mod engine;
mod error;
mod escape;
pub mod filters;
mod forge;
pub mod forms;
pub mod functions;
pub mod generated;
pub mod iterate;
pub mod json;
mod loops;
mod render;
#[cfg(feature = "axum")]
mod response;
mod safe;
pub mod services;
mod slot;
pub mod value;
mod view;
pub mod vite;

pub use attributes::{AttributeBag, Prepends, class_list, style_list};
pub use component::Component;
pub use error::{Error, ErrorKind, Location, Result};
pub use escape::escape;
pub use forge::{Composing, Engine, Forge, Template, component_names};
pub use forge_codegen::build::{TemplatePlace, template_of};
pub use loops::Loop;
pub use render::{FRAGMENTS_MAX, Name, OPEN_MAX, OUTPUT_BYTES_MAX, Render, SectionEnd, VIEWS_MAX};
#[cfg(feature = "axum")]
pub use response::Rendered;
pub use safe::Safe;
pub use services::{ErrorBag, ErrorBags, Services, scope, with_services};
pub use slot::{Slot, Slots};
pub use value::{Key, Map, Opaque, Value};
pub use view::{Size, Texts, View};
