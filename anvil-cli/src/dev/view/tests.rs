//! Events in, text out.

use anvild_protocol::{BuildKind, LogLine, LogStream, Source};

use super::*;

struct Session {
    view: View,
    seq: u64,
}

impl Session {
    fn new() -> Self {
        Self { view: View::new(Style::Plain), seq: 0 }
    }

    fn event(&mut self, kind: EventKind) -> Vec<Show> {
        self.seq += 1;
        self.view.event(Event { seq: self.seq, kind })
    }

    /// The lines that stay.
    fn lines(&mut self, kind: EventKind) -> Vec<String> {
        let shows = self.event(kind).into_iter();
        shows.filter_map(|show| if let Show::Line(text) = show { Some(text) } else { None }).collect()
    }
}

fn app(state: AppState, live: u64) -> EventKind {
    let addr = Some("0.0.0.0:8080".to_owned());
    EventKind::App(AppChange { state, addr, pid: Some(7), live: Generation(live), reason: Some("it is so".to_owned()) })
}

fn ended(generation: u64, kind: BuildKind, outcome: BuildOutcome, files: &[&str], reason: &str) -> EventKind {
    EventKind::Build(BuildChange::Ended {
        generation: Generation(generation),
        kind,
        outcome,
        reason: reason.to_owned(),
        files: files.iter().map(|file| (*file).to_owned()).collect(),
        files_total: u32::try_from(files.len()).unwrap(),
        stages: StageMillis { detect_ms: 12, build_ms: 391, swap_ms: 4, total_ms: 407 },
    })
}

fn progress(stage: &str, done: u32, elapsed_ms: u64) -> EventKind {
    let unit = Some("sqlx-core".to_owned());
    EventKind::Progress(BuildProgress {
        generation: Generation(1),
        stage: stage.to_owned(),
        done,
        total: 231,
        unit,
        elapsed_ms,
    })
}

#[test]
fn each_generation_is_one_line() {
    let mut session = Session::new();
    let mut check = |kind, expected: &str| assert_eq!(session.lines(kind), [expected]);
    check(
        ended(7, BuildKind::Swap, BuildOutcome::Live, &["src/posts.rs"], "replayed blog"),
        "  swap       src/posts.rs · replayed blog · detect 12 ms, build 391 ms, swap 4 ms",
    );
    check(
        ended(8, BuildKind::Handover, BuildOutcome::Live, &["src/a.rs", "src/b.rs", "c"], "`Stats` changed layout"),
        "  handover   src/a.rs and 2 more · `Stats` changed layout · detect 12 ms, build 391 ms, swap 4 ms",
    );
    check(
        ended(9, BuildKind::Swap, BuildOutcome::Failed, &["src/posts.rs"], "replayed blog"),
        "  error      src/posts.rs does not compile; generation 8 stays live",
    );
    check(
        ended(10, BuildKind::Swap, BuildOutcome::Refused, &["src/posts.rs"], "it panicked while registering"),
        "  error      src/posts.rs · it panicked while registering; generation 8 stays live",
    );
    assert!(session.lines(ended(11, BuildKind::Swap, BuildOutcome::Cancelled, &[], "")).is_empty());
}

#[test]
fn a_line_says_what_a_patch_holds_and_why_a_build_is_full() {
    let mut session = Session::new();
    let mut check = |kind, expected: &str| assert_eq!(session.lines(kind), [expected]);
    check(
        ended(7, BuildKind::Patch, BuildOutcome::Live, &["src/posts.rs"], "1 module"),
        "  patch      src/posts.rs · 1 module · detect 12 ms, build 391 ms, swap 4 ms",
    );
    check(
        ended(8, BuildKind::Swap, BuildOutcome::Live, &["src/user.rs"], "full: `User` is held in the container"),
        "  full       src/user.rs · `User` is held in the container · detect 12 ms, build 391 ms, swap 4 ms",
    );
    check(
        ended(9, BuildKind::Restart, BuildOutcome::Live, &[], "full: `User` is held in the container"),
        "  restart    full: `User` is held in the container · detect 12 ms, build 391 ms, swap 4 ms",
    );
}

