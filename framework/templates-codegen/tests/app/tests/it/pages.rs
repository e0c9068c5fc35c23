//! What views render.

use std::collections::BTreeMap;
use std::sync::Arc;

use forge::{AttributeBag, Engine, Forge, Map, Render, Result, Services, Slots, Texts, View};
use forge_compiled_tests::{Alert, Post, Secret, post, view};

fn check(view: View, expected: &str) {
    let html = view.render().expect("it renders");
    assert_eq!(html, expected);
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
        "<title>Posts</title>\n<main><div class=\"card hot mb-4\" data-kind=\"info\">\n<h2>A &#38; B</h2>About A &#38; B\n<footer class=\"f\">1/1</footer>\n</div>\n</main>\n<script></script>"
    );
    check(
        view!("index", posts = Vec::<Post>::new(), title = "None"),
        "<title>None</title>\n<main><p>Nothing yet.</p>\n</main>\n<script></script>",
    );
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
    check(view, "7 2 Bo x -3 false\nt ADA 5\ns ab one\nb-1 3.5 6 <b> &#60;b&#62;  s 2\nTITLE tit... Ann+Bo d 2.3\n");
}

#[test]
fn conditions() {
    let view = view!("conditions", some = Some(2), nothing = None::<u8>, list = vec![1, 2], kind = "c".to_owned());
    check(view, "unset 2 nothing  empty  2 2  full  not both  BC  two ");
}

#[test]
fn loops() {
    let posts = vec![post("A", &["x", "y"]), post("B", &[])];
    let map = BTreeMap::from([("k", 1), ("l", 2)]);
    let none: Vec<u8> = Vec::new();
    check(view!("loops", posts, map, none), "1/2:A, [00x!][01y!]2/2:B 13k=1;l=2;x none 012BA");
}

#[test]
fn includes_see_what_they_are_given() {
    let posts = vec![post("A", &[]), post("B", &[])];
    let none: Vec<Post> = Vec::new();
    let view = view!("includes", posts, post = post("P", &[]), title = "T", none);
    check(
        view,
        "<i>T</i>\n<i>P true</i>\n<i>T false</i>\n<i>T</i>\n<i>T</i>\n<i>alone</i>\n<li>0A</li>\n<li>1B</li>\nno postsT\n",
    );
}

#[test]
fn stacks_and_fragments() {
    check(view!("stacks", n = 5), "once     [b][a][c]|[yes]<p>5</p>");
    check(view!("stacks", n = 6).fragment("part"), "<p>6</p>");
}

#[test]
fn components_pass_values_on() {
    check(
        view!("aware", some = Some("y"), n = 2_u8),
        "<ul><li class=\"red\">x1</li>\n<li class=\"red\">y22</li></ul>\n<li class=\"gray\">1</li>\n<li class=\"gray\">9</li>\n<h1 class=\"t\">2</h1><li class=\"gray\">1</li>\n<li class=\"gray\">1</li>\n",
    );
}

#[test]
fn types_without_a_form_and_functions_of_the_place() {
    fn helper(n: i32) -> i32 {
        n * 21
    }
    check(view!("secret", secret = Secret), "&#60;secret&#62; 42\n");
}

#[test]
fn forms_and_services() {
    check(
        view!("forms", yes = true, list = vec![1]),
        "<input class=\"a b\" style=\"c: d;\" checked >true<input type=\"hidden\" name=\"_method\" value=\"PUT\">[1]JSON.parse('[1]')  out   p  /a  k some.key false y\n",
    );
}

#[derive(forge_compiled_tests::facade::View)]
#[view("partials.row", crate = ::forge_compiled_tests::facade::forge)]
struct Row {
    title: String,
    n: u8,
}

#[test]
fn a_struct_is_a_view() {
    check(Row { title: "R".to_owned(), n: 2 }.into_view(), "<i>R true</i>\n");
    check(View::from(Row { title: "R".to_owned(), n: 0 }), "<i>R false</i>\n");
}

