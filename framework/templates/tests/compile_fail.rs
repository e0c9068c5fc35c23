//! What the compiler says where a template cannot mean anything.

#[test]
fn mistakes_have_messages() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
