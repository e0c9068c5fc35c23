//! Saved configuration: read again by the living host, or by a new one.

use crate::script::run;

#[test]
fn configuration_is_read_again() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit .env configure
        host 1 configured 2 applied
        "
    ), @r"
    > edit .env configure
        * changed 2: .env
        host 1 <- configure 2
    > host 1 configured 2 applied
        * ended 2: Swap Live, configuration [.env] 10+0+0=10 ms
        host 1 <- pages: live 2
        * app Running pid 101 live 2
    ");
}

#[test]
fn configuration_that_is_read_once_is_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit config/anvil.toml configure
        host 1 configured 2 handover database.url server.workers
        ~boot 2 2
        host 1 yielded
        host 2 accepting
        "
    ), @r"
    > edit config/anvil.toml configure
        * changed 2: config/anvil.toml
        host 1 <- configure 2
    > host 1 configured 2 handover database.url server.workers
        spawn host 2 with build 1
        * app HandingOver pid 101 live 1
    > host 1 yielded
        host 2 <- accept
    > host 2 accepting
        * ended 2: Handover Live, `database.url`, `server.workers` is read when a host starts [config/anvil.toml] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn configuration_that_does_not_boot_leaves_the_old_host() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit config/anvil.toml configure
        host 1 configured 2 handover database.url
        ~host 2 spawned
        ~host 2 hello
        host 2 refused 2 boot-failed no such database
        edit config/anvil.toml configure
        host 1 configured 3 applied
        "
    ), @r"
    > host 1 configured 2 handover database.url
        spawn host 2 with build 1
        * app HandingOver pid 101 live 1
    > host 2 refused 2 boot-failed no such database
        kill host 2
        * diagnostics:
            Error ANV0206 (Reload) the boot function failed: no such database
        * ended 2: Handover Refused, the boot function failed: no such database [config/anvil.toml] 10+0+0=10 ms
        * app Running pid 101 live 1
    > edit config/anvil.toml configure
        * changed 3: config/anvil.toml
        host 1 <- configure 3
    > host 1 configured 3 applied
        * diagnostics: none
        * ended 3: Swap Live, configuration [config/anvil.toml] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
    ");
}

#[test]
fn wrong_configuration_is_refused() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit config/anvil.toml configure
        host 1 configured 2 invalid unknown key `prot`
        edit config/anvil.toml configure
        host 1 configured 3 applied
        "
    ), @r"
    > edit config/anvil.toml configure
        * changed 2: config/anvil.toml
        host 1 <- configure 2
    > host 1 configured 2 invalid unknown key `prot`
        * diagnostics:
            Error ANV0401 (Config) /p/config/anvil.toml:4:1 unknown key `prot`
        * ended 2: Swap Refused, unknown key `prot` [config/anvil.toml] 10+0+0=10 ms
    > edit config/anvil.toml configure
        * changed 3: config/anvil.toml
        host 1 <- configure 3
    > host 1 configured 3 applied
        * diagnostics: none
        * ended 3: Swap Live, configuration [config/anvil.toml] 10+0+0=10 ms
        host 1 <- pages: live 3
        * app Running pid 101 live 3
    ");
}

#[test]
fn wrong_configuration_does_not_hold_back_code() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit config/anvil.toml configure
        ~host 1 configured 2 invalid unknown key
        edit src/a.rs library
        built 3
        host 1 loaded 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 3: src/a.rs
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
    ");
}

#[test]
fn configuration_in_a_set_with_code_is_not_lost() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit .env src/a.rs library
        host 1 configured 1 applied
        built 2
        host 1 loaded 2
        "
    ), @r"
    > edit .env src/a.rs library
        * changed 2: .env src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
        host 1 <- configure 1
    > host 1 configured 1 applied
    > built 2
        host 1 <- load 2 /t/2.so
    > host 1 loaded 2
        * ended 2: Swap Live, replayed blog [.env src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 2
        keep /t/1.so /t/2.so
        * app Running pid 101 live 2
    ");
}

#[test]
fn configuration_goes_before_code() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        edit .env configure
        built 2
        host 1 configured 1 applied
        host 1 loaded 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > edit .env configure
        * changed 3: .env
        host 1 <- configure 1
    > built 2
    > host 1 configured 1 applied
        host 1 <- load 3 /t/2.so
    > host 1 loaded 3
        * ended 2: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        * ended 3: Swap Live, replayed blog [.env] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/2.so
        * app Running pid 101 live 3
    ");
}