#[test]
fn what_the_app_was_built_with() {
    let row = forge::embedded!().iter().find(|(name, _, _)| *name == "partials.row").expect("it is there");
    assert_eq!(row.1, "templates/partials/row.forge.html");
    assert!(row.2.starts_with("<i>"));
}

/// Says what it is asked for, in place of rendering it.
struct Echoing;

impl Engine for Echoing {
    fn view(&self, name: &str, variables: Map, isolated: bool, render: &mut Render) -> Result<()> {
        let shown: Vec<String> = variables.iter().map(|(key, value)| format!("{key}={}", value.kind())).collect();
        render.text(&format!("[{name} {isolated} {}]", shown.join(" ")));
        Ok(())
    }

    fn component(&self, names: &[&str], attributes: AttributeBag, slots: Slots, render: &mut Render) -> Result<()> {
        render.text(&format!("[{} {attributes} {}]", names[0], slots.default_slot()));
        Ok(())
    }

    fn text(&self, _: &str, _: Map, _: &mut Render) -> Result<()> {
        Ok(())
    }

    fn exists(&self, name: &str) -> bool {
        name != "gone"
    }

    /// Only the code of this view is up to date.
    fn is_current(&self, texts: Texts) -> bool {
        matches!(texts, [("partials.row", _)])
    }
}

fn with_engine(is_live: bool) -> Arc<Services> {
    let forge = Forge::new().engine(Arc::new(Echoing)).live(is_live);
    Arc::new(Services { forge: Arc::new(forge), ..Services::default() })
}

#[test]
fn names_that_are_known_when_the_page_is_made_go_through_the_engine() {
    let html = view!("dynamic", name = "some.view", secret = Secret, n = 1).render_with(with_engine(false));
    assert_eq!(
        html.expect("it renders"),
        "[some.view false name=text secret=value that only Rust knows n=text m=bool][some.view true n=whole number]\
         [components.some.view a=\"1\" <b>1</b>]"
    );
}

#[test]
fn where_templates_are_live_the_engine_renders_what_is_not_up_to_date() {
    let render = |view: View| view.render_with(with_engine(true)).expect("it renders");
    assert_eq!(render(view!("partials.row", title = "T")), "<i>T</i>\n");
    assert_eq!(render(view!("stacks", n = 1)), "[stacks false n=whole number]");
}

/// Components with code, in both engines: all that the interpreter cannot do is to call methods.
#[test]
fn components_with_code() {
    let kinds = vec!["a".to_owned(), "nothing".to_owned()];
    let view = view!("alerts", kind = "info".to_owned(), name = "A & B", level = 7_u8, kinds);
    check(
        view,
        "<p class=\"a &copy;\">!danger false 4 T A &#38;#38; B ! now </p>\n<p id=\"1\">iinfo true 8 A &#38; B </p>\n\
         <p >ia false 4  </p>\n<p data-x=\"y\">ik true 10  </p>\n",
    );
}

#[test]
fn the_interpreter_makes_the_same_structs() {
    let of = |page: &str| {
        let loader = forge::engine::EmbeddedLoader::new(&[(
            "components.alert",
            "<p {{ attributes }}>{{ kind }} {{ dismissible }} {{ level }} {{ title }} {{ component.kind }}</p>",
        )]);
        let interpreter = forge::engine::Interpreter::new(loader).component::<Alert>("alert");
        let forge = Forge::new().engine(Arc::new(interpreter));
        forge.render_str(page, Map::new()).map_err(|error| error.to_string())
    };
    assert_eq!(
        of("<x-alert kind=\"a\" dismissible :level=\"1 + 1\" class=\"c\" />").expect("it renders"),
        "<p class=\"c\">a true 2  a</p>"
    );
    assert_eq!(of("<x-alert kind=\"nothing\">{{ missing }}</x-alert>").expect("it renders"), "");
    assert!(of("<x-alert />").expect_err("it needs a kind").contains("`kind`"));
    assert!(of("<x-alert kind=\"a\" level=\"b\" />").expect_err("no number").contains("the prop `level` of `alert`"));
}
