//! What is built, when, and what a build that does not succeed leaves behind.

use crate::script::run;

#[test]
fn an_edit_builds_the_library() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    ");
}

#[test]
fn a_newer_save_cancels_the_running_build() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        edit src/b.rs library
        edit src/c.rs library
        cancelled 2
        +100ms
        built 4
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > edit src/b.rs library
        * changed 3: src/b.rs
        * ended 2: Swap Cancelled, replaced by generation 3 [src/a.rs] 10+0+0=10 ms
        cancel build
    > edit src/c.rs library
        * changed 4: src/c.rs
        * ended 3: Swap Cancelled, replaced by generation 4 [src/b.rs src/a.rs] 10+0+0=10 ms
    > cancelled 2
        build 4: library
        * building 4: source changed
        host 1 <- pages: building 4
    > +100ms
    > built 4
        host 1 <- load 4 /t/4.so
    ");
}

#[test]
fn cargo_dominates_and_the_first_reason_is_kept() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit Cargo.toml cargo:Cargo.toml_changed
        edit src/a.rs library
        edit Cargo.lock cargo:Cargo.lock_changed
        cancelled 2
        "
    ), @r"
    > edit Cargo.toml cargo:Cargo.toml_changed
        * changed 2: Cargo.toml
        build 2: cargo (Cargo.toml changed)
        * building 2: Cargo.toml changed
        host 1 <- pages: building 2
    > edit src/a.rs library
        * changed 3: src/a.rs
        * ended 2: Swap Cancelled, replaced by generation 3 [Cargo.toml] 10+0+0=10 ms
    > edit Cargo.lock cargo:Cargo.lock_changed
        * changed 4: Cargo.lock
        * ended 3: Swap Cancelled, replaced by generation 4 [src/a.rs Cargo.toml] 10+0+0=10 ms
        cancel build
    > cancelled 2
        build 4: cargo (Cargo.toml changed)
        * building 4: Cargo.toml changed
        host 1 <- pages: building 4
    ");
}

#[test]
fn a_save_during_cargo_lets_it_end_and_builds_the_newer_source_after_it() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit Cargo.toml cargo:Cargo.toml_changed
        edit src/a.rs library
        built 2
        built 3
        "
    ), @r"
    > edit Cargo.toml cargo:Cargo.toml_changed
        * changed 2: Cargo.toml
        build 2: cargo (Cargo.toml changed)
        * building 2: Cargo.toml changed
        host 1 <- pages: building 2
    > edit src/a.rs library
        * changed 3: src/a.rs
        * ended 2: Swap Cancelled, replaced by generation 3 [Cargo.toml] 10+0+0=10 ms
    > built 2
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3
        host 1 <- load 3 /t/3.so
    ");
}

#[test]
fn a_build_that_ended_before_it_could_be_cancelled_is_not_shown() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        edit src/a.rs library
        built 2
        built 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > edit src/a.rs library
        * changed 3: src/a.rs
        * ended 2: Swap Cancelled, replaced by generation 3 [src/a.rs] 10+0+0=10 ms
        cancel build
    > built 2
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3
        host 1 <- load 3 /t/3.so
    ");
}

#[test]
fn a_failed_build_leaves_the_old_generation_up() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        +300ms
        failed 2 no such field
        edit src/a.rs library
        built 3
        host 1 loaded 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > +300ms
    > failed 2 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 2: Swap Failed, no such field [src/a.rs] 10+300+0=310 ms
        host 1 <- pages: failed 2: no such field (error: no such field)
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3
        host 1 <- load 3 /t/3.so
        * diagnostics: none
    > host 1 loaded 3
        * ended 3: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/3.so
        * app Running pid 101 live 3
    ");
}

#[test]
fn a_failed_cargo_build_is_a_cargo_build_again() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit Cargo.toml cargo:Cargo.toml_changed
        failed 2 no such crate
        edit src/a.rs library
        "
    ), @r"
    > edit Cargo.toml cargo:Cargo.toml_changed
        * changed 2: Cargo.toml
        build 2: cargo (Cargo.toml changed)
        * building 2: Cargo.toml changed
        host 1 <- pages: building 2
    > failed 2 no such crate
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such crate
        * ended 2: Swap Failed, no such crate [Cargo.toml] 10+0+0=10 ms
        host 1 <- pages: failed 2: no such crate (error: no such crate)
    > edit src/a.rs library
        * changed 3: src/a.rs
        build 3: cargo (Cargo.toml changed)
        * building 3: Cargo.toml changed
        host 1 <- pages: building 3
    ");
}

#[test]
fn the_first_build_fails() {
    insta::assert_snapshot!(run(
        "
        start hot
        failed 1 no such field
        edit src/a.rs library
        "
    ), @r"
    > start hot
        build 1: cargo (first build)
        * building 1: first build
        page: building
        * app Starting live 0
    > failed 1 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 1: Restart Failed, no such field [] 0+0+0=0 ms
        page: no such field (error: no such field)
        * app Failed live 0
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: cargo (first build)
        * building 2: first build
        page: building
        * app Starting live 0
    ");
}

/// It is served all the same: hosts read `public/` at every request.
#[test]
fn a_static_file_does_not_make_bad_source_live() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~failed 2 no such field
        edit public/a.css advance
        wait 1 5s
        edit src/a.rs library
        built 4
        host 1 loaded 4
        "
    ), @r"
    > edit public/a.css advance
        * changed 3: public/a.css
        * ended 3: Swap Failed, generation 2: no such field [public/a.css] 10+0+0=10 ms
    > wait 1 5s
        wait 1: Failed, waited for 3, live 1 [E0609]
    > edit src/a.rs library
        * changed 4: src/a.rs
        build 4: library
        * building 4: source changed
        host 1 <- pages: building 4
    > built 4
        host 1 <- load 4 /t/4.so
        * diagnostics: none
    > host 1 loaded 4
        * ended 4: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 4
        keep /t/1.so /t/4.so
        * app Running pid 101 live 4
    ");
}

