//! Compiles the templates of all cases, for the tests of the compiled engine.
#![allow(dead_code, unreachable_pub, reason = "the modules are those of the library")]

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
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    match generate::generate(&cases, &project::options()) {
        Ok(text) => fs::write(Path::new(&out).join("cases.rs"), text).expect("OUT_DIR can be written"),
        Err(error) => println!("cargo::error={error}"),
    }
}