#[test]
fn a_patch_that_is_taken_back_says_so() {
    let mut session = Session::new();
    session.event(app(AppState::Running, 6));
    session.event(ended(7, BuildKind::Patch, BuildOutcome::Live, &["src/posts.rs"], "1 module"));
    session.event(app(AppState::Running, 7));
    let mut check = |kind, expected: &str| assert_eq!(session.lines(kind), [expected]);
    check(
        ended(7, BuildKind::Patch, BuildOutcome::Failed, &["src/posts.rs"], "no such field"),
        "  error      src/posts.rs does not compile; its patch is taken back",
    );
    check(
        ended(6, BuildKind::Swap, BuildOutcome::Live, &[], "rolled back: the full build failed"),
        "  swap       rolled back: the full build failed · detect 12 ms, build 391 ms, swap 4 ms",
    );
    check(
        ended(8, BuildKind::Swap, BuildOutcome::Failed, &["src/posts.rs"], "no such field"),
        "  error      src/posts.rs does not compile; generation 6 stays live",
    );
}

#[test]
fn the_app_is_ready_once_and_again_after_it_was_down() {
    let mut session = Session::new();
    let ready = Show::Ready { addr: "0.0.0.0:8080".to_owned() };
    assert!(session.event(app(AppState::Starting, 0)).is_empty());
    assert!(session.event(app(AppState::Running, 1)).contains(&ready));
    assert!(session.event(app(AppState::HandingOver, 1)).is_empty());
    assert!(session.event(app(AppState::Running, 2)).is_empty());
    assert_eq!(session.lines(app(AppState::Crashed, 2)), ["  crashed    it is so"]);
    assert!(session.event(app(AppState::Running, 2)).contains(&ready));
    assert!(session.event(app(AppState::Failed, 0)).contains(&Show::NotUp));
    assert!(session.event(app(AppState::Stopped, 0)).contains(&Show::Stopped));
    assert_eq!(
        session.view.ready_line("0.0.0.0:8080", Some("blog"), Some(38)),
        Show::Line("  ready      http://127.0.0.1:8080   blog   38 routes".to_owned())
    );
}

#[test]
fn a_long_build_is_worth_a_plain_line_every_five_seconds_and_at_every_stage() {
    let mut session = Session::new();
    let mut plain = |stage, done, elapsed_ms| match session.event(progress(stage, done, elapsed_ms)).pop() {
        Some(Show::Progress { text, plain: true }) => Some(text),
        Some(Show::Progress { plain: false, .. }) => None,
        other => panic!("{other:?}"),
    };
    assert_eq!(plain("crates", 1, 100).unwrap(), "  compiling 1/231  sqlx-core  0.1 s");
    assert_eq!(plain("crates", 2, 4900), None);
    assert_eq!(plain("crates", 212, 41_234).unwrap(), "  compiling 212/231  sqlx-core  41.2 s");
    assert_eq!(plain("deps library", 0, 41_300).unwrap(), "  building deps library 0/231  sqlx-core  41.3 s");
}

#[test]
fn an_error_is_printed_once_for_each_generation_and_a_warning_only_when_it_is_new() {
    let mut session = Session::new();
    let error = Diagnostic::error(Source::Build, "E0308", "mismatched types");
    let warning = |line| Diagnostic::error(Source::Build, "", "unused").warning().at("/p/a.rs", line, 1);
    let mut count = |generation, diagnostics: Vec<Diagnostic>| {
        session.lines(EventKind::Diagnostics { generation: Generation(generation), diagnostics }).len()
    };
    assert_eq!(count(2, vec![error.clone(), warning(1)]), 2);
    assert_eq!(count(2, vec![error.clone(), warning(1)]), 0);
    assert_eq!(count(3, vec![error, warning(2)]), 1);
    assert_eq!(count(4, vec![]), 0);
    assert_eq!(count(5, vec![warning(2)]), 1);
}

#[test]
fn a_gap_asks_for_the_status_and_colours_of_the_app_are_dropped_with_ours() {
    let mut session = Session::new();
    let log = |text: &str| EventKind::Log(LogLine { at_ms: 0, stream: LogStream::Stdout, text: text.to_owned() });
    assert_eq!(session.event(log("\x1b[32mINFO\x1b[0m hi")), [Show::Line("INFO hi".to_owned())]);
    session.seq += 3;
    assert_eq!(session.event(log("later")), [Show::Line("later".to_owned()), Show::Behind]);
    assert_eq!(session.event(log("on")), [Show::Line("on".to_owned())]);
}
