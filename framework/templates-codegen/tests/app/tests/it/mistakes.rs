//! Templates that are wrong in a way that only the compiler sees: what it says, and where in the template.
//!
//! The cases are in `tests/mistakes.txt`: templates, what the first of them is given, and what rustc says about it. Each
//! becomes an example of a package that is checked once. `FORGE_BLESS=1` writes what is said now; read the difference.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use forge_codegen::rust::{LowerOptions, SourceMap, lower, rewrite};
use forge_codegen::{Options, Set, StructComponent, StructProp};
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../..");

struct Case {
    name: String,
    written: String,
    map: SourceMap,
    texts: BTreeMap<String, String>,
}

/// Reads a case and writes its example.
fn prepare(folder: &Path, number: usize, case: &str) -> Case {
    let (name, rest) = case.split_once('\n').expect("a case has a name");
    let (written, _) = rest.split_once("\n---\n").expect("a case has an outcome");
    let mut set = Set::new(Options::default());
    let mut options = LowerOptions { forge: "::forge".to_owned(), ..LowerOptions::default() };
    let (mut first, mut given, mut texts) = (None, "", BTreeMap::new());
    for part in format!("{written}\n").split("--- ").skip(1).map(str::to_owned).collect::<Vec<_>>().leak() {
        let (of, text) = part.split_once('\n').expect("a part has a name and a text");
        if of == "given" {
            given = text;
            continue;
        }
        if let Some(fields) = of.strip_prefix("struct ") {
            set = Set::new(Options::default().with_component(component(fields)));
            continue;
        }
        let text = text.strip_suffix('\n').unwrap_or(text);
        set.set(of, text);
        options.files.insert(of.to_owned(), of.to_owned());
        texts.insert(of.to_owned(), text.to_owned());
        first.get_or_insert(of);
    }
    assert_eq!(set.problems(), [], "{name}: only the compiler is to find it");
    let lowered = lower(&set, first.expect("a case has a template"), &options).expect("it exists");
    let example = format!(
        "//! A template.\n#![allow(warnings)]\nfn main() {{}}\nfn page(__forge: &mut ::forge::Render) -> ::forge::Result<()> {{\n\
         {given}\nmacro_rules! __forge_given {{ ($n:ident {{ $($t:tt)* }}) => {{ }} }}\n\
         macro_rules! __forge_variables {{ () => {{ ::forge::Map::new() }} }}\n\
         let () = include!(\"case{number}.code\");\nOk(())\n}}\n"
    );
    fs::write(folder.join(format!("case{number}.rs")), example).expect("it can be written");
    fs::write(folder.join(format!("case{number}.code")), lowered.code).expect("it can be written");
    Case { name: name.to_owned(), written: written.to_owned(), map: lowered.map, texts }
}

/// A component with code: its name, its struct, its fields; one with a default ends with `?`.
fn component(words: &str) -> StructComponent {
    let mut words = words.split(' ');
    let mut next = || words.next().expect("a component has a name and a struct").to_owned();
    let (name, path) = (next(), next());
    let prop =
        |field: &str| StructProp { name: field.trim_end_matches('?').to_owned(), has_default: field.ends_with('?') };
    StructComponent { name, path, props: words.map(prop).collect() }
}

/// Checks the package, and gives what is said of each example.
fn said(package: &Path) -> BTreeMap<String, Vec<Value>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["check", "--examples", "--keep-going", "--offline", "--message-format=json"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .output()
        .expect("cargo runs");
    let mut said: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    for message in messages.filter(|message| message["reason"] == "compiler-message") {
        let target = message["target"]["name"].as_str().unwrap_or_default().to_owned();
        said.entry(target).or_default().push(message["message"].clone());
    }
    let is_case = |target: &String| target.starts_with("case");
    assert!(said.keys().any(is_case), "{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// A diagnostic in short: its message, the places in templates, what is proposed.
fn short(out: &mut String, message: &Value, case: &Case, indent: &str) {
    let text = |value: &Value| value.as_str().unwrap_or_default().lines().next().unwrap_or_default().to_owned();
    let spans = message["spans"].as_array().into_iter().flatten();
    let spans: Vec<&Value> = spans.filter(|span| case.texts.contains_key(&text(&span["file_name"]))).collect();
    if !indent.is_empty() && spans.is_empty() {
        return;
    }
    let code = message["code"]["code"].as_str().map(|code| format!("[{code}]")).unwrap_or_default();
    let _ = writeln!(out, "{indent}{}{code}: {}", text(&message["level"]), text(&message["message"]));
    for span in spans {
        let replacement = span["suggested_replacement"].as_str().map(|new| format!(" -> `{new}`")).unwrap_or_default();
        let line = &span["text"][0];
        let number = |name: &str| line[name].as_u64().unwrap_or(1) as usize - 1;
        let marked: String = text(&line["text"])
            .chars()
            .skip(number("highlight_start"))
            .take(number("highlight_end").saturating_sub(number("highlight_start")))
            .collect();
        let _ = writeln!(
            out,
            "{indent}  {}:{}:{} `{marked}` {}{replacement}",
            text(&span["file_name"]),
            span["line_start"],
            span["column_start"],
            text(&span["label"])
        );
    }
    for child in message["children"].as_array().into_iter().flatten() {
        short(out, child, case, &format!("{indent}  "));
    }
}

#[test]
fn what_the_compiler_says_is_said_of_the_template() {
    let package = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mistakes");
    let examples = package.join("examples");
    let _ = fs::remove_dir_all(&examples);
    fs::create_dir_all(&examples).expect("it can be made");
    fs::create_dir_all(package.join("src")).expect("it can be made");
    let forge = fs::canonicalize(Path::new(ROOT).join("framework/templates")).expect("it exists");
    let derive = fs::canonicalize(Path::new(ROOT).join("framework/derive")).expect("it exists");
    let manifest = format!(
        "[package]\nname = \"mistakes\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nanvilforge-templates = {{ path = {forge:?} }}\nanvilforge-derive = {{ path = {derive:?} }}\n"
    );
    fs::write(package.join("Cargo.toml"), manifest).expect("it can be written");
    fs::write(package.join("src/lib.rs"), "").expect("it can be written");
    fs::copy(Path::new(ROOT).join("Cargo.lock"), package.join("Cargo.lock")).expect("the workspace is locked");

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mistakes.txt");
    let text = fs::read_to_string(path).expect("the cases can be read");
    let cases: Vec<Case> =
        text.split("=== ").skip(1).enumerate().map(|(number, case)| prepare(&examples, number, case)).collect();
    let said = said(&package);
    let mut actual = String::new();
    for (number, case) in cases.iter().enumerate() {
        let _ = write!(actual, "=== {}\n{}\n---\n", case.name, case.written);
        let generated = format!("case{number}.code");
        for message in said.get(&format!("case{number}")).into_iter().flatten() {
            if message["spans"].as_array().is_none_or(Vec::is_empty) {
                continue;
            }
            let mut message = message.clone();
            let moved = rewrite(&mut message, &|file| file.ends_with(&generated).then_some(&case.map), &|template| {
                case.texts.get(template).cloned()
            });
            assert!(moved, "{}: {message:#}", case.name);
            short(&mut actual, &message, case, "");
        }
        actual.push('\n');
    }
    if env::var_os("FORGE_BLESS").is_some() {
        fs::write(path, &actual).expect("the cases can be written");
        return;
    }
    for (line, (expected, actual)) in text.lines().zip(actual.lines()).enumerate() {
        assert_eq!(actual, expected, "{path}:{}", line + 1);
    }
    assert_eq!(actual, text, "{path}");
}
