//! What the compiler chooses for an expression's type: how it prints, whether it is empty, how it is looped over.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use forge::{AttributeBag, Loop, Map, Render, Result, Safe, Slot, Value};

#[derive(serde::Serialize)]
struct Post {
    title: String,
    likes: Option<u8>,
    rate: f32,
}

struct Plain;

fn printed(write: impl FnOnce(&mut Render) -> Result<()>) -> String {
    let mut render = Render::new();
    write(&mut render).expect("the expression can be printed");
    render.finish().expect("nothing is open")
}

macro_rules! check_echo {
    ($($value:expr => $expected:expr;)*) => {
        $(assert_eq!(printed(|render| forge::echo!(render, $value)), $expected, "{}", stringify!($value));)*
    };
}

#[test]
fn values_print_by_their_type() {
    let title = String::from("a & b");
    let nothing: Option<String> = None;
    let some = Some(&title);
    let slot = Slot::new(" <b>x</b> ", AttributeBag::new());
    let maybe_slot = Some(slot.clone());
    let bag = AttributeBag::new().with("title", "\"quoted\"");
    check_echo! {
        1 => "1";
        -1.50 => "-1.5";
        0.1f32 => "0.1";
        true => "true";
        'x' => "x";
        "<b>" => "&#60;b&#62;";
        title => "a &#38; b";
        &title => "a &#38; b";
        &&title => "a &#38; b";
        format_args!("{}'", 1) => "1&#39;";
        title.len() + 1 => "6";
        nothing => "";
        &nothing => "";
        some => "a &#38; b";
        &some => "a &#38; b";
        Some("x") => "x";
        Safe::new("<b>") => "<b>";
        &Safe::new("<b>") => "<b>";
        slot => "<b>x</b>";
        &slot => "<b>x</b>";
        maybe_slot => "<b>x</b>";
        bag => "title=\"&#34;quoted&#34;\"";
        bag.get("title") => "&#34;quoted&#34;";
        bag.get("none") => "";
        Value::from("<") => "&#60;";
        Value::Null => "";
        Rc::new(title.clone()) => "a &#38; b";
        Box::new(1) => "1";
        serde_json::json!("<") => "&#60;";
    }
    assert_eq!(printed(|render| forge::echo_raw!(render, "<b>")), "<b>");
    assert_eq!(printed(|render| forge::echo_raw!(render, Some("<b>"))), "<b>");
    assert_eq!(printed(|render| forge::echo_raw!(render, Value::from("<b>"))), "<b>");
}

#[test]
fn a_list_is_no_text() {
    let failed = forge::echo!(&mut Render::new(), Value::from(vec![1])).expect_err("a list cannot be printed");
    assert_eq!(failed.to_string(), "a list cannot be printed; loop over it, or use `| join(\", \")` or `| json`");
}

#[test]
fn emptiness_is_known_of_common_types() {
    let full = vec![Plain];
    let empty: Vec<Plain> = Vec::new();
    assert!(
        !forge::is_empty!(full) && forge::is_empty!(empty) && forge::is_empty!(&empty) && forge::is_empty!(empty[..])
    );
    assert!(forge::is_empty!(0) && !forge::is_empty!(1u8) && forge::is_empty!(0.0) && forge::is_empty!(false));
    assert!(forge::is_empty!("") && !forge::is_empty!(" ") && forge::is_empty!(String::new()));
    assert!(forge::is_empty!(None::<Plain>) && !forge::is_empty!(Some(Plain)) && forge::is_empty!(&None::<Plain>));
    assert!(forge::is_empty!(Some("")) && !forge::is_empty!(Some("a")) && forge::is_empty!(Some(Some(0))));
    assert!(forge::is_empty!(HashMap::<u8, Plain>::new()) && forge::is_empty!(Rc::new(String::new())));
    assert!(!forge::is_empty!(Plain) && forge::is_empty!(Value::Null) && forge::is_empty!(AttributeBag::new()));
    assert!(forge::is_set!(Plain) && forge::is_set!(Some(1)) && !forge::is_set!(None::<Plain>) && forge::is_set!(""));
    assert!(!forge::is_set!(Value::Null) && !forge::is_set!(&None::<u8>) && forge::is_set!(Value::Bool(false)));
}

