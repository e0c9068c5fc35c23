//! The server's text after random edits is the model's: thousands of edits for each unit of columns, with all kinds of line
//! ends, characters of all widths, and positions that nobody should send.

use std::cell::RefCell;

use proptest::{
    prelude::{Just, ProptestConfig, Strategy, any, prop},
    prop_oneof,
    test_runner::{TestCaseError, TestRunner},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    client::{Editor, Launch},
    model::{Change, Model, Position, Units},
};

/// Documents of each encoding; each gets up to a dozen notifications of up to four changes.
const CASES: u32 = 400;

/// What breaks programs that count.
const PIECES: &[&str] = &[
    "a",
    "Zoë",
    "\t",
    " ",
    "{{ post.title }}",
    "@if (a)\n",
    "@endif",
    "<x-field/>",
    "é",
    "e\u{301}",
    "ß",
    "中文",
    "한",
    "𝄞",
    "😀",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "\u{feff}",
    "\u{0}",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\r\n",
    "\r",
    "\r\r",
    "\n\r",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\u{b}",
    "\u{c}",
    "\u{200d}",
    "\u{10ffff}",
    "\u{ffff}",
    "\u{d7ff}",
    "\u{e000}",
    "ﷺ",
    "\\",
    "\"",
];

fn text(pieces_max: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![12 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..=pieces_max).prop_map(|pieces| pieces.concat())
}

fn number(near: u32) -> impl Strategy<Value = u32> {
    prop_oneof![12 => 0..=near, 2 => 0..=near * 8, 1 => Just(u32::MAX), 1 => Just(u32::MAX / 2), 1 => any::<u32>()]
}

fn position() -> impl Strategy<Value = Position> {
    (number(8), number(16)).prop_map(|(line, character)| Position { line, character })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        10 => (position(), position(), text(5)).prop_map(|(start, end, text)| Change { range: Some((start, end)), text }),
        // An insertion, which editors send most.
        5 => (position(), text(3)).prop_map(|(at, text)| Change { range: Some((at, at)), text }),
        1 => text(20).prop_map(|text| Change { range: None, text }),
    ]
}

/// A text and the notifications that change it.
fn session() -> impl Strategy<Value = (String, Vec<Vec<Change>>)> {
    (text(24), prop::collection::vec(prop::collection::vec(change(), 0..=4), 1..=12))
}

/// The address of the next document: templates that the server parses, Rust, and what it only keeps.
fn address(number: u32) -> String {
    match number % 3 {
        0 => format!("file:///oracle/templates/t{number}.forge.html"),
        1 => format!("file:///oracle/src/t{number}.rs"),
        _ => format!("untitled:Untitled-{number}"),
    }
}

fn check(units: Units) {
    let editor = Launch::new().encoding(units.name()).start();
    assert_eq!(editor.initialized["capabilities"]["positionEncoding"], units.name());
    let editor = RefCell::new(editor);
    let opened = RefCell::new(0);
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&session(), |(text, notifications)| {
        let number = opened.replace_with(|number| *number + 1);
        converse(&mut editor.borrow_mut(), &address(number), units, &text, &notifications)
    });
    outcome.unwrap_or_else(|error| panic!("{}: {error}", units.name()));
    assert!(editor.into_inner().quit().success());
}

fn converse(
    editor: &mut Editor,
    uri: &str,
    units: Units,
    text: &str,
    notifications: &[Vec<Change>],
) -> Result<(), TestCaseError> {
    let mut model = Model::new(text, units);
    editor.open(uri, text, 0);
    let mut expected = vec![(hash(editor, uri), said(&model, 0))];
    for (version, changes) in (1..).zip(notifications) {
        editor.change(uri, version, &changes.iter().map(Change::json).collect());
        changes.iter().for_each(|change| model.apply(change));
        // Nothing is waited for between two changes: an answer belongs to the text at its place in the row.
        expected.push((hash(editor, uri), said(&model, version)));
    }
    editor.close(uri);
    for (id, expected) in expected {
        let answer = editor.answer(id).map_err(|fault| TestCaseError::fail(fault.message))?;
        if answer != expected {
            return Err(TestCaseError::fail(format!(
                "the server has {answer}, the model {expected}: {:?}",
                model.text()
            )));
        }
    }
    Ok(())
}

fn hash(editor: &mut Editor, uri: &str) -> i64 {
    editor.send("anvil/debug/textHash", &json!({ "textDocument": { "uri": uri } }))
}

/// What `anvil/debug/textHash` says of such a text.
pub(crate) fn said(model: &Model, version: i64) -> Value {
    let text = model.text();
    let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "version": version, "sha256": hash, "bytes": text.len() })
}

#[test]
fn random_edits_in_utf_8() {
    check(Units::Utf8);
}

#[test]
fn random_edits_in_utf_16() {
    check(Units::Utf16);
}

#[test]
fn random_edits_in_utf_32() {
    check(Units::Utf32);
}

#[test]
fn the_model_counts_as_the_specification_does() {
    let index = |text: &str, units, line, character| Model::new(text, units).index(Position { line, character });
    // The example of the specification: `a𐐀b`, with `𐐀` two units of UTF-16.
    assert_eq!(index("a𐐀b", Units::Utf16, 0, 3), 2);
    assert_eq!(index("a𐐀b", Units::Utf16, 0, 2), 1, "within a pair");
    assert_eq!(index("a𐐀b", Units::Utf8, 0, 5), 2);
    assert_eq!(index("a𐐀b", Units::Utf32, 0, 2), 2);
    assert_eq!(index("a\r\nb\rc\nd", Units::Utf16, 3, 0), 7);
    assert_eq!(index("a\r\nb", Units::Utf16, 0, u32::MAX), 1, "before the line's end");
    assert_eq!(index("a\r\nb", Units::Utf16, u32::MAX, 0), 4);
    for units in Units::ALL {
        let model = Model::new("é\r\n𝄞x\ry\n", units);
        for at in (0..=model.len()).filter(|at| *at != 2) {
            assert_eq!(model.index(model.position(at)), at, "{units:?}");
        }
    }
}
