//! Places that cannot be used, and programs that are not there. Tests may run as root, for whom modes mean nothing, so what is
//! in the way here is a file where a folder must be.

use std::{fs, os::unix::fs::symlink};

use crate::harness::{Anvil, Project};

#[tokio::test]
async fn a_runtime_directory_that_is_not_ours_alone_is_code_8() {
    let project = Project::new("fx-runtime");
    let anvil = Anvil::new(&project);
    let place = anvil.runtime().join("anvil");
    for command in [&["status"][..], &["dev", "--hot", "--detach"], &["logs"]] {
        fs::write(&place, "").expect("a file");
        let said = anvil.ends(command, 8).await;
        let sentence = format!("error: `{}` is not safe to use: it is not a directory\n", place.display());
        assert!(said.err.starts_with(&sentence) && said.err.contains("help: remove it"), "{said:#?}");
        fs::remove_file(&place).expect("it was there");
    }
    let elsewhere = tempfile::tempdir().expect("a folder");
    symlink(elsewhere.path(), &place).expect("a link");
    let said = anvil.ends(&["status"], 8).await;
    assert!(said.err.contains("is not safe to use: it is a symbolic link"), "{said:#?}");
    assert_eq!(fs::read_dir(elsewhere.path()).expect("a folder").count(), 0, "nothing was written through it");
    fs::remove_file(&place).expect("it was there");
    anvil.ends(&["status"], 0).await;
}

#[tokio::test]
async fn a_build_directory_that_cannot_be_made_is_named_and_code_1() {
    let project = Project::new("fx-target");
    let in_the_way = project.path("file");
    project.write("file", "");
    let anvil = Anvil::new(&project).with("CARGO_TARGET_DIR", in_the_way.join("target"));
    let said = anvil.ends(&["dev", "--hot", "--detach", "--addr", "127.0.0.1:0"], 1).await;
    assert!(said.err.contains("ANV0109") && said.err.contains("cannot write the build's files"), "{said:#?}");
    assert!(
        said.err.contains(&*in_the_way.join("target").to_string_lossy()) && said.err.contains("help: "),
        "{said:#?}"
    );
    let status = anvil.status().await;
    assert_eq!((&status["app"]["state"], &status["diagnostics"][0]["code"]), (&"failed".into(), &"ANV0109".into()));
}

#[tokio::test]
async fn without_cargo_nothing_starts_and_doctor_says_so_too() {
    let project = Project::new("fx-cargoless");
    let empty = tempfile::tempdir().expect("a folder");
    let anvil = Anvil::new(&project).with("PATH", empty.path());
    let said = anvil.ends(&["dev", "--hot", "--detach", "--addr", "127.0.0.1:0"], 3).await;
    assert!(said.err.contains("ANV0105") && said.err.contains("cannot run `cargo`"), "{said:#?}");
    assert!(said.err.contains("install Rust from https://rustup.rs"), "{said:#?}");
    let said = anvil.ends(&["doctor"], 1).await;
    assert!(said.out.contains("error    cargo ") && said.out.contains("fix: install Rust"), "{said:#?}");
}
