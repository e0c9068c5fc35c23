//! Filters: the typed form and the form by name give the same.

use forge::{Safe, Value, filters};

/// Value, filter, arguments, what is printed.
#[track_caller]
fn check(value: impl Into<Value>, name: &str, arguments: &[Value], expected: &str) {
    let mut html = String::new();
    let printed = filters::call(name, &value.into(), arguments).and_then(|value| value.write_escaped(&mut html));
    assert_eq!(printed.map_or_else(|error| format!("error: {error}"), |()| html), expected);
}

/// The same of the form by name and of the typed form, whose result is printed as the compiled engine does.
macro_rules! both {
    ($value:expr, $name:ident($($argument:expr),*) => $expected:expr) => {{
        let value = $value;
        check(forge::to_value!(value), stringify!($name), &[$(Value::from($argument)),*], $expected);
        let mut page = forge::Render::new();
        forge::echo!(&mut page, filters::$name(&(value), $($argument),*).expect("the filter fits")).expect("it prints");
        assert_eq!(page.finish().expect("nothing is open"), $expected);
    }};
}

#[test]
fn filters_of_text() {
    both!("ß né", upper() => "SS NÉ");
    both!("Ab C", lower() => "ab c");
    both!("hello WORLD", capitalize() => "Hello WORLD");
    both!("hello  wide\nworld", title() => "Hello  Wide\nWorld");
    both!(" a b \n", trim() => "a b");
    both!("abc", truncate(3) => "abc");
    both!("abcd", truncate(3) => "abc...");
    both!("né 漢字", truncate(3) => "né...");
    both!("", truncate(0) => "");
    both!("banana", replace("a", "<") => "b&#60;n&#60;n&#60;");
    both!("ab", replace("", "x") => "ab");
    both!("a <b>\nc\r\nd", nl2br() => "a &#60;b&#62;<br />\nc<br />\nd");
    both!("a b&c/d~é", urlencode() => "a%20b%26c%2Fd~%C3%A9");
    both!(12.5, upper() => "12.5");
}

#[test]
fn filters_of_lists() {
    both!(vec!["a", "<b>"], join(", ") => "a, &#60;b&#62;");
    both!([1, 2, 3], join("") => "123");
    both!(vec![3, 1, 2], first() => "3");
    both!(vec![3, 1, 2], last() => "2");
    both!(Vec::<u8>::new(), first() => "");
    both!("né漢", length() => "3");
    both!(vec![1, 2], length() => "2");
    both!("né漢", reverse() => "漢én");
    assert_eq!(filters::join(&filters::reverse(&vec!["a", "b"]).unwrap(), "-").unwrap(), "b-a");
    assert_eq!(filters::join(&filters::sort(&vec![3, 1, 2]).unwrap(), " ").unwrap(), "1 2 3");
    let sorted = filters::call("sort", &vec![3, 1, 2].into(), &[]).unwrap();
    check(sorted, "join", &[" ".into()], "1 2 3");
    assert!(filters::sort(&vec![1.0, f64::NAN]).is_err());
}

#[test]
fn filters_of_numbers() {
    both!(9.87654, round(2) => "9.88");
    both!(2.5, round(0) => "3");
    both!(-2.5, round(0) => "-3");
    both!(0.1f32, round(3) => "0.1");
    both!(7, round(2) => "7");
    both!(-4, abs() => "4");
    both!(-0.5, abs() => "0.5");
    both!(1, pluralize("post", "posts") => "post");
    both!(0u8, pluralize("post", "posts") => "posts");
    assert!(filters::abs(&i64::MIN).is_err());
    check(i64::MIN, "abs", &[], "error: filter `abs`: the number is too small");
}

#[test]
fn defaults_stand_for_nothing() {
    both!(None::<String>, default("nobody") => "nobody");
    both!(Some("Al"), default("nobody") => "Al");
    both!(Some(0), default(7) => "0");
    check(Value::Null, "default", &[Value::from(Safe::new("<b>"))], "<b>");
}

#[test]
fn dates_take_a_format() {
    both!("2026-03-01", date("%d.%m.%Y") => "01.03.2026");
    both!("2024-02-29T23:05:09.25+02:00", date("%A, %e %B %Y %I:%M:%S %p %z %j %u %a %b %y %%") => "Thursday, 29 February 2024 11:05:09 PM +0200 060 4 Thu Feb 24 %");
    both!("2026-11-21 20:47:29 UTC", date("%F %T") => "2026-11-21 20:47:29");
    both!(0, date("%F %T %A") => "1970-01-01 00:00:00 Thursday");
    both!(951_782_400, date("%F") => "2000-02-29");
    both!(-1, date("%F %T") => "1969-12-31 23:59:59");
    check(253_402_300_799i64, "date", &["%F %T".into()], "9999-12-31 23:59:59");
    for wrong in ["2026-02-29", "2026-13-01", "26-01-01", "soon", "2026-01-01T25:00:00", ""] {
        assert!(filters::date(wrong, "%F").is_err(), "{wrong}");
    }
    check("2026-03-01", "date", &["%Q".into()], "error: filter `date`: the format has no `%Q`");
    check(
        "2026-03-01",
        "date",
        &["100%".into()],
        "error: filter `date`: the format ends with `%`; write `%%` for a percent sign",
    );
}

#[test]
fn days_of_a_whole_cycle_of_the_calendar() {
    // 400 years have 146 097 days; each is the day behind the one before.
    let mut before = String::new();
    for day in -146_097i64..146_097 {
        let date = filters::date(&(day * 86_400), "%F").unwrap();
        assert!(before.len() != date.len() || before < date, "{before} {date}");
        assert_eq!(filters::date(&date, "%A %j").unwrap(), filters::date(&(day * 86_400), "%A %j").unwrap());
        before = date;
    }
}

#[test]
fn json_is_escaped_by_the_echo() {
    both!(serde_json::json!({"a": [1, "x"]}), json() => "{&#34;a&#34;:[1,&#34;x&#34;]}");
}

#[test]
fn mistakes_are_explained() {
    check("a", "uper", &[], "error: there is no filter `uper`; did you mean `upper`?");
    check("a", "raw", &[], "error: there is no filter `raw`");
    check("a", "truncate", &[], "error: filter `truncate`: it takes 1 arguments, not 0");
    check("a", "truncate", &["b".into()], "error: filter `truncate`: the count is a whole number, not a text");
    check("a", "truncate", &[Value::Int(-1)], "error: filter `truncate`: the count must not be below zero");
    check("a", "abs", &[], "error: filter `abs`: a number is needed before it, not a text");
    check(vec![1], "upper", &[], "error: a list cannot be printed; loop over it, or use `| join(\", \")` or `| json`");
    check(1, "join", &["".into()], "error: a list is needed before the filter, not a whole number");
}

#[test]
fn there_is_no_filter_that_switches_escaping_off() {
    let hostile = Value::from("<script>");
    for (name, count) in filters::NAMES {
        let arguments = vec![Value::from("<b>"); *count];
        let mut html = String::new();
        if let Ok(value) = filters::call(name, &hostile, &arguments) {
            value.write_escaped(&mut html).expect("text prints");
        }
        assert!(!html.contains("<script") && !html.contains("<b>"), "{name}: {html}");
    }
}
