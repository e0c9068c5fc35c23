//! The view that clients get.

use anvil_control::ToHost;
use anvild_engine::{Effect, Engine, EngineConfig, EngineSnapshot};
use anvild_protocol::{AbiAction, AbiChange, AbiField, AbiLayout, Generation};

use crate::script::{engine_after, expand, origin, parse, roomy_engine_after};

fn view(script: &str) -> String {
    let engine = engine_after(script);
    let EngineSnapshot { app, generation, build, diagnostics, history, abi: _ } = engine.snapshot();
    let mut lines = vec![format!("{app:?}"), format!("{generation:?}"), format!("{build:?}")];
    lines.extend(diagnostics.iter().map(|found| format!("{} {}", found.code, found.message)));
    lines.extend(history.iter().map(|entry| format!("{entry:?}")));
    lines.extend(engine.routes().iter().map(|route| format!("{route:?}")));
    lines.join("\n")
}

#[test]
fn before_the_start() {
    insta::assert_snapshot!(view(""), @r"
    AppSnapshot { state: Stopped, addr: None, pid: None, rss_bytes: None, hot: false, libraries_loaded: 0, restarts: 0 }
    GenerationSnapshot { saved: Generation(1), built: Generation(0), live: Generation(0) }
    BuildSnapshot { state: Idle, last: None }
    ");
}

#[test]
fn with_a_failed_build_over_a_serving_host() {
    insta::assert_snapshot!(view(
        "
        start hot
        edit src/a.rs library
        cancelled 1
        +400ms
        built 2
        host 1 spawned
        host 1 hello
        host 1 loaded 2
        host 1 accepting
        host 1 rss 64
        edit src/a.rs library
        failed 3 no such field
        edit src/a.rs library
        "
    ), @r#"
    AppSnapshot { state: Running, addr: Some("127.0.0.1:8080"), pid: Some(101), rss_bytes: Some(67108864), hot: true, libraries_loaded: 1, restarts: 0 }
    GenerationSnapshot { saved: Generation(4), built: Generation(2), live: Generation(2) }
    BuildSnapshot { state: Building, last: Some(LastBuild { generation: Generation(3), kind: Swap, outcome: Failed, duration_ms: 10 }) }
    E0609 no such field
    HistoryEntry { generation: Generation(3), kind: Swap, outcome: Failed, reason: "no such field", files: ["src/a.rs"], files_total: 1, stages: StageMillis { detect_ms: 10, build_ms: 0, swap_ms: 0, total_ms: 10 } }
    HistoryEntry { generation: Generation(2), kind: Restart, outcome: Live, reason: "replayed blog", files: ["src/a.rs"], files_total: 1, stages: StageMillis { detect_ms: 10, build_ms: 400, swap_ms: 0, total_ms: 410 } }
    HistoryEntry { generation: Generation(1), kind: Restart, outcome: Cancelled, reason: "replaced by generation 2", files: [], files_total: 0, stages: StageMillis { detect_ms: 0, build_ms: 0, swap_ms: 0, total_ms: 0 } }
    RouteRow { method: "GET", path: "/posts", name: Some("posts.index"), handler: "blog::posts::index", file: Some("/p/src/posts.rs"), line: Some(7), middleware: ["auth"] }
    "#);
}

fn reports(script: &str) -> Vec<AbiChange> {
    roomy_engine_after(script).snapshot().abi
}

#[test]
fn changed_layouts_are_kept_as_values() {
    let field = |name: &str, type_name: &str, offset, size| AbiField {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
        offset: Some(offset),
        size,
    };
    let layout = |size, fields| AbiLayout { size, align: 8, fields };
    let swap = "~up\n~edit src/stats.rs library\n~built 2\nhost 1 refused 2 layout hits=u32,name=u64 hits=u64,name=u64";
    let expected = AbiChange {
        generation: Generation(2),
        type_path: "blog::stats::Stats".to_owned(),
        file: Some("/p/src/stats.rs".to_owned()),
        line: Some(11),
        column: Some(5),
        field: Some("hits".to_owned()),
        old: Some(layout(12, vec![field("hits", "u32", 0, 4), field("name", "u64", 4, 8)])),
        new: Some(layout(16, vec![field("hits", "u64", 0, 8), field("name", "u64", 8, 8)])),
        action: AbiAction::Handover,
    };
    assert_eq!(reports(swap), std::slice::from_ref(&expected));

    // A field without a place, a type that is gone, and a host that contradicts itself.
    let gone =
        &reports("~up\n~edit src/stats.rs library\n~built 2\nhost 1 refused 2 layout hits=u32,name=u64 hits=u32")[0];
    assert_eq!((gone.field.as_deref(), gone.line), (Some("name"), Some(10)), "at the type");
    let gone = &reports("~up\n~edit src/stats.rs library\n~built 2\nhost 1 refused 2 layout hits=u32")[0];
    assert_eq!((&gone.new, &gone.file, &gone.field), (&None, &None, &None));
    let boot = format!("{swap}\nhost 2 spawned\nhost 2 hello\nhost 2 refused 2 layout hits=u32 hits=u64");
    let both = reports(&boot);
    assert_eq!((both[0].action, &both[1]), (AbiAction::Refused, &expected), "newest first, whatever is live since");

    let refused = |generation: u64| {
        format!(
            "\nedit src/stats.rs library\nbuilt {generation}\nhost 1 refused {generation} layout hits=u32 hits=u64\n\
             host {generation} spawn-failed no"
        )
    };
    let many = reports(&format!("~up{}", (2..30).map(refused).collect::<String>()));
    assert_eq!((many.len(), many[0].generation, many[19].generation), (20, Generation(29), Generation(10)));
}

#[test]
fn after_a_restart() {
    insta::assert_snapshot!(view(
        "
        ~up
        host 1 exit signal 11
        ~boot 2 1
        host 2 accepting
        "
    ), @r#"
    AppSnapshot { state: Running, addr: Some("127.0.0.1:8080"), pid: Some(102), rss_bytes: None, hot: true, libraries_loaded: 1, restarts: 1 }
    GenerationSnapshot { saved: Generation(1), built: Generation(1), live: Generation(1) }
    BuildSnapshot { state: Idle, last: Some(LastBuild { generation: Generation(1), kind: Restart, outcome: Live, duration_ms: 0 }) }
    ANV0501 the host died with signal 11 (SIGSEGV)
    HistoryEntry { generation: Generation(1), kind: Restart, outcome: Live, reason: "the host died with signal 11 (SIGSEGV)", files: [], files_total: 0, stages: StageMillis { detect_ms: 0, build_ms: 0, swap_ms: 0, total_ms: 0 } }
    HistoryEntry { generation: Generation(1), kind: Restart, outcome: Live, reason: "replayed blog", files: [], files_total: 0, stages: StageMillis { detect_ms: 0, build_ms: 0, swap_ms: 0, total_ms: 0 } }
    RouteRow { method: "GET", path: "/posts", name: Some("posts.index"), handler: "blog::posts::index", file: Some("/p/src/posts.rs"), line: Some(7), middleware: ["auth"] }
    "#);
}

#[test]
fn after_a_stop() {
    insta::assert_snapshot!(view(
        "
        ~up
        stop
        host 1 exit code 0
        "
    ), @r#"
    AppSnapshot { state: Stopped, addr: None, pid: None, rss_bytes: None, hot: false, libraries_loaded: 0, restarts: 0 }
    GenerationSnapshot { saved: Generation(1), built: Generation(1), live: Generation(0) }
    BuildSnapshot { state: Idle, last: Some(LastBuild { generation: Generation(1), kind: Restart, outcome: Live, duration_ms: 0 }) }
    HistoryEntry { generation: Generation(1), kind: Restart, outcome: Live, reason: "replayed blog", files: [], files_total: 0, stages: StageMillis { detect_ms: 0, build_ms: 0, swap_ms: 0, total_ms: 0 } }
    "#);
}

#[test]
fn history_is_bounded() {
    let edits: String = (0..150).map(|_| "edit src/a.rs library\n").collect();
    let history = engine_after(&format!("~up\n{edits}")).snapshot().history;
    assert_eq!(history.len(), 100);
    assert!(history.is_sorted_by(|newer, older| newer.generation > older.generation));
}

#[test]
fn while_a_full_build_audits_a_patch() {
    insta::assert_snapshot!(view(
        "
        ~up
        edit src/a.rs library
        +200ms
        patched 2
        host 1 loaded 2
        "
    ), @r#"
    AppSnapshot { state: Running, addr: Some("127.0.0.1:8080"), pid: Some(101), rss_bytes: None, hot: true, libraries_loaded: 2, restarts: 0 }
    GenerationSnapshot { saved: Generation(2), built: Generation(2), live: Generation(2) }
    BuildSnapshot { state: Building, last: Some(LastBuild { generation: Generation(2), kind: Patch, outcome: Live, duration_ms: 210 }) }
    HistoryEntry { generation: Generation(2), kind: Patch, outcome: Live, reason: "1 module", files: ["src/a.rs"], files_total: 1, stages: StageMillis { detect_ms: 10, build_ms: 200, swap_ms: 0, total_ms: 210 } }
    HistoryEntry { generation: Generation(1), kind: Restart, outcome: Live, reason: "replayed blog", files: [], files_total: 0, stages: StageMillis { detect_ms: 0, build_ms: 0, swap_ms: 0, total_ms: 0 } }
    RouteRow { method: "GET", path: "/posts", name: Some("posts.index"), handler: "blog::posts::index", file: Some("/p/src/posts.rs"), line: Some(7), middleware: ["auth"] }
    "#);
}

#[test]
fn after_a_rollback() {
    insta::assert_snapshot!(view(
        "
        ~up
        edit src/a.rs library
        +200ms
        patched 2
        host 1 loaded 2
        +800ms
        failed 2 no such field
        host 1 loaded 1
        "
    ), @r#"
    AppSnapshot { state: Running, addr: Some("127.0.0.1:8080"), pid: Some(101), rss_bytes: None, hot: true, libraries_loaded: 2, restarts: 0 }
    GenerationSnapshot { saved: Generation(2), built: Generation(1), live: Generation(1) }
    BuildSnapshot { state: Idle, last: Some(LastBuild { generation: Generation(2), kind: Patch, outcome: Failed, duration_ms: 1000 }) }
    E0609 no such field
    HistoryEntry { generation: Generation(1), kind: Swap, outcome: Live, reason: "rolled back: the full build failed", files: [], files_total: 0, stages: StageMillis { detect_ms: 0, build_ms: 0, swap_ms: 0, total_ms: 0 } }
    HistoryEntry { generation: Generation(2), kind: Patch, outcome: Failed, reason: "no such field", files: ["src/a.rs"], files_total: 1, stages: StageMillis { detect_ms: 0, build_ms: 1000, swap_ms: 0, total_ms: 1000 } }
    HistoryEntry { generation: Generation(2), kind: Patch, outcome: Live, reason: "1 module", files: ["src/a.rs"], files_total: 1, stages: StageMillis { detect_ms: 10, build_ms: 200, swap_ms: 0, total_ms: 210 } }
    HistoryEntry { generation: Generation(1), kind: Restart, outcome: Live, reason: "replayed blog", files: [], files_total: 0, stages: StageMillis { detect_ms: 0, build_ms: 0, swap_ms: 0, total_ms: 0 } }
    RouteRow { method: "GET", path: "/posts", name: Some("posts.index"), handler: "blog::posts::index", file: Some("/p/src/posts.rs"), line: Some(7), middleware: ["auth"] }
    "#);
}

/// A morning's saves, each by patch, in the host that the morning began with.
#[test]
fn five_hundred_patches_fit_one_host() {
    let mut engine = Engine::new(EngineConfig::new("/p"));
    let now = origin();
    let mut told = Vec::new();
    for line in expand("up") {
        engine.handle(now, parse(&line, now));
    }
    for generation in 2..=501 {
        for line in expand(&format!("patch 1 {generation}")) {
            engine.handle(now, parse(&line, now));
        }
        engine.handle(now, parse(&format!("built {generation}"), now));
        told.extend(std::iter::from_fn(|| engine.poll_effect()));
    }
    let snapshot = engine.snapshot();
    assert_eq!((snapshot.generation.live.0, snapshot.app.libraries_loaded), (501, 501));
    let spawned = told.iter().filter(|effect| matches!(effect, Effect::SpawnHost { .. })).count();
    assert_eq!(spawned, 1);
}

/// A host tells its routes again only where the daemon knows others.
#[test]
fn routes_stay_known_over_swaps_and_not_over_hosts() {
    let mut engine = engine_after("~up");
    let now = origin();
    let mut told = |script: &str| -> Vec<Option<u64>> {
        for line in expand(script) {
            engine.handle(now, parse(&line, now));
        }
        assert_eq!(engine.routes().len(), 1);
        let load = |effect| match effect {
            Effect::Tell { message: ToHost::Load(load), .. } => Some(load.known_routes),
            _ => None,
        };
        std::iter::from_fn(|| engine.poll_effect()).filter_map(load).collect()
    };
    assert_eq!(told("edit src/a.rs library\nbuilt 2\nhost 1 loaded 2 known-routes"), [Some(1)]);
    assert_eq!(told("edit src/a.rs library\nbuilt 3\nhost 1 loaded 3 known-routes"), [Some(2)]);
    assert_eq!(told("restart\nhost 2 spawned\nhost 2 hello\nhost 2 loaded 3"), [None]);
}
