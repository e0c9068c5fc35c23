//! The reader of the specification refuses what it does not understand.

use forge_spec::{Expected, read};

const CASE: &str = "# A\n\n## one\n\nProse.\n\n```forge\na\n```\n```html\na\n```\n";

fn refuses(text: &str, mistake: &str) {
    assert_eq!(read("a.md", text).expect_err("it is wrong"), [mistake]);
}

#[test]
fn a_case_is_read() {
    let cases = read("a.md", CASE).expect("it reads");
    assert_eq!(cases.len(), 1);
    assert_eq!((cases[0].name().as_str(), cases[0].line), ("a.md: one", 3));
    assert_eq!(cases[0].templates[0].text, "a");
    assert_eq!(cases[0].expected, Expected::Html("a".to_owned()));
    assert_eq!(cases[0].blade, None);
}

#[test]
fn a_final_newline_is_an_empty_line() {
    let cases = read("a.md", &CASE.replace("\na\n", "\na\n\n")).expect("it reads");
    assert_eq!(cases[0].templates[0].text, "a\n");
    assert_eq!(cases[0].expected, Expected::Html("a\n".to_owned()));
}

#[test]
fn longer_fences_hold_shorter_ones() {
    let cases = read("a.md", "# A\n## one\n````forge\n```\n````\n```html\n\n```\n").expect("it reads");
    assert_eq!(cases[0].templates[0].text, "```");
}

#[test]
fn newlines_can_be_those_of_windows() {
    let cases =
        read("a.md", "# A\n## one\nNewlines: crlf\n```forge\na\nb\n```\n```html\na\nb\n```\n").expect("it reads");
    assert_eq!(cases[0].templates[0].text, "a\r\nb");
    assert_eq!(cases[0].expected, Expected::Html("a\r\nb".to_owned()));
}

#[test]
fn blade_reads_the_templates_that_have_no_text_of_their_own() {
    let text = "# A\n## one\n```forge\n{{ a }}\n```\n```forge b\nb\n```\n```blade\n{{ $a }}\n```\n```html\na\n```\n";
    let cases = read("a.md", text).expect("it reads");
    let blade = cases[0].blade.as_ref().expect("it has a Blade side");
    let names: Vec<(&str, &str)> =
        blade.templates.iter().map(|template| (template.name.as_str(), template.text.as_str())).collect();
    assert_eq!(names, [("index", "{{ $a }}"), ("b", "b")]);
    assert_eq!(blade.since, 8);
}

#[test]
fn mistakes_are_refused() {
    refuses("# A\n## one\n```forge\na\n", "a.md:3: this fence is never closed");
    refuses("# A\n## one\n```forge\na\n```\n", "a.md:2: `one`: nothing is expected of it");
    refuses("# A\n## one\n```html\na\n```\n", "a.md:2: `one`: there is no template `index`");
    refuses(
        &CASE.replace("Prose.", "Blades: same"),
        "a.md:5: `Blades: same` is no line of a case; prose must not begin with a word and a colon",
    );
    refuses(&CASE.replace("forge", "forg"), "a.md:7: `forg` is no fence of a case");
    refuses(&CASE.replace("```forge", "```forge a b"), "a.md:7: `forge a b`: a fence has at most two words");
    refuses(&format!("{CASE}## one\n```forge\na\n```\n```html\na\n```\n"), "a.md:13: there is another case `one`");
    refuses(&format!("{CASE}```html\nb\n```\n"), "a.md:13: a case has `the expected outcome` once");
    refuses(&CASE.replace("## one", "### one"), "a.md:3: a heading has one or two `#`, and a space behind them");
    refuses(&CASE.replace("Prose.", "Differs: so"), "a.md:3: `one`: says something of Blade without a text for it");
    refuses(
        &CASE.replace("Prose.", "Blade: same\nDiffers: so"),
        "a.md:3: `one`: `Differs: why` and what Blade gives belong together",
    );
    refuses(&CASE.replace("html", "diagnostic"), "a.md:10: `a` is not `code template line:column message`");
    refuses("## one\n", "a.md:1: a file begins with `# ` and what it is about");
}
