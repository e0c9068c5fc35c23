//! All cases as one Rust file, for the build script: a module for each, with its data and its view as the compiled engine prints it.

use std::fmt::Write;

use forge_codegen::rust::{LowerOptions, lower};
use forge_codegen::{Options, Set};

use crate::case::{Case, Expected};
use crate::json::Json;
use crate::typed::{identifier, typed};

/// The file: modules `case_0` and so on, and `ALL` with the names of the cases and their functions. Cases
/// whose templates are wrong are left out.
///
/// # Errors
/// Data that have no type, with the name of the case.
pub fn generate(cases: &[Case], options: &Options) -> Result<String, String> {
    let mut modules = String::new();
    let mut table = String::from("pub const ALL: &[(&str, fn(&mut ::forge::Render) -> ::forge::Result<()>)] = &[\n");
    for (number, case) in cases.iter().enumerate() {
        let name = case.name();
        if matches!(case.expected, Expected::Diagnostics(_)) {
            continue;
        }
        let Some(code) = view(case, options) else { continue };
        let module = module(case, &code).map_err(|error| format!("{name}: {error}"))?;
        let _ = writeln!(modules, "/// {name}\nmod case_{number} {{\n{module}}}\n");
        let _ = writeln!(table, "    ({name:?}, case_{number}::render),");
    }
    Ok(format!("{modules}\n{table}];\n"))
}

/// The view as a block expression; nothing where a template is wrong.
fn view(case: &Case, options: &Options) -> Option<String> {
    let mut set = Set::new(options.clone());
    set.set_all(case.templates.iter().map(|template| (template.name.as_str(), template.text.as_str())));
    let options = LowerOptions { forge: "::forge".to_owned(), ..LowerOptions::default() };
    let lowered = lower(&set, "index", &options)?;
    (lowered.problems.is_empty() && set.problems().is_empty()).then_some(lowered.code)
}

fn module(case: &Case, code: &str) -> Result<String, String> {
    let data = case.data.as_deref().map(Json::parse).transpose()?;
    let (types, bindings, names) = match (&case.rust, &data) {
        (Some(bindings), data) => {
            let names = data.as_ref().map_or_else(|| bound(bindings), names);
            (String::new(), bindings.clone(), names)
        }
        (None, Some(data)) => {
            let typed = typed(data, &case.maps)?;
            (typed.types, typed.bindings, typed.names)
        }
        (None, None) => Default::default(),
    };
    let mut module = String::new();
    if let Some(items) = &case.items {
        let _ = writeln!(module, "{items}");
    }
    let _ =
        writeln!(module, "{types}\npub fn render(__forge: &mut ::forge::Render) -> ::forge::Result<()> {{\n{bindings}");
    // As `view!` defines them.
    module += "macro_rules! __forge_given {\n";
    for name in &names {
        let _ = writeln!(module, "    ({name} {{ $($body:tt)* }}) => {{ $($body)* }};");
    }
    module += "    ($other:ident { $($body:tt)* }) => {};\n}\n";
    module += "macro_rules! __forge_variables {\n    () => {{\n        let mut variables = ::forge::Map::new();\n";
    for name in &names {
        let key = name.trim_start_matches("r#");
        let _ = writeln!(module, "        variables.insert({key:?}, ::forge::to_value!({name}));");
    }
    module += "        variables\n    }};\n}\n";
    let _ = writeln!(module, "{code}\nOk(())\n}}");
    Ok(module)
}

fn names(data: &Json) -> Vec<String> {
    data.entries().iter().map(|(name, _)| identifier(name)).collect()
}

/// The names that `let name = …` and `let (a, b) = …` bind, for cases without JSON.
fn bound(bindings: &str) -> Vec<String> {
    let patterns = bindings.lines().filter_map(|line| line.trim().strip_prefix("let ")?.split(['=', ':']).next());
    let words = patterns.flat_map(|pattern| pattern.split(['(', ')', ',', ' ']).map(str::trim).collect::<Vec<_>>());
    words.filter(|word| !word.is_empty() && *word != "mut").map(str::to_owned).collect()
}
