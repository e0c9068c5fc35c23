//! `anvil dev` without `--hot`: the same loop, in which every edit starts a new host.

use anvild_protocol::{BuildKind, BuildOutcome};

use super::{fails_by, live_by, only, place, place_of};
use crate::harness::{Daemon, Observer, Project};

#[tokio::test]
async fn without_hot_every_edit_is_a_handover() {
    let project = Project::new("fx-cold");
    let daemon = Daemon::start(&project).await;
    daemon.app(false).await.expect("the app starts");
    daemon.live().await;
    let observer = Observer::start(daemon.addr().await, "/");
    let mut hosts = vec![daemon.running().await.app.pid];
    for (old, new) in [("one", "two"), ("two", "three")] {
        project.edit("src/lib.rs", old, new);
        let entry = live_by(&daemon, BuildKind::Handover).await;
        assert_eq!(entry.reason, "hot is off");
        assert_eq!(daemon.get("/").await.body, new);
        let status = daemon.running().await;
        assert!(!hosts.contains(&status.app.pid) && !status.app.hot, "{status:?}");
        hosts.push(status.app.pid);
    }

    project.edit("src/lib.rs", "\"three\"", "3");
    let found = fails_by(&daemon, BuildOutcome::Failed, "three").await;
    assert_eq!(place_of(only(&found, "E0308")), place(&project, "src/lib.rs", "3\n"));
    assert_eq!(daemon.status().await.app.pid, hosts[2]);

    project.edit("src/lib.rs", "    3\n", "    \"four\"\n");
    live_by(&daemon, BuildKind::Handover).await;
    let bodies: Vec<_> = observer.end().await.into_iter().map(|seen| seen.body).collect();
    assert!(bodies.starts_with(&["one".to_owned()]) && daemon.get("/").await.body == "four", "{bodies:?}");
}
