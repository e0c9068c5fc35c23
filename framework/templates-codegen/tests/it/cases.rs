//! The files in `tests/cases`: a name, a template, and what becomes of it.
//!
//! After a deliberate change, `FORGE_BLESS=1` writes what becomes of the templates now; read the difference.

use std::fmt::Write;
use std::{env, fs};

use forge_codegen::{Options, Takes};

use crate::outline::outline;
use crate::soundness::sound;

const NAME: &str = "=== ";
const OUTCOME: &str = "---";

/// What the project of the cases has registered.
fn options() -> Options {
    Options::default()
        .with_condition("disk")
        .with_directive("datetime", Takes::Required)
        .with_directive("admin::badge", Takes::Optional)
        .with_block("cache", Takes::Required)
}

fn check(file: &str) {
    let path = format!("{}/tests/cases/{file}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).expect("the cases can be read");
    let mut actual = String::new();
    for case in text.split(NAME).skip(1) {
        let (name, rest) = case.split_once('\n').expect("a case has a name");
        let (template, _) = rest.split_once(&format!("\n{OUTCOME}\n")).expect("a case has an outcome");
        let outcome = outline(&sound(template, &options()));
        let _ = write!(actual, "{NAME}{name}\n{template}\n{OUTCOME}\n{outcome}\n");
    }
    if env::var_os("FORGE_BLESS").is_some() {
        fs::write(&path, &actual).expect("the cases can be written");
        return;
    }
    for (line, (expected, actual)) in text.lines().zip(actual.lines()).enumerate() {
        assert_eq!(actual, expected, "{path}:{}", line + 1);
    }
    assert_eq!(actual, text, "{path}");
}

macro_rules! files {
    ($($file:ident)*) => {
        $(#[test]
        fn $file() {
            check(stringify!($file));
        })*

        #[test]
        fn every_file_is_checked() {
            let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases")).expect("it exists");
            let mut found: Vec<String> = folder
                .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
                .collect();
            found.sort();
            assert_eq!(found, [$(concat!(stringify!($file), ".txt")),*]);
        }
    };
}

files!(attributes blocks components conditions echoes expressions includes layouts loops mistakes services text);
