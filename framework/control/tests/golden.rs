//! Freezes the format: every message has a file under `golden/` that it must equal, and that must read back as it.
//!
//! A file that changes is a break of the protocol. A new message gets its file with `ANVIL_BLESS=1 cargo test`.

use std::fmt::Debug;
use std::path::PathBuf;

use anvil_control::{
    Accepted, BrowserStatus, ConfigOutcome, Fault, FieldLayout, Fingerprint, FromHost, LayoutChange, LibraryFile,
    LoadLibraries, Refusal, RouteError, RouteSummary, ServedRequest, SourcePlace, ToHost, TypeLayout,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, message: &T) {
    let line = serde_json::to_string(message).unwrap();
    assert!(!line.contains('\n'), "{name}: a message is one line");
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "golden", &format!("{name}.json")].iter().collect();
    if std::env::var_os("ANVIL_BLESS").is_some() && !path.exists() {
        std::fs::write(&path, format!("{line}\n")).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(line, golden.trim_end(), "{name}: the format changed");
    assert_eq!(&serde_json::from_str::<T>(&golden).unwrap(), message, "{name}: does not read back");
}

fn place() -> SourcePlace {
    SourcePlace { file: "src/stats.rs".to_owned(), line: 3, column: 12 }
}

fn layout(field: &str, fingerprint: u64) -> TypeLayout {
    TypeLayout {
        name: "blog::stats::Stats".to_owned(),
        size: 8,
        align: 8,
        fingerprint: Fingerprint(fingerprint),
        place: Some(place()),
        fields: vec![FieldLayout {
            name: "hits".to_owned(),
            type_name: field.to_owned(),
            offset: Some(0),
            size: 8,
            fingerprint: Fingerprint(u64::MAX),
            place: None,
        }],
    }
}

/// Every message to a host. The match makes a new one fail to compile until it is listed.
fn to_host() -> Vec<(&'static str, ToHost)> {
    let file = |package: &str| LibraryFile {
        package: package.to_owned(),
        path: format!("/tmp/{package}.so"),
        sha256: "00ff".to_owned(),
        layout_symbols: vec!["__anvil_layout_Stats_0011223344556677".to_owned()],
        has_boot: true,
    };
    let load = |packages: &[&str]| LoadLibraries {
        generation: 7,
        libraries: packages.iter().map(|package| file(package)).collect(),
        known_routes: None,
    };
    let failed = BrowserStatus::Failed {
        generation: 8,
        title: "blog does not compile".to_owned(),
        rendered: "error\n".to_owned(),
    };
    let messages = vec![
        ToHost::Load(load(&["blog"])),
        ToHost::Load(load(&["posts-handlers", "users-handlers"])),
        ToHost::Load(load(&[])),
        ToHost::Load(LoadLibraries { known_routes: Some(6), ..load(&["blog"]) }),
        ToHost::Accept,
        ToHost::StopAccepting,
        ToHost::Drain { deadline_ms: 5000 },
        ToHost::Configure { generation: 8 },
        ToHost::Advance { generation: 8 },
        ToHost::Announce(BrowserStatus::Building { generation: 8, refresh: false }),
        ToHost::Announce(BrowserStatus::Building { generation: 8, refresh: true }),
        ToHost::Announce(BrowserStatus::Live { generation: 8 }),
        ToHost::Announce(failed),
        ToHost::Stop { deadline_ms: 5000 },
    ];
    let name = |message: &ToHost| match message {
        ToHost::Load(load) if load.known_routes.is_some() => "to_host_load_known_routes",
        ToHost::Load(load) if load.libraries.is_empty() => "to_host_load_linked",
        ToHost::Load(load) if load.libraries.len() > 1 => "to_host_load_several",
        ToHost::Load(_) => "to_host_load",
        ToHost::Accept => "to_host_accept",
        ToHost::StopAccepting => "to_host_stop_accepting",
        ToHost::Drain { .. } => "to_host_drain",
        ToHost::Configure { .. } => "to_host_configure",
        ToHost::Advance { .. } => "to_host_advance",
        ToHost::Announce(BrowserStatus::Building { refresh: false, .. }) => "to_host_announce_building",
        ToHost::Announce(BrowserStatus::Building { refresh: true, .. }) => "to_host_announce_refresh",
        ToHost::Announce(BrowserStatus::Live { .. }) => "to_host_announce_live",
        ToHost::Announce(BrowserStatus::Failed { .. }) => "to_host_announce_failed",
        ToHost::Stop { .. } => "to_host_stop",
    };
    messages.into_iter().map(|message| (name(&message), message)).collect()
}

fn refusals() -> Vec<Refusal> {
    let changed = LayoutChange { old: layout("u32", 1), new: Some(layout("i32", 2)) };
    let gone = LayoutChange { old: layout("u32", 1), new: None };
    let error = RouteError { message: "GET /posts twice".to_owned(), place: Some(place()), other: Some(place()) };
    vec![
        Refusal::HashMismatch,
        Refusal::Open { message: "undefined symbol: x".to_owned() },
        Refusal::MissingSymbol { symbol: "anvil_register_routes".to_owned() },
        Refusal::LayoutChanged { changes: vec![changed, gone] },
        Refusal::BootChanged,
        Refusal::BootFailed { message: "no table `posts`".to_owned() },
        Refusal::Panicked { message: "boom".to_owned(), place: Some(place()), backtrace: "0: blog::routes".to_owned() },
        Refusal::Routes { errors: vec![error] },
        Refusal::Config { message: "unknown key `prot`".to_owned(), place: Some(place()) },
    ]
}

