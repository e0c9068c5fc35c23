//! What one Rust file says.

use std::{path::PathBuf, sync::Arc};

use crate::index::{
    RustFile, RustIndex,
    rust::{KeyKind, ViewUseKind},
};

fn read(text: &str) -> RustFile {
    RustFile::read(text).expect("it parses")
}

fn index(files: &[(&str, &str)]) -> RustIndex {
    RustIndex::new(files.iter().map(|(path, text)| (PathBuf::from(path), Arc::new(read(text)))).collect())
}

/// The types of what the only `view!` of the first file is given.
fn check_given(files: &[(&str, &str)], expected: &[&str]) {
    let index = index(files);
    let path = PathBuf::from(files[0].0);
    let shown = index.files[&path].views.first().expect("a view is shown");
    let given: Vec<String> = shown
        .variables
        .iter()
        .map(|variable| {
            let ty = index.given_type(&path, variable).map_or_else(|| "_".to_owned(), |ty| ty.show());
            format!("{}: {ty}", variable.name)
        })
        .collect();
    assert_eq!(given, expected, "{}", files[0].1);
}

fn check_body(body: &str, expected: &[&str]) {
    let model = "
        pub struct Post { pub title: String, pub author: User, pub tags: Vec<Tag> }
        pub struct User { pub name: String }
        pub struct Tag(pub String);
        pub struct Page<T> { pub items: Vec<T>, pub total: u64 }
        impl<T> Page<T> { pub fn first(&self) -> Option<&T> { None } }
        pub type Posts = Vec<Post>;
        pub enum Status { Draft, Live }
        pub const PER_PAGE: i64 = 10;
        impl Post {
            pub const LIMIT: usize = 3;
            pub async fn all(db: &Db) -> Result<Vec<Self>> { loop {} }
            pub async fn find(db: &Db, id: u32) -> Result<Self> { loop {} }
            pub fn page() -> Page<Post> { loop {} }
            pub fn excerpt(&self, words: usize) -> String { loop {} }
        }
        pub fn newest() -> Posts { loop {} }
        pub fn later() -> impl Future<Output = Result<User>> { loop {} }
    ";
    let handler = format!(
        "async fn handler(Path(id): Path<u32>, State(db): State<Db>, users: Vec<User>, post: &Post) -> Result<View> {{ {body} }}"
    );
    check_given(&[("src/a.rs", &handler), ("src/model.rs", model)], expected);
}

#[test]
fn parameters_are_typed_through_extractors() {
    check_body(r#"view!("a", id, db, users, post)"#, &["id: u32", "db: Db", "users: Vec<User>", "post: Post"]);
}

#[test]
fn results_of_the_project_are_followed() {
    check_body(
        r#"
        let posts = Post::all(&db).await?;
        let first = posts[0].clone();
        let name = first.author.name;
        let page = Post::page();
        let items = page.items;
        let newest = newest();
        let later = later().await.unwrap();
        Ok(view!("a", posts, first, name, items, newest, later, text = post.excerpt(3), one = page.first()))
        "#,
        &[
            "posts: Vec<Post>",
            "first: Post",
            "name: String",
            "items: Vec<Post>",
            "newest: Vec<Post>",
            "later: User",
            "text: String",
            "one: Option<Post>",
        ],
    );
}

#[test]
fn literals_and_constructors_say_their_type() {
    check_body(
        r#"view!("a", a = 1, b = 1u8, c = 2.5, d = "x", e = format!("{id}"), f = vec![1i64], g = (1u8, "x"), h = !true, i = id + 1,
            j = User { name: d }, k = String::new(), l = Some(post), m = Status::Draft, n = PER_PAGE * 2, o = Post::LIMIT, p = id as f32, q = 1 == 2, r = [post])"#,
        &[
            "a: i32",
            "b: u8",
            "c: f64",
            "d: str",
            "e: String",
            "f: Vec<i64>",
            "g: (u8, str)",
            "h: bool",
            "i: u32",
            "j: User",
            "k: String",
            "l: Option<Post>",
            "m: Status",
            "n: i64",
            "o: usize",
            "p: f32",
            "q: bool",
            "r: Vec<Post>",
        ],
    );
}

#[test]
fn closures_and_collections_are_followed() {
    check_body(
        r#"
        let names = users.iter().map(|user| user.name.clone()).collect::<Vec<_>>();
        let sorted: Vec<_> = users.into_iter().rev().collect();
        let lengths = post.tags.iter().map(|Tag(text)| text.len()).collect::<Vec<usize>>();
        let pairs = names.iter().enumerate().collect::<Vec<_>>();
        let parsed = "1".parse::<u16>().unwrap_or(3);
        let count = names.len();
        view!("a", names, sorted, lengths, pairs, parsed, count)
        "#,
        &[
            "names: Vec<String>",
            "sorted: Vec<User>",
            "lengths: Vec<usize>",
            "pairs: Vec<(usize, String)>",
            "parsed: u16",
            "count: usize",
        ],
    );
}

