//! The files in `tests/cases`, a name, a template, and its tree; those in `tests/programs`, with what it
//! does, and those in `tests/sets`, several templates with what is wrong between them.
//!
//! After a deliberate change, `FORGE_BLESS=1` writes what becomes of the templates now; read the difference.

use std::fmt::Write;
use std::{env, fs};

use forge_codegen::{Options, Takes, analyse};

use crate::outline::outline;
use crate::program::program;
use crate::sets::findings;
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

fn tree(template: &str) -> String {
    outline(&sound(template, &options()))
}

fn together(templates: &str) -> String {
    findings(templates)
}

fn meaning(template: &str) -> String {
    let (options, template) = (options(), sound(template, &options()));
    program(&template, &analyse("test", &template, &options), &options)
}

fn check(folder: &str, file: &str, outcome: impl Fn(&str) -> String) {
    let path = format!("{}/tests/{folder}/{file}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).expect("the cases can be read");
    let mut actual = String::new();
    for case in text.split(NAME).skip(1) {
        let (name, rest) = case.split_once('\n').expect("a case has a name");
        let (template, _) = rest.split_once(&format!("\n{OUTCOME}\n")).expect("a case has an outcome");
        let _ = write!(actual, "{NAME}{name}\n{template}\n{OUTCOME}\n{}\n", outcome(template));
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
    ($folder:ident by $outcome:ident: $($file:ident)*) => {
        mod $folder {
            $(#[test]
            fn $file() {
                super::check(stringify!($folder), stringify!($file), super::$outcome);
            })*

            #[test]
            fn every_file_is_checked() {
                let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/", stringify!($folder));
                let mut found: Vec<String> = std::fs::read_dir(folder)
                    .expect("it exists")
                    .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
                    .collect();
                found.sort();
                assert_eq!(found, [$(concat!(stringify!($file), ".txt")),*]);
            }
        }
    };
}

files!(cases by tree: attributes blocks components conditions echoes expressions includes layouts loops mistakes services text);
files!(programs by meaning: components conditions expressions includes layouts loops mistakes services text);
files!(sets by together: components cycles names sections variables);
