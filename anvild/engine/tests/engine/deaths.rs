//! Hosts that die, and faults of the running app.

use crate::script::{engine_after, run};

#[test]
fn a_host_that_dies_is_restarted_at_once() {
    insta::assert_snapshot!(run(
        "
        ~up
        host 1 exit signal 6
        ~boot 2 1
        host 2 accepting
        "
    ), @r"
    > host 1 exit signal 6
        spawn host 2 with build 1
        page: the host died; a new one is starting (last words of host 1)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 6 (SIGABRT)
        * app Crashed live 0 (the host died with signal 6 (SIGABRT))
    > host 2 accepting
        * ended 1: Restart Live, the host died with signal 6 (SIGABRT) [] 0+0+0=0 ms
        host 2 <- pages: live 1
        keep /t/1.so
        * app Running pid 102 live 1
    ");
}

#[test]
fn restarts_back_off_and_end() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~host 1 exit signal 11
        ~boot 2 1
        ~host 2 accepting
        host 2 exit signal 11
        +250ms
        ~boot 3 1
        ~host 3 accepting
        host 3 exit signal 11
        +500ms
        ~boot 4 1
        ~host 4 accepting
        host 4 exit code 101
        +1s
        ~boot 5 1
        ~host 5 accepting
        host 5 exit signal 11
        +60s
        wait 1 5s
        edit src/a.rs library
        built 2
        "
    ), @r"
    > host 2 exit signal 11
        page: the host died; a new one is starting (last words of host 2)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    > +250ms
        250 ms: spawn host 3 with build 1
    > host 3 exit signal 11
        page: the host died; a new one is starting (last words of host 3)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    > +500ms
        750 ms: spawn host 4 with build 1
    > host 4 exit code 101
        page: the host died; a new one is starting (last words of host 4)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
            Error ANV0501 (Runtime) the host exited with status 101
        * app Crashed live 0 (the host exited with status 101)
    > +1s
        1750 ms: spawn host 5 with build 1
    > host 5 exit signal 11
        page: the host keeps dying; the next change starts it again (last words of host 5)
        * diagnostics:
            Error ANV0501 (Runtime) the host exited with status 101
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Failed live 0 (the host died with signal 11 (SIGSEGV))
    > +60s
    > wait 1 5s
        wait 1: Failed, waited for 1, live 0 [ANV0501 ANV0501]
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        page: building
        * app Starting live 0
    > built 2
        spawn host 6 with build 2
        page: starting
    ");
}

#[test]
fn a_minute_of_life_ends_the_series() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~host 1 exit signal 11
        ~boot 2 1
        ~host 2 accepting
        ~+60s
        host 2 exit signal 11
        "
    ), @r"
    > host 2 exit signal 11
        spawn host 3 with build 1
        page: the host died; a new one is starting (last words of host 2)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    ");
}

#[test]
fn an_app_that_was_given_up_is_tried_again_after_any_change() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~host 1 exit signal 11
        ~boot 2 1
        ~host 2 exit signal 11
        ~+250ms
        ~host 3 exit signal 11
        ~+500ms
        ~host 4 exit signal 11
        ~+1s
        host 5 exit signal 11
        edit public/a.css advance
        "
    ), @r"
    > host 5 exit signal 11
        page: the host keeps dying; the next change starts it again (last words of host 1)
        * diagnostics:
            Error ANV0209 (Reload) the host died with signal 11 (SIGSEGV) while it loaded the app
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Failed live 0
    > edit public/a.css advance
        * changed 2: public/a.css
        spawn host 6 with build 1
        page: the host died; a new one is starting (last words of host 1)
        * app Crashed live 0
    ");
}

#[test]
fn an_app_that_was_given_up_is_tried_again_on_request() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~host 1 exit signal 11
        ~host 2 exit signal 11
        ~+250ms
        ~host 3 exit signal 11
        ~+500ms
        ~host 4 exit signal 11
        ~+1s
        ~host 5 exit signal 11
        restart
        "
    ), @r"
    > restart
        spawn host 6 with build 1
        page: the host died; a new one is starting (last words of host 1)
        * app Crashed live 0
    ");
}

#[test]
fn a_death_while_loading_goes_back_to_the_last_good_generation() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2
        host 1 exit signal 6
        ~boot 2 1
        host 2 accepting
        edit src/a.rs library
        "
    ), @r"
    > host 1 exit signal 6
        * diagnostics:
            Error ANV0209 (Reload) the host died with signal 6 (SIGABRT) while it loaded the app
        * ended 2: Swap Refused, the host died with signal 6 (SIGABRT) while it loaded the app [src/a.rs] 10+0+0=10 ms
        spawn host 2 with build 1
        page: the host died; a new one is starting
        * app Crashed live 0 (the host died with signal 6 (SIGABRT))
    > host 2 accepting
        * ended 1: Restart Live, the host died with signal 6 (SIGABRT) [] 0+0+0=0 ms
        host 2 <- pages: live 1
        host 2 <- pages: failed 2: the host died with signal 6 (SIGABRT) while it loaded the app (last words of host 1)
        keep /t/1.so /t/2.so
        * app Running pid 102 live 1
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 2 <- pages: building 3
    ");
}

