//! What the compiler says about code that does not fit. `TRYBUILD=overwrite` writes the snapshots anew.

#[test]
fn messages_say_what_fits() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
