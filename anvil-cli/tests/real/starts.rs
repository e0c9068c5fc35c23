//! How the daemon starts and ends.

use std::{collections::BTreeSet, process::Stdio};

use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::harness::{
    Anvil, PATIENCE, Project, gone,
    processes::{Process, inside, signal},
    said,
};

#[tokio::test]
async fn fifty_commands_at_once_start_one_daemon() {
    let project = Project::new("fx-fifty");
    let anvil = Anvil::new(&project);
    let commands = (0..50).map(|_| anvil.command(&["status", "--json"]).spawn().expect("it starts"));
    let commands: Vec<_> = commands.collect();
    let mut pids = BTreeSet::new();
    for command in commands {
        let said = said(&command.wait_with_output().await.expect("it ends"));
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:#?}");
        let status: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        pids.insert(status["daemon"]["pid"].as_u64());
    }
    assert_eq!(pids.len(), 1, "{pids:?}");
    let running: BTreeSet<_> =
        inside(&project.root()).into_iter().map(|process| Some(u64::from(process.pid))).collect();
    assert_eq!(running, pids, "no other daemon is left, nor a client");
    let names = || {
        let entries = std::fs::read_dir(anvil.paths().directory()).expect("a folder").flatten();
        let names: BTreeSet<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.into_iter().filter(|name| name.ends_with(".sock")).collect::<Vec<_>>()
    };
    assert_eq!(names().len(), 1);
    assert_eq!(anvil.ends(&["stop", "--daemon"], 0).await.err.lines().count(), 1);
    assert_eq!(names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_daemon_that_nobody_needs_ends() {
    let project = Project::new("fx-unneeded");
    let anvil = Anvil::new(&project).with("ANVILD_IDLE_S", "1");
    let pid = anvil.status().await["daemon"]["pid"].as_u64().expect("a number");
    if let Some(daemon) = Process::find(u32::try_from(pid).expect("a process id")) {
        gone(&daemon).await;
    }
    assert!(!anvil.paths().socket().exists() && !anvil.paths().record().exists());
    // And comes back when it is needed.
    assert_ne!(anvil.status().await["daemon"]["pid"].as_u64(), Some(pid));
}

#[tokio::test]
async fn who_listens_is_told_that_the_daemon_ends() {
    let project = Project::new("fx-last-word");
    let anvil = Anvil::new(&project);
    for by_signal in [false, true] {
        let pid = anvil.status().await["daemon"]["pid"].as_u64().expect("a number");
        let mut follower = anvil.command(&["logs", "-f"]).stdout(Stdio::null()).spawn().expect("it starts");
        anvil.until("followed", |status| status["daemon"]["subscriptions"] == 1).await;
        if by_signal {
            signal(u32::try_from(pid).expect("a process id"), "TERM");
        } else {
            let asked = anvil.ends(&["rpc", "daemon/shutdown"], 0).await;
            assert_eq!(asked.out, "null\n");
        }
        let mut lines = BufReader::new(follower.stderr.take().expect("a pipe")).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("in time").expect("text");
        assert!(line.as_ref().is_some_and(|line| line.starts_with("the daemon ends: ")), "{line:?}");
        assert_eq!(follower.wait().await.expect("it ends").code(), Some(0));
    }
}

/// A shell, an editor or a test runner may have left a pipe open for its children, and waits for its end.
#[tokio::test]
async fn a_daemon_keeps_nothing_open_of_who_started_it() {
    let project = Project::new("fx-leak");
    let anvil = Anvil::new(&project);
    // The shell opens the pipe's end as descriptor 9 and passes it on to `anvil`, which knows nothing of it.
    let script = format!("exec 9>&1; {} status > /dev/null", env!("CARGO_BIN_EXE_anvil"));
    let mut shell = tokio::process::Command::new("sh");
    shell.args(["-c", &script]).current_dir(project.root()).env("XDG_RUNTIME_DIR", anvil.runtime());
    let output = tokio::time::timeout(PATIENCE, shell.stdin(Stdio::null()).output()).await;
    assert!(output.expect("the pipe ends with the shell").expect("it starts").status.success());
    assert_eq!(anvil.status().await["daemon"]["clients"], 1, "the daemon is still there");
}