#[test]
fn a_death_during_a_handover_goes_back_if_the_new_host_dies_too() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~host 1 exit signal 6
        host 2 exit signal 6
        ~boot 3 1
        host 3 accepting
        "
    ), @r"
    > host 2 exit signal 6
        * diagnostics:
            Error ANV0209 (Reload) the host died with signal 6 (SIGABRT) while it loaded the app
            Error ANV0501 (Runtime) the host died with signal 6 (SIGABRT)
        * ended 2: Restart Refused, the host died with signal 6 (SIGABRT) while it loaded the app [src/a.rs] 10+0+0=10 ms
        spawn host 3 with build 1
        page: the host died; a new one is starting (last words of host 1)
        * app Crashed live 0
    > host 3 accepting
        * ended 1: Restart Live, the host died with signal 6 (SIGABRT) while it loaded the app [] 0+0+0=0 ms
        host 3 <- pages: live 1
        host 3 <- pages: failed 2: the host died with signal 6 (SIGABRT) while it loaded the app (last words of host 2)
        keep /t/1.so /t/2.so
        * app Running pid 103 live 1
    ");
}

#[test]
fn the_only_code_dies_while_it_boots() {
    insta::assert_snapshot!(run(
        "
        start hot
        ~built 1
        host 1 exit code 134
        wait 1 5s
        edit src/a.rs library
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > host 1 exit code 134
        * diagnostics:
            Error ANV0209 (Reload) the host exited with status 134 while it loaded the app
        * ended 1: Restart Refused, the host exited with status 134 while it loaded the app [] 0+0+0=0 ms
        page: the host exited with status 134 while it loaded the app (last words of host 1)
        * app Failed live 0
    > wait 1 5s
        wait 1: Failed, waited for 1, live 0 [ANV0209]
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        page: building
        * app Starting live 0
    ");
}

#[test]
fn a_death_while_a_build_runs() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        host 1 exit signal 11
        ~boot 2 1
        host 2 accepting
        built 2
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > host 1 exit signal 11
        spawn host 2 with build 1
        page: the host died; a new one is starting (last words of host 1)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    > host 2 accepting
        * ended 1: Restart Live, the host died with signal 11 (SIGSEGV) [] 0+0+0=0 ms
        host 2 <- pages: live 1
        host 2 <- pages: building 2
        * app Running pid 102 live 1
    > built 2
        keep /t/1.so /t/2.so
        host 2 <- load 2 /t/2.so
    ");
}

#[test]
fn a_build_that_comes_while_a_restart_waits_is_started_instead() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~host 1 exit signal 11
        ~boot 2 1
        ~host 2 accepting
        ~host 2 exit signal 11
        edit src/a.rs library
        built 2
        +1s
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
    > built 2
        spawn host 3 with build 2
        page: starting
        * app Starting live 0
    > +1s
    ");
}

#[test]
fn a_death_while_the_source_is_bad_restarts_the_last_good_code() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~failed 2 no such field
        host 1 exit signal 11
        ~boot 2 1
        host 2 accepting
        "
    ), @r"
    > host 1 exit signal 11
        spawn host 2 with build 1
        page: the host died; a new one is starting (last words of host 1)
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    > host 2 accepting
        * ended 1: Restart Live, the host died with signal 11 (SIGSEGV) [] 0+0+0=0 ms
        host 2 <- pages: live 1
        host 2 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.so
        * app Running pid 102 live 1
    ");
}

#[test]
fn a_death_keeps_what_went_live_beside_the_code() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit public/a.css advance
        ~host 1 advanced 2
        ~edit src/a.rs library
        host 1 exit signal 11
        host 2 hello
        "
    ), @r"
    > host 1 exit signal 11
        spawn host 2 with build 1
        page: the host died; a new one is starting (last words of host 1)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    > host 2 hello
        host 2 <- load 2 /t/1.so
    ");
}

#[test]
fn faults_are_diagnostics_until_a_newer_generation() {
    insta::assert_snapshot!(run(
        "
        ~up
        host 1 fault panic src/posts.rs:7:9 index out of bounds
        host 1 fault panic src/posts.rs:7:9 index out of bounds
        host 1 fault 500 - no such table
        host 1 fault 404 - not found
        edit src/a.rs library
        built 2
        host 1 loaded 2
        "
    ), @r"
    > host 1 fault panic src/posts.rs:7:9 index out of bounds
        * diagnostics:
            Error ANV0502 (Runtime) /p/src/posts.rs:7:9 a handler panicked: index out of bounds
    > host 1 fault panic src/posts.rs:7:9 index out of bounds
    > host 1 fault 500 - no such table
        * diagnostics:
            Error ANV0502 (Runtime) /p/src/posts.rs:7:9 a handler panicked: index out of bounds
            Warning ANV0503 (Runtime) no such table
    > host 1 fault 404 - not found
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > built 2
        host 1 <- load 2 /t/2.so
    > host 1 loaded 2
        * diagnostics: none
        * ended 2: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 2
        keep /t/1.so /t/2.so
        * app Running pid 101 live 2
    ");
}

/// A page waits until the newer generation answers, and fails before the host has said that it does.
#[test]
fn a_fault_of_the_generation_that_goes_live_is_kept() {
    let script = "
        ~up
        host 1 fault panic src/posts.rs:7:9 of the older one
        edit src/a.rs library
        built 2
        host 1 fault of 2 panic src/a.rs:1:2 of the newer one
        host 1 loaded 2
    ";
    let found = engine_after(script).snapshot().diagnostics;
    let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(messages, ["a handler panicked: of the newer one"]);
}

#[test]
fn the_newest_twenty_faults_are_kept() {
    let faults: String = (0..30).map(|line| format!("host 1 fault panic src/a.rs:{line}:1 oh\n")).collect();
    let found = engine_after(&format!("~up\n{faults}")).snapshot().diagnostics;
    let lines: Vec<Option<u32>> = found.iter().map(|found| found.line).collect();
    assert_eq!(lines, (10..30).map(Some).collect::<Vec<_>>());
}