fn refusal_name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::HashMismatch => "refused_hash_mismatch",
        Refusal::Open { .. } => "refused_open",
        Refusal::MissingSymbol { .. } => "refused_missing_symbol",
        Refusal::LayoutChanged { .. } => "refused_layout_changed",
        Refusal::BootChanged => "refused_boot_changed",
        Refusal::BootFailed { .. } => "refused_boot_failed",
        Refusal::Panicked { .. } => "refused_panicked",
        Refusal::Routes { .. } => "refused_routes",
        Refusal::Config { .. } => "refused_config",
    }
}

/// Every message of a host.
fn from_host() -> Vec<(&'static str, FromHost)> {
    let route = RouteSummary {
        method: "GET".to_owned(),
        path: "/posts/{id}".to_owned(),
        name: Some("posts.show".to_owned()),
        handler: "blog::posts::show".to_owned(),
        place: Some(place()),
        middleware: vec!["auth".to_owned()],
    };
    let accepted = |routes: Option<Vec<RouteSummary>>| {
        FromHost::Loaded(Accepted { generation: 7, routes, open_us: 1, boot_us: 2, register_us: 3, publish_us: 4 })
    };
    let fault = Fault {
        generation: 7,
        method: "GET".to_owned(),
        path: "/posts/1".to_owned(),
        status: 500,
        panicked: true,
        message: "boom".to_owned(),
        place: Some(place()),
    };
    let served = ServedRequest {
        generation: 7,
        method: "GET".to_owned(),
        route: "/posts/{id}".to_owned(),
        view: Some("posts.show".to_owned()),
        status: 200,
        took_us: 1250,
        at_ms: 1_700_000_000_000,
    };
    let needs = ConfigOutcome::NeedsHandover { keys: vec!["database.url".to_owned()] };
    let invalid = ConfigOutcome::Invalid { message: "unknown key".to_owned(), place: None };
    let mut messages = vec![
        FromHost::Hello { control: 1, abi: 1, pid: 42, framework: "0.1.0".to_owned() },
        accepted(Some(vec![route])),
        accepted(None),
        FromHost::Accepting,
        FromHost::NotAccepting,
        FromHost::Draining { in_flight: 3 },
        FromHost::Drained,
        FromHost::Configured { generation: 8, outcome: ConfigOutcome::Applied },
        FromHost::Configured { generation: 8, outcome: needs },
        FromHost::Configured { generation: 8, outcome: invalid },
        FromHost::Advanced { generation: 8 },
        FromHost::Fault(fault),
        FromHost::Served { requests: vec![served] },
    ];
    messages.extend(refusals().into_iter().map(|refusal| {
        let concerns_all =
            matches!(refusal, Refusal::LayoutChanged { .. } | Refusal::Routes { .. } | Refusal::Config { .. });
        FromHost::Refused { generation: 7, library: (!concerns_all).then(|| "blog".to_owned()), refusal }
    }));
    let name = |message: &FromHost| match message {
        FromHost::Hello { .. } => "from_host_hello",
        FromHost::Loaded(Accepted { routes: None, .. }) => "from_host_loaded_same_routes",
        FromHost::Loaded(_) => "from_host_loaded",
        FromHost::Refused { refusal, .. } => refusal_name(refusal),
        FromHost::Accepting => "from_host_accepting",
        FromHost::NotAccepting => "from_host_not_accepting",
        FromHost::Draining { .. } => "from_host_draining",
        FromHost::Drained => "from_host_drained",
        FromHost::Configured { outcome: ConfigOutcome::Applied, .. } => "from_host_configured_applied",
        FromHost::Configured { outcome: ConfigOutcome::NeedsHandover { .. }, .. } => "from_host_configured_handover",
        FromHost::Configured { outcome: ConfigOutcome::Invalid { .. }, .. } => "from_host_configured_invalid",
        FromHost::Advanced { .. } => "from_host_advanced",
        FromHost::Fault(_) => "from_host_fault",
        FromHost::Served { .. } => "from_host_served",
    };
    messages.into_iter().map(|message| (name(&message), message)).collect()
}

#[test]
fn messages_to_a_host_keep_their_format() {
    for (name, message) in to_host() {
        check(name, &message);
    }
}

#[test]
fn messages_of_a_host_keep_their_format() {
    for (name, message) in from_host() {
        check(name, &message);
    }
}

#[test]
fn every_golden_file_belongs_to_a_message() {
    let known: Vec<_> = to_host().iter().map(|m| m.0).chain(from_host().iter().map(|m| m.0)).collect();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let stem = name.strip_suffix(".json").unwrap_or(&name);
        assert!(known.contains(&stem), "golden/{name} belongs to no message");
    }
}

/// A newer peer may add fields; an older one must go on reading.
#[test]
fn unknown_fields_are_left_alone() {
    let message: ToHost = serde_json::from_str(r#"{"type":"drain","deadline_ms":5,"reason":"later"}"#).unwrap();
    assert_eq!(message, ToHost::Drain { deadline_ms: 5 });
}

#[test]
fn unknown_messages_are_errors() {
    assert!(serde_json::from_str::<ToHost>(r#"{"type":"dance"}"#).is_err());
}
