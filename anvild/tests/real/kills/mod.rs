//! `kill -9` of the daemon, its hosts and its compilers, each at a moment when it hurts. The fixture waits at gates, so that every
//! stage is really under way when the signal comes.

mod daemon;
mod host;
mod rustc;

use crate::harness::{Gate, Project};

/// A project that can be held while it is built, compiled and registered.
struct Held {
    project: Project,
    /// In its build script, which cargo runs.
    script: Gate,
    /// In the compiler, at its app library.
    compiler: Gate,
    /// Where it registers its routes.
    routes: Gate,
    rustc: String,
}

impl Held {
    fn new(name: &str) -> Self {
        let project = Project::new(name);
        let (script, compiler, routes) = (Gate::new(), Gate::new(), Gate::new());
        // Cargo runs it once; without the line, every edit would be cargo's.
        let told = "println!(\"cargo::rerun-if-changed=build.rs\");";
        project.write("build.rs", &format!("fn main() {{\n    {told}\n    gate();\n}}\n\n{}", script.rust()));
        project.edit("src/lib.rs", "    r.get", "    gate();\n    r.get");
        project.write("src/lib.rs", &format!("{}\n{}", project.read("src/lib.rs"), routes.rust()));
        let rustc = compiler.compiler(&name.replace('-', "_")).to_string_lossy().into_owned();
        Self { project, script, compiler, routes, rustc }
    }

    fn answer(&self, old: &str, new: &str) {
        self.project.edit("src/lib.rs", &format!("\"{old}\""), &format!("\"{new}\""));
    }

    fn environment(&self) -> [(&str, &str); 1] {
        [("RUSTC", &self.rustc)]
    }
}
