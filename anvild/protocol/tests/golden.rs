//! Freezes the format: every message has a file under `golden/` that it must equal, and that must read back as it.
//!
//! A file that changes is a break of the protocol. A new message gets its file with `ANVIL_BLESS=1 cargo test`.

use std::{fmt::Debug, path::PathBuf};

use anvild_protocol::{
    AbiAction, AbiChange, AbiField, AbiLayout, AppChange, AppSnapshot, AppState, BuildChange, BuildKind, BuildOutcome,
    BuildProgress, BuildSnapshot, BuildState, CheckOutcome, DaemonSnapshot, Diagnostic, DoctorCheck, DoctorLevel,
    Event, EventKind, ExplainRequest, ForgeCheck, ForgeChecked, ForgeLower, ForgeLowered, Generation,
    GenerationSnapshot, Hello, HelloReply, HistoryEntry, Label, LastBuild, Lifecycle, LogLine, LogStream, LogsRequest,
    OverlayClear, OverlayOutcome, OverlayReply, OverlaySet, ProjectSnapshot, RequestRow, Rollback, RouteRow, Source,
    StageMillis, StartRequest, Status, WaitOutcome, WaitReply, WaitRequest, WatchBackend, WatchDecision, WatchSnapshot,
};
use serde::{Serialize, de::DeserializeOwned};

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, message: &T) {
    let text = serde_json::to_string_pretty(message).unwrap();
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "golden", &format!("{name}.json")].iter().collect();
    if std::env::var_os("ANVIL_BLESS").is_some() && !path.exists() {
        std::fs::write(&path, format!("{text}\n")).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(text, golden.trim_end(), "{name}: the format changed");
    assert_eq!(&serde_json::from_str::<T>(&golden).unwrap(), message, "{name}: does not read back");
}

fn stages() -> StageMillis {
    StageMillis { detect_ms: 12, build_ms: 391, swap_ms: 4, total_ms: 407 }
}

fn diagnostic() -> Diagnostic {
    let mut diagnostic = Diagnostic::error(Source::Build, "E0308", "mismatched types")
        .at("/home/ada/blog/src/posts.rs", 14, 9)
        .help("try `.to_string()`");
    diagnostic.end_line = Some(14);
    diagnostic.end_column = Some(16);
    diagnostic.rendered = Some("error[E0308]: mismatched types\n".to_owned());
    diagnostic.labels.push(Label {
        file: "/home/ada/blog/src/lib.rs".to_owned(),
        line: 3,
        column: 5,
        message: "expected because of this".to_owned(),
    });
    diagnostic
}

fn status() -> Status {
    Status {
        daemon: DaemonSnapshot {
            pid: 4242,
            version: "0.1.0".to_owned(),
            protocol: 1,
            uptime_s: 61,
            rss_bytes: 12_345_678,
            clients: 2,
            subscriptions: 1,
        },
        project: ProjectSnapshot { root: "/home/ada/blog".to_owned(), app: Some("blog".to_owned()) },
        app: AppSnapshot {
            state: AppState::Running,
            addr: Some("127.0.0.1:8080".to_owned()),
            pid: Some(4243),
            rss_bytes: Some(23_456_789),
            hot: true,
            libraries_loaded: 3,
            restarts: 0,
        },
        generation: GenerationSnapshot { saved: Generation(8), built: Generation(8), live: Generation(7) },
        build: BuildSnapshot {
            state: BuildState::Idle,
            last: Some(LastBuild {
                generation: Generation(8),
                kind: BuildKind::Swap,
                outcome: BuildOutcome::Failed,
                duration_ms: 391,
            }),
        },
        watch: WatchSnapshot {
            backend: WatchBackend::Polling,
            reason: Some("the limit of inotify watches is reached".to_owned()),
            directories: 12,
            files: 80,
            overflows: 0,
        },
        diagnostics: vec![diagnostic()],
    }
}

#[test]
fn calls() {
    check("hello", &Hello { protocol: 1, version: "0.1.0".to_owned(), client: "anvil".to_owned(), pid: 4000 });
    let root = "/home/ada/blog".to_owned();
    check("hello_reply", &HelloReply { protocol: 1, version: "0.1.0".to_owned(), pid: 4242, root });
    let request = |lifecycle, addr: Option<&str>| StartRequest {
        hot: true,
        addr: addr.map(str::to_owned),
        package: None,
        lifecycle,
    };
    check("start_attached", &request(Lifecycle::Attached, Some("127.0.0.1:0")));
    check("start_detached", &request(Lifecycle::Detached, None));
    check("wait", &WaitRequest { timeout_ms: 30_000 });
    for (name, outcome) in
        [("wait_live", WaitOutcome::Live), ("wait_failed", WaitOutcome::Failed), ("wait_timeout", WaitOutcome::Timeout)]
    {
        let diagnostics = if outcome == WaitOutcome::Failed { vec![diagnostic()] } else { vec![] };
        check(name, &WaitReply { outcome, generation: Generation(8), live: Generation(7), diagnostics });
    }
    check("logs", &LogsRequest { tail: 200 });
    let file = "src/posts.rs".to_owned();
    check("overlay_set", &OverlaySet { file: file.clone(), text: "pub async fn index() {}\n".to_owned() });
    check("overlay_clear", &OverlayClear { file });
    for (name, outcome) in [
        ("overlay_ready", OverlayOutcome::Ready),
        ("overlay_replaced", OverlayOutcome::Replaced),
        ("overlay_none", OverlayOutcome::None),
    ] {
        let why = (outcome == OverlayOutcome::None).then(|| "`Stats` is held in the container".to_owned());
        check(name, &OverlayReply { outcome, why });
    }
}

