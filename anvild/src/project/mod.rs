//! What the daemon knows of the user's project without compiling it: its crates, its entry point, its settings, and what
//! a changed file means. Does not run builds and does not watch.

mod choose;
mod classify;
mod crates;
mod dep_info;
mod entry;
mod settings;

pub(crate) use classify::{BuildInputs, Classified, classify, read_by_script};
pub(crate) use crates::{CrateId, LocalCrate, Project};
pub(crate) use dep_info::read_dep_info;
pub(crate) use entry::{check_entry, find_entry};
pub(crate) use settings::Settings;
