//! Hosts that do not answer in time.

use crate::script::run;

#[test]
fn an_endless_loop_while_registering() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        built 2
        +10s
        ~boot 2 1
        +2s
        host 1 exit signal 9
        host 2 accepting
        "
    ), @r"
    > built 2
        host 1 <- load 2 /t/2.so
    > +10s
        10000 ms: * diagnostics:
        10000 ms:     Error ANV0207 (Reload) registering the routes did not end within 10 s
        10000 ms: * ended 2: Swap Refused, registering the routes did not end within 10 s [src/lib.rs] 10+0+10000=10010 ms
        10000 ms: host 1 <- pages: failed 2: registering the routes did not end within 10 s (ANV0207: registering the routes did not end within 10 s /   help: look for an endless loop or a blocking call in the function that registers routes)
        10000 ms: spawn host 2 with build 1
        10000 ms: * app HandingOver pid 101 live 1
    > +2s
        12000 ms: kill host 1
        12000 ms: host 2 <- accept
        12000 ms: * app Crashed live 0
    > host 1 exit signal 9
    > host 2 accepting
        * ended 1: Handover Live, the host hung while registering [] 0+0+2000=2000 ms
        host 2 <- pages: live 1
        host 2 <- pages: failed 2: registering the routes did not end within 10 s (ANV0207: registering the routes did not end within 10 s /   help: look for an endless loop or a blocking call in the function that registers routes)
        keep /t/1.so /t/2.so
        * app Running pid 102 live 1
    ");
}

#[test]
fn a_hung_host_that_still_yields_is_killed_after_the_takeover() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        ~built 2
        ~+10s
        ~boot 2 1
        host 1 yielded
        host 2 accepting
        "
    ), @r"
    > host 1 yielded
        host 2 <- accept
    > host 2 accepting
        * ended 1: Handover Live, the host hung while registering [] 0+0+0=0 ms
        host 2 <- pages: live 1
        host 2 <- pages: failed 2: registering the routes did not end within 10 s (ANV0207: registering the routes did not end within 10 s /   help: look for an endless loop or a blocking call in the function that registers routes)
        kill host 1
        keep /t/1.so /t/2.so
        * app Running pid 102 live 1
    ");
}

#[test]
fn a_slow_library_that_loads_after_its_deadline_counts() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        ~built 2
        ~+10s
        host 1 loaded 2
        host 2 exit signal 9
        "
    ), @r"
    > host 1 loaded 2
        kill host 2
        * diagnostics: none
        * ended 2: Swap Live, replayed blog [] 0+0+10000=10000 ms
        host 1 <- pages: live 2
        keep /t/1.so /t/2.so
        * app Running pid 101 live 2
    > host 2 exit signal 9
    ");
}

#[test]
fn newer_source_replaces_the_host_that_replaces_a_hung_one() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        ~built 2
        +10s
        edit src/lib.rs library
        built 3
        ~boot 3 3
        host 1 yielded
        host 3 accepting
        "
    ), @r"
    > +10s
        10000 ms: * diagnostics:
        10000 ms:     Error ANV0207 (Reload) registering the routes did not end within 10 s
        10000 ms: * ended 2: Swap Refused, registering the routes did not end within 10 s [src/lib.rs] 10+0+10000=10010 ms
        10000 ms: host 1 <- pages: failed 2: registering the routes did not end within 10 s (ANV0207: registering the routes did not end within 10 s /   help: look for an endless loop or a blocking call in the function that registers routes)
        10000 ms: spawn host 2 with build 1
        10000 ms: * app HandingOver pid 101 live 1
    > edit src/lib.rs library
        * changed 3: src/lib.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3
        kill host 2
        spawn host 3 with build 3
        * diagnostics: none
    > host 1 yielded
        host 3 <- accept
    > host 3 accepting
        * ended 3: Handover Live, the host hung while registering [src/lib.rs] 10+0+0=10 ms
        host 3 <- pages: live 3
        kill host 1
        keep /t/1.so /t/2.so /t/3.so
        * app Running pid 103 live 3
    ");
}

#[test]
fn a_host_that_does_not_answer_is_replaced() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit public/a.css advance
        +10s
        ~boot 2 2
        host 1 yielded
        host 2 accepting
        "
    ), @r"
    > edit public/a.css advance
        * changed 2: public/a.css
        host 1 <- advance 2
    > +10s
        10000 ms: spawn host 2 with build 1
        10000 ms: * app HandingOver pid 101 live 1
    > host 1 yielded
        host 2 <- accept
    > host 2 accepting
        * ended 2: Handover Live, the host did not answer [public/a.css] 10+0+0=10010 ms
        host 2 <- pages: live 2
        kill host 1
        keep /t/1.so
        * app Running pid 102 live 2
    ");
}
