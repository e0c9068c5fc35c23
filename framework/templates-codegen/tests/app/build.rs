//! Compiles the templates.

fn main() {
    forge_codegen::Builder::new()
        .folder("templates")
        .forge("::forge")
        .component("alert", "::forge_compiled_tests::Alert")
        .condition("disk")
        .directive("datetime", forge_codegen::Takes::Required)
        .block("cache", forge_codegen::Takes::Required)
        .compile();
}
