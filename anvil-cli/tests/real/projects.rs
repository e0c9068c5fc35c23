//! Projects that cannot be served: each is told in one sentence, with what to do, and with a code.

use std::net::TcpListener;

use crate::harness::{Anvil, Project, body};

const DETACHED: &[&str] = &["dev", "--hot", "--detach", "--addr", "127.0.0.1:0"];

#[tokio::test]
async fn what_is_no_project_is_code_3() {
    let project = Project::bare("fx-none");
    std::fs::remove_file(project.path("Cargo.lock")).expect("it was there");
    let anvil = Anvil::new(&project);
    let said = anvil.ends(DETACHED, 3).await;
    assert!(said.err.starts_with("error: no Cargo project at or above `"), "{said:#?}");
    assert!(said.err.contains("help: run inside a project or give one with --project"), "{said:#?}");
    assert_eq!(said.out, "");
    let said = anvil.ends(&["status", "--project", "/does/not/exist"], 3).await;
    assert!(said.err.contains("`/does/not/exist` is not a directory"), "{said:#?}");

    // A project by its configuration, and cargo knows nothing of it.
    project.write("config/anvil.toml", "[server]\naddr = \"127.0.0.1:0\"\n");
    let said = anvil.ends(DETACHED, 3).await;
    assert!(said.err.contains("ANV0101") && said.err.contains("Cargo.toml"), "{said:#?}");
    project.write("Cargo.toml", "[package]\nname = fx-none\n");
    let said = anvil.ends(DETACHED, 3).await;
    assert!(said.err.contains("Cargo.toml:2:8"), "{said:#?}");
}

#[tokio::test]
async fn a_project_that_cannot_be_started_is_told_why_and_nothing_is_built() {
    let project = Project::new("fx-unfit");
    project.edit("src/lib.rs", "#[anvilforge::routes]\n", "");
    let anvil = Anvil::new(&project);

    // No entry function.
    let said = anvil.ends(DETACHED, 3).await;
    assert!(said.err.contains("ANV0102") && said.err.contains("src/lib.rs:1:1"), "{said:#?}");
    assert!(
        said.err.contains("no function of package `fx-unfit` registers routes; add `#[anvilforge::routes]"),
        "{said:#?}"
    );

    // No library, and no entry in the program either.
    std::fs::rename(project.path("src/lib.rs"), project.path("src/main.rs")).expect("renamed");
    let said = anvil.ends(DETACHED, 3).await;
    assert!(said.err.contains("ANV0102") && said.err.contains("src/main.rs:1:1"), "{said:#?}");

    // A configuration that cannot be read.
    std::fs::rename(project.path("src/main.rs"), project.path("src/lib.rs")).expect("renamed");
    project.edit("src/lib.rs", "pub fn", "#[anvilforge::routes]\npub fn");
    project.write("config/anvil.toml", "[server]\naddr = 127.0.0.1\n");
    let said = anvil.ends(DETACHED, 3).await;
    assert!(said.err.contains("ANV0401") && said.err.contains("config/anvil.toml:2:"), "{said:#?}");
    std::fs::remove_file(project.path("config/anvil.toml")).expect("it was there");

    // The port is somebody's: this test's.
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = taken.local_addr().expect("bound").to_string();
    let said = anvil.ends(&["dev", "--hot", "--detach", "--addr", &addr], 6).await;
    let owner = format!("(pid {})", std::process::id());
    assert!(said.err.contains(&format!("{addr} is taken by ")) && said.err.contains(&owner), "{said:#?}");
    assert!(said.err.contains("--addr"), "{said:#?}");

    let status = anvil.status().await;
    assert_eq!(status["app"]["state"], "stopped");
    assert_eq!(status["build"]["last"], serde_json::Value::Null);
}

#[tokio::test]
async fn of_two_candidates_one_must_be_named() {
    let project = Project::bare("fx-two");
    project.write("Cargo.toml", "[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"3\"\n");
    for name in ["one", "two"] {
        let single = Project::new(&format!("fx-two-{name}"));
        project.write(&format!("{name}/Cargo.toml"), &single.manifest("").replace("[workspace]\n", ""));
        project.write(
            &format!("{name}/src/lib.rs"),
            &single.read("src/lib.rs").replace("\"one\"", &format!("\"{name}\"")),
        );
    }
    let anvil = Anvil::new(&project);
    let said = anvil.ends(DETACHED, 3).await;
    assert!(said.err.contains("ANV0103") && said.err.contains("`fx-two-one`, `fx-two-two`"), "{said:#?}");
    assert!(said.err.contains("`--package`") && said.err.contains("[dev]"), "{said:#?}");
    let said = anvil.ends(&[DETACHED, &["--package", "fx-two-three"]].concat(), 3).await;
    assert!(said.err.contains("no package `fx-two-three`"), "{said:#?}");

    let addr = anvil.up(&["--package", "fx-two-two"]).await;
    assert_eq!(body(addr, "/").await, "two");
    anvil.ends(&["stop"], 0).await;
    project.write("config/anvil.toml", "[dev]\npatches = false\napp = \"fx-two-one\"\n");
    let addr = anvil.up(&[]).await;
    assert_eq!(body(addr, "/").await, "one");
    assert_eq!(anvil.status().await["project"]["app"], "fx-two-one");
}
