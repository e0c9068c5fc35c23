//! The language server of Anvilforge: what is live, and Forge templates, in the editor. See `ARCHITECTURE.md`, "Language server".
//!
//! [`serve`] speaks the protocol over any pair of streams; the program does so over standard input and output.
#![forbid(unsafe_code)]

mod ahead;
mod capabilities;
mod checks;
mod commands;
mod daemon;
mod diagnostics;
mod document;
mod features;
mod frames;
pub mod index;
mod ordered;
mod outbox;
mod parent;
mod projects;
mod publish;
mod reading;
mod reload;
mod serve;
mod server;
mod settings;
mod snapshot;
mod state;
mod surrogates;
pub mod text;

pub use serve::{Exit, serve};
