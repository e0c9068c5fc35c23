//! A machine that fails in the middle of the work: the app stays, the reason is said, and the next save works.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use anvild_client::read_record;

use crate::harness::{Anvil, Project, body};

/// In place of rustc: for the fixture's library it does what the file `mode` says. A really full disk would need a mount of its
/// own, which not every machine allows, and a second toolchain a download; the words are those of the real compiler.
fn compiler(folder: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let full = finding(r#""failed to write file libfx_machine.so: No space left on device (os error 28)""#, "null");
    let other = r#""found crate `anvilforge` compiled by an incompatible version of rustc""#;
    let other = finding(other, r#"{"code":"E0514","explanation":null}"#);
    let script = format!(
        "#!/bin/sh
case \"$(cat {mode} 2>/dev/null) $* \" in
full*\" --crate-name fx_machine \"*) printf '%s\\n' '{full}' >&2; exit 1;;
other*\" --crate-name fx_machine \"*) printf newer > {mode}; printf '%s\\n' '{other}' >&2; exit 1;;
newer*\" -vV \"*)
    # Cargo is told the truth: it would build every dependency again.
    if [ -z \"$ANVIL_CAPTURE_DIR\" ]; then rustc -vV | sed 's/^commit-date: .*/commit-date: 2199-12-31/'; exit; fi;;
esac
exec rustc \"$@\"
",
        mode = folder.join("mode").display()
    );
    let path = folder.join("rustc");
    fs::write(&path, script).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("an executable file");
    path
}

/// One message of `rustc --error-format=json`; `message` and `code` are JSON.
fn finding(message: &str, code: &str) -> String {
    format!(
        r#"{{"$message_type":"diagnostic","message":{message},"code":{code},"level":"error","spans":[],"children":[],"rendered":{message}}}"#
    )
}

#[tokio::test]
async fn a_full_disk_another_compiler_and_an_unreadable_file_cost_one_edit_at_most() {
    let tools = tempfile::tempdir().expect("a folder");
    let project = Project::new("fx-machine");
    project.write("config/anvil.toml", "[dev]\npatches = false\npolling = true\n");
    let anvil = Anvil::new(&project).with("RUSTC", compiler(tools.path()));
    let answer = |old: &str, new: &str| project.edit("src/lib.rs", &format!("\"{old}\""), &format!("\"{new}\""));
    let mode = |word: &str| fs::write(tools.path().join("mode"), word).expect("a file");

    // Every line of the log meets a full disk, from the first on.
    anvil.paths().prepare().expect("a private directory");
    symlink("/dev/full", anvil.paths().log()).expect("a link");
    let addr = anvil.up(&[]).await;
    let daemon = read_record(&anvil.paths()).expect("it runs").pid;
    let status = anvil.status().await;
    assert_eq!(status["watch"]["backend"], "polling");
    assert!(status["watch"]["reason"].is_string(), "{status:#}");

    // Without the system's events, edits are seen all the same.
    answer("one", "two");
    anvil.until("seen by polling", |status| status["generation"]["live"] == 2).await;
    assert_eq!(body(addr, "/").await, "two");

    // The disk is full during a build.
    mode("full");
    answer("two", "three");
    let said = anvil.ends(&["wait"], 1).await;
    assert!(said.err.contains("ANV0107") && said.err.contains("the disk is full"), "{said:#?}");
    assert!(said.err.contains("help: free some space"), "{said:#?}");
    assert_eq!(said.out, "generation 3 failed; generation 2 stays live\n");
    assert_eq!(body(addr, "/").await, "two");
    fs::remove_file(tools.path().join("mode")).expect("it was there");
    answer("three", "four");
    assert_eq!(anvil.ends(&["wait"], 0).await.out, "generation 4 is live\n");
    assert_eq!(body(addr, "/").await, "four");

    // Another compiler than the one that built the deps library: cargo finds out what to do, and the reason is told.
    mode("other");
    answer("four", "five");
    anvil.ends(&["wait"], 0).await;
    assert_eq!(body(addr, "/").await, "five");
    let said = anvil.ends(&["rpc", "reload/history"], 0).await;
    let history: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let reason = history[0]["reason"].as_str().expect("a sentence");
    assert!(reason.contains("cargo: ") && reason.contains("incompatible version of rustc"), "{history:#}");
    assert_eq!(history[0]["kind"], "handover");
    let status = anvil.status().await;
    assert_eq!(
        (&status["diagnostics"][0]["code"], &status["diagnostics"][0]["severity"]),
        (&"ANV0106".into(), &"warning".into())
    );

    // A source that cannot be read.
    project.edit("src/lib.rs", "use anvilforge", "mod extra;\nuse anvilforge");
    symlink("extra.rs", project.path("src/extra.rs")).expect("a link to itself");
    let said = anvil.ends(&["wait"], 1).await;
    assert!(said.err.contains("extra"), "{said:#?}");
    assert_eq!(body(addr, "/").await, "five");
    fs::remove_file(project.path("src/extra.rs")).expect("it was there");
    project.write("src/extra.rs", "");
    answer("five", "six");
    anvil.ends(&["wait"], 0).await;
    assert_eq!(body(addr, "/").await, "six");

    assert_eq!(read_record(&anvil.paths()).map(|record| record.pid), Some(daemon), "one daemon all along");
    let said = anvil.ends(&["doctor"], 0).await;
    assert!(said.out.contains("warning  log ") && said.out.contains("could not be written"), "{said:#?}");
    assert!(anvil.ends(&["logs"], 0).await.out.lines().count() > 0, "what no disk took is still in memory");
}
