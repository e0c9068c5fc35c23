//! The command against a daemon that is played by the test: what it prints where, and its exit codes.

mod fake;

use std::{fs, process::Output, time::Duration};

use anvild_protocol::{
    AppChange, AppState, BuildChange, BuildKind, BuildOutcome, Diagnostic, EventKind, Generation, Lifecycle, LogLine,
    LogStream, RouteRow, Source, StageMillis, StartRequest, WaitOutcome, WaitReply, error_code,
};
use fake::{Anvil, FakeDaemon};
use tokio::io::{AsyncBufReadExt, BufReader};

/// For what must happen; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Exit code, standard output, standard error.
fn shown(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn app(state: AppState, live: u64) -> EventKind {
    let addr = Some("127.0.0.1:4000".to_owned());
    EventKind::App(AppChange { state, addr, pid: Some(7), live: Generation(live), reason: None })
}

fn ended(generation: u64, kind: BuildKind, outcome: BuildOutcome, reason: &str) -> EventKind {
    EventKind::Build(BuildChange::Ended {
        generation: Generation(generation),
        kind,
        outcome,
        reason: reason.to_owned(),
        files: vec!["src/posts.rs".to_owned()],
        files_total: 1,
        stages: StageMillis { detect_ms: 12, build_ms: 391, swap_ms: 4, total_ms: 407 },
    })
}

fn type_error() -> Diagnostic {
    let mut diagnostic = Diagnostic::error(Source::Build, "E0308", "mismatched types").at("/p/src/posts.rs", 3, 7);
    diagnostic.rendered = Some("\x1b[1merror[E0308]\x1b[0m: mismatched types\n --> src/posts.rs:3:7\n".to_owned());
    diagnostic
}

#[tokio::test]
async fn status_is_one_object_as_json_and_a_table_for_people() {
    let daemon = FakeDaemon::start().await;
    let (code, out, err) = shown(&daemon.anvil(&["status", "--json"]).output().await.unwrap());
    assert_eq!((code, err.as_str()), (0, ""));
    let status: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&status["generation"]["live"], &status["build"]["last"]["kind"]), (&7.into(), &"swap".into()));
    let (code, out, err) = shown(&daemon.anvil(&["status"]).output().await.unwrap());
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out, @r"
    daemon      process 4242, version 0.1.0, up 61 s, 12.3 MB, 1 client
    project     /home/ada/blog (blog)
    app         running, http://127.0.0.1:4000, process 4243, 23.4 MB, hot, 1 restart
    generation  saved 8, built 8, live 7
    build       generation 8 failed (swap) in 391 ms
    watch       inotify, 12 directories, 80 files

    error[ANV0201]: unknown key `server.prot`
      --> /home/ada/blog/config/anvil.toml:2:1
      = help: did you mean `server.port`?
    ");
}

#[tokio::test]
async fn wait_says_how_it_ended() {
    let daemon = FakeDaemon::start().await;
    let check = async |outcome, live, expected: (i32, &str, &str)| {
        let diagnostics = if outcome == WaitOutcome::Failed { vec![type_error()] } else { vec![] };
        daemon.answer_waits(WaitReply { outcome, generation: Generation(8), live: Generation(live), diagnostics });
        let (code, out, err) = shown(&daemon.anvil(&["wait", "--timeout", "2.5"]).output().await.unwrap());
        assert_eq!((code, out.trim_end(), err.trim_end()), expected);
    };
    check(WaitOutcome::Live, 8, (0, "generation 8 is live", "")).await;
    let why = "error[E0308]: mismatched types\n --> src/posts.rs:3:7";
    check(WaitOutcome::Failed, 7, (1, "generation 8 failed; generation 7 stays live", why)).await;
    check(WaitOutcome::Failed, 0, (1, "generation 8 failed; nothing is live", why)).await;
    check(WaitOutcome::Timeout, 7, (2, "generation 8 is not live after 2.5 s", "")).await;
}

