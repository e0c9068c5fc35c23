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
    ), @r"
    > rollback
        host 1 <- load 1 /t/1.so
        * diagnostics:
            Warning ANV0213 (Reload) generation 2 was taken back on request, and generation 1 answers
    > wait 1 60s
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: asked for [] 0+0+0=0 ms
        host 1 <- pages: live 1
        keep /t/1.so /t/2.so
        * app Running pid 101 live 1
        wait 1: Failed, waited for 2, live 1 [ANV0213]
    > wait 2 60s
        wait 2: Failed, waited for 2, live 1 [ANV0213]
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3
        host 1 <- load 3 /t/3.so
        * diagnostics: none
    > host 1 loaded 3
        * ended 3: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/2.so /t/3.so
        * app Running pid 101 live 3
    ");
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
    ), @r"
    > rollback
        host 1 <- load 2 /t/2.so
        * diagnostics:
            Warning ANV0213 (Reload) generation 3 was taken back on request, and generation 2 answers
    > host 1 loaded 2
        * ended 2: Swap Live, rolled back: asked for [] 0+0+0=0 ms
        host 1 <- pages: live 2
        keep /t/1.so /t/2.so /t/3.so
        * app Running pid 101 live 2
    > rollback
        host 1 <- load 1 /t/1.so
        * diagnostics:
            Warning ANV0213 (Reload) generation 2 was taken back on request, and generation 1 answers
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: asked for [] 0+0+0=0 ms
        host 1 <- pages: live 1
        keep /t/1.so /t/2.so /t/3.so
        * app Running pid 101 live 1
    > rollback
    ");
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
    ), @r"
    > rollback
        host 1 <- load 1 /t/1.so
        * diagnostics:
            Warning ANV0213 (Reload) generation 2 was taken back on request, and generation 1 answers
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: asked for [] 0+0+0=0 ms
        host 1 <- pages: live 1
        * app Running pid 101 live 1
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
    > edit public/a.css advance
        * changed 3: public/a.css
        * ended 3: Swap Refused, generation 2: taken back on request [public/a.css] 10+0+0=10 ms
    > edit .env configure
        * changed 4: .env
        * ended 4: Swap Refused, generation 2: taken back on request [.env] 10+0+0=10 ms
        host 1 <- configure 1
    ");
}

#[test]
fn a_patch_that_fails_its_audit_on_the_way_back_is_not_live() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        rollback
        failed 2 no such field
        wait 1 60s
        host 1 loaded 1
        "
    ), @r"
    > rollback
        host 1 <- load 1 /t/1.so
        * diagnostics:
            Warning ANV0213 (Reload) generation 2 was taken back on request, and generation 1 answers
    > failed 2 no such field
        host 1 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
            Warning ANV0213 (Reload) generation 2 was taken back on request, and generation 1 answers
    > wait 1 60s
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: asked for [] 0+0+0=0 ms
        host 1 <- pages: live 1
        host 1 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        * app Running pid 101 live 1
        wait 1: Failed, waited for 2, live 1 [E0609 ANV0213]
    ");
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
    ), @r"
    > rollback
        host 1 <- load 1 /t/1.so
        * diagnostics:
            Warning ANV0213 (Reload) generation 2 was taken back on request, and generation 1 answers
    > host 1 refused 1 layout hits=u64 hits=u32
        spawn host 2 with build 1
        * app HandingOver pid 101 live 2
    > host 2 accepting
        * ended 1: Handover Live, rolled back: asked for [] 0+0+0=0 ms
        host 2 <- pages: live 1
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so
        * app Running pid 102 live 1
    > host 2 exit signal 11
        spawn host 3 with build 1
        page: the host died; a new one is starting (last words of host 2)
        * diagnostics:
            Warning ANV0213 (Reload) generation 2 was taken back on request, and generation 1 answers
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    ");
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
    ), @r"
    > rollback
        host 1 <- load 1 /t/1.so
        * diagnostics:
            Warning ANV0213 (Reload) generation 2 was taken back on request, and generation 1 answers
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: asked for [] 0+0+0=0 ms
        host 1 <- pages: live 1
        host 1 <- pages: building 3
        * app Running pid 101 live 1
    > built 3
        keep /t/1.so /t/2.so /t/3.so
        host 1 <- load 3 /t/3.so
        * diagnostics: none
    > host 1 loaded 3
        * ended 3: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/2.so /t/3.so
        * app Running pid 101 live 3
    ");
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
