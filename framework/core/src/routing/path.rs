//! Paths of routes: joining with prefixes, and what is wrong with one, in words.

/// Joins a group's prefix and a path. `/` in a group is the prefix itself.
pub(super) fn join(prefix: &str, path: &str) -> String {
    let path = if path == "/" && !prefix.is_empty() { "" } else { path };
    let joined = format!("{prefix}{path}");
    if joined.is_empty() { "/".to_owned() } else { joined }
}

/// Why `path` cannot be registered.
pub(super) fn mistake(path: &str) -> Option<String> {
    if !path.starts_with('/') {
        return Some(format!("the path `{path}` must start with `/`"));
    }
    for segment in path.split('/') {
        if let Some(name) = segment.strip_prefix(':') {
            return Some(format!("the path `{path}` has a `:` segment; write `{{{name}}}` for a parameter"));
        }
        if let Some(name) = segment.strip_prefix('*') {
            let name = if name.is_empty() { "rest" } else { name };
            return Some(format!("the path `{path}` has a `*` segment; write `{{*{name}}}` for the rest of a path"));
        }
    }
    None
}

/// The prefix of a group without a slash at its end.
pub(super) fn prefix(text: &str) -> String {
    text.trim_end_matches('/').to_owned()
}
