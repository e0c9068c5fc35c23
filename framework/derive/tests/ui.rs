//! What the compiler says about wrong uses: each file under `ui` with the message next to it.

#[test]
fn wrong_uses_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
