//! A new host, until it serves.

use crate::script::run;

#[test]
fn the_new_host_accepts_only_after_the_old_one_has_yielded() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        built 2 image=b
        host 2 spawned
        host 2 hello
        host 2 loaded 2
        host 1 yielded
        host 2 accepting
        host 1 drained
        host 1 exit code 0
        "
    ), @r"
    > built 2 image=b
        spawn host 2 with build 2
        * app HandingOver pid 101 live 1
    > host 2 spawned
    > host 2 hello
        host 2 <- load 2 /t/2.so
    > host 2 loaded 2
        host 1 <- stop accepting
    > host 1 yielded
        host 2 <- accept
    > host 2 accepting
        * ended 2: Handover Live, deps library changed [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
    > host 1 drained
    > host 1 exit code 0
    ");
}

#[test]
fn an_old_host_that_does_not_yield_is_killed() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~boot 2 2
        +2s
        host 2 accepting
        "
    ), @r"
    > +2s
        2000 ms: kill host 1
        2000 ms: host 2 <- accept
        2000 ms: * app Starting live 0
    > host 2 accepting
        * ended 2: Handover Live, deps library changed [src/a.rs] 10+0+2000=2010 ms
        host 2 <- pages: live 2
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn an_old_host_that_does_not_drain_is_killed() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~boot 2 2
        ~host 1 yielded
        ~host 2 accepting
        +10s
        +1s
        "
    ), @r"
    > +10s
    > +1s
        11000 ms: kill host 1
    ");
}

#[test]
fn a_new_host_that_does_not_accept_is_killed_and_the_old_one_goes_on() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~boot 2 2
        ~host 1 yielded
        +2s
        host 1 accepting
        edit src/a.rs library
        built 3 image=b
        "
    ), @r"
    > +2s
        2000 ms: kill host 2
        2000 ms: host 1 <- accept
        2000 ms: * diagnostics:
        2000 ms:     Error ANV0211 (Reload) the new host did not take connections within 2 s
        2000 ms: * ended 2: Handover Refused, the new host did not take connections within 2 s [src/a.rs] 10+0+2000=2010 ms
        2000 ms: host 1 <- pages: failed 2: the new host did not take connections within 2 s (ANV0211: the new host did not take connections within 2 s /   help: `anvil logs` shows what it was doing)
        2000 ms: * app Running pid 101 live 1
    > host 1 accepting
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3 image=b
        spawn host 3 with build 3
        * diagnostics: none
        * app HandingOver pid 101 live 1
    ");
}

#[test]
fn a_new_host_that_dies_before_it_accepts() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~boot 2 2
        host 2 exit signal 11
        "
    ), @r"
    > host 2 exit signal 11
        host 1 <- accept
        * diagnostics:
            Error ANV0209 (Reload) the host died with signal 11 (SIGSEGV) before it served
        * ended 2: Handover Refused, the host died with signal 11 (SIGSEGV) before it served [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the host died with signal 11 (SIGSEGV) before it served (last words of host 2)
        * app Running pid 101 live 1
    ");
}

#[test]
fn a_new_host_that_is_never_ready() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        host 2 spawned
        +30s
        "
    ), @r"
    > host 2 spawned
    > +30s
        30000 ms: kill host 2
        30000 ms: * diagnostics:
        30000 ms:     Error ANV0212 (Reload) the new host was not ready within 30 s
        30000 ms: * ended 2: Handover Refused, the new host was not ready within 30 s [src/a.rs] 10+0+30000=30010 ms
        30000 ms: host 1 <- pages: failed 2: the new host was not ready within 30 s (ANV0212: the new host was not ready within 30 s /   help: look for a blocking call in the boot function)
        30000 ms: * app Running pid 101 live 1
    ");
}

#[test]
fn a_new_host_that_registers_for_ever() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~host 2 spawned
        ~host 2 hello
        +30s
        "
    ), @r"
    > +30s
        30000 ms: kill host 2
        30000 ms: * diagnostics:
        30000 ms:     Error ANV0207 (Reload) registering the routes did not end within 30 s
        30000 ms: * ended 2: Handover Refused, registering the routes did not end within 30 s [src/a.rs] 10+0+30000=30010 ms
        30000 ms: host 1 <- pages: failed 2: registering the routes did not end within 30 s (ANV0207: registering the routes did not end within 30 s /   help: look for an endless loop or a blocking call in the function that registers routes)
        30000 ms: * app Running pid 101 live 1
    ");
}

#[test]
fn a_host_that_cannot_be_started() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        host 2 spawn-failed no such file
        "
    ), @r"
    > host 2 spawn-failed no such file
        * diagnostics:
            Error ANV0210 (Reload) the host could not be started: no such file
        * ended 2: Handover Refused, the host could not be started: no such file [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the host could not be started: no such file (ANV0210: the host could not be started: no such file /   help: `anvil doctor` checks the machine)
        * app Running pid 101 live 1
    ");
}

