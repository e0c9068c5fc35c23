//! Compares the types of two app libraries, as far as values in the container consist of them.
//!
//! Only types with a name of their own are exported, so a value of type `Arc<Mutex<blog::Stats>>` is looked up by the names
//! in its type's name, and these by the names in their fields' types. This also reaches types behind `#[layout(opaque)]`,
//! which a fingerprint cannot.

use std::collections::{HashMap, HashSet};

use anvil_control::{FieldLayout, LayoutChange, TypeLayout};

/// The exported types of one library or of several, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Descriptions {
    types: HashMap<String, TypeLayout>,
}

impl Descriptions {
    pub(crate) fn new(types: impl IntoIterator<Item = TypeLayout>) -> Self {
        Self { types: types.into_iter().map(|layout| (layout.name.clone(), layout)).collect() }
    }

    /// Those of several libraries together. What two of them describe is in a library that both use.
    pub(crate) fn of_all<'a>(libraries: impl IntoIterator<Item = &'a Self>) -> Self {
        let types = libraries.into_iter().flat_map(|library| &library.types);
        Self { types: types.map(|(name, layout)| (name.clone(), layout.clone())).collect() }
    }

    /// What is not the same in `new` among the types that `values` consist of. `self` is the library whose boot function put
    /// the values in. Types of other crates are in neither library and are left out: they change only with a dependency.
    pub(crate) fn changes(&self, values: &[TypeLayout], new: &Self) -> Vec<LayoutChange> {
        let mut changes: Vec<LayoutChange> = self
            .reachable(values)
            .into_iter()
            .filter(|old| new.types.get(&old.name).is_none_or(|new| new.fingerprint != old.fingerprint))
            .map(|old| LayoutChange { old: old.clone(), new: new.types.get(&old.name).cloned() })
            .collect();
        let names: HashSet<String> = changes.iter().map(|change| change.old.name.clone()).collect();
        // A type that changed only because one inside it did comes after the one that the user edited.
        changes.sort_by_key(|change| (only_follows(change, &names), change.old.name.clone()));
        changes
    }

    fn reachable(&self, values: &[TypeLayout]) -> Vec<&TypeLayout> {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut found = Vec::new();
        let mut names: Vec<&str> = values.iter().map(|value| value.name.as_str()).collect();
        while let Some(name) = names.pop() {
            for path in paths(name) {
                if let Some(layout) = self.types.get(path)
                    && seen.insert(&layout.name)
                {
                    names.extend(layout.fields.iter().map(|field| field.type_name.as_str()));
                    found.push(layout);
                }
            }
        }
        found
    }
}

/// The paths in a type's name: `alloc::sync::Arc<blog::Stats>` has two.
fn paths(type_name: &str) -> impl Iterator<Item = &str> {
    type_name.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).filter(|path| path.contains("::"))
}

/// Its own fields are as they were, and one of them is of a type that changed: size and offsets say nothing then.
fn only_follows(change: &LayoutChange, changed: &HashSet<String>) -> bool {
    let Some(new) = &change.new else { return false };
    let written = |field: &FieldLayout| (field.name.clone(), field.type_name.clone());
    let holds_changed = |field: &FieldLayout| paths(&field.type_name).any(|path| changed.contains(path));
    change.old.fields.iter().map(written).eq(new.fields.iter().map(written)) && new.fields.iter().any(holds_changed)
}

#[cfg(test)]
mod tests {
    use anvil_control::{FieldLayout, Fingerprint, TypeLayout};

    use super::Descriptions;

    fn layout(name: &str, fingerprint: u64, fields: &[(&str, &str)]) -> TypeLayout {
        let fields = fields.iter().map(|(name, type_name)| FieldLayout {
            name: (*name).to_owned(),
            type_name: (*type_name).to_owned(),
            offset: Some(0),
            size: 8,
            fingerprint: Fingerprint(0),
            place: None,
        });
        TypeLayout {
            name: name.to_owned(),
            size: 8,
            align: 8,
            fingerprint: Fingerprint(fingerprint),
            place: None,
            fields: fields.collect(),
        }
    }

    /// Names of the changed types, with `-` where the type is gone.
    fn check(values: &[&str], old: &[TypeLayout], new: &[TypeLayout], expected: &[&str]) {
        let values: Vec<_> = values.iter().map(|name| layout(name, 0, &[])).collect();
        let changes = Descriptions::new(old.to_vec()).changes(&values, &Descriptions::new(new.to_vec()));
        let names: Vec<_> = changes
            .iter()
            .map(|change| format!("{}{}", if change.new.is_none() { "-" } else { "" }, change.old.name))
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn only_types_of_values_count() {
        let old = [layout("blog::Stats", 1, &[]), layout("blog::Form", 1, &[])];
        let new = [layout("blog::Stats", 1, &[]), layout("blog::Form", 2, &[("a", "u8")])];
        check(&["blog::Stats"], &old, &new, &[]);
        check(&["blog::Form"], &old, &new, &["blog::Form"]);
        check(&["blog::Statistics", "moka::Cache<u8>"], &old, &new, &[]);
        check(&[], &old, &new, &[]);
    }

    #[test]
    fn a_type_is_found_inside_of_others() {
        let old = [layout("blog::Stats", 1, &[])];
        let new = [layout("blog::Stats", 2, &[])];
        for value in [
            "alloc::sync::Arc<blog::Stats>",
            "std::HashMap<u8, (blog::Stats, u8)>",
            "fn(&blog::Stats) -> u8",
            "[blog::Stats; 3]",
        ] {
            check(&[value], &old, &new, &["blog::Stats"]);
        }
    }

    #[test]
    fn the_edited_type_comes_before_those_that_hold_it() {
        let old = [layout("blog::A", 1, &[("b", "Vec<blog::B>")]), layout("blog::B", 1, &[("x", "u32")])];
        let new = [layout("blog::A", 2, &[("b", "Vec<blog::B>")]), layout("blog::B", 2, &[("x", "i32")])];
        check(&["blog::A"], &old, &new, &["blog::B", "blog::A"]);
    }

    #[test]
    fn a_type_that_grew_with_one_inside_it_comes_after_that() {
        let old = [layout("blog::A", 1, &[("z", "blog::Z")]), layout("blog::Z", 1, &[("x", "u32")])];
        let mut new = [layout("blog::A", 2, &[("z", "blog::Z")]), layout("blog::Z", 2, &[("x", "u32"), ("y", "u8")])];
        new[0].size = 16;
        check(&["blog::A"], &old, &new, &["blog::Z", "blog::A"]);
    }

    #[test]
    fn a_change_behind_an_opaque_field_and_a_cycle_is_found() {
        let old = [layout("blog::A", 1, &[("b", "blog::B")]), layout("blog::B", 1, &[("a", "Option<blog::A>")])];
        let new = [layout("blog::A", 1, &[("b", "blog::B")]), layout("blog::B", 2, &[("c", "u8")])];
        check(&["blog::A"], &old, &new, &["blog::B"]);
    }

    #[test]
    fn a_type_that_is_gone_is_a_change() {
        check(&["blog::Stats"], &[layout("blog::Stats", 1, &[])], &[], &["-blog::Stats"]);
    }
}
