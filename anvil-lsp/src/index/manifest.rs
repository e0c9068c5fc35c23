//! What a package's `Cargo.toml` says, as far as it can be read.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The name of the package; none of a workspace's manifest.
pub(super) fn package_name(manifest: &str) -> Option<String> {
    let (table, _) = DeTable::parse_recoverable(manifest);
    let package = find(table.get_ref(), "package")?.as_table()?;
    find(package, "name")?.as_str().map(str::to_owned)
}

fn find<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t DeValue<'i>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| Spanned::get_ref(value))
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn the_name_is_found_even_in_a_half_typed_manifest() {
        assert_eq!(package_name("[package]\nname = \"blog\"\n").as_deref(), Some("blog"));
        assert_eq!(package_name("[package]\nname = \"blog\"\n[dependencies]\nserde = ").as_deref(), Some("blog"));
        assert_eq!(package_name("[workspace]\nmembers = []\n"), None);
    }
}
