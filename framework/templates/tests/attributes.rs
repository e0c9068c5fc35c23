//! Attribute bags, by what they print.

use forge::attributes::prop_name;
use forge::{AttributeBag, Map, Safe, Value, class_list, style_list};

fn bag(entries: impl IntoIterator<Item = (&'static str, Value)>) -> AttributeBag {
    entries.into_iter().collect()
}

#[track_caller]
fn check(bag: &AttributeBag, expected: &str) {
    assert_eq!(bag.to_string(), expected);
}

#[test]
fn values_print_as_in_a_tag() {
    check(&bag([("type", "a".into()), ("data-n", 1.into()), ("x", 1.5.into())]), r#"type="a" data-n="1" x="1.5""#);
    check(&bag([("disabled", true.into()), ("hidden", false.into()), ("id", Value::Null)]), r#"disabled="disabled""#);
    check(&bag([("x-data", true.into()), ("wire:poll", true.into())]), r#"x-data="" wire:poll="""#);
    check(
        &bag([("@click", "a".into()), (":class", "b".into()), ("x-on:a.b", "c".into())]),
        r#"@click="a" :class="b" x-on:a.b="c""#,
    );
    check(
        &bag([("a", " <\"> ".into()), ("b", Safe::new("&amp;\"<").into())]),
        r#"a="&#60;&#34;&#62;" b="&amp;&#34;<""#,
    );
    check(&AttributeBag::new(), "");
}

#[test]
fn names_that_end_the_tag_are_refused() {
    for name in ["", "a b", "a>b", "a\"", "a'", "a/", "a=b", "<a", "a\n", "a\u{0}", "`"] {
        let failed = AttributeBag::new().with(name, "x").write(&mut String::new()).expect_err(name);
        assert!(failed.to_string().contains("would end the tag"), "{failed}");
    }
    let failed = AttributeBag::new().with("items", vec![1]).write(&mut String::new()).expect_err("a list is no text");
    assert_eq!(failed.to_string(), "attribute `items` holds a list; name it in @props, or print it with `| json`");
}

#[test]
fn merging_joins_classes_and_styles() {
    let given = bag([("id", "x".into()), ("class", "b".into())]);
    check(&given.merge(bag([("class", "a".into()), ("type", "t".into())])), r#"class="a b" type="t" id="x""#);
    check(&given.merge(bag([("class", "b".into())])), r#"class="b" id="x""#);
    check(&given.merge(bag([("class", "".into())])), r#"class="b" id="x""#);
    check(&given.merge(bag([("id", "y".into())])), r#"id="x" class="b""#);
    check(&AttributeBag::new().merge(bag([("class", "a".into()), ("type", "t".into())])), r#"class="a" type="t""#);
    let styled = bag([("style", "c: d".into())]);
    check(&styled.merge(bag([("style", "a: b".into())])), r#"style="a: b; c: d;""#);
    check(&styled.merge(AttributeBag::new()), r#"style="c: d;""#);
    check(&bag([("type", Value::Null)]).merge(bag([("type", "t".into())])), "");
    check(
        &bag([("class", Safe::new("a&amp;b").into())]).merge(bag([("class", "<c>".into())])),
        r#"class="&#60;c&#62; a&amp;b""#,
    );
}

#[test]
fn prepended_defaults_stand_before() {
    let defaults = |bag: &AttributeBag| AttributeBag::new().with("data-controller", bag.prepends("profile"));
    let given = bag([("data-controller", "other".into())]);
    check(&given.merge(defaults(&given)), r#"data-controller="profile other""#);
    check(&AttributeBag::new().merge(defaults(&given)), r#"data-controller="profile""#);
}

#[test]
fn lists_of_classes_have_conditions() {
    let list = Value::from(Map::new().item("p-4").entry("bold", true).entry("red", false).entry("n", 0));
    assert_eq!(class_list(&list).unwrap(), "p-4 bold");
    assert_eq!(
        style_list(&Value::from(Map::new().item("a: b").entry("c: d;", true).entry("e", false))).unwrap(),
        "a: b; c: d;"
    );
    assert_eq!(class_list(&"a b".into()).unwrap(), "a b");
    assert_eq!(class_list(&vec!["a", "b"].into()).unwrap(), "a b");
    let given = bag([("class", "z".into())]);
    check(&given.class(list).unwrap(), r#"class="p-4 bold z""#);
    check(&given.style("a: b").unwrap(), r#"style="a: b;" class="z""#);
}

#[test]
fn bags_can_be_asked_and_cut() {
    let all = bag([("id", "x".into()), ("wire:model", "m".into()), ("wire:a", "n".into()), ("max-width", 3.into())]);
    assert!(all.has("id") && all.has(["id", "wire:a"]) && !all.has(["id", "none"]) && all.has_any(["none", "id"]));
    assert!(all.first().is_some_and(|first| *first == "x") && all.count() == 4 && all.is_not_empty());
    assert_eq!(all.get_or("none", "d"), "d");
    check(&all.only("id"), r#"id="x""#);
    check(&all.except(["id", "max-width"]), r#"wire:model="m" wire:a="n""#);
    check(&all.where_starts_with("wire:"), r#"wire:model="m" wire:a="n""#);
    check(&all.where_doesnt_start_with(["wire:", "max"]), r#"id="x""#);
    check(&all.that_start_with(["i"]).merge(bag([("a", 1.into())])), r#"a="1" id="x""#);
    check(&all.only_props(["maxWidth"]), r#"max-width="3""#);
    check(&all.except_props(["max_width", "id"]), r#"wire:model="m" wire:a="n""#);
    check(&all.filter(|value, key| key.starts_with("wire") && *value == "m"), r#"wire:model="m""#);
    let mut rest = all.clone();
    assert_eq!(rest.take_prop("max_width"), Some(3.into()));
    assert!(!rest.has("max-width"));
    assert!(bag([("a", false.into())]).is_empty());
}

#[test]
fn props_have_one_name() {
    for (written, name) in [
        ("max-width", "max_width"),
        ("maxWidth", "max_width"),
        ("max_width", "max_width"),
        ("HTMLText", "h_t_m_l_text"),
        ("type", "type"),
        ("aB-cD", "a_b_c_d"),
        ("A", "a"),
    ] {
        assert_eq!(prop_name(written), name, "{written}");
    }
}
