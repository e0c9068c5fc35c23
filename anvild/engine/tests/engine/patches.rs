//! Patches on their way: what is delivered, what falls, and what is not waited for.

use crate::script::{run, run_roomy};

#[test]
fn a_patch_goes_live_before_the_build_has_ended() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        edit src/a.rs library
        wait 1 60s
        +200ms
        patched 2
        +1ms
        host 1 loaded 2
        +800ms
        built 2
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > wait 1 60s
    > +200ms
    > patched 2
        host 1 <- load 2 /t/2.patch.so
    > +1ms
    > host 1 loaded 2
        * ended 2: Patch Live, 1 module [src/a.rs] 10+200+1=211 ms
        host 1 <- pages: live 2
        * app Running pid 101 live 2
        wait 1: Live, waited for 2, live 2 []
    > +800ms
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
    ");
}

#[test]
fn a_patch_names_its_modules() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        patched 2 reason=3_modules
        ~host 1 loaded 2
        built 2
        ~edit src/a.rs library
        patched 3 base=2
        host 1 loaded 3
        "
    ), @r"
    > patched 2 reason=3_modules
        host 1 <- load 2 /t/2.patch.so
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
    > patched 3 base=2
        host 1 <- load 3 /t/3.patch.so
    > host 1 loaded 3
        * ended 3: Patch Live, 1 module [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
    ");
}

#[test]
fn a_wait_after_the_patch_does_not_wait_for_the_audit() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        wait 1 60s
        edit public/a.css advance
        wait 2 60s
        host 1 advanced 3
        built 2 warned
        "
    ), @r"
    > wait 1 60s
        wait 1: Live, waited for 2, live 2 []
    > edit public/a.css advance
        * changed 3: public/a.css
        host 1 <- advance 3
    > wait 2 60s
    > host 1 advanced 3
        * ended 3: Swap Live, static files [public/a.css] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
        wait 2: Live, waited for 3, live 3 []
    > built 2 warned
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
        * diagnostics:
            Warning unused_variables (Build) unused variable: `x`
    ");
}

#[test]
fn configuration_during_the_audit_takes_effect() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        edit .env configure
        wait 1 60s
        host 1 configured 3 applied
        built 2
        "
    ), @r"
    > edit .env configure
        * changed 3: .env
        host 1 <- configure 3
    > wait 1 60s
    > host 1 configured 3 applied
        * ended 3: Swap Live, configuration [.env] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
        wait 1: Live, waited for 3, live 3 []
    > built 2
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so
    ");
}

/// A wait for it is answered while the audit goes on.
#[test]
fn wrong_configuration_during_the_audit_is_refused_at_once() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~edit .env configure
        wait 1 60s
        host 1 configured 3 invalid unknown key
        ~built 2
        edit .env configure
        host 1 configured 4 applied
        "
    ), @r"
    > wait 1 60s
    > host 1 configured 3 invalid unknown key
        * diagnostics:
            Error ANV0401 (Config) /p/config/anvil.toml:4:1 unknown key
        * ended 3: Swap Refused, unknown key [.env] 10+0+0=10 ms
        wait 1: Failed, waited for 3, live 2 [ANV0401]
    > edit .env configure
        * changed 4: .env
        host 1 <- configure 4
    > host 1 configured 4 applied
        * diagnostics: none
        * ended 4: Swap Live, configuration [.env] 10+0+0=10 ms
        host 1 <- pages: live 4
        * app Running pid 101 live 4
    ");
}

#[test]
fn a_newer_save_cancels_the_audit() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        edit src/b.rs library
        cancelled 2
        patched 3
        host 1 loaded 3
        built 3
        "
    ), @r"
    > edit src/b.rs library
        * changed 3: src/b.rs
        cancel build
    > cancelled 2
        keep /t/1.base.so /t/1.so /t/2.patch.so
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > patched 3
        host 1 <- load 3 /t/3.patch.so
    > host 1 loaded 3
        * ended 3: Patch Live, 1 module [src/b.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
    > built 3
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/3.patch.so /t/3.so
    ");
}

#[test]
fn a_patch_of_a_build_that_is_stale_is_dropped() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        edit src/b.rs library
        patched 2
        ~cancelled 2
        patched 3
        patched 3 base=9
        patched 7
        host 1 loaded 3
        "
    ), @r"
    > edit src/b.rs library
        * changed 3: src/b.rs
        * ended 2: Swap Cancelled, replaced by generation 3 [src/a.rs] 10+0+0=10 ms
        cancel build
    > patched 2
    > patched 3
        host 1 <- load 3 /t/3.patch.so
    > patched 3 base=9
    > patched 7
    > host 1 loaded 3
        * ended 3: Patch Live, 1 module [src/b.rs src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
    ");
}

