//! `anvild`: one daemon for each project. Also, when cargo calls it, the recording compiler wrapper, the guard of every build
//! process, and the linker of patches; those decide by how they were called and never come near the daemon's code.
#![forbid(unsafe_code)]

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use anvild::{CAPTURE_DIR_VARIABLE, GUARD_ARGUMENT, STUBS_VARIABLE, guard, link, wrap};
use clap::Parser;

/// The Anvilforge development daemon. `anvil` starts it; there is rarely a reason to start it by hand.
#[derive(Debug, Parser)]
#[command(name = "anvild", version)]
struct Args {
    /// Folder of the project.
    #[arg(long, value_name = "DIR")]
    project: PathBuf,
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|argument| argument == GUARD_ARGUMENT) {
        return guard(arguments.into_iter().skip(2));
    }
    if let Some(directory) = std::env::var_os(CAPTURE_DIR_VARIABLE) {
        let error = wrap(&PathBuf::from(directory), arguments.into_iter().skip(1).collect());
        eprintln!("anvild: cannot run the compiler: {error}");
        return ExitCode::FAILURE;
    }
    if let Some(stubs) = std::env::var_os(STUBS_VARIABLE) {
        let error = link(&PathBuf::from(stubs), arguments.into_iter().skip(1));
        eprintln!("anvild: cannot run the linker: {error}");
        return ExitCode::FAILURE;
    }
    anvild::serve(&Args::parse().project)
}
