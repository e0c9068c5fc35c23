//! A dependency that cannot be part of a shared library: the app is linked into its host, every edit is a handover, and the
//! user is told why.

use anvild_protocol::{BuildKind, Severity};

use crate::{
    edits::only,
    feature_crates::shop,
    harness::{Daemon, Project},
};

/// Reads a global symbol relative to its own place, as code may that is only ever linked into programs. In a shared library the
/// symbol could be somebody else's, so the linker refuses.
const NATIVE: &str = r#"#[unsafe(no_mangle)]
pub static FX_NATIVE_VALUE: u64 = 7;

core::arch::global_asm!(
    ".section .text.fx_native_read,\"ax\",@progbits",
    ".globl fx_native_read",
    "fx_native_read:",
    "mov rax, qword ptr [rip + FX_NATIVE_VALUE]",
    "ret",
);

unsafe extern "C" {
    fn fx_native_read() -> u64;
}

pub fn value() -> u64 {
    // SAFETY: written above; it takes nothing and reads a static.
    unsafe { fx_native_read() }
}
"#;

/// The package of this name with it.
fn native(name: &str) -> Project {
    let native = Project::bare(name);
    native.write(
        "Cargo.toml",
        &format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n"),
    );
    native.write("src/lib.rs", NATIVE);
    native
}

#[tokio::test]
async fn several_app_libraries_need_a_deps_library() {
    let native = native("fx-native-several");
    let project = shop("unlinked");
    let users = "crates/users-handlers/Cargo.toml";
    let dependency = format!("fx-native-several = {{ path = \"{}\" }}\n", native.root().display());
    project.write(users, &format!("{}{dependency}", project.read(users)));
    project.edit("crates/users-handlers/src/lib.rs", "users one, {}\"", "users {}, {}\", fx_native_several::value()");
    let daemon = Daemon::start(&project).await;
    daemon.app(true).await.expect("the project can be read");
    let found = daemon.failed().await;
    let wrong = only(&found, "ANV0111");
    assert!(wrong.message.contains("`fx-unlinked-posts-handlers`, `fx-unlinked-users-handlers`"), "{wrong:#?}");
    assert!(wrong.message.contains("FX_NATIVE_VALUE") && wrong.help.is_some(), "{wrong:#?}");
}

#[tokio::test]
async fn a_dependency_that_is_no_part_of_a_library_makes_every_edit_a_handover_and_says_so() {
    let native = native("fx-native");
    let project = Project::new("fx-unlinkable");
    let dependency = format!("fx-native = {{ path = \"{}\" }}\n", native.root().display());
    project.write("Cargo.toml", &project.manifest(&dependency));
    project.edit("src/lib.rs", "&'static str {\n    \"one\"", "String {\n    format!(\"one {}\", fx_native::value())");

    let (daemon, _) = Daemon::hot(&project).await;
    assert_eq!(daemon.get("/").await.body, "one 7");
    let first = daemon.status().await;
    let warning = first.diagnostics.iter().find(|found| found.code == "ANV0108").expect("the user is told");
    assert_eq!(warning.severity, Severity::Warning);
    assert!(warning.message.contains("FX_NATIVE_VALUE") && warning.help.is_some(), "{warning:#?}");

    for (old, new) in [("one", "two"), ("two", "three")] {
        let host = daemon.status().await.app.pid;
        project.edit("src/lib.rs", &format!("\"{old} "), &format!("\"{new} "));
        daemon.live().await;
        assert_eq!(daemon.get("/").await.body, format!("{new} 7"));
        let last = daemon.last().await;
        assert_eq!(last.kind, BuildKind::Handover, "{last:#?}");
        assert!(last.reason.starts_with("linked statically, since "), "{last:#?}");
        assert_ne!(daemon.status().await.app.pid, host);
    }

    project.edit("src/lib.rs", "fx_native::value()", "fx_native::valve()");
    let diagnostics = daemon.failed().await;
    assert!(diagnostics.iter().any(|found| found.code == "E0425"), "{diagnostics:#?}");
    assert_eq!(daemon.get("/").await.body, "three 7");
    project.edit("src/lib.rs", "three {}\", fx_native::valve()", "four {}\", fx_native::value()");
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "four 7");
}
