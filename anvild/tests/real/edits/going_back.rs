//! What an editor asks the daemon besides: to go back, what a generation came to, which layouts changed, what routes have answered.

use anvild_protocol::{
    AbiAction, AnvilDaemonClient as _, BuildKind, BuildOutcome, ExplainRequest, Generation, RequestRow, WaitOutcome,
};

use super::{live_by, only, place, templates};
use crate::harness::{Daemon, PATIENCE, Project};

#[tokio::test]
async fn the_code_before_answers_until_something_is_saved() {
    let project = Project::new("fx-back");
    let (daemon, _) = Daemon::hot(&project).await;
    let rpc = daemon.connection.rpc();
    let error = rpc.rollback().await.expect_err("nothing was before").to_string();
    assert!(error.contains("no generation to go back to"), "{error}");
    let first = daemon.status().await.generation.live;
    project.edit("src/lib.rs", "\"one\"", "\"two\"");
    let second = live_by(&daemon, BuildKind::Swap).await;
    let host = daemon.running().await.app.pid;

    let back = rpc.rollback().await.expect("there is one");
    assert_eq!((back.from, back.to), (second.generation, first));
    let status = daemon.until("back", |status| status.generation.live == first).await;
    assert_eq!((status.generation.saved, status.app.pid), (second.generation, host), "in the same host");
    assert_eq!(daemon.get("/").await.body, "one");
    assert!(project.read("src/lib.rs").contains("\"two\""), "files stay as they are");
    let reply = daemon.wait().await;
    assert_eq!((reply.outcome, reply.live), (WaitOutcome::Failed, first));
    let why = only(&reply.diagnostics, "ANV0213");
    assert!(why.message.contains(&format!("generation {} was taken back", second.generation)), "{why:?}");

    // Each generation explains itself, the newest first.
    let explain = async |generation| rpc.explain(ExplainRequest { generation }).await.expect("the daemon answers");
    let newest = explain(None).await.expect("something has happened");
    assert_eq!((newest.generation, newest.outcome), (first, BuildOutcome::Live));
    assert_eq!(newest.reason, "rolled back: asked for");
    let taken = explain(Some(second.generation)).await.expect("it was live");
    assert_eq!(taken, second);
    assert!(taken.stages.build_ms > 0 && taken.files == ["src/lib.rs"], "{taken:?}");
    assert_eq!(explain(Some(Generation(99))).await, None);

    project.edit("src/lib.rs", "\"two\"", "\"three\"");
    live_by(&daemon, BuildKind::Swap).await;
    assert_eq!(daemon.get("/").await.body, "three");
    assert_eq!(daemon.status().await.diagnostics, []);
    rpc.app_stop().await.expect("it stops");
    let error = rpc.rollback().await.expect_err("nothing runs").to_string();
    assert!(error.contains("not running"), "{error}");
}

const HELD: &str = r#"use anvilforge::prelude::*;

#[derive(Debug, Layout)]
pub struct Stock {
    items: u32,
}

#[anvilforge::boot]
pub async fn boot(c: &mut ContainerBuilder) -> Result<()> {
    c.insert(Stock { items: 7 });
    Ok(())
}

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", hello);
}

async fn hello(stock: Inject<Stock>) -> String {
    stock.items.to_string()
}
"#;

#[tokio::test]
async fn a_changed_layout_is_reported_field_by_field() {
    let project = Project::new("fx-back-layout");
    project.write("src/lib.rs", HELD);
    let (daemon, _) = Daemon::hot(&project).await;
    let rpc = daemon.connection.rpc();
    assert_eq!(rpc.abi_report().await.expect("the daemon answers"), []);
    project.edit("src/lib.rs", "    items: u32,", "    items: u64,");
    let entry = live_by(&daemon, BuildKind::Handover).await;
    let report = rpc.abi_report().await.expect("the daemon answers");
    let [change] = report.as_slice() else { panic!("not one: {report:#?}") };
    assert_eq!((change.generation, change.action), (entry.generation, AbiAction::Handover));
    assert!(change.type_path.ends_with("::Stock"), "{change:#?}");
    let at = (change.file.clone().expect("a file"), change.line.expect("a line"), change.column.expect("a column"));
    assert_eq!((at, change.field.as_deref()), (place(&project, "src/lib.rs", "items: u64"), Some("items")));
    let sizes = |layout: &Option<anvild_protocol::AbiLayout>| {
        let layout = layout.as_ref().expect("a layout");
        (layout.size, layout.fields[0].type_name.clone(), layout.fields[0].offset)
    };
    assert_eq!(sizes(&change.old), (4, "u32".to_owned(), Some(0)));
    assert_eq!(sizes(&change.new), (8, "u64".to_owned(), Some(0)));
}

/// Waits until the newest request of a route is as wanted: hosts tell of it a few times a second.
#[track_caller]
fn told<'a>(
    daemon: &'a Daemon,
    route: &'a str,
    wanted: impl Fn(&RequestRow) -> bool + 'a,
) -> impl Future<Output = RequestRow> + 'a {
    let caller = std::panic::Location::caller();
    async move {
        let started = std::time::Instant::now();
        loop {
            let rows = daemon.connection.rpc().forge_requests().await.expect("the daemon answers");
            if let Some(row) = rows.iter().find(|row| row.route == route && wanted(row)) {
                return row.clone();
            }
            assert!(started.elapsed() < PATIENCE, "{caller}: never told of {route}: {rows:#?}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn routes_tell_what_they_answered_last() {
    let project = templates::app("fx-requests");
    let library = project.read("src/lib.rs");
    let library =
        library.replace("    r.get(\"/\", plain);", "    r.get(\"/\", plain);\n    r.get(\"/broken/{id}\", broken);");
    project.write("src/lib.rs", &(library + "\nasync fn broken() -> &'static str {\n    panic!(\"no\")\n}\n"));
    let (daemon, _) = Daemon::hot(&project).await;
    assert_eq!(daemon.get("/posts").await.status, 200);
    let page = told(&daemon, "/posts", |_| true).await;
    assert_eq!((page.method.as_str(), page.status, page.view.as_deref()), ("GET", 200, Some("posts")));
    assert!(page.handler.as_ref().is_some_and(|handler| handler.ends_with("::index")), "{page:#?}");
    let (file, line, _) = place(&project, "src/lib.rs", "r.get(\"/posts\"");
    assert_eq!((page.file, page.line), (Some(file), Some(line)));
    assert_eq!(page.generation, daemon.status().await.generation.live);
    assert!(page.ms > 0.0 && page.at_ms > 1_700_000_000_000);

    assert_eq!(daemon.get("/broken/7").await.status, 500);
    let broken = told(&daemon, "/broken/{id}", |_| true).await;
    assert_eq!((broken.status, broken.view), (500, None));
    assert_eq!(daemon.get("/nothing").await.status, 404);
    assert_eq!(daemon.get("/").await.body, "one");
    told(&daemon, "/", |_| true).await;
    let rows = daemon.connection.rpc().forge_requests().await.expect("the daemon answers");
    assert_eq!(rows.len(), 3, "what no route answers is not told of: {rows:#?}");
    assert!(rows.is_sorted_by(|one, other| one.at_ms >= other.at_ms), "newest first: {rows:#?}");

    // A page that cannot be made names its view as well; a newer request takes the place of the older.
    project.edit(templates::FILE, "@endforeach", "@endforelse");
    assert_eq!(daemon.get("/posts").await.status, 500);
    let wrong = told(&daemon, "/posts", |row| row.status == 500).await;
    assert_eq!(wrong.view.as_deref(), Some("posts"));
}
