//! Templates of one of several crates, in a namespace and outside of the package.

use anvild_protocol::Source;

use super::{found, only, span, span_of};
use crate::{
    feature_crates::shop,
    harness::{Daemon, checkout},
};

/// What the build script leaves beside the templates is found as well.
const VIEW: &str = r#"
async fn view() -> View {
    view!("posts::index", count = include!(concat!(env!("OUT_DIR"), "/beside.rs")))
}
"#;

const BUILD: &str = r#"fn main() {
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").unwrap());
    std::fs::write(out.join("beside.rs"), "3_u32").unwrap();
    forge_codegen::Builder::new().namespace("posts", "../../views").compile();
}
"#;

#[tokio::test]
async fn each_template_is_looked_at_in_its_crate() {
    let project = shop("checked");
    let codegen = checkout().join("framework/templates-codegen");
    let manifest = "crates/posts-handlers/Cargo.toml";
    let build =
        format!("\n[build-dependencies]\nanvilforge-templates-codegen = {{ path = \"{}\" }}\n", codegen.display());
    project.write(manifest, &(project.read(manifest) + &build));
    project.write("crates/posts-handlers/build.rs", BUILD);
    let posts = "crates/posts-handlers/src/lib.rs";
    project.edit(
        posts,
        "    r.get(\"/posts/loud\", loud);\n",
        "    r.get(\"/posts/loud\", loud);\n    r.get(\"/posts/view\", view);\n",
    );
    project.write(posts, &(project.read(posts) + VIEW));
    let file = "views/index.forge.html";
    project.write(file, "{{ count + 1 }}\n");
    let (daemon, _) = Daemon::hot(&project).await;

    assert_eq!(found(&daemon, file, "{{ count * 2 }}").await, []);
    let wrong = "{{ count.len() }}";
    let errors = found(&daemon, file, wrong).await;
    let error = only(&errors, "E0599");
    assert_eq!((error.source, span_of(error)), (Source::Forge, span(&project, file, wrong, "len")));
}