#[tokio::test]
async fn errors_have_a_sentence_a_hint_and_a_code() {
    let daemon = FakeDaemon::start().await;
    for (code, message, exit, hint) in [
        (error_code::ADDRESS, "127.0.0.1:8080 is used by nginx (process 1)", 6, "--addr HOST:PORT"),
        (error_code::PROJECT, "the project has no library target", 3, ""),
        (error_code::STOPPING, "the daemon is shutting down", 4, "try again"),
        (-32603, "internal", 70, ""),
    ] {
        daemon.refuse_starts(code, message);
        let (found, out, err) = shown(&daemon.anvil(&["dev", "--detach"]).output().await.unwrap());
        assert_eq!((found, out.as_str()), (exit, ""), "{err}");
        assert!(err.starts_with(&format!("error: {message}\n")) && err.contains(hint), "{err}");
    }
    let (code, _, err) = shown(&daemon.anvil(&["routes"]).output().await.unwrap());
    assert_eq!(code, 7, "{err}");
    let (code, out, err) = shown(&daemon.anvil(&["rpc", "no/such"]).output().await.unwrap());
    assert_eq!((code, out.as_str(), err.as_str()), (70, "", "error: Method not found (code -32601)\n"));
    let (code, _, err) = shown(&daemon.anvil(&["rpc", "daemon/status", "{not json"]).output().await.unwrap());
    assert_eq!(code, 2, "{err}");
    for arguments in
        [&["dev", "--addr", "8080"][..], &["wait", "--timeout", "-1"], &["wait", "--timeout", "nan"], &["x"]]
    {
        let (code, out, _) = shown(&daemon.anvil(arguments).output().await.unwrap());
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
    }
}