#[test]
fn templates() {
    let (file, text) = ("templates/posts/index.forge.html".to_owned(), "<p>{{ post.titel }}</p>\n".to_owned());
    check("forge_check", &ForgeCheck { file: file.clone(), text: text.clone() });
    let mut wrong = Diagnostic::error(Source::Forge, "E0609", "no field `titel` on type `&Post`")
        .at("/home/ada/blog/templates/posts/index.forge.html", 1, 12)
        .help("a field with a similar name exists");
    wrong.end_line = Some(1);
    wrong.end_column = Some(17);
    let mistake = "templates/posts/index.forge.html:3:1: FRG0012 `@if` is not closed";
    for (name, outcome, why, diagnostics) in [
        ("forge_checked", CheckOutcome::Checked, None, vec![wrong]),
        ("forge_check_replaced", CheckOutcome::Replaced, None, vec![]),
        ("forge_check_unavailable", CheckOutcome::Unavailable, Some(mistake), vec![]),
    ] {
        check(name, &ForgeChecked { outcome, why: why.map(str::to_owned), diagnostics });
    }
    check("forge_lower", &ForgeLower { file: file.clone(), text: Some(text) });
    check("forge_lower_saved", &ForgeLower { file: file.clone(), text: None });
    let map = serde_json::json!({ "files": [file], "lines": [0, 2, 70], "wide": [], "entries": [50, 10, 0, 6, 10] });
    check("forge_lowered", &ForgeLowered { view: "posts.index".to_owned(), rust: "{\n}\n".to_owned(), map });
    let request = RequestRow {
        method: "GET".to_owned(),
        route: "/posts/{id}".to_owned(),
        view: Some("posts.show".to_owned()),
        handler: Some("blog::posts::show".to_owned()),
        file: Some("/home/ada/blog/src/posts.rs".to_owned()),
        line: Some(12),
        status: 200,
        ms: 1.25,
        generation: Generation(7),
        at_ms: 1_700_000_000_000,
    };
    let unknown = RequestRow { view: None, handler: None, file: None, line: None, status: 500, ..request.clone() };
    check("requests", &vec![request, unknown]);
}

#[test]
fn generations() {
    check("rollback", &Rollback { from: Generation(8), to: Generation(7) });
    check("explain", &ExplainRequest { generation: Some(Generation(7)) });
    check("explain_newest", &ExplainRequest { generation: None });
    let field = |name: &str, type_name: &str, offset, size| AbiField {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
        offset,
        size,
    };
    let changed = AbiChange {
        generation: Generation(8),
        type_path: "blog::stats::Stats".to_owned(),
        file: Some("/home/ada/blog/src/stats.rs".to_owned()),
        line: Some(11),
        column: Some(5),
        field: Some("hits".to_owned()),
        old: Some(AbiLayout { size: 4, align: 4, fields: vec![field("hits", "u32", Some(0), 4)] }),
        new: Some(AbiLayout { size: 8, align: 8, fields: vec![field("hits", "u64", Some(0), 8)] }),
        action: AbiAction::Handover,
    };
    let of_variant = AbiLayout { size: 16, align: 8, fields: vec![field("Some.id", "u64", None, 8)] };
    let gone = AbiChange {
        file: None,
        line: None,
        column: None,
        field: None,
        old: Some(of_variant),
        new: None,
        action: AbiAction::Refused,
        ..changed.clone()
    };
    check("abi_report", &vec![changed, gone]);
}

#[test]
fn every_golden_file_belongs_to_a_message() {
    let own = include_str!("golden.rs");
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let stem = name.strip_suffix(".json").expect("golden files are JSON");
        let message = stem.strip_prefix("event_").unwrap_or(stem);
        assert!(own.contains(&format!("\"{message}\"")), "golden/{name} belongs to no message");
    }
}

