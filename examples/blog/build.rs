//! Compiles the templates.

fn main() {
    forge_codegen::compile("templates");
}
