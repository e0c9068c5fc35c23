//! What a package's `build.rs` says of its templates: folders, namespaces, directives, components with code. Read, never run.

use forge_codegen::{Options, Takes};
use syn::{
    Expr,
    visit::{self, Visit},
};

use super::rust::{apart, literal_of};

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct BuildScript {
    /// Namespace and folder, in the order in which names are looked up.
    pub(super) folders: Vec<(String, String)>,
    pub(super) directives: Options,
    pub(super) components: Vec<(String, String)>,
}

impl BuildScript {
    /// Nothing of a script that does not parse, and of one that has nothing to do with templates.
    pub(super) fn read(text: &str) -> Option<Self> {
        if !text.contains("forge_codegen") && !text.contains("Builder") {
            return None;
        }
        let script = apart(|| {
            let file = super::rust::parse(text)?;
            let mut reader = Reader::default();
            reader.visit_file(&file);
            Some(reader.script)
        })??;
        (!script.folders.is_empty()).then_some(script)
    }
}

#[derive(Default)]
struct Reader {
    script: BuildScript,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(function) = &*call.func
            && function.path.segments.last().is_some_and(|segment| segment.ident == "compile")
            && let Some(folder) = call.args.first().and_then(literal_of)
        {
            self.script.folders.push((String::new(), folder.value()));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // What is said first stands innermost.
        visit::visit_expr_method_call(self, call);
        let text = |at: usize| call.args.get(at).and_then(literal_of).map(syn::LitStr::value);
        let directives = || self.script.directives.clone();
        match (call.method.to_string().as_str(), text(0), call.args.get(1)) {
            ("folder", Some(folder), None) => self.script.folders.push((String::new(), folder)),
            ("namespace", Some(namespace), _) => self.script.folders.extend(text(1).map(|folder| (namespace, folder))),
            ("directive", Some(name), Some(takes)) => {
                self.script.directives = directives().with_directive(&name, takes_of(takes))
            }
            ("block", Some(name), Some(takes)) => {
                self.script.directives = directives().with_block(&name, takes_of(takes))
            }
            ("condition", Some(name), None) => self.script.directives = directives().with_condition(&name),
            ("component", Some(name), _) => self.script.components.extend(text(1).map(|path| (name, path))),
            _ => {}
        }
    }
}

fn takes_of(expr: &Expr) -> Takes {
    let name = match expr {
        Expr::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    };
    match name.as_deref() {
        Some("Required") => Takes::Required,
        Some("Nothing") => Takes::Nothing,
        _ => Takes::Optional,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_form_names_one_folder() {
        let script = BuildScript::read("fn main() { forge_codegen::compile(\"templates\"); }");
        assert_eq!(script.map(|script| script.folders), Some(vec![(String::new(), "templates".to_owned())]));
    }

    #[test]
    fn the_long_form_says_everything() {
        let text = r#"
            use forge_codegen::{Builder, Takes};
            fn main() {
                Builder::new()
                    .folder("views")
                    .namespace("mail", "mail/views")
                    .directive("money", Takes::Required)
                    .condition("premium")
                    .block("card", Takes::Nothing)
                    .component("alert", "crate::components::Alert")
                    .compile();
            }
        "#;
        let script = BuildScript::read(text).expect("it says something of templates");
        let folders = [("", "views"), ("mail", "mail/views")]
            .map(|(namespace, folder)| (namespace.to_owned(), folder.to_owned()));
        assert_eq!(script.folders, folders);
        assert_eq!(script.components, [("alert".to_owned(), "crate::components::Alert".to_owned())]);
        let expected = Options::default()
            .with_directive("money", Takes::Required)
            .with_condition("premium")
            .with_block("card", Takes::Nothing);
        assert_eq!(script.directives, expected);
    }

    #[test]
    fn other_scripts_say_nothing() {
        assert_eq!(BuildScript::read("fn main() { println!(\"cargo::rerun-if-changed=x\"); }"), None);
        assert_eq!(BuildScript::read("fn main() { forge_codegen::compile("), None);
    }
}