#[test]
fn branches_and_patterns_bind() {
    check_body(
        r#"
        let (a, b) = (1u8, post.author);
        let Post { title, author: User { name }, .. } = post else { return };
        let c = if id > 1 { Some(3u64) } else { None };
        let d = match c { Some(n) => n, None => 0 };
        if let Some(e) = users.first() {
            for f in &post.tags {
                return view!("a", a, b, title, name, c, d, e, f);
            }
        }
        "#,
        &["a: u8", "b: User", "title: String", "name: String", "c: Option<u64>", "d: u64", "e: User", "f: Tag"],
    );
}

#[test]
fn rows_of_queries_are_what_the_query_says() {
    check_body(
        r#"
        let all = sqlx::query_as::<_, Post>("select").bind(id).fetch_all(&db).await?;
        let one = sqlx::query_as!(User, "select").fetch_optional(&db).await?;
        let rows: Vec<Tag> = sqlx::query_as("select").fetch_all(&db).await?;
        view!("a", all, one, rows)
        "#,
        &["all: Vec<Post>", "one: Option<User>", "rows: Vec<Tag>"],
    );
}

#[test]
fn what_nobody_declares_is_unknown() {
    check_body(
        r#"let x = other::thing(); let y = x.into(); view!("a", x, y, z, w = id.foo().bar, v = { let id = "s"; id })"#,
        &["x: _", "y: _", "z: _", "w: _", "v: str"],
    );
}

