//! Somebody wants the code from before the live one back.

use anvild_protocol::{AppState, Generation};

use crate::script::{engine_after, run_roomy};

fn target(text: &str) -> Result<u64, &'static str> {
    engine_after(text).rollback().map(|Generation(number)| number)
}

#[test]
fn the_code_before_answers_again_and_the_next_save_goes_live() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~swap 1 2
        rollback
        wait 1 60s
        host 1 loaded 1
        wait 2 60s
        edit src/a.rs library
        built 3
        host 1 loaded 3
        "
    ), @"");
}

#[test]
fn one_step_after_the_other() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~swap 1 2
        ~swap 1 3
        rollback
        host 1 loaded 2
        rollback
        host 1 loaded 1
        rollback
        "
    ), @"");
}

#[test]
fn a_patch_goes_back_to_what_a_full_build_made() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        rollback
        host 1 loaded 1
        built 2
        edit public/a.css advance
        edit .env configure
        "
    ), @"");
}

#[test]
fn a_container_that_does_not_fit_is_a_handover() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~swap 1 2
        rollback
        host 1 refused 1 layout hits=u64 hits=u32
        ~boot 2 1
        ~host 1 yielded
        host 2 accepting
        host 2 exit signal 11
        "
    ), @"");
}

#[test]
fn there_must_be_something_to_go_back_to() {
    assert!(target("start hot").unwrap_err().contains("no host serves"));
    assert!(target("~up").unwrap_err().contains("no generation to go back to"));
    assert_eq!(target("~up\n~swap 1 2"), Ok(1));
    assert_eq!(
        target("~up\n~swap 1 2\nedit public/a.css advance\nhost 1 advanced 3"),
        Ok(1),
        "the same code with a newer file"
    );
    assert!(target("~up\n~swap 1 2\nedit src/a.rs library\nbuilt 3").unwrap_err().contains("on its way"));
    assert!(target("~up\n~swap 1 2\nrestart").unwrap_err().contains("on its way"));
    assert_eq!(target("~up\n~swap 1 2\nedit src/a.rs library"), Ok(1), "a build is no hindrance");
    assert!(target("~up\n~swap 1 2\nstop").unwrap_err().contains("no host serves"));
    // Three are kept.
    let swaps: String = (2..=7).map(|generation| format!("~swap 1 {generation}\n")).collect();
    let mut text = format!("~up\n{swaps}");
    for back in [6, 5, 4] {
        assert_eq!(run_target(&text), Ok(back));
        text.push_str(&format!("rollback\nhost 1 loaded {back}\n"));
    }
    run_target(&text).unwrap_err();
}

fn run_target(text: &str) -> Result<u64, &'static str> {
    crate::script::roomy_engine_after(text).rollback().map(|Generation(number)| number)
}

#[test]
fn a_build_on_its_way_goes_live_after_it() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~swap 1 2
        ~edit src/a.rs library
        rollback
        host 1 loaded 1
        built 3
        host 1 loaded 3
        "
    ), @"");
}

#[test]
fn a_stopped_app_starts_with_what_is_saved() {
    let engine = crate::script::roomy_engine_after(
        "~up\n~swap 1 2\nrollback\nhost 1 loaded 1\nstop\nhost 1 exit code 0\nstart hot\n\
         host 2 spawned\nhost 2 hello\nhost 2 loaded 2\nhost 2 accepting",
    );
    let snapshot = engine.snapshot();
    assert_eq!((snapshot.app.state, snapshot.generation.live), (AppState::Running, Generation(2)));
    assert_eq!(snapshot.diagnostics, []);
}
