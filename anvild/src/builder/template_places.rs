//! What the compiler says about the Rust that templates became, at its place in the template. The app's build script
//! (`forge_codegen::compile`) leaves a map beside each piece of generated Rust.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anvild_protocol::{Diagnostic, Source};
use forge_codegen::rust::{SourceMap, rewrite};
use serde_json::Value;

use super::failure::strip_ansi;

/// Moves a message of the compiler about a crate of the package in `package` to the templates that it is really about. `unsaved` are
/// texts that count in place of those of the files.
pub(super) fn carried(mut message: Value, package: &Path, unsaved: &BTreeMap<PathBuf, String>) -> Value {
    let mut maps = BTreeMap::new();
    find_maps(&message, &mut maps);
    if maps.is_empty() {
        return message;
    }
    let source = |file: &str| {
        let file = package.join(file);
        unsaved.get(&file).cloned().or_else(|| fs::read_to_string(file).ok())
    };
    if rewrite(&mut message, &|file| maps.get(file), &source) {
        make_absolute(&mut message, package);
    }
    message
}

/// Maps of the generated files that are named anywhere in the message.
fn find_maps(value: &Value, maps: &mut BTreeMap<String, SourceMap>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_maps(item, maps)),
        Value::Object(fields) => {
            if let Some(file) = fields.get("file_name").and_then(Value::as_str)
                && !maps.contains_key(file)
                && let Some(map) = map_of(Path::new(file))
            {
                maps.insert(file.to_owned(), map);
            }
            fields.values().for_each(|field| find_maps(field, maps));
        }
        _ => {}
    }
}

fn map_of(generated: &Path) -> Option<SourceMap> {
    let in_forge = generated.parent()?.file_name()? == "forge" && generated.extension()? == "rs";
    let map = if in_forge { fs::read(generated.with_extension("map")).ok()? } else { return None };
    serde_json::from_slice(&map).ok()
}

/// Templates are named relative to their package, everything else relative to the workspace.
fn make_absolute(value: &mut Value, package: &Path) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| make_absolute(item, package)),
        Value::Object(fields) => {
            if let Some(Value::String(file)) = fields.get_mut("file_name")
                && file.ends_with(".forge.html")
            {
                *file = package.join(&*file).to_string_lossy().into_owned();
            }
            fields.values_mut().for_each(|field| make_absolute(field, package));
        }
        _ => {}
    }
}

/// What a build script found wrong with templates, from what cargo printed. `package` gives the folder of a package.
pub(super) fn mistakes(stderr: &str, package: impl Fn(&str) -> Option<PathBuf>) -> Vec<Diagnostic> {
    stderr.lines().filter_map(|line| mistake(&strip_ansi(line), &package)).collect()
}

/// `error: blog@0.1.0: templates/a.forge.html:13:1: FRG0015: what (what to do)`.
fn mistake(line: &str, package: &impl Fn(&str) -> Option<PathBuf>) -> Option<Diagnostic> {
    let (package_id, said) = line.strip_prefix("error: ")?.split_once(": ")?;
    let folder = package(package_id.split_once('@')?.0)?;
    let (place, said) = said.split_once(": ")?;
    let (code, message) = said.split_once(": ")?;
    let mut place = place.rsplitn(3, ':');
    let column = place.next()?.parse().ok()?;
    let line = place.next()?.parse().ok()?;
    let file = folder.join(place.next()?);
    if !code.starts_with("FRG") {
        return None;
    }
    let (message, help) = match message.strip_suffix(')').and_then(|message| message.rsplit_once(" (")) {
        Some((message, help)) => (message, Some(help)),
        None => (message, None),
    };
    let found = Diagnostic::error(Source::Forge, code, message).at(file.to_string_lossy(), line, column);
    Some(match help {
        Some(help) => found.help(help),
        None => found,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected` is code, place, message and help.
    fn check(line: &str, expected: &str) {
        let folder = |package: &str| (package == "blog").then(|| PathBuf::from("/w/blog"));
        let shown = |found: &Diagnostic| {
            let place = (found.file.as_deref().unwrap_or_default(), found.line, found.column);
            let (file, Some(line), Some(column)) = place else { panic!("it has a place") };
            format!("{} {file}:{line}:{column} {} / {:?}", found.code, found.message, found.help.as_deref())
        };
        let found: Vec<String> = mistakes(line, folder).iter().map(shown).collect();
        assert_eq!(found.join("\n"), expected, "{line}");
    }

    #[test]
    fn mistakes_are_found_in_what_cargo_prints() {
        check(
            "error: blog@0.1.0: templates/a.forge.html:13:1: FRG0015: `@b` (c) does not close `@d` (write `@endd`)",
            "FRG0015 /w/blog/templates/a.forge.html:13:1 `@b` (c) does not close `@d` / Some(\"write `@endd`\")",
        );
        check(
            "\u{1b}[1m\u{1b}[31merror\u{1b}[0m: blog@0.1.0: templates/a.forge.html:2:30: FRG0006: an echo of nothing",
            "FRG0006 /w/blog/templates/a.forge.html:2:30 an echo of nothing / None",
        );
        check("error: failed to run custom build command for `blog v0.1.0 (/w/blog)`", "");
        check("error: other@0.1.0: templates/a.forge.html:1:1: FRG0006: an echo of nothing", "");
    }
}