#[test]
fn views() {
    check("status", &status());
    let mut fresh = status();
    fresh.project.app = None;
    fresh.app = AppSnapshot {
        state: AppState::Stopped,
        addr: None,
        pid: None,
        rss_bytes: None,
        hot: false,
        libraries_loaded: 0,
        restarts: 0,
    };
    fresh.build.last = None;
    fresh.diagnostics.clear();
    check("status_of_a_fresh_daemon", &fresh);
    check("diagnostics", &vec![diagnostic()]);
    let line = |stream, text: &str| LogLine { at_ms: 1_700_000_000_000, stream, text: text.to_owned() };
    check("log_lines", &vec![line(LogStream::Stdout, "GET /posts 200"), line(LogStream::Daemon, "live 8")]);
    let routes = vec![RouteRow {
        method: "GET".to_owned(),
        path: "/posts/{id}".to_owned(),
        name: Some("posts.show".to_owned()),
        handler: "blog::posts::show".to_owned(),
        file: Some("/home/ada/blog/src/posts.rs".to_owned()),
        line: Some(12),
        middleware: vec!["auth".to_owned()],
    }];
    check("routes", &routes);
    let history = vec![HistoryEntry {
        generation: Generation(7),
        kind: BuildKind::Handover,
        outcome: BuildOutcome::Live,
        reason: "`Stats` changed layout".to_owned(),
        files: vec!["src/stats.rs".to_owned()],
        files_total: 1,
        stages: stages(),
    }];
    check("history", &history);
    let decisions = vec![WatchDecision {
        at_ms: 1_700_000_000_000,
        path: "src/posts.rs".to_owned(),
        decision: "changed".to_owned(),
        generation: Some(Generation(7)),
    }];
    check("watch_why", &decisions);
    let level = |level, fix: Option<&str>| DoctorCheck {
        id: "inotify".to_owned(),
        level,
        detail: "8192 watches".to_owned(),
        fix: fix.map(str::to_owned),
    };
    let raise = Some("raise fs.inotify.max_user_watches");
    check(
        "doctor",
        &vec![level(DoctorLevel::Ok, None), level(DoctorLevel::Warning, raise), level(DoctorLevel::Error, raise)],
    );
}

#[test]
fn words() {
    check("app_states", &{
        use AppState::{Crashed, Failed, HandingOver, Running, Starting, Stopped};
        vec![Stopped, Starting, Running, HandingOver, Crashed, Failed]
    });
    check("build_kinds", &{
        use BuildKind::{Handover, Patch, Restart, Swap, Template};
        vec![Template, Patch, Swap, Handover, Restart]
    });
    check("build_outcomes", &{
        use BuildOutcome::{Cancelled, Failed, Live, Refused};
        vec![Live, Failed, Refused, Cancelled]
    });
    check("sources", &vec![Source::Build, Source::Reload, Source::Abi, Source::Runtime, Source::Config]);
    check("build_states", &vec![BuildState::Idle, BuildState::Building]);
    check("watch_backends", &vec![WatchBackend::Inotify, WatchBackend::Polling]);
    check("log_streams", &vec![LogStream::Stdout, LogStream::Stderr, LogStream::Daemon]);
}

#[test]
fn events() {
    let kinds = [
        (
            "changed",
            EventKind::Changed { generation: Generation(8), files: vec!["src/posts.rs".to_owned()], files_total: 1 },
        ),
        (
            "progress",
            EventKind::Progress(BuildProgress {
                generation: Generation(1),
                stage: "crates".to_owned(),
                done: 212,
                total: 231,
                unit: Some("sqlx-core".to_owned()),
                elapsed_ms: 41_200,
            }),
        ),
        (
            "build_started",
            EventKind::Build(BuildChange::Started { generation: Generation(8), reason: "replayed blog".to_owned() }),
        ),
        (
            "build_ended",
            EventKind::Build(BuildChange::Ended {
                generation: Generation(8),
                kind: BuildKind::Swap,
                outcome: BuildOutcome::Live,
                reason: "replayed blog".to_owned(),
                files: vec!["src/posts.rs".to_owned()],
                files_total: 1,
                stages: stages(),
            }),
        ),
        (
            "app",
            EventKind::App(AppChange {
                state: AppState::Crashed,
                addr: Some("127.0.0.1:8080".to_owned()),
                pid: None,
                live: Generation(8),
                reason: Some("the host died with signal 11 (SIGSEGV)".to_owned()),
            }),
        ),
        ("diagnostics", EventKind::Diagnostics { generation: Generation(8), diagnostics: vec![diagnostic()] }),
        (
            "log",
            EventKind::Log(LogLine {
                at_ms: 1_700_000_000_000,
                stream: LogStream::Stderr,
                text: "GET /posts 200".to_owned(),
            }),
        ),
        ("stopping", EventKind::Stopping { reason: "idle for 30 minutes".to_owned() }),
    ];
    for (seq, (name, kind)) in (1..).zip(kinds) {
        // A new topic does not compile until it is listed above and here.
        match &kind {
            EventKind::Changed { .. }
            | EventKind::Progress(_)
            | EventKind::Build(_)
            | EventKind::App(_)
            | EventKind::Diagnostics { .. }
            | EventKind::Log(_)
            | EventKind::Stopping { .. } => {}
        }
        check(&format!("event_{name}"), &Event { seq, kind });
    }
}
