//! Components with code: the fields of their structs, read from the package's sources.

use std::fs;
use std::path::{Path, PathBuf};

use super::BuildError;
use crate::options::StructProp;

/// Folders within folders, at most.
const DEPTH_MAX: usize = 32;

/// The fields of the struct that says `#[component("name")]` below `src`, and its file.
pub(super) fn read(src: &Path, name: &str) -> Result<(Vec<StructProp>, PathBuf), BuildError> {
    let mut files = Vec::new();
    rust_files(src, DEPTH_MAX, &mut files)?;
    files.sort();
    let mark = format!("\"{name}\"");
    for file in files {
        let text = super::read(&file)?;
        if !text.contains(&mark) || !text.contains("component") {
            continue;
        }
        // What does not parse is the compiler's to report.
        let Ok(parsed) = syn::parse_file(&text) else { continue };
        if let Some(fields) = find(&parsed.items, name) {
            return Ok((fields, file));
        }
    }
    Err(BuildError::NoStruct { component: name.to_owned(), folder: src.to_owned() })
}

fn rust_files(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), BuildError> {
    let read = |source| BuildError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.is_dir() && depth > 0 {
            rust_files(&path, depth - 1, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn find(items: &[syn::Item], name: &str) -> Option<Vec<StructProp>> {
    items.iter().find_map(|item| match item {
        syn::Item::Struct(item) if item.attrs.iter().any(|attribute| names(attribute, name)) => {
            Some(item.fields.iter().filter_map(prop).collect())
        }
        syn::Item::Mod(module) => find(&module.content.as_ref()?.1, name),
        _ => None,
    })
}

/// Whether it is `#[component("name")]`.
fn names(attribute: &syn::Attribute, name: &str) -> bool {
    if !attribute.path().is_ident("component") {
        return false;
    }
    let first = |input: syn::parse::ParseStream<'_>| {
        let literal: syn::LitStr = input.parse()?;
        input.parse::<proc_macro2::TokenStream>()?;
        Ok(literal.value())
    };
    attribute.parse_args_with(first).is_ok_and(|found| found == name)
}

fn prop(field: &syn::Field) -> Option<StructProp> {
    let name = field.ident.as_ref()?.to_string().trim_start_matches("r#").to_owned();
    Some(StructProp { name, has_default: field.attrs.iter().any(|attribute| attribute.path().is_ident("prop")) })
}
