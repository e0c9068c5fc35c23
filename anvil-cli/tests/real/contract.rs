//! What scripts rely on: exit codes, what goes to standard output, the fields of `anvil status --json`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{Anvil, Project, body, gone, is_free, processes::Process};

#[track_caller]
fn has_fields(value: &Value, expected: &str) {
    let fields: BTreeSet<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(fields, expected.split(' ').collect(), "{value:#}");
}

/// The fields that `docs/cli.md` and `docs/protocol` promise.
fn has_the_documented_fields(status: &Value) {
    has_fields(status, "app build daemon diagnostics generation project watch");
    has_fields(&status["daemon"], "clients pid protocol rss_bytes subscriptions uptime_s version");
    has_fields(&status["project"], "app root");
    has_fields(&status["app"], "addr hot libraries_loaded pid restarts rss_bytes state");
    has_fields(&status["generation"], "built live saved");
    has_fields(&status["build"], "last state");
    has_fields(&status["build"]["last"], "duration_ms generation kind outcome");
    has_fields(&status["watch"], "backend directories files overflows reason");
}

#[tokio::test]
async fn the_commands_keep_their_contract_from_the_first_start_to_the_end_of_the_daemon() {
    let project = Project::new("fx-contract");
    project.edit("src/lib.rs", "    \"one\"", "    println!(\"somebody is here\");\n    \"one\"");
    project.write("config/anvil.toml", "[server]\nprot = 8080\n");
    let anvil = Anvil::new(&project);

    // A start that fails: an unknown key, with its line.
    let said = anvil.ends(&["dev", "--hot", "--detach", "--addr", "127.0.0.1:0"], 1).await;
    assert!(said.err.contains("error[ANV0401]") && said.err.contains("config/anvil.toml:2:"), "{said:#?}");
    assert!(said.err.contains("prot"), "{said:#?}");
    assert_eq!(said.out, "");
    let status = anvil.status().await;
    assert_eq!((&status["app"]["state"], &status["generation"]["live"]), (&"failed".into(), &0.into()));
    project.write("config/anvil.toml", "[dev]\npatches = false\n");
    assert_eq!(anvil.ends(&["wait"], 0).await.out, "generation 2 is live\n");
    let addr = anvil.up(&[]).await;
    assert_eq!(body(addr, "/").await, "one");

    let status = anvil.status().await;
    has_the_documented_fields(&status);
    assert_eq!(status["project"]["root"], Value::from(project.root().to_string_lossy().into_owned()));
    assert_eq!((&status["app"]["state"], &status["app"]["hot"]), (&"running".into(), &true.into()));
    assert_eq!(status["app"]["addr"], Value::from(addr.to_string()));
    assert_eq!(status["diagnostics"], Value::from(Vec::<Value>::new()));
    for pid in [&status["daemon"]["pid"], &status["app"]["pid"]] {
        assert!(Process::find(u32::try_from(pid.as_u64().expect("a number")).expect("a process id")).is_some());
    }

    edits(&project, &anvil, addr).await;
    questions(&anvil).await;
    ends(&anvil, addr).await;
}

/// `anvil wait`: 0 live, 1 failed, 2 not yet.
async fn edits(project: &Project, anvil: &Anvil, addr: std::net::SocketAddr) {
    project.edit("src/lib.rs", "\"one\"", "\"two\"");
    let said = anvil.ends(&["wait", "--timeout", "0"], 2).await;
    assert_eq!((said.out.as_str(), said.err.as_str()), ("generation 3 is not live after 0 s\n", ""));
    let said = anvil.ends(&["wait"], 0).await;
    assert_eq!((said.out.as_str(), said.err.as_str()), ("generation 3 is live\n", ""));
    assert_eq!(body(addr, "/").await, "two");
    assert_eq!(anvil.status().await["build"]["last"]["kind"], "swap");

    project.edit("src/lib.rs", "\"two\"", "2");
    let said = anvil.ends(&["wait"], 1).await;
    assert_eq!(said.out, "generation 4 failed; generation 3 stays live\n");
    assert!(
        said.err.starts_with("error[E0308]: mismatched types\n"),
        "the compiler's own words, no colours: {said:#?}"
    );
    let status = anvil.status().await;
    has_the_documented_fields(&status);
    let found = &status["diagnostics"][0];
    for field in ["code", "severity", "source", "file", "line", "column", "message"] {
        assert!(!found[field].is_null(), "{field}: {found:#}");
    }
    assert_eq!(
        (&found["code"], &found["severity"], &found["source"]),
        (&"E0308".into(), &"error".into(), &"anvil(build)".into())
    );
    assert_eq!(found["file"], Value::from(project.root().join("src/lib.rs").to_string_lossy().into_owned()));
    let generation = &status["generation"];
    assert_eq!((&generation["saved"], &generation["live"]), (&4.into(), &3.into()));
    assert_eq!(status["build"]["last"]["outcome"], "failed");
    assert_eq!(body(addr, "/").await, "two");
    project.edit("src/lib.rs", "    2\n", "    \"three\"\n");
    anvil.ends(&["wait"], 0).await;
    assert_eq!(body(addr, "/").await, "three");
}

