//! What pages ask of the request.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use forge::services::{Auth, Gate, Lines, PublicFiles, Session, Urls, choose, replaced};
use forge::{ErrorBag, ErrorBags, Map, Render, Result, Services, Value, forms, functions, scope, with_services};

struct Form;

impl Session for Form {
    fn get(&self, key: &str) -> Option<Value> {
        (key == "status").then(|| "saved".into())
    }

    fn old(&self, field: &str) -> Option<Value> {
        (field == "title").then(|| "T".into())
    }

    fn csrf_token(&self) -> Option<String> {
        Some("t\"k".into())
    }
}

struct Editor;

impl Auth for Editor {
    fn check(&self, guard: Option<&str>) -> Result<bool> {
        match guard {
            None | Some("web") => Ok(true),
            Some(other) => Err(format!("there is no guard `{other}`").into()),
        }
    }
}

impl Gate for Editor {
    fn allows(&self, ability: &str, arguments: &[Value]) -> Result<bool> {
        Ok(ability == "update" && arguments[0]["author"] == 1)
    }
}

fn services() -> Services {
    Services { session: Some(Arc::new(Form)), auth: Arc::new(Editor), gate: Arc::new(Editor), ..Services::default() }
}

fn page(services: Services) -> Render {
    Render::with_services(Arc::new(services))
}

#[test]
fn without_an_app_nothing_is_allowed() {
    let services = Services::default();
    assert!(!services.is_logged_in(None).unwrap() && !services.allows("update", &[]).unwrap());
    assert!(services.is_production() && !services.is_environment(&"local".into()).unwrap());
    let mut page = Render::new();
    let failed = forms::csrf(&mut page).expect_err("there is no session");
    assert!(failed.to_string().starts_with("@csrf needs a session"), "{failed}");
    assert!(functions::session(&page, "a").is_none() && functions::old(&page, "a").is_none());
    assert!(functions::route(&page, "a", &Map::new()).is_err());
    assert!(page.services().inject::<String>().is_err());
}

#[test]
fn forms_carry_their_token() {
    let mut page = page(services());
    forms::csrf(&mut page).unwrap();
    forms::method(&mut page, "P\"T").unwrap();
    assert_eq!(functions::old_or(&page, "title", "x"), "T");
    assert_eq!(functions::old_or(&page, "body", "x"), "x");
    assert_eq!(functions::session(&page, "status"), Some("saved".into()));
    assert_eq!(
        page.finish().unwrap(),
        "<input type=\"hidden\" name=\"_token\" value=\"t&#34;k\" autocomplete=\"off\">\
         <input type=\"hidden\" name=\"_method\" value=\"P&#34;T\">"
    );
}

#[test]
fn gates_see_values() {
    let services = services();
    let own = Value::from(Map::from([("author", 1)]));
    assert!(services.allows("update", std::slice::from_ref(&own)).unwrap());
    assert!(services.allows_any(&vec!["delete", "update"].into(), std::slice::from_ref(&own)).unwrap());
    assert!(!services.allows_any(&vec!["delete"].into(), &[own]).unwrap());
    assert!(services.is_logged_in(Some("web")).unwrap() && services.is_logged_in(Some("api")).is_err());
}

#[test]
fn environments_fit_patterns() {
    let services = Services { environment: "staging-2".into(), ..Services::default() };
    for (names, fits) in [
        (Value::from("staging-2"), true),
        ("staging".into(), false),
        ("staging*".into(), true),
        ("*-2".into(), true),
        ("s*g*".into(), true),
        ("*x*".into(), false),
        (vec!["local", "staging-*"].into(), true),
    ] {
        assert_eq!(services.is_environment(&names).unwrap(), fits, "{names:?}");
    }
    assert!(services.is_environment(&1.into()).is_err());
}

#[test]
fn errors_are_asked_by_field() {
    let bag = ErrorBag::new().with("title", "too short").with("title", "too plain").with("tags.0", "unknown");
    let errors = ErrorBags::new(bag).with_bag("login", ErrorBag::new().with("name", "wrong"));
    assert!(errors.has("title") && !errors.has("none") && errors.any() && errors.count() == 3);
    assert_eq!(errors.first("title"), Some("too short"));
    assert_eq!(errors.get("title"), ["too short", "too plain"]);
    assert_eq!(errors.get("tags.*"), ["unknown"]);
    assert_eq!(errors.all().len(), 3);
    assert_eq!(errors.bag("login").first("name"), Some("wrong"));
    assert!(!errors.bag("none").any());
    assert_eq!(forge::to_value!(errors), Value::Errors(Arc::new(errors.clone())));
}

