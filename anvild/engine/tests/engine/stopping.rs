//! How the app and the daemon stop.

use crate::script::run;

#[test]
fn edits_while_stopped_wait_for_the_start() {
    insta::assert_snapshot!(run(
        "
        edit src/a.rs library
        edit public/a.css advance
        start hot
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
    > edit public/a.css advance
        * changed 3: public/a.css
    > start hot
        build 3: cargo (first build)
        * building 3: first build
        page: building
        * app Starting live 0
    ");
}

#[test]
fn after_library_edits_while_stopped_the_library_is_enough() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~stop
        ~host 1 exit code 0
        edit src/a.rs library
        edit src/b.rs library
        start hot
        built 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
    > edit src/b.rs library
        * changed 3: src/b.rs
        * ended 2: Restart Cancelled, replaced by generation 3 [src/a.rs] 10+0+0=10 ms
    > start hot
        build 3: library
        * building 3: source changed
        page: building
        * app Starting live 0
    > built 3
        spawn host 2 with build 3
        page: starting
    ");
}

#[test]
fn stopping_cancels_the_build_and_tells_every_host() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        stop
        host 1 exit code 0
        cancelled 2
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > stop
        cancel build
        host 1 <- stop within 5000 ms
        * ended 2: Restart Cancelled, the app was stopped [src/a.rs] 10+0+0=10 ms
        * app Stopped live 0 (asked for)
    > host 1 exit code 0
    > cancelled 2
        app stopped
    ");
}

#[test]
fn a_host_that_does_not_stop_is_killed() {
    insta::assert_snapshot!(run(
        "
        ~up
        stop
        +5s
        host 1 exit signal 9
        "
    ), @r"
    > stop
        host 1 <- stop within 5000 ms
        * app Stopped live 0 (asked for)
    > +5s
        5000 ms: kill host 1
    > host 1 exit signal 9
        app stopped
    ");
}

#[test]
fn a_host_that_has_not_said_hello_is_killed_at_once() {
    insta::assert_snapshot!(run(
        "
        start hot
        ~built 1
        stop
        host 1 exit signal 9
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > stop
        kill host 1
        * ended 1: Restart Cancelled, the app was stopped [] 0+0+0=0 ms
        page: none
        * app Stopped live 0 (asked for)
    > host 1 exit signal 9
        app stopped
    ");
}

#[test]
fn a_start_while_stopping_waits() {
    insta::assert_snapshot!(run(
        "
        ~up
        stop
        start hot
        host 1 exit code 0
        "
    ), @r"
    > stop
        host 1 <- stop within 5000 ms
        * app Stopped live 0 (asked for)
    > start hot
    > host 1 exit code 0
        app stopped
        spawn host 2 with build 1
        page: starting
        * app Starting live 0
    ");
}

#[test]
fn a_stop_takes_back_a_waiting_start() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~stop
        start hot
        stop
        host 1 exit code 0
        "
    ), @r"
    > start hot
    > stop
    > host 1 exit code 0
        app stopped
    ");
}

#[test]
fn stopping_what_is_stopped_answers() {
    insta::assert_snapshot!(run(
        "
        stop
        "
    ), @r"
    > stop
        app stopped
    ");
}

#[test]
fn the_app_stops_with_its_last_attached_client() {
    insta::assert_snapshot!(run(
        "
        start hot client=1
        start hot client=2
        client 1 gone
        client 3 gone
        client 2 gone
        cancelled 1
        "
    ), @r"
    > start hot client=1
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > start hot client=2
    > client 1 gone
    > client 3 gone
    > client 2 gone
        cancel build
        * ended 1: Restart Cancelled, the app was stopped [] 0+0+0=0 ms
        page: none
        * app Stopped live 0 (the last attached client left)
    > cancelled 1
        app stopped
    ");
}

#[test]
fn shutting_down_stops_first() {
    insta::assert_snapshot!(run(
        "
        ~up
        shutdown
        shutdown
        host 1 exit code 0
        start hot
        wait 1 5s
        "
    ), @r"
    > shutdown
        * stopping: asked for
        host 1 <- stop within 5000 ms
        * app Stopped live 0 (asked for)
    > shutdown
    > host 1 exit code 0
        app stopped
        exit: asked for
    > start hot
    > wait 1 5s
        wait 1: Failed, waited for 1, live 0 [ANV0601]
    ");
}

#[test]
fn shutting_down_when_stopped_ends_at_once() {
    insta::assert_snapshot!(run(
        "
        shutdown
        "
    ), @r"
    > shutdown
        * stopping: asked for
        exit: asked for
    ");
}
