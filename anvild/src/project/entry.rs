//! Finds the function that registers an app's routes, and checks its signature before anything is loaded.
//!
//! A `#[no_mangle]` entry with a wrong signature links, and then corrupts. `#[anvilforge::routes]` is checked by the compiler;
//! the bare form is checked here, on the source.

use std::path::{Path, PathBuf};

use anvil_control::ROUTES_SYMBOL;
use anvild_protocol::{Diagnostic, Source};
use syn::{Attribute, FnArg, Item, ItemFn, ReturnType, Type, spanned::Spanned as _};

/// The entry function's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) file: PathBuf,
}

/// Looks for an entry in these files, in order.
pub(crate) fn find_entry(files: &[PathBuf]) -> Option<Entry> {
    files.iter().find(|file| !entries(file).is_empty()).map(|file| Entry { file: file.clone() })
}

/// Checks every bare entry in these files. The first wrong one is reported.
pub(crate) fn check_entry(files: &[PathBuf]) -> Result<(), Box<Diagnostic>> {
    for file in files {
        for function in entries(file) {
            if !has_routes_attribute(&function.attrs) {
                check_signature(file, &function)?;
            }
        }
    }
    Ok(())
}

fn entries(file: &Path) -> Vec<ItemFn> {
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    // Parsing is a thousand times slower than this look, and nearly every file stops here.
    if !text.contains(ROUTES_SYMBOL) && !text.contains("routes]") {
        return Vec::new();
    }
    let Ok(parsed) = syn::parse_file(&text) else { return Vec::new() };
    let mut found = Vec::new();
    collect(parsed.items, &mut found);
    found
}

fn collect(items: Vec<Item>, found: &mut Vec<ItemFn>) {
    for item in items {
        match item {
            Item::Fn(function) if is_entry(&function) => found.push(function),
            Item::Mod(module) => {
                if let Some((_, items)) = module.content {
                    collect(items, found);
                }
            }
            _ => {}
        }
    }
}

fn is_entry(function: &ItemFn) -> bool {
    has_routes_attribute(&function.attrs) || function.sig.ident == ROUTES_SYMBOL
}

fn has_routes_attribute(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        let last = path.segments.last().is_some_and(|segment| segment.ident == "routes");
        last && (path.segments.len() == 1 || path.segments.first().is_some_and(|first| first.ident == "anvilforge"))
    })
}

fn check_signature(file: &Path, function: &ItemFn) -> Result<(), Box<Diagnostic>> {
    let signature = &function.sig;
    let wrong = |span: proc_macro2::Span, what: &str| {
        let at = span.start();
        let (line, column) = (u32::try_from(at.line).unwrap_or(1), u32::try_from(at.column + 1).unwrap_or(1));
        Err(Box::new(
            Diagnostic::error(Source::Reload, "ANV0104", format!("`{ROUTES_SYMBOL}` {what}"))
                .at(file.to_string_lossy(), line, column)
                .help(
                    "write `#[anvilforge::routes] pub fn routes(r: &mut RouteSink)`, or the bare form \
                     `#[unsafe(no_mangle)] pub extern \"Rust\" fn anvil_register_routes(r: &mut RouteSink)`",
                ),
        ))
    };
    if !exports_its_name(&function.attrs) {
        return wrong(signature.ident.span(), "is not exported: `#[unsafe(no_mangle)]` is missing");
    }
    if signature.asyncness.is_some() {
        return wrong(signature.asyncness.span(), "must not be async");
    }
    if !signature.generics.params.is_empty() {
        return wrong(signature.generics.span(), "must not be generic");
    }
    if let Some(abi) = &signature.abi
        && abi.name.as_ref().is_none_or(|name| name.value() != "Rust")
    {
        return wrong(abi.span(), "must have the ABI \"Rust\"");
    }
    if let ReturnType::Type(_, kind) = &signature.output {
        return wrong(kind.span(), "must not return anything");
    }
    let mut inputs = signature.inputs.iter();
    match (inputs.next(), inputs.next()) {
        (Some(FnArg::Typed(argument)), None) if is_route_sink(&argument.ty) => Ok(()),
        (Some(argument), _) => wrong(argument.span(), "takes exactly one argument, `&mut RouteSink`"),
        (None, _) => wrong(signature.ident.span(), "takes exactly one argument, `&mut RouteSink`"),
    }
}

fn exports_its_name(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        if attribute.path().is_ident("no_mangle") {
            return true;
        }
        attribute.path().is_ident("unsafe")
            && attribute.parse_args::<syn::Path>().is_ok_and(|inner| inner.is_ident("no_mangle"))
    })
}

fn is_route_sink(kind: &Type) -> bool {
    let Type::Reference(reference) = kind else { return false };
    let Type::Path(path) = &*reference.elem else { return false };
    reference.mutability.is_some() && path.path.segments.last().is_some_and(|segment| segment.ident == "RouteSink")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: Result<(), (&str, u32, u32)>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lib.rs");
        std::fs::write(&file, source).unwrap();
        assert_eq!(find_entry(std::slice::from_ref(&file)), Some(Entry { file: file.clone() }));
        let result =
            check_entry(&[file]).map_err(|found| (found.message.clone(), found.line.unwrap(), found.column.unwrap()));
        assert_eq!(
            result,
            expected.map_err(|(message, line, column)| (format!("`{ROUTES_SYMBOL}` {message}"), line, column))
        );
    }

    #[test]
    fn both_forms_are_entries() {
        check("#[anvilforge::routes]\npub fn any_name(r: &mut RouteSink) {}", Ok(()));
        check(
            "#[unsafe(no_mangle)]\npub extern \"Rust\" fn anvil_register_routes(r: &mut anvilforge::dev::RouteSink) {}",
            Ok(()),
        );
        check("mod inner { #[no_mangle]\npub fn anvil_register_routes(r: &mut RouteSink) {} }", Ok(()));
    }

    #[test]
    fn a_wrong_bare_form_is_reported_at_its_place() {
        let argument = "takes exactly one argument, `&mut RouteSink`";
        check("#[no_mangle]\npub fn anvil_register_routes(r: &RouteSink) {}", Err((argument, 2, 30)));
        check("#[no_mangle]\npub fn anvil_register_routes() {}", Err((argument, 2, 8)));
        check(
            "#[no_mangle]\npub fn anvil_register_routes(r: &mut RouteSink) -> u8 { 0 }",
            Err(("must not return anything", 2, 52)),
        );
        check(
            "pub fn anvil_register_routes(r: &mut RouteSink) {}",
            Err(("is not exported: `#[unsafe(no_mangle)]` is missing", 1, 8)),
        );
        check(
            "#[no_mangle]\npub extern \"C\" fn anvil_register_routes(r: &mut RouteSink) {}",
            Err(("must have the ABI \"Rust\"", 2, 5)),
        );
    }
}
