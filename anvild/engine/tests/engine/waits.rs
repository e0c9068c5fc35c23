//! `reload/wait`: every call is answered once.

use crate::script::run;

#[test]
fn a_wait_ends_when_what_was_saved_is_live() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        wait 1 60s
        edit public/a.css advance
        wait 2 60s
        built 2
        host 1 loaded 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > wait 1 60s
    > edit public/a.css advance
        * changed 3: public/a.css
    > wait 2 60s
    > built 2
        host 1 <- load 3 /t/2.so
    > host 1 loaded 3
        * ended 2: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        * ended 3: Swap Live, replayed blog [public/a.css] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/2.so
        * app Running pid 101 live 3
        wait 1: Live, waited for 2, live 3 []
        wait 2: Live, waited for 3, live 3 []
    ");
}

#[test]
fn a_wait_for_what_is_live_ends_at_once() {
    insta::assert_snapshot!(run(
        "
        ~up
        wait 1 5s
        "
    ), @r"
    > wait 1 5s
        wait 1: Live, waited for 1, live 1 []
    ");
}

#[test]
fn a_wait_fails_with_the_build() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        wait 1 60s
        failed 2 no such field
        wait 2 60s
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > wait 1 60s
    > failed 2 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 2: Swap Failed, no such field [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: no such field (error: no such field)
        wait 1: Failed, waited for 2, live 1 [E0609]
    > wait 2 60s
        wait 2: Failed, waited for 2, live 1 [E0609]
    ");
}

#[test]
fn a_wait_goes_on_while_something_newer_is_pending() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        wait 1 60s
        edit src/a.rs library
        cancelled 2
        built 3
        host 1 loaded 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > wait 1 60s
    > edit src/a.rs library
        * changed 3: src/a.rs
        * ended 2: Swap Cancelled, replaced by generation 3 [src/a.rs] 10+0+0=10 ms
        cancel build
    > cancelled 2
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3
        host 1 <- load 3 /t/3.so
    > host 1 loaded 3
        * ended 3: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/3.so
        * app Running pid 101 live 3
        wait 1: Live, waited for 2, live 3 []
    ");
}

#[test]
fn a_wait_fails_with_a_refusal() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        wait 1 60s
        built 2
        host 1 refused 2 routes
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > wait 1 60s
    > built 2
        host 1 <- load 2 /t/2.so
    > host 1 refused 2 routes
        * diagnostics:
            Error ANV0203 (Reload) /p/src/lib.rs:9:5 `GET /posts` is registered twice
              /p/src/lib.rs:8:5 registered here first
        * ended 2: Swap Refused, `GET /posts` is registered twice [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: `GET /posts` is registered twice (ANV0203: `GET /posts` is registered twice /   --> /p/src/lib.rs:9:5 /   help: change or remove one of the two registrations)
        wait 1: Failed, waited for 2, live 1 [ANV0203]
    ");
}

#[test]
fn a_wait_goes_on_through_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        wait 1 60s
        ~built 2
        host 1 refused 2 boot-changed
        ~boot 2 2
        host 1 yielded
        host 2 accepting
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > wait 1 60s
    > host 1 refused 2 boot-changed
        spawn host 2 with build 2
        * app HandingOver pid 101 live 1
    > host 1 yielded
        host 2 <- accept
    > host 2 accepting
        * ended 2: Handover Live, the boot function changed [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
        wait 1: Live, waited for 2, live 2 []
    ");
}

#[test]
fn a_wait_goes_on_through_a_restart() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~host 1 exit signal 11
        wait 1 60s
        ~boot 2 1
        host 2 accepting
        "
    ), @r"
    > wait 1 60s
    > host 2 accepting
        * ended 1: Restart Live, the host died with signal 11 (SIGSEGV) [] 0+0+0=0 ms
        host 2 <- pages: live 1
        keep /t/1.so
        * app Running pid 102 live 1
        wait 1: Live, waited for 1, live 1 [ANV0501]
    ");
}

#[test]
fn a_wait_times_out() {
    insta::assert_snapshot!(run(
        "
        start hot
        wait 1 5s
        +10s
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > wait 1 5s
    > +10s
        5000 ms: wait 1: Timeout, waited for 1, live 0 []
    ");
}

#[test]
fn a_wait_without_an_app_fails() {
    insta::assert_snapshot!(run(
        "
        wait 1 5s
        "
    ), @r"
    > wait 1 5s
        wait 1: Failed, waited for 1, live 0 [ANV0601]
    ");
}

#[test]
fn a_stop_ends_waits() {
    insta::assert_snapshot!(run(
        "
        start hot
        wait 1 5s
        stop
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > wait 1 5s
    > stop
        cancel build
        * ended 1: Restart Cancelled, the app was stopped [] 0+0+0=0 ms
        wait 1: Failed, waited for 1, live 0 [ANV0601]
        page: none
        * app Stopped live 0 (asked for)
    ");
}

#[test]
fn a_wait_whose_client_left_is_not_answered() {
    insta::assert_snapshot!(run(
        "
        start hot
        wait 1 5s
        wait 1 gone
        +10s
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > wait 1 5s
    > wait 1 gone
    > +10s
    ");
}
