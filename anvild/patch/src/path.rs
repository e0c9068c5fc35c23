//! Names of modules.

use std::fmt;

/// The path of a module below the crate root, as in `posts::form`. The root itself is the empty path.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulePath(Vec<String>);

impl ModulePath {
    /// The crate root.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Names from the root down, without `r#`.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.0
    }

    /// Whether this is the crate root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The module's own name; the root has none.
    pub(crate) fn name(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// The segments of the module above; the root is above itself.
    pub(crate) fn parent(&self) -> &[String] {
        self.0.split_last().map_or(&[], |(_, above)| above)
    }

    pub(crate) fn join(&self, scope: &[String], name: &str) -> Self {
        Self(self.0.iter().chain(scope).cloned().chain([name.to_owned()]).collect())
    }

    /// Whether `other` lies below this module.
    pub(crate) fn encloses(&self, other: &Self) -> bool {
        other.0.len() > self.0.len() && other.0.starts_with(&self.0)
    }
}

impl fmt::Display for ModulePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() { out.write_str("the crate root") } else { write!(out, "`{}`", self.0.join("::")) }
    }
}

impl<S: Into<String>> FromIterator<S> for ModulePath {
    fn from_iter<I: IntoIterator<Item = S>>(segments: I) -> Self {
        Self(segments.into_iter().map(Into::into).collect())
    }
}

/// An identifier as it is written in source: a keyword needs `r#`.
pub(crate) fn spelled(name: &str) -> String {
    if syn::parse_str::<syn::Ident>(name).is_ok() { name.to_owned() } else { format!("r#{name}") }
}
