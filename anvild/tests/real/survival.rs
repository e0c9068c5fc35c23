//! What must survive a swap, by identity.

use crate::harness::{Daemon, Project};

#[tokio::test]
async fn an_edited_body_is_live_in_the_same_host() {
    let project = Project::new("fx-body");
    let (daemon, _) = Daemon::hot(&project).await;
    assert_eq!(daemon.get("/").await.body, "one");
    let before = daemon.status().await;
    project.edit("src/lib.rs", "\"one\"", "\"two\"");
    daemon.live().await;
    let answer = daemon.get("/").await;
    assert_eq!((answer.body.as_str(), answer.generation()), ("two", Some(2)));
    assert_eq!(daemon.status().await.app.pid, before.app.pid);
}