#[tokio::test]
async fn a_folder_without_a_project_is_code_3_and_a_project_without_a_daemon_is_named() {
    let anvil = Anvil::without_project();
    let (code, out, err) = shown(&anvil.command(&["status"]).output().await.unwrap());
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.starts_with("error: no Cargo project at or above `"), "{err}");
    assert!(err.contains("help: "), "{err}");

    let anvil = Anvil::new();
    let (code, _, err) = shown(&anvil.command(&["logs"]).output().await.unwrap());
    assert_eq!(code, 4);
    assert!(err.starts_with("error: no daemon runs for `"), "{err}");
    for arguments in [&["stop"][..], &["stop", "--daemon"]] {
        let (code, out, err) = shown(&anvil.command(arguments).output().await.unwrap());
        assert_eq!((code, out.as_str(), err.as_str()), (0, "", "no daemon was running\n"));
    }
    fs::create_dir(anvil.runtime().join("anvil")).unwrap();
    fs::set_permissions(anvil.runtime().join("anvil"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let (code, _, err) = shown(&anvil.command(&["status"]).output().await.unwrap());
    assert_eq!(code, 8);
    assert!(err.contains("is not safe to use: its permissions are 0755"), "{err}");
}

#[tokio::test]
async fn rpc_prints_the_answer_and_takes_one_argument_or_a_list() {
    let daemon = FakeDaemon::start().await;
    for params in [r#"{"tail": 1}"#, r#"[{"tail": 1}]"#] {
        let (code, out, err) = shown(&daemon.anvil(&["rpc", "daemon/logs", params]).output().await.unwrap());
        assert_eq!((code, err.as_str()), (0, ""));
        assert_eq!(out, "[{\"at_ms\":2,\"stream\":\"stdout\",\"text\":\"two\"}]\n");
    }
}

#[tokio::test]
async fn logs_are_printed_once_and_follow() {
    let daemon = FakeDaemon::start().await;
    let (code, out, _) = shown(&daemon.anvil(&["logs"]).output().await.unwrap());
    assert_eq!((code, out.as_str()), (0, "anvild: one\ntwo\n"));
    let mut child = daemon.anvil(&["logs", "-f"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for expected in ["anvild: one", "two"] {
        assert_eq!(within(lines.next_line()).await.unwrap().unwrap(), expected);
    }
    let line = |at_ms, text: &str| EventKind::Log(LogLine { at_ms, stream: LogStream::Stdout, text: text.to_owned() });
    daemon.publish(line(2, "two"));
    daemon.publish(line(3, "three"));
    assert_eq!(within(lines.next_line()).await.unwrap().unwrap(), "three");
    daemon.publish(EventKind::Stopping { reason: "test".to_owned() });
    assert_eq!(within(child.wait()).await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn detached_prints_the_address_or_why_not() {
    let daemon = FakeDaemon::start().await;
    let child = daemon.anvil(&["dev", "--hot", "--detach", "--addr", "127.0.0.1:0"]).spawn().unwrap();
    let request = within(daemon.started()).await;
    let addr = Some("127.0.0.1:0".to_owned());
    assert_eq!(request, StartRequest { hot: true, addr, package: None, lifecycle: Lifecycle::Detached });
    daemon.publish(app(AppState::Starting, 0));
    daemon.publish(app(AppState::Running, 1));
    let (code, out, err) = shown(&within(child.wait_with_output()).await.unwrap());
    assert_eq!((code, out.as_str(), err.as_str()), (0, "http://127.0.0.1:4000\n", ""));

    let child = daemon.anvil(&["dev", "--detach"]).spawn().unwrap();
    within(daemon.started()).await;
    daemon.publish(app(AppState::Starting, 0));
    daemon.publish(EventKind::Diagnostics { generation: Generation(1), diagnostics: vec![type_error()] });
    daemon.publish(ended(1, BuildKind::Restart, BuildOutcome::Failed, ""));
    daemon.publish(app(AppState::Failed, 0));
    let (code, out, err) = shown(&within(child.wait_with_output()).await.unwrap());
    assert_eq!((code, out.as_str()), (1, ""));
    insta::assert_snapshot!(err, @r"
    error[E0308]: mismatched types
     --> src/posts.rs:3:7
      error      src/posts.rs does not compile; nothing is live yet
      down       the app is not up; waiting for an edit
    ");
}

#[tokio::test]
async fn attached_shows_a_line_for_each_generation_and_ctrl_c_ends_the_app() {
    let daemon = FakeDaemon::start().await;
    daemon.have_routes(vec![RouteRow {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        name: None,
        handler: "blog::index".to_owned(),
        file: None,
        line: None,
        middleware: vec![],
    }]);
    let mut child = daemon.anvil(&["dev", "--hot"]).spawn().unwrap();
    assert_eq!(within(daemon.started()).await.lifecycle, Lifecycle::Attached);
    daemon.publish(app(AppState::Starting, 0));
    daemon.publish(app(AppState::Running, 1));
    daemon.publish(ended(2, BuildKind::Swap, BuildOutcome::Live, "replayed blog"));
    daemon.publish(EventKind::Diagnostics { generation: Generation(3), diagnostics: vec![type_error()] });
    daemon.publish(ended(3, BuildKind::Swap, BuildOutcome::Failed, ""));
    let line = LogLine { at_ms: 9, stream: LogStream::Stderr, text: "GET / 200".to_owned() };
    daemon.publish(EventKind::Log(line));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut shown = String::new();
    while !shown.ends_with("GET / 200\n") {
        shown.push_str(&within(lines.next_line()).await.unwrap().unwrap());
        shown.push('\n');
    }
    insta::assert_snapshot!(shown, @r"
      ready      http://127.0.0.1:4000   blog   1 route
      swap       src/posts.rs · replayed blog · detect 12 ms, build 391 ms, swap 4 ms
    error[E0308]: mismatched types
     --> src/posts.rs:3:7
      error      src/posts.rs does not compile; generation 2 stays live
    GET / 200
    ");
    fake::interrupt(&child);
    within(daemon.stopped()).await;
    assert_eq!(within(child.wait()).await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_second_ctrl_c_leaves_at_once() {
    let daemon = FakeDaemon::start().await;
    daemon.never_stop();
    let mut child = daemon.anvil(&["dev"]).spawn().unwrap();
    within(daemon.started()).await;
    fake::interrupt(&child);
    within(daemon.stopped()).await;
    fake::interrupt(&child);
    assert_eq!(within(child.wait()).await.unwrap().code(), Some(130));
}

#[tokio::test]
async fn a_daemon_that_dies_is_found_again_and_the_app_started_with_the_same_settings() {
    let mut daemon = FakeDaemon::start().await;
    let mut child = daemon.anvil(&["dev", "--hot", "--package", "blog"]).spawn().unwrap();
    let first = within(daemon.started()).await;
    daemon.publish(app(AppState::Running, 1));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(within(lines.next_line()).await.unwrap().unwrap().starts_with("  ready"));
    daemon.die_and_return().await;
    assert_eq!(within(daemon.started()).await, first);
    daemon.publish(EventKind::Stopping { reason: "test".to_owned() });
    let (code, _, err) = shown(&within(child.wait_with_output()).await.unwrap());
    assert_eq!((code, err.as_str()), (0, "the daemon ended unexpectedly; starting it again\nthe daemon ends: test\n"));
}

#[tokio::test]
async fn doctor_has_an_answer_without_a_project() {
    let anvil = Anvil::without_project();
    let (code, out, _) = shown(&anvil.command(&["doctor", "--json"]).output().await.unwrap());
    assert_eq!(code, 1);
    let checks: Vec<serde_json::Value> = serde_json::from_str(&out).unwrap();
    let level = |id: &str| checks.iter().find(|check| check["id"] == id).map(|check| check["level"].clone());
    assert_eq!(level("project"), Some("error".into()), "{out}");
    assert_eq!(level("cargo"), Some("ok".into()), "{out}");
    assert_eq!(level("rustc"), Some("ok".into()), "{out}");
}

#[tokio::test]
async fn doctor_adds_the_daemons_checks() {
    let daemon = FakeDaemon::start().await;
    let (_, out, _) = shown(&daemon.anvil(&["doctor"]).output().await.unwrap());
    assert!(out.contains("warning  inotify            8192 watches\n"), "{out}");
    assert!(out.contains("fix: raise fs.inotify.max_user_watches"), "{out}");
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it must happen")
}
