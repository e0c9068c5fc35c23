//! Start, stop, ownership, shutdown.

use crate::script::run;

#[test]
fn the_first_start_builds_with_cargo_and_serves() {
    insta::assert_snapshot!(run(
        "
        start hot
        +400ms
        built 1
        host 1 spawned
        host 1 hello
        host 1 loaded 1
        host 1 accepting
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > +400ms
    > built 1
        spawn host 1 with build 1
        page: starting
    > host 1 spawned
    > host 1 hello
        host 1 <- load 1 /t/1.so
    > host 1 loaded 1
        host 1 <- accept
        page: none
    > host 1 accepting
        * ended 1: Restart Live, replayed blog [] 0+400+0=400 ms
        host 1 <- pages: live 1
        keep /t/1.so
        * app Running pid 101 live 1
    ");
}

#[test]
fn the_same_start_again_does_nothing() {
    insta::assert_snapshot!(run(
        "
        ~up
        start hot
        "
    ), @"> start hot");
}

/// A change of the mode is felt at the next change.
#[test]
fn hot_is_only_a_mode() {
    insta::assert_snapshot!(run(
        "
        ~up
        start
        edit src/a.rs library
        built 2
        "
    ), @r"
    > start
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > built 2
        spawn host 2 with build 2
        * app HandingOver pid 101 live 1
    ");
}

#[test]
fn another_address_is_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        start hot addr=127.0.0.1:9090
        "
    ), @r"
    > start hot addr=127.0.0.1:9090
        spawn host 2 with build 1
        * app HandingOver pid 101 live 1
    ");
}

#[test]
fn an_artifact_of_the_newest_generation_starts_at_once() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~stop
        ~host 1 exit code 0
        edit public/a.css advance
        start hot
        ~boot 2 2
        host 2 accepting
        "
    ), @r"
    > edit public/a.css advance
        * changed 2: public/a.css
    > start hot
        spawn host 2 with build 1
        page: starting
        * app Starting live 0
    > host 2 accepting
        * ended 2: Restart Live, the app was started [public/a.css] 0+0+0=0 ms
        host 2 <- pages: live 2
        keep /t/1.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn a_cancelled_need_is_built_at_the_next_start() {
    insta::assert_snapshot!(run(
        "
        start hot
        stop
        cancelled 1
        edit src/a.rs library
        start hot
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > stop
        cancel build
        * ended 1: Restart Cancelled, the app was stopped [] 0+0+0=0 ms
        page: none
        * app Stopped live 0 (asked for)
    > cancelled 1
        app stopped
    > edit src/a.rs library
        * changed 2: src/a.rs
    > start hot
        build 2: cargo (first build)
        * building 2: first build
        page: building
        * app Starting live 0
    ");
}

#[test]
fn a_detached_start_outlives_its_clients() {
    insta::assert_snapshot!(run(
        "
        start hot client=1
        start hot
        client 1 gone
        "
    ), @r"
    > start hot client=1
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > start hot
    > client 1 gone
    ");
}

#[test]
fn restart_is_a_handover_to_the_same_code() {
    insta::assert_snapshot!(run(
        "
        ~up
        restart
        restart
        ~boot 2 1
        host 1 yielded
        host 2 accepting
        "
    ), @r"
    > restart
        spawn host 2 with build 1
        * app HandingOver pid 101 live 1
    > restart
    > host 1 yielded
        host 2 <- accept
    > host 2 accepting
        * ended 1: Handover Live, asked for [] 0+0+0=0 ms
        host 2 <- pages: live 1
        host 1 <- drain within 10000 ms
        keep /t/1.so
        * app Running pid 102 live 1
    ");
}

#[test]
fn restart_without_good_code_builds_again() {
    insta::assert_snapshot!(run(
        "
        start hot
        failed 1 no such field
        restart
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > failed 1 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 1: Restart Failed, no such field [] 0+0+0=0 ms
        page: no such field (error: no such field)
        * app Failed live 0
    > restart
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    ");
}

#[test]
fn restart_after_a_failed_handover_leaves_the_old_host() {
    insta::assert_snapshot!(run(
        "
        ~up
        restart
        host 2 exit signal 11
        restart
        "
    ), @r"
    > restart
        spawn host 2 with build 1
        * app HandingOver pid 101 live 1
    > host 2 exit signal 11
        * diagnostics:
            Error ANV0209 (Reload) the host died with signal 11 (SIGSEGV) while it loaded the app
        * ended 1: Handover Refused, the host died with signal 11 (SIGSEGV) while it loaded the app [] 0+0+0=0 ms
        * app Running pid 101 live 1
    > restart
        spawn host 3 with build 1
        * app HandingOver pid 101 live 1
    ");
}
