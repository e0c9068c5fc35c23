//! A full build that fails of what a patch has made live: the app goes back.

use crate::script::{run, run_roomy};

#[test]
fn a_failed_audit_rolls_the_app_back() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        edit src/a.rs library
        +200ms
        patched 2
        host 1 loaded 2
        +800ms
        failed 2 no such field
        wait 1 60s
        +2ms
        host 1 loaded 1
        wait 2 60s
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > +200ms
    > patched 2
        host 1 <- load 2 /t/2.patch.so
    > host 1 loaded 2
        * ended 2: Patch Live, 1 module [src/a.rs] 10+200+0=210 ms
        host 1 <- pages: live 2
        * app Running pid 101 live 2
    > +800ms
    > failed 2 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 2: Patch Failed, no such field [src/a.rs] 0+1000+0=1000 ms
        host 1 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        host 1 <- load 1 /t/1.so
    > wait 1 60s
    > +2ms
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: the full build failed [] 0+0+2=2 ms
        host 1 <- pages: live 1
        host 1 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        * app Running pid 101 live 1
        wait 1: Failed, waited for 2, live 1 [E0609]
    > wait 2 60s
        wait 2: Failed, waited for 2, live 1 [E0609]
    ");
}

#[test]
fn what_is_saved_after_a_rollback_goes_live() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~failed 2 no such field
        ~host 1 loaded 1
        edit src/a.rs library
        patched 3
        host 1 loaded 3
        built 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > patched 3
        host 1 <- load 3 /t/3.patch.so
        * diagnostics: none
    > host 1 loaded 3
        * ended 3: Patch Live, 1 module [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
    > built 3
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/3.patch.so /t/3.so
    ");
}

/// The newest library that a full build made, with what went live beside it.

#[test]
fn a_rollback_goes_to_what_is_vouched_for() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~swap 1 2
        ~edit public/a.css advance
        ~host 1 advanced 3
        ~edit src/a.rs library
        ~patched 4
        ~host 1 loaded 4
        ~edit src/a.rs library
        ~cancelled 4
        ~patched 5
        ~edit public/a.css advance
        ~host 1 loaded 5
        ~host 1 advanced 6
        failed 5 no such field
        host 1 loaded 3
        "
    ), @r"
    > failed 5 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 5: Patch Failed, no such field [src/a.rs] 0+0+0=0 ms
        host 1 <- pages: failed 5: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.so /t/4.patch.so /t/5.patch.so
        host 1 <- load 3 /t/2.so
    > host 1 loaded 3
        * ended 3: Swap Live, rolled back: the full build failed [] 0+0+0=0 ms
        host 1 <- pages: live 3
        host 1 <- pages: failed 5: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.so /t/4.patch.so /t/5.patch.so
        * app Running pid 101 live 3
    ");
}

/// The script allows three libraries.

#[test]
fn a_rollback_of_a_full_host_is_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~swap 1 2
        ~patch 1 3
        failed 3 no such field
        ~boot 2 2
        ~host 1 yielded
        host 2 accepting
        "
    ), @r"
    > failed 3 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 3: Patch Failed, no such field [src/a.rs] 0+0+0=0 ms
        host 1 <- pages: failed 3: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.so /t/3.patch.so
        spawn host 2 with build 2
        * app HandingOver pid 101 live 3
    > host 2 accepting
        * ended 2: Handover Live, rolled back: the full build failed; recycled after 3 libraries [] 0+0+0=0 ms
        host 2 <- pages: live 2
        host 2 <- pages: failed 3: no such field (error: no such field)
        host 1 <- drain within 10000 ms
        keep /t/1.base.so /t/1.so /t/2.so /t/3.patch.so
        * app Running pid 102 live 2
    ");
}

/// The next build's host replaces the one that was to take the app back.

#[test]
fn a_rollback_that_is_overtaken_is_taken_up_again() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~failed 2 no such field
        ~host 1 refused 1 boot-changed
        ~host 2 spawned
        ~edit src/b.rs library
        patched 3
        ~host 3 spawned
        failed 3 no such field
        "
    ), @r"
    > patched 3
        kill host 2
        spawn host 3 with patch 3
        * diagnostics: none
    > failed 3 no such field
        kill host 3
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 3: Swap Failed, no such field [src/b.rs] 10+0+0=10 ms
        host 1 <- pages: failed 3: no such field (error: no such field)
        spawn host 4 with build 1
    ");
}