#[test]
fn configuration_applies_while_the_source_is_bad() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~failed 2 no such field
        edit .env configure
        host 1 configured 1 applied
        "
    ), @r"
    > edit .env configure
        * changed 3: .env
        * ended 3: Swap Failed, generation 2: no such field [.env] 10+0+0=10 ms
        host 1 <- configure 1
    > host 1 configured 1 applied
    ");
}

#[test]
fn a_static_file_during_a_build_does_not_cancel_it() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        edit public/a.css advance
        built 2
        host 1 loaded 3
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > edit public/a.css advance
        * changed 3: public/a.css
    > built 2
        host 1 <- load 3 /t/2.so
    > host 1 loaded 3
        * ended 2: Swap Live, replayed blog [src/a.rs] 10+0+0=10 ms
        * ended 3: Swap Live, replayed blog [public/a.css] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/2.so
        * app Running pid 101 live 3
    ");
}

#[test]
fn a_static_file_during_a_build_that_fails_ends_with_it() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit src/a.rs library
        edit public/a.css advance
        failed 2 no such field
        "
    ), @r"
    > edit src/a.rs library
        * changed 2: src/a.rs
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > edit public/a.css advance
        * changed 3: public/a.css
    > failed 2 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 2: Swap Failed, no such field [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: no such field (error: no such field)
        * ended 3: Swap Failed, generation 2: no such field [public/a.css] 10+0+0=10 ms
    ");
}

#[test]
fn warnings_replace_errors() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        ~failed 2 no such field
        ~edit src/a.rs library
        built 3 warned
        "
    ), @r"
    > built 3 warned
        host 1 <- load 3 /t/3.so
        * diagnostics:
            Warning unused_variables (Build) unused variable: `x`
    ");
}

#[test]
fn a_build_without_a_result_is_a_failure() {
    insta::assert_snapshot!(run(
        "
        ~up
        ~edit src/a.rs library
        cancelled 2
        "
    ), @r"
    > cancelled 2
        * diagnostics:
            Error ANV0109 (Build) the build ended without a result
        * ended 2: Swap Failed, the build ended without a result [src/a.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the build ended without a result (ANV0109: the build ended without a result /   help: save any source file to build again)
    ");
}

#[test]
fn results_that_nobody_waits_for_are_ignored() {
    insta::assert_snapshot!(run(
        "
        ~up
        built 7
        failed 1 old
        "
    ), @r"
    > built 7
    > failed 1 old
    ");
}

#[test]
fn many_files_are_counted() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit a b c d e f g h i j library
        edit a k library
        "
    ), @r"
    > edit a b c d e f g h i j library
        * changed 2: a b c d e f g h and 2 more
        build 2: library
        * building 2: source changed
        host 1 <- pages: building 2
    > edit a k library
        * changed 3: a k
        * ended 2: Swap Cancelled, replaced by generation 3 [a b c d e f g h and 2 more] 10+0+0=10 ms
        cancel build
    ");
}

#[test]
fn pages_refresh_where_only_templates_were_saved() {
    insta::assert_snapshot!(run(
        "
        ~up
        edit templates/a.forge.html templates/b.forge.html library
        built 2
        host 1 loaded 2
        edit templates/a.forge.html src/a.rs library
        built 3
        host 1 loaded 3
        edit src/a.rs library
        edit templates/a.forge.html library
        "
    ), @r"
    > edit templates/a.forge.html templates/b.forge.html library
        * changed 2: templates/a.forge.html templates/b.forge.html
        build 2: library
        * building 2: source changed
        host 1 <- pages: refresh, building 2
    > built 2
        host 1 <- load 2 /t/2.so
    > host 1 loaded 2
        * ended 2: Swap Live, replayed blog [templates/a.forge.html templates/b.forge.html] 10+0+0=10 ms
        host 1 <- pages: live 2
        keep /t/1.so /t/2.so
        * app Running pid 101 live 2
    > edit templates/a.forge.html src/a.rs library
        * changed 3: templates/a.forge.html src/a.rs
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3
        host 1 <- load 3 /t/3.so
    > host 1 loaded 3
        * ended 3: Swap Live, replayed blog [templates/a.forge.html src/a.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/1.so /t/2.so /t/3.so
        * app Running pid 101 live 3
    > edit src/a.rs library
        * changed 4: src/a.rs
        build 4: library
        * building 4: source changed
        host 1 <- pages: building 4
    > edit templates/a.forge.html library
        * changed 5: templates/a.forge.html
        * ended 4: Swap Cancelled, replaced by generation 5 [src/a.rs] 10+0+0=10 ms
        cancel build
    ");
}
