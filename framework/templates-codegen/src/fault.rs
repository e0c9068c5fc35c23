//! Why an expression could not be read to its end.

/// What went wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) what: Faulty,
    /// Offset of what is to be underlined.
    pub(crate) at: usize,
    /// How far the text was read before it was clear.
    pub(crate) reached: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Faulty {
    /// A string or character without its closing quote.
    Text,
    /// A block comment without its end.
    Comment,
    /// A bracket that nothing closes.
    Bracket,
    /// A closing bracket of another kind than the opening one, or without one.
    Closing,
    /// `{{` or `{!!` inside of an expression.
    Echo,
    /// Template text where the expression should have gone on: a directive or a closing tag.
    Template,
    /// Too many brackets within each other.
    Deep,
    /// The end of the text, or of what may still be read.
    End,
}
