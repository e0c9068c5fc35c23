//! Tests of the crate through its public interface, by subject.
#![forbid(unsafe_code)]

mod bodies;
mod cache;
mod config;
mod conflicts;
mod container;
mod errors;
mod files;
mod forms;
mod json;
mod middleware;
mod project;
mod requests;
mod routing;
mod server;
mod urls;
