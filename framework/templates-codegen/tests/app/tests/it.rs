//! Compiled templates, rendered.

use forge::View;
use forge_compiled_tests::{post, view};

fn check(view: View, expected: &str) {
    assert_eq!(view.render().expect("it renders"), expected);
}

#[test]
fn a_page_with_a_layout_and_components() {
    let posts = vec![post("A & B", &["x"])];
    check(
        view!("index", posts, title = "Posts"),
        "<title>Posts</title>\n<main>\n<div class=\"card hot mb-4\" data-kind=\"info\">\n<h2>A &#38; B</h2>\nAbout A &#38; B\n<footer class=\"f\">1/1</footer>\n</div>\n</main>\n<script></script>",
    );
}