#[test]
fn a_host_of_another_version() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        host 2 hello 3
        "
    ), @r"
    > host 2 hello 3
        kill host 2
        * diagnostics:
            Error ANV0208 (Reload) the app's anvilforge 0.1.0 speaks control version 3, this daemon 2
        * ended 2: Handover Refused, the app's anvilforge 0.1.0 speaks control version 3, this daemon 2 [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the app's anvilforge 0.1.0 speaks control version 3, this daemon 2 (ANV0208: the app's anvilforge 0.1.0 speaks control version 3, this daemon 2 /   help: install the `anvil` of the same version as the `anvilforge` in Cargo.lock)
        * app Running pid 101 live 1
    ");
}

#[test]
fn a_newer_build_replaces_a_host_that_has_not_loaded() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~host 2 hello
        edit src/a.rs library
        built 3 image=b
        host 2 loaded 2
        "
    ), @r"
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3 image=b
        kill host 2
        * ended 2: Handover Cancelled, replaced by generation 3 [src/a.rs] 10+0+0=10 ms
        spawn host 3 with build 3
    > host 2 loaded 2
    ");
}

#[test]
fn a_newer_build_waits_for_a_takeover() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~boot 2 2
        edit src/a.rs library
        built 3 image=b
        host 1 yielded
        host 2 accepting
        host 2 loaded 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3 image=b
    > host 1 yielded
        host 2 <- accept
    > host 2 accepting
        * ended 2: Handover Live, deps library changed [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so /t/3.so
        host 2 <- load 3 /t/3.so
        * app Running pid 102 live 2
    > host 2 loaded 3
        * ended 3: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 3
        keep /t/1.so /t/2.so /t/3.so
        * app Running pid 102 live 3
    ");
}

#[test]
fn a_newer_build_that_fails_leaves_the_takeover_alone() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        edit src/a.rs library
        failed 3 no such field
        ~boot 2 2
        ~host 1 yielded
        host 2 accepting
        "
    ), @r"
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > failed 3 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 3: Swap Failed, no such field [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 3: no such field (error: no such field)
    > host 2 accepting
        * ended 2: Handover Live, deps library changed [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 2 <- pages: failed 3: no such field (error: no such field)
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn the_old_host_dies_while_the_new_one_boots() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        host 1 exit signal 11
        ~host 2 hello
        host 2 loaded 2
        host 2 accepting
        "
    ), @r"
    > host 1 exit signal 11
        page: starting
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Starting live 0 (the host died with signal 11 (SIGSEGV))
    > host 2 loaded 2
        host 2 <- accept
        page: none
    > host 2 accepting
        * diagnostics: none
        * ended 2: Restart Live, deps library changed [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn the_old_host_dies_while_it_yields() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~boot 2 2
        host 1 exit signal 11
        host 2 accepting
        "
    ), @r"
    > host 1 exit signal 11
        host 2 <- accept
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Starting live 0 (the host died with signal 11 (SIGSEGV))
    > host 2 accepting
        * diagnostics: none
        * ended 2: Handover Live, deps library changed [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn at_most_two_hosts_drain() {
    insta::assert_snapshot!(run(
        "
        ~start
        ~built 1
        ~boot 1 1
        ~host 1 accepting
        ~edit src/a.rs library
        ~built 2
        ~boot 2 2
        ~host 1 yielded
        ~host 2 accepting
        ~edit src/a.rs library
        ~built 3
        ~boot 3 3
        ~host 2 yielded
        ~host 3 accepting
        edit src/a.rs library
        built 4
        ~boot 4 4
        host 3 yielded
        host 4 accepting
        "
    ), @r"
    > edit src/a.rs library
        * changed 4: src/a.rs
        build 4: library
        * building 4: source changed
        host 3 <- pages: building 4
    > built 4
        spawn host 4 with build 4
        * app HandingOver pid 103 live 3
    > host 3 yielded
        host 4 <- accept
    > host 4 accepting
        * ended 4: Handover Live, hot is off [src/a.rs] 10+0+0=10 ms
        host 4 <- pages: live 4
        host 3 <- drain within 10000 ms
        kill host 1
        keep /t/1.so /t/2.so /t/3.so /t/4.so
        * app Running pid 104 live 4
    ");
}

#[test]
fn deadlines_and_messages_of_hosts_that_are_gone_are_ignored() {
    insta::assert_snapshot!(run(
        "
        ~up
        host 7 loaded 9
        host 7 exit signal 6
        host 1 advanced 5
        host 1 loaded 5
        host 1 refused 5 hash
        host 1 configured 5 applied
        host 1 accepting
        host 1 yielded
        "
    ), @r"
    > host 7 loaded 9
    > host 7 exit signal 6
    > host 1 advanced 5
    > host 1 loaded 5
    > host 1 refused 5 hash
    > host 1 configured 5 applied
    > host 1 accepting
    > host 1 yielded
    ");
}
