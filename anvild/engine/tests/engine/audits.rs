//! A full build that agrees with the patch before it, or that is asked because the patch did not come live.

use crate::script::run_roomy;

#[test]
fn an_audit_that_ends_during_the_swap_is_silent() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        patched 2
        +300ms
        built 2
        host 1 loaded 2
        host 1 exit signal 11
        "
    ), @r"
    > patched 2
        host 1 <- load 2 /t/2.patch.so
    > +300ms
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
    > host 1 loaded 2
        * ended 2: Patch Live, 1 module [src/a.rs] 10+0+300=310 ms
        host 1 <- pages: live 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
        * app Running pid 101 live 2
    > host 1 exit signal 11
        spawn host 2 with build 2
        page: the host died; a new one is starting (last words of host 1)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    ");
}

#[test]
fn a_patch_that_still_waits_is_replaced_by_the_library() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit public/a.css advance
        ~edit src/a.rs library
        +200ms
        patched 3
        +300ms
        built 3
        host 1 advanced 2
        host 1 loaded 3
        "
    ), @r"
    > +200ms
    > patched 3
    > +300ms
    > built 3
        keep /t/1.so /t/3.so
    > host 1 advanced 2
        * ended 2: Swap Live, static files [public/a.css] 10+0+500=510 ms
        host 1 <- pages: live 2
        host 1 <- load 3 /t/3.so
        * app Running pid 101 live 2
    > host 1 loaded 3
        * ended 3: Swap Live, replayed blog [src/a.rs] 10+500+0=510 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/3.so
        * app Running pid 101 live 3
    ");
}

#[test]
fn a_refused_patch_leaves_it_to_the_library() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        wait 1 60s
        patched 2
        host 1 refused 2 panicked src/a.rs:3:5 no such key
        wait 2 60s
        built 2
        host 1 loaded 2
        "
    ), @r"
    > wait 1 60s
    > patched 2
        host 1 <- load 2 /t/2.patch.so
    > host 1 refused 2 panicked src/a.rs:3:5 no such key
    > wait 2 60s
    > built 2
        host 1 <- load 2 /t/2.so
    > host 1 loaded 2
        * ended 2: Swap Live, full: the patch was refused: the app panicked while loading: no such key [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
        * app Running pid 101 live 2
        wait 1: Live, waited for 2, live 2 []
        wait 2: Live, waited for 2, live 2 []
    ");
}

#[test]
fn a_patch_refused_after_its_audit_leaves_it_to_the_library() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        built 2
        host 1 refused 2 symbol anvil_register_routes
        host 1 loaded 2
        "
    ), @r"
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
    > host 1 refused 2 symbol anvil_register_routes
        host 1 <- load 2 /t/2.so
    > host 1 loaded 2
        * ended 2: Swap Live, full: the patch was refused: the app library does not export `anvil_register_routes` [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
        * app Running pid 101 live 2
    ");
}

#[test]
fn a_refused_patch_whose_library_is_refused_too_is_a_refusal() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        ~host 1 refused 2 routes
        built 2
        host 1 refused 2 routes
        "
    ), @r"
    > built 2
        host 1 <- load 2 /t/2.so
    > host 1 refused 2 routes
        * diagnostics:
            Error ANV0203 (Reload) /p/src/lib.rs:9:5 `GET /posts` is registered twice
              /p/src/lib.rs:8:5 registered here first
        * ended 2: Swap Refused, `GET /posts` is registered twice [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: `GET /posts` is registered twice (ANV0203: `GET /posts` is registered twice /   --> /p/src/lib.rs:9:5 /   help: change or remove one of the two registrations)
    ");
}

#[test]
fn a_refused_patch_whose_build_fails_is_a_failed_build() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~wait 1 60s
        ~patched 2
        ~host 1 refused 2 routes
        failed 2 no such field
        "
    ), @r"
    > failed 2 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 2: Swap Failed, no such field [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: no such field (error: no such field)
        wait 1: Failed, waited for 2, live 1 [E0609]
    ");
}

#[test]
fn a_refused_patch_is_forgotten_with_a_newer_save() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        edit src/b.rs library
        host 1 refused 2 routes
        cancelled 2
        "
    ), @r"
    > edit src/b.rs library
        * changed 3: src/b.rs
        cancel build
    > host 1 refused 2 routes
        * ended 2: Patch Cancelled, replaced by generation 3 [src/a.rs] 10+0+0=10 ms
    > cancelled 2
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    ");
}

