//! The table of Blade's directives in the guide names every directive that there is.

use std::fs;

use forge_codegen::Entry;

#[test]
fn every_directive_has_a_row() {
    let path = forge_spec::folder().join("../../../docs/guide/blade.md");
    let guide = fs::read_to_string(&path).expect("the guide can be read");
    // The first cell of a row lists names as people write them: `@if`, `@elseif`.
    let cells = guide.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let named: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    let missing: Vec<&str> = Entry::ALL
        .iter()
        .map(|entry| entry.name)
        .filter(|name| !named.iter().any(|named| named.strip_prefix('@').is_some_and(|named| named == *name)))
        .collect();
    assert!(missing.is_empty(), "{} has no row for {missing:?}", path.display());
    let unknown: Vec<&&str> = named
        .iter()
        .filter(|name| name.strip_prefix('@').is_some_and(|name| name.chars().all(char::is_alphanumeric)))
        .filter(|name| Entry::find(&name[1..]).is_none())
        .collect();
    assert!(unknown.is_empty(), "{} has rows for directives that do not exist: {unknown:?}", path.display());
}
