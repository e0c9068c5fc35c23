//! What views render.

use std::collections::BTreeMap;

use forge::View;
use forge_compiled_tests::{Post, Secret, post, view};

fn check(view: View, expected: &str) {
    let html = view.render().expect("it renders");
    let lines = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&html), lines(expected));
}

#[derive(serde::Serialize)]
struct User {
    name: String,
}

#[test]
fn a_page_with_a_layout_and_components() {
    let posts = vec![post("A & B", &["x"])];
    let view = view!("index", posts, title = "Posts");
    assert_eq!(
        view.render().expect("it renders"),
        "<title>Posts</title>\n<main><div class=\"card hot mb-4\" data-kind=\"info\">\n<h2>A &#38; B</h2>\
         About A &#38; B\n<footer class=\"f\">1/1</footer>\n</div>\n</main>\n<script></script>"
    );
    check(view!("index", posts = Vec::<Post>::new(), title = "None"), "<title>None</title>\n<main><p>Nothing yet.</p>\n</main>");
}

#[test]
fn expressions() {
    let names = vec!["Ann".to_owned(), "Bo".to_owned()];
    let view = view!(
        "expressions",
        a = 1,
        b = 3_i64,
        names,
        pair = ("x", 'y'),
        yes = true,
        type = "t",
        user = User { name: "ada".to_owned() },
        some = Some("s"),
        kind = String::from("b"),
        nothing = None::<String>,
        title = "title",
        price = 2.345,
    );
    check(
        view,
        "7 2 Bo x -3 false\nt ADA 5\ns ab one\nb-1 3.5 6 <b> &#60;b&#62;  s 2\nTITLE tit... Ann+Bo d 2.3",
    );
}

#[test]
fn conditions() {
    let view = view!("conditions", some = Some(2), nothing = None::<u8>, list = vec![1, 2], kind = "c".to_owned());
    check(view, "unset\n2\nnothing\nempty\n2\n2\nfull\nnot both\nBC\ntwo");
}

#[test]
fn loops() {
    let posts = vec![post("A", &["x", "y"]), post("B", &[])];
    let map = BTreeMap::from([("k", 1), ("l", 2)]);
    let none: Vec<u8> = Vec::new();
    check(view!("loops", posts, map, none), "1/2:A, [00x!][01y!]\n2/2:B\n13\nk=1;l=2;\nx\nnone\n012\nBA");
}

#[test]
fn includes_see_what_they_are_given() {
    let posts = vec![post("A", &[]), post("B", &[])];
    let none: Vec<Post> = Vec::new();
    let view = view!("includes", posts, post = post("P", &[]), title = "T", none);
    check(
        view,
        "<i>T</i>\n<i>P true</i>\n<i>T false</i>\n<i>T</i>\n<i>T</i>\n<i>alone</i>\n<li>0A</li>\n<li>1B</li>\nno posts\nT",
    );
}

#[test]
fn stacks_and_fragments() {
    check(view!("stacks", n = 5), "once\n[b][a][c]|[yes]\n<p>5</p>");
    check(view!("stacks", n = 6).fragment("part"), "<p>6</p>");
}

#[test]
fn components_pass_values_on() {
    check(
        view!("aware", some = Some("y"), n = 2_u8),
        "<ul><li class=\"red\">x1</li>\n<li class=\"red\">y22</li>\n</ul>\n<li class=\"gray\">1</li>\n\
         <li class=\"gray\">9</li>\n<h1 class=\"t\">2</h1>\n<li class=\"gray\">1</li>\n<li class=\"gray\">1</li>",
    );
}

#[test]
fn types_without_a_form_and_functions_of_the_place() {
    fn helper(n: i32) -> i32 {
        n * 21
    }
    check(view!("secret", secret = Secret), "&#60;secret&#62; 42");
}

#[test]
fn forms_and_services() {
    check(
        view!("forms", yes = true, list = vec![1]),
        "<input class=\"a b\" style=\"c: d;\" checked >true\n<input type=\"hidden\" name=\"_method\" value=\"PUT\">[1]JSON.parse('[1]')\n\
         out p\n/a  k some.key false y",
    );
}

#[derive(anvil_derive::View)]
#[view("partials.row", crate = ::forge)]
struct Row {
    title: String,
    n: u8,
}

#[test]
fn a_struct_is_a_view() {
    check(Row { title: "R".to_owned(), n: 2 }.into_view(), "<i>R true</i>");
    check(View::from(Row { title: "R".to_owned(), n: 0 }), "<i>R false</i>");
}

#[test]
fn what_the_app_was_built_with() {
    let row = forge::embedded!().iter().find(|(name, _, _)| *name == "partials.row").expect("it is there");
    assert_eq!(row.1, "templates/partials/row.forge.html");
    assert!(row.2.starts_with("<i>"));
}