#[test]
fn a_patch_that_needs_a_fresh_container_is_a_handover() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        patched 2
        host 1 refused 2 layout hits=u32 hits=u64
        ~boot 2 2
        built 2
        ~host 1 yielded
        host 2 accepting
        host 2 exit signal 11
        "
    ), @r"
    > patched 2
        host 1 <- load 2 /t/2.patch.so
    > host 1 refused 2 layout hits=u32 hits=u64
        spawn host 2 with patch 2
        * diagnostics:
            Warning ANV0301 (Abi) /p/src/stats.rs:11:5 `Stats` changed layout: field `hits` was `u32`, is `u64`
              /p/src/stats.rs:10:1 was 4 bytes, is 8 bytes
        * app HandingOver pid 101 live 1
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
    > host 2 accepting
        * ended 2: Handover Live, `Stats` changed layout [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
        * app Running pid 102 live 2
    > host 2 exit signal 11
        spawn host 3 with build 2
        page: the host died; a new one is starting (last words of host 2)
        * diagnostics:
            Warning ANV0301 (Abi) /p/src/stats.rs:11:5 `Stats` changed layout: field `hits` was `u32`, is `u64`
              /p/src/stats.rs:10:1 was 4 bytes, is 8 bytes
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    ");
}

#[test]
fn a_new_host_that_refuses_a_patch_gets_the_library() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        ~host 1 refused 2 boot-changed
        ~host 2 spawned
        ~host 2 hello
        host 2 refused 2 boot-failed no such database
        built 2
        "
    ), @r"
    > host 2 refused 2 boot-failed no such database
        kill host 2
        * diagnostics:
            Error ANV0206 (Reload) the boot function failed: no such database
        * app Running pid 101 live 1
    > built 2
        host 1 <- load 2 /t/2.so
        * diagnostics: none
    ");
}

#[test]
fn a_patch_that_hangs_leaves_it_to_the_library() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        +10s
        built 2
        "
    ), @r"
    > +10s
        10000 ms: spawn host 2 with build 1
        10000 ms: * diagnostics:
        10000 ms:     Error ANV0207 (Reload) registering the routes did not end within 10 s
        10000 ms: * app HandingOver pid 101 live 1
    > built 2
        kill host 2
        spawn host 3 with build 2
        * diagnostics: none
    ");
}

#[test]
fn a_patch_that_ends_well_after_it_was_given_up() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        ~+10s
        host 1 loaded 2
        wait 1 60s
        built 2
        "
    ), @r"
    > host 1 loaded 2
        kill host 2
        * diagnostics: none
        * ended 2: Patch Live, 1 module [src/a.rs] 10+0+10000=10010 ms
        host 1 <- pages: live 2
        * app Running pid 101 live 2
    > wait 1 60s
        wait 1: Live, waited for 2, live 2 []
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
    ");
}

#[test]
fn a_host_that_dies_of_a_patch_leaves_it_to_the_library() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~patched 2
        host 1 exit signal 11
        built 2
        ~boot 3 2
        host 3 accepting
        "
    ), @r"
    > host 1 exit signal 11
        spawn host 2 with build 1
        page: the host died; a new one is starting
        * diagnostics:
            Error ANV0209 (Reload) the host died with signal 11 (SIGSEGV) while it loaded the app
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    > built 2
        kill host 2
        spawn host 3 with build 2
        page: starting
        * diagnostics: none
        * app Starting live 0
    > host 3 accepting
        * ended 2: Restart Live, full: the patch failed: the host died with signal 11 (SIGSEGV) while it loaded the app [src/a.rs] 10+0+0=10 ms
        host 3 <- pages: live 2
        keep /t/1.so /t/2.so
        * app Running pid 103 live 2
    ");
}

#[test]
fn a_death_during_the_audit_starts_from_the_patch_and_after_it_from_the_library() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        host 1 exit signal 11
        built 2
        ~boot 2 2
        host 2 accepting
        host 2 exit signal 11
        +250ms
        "
    ), @r"
    > host 1 exit signal 11
        spawn host 2 with patch 2
        page: the host died; a new one is starting (last words of host 1)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
    > host 2 accepting
        * ended 2: Restart Live, the host died with signal 11 (SIGSEGV) [] 0+0+0=0 ms
        host 2 <- pages: live 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
        * app Running pid 102 live 2
    > host 2 exit signal 11
        page: the host died; a new one is starting (last words of host 2)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    > +250ms
        250 ms: spawn host 3 with build 2
    ");
}

#[test]
fn a_stop_cancels_the_audit() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        stop
        host 1 exit code 0
        cancelled 2
        start hot
        "
    ), @r"
    > stop
        cancel build
        host 1 <- stop within 5000 ms
        * app Stopped live 0 (asked for)
    > host 1 exit code 0
    > cancelled 2
        keep /t/1.base.so /t/1.so /t/2.patch.so
        app stopped
    > start hot
        build 2: library
        * building 2: source changed
        page: building
        * app Starting live 0
    ");
}

#[test]
fn an_audit_that_ended_before_it_could_be_cancelled_counts() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~edit src/b.rs library
        built 2
        host 1 exit signal 11
        "
    ), @r"
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > host 1 exit signal 11
        spawn host 2 with build 2
        page: the host died; a new one is starting (last words of host 1)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    ");
}