async fn questions(anvil: &Anvil) {
    let said = anvil.ends(&["logs"], 0).await;
    assert!(said.out.lines().any(|line| line == "somebody is here"), "{said:#?}");
    assert_eq!(anvil.ends(&["logs", "-n", "1"], 0).await.out.lines().count(), 1);

    let said = anvil.ends(&["routes"], 0).await;
    assert!(said.out.contains("GET") && said.out.contains("/"), "{said:#?}");
    let said = anvil.ends(&["routes", "--json"], 0).await;
    let routes: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((&routes[0]["method"], &routes[0]["path"]), (&"GET".into(), &"/".into()));

    let said = anvil.ends(&["doctor"], 0).await;
    assert!(said.out.contains("ok       rustc "), "{said:#?}");
    let said = anvil.ends(&["doctor", "--json"], 0).await;
    let checks: Vec<Value> = serde_json::from_str(&said.out).expect("JSON");
    for id in ["project", "cargo", "rustc", "anvild", "runtime-directory", "daemon", "linker", "inotify", "disk"] {
        assert!(checks.iter().any(|check| check["id"] == id), "{id}: {said:#?}");
    }

    let said = anvil.ends(&["rpc", "daemon/status"], 0).await;
    has_the_documented_fields(&serde_json::from_str(&said.out).expect("one line of JSON"));
    assert_eq!(said.out.lines().count(), 1);
    let said = anvil.ends(&["rpc", "reload/wait", "{\"timeout_ms\": 60000}"], 0).await;
    assert!(said.out.contains("\"outcome\":\"live\""), "{said:#?}");
    anvil.ends(&["rpc", "no/such"], 70).await;
    anvil.ends(&["rpc", "daemon/status", "{"], 2).await;
    anvil.ends(&["status", "--no-such-flag"], 2).await;
}

async fn ends(anvil: &Anvil, addr: std::net::SocketAddr) {
    let host = anvil.status().await["app"]["pid"].clone();
    anvil.ends(&["restart"], 0).await;
    anvil.until("another host", |status| status["app"]["state"] == "running" && status["app"]["pid"] != host).await;
    assert_eq!(body(addr, "/").await, "three");

    let daemon = anvil.status().await["daemon"]["pid"].as_u64().expect("a number");
    let said = anvil.ends(&["stop"], 0).await;
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", "the app has ended\n"));
    assert!(is_free(addr));
    let status = anvil.status().await;
    assert_eq!((&status["app"]["state"], status["daemon"]["pid"].as_u64()), (&"stopped".into(), Some(daemon)));
    anvil.ends(&["routes"], 7).await;
    anvil.ends(&["restart"], 7).await;

    let process = Process::find(u32::try_from(daemon).expect("a process id")).expect("it lives");
    let said = anvil.ends(&["stop", "--daemon"], 0).await;
    assert_eq!(said.err, format!("the daemon (process {daemon}) has ended\n"));
    gone(&process).await;
    anvil.ends(&["logs"], 4).await;
    assert_eq!(anvil.ends(&["stop", "--daemon"], 0).await.err, "no daemon was running\n");
}
