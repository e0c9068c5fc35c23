//! Daemons of other versions: an older one is replaced, a newer one is left alone, and both can be ended.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anvild_protocol::PROTOCOL;

use crate::harness::{Anvil, Project};

/// The smallest daemon that keeps to the start protocol, with a version of the test's choice.
fn other_daemon() -> PathBuf {
    let exe = Path::new(env!("CARGO_BIN_EXE_anvil")).with_file_name("examples").join("minimal_daemon");
    assert!(exe.is_file(), "{} is missing: build it with `cargo build -p anvild-client --examples`", exe.display());
    exe
}

struct Other(Child);

impl Other {
    fn start(project: &Project, anvil: &Anvil, version: &str, protocol: u32) -> Self {
        project.write("version", version);
        project.write("protocol", &protocol.to_string());
        let mut child = Command::new(other_daemon())
            .arg("--project")
            .arg(project.root())
            .env("XDG_RUNTIME_DIR", anvil.runtime())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        assert!(line.starts_with("{\"ready\""), "{line}");
        Self(child)
    }

    fn has_ended(mut self) -> bool {
        self.0.wait().is_ok()
    }
}

#[tokio::test]
async fn an_older_daemon_is_replaced_and_a_newer_one_is_code_5_and_can_be_ended() {
    let project = Project::new("fx-versions");
    let anvil = Anvil::new(&project);

    for (version, protocol) in [("0.0.1", PROTOCOL), ("0.0.1", PROTOCOL - 1)] {
        let older = Other::start(&project, &anvil, version, protocol);
        let said = anvil.ends(&["status", "--json"], 0).await;
        assert_eq!(said.err, "the running daemon has version 0.0.1; replacing it\n");
        assert!(said.out.contains(&format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"))), "{said:#?}");
        assert!(older.has_ended());
        anvil.ends(&["stop", "--daemon"], 0).await;
    }

    for (version, protocol) in [("99.0.0", PROTOCOL), ("99.0.0", PROTOCOL + 1)] {
        let newer = Other::start(&project, &anvil, version, protocol);
        for command in [&["status"][..], &["dev", "--hot", "--detach"]] {
            let said = anvil.ends(command, 5).await;
            assert!(said.err.contains("newer than"), "{said:#?}");
            assert!(
                said.err.contains("help: update `anvil`, or end the newer daemon with `anvil stop --daemon`"),
                "{said:#?}"
            );
        }
        let said = anvil.ends(&["stop", "--daemon"], 0).await;
        assert!(said.err.contains("has ended"), "{said:#?}");
        assert!(newer.has_ended());
    }
}
