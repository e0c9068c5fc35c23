//! A full build that fails while its patch, or what belongs to it, is on its way to a host.

use crate::script::run_roomy;

#[test]
fn a_patch_in_flight_is_rolled_back_when_it_arrives() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        wait 1 60s
        patched 2
        failed 2 no such field
        host 1 loaded 2
        host 1 loaded 1
        "
    ), @r"
    > wait 1 60s
    > patched 2
        host 1 <- load 2 /t/2.patch.so
    > failed 2 no such field
        host 1 <- pages: failed 2: no such field (error: no such field)
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
    > host 1 loaded 2
        * ended 2: Patch Failed, no such field [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        host 1 <- load 1 /t/1.so
        * app Running pid 101 live 2
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: the full build failed [] 0+0+0=0 ms
        host 1 <- pages: live 1
        host 1 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        * app Running pid 101 live 1
        wait 1: Failed, waited for 2, live 1 [E0609]
    ");
}

#[test]
fn a_patch_in_flight_that_is_refused_needs_no_rollback() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        ~failed 2 no such field
        host 1 refused 2 layout hits=u32 hits=u64
        "
    ), @r"
    > host 1 refused 2 layout hits=u32 hits=u64
        * ended 2: Patch Failed, no such field [src/a.rs] 10+0+0=10 ms
    ");
}

#[test]
fn a_patch_that_waits_is_dropped() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit public/a.css advance
        ~edit src/a.rs library
        ~patched 3
        failed 3 no such field
        host 1 advanced 2
        "
    ), @r"
    > failed 3 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 3: Swap Failed, no such field [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 3: no such field (error: no such field)
    > host 1 advanced 2
        * ended 2: Swap Live, static files [public/a.css] 10+0+0=10 ms
        host 1 <- pages: live 2
        host 1 <- pages: failed 3: no such field (error: no such field)
        * app Running pid 101 live 2
    ");
}

#[test]
fn a_new_host_for_a_refuted_patch_is_not_waited_for() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        ~host 1 refused 2 boot-changed
        ~host 2 spawned
        failed 2 no such field
        "
    ), @r"
    > failed 2 no such field
        kill host 2
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 2: Swap Failed, no such field [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: no such field (error: no such field)
        * app Running pid 101 live 1
    ");
}

#[test]
fn a_new_host_that_takes_over_with_a_refuted_patch_goes_back() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        ~host 1 refused 2 boot-changed
        ~boot 2 2
        failed 2 no such field
        ~host 1 yielded
        host 2 accepting
        host 2 loaded 1
        "
    ), @r"
    > failed 2 no such field
        host 1 <- pages: failed 2: no such field (error: no such field)
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
    > host 2 accepting
        * ended 2: Handover Failed, no such field [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: failed 2: no such field (error: no such field)
        host 1 <- drain within 10000 ms
        keep /t/1.base.so /t/1.so /t/2.patch.so
        host 2 <- load 1 /t/1.so
        * app Running pid 102 live 2
    > host 2 loaded 1
        * ended 1: Swap Live, rolled back: the full build failed [] 0+0+0=0 ms
        host 2 <- pages: live 1
        host 2 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        * app Running pid 102 live 1
    ");
}

#[test]
fn a_static_file_on_its_way_ends_with_the_rollback() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~edit public/a.css advance
        failed 2 no such field
        host 1 advanced 3
        host 1 loaded 1
        "
    ), @r"
    > failed 2 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 2: Patch Failed, no such field [src/a.rs] 0+0+0=0 ms
        host 1 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
    > host 1 advanced 3
        * ended 3: Swap Failed, generation 2: no such field [public/a.css] 10+0+0=10 ms
        host 1 <- load 1 /t/1.so
        * app Running pid 101 live 3
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: the full build failed [] 0+0+0=0 ms
        host 1 <- pages: live 1
        host 1 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        * app Running pid 101 live 1
    ");
}

#[test]
fn a_wait_for_a_refuted_patch_fails_though_something_newer_was_saved() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        wait 1 60s
        failed 2 no such field
        edit src/b.rs library
        host 1 loaded 2
        host 1 loaded 1
        failed 3 no such field
        "
    ), @r"
    > wait 1 60s
    > failed 2 no such field
        host 1 <- pages: failed 2: no such field (error: no such field)
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
    > edit src/b.rs library
        * changed 3: src/b.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > host 1 loaded 2
        * ended 2: Patch Failed, the full build failed [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: building 3
        host 1 <- load 1 /t/1.so
        * app Running pid 101 live 2
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: the full build failed [] 0+0+0=0 ms
        host 1 <- pages: live 1
        host 1 <- pages: building 3
        * app Running pid 101 live 1
    > failed 3 no such field
        * ended 3: Swap Failed, no such field [src/b.rs] 10+0+0=10 ms
        host 1 <- pages: failed 3: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        wait 1: Failed, waited for 2, live 1 [E0609]
    ");
}

#[test]
fn a_restart_from_a_refuted_patch_starts_over() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~host 1 exit signal 11
        ~host 2 spawned
        failed 2 no such field
        host 2 exit signal 9
        ~boot 3 1
        host 3 accepting
        "
    ), @r"
    > failed 2 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * ended 2: Patch Failed, no such field [src/a.rs] 0+0+0=0 ms
        kill host 2
        keep /t/1.base.so /t/1.so /t/2.patch.so
        spawn host 3 with build 1
    > host 2 exit signal 9
    > host 3 accepting
        * ended 1: Restart Live, rolled back: the full build failed [] 0+0+0=0 ms
        host 3 <- pages: live 1
        host 3 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.so
        * app Running pid 103 live 1
    ");
}
