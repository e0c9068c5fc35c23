//! No text ends the element or attribute that it stands in, as a browser's parser reads the page.

use forge::{AttributeBag, Map, Render, Safe, Value, json};
use proptest::prelude::*;
use scraper::{Html, Node};

/// Text of what is dangerous in HTML and scripts, with anything between.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<".to_owned()),
        Just(">".to_owned()),
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("&".to_owned()),
        Just("&#34;".to_owned()),
        Just("&quot".to_owned()),
        Just("</script".to_owned()),
        Just("</script>".to_owned()),
        Just("<!--".to_owned()),
        Just("<script>".to_owned()),
        Just("-->".to_owned()),
        Just("]]>".to_owned()),
        Just("\\".to_owned()),
        Just("\\u0022".to_owned()),
        Just("\n".to_owned()),
        Just("\u{2028}".to_owned()),
        Just(" onload=x ".to_owned()),
        Just("`${x}".to_owned()),
        Just("</div>".to_owned()),
        "[ -~]{0,6}",
        "\\PC{0,4}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Tags with the names of their attributes, in order; texts are left out.
fn shape(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    for node in Html::parse_fragment(html).tree.nodes() {
        match node.value() {
            Node::Element(element) => {
                let mut names: Vec<_> = element.attrs().map(|(name, _)| name).collect();
                names.sort_unstable();
                tags.push(format!("<{} {}>", element.name(), names.join(" ")));
            }
            Node::Comment(_) => tags.push("a comment".to_owned()),
            _ => {}
        }
    }
    tags
}

fn attribute(html: &str, name: &str) -> Option<String> {
    Html::parse_fragment(html).tree.nodes().find_map(|node| node.value().as_element()?.attr(name).map(str::to_owned))
}

fn text_of(html: &str, tag: &str) -> String {
    let page = Html::parse_fragment(html);
    let found = page.tree.nodes().find(|node| node.value().as_element().is_some_and(|element| element.name() == tag));
    found
        .map(|node| node.children().filter_map(|child| child.value().as_text().map(|text| text.to_string())).collect())
        .unwrap_or_default()
}

/// As a parser of HTML reads newlines.
fn as_parsed(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "")
}

fn echoed(text: &str) -> String {
    let mut render = Render::new();
    forge::echo!(&mut render, text).expect("text can be printed");
    render.finish().expect("nothing is open")
}

/// The value of a string or of `JSON.parse('…')` of JavaScript, as written by `@js`.
fn evaluated(script: &str) -> serde_json::Value {
    let inner = |text: &str| -> String {
        assert!(!text.contains('\'') && !text.contains('"'), "a quote within {text}");
        // The escapes of `@js` are those of JSON.
        serde_json::from_str(&format!("\"{text}\"")).expect("the text of a script is well formed")
    };
    match script.strip_prefix("JSON.parse('").and_then(|rest| rest.strip_suffix("')")) {
        Some(text) => serde_json::from_str(&inner(text)).expect("the JSON is well formed"),
        None => match script.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            Some(text) => inner(text).into(),
            None => serde_json::from_str(script).expect("it is JSON"),
        },
    }
}

