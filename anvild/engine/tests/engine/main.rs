//! What the engine decides, as scripts: what happens goes in, what it wants done comes out. `script.rs` is the language.

mod audits;
mod builds;
mod configuration;
mod deaths;
mod hangs;
mod lifecycle;
mod patches;
mod print;
mod properties;
mod refusals;
mod refutations;
mod rollbacks;
mod script;
mod sets;
mod snapshots;
mod stopping;
mod swaps;
mod takeover;
mod taking_back;
mod waits;
mod world;
