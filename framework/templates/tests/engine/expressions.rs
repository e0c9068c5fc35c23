//! Expressions over data: what they print, or the message.

use super::render;

const DATA: &str = r#"{
    "n": 5, "big": 3000000000, "neg": -7, "zero": 0, "x": 2.5, "yes": true, "no": false, "nothing": null,
    "name": "Ada", "html": "<b>&\"'", "empty": "", "none": [],
    "numbers": [3, 1, 2], "words": ["b", "a", "c"], "pairs": [["a", 1], ["b", 2]],
    "post": {"title": "Hello", "tags": ["x", "y"], "author": null, "stats": {"views": 10}},
    "posts": [{"title": "A", "votes": 3}, {"title": "B", "votes": 1}],
    "prices": {"tea": 2, "cake": 5}, "by_number": {"1": "one", "2": "two"}
}"#;

fn check(rows: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (expression, expected) in rows {
        let shown = match render(&format!("[{{{{ {expression} }}}}]"), DATA) {
            Ok(text) => text[1..text.len() - 1].to_owned(),
            Err(error) => format!("error: {}", error.kind()),
        };
        let fits = match expected.strip_suffix('…') {
            Some(start) => shown.starts_with(start),
            None => shown == *expected,
        };
        if !fits {
            wrong.push_str(&format!("{expression}\n  expected: {expected}\n  shown:    {shown}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn values() {
    check(&[
        ("n", "5"),
        ("x", "2.5"),
        ("yes", "true"),
        ("nothing", ""),
        ("name", "Ada"),
        ("html", "&#60;b&#62;&#38;&#34;&#39;"),
        ("post.title", "Hello"),
        ("post.stats.views", "10"),
        ("post.author", ""),
        ("posts[1].title", "B"),
        ("numbers[0]", "3"),
        ("pairs[1].0", "b"),
        ("prices[\"tea\"]", "2"),
        ("prices['cake']", "5"),
        (
            "missing",
            "error: cannot find value `missing` in this scope; pass it to the view, or ask with `@isset(missing)`",
        ),
        ("post.missing", "error: no field `missing`; there is `author`, `stats`, `tags`, `title`"),
        ("numbers[3]", "error: index out of bounds: the len is 3 but the index is 3; use `.get(3)`"),
        ("prices['x']", "error: there is no such key; use `.get(…)`"),
        (
            "numbers",
            "error: a list does not implement `Display`; print its parts in a loop, or join them with `.join(…)`",
        ),
    ]);
}

#[test]
fn arithmetic() {
    check(&[
        ("n + 1", "6"),
        ("n * n", "25"),
        ("n / 2", "2"),
        ("neg / 2", "-3"),
        ("neg % 3", "-1"),
        (
            "n - 6",
            "error: attempt to subtract with overflow; use a `checked_` or `saturating_` method where the result may be out of range",
        ),
        ("neg - 6", "-13"),
        ("n / zero", "error: attempt to divide by zero; ask for `!= 0` first, or use `checked_div`"),
        ("n % zero", "error: attempt to calculate the remainder…"),
        ("n + x", "error: cannot add `float` to `unsigned integer`; convert one side, as in `a as f64`"),
        ("x * 2", "error: cannot multiply `float` by `integer`; convert one side, as in `a as f64`"),
        ("x * 2.0", "5"),
        ("n as f64 * x", "12.5"),
        ("x + 0.1", "2.6"),
        ("big * big", "9000000000000000000"),
        ("big * big * 3", "error: attempt to multiply with overflow…"),
        ("2147483647 + 1", "error: only a build can do this: a number that does not fit into an `i32`…"),
        ("200u8 + 100u8", "error: attempt to add with overflow…"),
        ("1i32 + 1i64", "error: cannot add `i64` to `i32`; convert one side with `as`"),
        ("-n", "error: cannot apply unary operator `-` to `unsigned integer`; convert it with `as i64`"),
        ("-neg", "7"),
        ("-x", "-2.5"),
        ("n as i64 - 6", "-1"),
        ("n << 2", "20"),
        ("n & 4", "4"),
        ("!yes", "false"),
        ("!n", "error: only a build can do this: `!` of a number whose width is not known"),
        ("name.to_string() + '!'", "Ada!"),
        ("n + name", "error: cannot add `text` to `unsigned integer`; convert one side with `as`"),
        ("-128i8", "-128"),
        ("300u8 as i32", "300"),
        ("n == 5", "true"),
        ("n > 4 && x < 3.0", "true"),
        ("n == name", "error: can't compare `unsigned integer` with `text`; convert one side with `as`"),
        ("name == 'Ada'", "true"),
        ("name < 'B'", "true"),
        ("nothing == None", "true"),
        ("post.author.is_none()", "true"),
        ("n && yes", "error: expected `bool`, found unsigned integer; compare it, as in `a != 0`"),
        ("if yes { 'a' } else { 'b' }", "a"),
        ("if n > 9 { 'a' } else if n > 4 { 'b' } else { 'c' }", "b"),
        ("match n { 1 | 2 => 'few', 3..=9 => 'some', _ => 'many' }", "some"),
        ("match post.author { Some(a) => a, None => 'nobody' }", "nobody"),
        ("match n { 1 => 'one' }", "error: non-exhaustive patterns: no arm fits the value; add an arm `_ => …`"),
    ]);
}

#[test]
fn methods() {
    check(&[
        ("name.to_uppercase()", "ADA"),
        ("name.len()", "3"),
        ("name.chars().rev().collect::<String>()", "adA"),
        ("numbers.len()", "3"),
        ("numbers.iter().sum::<u64>()", "6"),
        ("numbers.iter().map(|a| a * 2).max()", "6"),
        ("numbers.iter().min().unwrap()", "1"),
        ("numbers.first()", "3"),
        ("none.first()", ""),
        ("none.iter().max()", ""),
        ("numbers.contains(&2)", "true"),
        ("numbers.get(7).is_none()", "true"),
        ("words.join(', ')", "b, a, c"),
        ("words.iter().enumerate().map(|(i, w)| format!('{i}{w}')).collect::<Vec<_>>().join(' ')", "0b 1a 2c"),
        ("posts.iter().map(|p| p.title).collect::<Vec<_>>().join(' ')", "A B"),
        ("posts.iter().filter(|p| p.votes > 2).count()", "1"),
        ("posts.iter().max_by_key(|p| p.votes).map(|p| p.title)", "A"),
        ("posts.iter().map(|p| p.votes).sum::<u64>()", "4"),
        ("pairs.iter().map(|(a, b)| format!('{a}={b}')).collect::<Vec<_>>().join('&')", "a=1&#38;b=2"),
        ("prices.len()", "2"),
        ("prices.get('tea')", "2"),
        ("prices.contains_key('x')", "false"),
        ("prices.values().sum::<u64>()", "7"),
        ("by_number.get(&1)", "one"),
        ("prices.iter().map(|(k, v)| format!('{k}{v}')).collect::<String>()", "cake5tea2"),
        ("post.author.unwrap_or('nobody')", "nobody"),
        ("post.title.as_deref().unwrap_or('none')", "Hello"),
        ("post.title.map(|t| t.len())", "5"),
        ("post.author.map(|a| a.name)", ""),
        (
            "post.author.unwrap()",
            "error: called `Option::unwrap()` on a `None` value; use `.unwrap_or(…)` or `@if (let Some(a) = …)`",
        ),
        ("post.author.unwrap_or_default()", "error: only a build can do this: `unwrap_or_default` of `None`…"),
        ("name.frobnicate()", "error: only a build can do this: the method `frobnicate`"),
        ("name.abs()", "error: only a build can do this: the method `abs` of `text`"),
        ("numbers.iter().collect()", "error: only a build can do this: `collect` into a type that is not written…"),
        ("none.iter().sum()", "error: only a build can do this: `sum` of nothing…"),
        ("(0..).map(|a| a + 1).count()", "error: the page took more than…"),
        ("'a'.repeat(99999999999)", "error: the repeated text is too long; repeat it less often"),
        ("format!('{n:>4}|{x:.1}|{name}')", "   5|2.5|Ada"),
        ("format!('{:?}', numbers)", "[3, 1, 2]"),
        ("format!('{:?}', name)", "&#34;Ada&#34;"),
        ("format!('{}', nothing)", "error: an `Option` does not implement `Display`…"),
        ("format!('{:99999}', n)", "error: a width or precision…"),
        ("format!('{} {}', n)", "error: only a build can do this: `format!` with 1 arguments…"),
        ("x.round()", "3"),
        ("x as i32", "2"),
        ("n.pow(2)", "25"),
        ("n.min(3)", "3"),
        ("zero.saturating_sub(1)", "0"),
        ("n.wrapping_add(1)", "error: only a build can do this: a result that depends on the width of a number"),
        ("crate::VERSION", "error: only a build can do this…"),
        ("name | upper", "ADA"),
        ("html | upper", "&#60;B&#62;&#38;&#34;&#39;"),
        ("words | join(', ')", "b, a, c"),
        ("name | truncate(2)", "Ad..."),
        ("nothing | default('x')", "x"),
        ("numbers | length", "3"),
        ("name | nosuch", "error: there is no filter `nosuch`…"),
    ]);
}