#[test]
fn places_are_looped_over_by_reference() -> Result<()> {
    let posts = vec![String::from("a"), String::from("b")];
    let by_ref = &posts;
    let deep = &by_ref;
    let shared = Arc::new(posts.clone());
    let slice = &posts[..];
    let maybe = Some(3);
    let range = 0..3;
    let joined = |items: Vec<&String>| items.into_iter().cloned().collect::<String>();
    assert_eq!(joined(forge::each!(posts)?.collect()), "ab");
    assert_eq!(joined(forge::each!(by_ref)?.collect()), "ab");
    assert_eq!(joined(forge::each!(deep)?.collect()), "ab");
    assert_eq!(joined(forge::each!(shared)?.collect()), "ab");
    assert_eq!(joined(forge::each!(slice)?.collect()), "ab");
    assert_eq!(forge::each!(maybe)?.copied().sum::<i32>(), 3);
    assert_eq!(forge::each!(range)?.sum::<i32>(), 3);
    assert_eq!(forge::each!([1, 2])?.sum::<i32>(), 3);
    assert_eq!(forge::each_owned!(0..3)?.sum::<i32>(), 3);
    assert_eq!(forge::each_owned!([1, 2])?.sum::<i32>(), 3);
    assert_eq!(forge::each_owned!(posts.iter().rev())?.cloned().collect::<String>(), "ba");
    assert_eq!(forge::each!(Value::from(vec![1, 2]))?.count(), 2);
    assert_eq!(forge::each_owned!(Value::from(vec![1, 2]))?.count(), 2);
    assert!(forge::each!(Value::from("text")).is_err());
    assert_eq!(posts.len(), 2);
    Ok(())
}

#[test]
fn keys_are_those_of_maps_or_positions() -> Result<()> {
    let map = BTreeMap::from([("a", 1), ("b", 2)]);
    let by_ref = &map;
    let shared = Arc::new(map.clone());
    let posts = vec!["x", "y"];
    let bag = AttributeBag::new().with("id", 1);
    let text = |pairs: Vec<String>| pairs.join(" ");
    assert_eq!(text(forge::each!(key map)?.map(|(k, v)| format!("{k}{v}")).collect()), "a1 b2");
    assert_eq!(text(forge::each!(key by_ref)?.map(|(k, v)| format!("{k}{v}")).collect()), "a1 b2");
    assert_eq!(text(forge::each!(key shared)?.map(|(k, v)| format!("{k}{v}")).collect()), "a1 b2");
    assert_eq!(text(forge::each!(key posts)?.map(|(k, v)| format!("{k}{v}")).collect()), "0x 1y");
    assert_eq!(text(forge::each_owned!(key & posts)?.map(|(k, v)| format!("{k}{v}")).collect()), "0x 1y");
    assert_eq!(text(forge::each!(key bag)?.map(|(k, v)| format!("{k}{v}")).collect()), "id1");
    assert_eq!(text(forge::each_owned!(key map.clone())?.map(|(k, v)| format!("{k}{v}")).collect()), "a1 b2");
    assert_eq!(text(forge::each_owned!(key 5..7)?.map(|(k, v)| format!("{k}{v}")).collect()), "05 16");
    let value = Value::from(Map::from([("k", 1)]));
    assert_eq!(text(forge::each!(key value)?.map(|(k, v)| format!("{k}{v}")).collect()), "k1");
    Ok(())
}

#[test]
fn values_are_made_of_what_can_be_serialised() {
    let post = Post { title: "T".into(), likes: None, rate: 0.1 };
    let value = forge::to_value!(post);
    assert_eq!(value["title"], "T");
    assert!(value["likes"].is_null());
    assert_eq!(value["rate"].to_string(), "0.1");
    assert_eq!(forge::to_value!(Plain).kind(), "value that only Rust knows");
    assert_eq!(forge::to_value!(Safe::new("<")), Value::Safe(Safe::new("<")));
    assert_eq!(forge::to_value!(vec![Safe::new("<")]), Value::list([Value::Safe(Safe::new("<"))]));
    assert_eq!(forge::to_value!(Some(Slot::default())), Value::Slot(Slot::default()));
    assert_eq!(forge::to_value!(u128::MAX).kind(), "value that only Rust knows");
    assert_eq!(forge::to_value!((1, "a")), Value::list([1.into(), "a".into()]));
}

#[test]
fn loops_know_where_they_stand() {
    let turn = Loop::new(0, 3, 1);
    assert!(turn.first && !turn.last && turn.odd && !turn.even && turn.remaining == 2 && turn.iteration == 1);
    assert!(Loop::new(2, 3, 1).last && Loop::new(1, 3, 2).even);
}
