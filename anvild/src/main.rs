//! `anvild`: one daemon for each project. Also, when cargo calls it, the recording compiler wrapper, and the guard of every
//! build process; those two decide by how they were called and never come near the daemon's code.
#![forbid(unsafe_code)]

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use anvild::{CAPTURE_DIR_VARIABLE, GUARD_ARGUMENT, guard, wrap};
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
    anvild::serve(&Args::parse().project)
}
