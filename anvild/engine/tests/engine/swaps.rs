//! Changes that take effect in the living host.

use crate::script::run;

#[test]
fn a_library_is_swapped_in() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        +400ms
        built 2
        +4ms
        host 1 loaded 2
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > +400ms
    > built 2
        host 1 <- load 2 /t/2.so
    > +4ms
    > host 1 loaded 2
        * ended 2: Swap Live, replayed blog [src/a.rs] 10+400+4=414 ms
        host 1 <- pages: live 2
        keep /t/1.so /t/2.so
        * app Running pid 101 live 2
    ");
}

#[test]
fn a_static_file_advances() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit public/a.css advance
        host 1 advanced 2
        "
    ), @r"
    > edit public/a.css advance
        * changed 2: public/a.css
        host 1 <- advance 2
    > host 1 advanced 2
        * ended 2: Swap Live, static files [public/a.css] 10+0+0=10 ms
        host 1 <- pages: live 2
        * app Running pid 101 live 2
    ");
}

#[test]
fn static_files_saved_meanwhile_go_together() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit public/a.css advance
        edit public/b.css advance
        edit public/c.css advance
        host 1 advanced 2
        host 1 advanced 4
        "
    ), @r"
    > edit public/a.css advance
        * changed 2: public/a.css
        host 1 <- advance 2
    > edit public/b.css advance
        * changed 3: public/b.css
    > edit public/c.css advance
        * changed 4: public/c.css
        * ended 3: Swap Cancelled, replaced by generation 4 [public/b.css] 10+0+0=10 ms
    > host 1 advanced 2
        * ended 2: Swap Live, static files [public/a.css] 10+0+0=10 ms
        host 1 <- pages: live 2
        host 1 <- advance 4
        * app Running pid 101 live 2
    > host 1 advanced 4
        * ended 4: Swap Live, static files [public/c.css public/b.css] 10+0+0=10 ms
        host 1 <- pages: live 4
        * app Running pid 101 live 4
    ");
}

#[test]
fn a_second_build_waits_for_the_first_load() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        built 2
        edit src/a.rs library
        built 3
        host 1 loaded 2
        host 1 loaded 3
        "
    ), @r"
    > built 2
        host 1 <- load 2 /t/2.so
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3
    > host 1 loaded 2
        * ended 2: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 2
        keep /t/1.so /t/2.so /t/3.so
        host 1 <- load 3 /t/3.so
        * app Running pid 101 live 2
    > host 1 loaded 3
        * ended 3: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/2.so /t/3.so
        * app Running pid 101 live 3
    ");
}

/// The script allows three libraries.
#[test]
fn the_library_budget_is_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~swap 1 2
        ~swap 1 3
        edit src/a.rs library
        built 4
        ~boot 2 4
        ~host 1 yielded
        host 2 accepting
        "
    ), @r"
    > edit src/a.rs library
        * changed 4: src/a.rs
        build 4: library
        * building 4: source changed
        host 1 <- pages: building 4
    > built 4
        spawn host 2 with build 4
        * app HandingOver pid 101 live 3
    > host 2 accepting
        * ended 4: Handover Live, recycled after 3 libraries [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 4
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so /t/3.so /t/4.so
        * app Running pid 102 live 4
    ");
}

#[test]
fn memory_is_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        host 1 rss 2048
        edit src/a.rs library
        built 2
        ~boot 2 2
        ~host 1 yielded
        host 2 accepting
        "
    ), @r"
    > host 1 rss 2048
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > built 2
        spawn host 2 with build 2
        * app HandingOver pid 101 live 1
    > host 2 accepting
        * ended 2: Handover Live, recycled at 2048 MiB [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn other_dependencies_are_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit Cargo.toml cargo:Cargo.toml_changed
        built 2 image=b
        ~boot 2 2
        ~host 1 yielded
        host 2 accepting
        "
    ), @r"
    > built 2 image=b
        spawn host 2 with build 2
        * app HandingOver pid 101 live 1
    > host 2 accepting
        * ended 2: Handover Live, deps library changed [Cargo.toml] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn a_static_app_is_a_handover() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        built 2 static
        ~boot 2 2
        ~host 1 yielded
        host 2 accepting
        "
    ), @r"
    > built 2 static
        spawn host 2 with build 2
        * app HandingOver pid 101 live 1
    > host 2 accepting
        * ended 2: Handover Live, linked statically: `ring` cannot be shared [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.so
        * app Running pid 102 live 2
    ");
}

#[test]
fn without_hot_every_change_is_a_handover() {
    insta::assert_snapshot!(run(
        "
        start
        ~built 1
        ~boot 1 1
        ~host 1 accepting
        ~edit src/a.rs library
        built 2
        ~boot 2 2
        ~host 1 yielded
        host 2 accepting
        "
    ), @r"
    > start
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > built 2
        spawn host 2 with build 2
        * app HandingOver pid 101 live 1
    > host 2 accepting
        * ended 2: Handover Live, hot is off [src/a.rs] 10+0+0=10 ms
        host 2 <- pages: live 2
        host 1 <- drain within 10000 ms
        keep /t/1.so /t/2.so
        * app Running pid 102 live 2
    ");
}
