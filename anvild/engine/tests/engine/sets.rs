//! Apps of several libraries: a host is always told all of them, and keeps those whose source it runs already.

use crate::script::run_roomy;

/// Both libraries serve.
const UP: &str = "
    ~start hot
    ~built 1 posts=1 users=1
    ~host 1 spawned
    ~host 1 hello
    ~host 1 loaded 1
    ~host 1 accepting
";

fn after_up(text: &str) -> String {
    run_roomy(&format!("{UP}{text}"))
}

#[test]
fn a_host_boots_with_all() {
    insta::assert_snapshot!(run_roomy(
        "
        ~start hot
        built 1 posts=1 users=1
        ~host 1 spawned
        host 1 hello
        "
    ), @r#"
    > built 1 posts=1 users=1
        spawn host 1 with build 1
        page: starting
    > host 1 hello
        host 1 <- load 1 /t/posts-1.so /t/users-1.so
    "#);
}

#[test]
fn an_edit_of_one_names_the_other_as_it_is() {
    insta::assert_snapshot!(after_up(
        "
        ~edit posts/src/lib.rs library
        built 2 posts=2 users=1
        host 1 loaded 2
        "
    ), @r#"
    > built 2 posts=2 users=1
        host 1 <- load 2 /t/posts-2.so /t/users-1.so
    > host 1 loaded 2
        * ended 2: Swap Live, replayed blog [posts/src/lib.rs] 10+0+0=10 ms
        host 1 <- pages: live 2
        keep /t/posts-1.so /t/posts-2.so /t/users-1.so
        * app Running pid 101 live 2
    "#);
}

#[test]
fn patches_of_both_stay_live() {
    insta::assert_snapshot!(after_up(
        "
        ~edit posts/src/lib.rs library
        patched 2 posts=2~ users=1
        ~host 1 loaded 2
        ~built 2 posts=2 users=1
        ~edit users/src/lib.rs library
        patched 3 posts=2 users=3~
        ~host 1 loaded 3
        built 3 posts=2 users=3
        restart
        ~host 2 spawned
        host 2 hello
        "
    ), @r#"
    > patched 2 posts=2~ users=1
        host 1 <- load 2 /t/posts-2.patch.so /t/users-1.so
    > patched 3 posts=2 users=3~
        host 1 <- load 3 /t/posts-2.patch.so /t/users-3.patch.so
    > built 3 posts=2 users=3
        keep /t/posts-1.so /t/posts-2.patch.so /t/posts-2.so /t/posts.base.so /t/users-1.so /t/users-3.patch.so /t/users-3.so /t/users.base.so
    > restart
        spawn host 2 with build 3
        * app HandingOver pid 101 live 3
    > host 2 hello
        host 2 <- load 3 /t/posts-2.so /t/users-3.so
    "#);
}

#[test]
fn a_patch_is_taken_back_and_that_of_the_other_stays() {
    insta::assert_snapshot!(after_up(
        "
        ~edit posts/src/lib.rs library
        ~patched 2 posts=2~ users=1
        ~host 1 loaded 2
        ~built 2 posts=2 users=1
        ~edit users/src/lib.rs library
        ~patched 3 posts=2 users=3~
        ~host 1 loaded 3
        failed 3 no such field
        host 1 loaded 2
        ~edit users/src/lib.rs library
        built 4 posts=2 users=4
        "
    ), @r#"
    > failed 3 no such field
        * diagnostics:
            Error E0609 (Build) /p/src/a.rs:3:5 no such field
        * ended 3: Patch Failed, no such field [users/src/lib.rs] 0+0+0=0 ms
        host 1 <- pages: failed 3: no such field (error: no such field)
        keep /t/posts-1.so /t/posts-2.patch.so /t/posts-2.so /t/posts.base.so /t/users-1.so /t/users-3.patch.so /t/users.base.so
        host 1 <- load 2 /t/posts-2.patch.so /t/users-1.so
    > host 1 loaded 2
        * ended 2: Swap Live, rolled back: the full build failed [] 0+0+0=0 ms
        host 1 <- pages: live 2
        host 1 <- pages: failed 3: no such field (error: no such field)
        keep /t/posts-1.so /t/posts-2.patch.so /t/posts-2.so /t/posts.base.so /t/users-1.so /t/users-3.patch.so /t/users.base.so
        * app Running pid 101 live 2
    > built 4 posts=2 users=4
        host 1 <- load 4 /t/posts-2.patch.so /t/users-4.so
        * diagnostics: none
    "#);
}

#[test]
fn both_change_while_a_patch_is_audited() {
    insta::assert_snapshot!(after_up(
        "
        ~edit posts/src/lib.rs library
        ~patched 2 posts=2~ users=1
        ~host 1 loaded 2
        ~edit users/src/lib.rs library
        cancelled 2
        built 3 posts=3 users=3
        host 1 loaded 3
        "
    ), @r#"
    > cancelled 2
        keep /t/posts-1.so /t/posts-2.patch.so /t/posts.base.so /t/users-1.so
        build 3: library
        * building 3: source changed
        host 1 <- pages: building 3
    > built 3 posts=3 users=3
        host 1 <- load 3 /t/posts-3.so /t/users-3.so
    > host 1 loaded 3
        * ended 3: Swap Live, replayed blog [users/src/lib.rs] 10+0+0=10 ms
        host 1 <- pages: live 3
        keep /t/posts-1.so /t/posts-2.patch.so /t/posts-3.so /t/posts.base.so /t/users-1.so /t/users-3.so
        * app Running pid 101 live 3
    "#);
}

#[test]
fn a_patch_that_is_refused_is_followed_by_the_whole_of_that_one() {
    insta::assert_snapshot!(after_up(
        "
        ~edit posts/src/lib.rs library
        ~patched 2 posts=2~ users=1
        host 1 refused 2 of posts panicked src/lib.rs:9:5 oh
        built 2 posts=2 users=1
        "
    ), @r#"
    > host 1 refused 2 of posts panicked src/lib.rs:9:5 oh
    > built 2 posts=2 users=1
        host 1 <- load 2 /t/posts-2.so /t/users-1.so
    "#);
}

#[test]
fn a_refusal_names_the_library() {
    insta::assert_snapshot!(after_up(
        "
        ~edit posts/src/lib.rs library
        ~built 2 posts=2 users=1
        host 1 refused 2 of posts symbol anvil_register_routes
        ~edit posts/src/lib.rs library
        ~built 3 posts=3 users=1
        host 1 refused 3 of users boot-changed
        "
    ), @r#"
    > host 1 refused 2 of posts symbol anvil_register_routes
        * diagnostics:
            Error ANV0201 (Reload) the app library `posts` does not export `anvil_register_routes`
        * ended 2: Swap Refused, the app library `posts` does not export `anvil_register_routes` [posts/src/lib.rs] 10+0+0=10 ms
        host 1 <- pages: failed 2: the app library `posts` does not export `anvil_register_routes` (ANV0201: the app library `posts` does not export `anvil_register_routes` /   help: put `#[anvilforge::routes]` on the function that registers the routes)
    > host 1 refused 3 of users boot-changed
        spawn host 2 with build 3
        * app HandingOver pid 101 live 1
    "#);
}
