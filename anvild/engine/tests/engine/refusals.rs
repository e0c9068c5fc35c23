//! What a host does not take.

use crate::script::run;

#[test]
fn a_changed_layout_is_a_warning_and_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/stats.rs library
        built 2
        host 1 refused 2 layout hits=u32,name=u64 hits=u64,name=u64
        ~boot 2 2
        host 1 yielded
        host 2 accepting
        edit src/a.rs library
        built 3
        "
    ), @r"
    > built 2
        host 1 <- load 2 /t/2.so
    > host 1 refused 2 layout hits=u32,name=u64 hits=u64,name=u64
        spawn host 2 with build 2
        * diagnostics:
            Warning ANV0301 (Abi) /p/src/stats.rs:11:5 `Stats` changed layout: field `hits` was `u32`, is `u64`
              /p/src/stats.rs:12:5 field `name` moved
              /p/src/stats.rs:10:1 was 12 bytes, is 16 bytes
        * app HandingOver pid 101 live 1
    > host 1 yielded
        host 2 <- accept
    > host 2 accepting
        * ended 2: Handover Live, `Stats` changed layout [src/stats.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 2 <- pages: building 3
    > built 3
        host 2 <- load 3 /t/3.so
        * diagnostics: none
    ");
}

#[test]
fn a_new_a_gone_and_a_moved_field() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/stats.rs library
        ~built 2
        host 1 refused 2 layout hits=u32,name=u64 misses=u32,hits=u32,name=u64
        ~boot 2 2
        ~host 1 yielded
        ~host 2 accepting
        ~edit src/stats.rs library
        ~built 3
        host 2 refused 3 layout hits=u32,name=u64 name=u64
        ~boot 3 3
        ~host 2 yielded
        ~host 3 accepting
        ~edit src/stats.rs library
        ~built 4
        host 3 refused 4 layout hits=u32
        "
    ), @r"
    > host 1 refused 2 layout hits=u32,name=u64 misses=u32,hits=u32,name=u64
        spawn host 2 with build 2
        * diagnostics:
            Warning ANV0301 (Abi) /p/src/stats.rs:11:5 `Stats` changed layout: field `misses: u32` is new
              /p/src/stats.rs:12:5 field `hits` moved
              /p/src/stats.rs:13:5 field `name` moved
              /p/src/stats.rs:10:1 was 12 bytes, is 16 bytes
        * app HandingOver pid 101 live 1
    > host 2 refused 3 layout hits=u32,name=u64 name=u64
        spawn host 3 with build 3
        * diagnostics:
            Warning ANV0301 (Abi) /p/src/stats.rs:10:1 `Stats` changed layout: field `hits: u32` is gone
              /p/src/stats.rs:11:5 field `name` moved
        * app HandingOver pid 102 live 2
    > host 3 refused 4 layout hits=u32
        spawn host 4 with build 4
        * diagnostics:
            Warning ANV0301 (Abi) `Stats` is in the container and no longer defined
        * app HandingOver pid 103 live 3
    ");
}

#[test]
fn a_changed_boot_function_is_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        ~built 2
        host 1 refused 2 boot-changed
        "
    ), @r"
    > host 1 refused 2 boot-changed
        spawn host 2 with build 2
        * app HandingOver pid 101 live 1
    ");
}

#[test]
fn a_panic_while_registering() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        ~built 2
        host 1 refused 2 panicked src/lib.rs:9:5 no such view
        edit src/lib.rs library
        built 3
        host 1 loaded 3
        "
    ), @r"
    > host 1 refused 2 panicked src/lib.rs:9:5 no such view
        * diagnostics:
            Error ANV0202 (Reload) /p/src/lib.rs:9:5 the app panicked while loading: no such view
        * ended 2: Swap Refused, the app panicked while loading: no such view [src/lib.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the app panicked while loading: no such view (0: blog::routes)
    > edit src/lib.rs library
        * changed 3: src/lib.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3
        host 1 <- load 3 /t/3.so
        * diagnostics: none
    > host 1 loaded 3
        * ended 3: Swap Live, replayed blog [src/lib.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/2.so /t/3.so
        * app Running pid 101 live 3
    ");
}

#[test]
fn routes_that_contradict_each_other() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        ~built 2
        host 1 refused 2 routes
        "
    ), @r"
    > host 1 refused 2 routes
        * diagnostics:
            Error ANV0203 (Reload) /p/src/lib.rs:9:5 `GET /posts` is registered twice
              /p/src/lib.rs:8:5 registered here first
        * ended 2: Swap Refused, `GET /posts` is registered twice [src/lib.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: `GET /posts` is registered twice (ANV0203: `GET /posts` is registered twice /   --> /p/src/lib.rs:9:5 /   help: change or remove one of the two registrations)
    ");
}

#[test]
fn a_missing_symbol() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        ~built 2
        host 1 refused 2 symbol anvil_register_routes
        "
    ), @r"
    > host 1 refused 2 symbol anvil_register_routes
        * diagnostics:
            Error ANV0201 (Reload) the app library does not export `anvil_register_routes`
        * ended 2: Swap Refused, the app library does not export `anvil_register_routes` [src/lib.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the app library does not export `anvil_register_routes` (ANV0201: the app library does not export `anvil_register_routes` /   help: put `#[anvilforge::routes]` on the function that registers the routes)
    ");
}