#[test]
fn lines_have_forms_for_numbers() {
    for (line, number, locale, expected) in [
        ("one|many", 1.0, "en", "one"),
        ("one|many", 0.0, "en", "many"),
        ("one|many", 0.0, "fr", "one"),
        ("{0} none|[1,19] some|[20,*] a lot", 0.0, "en", "none"),
        ("{0} none|[1,19] some|[20,*] a lot", 19.0, "en", "some"),
        ("{0} none|[1,19] some|[20,*] a lot", 20.0, "en", "a lot"),
        ("[*,0] minus|{1} one|more", -3.0, "en", "minus"),
        // As Laravel: the rule of the locale counts all forms, with those for other numbers.
        ("{5} five|one|many", 1.0, "en", "five"),
        ("один|два|пять", 21.0, "ru", "один"),
        ("один|два|пять", 3.0, "ru_RU", "два"),
        ("один|два|пять", 12.0, "ru-RU", "пять"),
        ("jeden|dwa|pięć", 22.0, "pl", "dwa"),
        ("einer", 5.0, "de", "einer"),
        ("only|other", 5.0, "ja", "only"),
    ] {
        assert_eq!(choose(line, number, locale).trim(), expected, "{line} {number} {locale}");
    }
    let values = Map::new().entry("name", "ada").entry("na", "x");
    assert_eq!(replaced(":name :Name :NAME :na : :other", &values).unwrap(), "ada Ada ADA x : :other");
    assert_eq!(replaced(":a", &Map::new().entry("a", ":b").entry("b", "c")).unwrap(), ":b");
}

#[test]
fn values_within_lines_are_escaped() {
    let lines = [("hi", "<b>Hello :name</b>"), ("apples", "one apple|:count apples")];
    let lines = lines.map(|(key, line)| (key.to_owned(), line.to_owned()));
    let page = page(Services { translator: Arc::new(Lines::new("en", lines)), ..Services::default() });
    let name = Map::new().entry("name", "<i>");
    assert_eq!(functions::trans(&page, "hi", &name).unwrap(), "<b>Hello <i></b>");
    assert_eq!(functions::lang(&page, "hi", &name).unwrap().as_str(), "<b>Hello &#60;i&#62;</b>");
    assert_eq!(functions::lang(&page, "<none>", &name).unwrap().as_str(), "&#60;none&#62;");
    assert_eq!(functions::choice(&page, "apples", &3.into(), &Map::new()).unwrap().as_str(), "3 apples");
    assert_eq!(functions::trans_choice(&page, "apples", &vec![1].into(), &Map::new()).unwrap(), "one apple");
    assert!(functions::trans_choice(&page, "apples", &"x".into(), &Map::new()).is_err());
}

#[test]
fn addresses_have_versions() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.css"), "body {}").unwrap();
    std::fs::write(folder.path().join("mix-manifest.json"), r#"{"/b.js": "/b.123.js"}"#).unwrap();
    let files = PublicFiles::new("https://cdn.example/").with_folder(folder.path()).unwrap();
    let first = files.asset("/a.css").unwrap();
    assert!(first.starts_with("https://cdn.example/a.css?id=") && first == files.asset("a.css").unwrap());
    std::fs::write(folder.path().join("a.css"), "body { color: red }").unwrap();
    assert_ne!(files.asset("a.css").unwrap(), first);
    assert_eq!(files.asset("b.js").unwrap(), "https://cdn.example/b.123.js");
    assert_eq!(files.asset("none.js").unwrap(), "https://cdn.example/none.js");
    assert_eq!(files.asset("https://x/y.js").unwrap(), "https://x/y.js");
    assert!(files.asset("../secret").is_err());
    assert_eq!(PublicFiles::default().url("posts"), "/posts");
    assert_eq!(PublicFiles::default().url("#top"), "#top");
}

#[test]
fn services_belong_to_scopes_and_futures() {
    let named = |name: &str| Arc::new(Services { environment: name.into(), ..Services::default() });
    let current = || Services::current().environment.to_string();
    assert_eq!(current(), "production");
    scope(named("outer"), || {
        scope(named("inner"), || assert_eq!(current(), "inner"));
        assert_eq!(current(), "outer");
    });
    let mut polls = 0;
    let twice = std::future::poll_fn(|context: &mut Context<'_>| {
        polls += 1;
        assert_eq!(Services::current().environment.to_string(), "task");
        context.waker().wake_by_ref();
        if polls == 2 { Poll::Ready(()) } else { Poll::Pending }
    });
    let mut task = pin!(with_services(named("task"), twice));
    let mut context = Context::from_waker(Waker::noop());
    assert!(task.as_mut().poll(&mut context).is_pending());
    assert_eq!(current(), "production");
    assert!(task.as_mut().poll(&mut context).is_ready());
    let panicked = std::panic::catch_unwind(|| scope(named("x"), || panic!("within a scope")));
    assert!(panicked.is_err() && current() == "production");
}
