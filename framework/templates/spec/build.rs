//! Compiles the templates of all cases, for the tests of the compiled engine.
#![allow(dead_code, unreachable_pub, reason = "the modules are those of the library")]

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

#[path = "src/case.rs"]
mod case;
#[path = "src/fence.rs"]
mod fence;
#[path = "src/generate.rs"]
mod generate;
#[path = "src/json.rs"]
mod json;
#[path = "src/project.rs"]
mod project;
#[path = "src/reader.rs"]
mod reader;
#[path = "src/typed.rs"]
mod typed;

/// What does not even compile yet, as `does not compile: file.md: title`; with the others that are known to fail.
const KNOWN: &str = "known-failures.txt";

/// Where this variable is set, those are compiled too, so that the compiler says what is wrong with them.
const EVERYTHING: &str = "FORGE_SPEC_ALL";

fn main() {
    println!("cargo::rerun-if-changed=.");
    let cases = match reader::read_folder(Path::new(".")) {
        Ok(cases) => cases,
        Err(mistakes) => {
            for mistake in mistakes {
                println!("cargo::error={mistake}");
            }
            return;
        }
    };
    let known = fs::read_to_string(KNOWN).unwrap_or_default();
    println!("cargo::rerun-if-env-changed={EVERYTHING}");
    let known = if env::var_os(EVERYTHING).is_some() { String::new() } else { known };
    let without: BTreeSet<String> =
        known.lines().filter_map(|line| line.strip_prefix("does not compile: ")).map(str::to_owned).collect();
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    match generate::generate(&cases, &project::options(), &without) {
        Ok(text) => fs::write(Path::new(&out).join("cases.rs"), text).expect("OUT_DIR can be written"),
        Err(error) => println!("cargo::error={error}"),
    }
}