proptest! {
    #[test]
    fn an_echo_stays_in_its_element(text in hostile()) {
        let html = format!("<p>{}</p><i></i>", echoed(&text));
        prop_assert_eq!(shape(&html), shape("<p>a</p><i></i>"));
        prop_assert_eq!(text_of(&html, "p"), as_parsed(&text));
    }

    #[test]
    fn an_echo_stays_in_its_attribute(text in hostile()) {
        for quote in ['"', '\''] {
            let html = format!("<p title={quote}{}{quote} id=a></p>", echoed(&text));
            prop_assert_eq!(shape(&html), shape("<p title=a id=a></p>"));
        }
    }

    #[test]
    fn a_bag_stays_in_its_tag(name in hostile(), value in hostile(), html in hostile()) {
        let known = AttributeBag::new().with("title", value.as_str()).with("lang", Safe::new(html.as_str()));
        let page = format!("<p {known} id=a></p>");
        prop_assert_eq!(shape(&page), shape("<p title lang id></p>"));
        prop_assert_eq!(attribute(&page, "title").unwrap_or_default(), as_parsed(value.trim()));

        // Either it cannot be printed, or it is one attribute.
        let mut written = String::new();
        if AttributeBag::new().with(&name, value.as_str()).write(&mut written).is_ok() {
            let page = Html::parse_fragment(&format!("<p {written}></p>"));
            let count: usize = page.tree.nodes().filter_map(|node| node.value().as_element()).map(|element| element.attrs().count()).sum();
            prop_assert_eq!(count, 1, "{}", written);
        }
    }

    #[test]
    fn merged_attributes_stay_in_their_tag(default in hostile(), value in hostile(), html in hostile()) {
        let bag = AttributeBag::new().with("class", Safe::new(html)).with("data-a", value.as_str());
        let defaults = AttributeBag::new().with("class", default.as_str()).with("data-a", bag.prepends(default.as_str()));
        let merged = bag.merge(defaults).style(value.as_str()).expect("text is a style");
        prop_assert_eq!(shape(&format!("<p {merged} id=a></p>")), shape("<p class data-a style id></p>"));
    }

    #[test]
    fn classes_and_styles_stay_in_their_attribute(text in hostile()) {
        let list = Value::from(Map::new().item(text.as_str()).entry(format!("b{text}"), true));
        let mut render = Render::new();
        render.text("<p ");
        forge::forms::class(&mut render, &list).expect("texts are classes");
        render.text(" ");
        forge::forms::style(&mut render, &list).expect("texts are styles");
        render.text(" id=a></p>");
        prop_assert_eq!(shape(&render.finish().expect("nothing is open")), shape("<p class style id></p>"));
    }

    #[test]
    fn json_stays_in_its_script(text in hostile(), key in hostile()) {
        let value = Value::from(Map::new().entry(key.as_str(), text.as_str()));
        let json = json::json(&value).expect("it is serialisable").to_string();
        let html = format!("<script>let a = {json}</script><i></i>");
        prop_assert_eq!(shape(&html), shape("<script></script><i></i>"));
        let read: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
        prop_assert_eq!(&read[key.as_str()], text.as_str());
        prop_assert_eq!(shape(&format!("<p x-data='{json}' id=a></p>")), shape("<p x-data id></p>"));
    }

    #[test]
    fn js_stays_in_scripts_and_attributes(text in hostile(), key in hostile()) {
        let map = Value::from(Map::new().entry(key.as_str(), text.as_str()));
        for value in [map, text.as_str().into(), Value::list([text.as_str().into()])] {
            let js = json::js(&value).expect("it is serialisable").to_string();
            prop_assert_eq!(shape(&format!("<script>let a = {js}</script><i></i>")), shape("<script></script><i></i>"));
            let ends_line = js.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
            prop_assert!(!ends_line);
            let html = format!("<p x-data=\"{{ a: {js} }}\" id=a></p>");
            prop_assert_eq!(shape(&html), shape("<p x-data id></p>"));
            let read = attribute(&html, "x-data").unwrap_or_default();
            prop_assert_eq!(&read, &format!("{{ a: {js} }}"), "what the browser runs is what was written");
            prop_assert_eq!(evaluated(&js), serde_json::to_value(&value).expect("it is serialisable"));
        }
    }

    #[test]
    fn values_survive_json(value in any_value()) {
        let text = serde_json::to_string(&value).expect("it is serialisable");
        let read: Value = serde_json::from_str(&text).expect("it is JSON");
        prop_assert_eq!(read, value);
    }

    #[test]
    fn a_value_of_a_value_is_itself(value in any_value()) {
        prop_assert_eq!(Value::of(&value), value.clone());
        prop_assert_eq!(Value::of(&vec![Some(&value)]), Value::list([value]));
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(|value| serde_json::from_value(value.into()).expect("a number is a value")),
        // Of floats, those whose shortest form JSON reads back.
        (-1_000_000i32..1_000_000).prop_map(|value| Value::Float(f64::from(value) / 8.0)),
        hostile().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
            prop::collection::vec((hostile(), inner), 0..4)
                .prop_map(|entries| Value::from(entries.into_iter().collect::<Map>())),
        ]
    })
}