#[test]
fn a_newer_save_replaces_a_patch_that_waits() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit public/a.css advance
        ~edit src/a.rs library
        patched 3
        edit src/b.rs library
        host 1 advanced 2
        ~cancelled 3
        patched 4
        host 1 loaded 4
        "
    ), @r"
    > patched 3
    > edit src/b.rs library
        * changed 4: src/b.rs
        * ended 3: Swap Cancelled, replaced by generation 4 [src/a.rs] 10+0+0=10 ms
        cancel build
    > host 1 advanced 2
        * ended 2: Swap Live, static files [public/a.css] 10+0+0=10 ms
        host 1 <- pages: live 2
        * app Running pid 101 live 2
    > patched 4
        host 1 <- load 4 /t/4.patch.so
    > host 1 loaded 4
        * ended 4: Patch Live, 1 module [src/b.rs src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 4
        * app Running pid 101 live 4
    ");
}

#[test]
fn a_patch_for_another_host_program_is_a_handover() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        patched 2 image=b
        ~boot 2 2
        ~host 1 yielded
        host 2 accepting
        ~built 2 image=b
        host 2 exit signal 11
        "
    ), @r"
    > patched 2 image=b
        spawn host 2 with patch 2
        * app HandingOver pid 101 live 1
    > host 2 accepting
        * ended 2: Handover Live, deps library changed [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        * app Running pid 102 live 2
    > host 2 exit signal 11
        spawn host 3 with build 2
        page: the host died; a new one is starting (last words of host 2)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    ");
}

#[test]
fn errors_before_a_patch_no_longer_count() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~edit src/a.rs library
        ~failed 2 no such field
        edit src/a.rs library
        patched 3
        wait 1 60s
        host 1 loaded 3
        failed 3 no such method
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
    > wait 1 60s
    > host 1 loaded 3
        * ended 3: Patch Live, 1 module [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
        wait 1: Live, waited for 3, live 3 []
    > failed 3 no such method
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such method
        * ended 3: Patch Failed, no such method [src/a.rs] 0+0+0=0 ms
        host 1 <- pages: failed 3: no such method (error: no such method)
        keep /t/1.base.so /t/1.so /t/3.patch.so
        host 1 <- load 1 /t/1.so
    ");
}

#[test]
fn bases_stay_for_as_long_as_a_host_lives() {
    insta::assert_snapshot!(run_roomy(
        "
        ~up
        ~patch 1 2
        ~built 2
        ~edit src/a.rs library
        ~patched 3 base=2
        host 1 loaded 3
        built 3
        restart
        ~boot 2 3
        ~host 1 yielded
        host 2 accepting
        ~host 1 exit code 0
        ~swap 2 4
        ~edit src/a.rs library
        built 5
        host 2 loaded 5
        "
    ), @r"
    > host 1 loaded 3
        * ended 3: Patch Live, 1 module [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
    > built 3
        keep /t/1.base.so /t/1.so /t/2.base.so /t/2.patch.so /t/2.so /t/3.patch.so /t/3.so
    > restart
        spawn host 2 with build 3
        * app HandingOver pid 101 live 3
    > host 2 accepting
        * ended 3: Handover Live, asked for [] 0+0+0=0 ms
        host 2 <- pages: live 3
        host 1 <- drain within 10000 ms
        keep /t/1.base.so /t/1.so /t/2.base.so /t/2.patch.so /t/2.so /t/3.patch.so /t/3.so
        * app Running pid 102 live 3
    > built 5
        host 2 <- load 5 /t/5.so
    > host 2 loaded 5
        * ended 5: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 5
        keep /t/2.so /t/3.so /t/4.so /t/5.so
        * app Running pid 102 live 5
    ");
}

/// The script allows three libraries.
#[test]
fn patches_count_as_libraries() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~patch 1 2
        ~built 2
        ~patch 1 3
        ~built 3
        edit src/a.rs library
        patched 4
        built 4
        ~boot 2 4
        ~host 1 yielded
        host 2 accepting
        host 2 exit signal 11
        "
    ), @r"
    > edit src/a.rs library
        * changed 4: src/a.rs
        build 4: library
        * building 4: source changed
        host 1 <- pages: building 4
    > patched 4
        spawn host 2 with patch 4
        * app HandingOver pid 101 live 3
    > built 4
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so /t/3.patch.so /t/3.so /t/4.patch.so /t/4.so
    > host 2 accepting
        * ended 4: Handover Live, recycled after 3 libraries [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 4
        host 1 <- drain within 10000 ms
        keep /t/1.base.so /t/1.so /t/2.patch.so /t/2.so /t/3.patch.so /t/3.so /t/4.patch.so /t/4.so
        * app Running pid 102 live 4
    > host 2 exit signal 11
        spawn host 3 with build 4
        page: the host died; a new one is starting (last words of host 2)
        * diagnostics:
            Error ANV0501 (Runtime) the host died with signal 11 (SIGSEGV)
        * app Crashed live 0 (the host died with signal 11 (SIGSEGV))
    ");
}