#[test]
fn a_rollback_that_is_refused_is_a_handover() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~failed 2 no such field
        host 1 refused 1 layout hits=u64 hits=u32
        ~boot 2 1
        ~host 1 yielded
        host 2 accepting
        "
    ), @r"
    > host 1 refused 1 layout hits=u64 hits=u32
        spawn host 2 with build 1
        * app HandingOver pid 101 live 2
    > host 2 accepting
        * ended 1: Handover Live, rolled back: the full build failed [] 0+0+0=0 ms
        host 2 <- pages: live 1
        host 2 <- pages: failed 2: no such field (error: no such field)
        host 1 <- drain within 10000 ms
        keep /t/1.base.so /t/1.so /t/2.patch.so
        * app Running pid 102 live 1
    ");
}

#[test]
fn a_rollback_that_hangs_is_a_handover() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~failed 2 no such field
        +10s
        "
    ), @r"
    > +10s
        10000 ms: spawn host 2 with build 1
        10000 ms: * diagnostics:
        10000 ms:     Error E0609 (Build) /p/src/a.rs:3:5 no such field
        10000 ms:     Error ANV0207 (Reload) registering the routes did not end within 10 s
        10000 ms: * app HandingOver pid 101 live 2
    ");
}

#[test]
fn a_rollback_that_comes_to_nothing_leaves_the_patch_and_its_diagnostics() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~failed 2 no such field
        ~host 1 refused 1 boot-changed
        host 2 exit signal 6
        wait 1 60s
        edit public/a.css advance
        "
    ), @r"
    > host 2 exit signal 6
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
            Error ANV0209 (Reload) the host died with signal 6 (SIGABRT) while it loaded the app
        * ended 1: Handover Refused, the host died with signal 6 (SIGABRT) while it loaded the app [] 0+0+0=0 ms
        * app Running pid 101 live 2
    > wait 1 60s
        wait 1: Failed, waited for 2, live 2 [E0609 ANV0209]
    > edit public/a.css advance
        * changed 3: public/a.css
        * ended 3: Swap Failed, generation 2: no such field [public/a.css] 10+0+0=10 ms
    ");
}

#[test]
fn a_death_during_the_rollback_starts_what_is_vouched_for() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~failed 2 no such field
        host 1 exit signal 11
        "
    ), @r"
    > host 1 exit signal 11
        spawn host 2 with build 1
        page: the host died; a new one is starting
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
            Error ANV0209 (Reload) the host died with signal 11 (SIGSEGV) while it loaded the app
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    ");
}

#[test]
fn an_edit_during_the_rollback_is_built_meanwhile() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~failed 2 no such field
        edit src/a.rs library
        host 1 loaded 1
        built 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > host 1 loaded 1
        * ended 1: Swap Live, rolled back: the full build failed [] 0+0+0=0 ms
        host 1 <- pages: live 1
        host 1 <- pages: building 3
        * app Running pid 101 live 1
    > built 3
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/3.so
        host 1 <- load 3 /t/3.so
        * diagnostics: none
    ");
}

#[test]
fn an_audit_without_a_result_vouches_for_nothing() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        cancelled 2
        "
    ), @r"
    > cancelled 2
        * diagnostics:
            Error ANV0109 (Build) the build ended without a result
        * ended 2: Patch Failed, the build ended without a result [src/a.rs] 0+0+0=0 ms
        host 1 <- pages: failed 2: the build ended without a result (ANV0109: the build ended without a result /   help: save any source file to build again)
        keep /t/1.base.so /t/1.so /t/2.patch.so
        host 1 <- load 1 /t/1.so
    ");
}

#[test]
fn without_anything_vouched_for_the_patch_stays() {
    insta::assert_snapshot!(run_roomy(
        "
        ~start hot
        ~built 1
        ~host 1 exit code 1
        edit src/a.rs library
        patched 2
        ~boot 2 2
        host 2 accepting
        failed 2 no such field
        wait 1 60s
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        page: building
        * app Starting live 0
    > patched 2
        spawn host 2 with patch 2
        * diagnostics: none
    > host 2 accepting
        * ended 2: Restart Live, 1 module [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        * app Running pid 102 live 2
    > failed 2 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 2: Patch Failed, no such field [src/a.rs] 0+0+0=0 ms
        host 2 <- pages: failed 2: no such field (error: no such field)
        keep /t/1.base.so /t/1.so /t/2.patch.so
    > wait 1 60s
        wait 1: Failed, waited for 2, live 2 [E0609]
    ");
}
