//! Offsets as lines and columns.

use forge_codegen::{LineIndex, Position};

#[track_caller]
fn check(text: &str, offset: u32, line: u32, byte: u32, utf16: u32, char: u32) {
    assert_eq!(LineIndex::new(text).position(offset), Position { line, byte, utf16, char });
}

#[test]
fn columns_are_counted_in_three_ways() {
    let text = "a\r\nä😀b\n";
    check(text, 0, 1, 1, 1, 1);
    check(text, 1, 1, 2, 2, 2);
    check(text, 3, 2, 1, 1, 1);
    check(text, 5, 2, 3, 2, 2);
    check(text, 9, 2, 7, 4, 3);
    check(text, 11, 3, 1, 1, 1);
}

#[test]
fn offsets_that_are_no_places_are_moved_to_one() {
    check("ä", 1, 1, 1, 1, 1);
    check("ab", 99, 1, 3, 3, 3);
    check("", 0, 1, 1, 1, 1);
    assert_eq!(LineIndex::new("").lines(), 1);
    assert_eq!(LineIndex::new("a\n").lines(), 2);
}

#[test]
fn offsets_are_found_again() {
    let text = "a\r\nä😀b\n\n";
    let lines = LineIndex::new(text);
    for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
        let (offset, place) = (offset as u32, lines.position(offset as u32));
        assert_eq!(lines.offset_of_utf16(place.line, place.utf16), offset);
        assert_eq!(lines.offset_of_char(place.line, place.char), offset);
        assert_eq!(lines.offset_of_byte(place.line, place.byte), offset);
    }
}

#[test]
fn columns_that_are_no_places_are_moved_to_one() {
    let lines = LineIndex::new("ab\n😀c");
    assert_eq!(lines.offset_of_utf16(1, 99), 2);
    assert_eq!(lines.offset_of_utf16(0, 0), 0);
    assert_eq!(lines.offset_of_utf16(9, 1), 8);
    // Half of a character.
    assert_eq!(lines.offset_of_utf16(2, 2), 3);
    assert_eq!(lines.offset_of_byte(2, 3), 3);
    assert_eq!(LineIndex::new("").offset_of_char(1, 5), 0);
}
