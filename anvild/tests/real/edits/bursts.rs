//! Many changes at once: saves faster than builds, and a branch that changes under the daemon.

use std::{process::Command, time::Duration};

use anvild_protocol::{BuildKind, BuildOutcome, Generation};

use super::live_by;
use crate::harness::{Daemon, Observer, Project};

const SAVES: u64 = 10;

#[tokio::test]
async fn of_ten_saves_in_a_second_the_last_wins() {
    let project = Project::new("fx-ten");
    project.edit("src/lib.rs", "\"one\"", "\"0\"");
    let (daemon, addr) = Daemon::hot(&project).await;
    let observer = Observer::start(addr, "/");
    // The rhythm of the saves is what is tested; nothing waits for it.
    let mut rhythm = tokio::time::interval(Duration::from_millis(100));
    for save in 1..=SAVES {
        rhythm.tick().await;
        project.edit("src/lib.rs", &format!("\"{}\"", save - 1), &format!("\"{save}\""));
    }
    live_by(&daemon, BuildKind::Swap).await;
    assert_eq!(daemon.get("/").await.body, SAVES.to_string());

    let seen = observer.end().await;
    let bodies: Vec<u64> = seen.iter().map(|seen| seen.body.parse().expect("a number")).collect();
    assert!(bodies.is_sorted(), "an older body after a newer one: {seen:?}");
    let history = daemon.history().await;
    let live = history.iter().filter(|entry| entry.outcome == BuildOutcome::Live).count();
    let undecided =
        history.iter().filter(|entry| matches!(entry.outcome, BuildOutcome::Failed | BuildOutcome::Refused));
    assert_eq!(undecided.count(), 0, "{history:#?}");
    let saved = daemon.status().await.generation.saved;
    assert!(saved <= Generation(SAVES + 1), "a save is at most one generation: {saved}");
    // With builds slower than saves most generations are replaced; with faster ones each is live.
    let cancelled = history.iter().filter(|entry| entry.outcome == BuildOutcome::Cancelled).count();
    assert_eq!(u64::try_from(live + cancelled).expect("few"), saved.0, "every generation ends once: {history:#?}");
    println!("{live} of {saved} generations went live");
}

#[tokio::test]
async fn a_checkout_of_another_branch_is_one_change_set() {
    let project = Project::new("fx-branch");
    project.write(".gitignore", "/target\n/storage\n");
    project.edit("src/lib.rs", "use anvilforge::prelude::*;", "mod words;\nuse anvilforge::prelude::*;");
    project.edit("src/lib.rs", "\"one\"", "words::WORD");
    project.write("src/words.rs", "pub(crate) const WORD: &str = \"main\";\n");
    git(&project, &["init", "--quiet", "--initial-branch=main"]);
    commit(&project, "main");
    git(&project, &["checkout", "--quiet", "-b", "other"]);
    project.write("src/more.rs", "pub(crate) const MORE: &str = \"other\";\n");
    project.write("src/words.rs", "pub(crate) const WORD: &str = crate::more::MORE;\n");
    project.edit("src/lib.rs", "mod words;", "mod more;\nmod words;");
    commit(&project, "other");
    git(&project, &["checkout", "--quiet", "main"]);

    let (daemon, _) = Daemon::hot(&project).await;
    assert_eq!(daemon.get("/").await.body, "main");
    for (generation, branch) in [(2, "other"), (3, "main")] {
        git(&project, &["checkout", "--quiet", branch]);
        let entry = live_by(&daemon, BuildKind::Swap).await;
        assert_eq!((entry.generation, entry.files_total), (Generation(generation), 3), "{entry:?}");
        assert_eq!(daemon.get("/").await.body, branch);
    }
}

fn commit(project: &Project, message: &str) {
    git(project, &["add", "."]);
    git(project, &["-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "-m", message]);
}

fn git(project: &Project, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(project.root());
    // Neither the user's settings nor a hook's environment may change what happens here.
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE").env_remove("GIT_WORK_TREE");
    let status = command.status().expect("git is installed");
    assert!(status.success(), "git {arguments:?}: {status}");
}