#[test]
fn a_view_is_found_wherever_it_stands() {
    let text = r##"
        async fn a() -> View { Ok(tokio::join!(view!("one", a = 1))) }
        fn b() { let page = async move { match x { 1 => view!("two"), _ => forge::view!(crate = ::x; "three", type = 1,) } }; }
        fn c() { select! { x = y => view!("four", b = 2), } }
        fn d(forge: Forge) { forge.view("five", map); View::named(r"six", map); if forge.exists("seven") {} other.exists("no"); }
        mod inner { impl X { fn e(&self) { vec![view!(r#"eight"#, n)]; } } }
        fn f() { view!("nine", a = , b); println!("{}", view!("ten").render()); }
    "##;
    let file = read(text);
    let found: Vec<(&str, &str, Option<&str>)> = file
        .views
        .iter()
        .map(|shown| (shown.view.as_str(), &text[shown.span.range()], shown.function.as_deref()))
        .collect();
    let expected = [
        ("one", Some("a")),
        ("two", Some("b")),
        ("three", Some("b")),
        ("four", Some("c")),
        ("five", Some("d")),
        ("six", Some("d")),
        ("seven", Some("d")),
        ("eight", Some("e")),
        ("nine", Some("f")),
        ("ten", Some("f")),
    ];
    assert_eq!(found, expected.map(|(name, function)| (name, name, function)));
    assert_eq!(file.views[2].variables[0].name, "type");
    assert_eq!(file.views[4].kind, ViewUseKind::Name);
}

#[test]
fn structs_are_views_and_components() {
    let text = r#"
        /// The list.
        #[derive(Debug, View)]
        #[view("posts.index")]
        pub struct Index<'a> { pub posts: Vec<&'a Post>, r#type: Option<String> }

        #[derive(anvilforge::Component)]
        #[component("alert")]
        struct Alert {
            /// What kind.
            kind: String,
            #[prop(default = 3)]
            level: u8,
        }
    "#;
    let file = read(text);
    let shown = &file.views[0];
    assert_eq!(shown.kind, ViewUseKind::Struct("Index".to_owned()));
    let given: Vec<String> = shown
        .variables
        .iter()
        .map(|given| format!("{}: {}", given.name, given.ty.as_ref().expect("declared").show()))
        .collect();
    assert_eq!(given, ["posts: Vec<Post>", "type: Option<String>"]);
    assert_eq!(file.types[0].docs, "The list.");
    let alert = &file.types[1];
    assert_eq!((alert.component.as_deref(), alert.derives.as_slice()), (Some("alert"), &["Component".to_owned()][..]));
    assert_eq!(alert.fields[0].docs, "What kind.");
    assert_eq!((alert.fields[0].has_default, alert.fields[1].has_default), (false, true));
}

#[test]
fn functions_are_shown_as_they_are_declared() {
    let text = "
        impl<T: Clone> Page<T> {
            /// The first.
            ///
            /// Or none.
            pub(crate) async fn first(
                &self,
                Path(id): Path<u32>,
            ) -> Result<Option<T>> { loop {} }
        }
        fn free<T>(a: impl Into<String>, b: &[T]) {}
    ";
    let file = read(text);
    let first = &file.functions[0];
    assert_eq!(first.signature, "pub(crate) async fn first(&self, Path(id): Path<u32>) -> Result<Option<T>>");
    assert_eq!(first.docs, "The first.\n\nOr none.");
    assert_eq!((first.owner.as_deref(), first.takes_self), (Some("Page"), true));
    assert_eq!(&text[first.span.range()], "first");
    assert_eq!(first.output.as_ref().expect("it gives something").show(), "Result<Option<T>>");
    let parameters: Vec<String> =
        file.functions[1].parameters.iter().map(|(name, ty)| format!("{name}: {}", ty.show())).collect();
    assert_eq!(parameters, ["a: String", "b: [T]"]);
}

#[test]
fn places_count_from_the_beginning_of_the_file() {
    for before in ["", "\u{feff}", "#!/usr/bin/env run\n", "//! ä𝄞\n\n", "#![allow(dead_code)]\n"] {
        let text = format!("{before}/* ö */ fn f() {{ view!(\"ü.name\", größe = 1) }}");
        let file = read(&text);
        assert_eq!(&text[file.views[0].span.range()], "ü.name", "{before:?}");
        assert_eq!(&text[file.views[0].variables[0].span.range()], "größe", "{before:?}");
        assert_eq!(&text[file.functions[0].span.range()], "f", "{before:?}");
    }
}

fn check_routes(files: &[(&str, &str)], expected: &[&str]) {
    let index = index(files);
    let mut shown: Vec<String> = index
        .whole_routes()
        .into_iter()
        .map(|(_, route)| {
            format!(
                "{} {} {} {}",
                route.method,
                route.path,
                route.name.unwrap_or_default(),
                route.handler.unwrap_or_default()
            )
        })
        .collect();
    shown.sort();
    assert_eq!(shown, expected);
}

#[test]
fn routes_know_the_groups_around_them() {
    let text = r#"
        #[anvilforge::routes]
        pub fn routes(r: &mut RouteSink) {
            r.get("/", pages::home).name("home");
            r.group("/posts", |r| {
                r.get("/", posts::index).middleware("auth").name("index");
                r.group("/{id}/", |inner| { inner.post("/like", |id: Path<u32>| async move { 1 }).name("like"); }).name("one.");
                r.route("GET|post", "/search", search);
            })
            .middleware(log)
            .name("posts.");
            r.forge(|forge| forge.share("a", 1)).any("/x", x);
            let map = HashMap::new();
            map.get("/not", "a route");
        }
        #[cfg(test)]
        mod tests { fn t(r: &mut RouteSink) { r.get("/test", x).name("test"); } }
    "#;
    check_routes(
        &[("src/lib.rs", text)],
        &[
            "ANY /x  x",
            "GET / home pages::home",
            "GET /posts posts.index posts::index",
            "GET|POST /posts/search  search",
            "POST /posts/{id}/like posts.one.like ",
        ],
    );
}

#[test]
fn routes_of_other_functions_are_found_below_their_prefixes() {
    let main = r#"
        pub fn routes(r: &mut RouteSink) {
            r.group("/admin", |r| { users::routes(r); r.group("/more", posts::routes).name("more."); }).name("admin.");
            posts::routes(r);
        }
    "#;
    let users = r#"pub fn routes(r: &mut RouteSink) { r.get("/users", index).name("users"); }"#;
    let posts = r#"pub fn routes(r: &mut RouteSink) { r.get("/posts", index).name("posts"); }"#;
    let tests = r#"fn app(r: &mut RouteSink) { r.get("/test", index).name("test"); }"#;
    check_routes(
        &[("src/lib.rs", main), ("src/users.rs", users), ("src/posts/mod.rs", posts), ("tests/app.rs", tests)],
        &[
            "GET /admin/more/posts admin.more.posts index",
            "GET /admin/users admin.users index",
            "GET /posts posts index",
        ],
    );
}

#[test]
fn the_span_of_a_route_is_its_name_else_its_path() {
    let text = r#"fn routes(r: &mut RouteSink) { r.get("/a", a).name("one"); r.get("/b", b); }"#;
    let file = read(text);
    let spans: Vec<&str> = file.routes.iter().map(|route| &text[route.span.range()]).collect();
    assert_eq!(spans, ["one", "/b"]);
}

#[test]
fn keys_are_found_by_what_they_are_passed_to() {
    let text = r#"
        fn f(urls: Urls, config: &Config, state: S) {
            urls.to("posts.show", &[("id", &1)]);
            state.urls.absolute("home", &[]);
            config.value::<String>("mail.from");
            state.config().value::<u8>("limit");
            trans("hello");
            other.to("nothing", 1);
            map.value("nothing");
        }
    "#;
    let file = read(text);
    let keys: Vec<(KeyKind, &str)> = file.keys.iter().map(|key| (key.kind, key.key.as_str())).collect();
    assert_eq!(
        keys,
        [
            (KeyKind::Route, "posts.show"),
            (KeyKind::Route, "home"),
            (KeyKind::Config, "values.mail.from"),
            (KeyKind::Config, "values.limit"),
            (KeyKind::Translation, "hello"),
        ]
    );
    assert_eq!(&text[file.keys[2].span.range()], "mail.from");
}
