//! The text of string literals.

use forge_codegen::literal;

#[track_caller]
fn check(expression: &str, text: Option<&str>) {
    assert_eq!(literal(expression).as_deref(), text, "{expression}");
}

#[test]
fn strings_of_every_kind() {
    check(r#""posts.index""#, Some("posts.index"));
    check("'posts.index'", Some("posts.index"));
    check("'x'", Some("x"));
    check(r"'it\'s'", Some("it's"));
    check("\"\"", Some(""));
    check("''", Some(""));
    check(r#""a\n\t\\\"\x41\u{e4}\0""#, Some("a\n\t\\\"Aä\0"));
    check("\"a\\\n   b\"", Some("ab"));
    check(r###"r#"a "b" \n"#"###, Some(r#"a "b" \n"#));
    check(r#"r"a""#, Some("a"));
}

#[test]
fn anything_else_is_no_text() {
    for expression in
        ["", "a", "route", "\"a\" + b", "'a' + 'b'", "b\"a\"", "1", "'a", "\"a", r#""\q""#, "\"\\x4", "r\"a"]
    {
        check(expression, None);
    }
}
