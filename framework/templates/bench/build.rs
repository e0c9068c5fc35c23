//! Compiles the templates.

fn main() {
    forge_codegen::Builder::new().folder("forge").forge("::forge").compile();
}
