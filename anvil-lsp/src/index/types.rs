//! Types as declarations spell them: enough to say what a field is, what a loop goes over, what a method gives back.

/// A type by the last segment of its path, with what stands in its angle brackets. References, `Box`, `Arc`, `Rc` and `Cow` are
/// left out: templates borrow by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// `Vec`, `Post`, `str`; `[]` for slices and arrays, `()` for tuples.
    pub name: String,
    pub arguments: Vec<Type>,
}

impl Type {
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), arguments: Vec::new() }
    }

    /// As people write it.
    #[must_use]
    pub fn show(&self) -> String {
        let arguments = || self.arguments.iter().map(Self::show).collect::<Vec<_>>().join(", ");
        match (self.name.as_str(), self.arguments.is_empty()) {
            ("[]", _) => format!("[{}]", arguments()),
            ("()", _) => format!("({})", arguments()),
            (name, true) => name.to_owned(),
            (name, false) => format!("{name}<{}>", arguments()),
        }
    }
}