#[test]
fn a_library_that_does_not_open() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        ~built 2
        host 1 refused 2 open undefined symbol: x
        "
    ), @r"
    > host 1 refused 2 open undefined symbol: x
        * diagnostics:
            Error ANV0204 (Reload) the dynamic loader refused the app library: undefined symbol: x
        * ended 2: Swap Refused, the dynamic loader refused the app library: undefined symbol: x [src/lib.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the dynamic loader refused the app library: undefined symbol: x (ANV0204: the dynamic loader refused the app library: undefined symbol: x /   help: `anvil doctor` compares the compilers; `anvil stop` and `anvil dev` build everything again)
    ");
}

#[test]
fn a_file_that_was_exchanged() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/lib.rs library
        ~built 2
        host 1 refused 2 hash
        "
    ), @r"
    > host 1 refused 2 hash
        * diagnostics:
            Error ANV0205 (Reload) the app library is not the file that was built
        * ended 2: Swap Refused, the app library is not the file that was built [src/lib.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the app library is not the file that was built (ANV0205: the app library is not the file that was built /   help: something else writes to `target/anvil`; save a source file to build again)
    ");
}

#[test]
fn a_first_boot_that_fails_is_tried_again_with_other_configuration() {
    insta::assert_snapshot!(run(
        "
        start hot
        ~built 1
        ~host 1 spawned
        ~host 1 hello
        host 1 refused 1 boot-failed no such database
        host 1 exit signal 9
        edit .env configure
        ~boot 2 2
        host 2 accepting
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > host 1 refused 1 boot-failed no such database
        kill host 1
        * diagnostics:
            Error ANV0206 (Reload) the boot function failed: no such database
        * ended 1: Restart Refused, the boot function failed: no such database [] 0+0+0=0 ms
        page: the boot function failed: no such database (ANV0206: the boot function failed: no such database /   help: correct what it names; saving the configuration or a source file tries again)
        * app Failed live 0
    > host 1 exit signal 9
    > edit .env configure
        * changed 2: .env
        spawn host 2 with build 1
        page: starting
        * app Starting live 0
    > host 2 accepting
        * diagnostics: none
        * ended 2: Restart Live, tried again with what was saved since [.env] 10+0+0=10 ms
        host 2 <- pages: live 2
        keep /t/1.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn a_boot_that_fails_in_a_handover_is_tried_again_with_other_configuration() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2 image=b
        ~host 2 spawned
        ~host 2 hello
        host 2 refused 2 boot-failed no such key
        edit public/a.css advance
        edit .env configure
        host 1 configured 1 applied
        "
    ), @r"
    > host 2 refused 2 boot-failed no such key
        kill host 2
        * diagnostics:
            Error ANV0206 (Reload) the boot function failed: no such key
        * ended 2: Handover Refused, the boot function failed: no such key [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the boot function failed: no such key (ANV0206: the boot function failed: no such key /   help: correct what it names; saving the configuration or a source file tries again)
        * app Running pid 101 live 1
    > edit public/a.css advance
        * changed 3: public/a.css
        * ended 3: Swap Refused, generation 2: the boot function failed: no such key [public/a.css] 10+0+0=10 ms
    > edit .env configure
        * changed 4: .env
        host 1 <- configure 1
    > host 1 configured 1 applied
        spawn host 3 with build 2
        * app HandingOver pid 101 live 1
    ");
}

#[test]
fn wrong_configuration_at_boot() {
    insta::assert_snapshot!(run(
        "
        start hot
        ~built 1
        ~host 1 spawned
        ~host 1 hello
        host 1 refused 1 config unknown key `prot`
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > host 1 refused 1 config unknown key `prot`
        kill host 1
        * diagnostics:
            Error ANV0401 (Config) /p/config/anvil.toml:4:1 unknown key `prot`
        * ended 1: Restart Refused, unknown key `prot` [] 0+0+0=0 ms
        page: unknown key `prot` (ANV0401: unknown key `prot` /   --> /p/config/anvil.toml:4:1 /   help: correct and save it; a running app keeps the configuration before it)
        * app Failed live 0
    ");
}

#[test]
fn a_refusal_while_newer_source_is_being_built() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2
        edit src/a.rs library
        host 1 refused 2 panicked src/lib.rs:9:5 oh
        built 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > host 1 refused 2 panicked src/lib.rs:9:5 oh
        * diagnostics:
            Error ANV0202 (Reload) /p/src/lib.rs:9:5 the app panicked while loading: oh
        * ended 2: Swap Refused, the app panicked while loading: oh [src/a.rs] 10+0+0=10 ms
    > built 3
        host 1 <- load 3 /t/3.so
        * diagnostics: none
    ");
}

#[test]
fn a_layout_change_of_what_is_no_longer_wanted() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~built 2
        ~edit src/a.rs library
        ~built 3
        host 1 refused 2 layout hits=u32 hits=u64
        "
    ), @r"
    > host 1 refused 2 layout hits=u32 hits=u64
        * ended 2: Swap Cancelled, replaced by generation 3 [src/a.rs] 10+0+0=10 ms
        host 1 <- load 3 /t/3.so
    ");
}
