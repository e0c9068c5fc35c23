//! Where output goes and whether it has colours.

use std::{
    env,
    io::{self, IsTerminal, Write},
};

/// Colours, or none: no terminal, `NO_COLOR` set to anything, or a dumb terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Colour,
}

impl Style {
    pub(crate) fn of_stdout() -> Self {
        Self::of(io::stdout().is_terminal())
    }

    pub(crate) fn of_stderr() -> Self {
        Self::of(io::stderr().is_terminal())
    }

    fn of(terminal: bool) -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
        if terminal && !refused && !dumb { Self::Colour } else { Self::Plain }
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.paint("1;33", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.paint("1;32", text)
    }

    pub(crate) fn cyan(self, text: &str) -> String {
        self.paint("1;36", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// Text that has colours of its own: kept, or freed of them.
    pub(crate) fn foreign(self, text: &str) -> String {
        match self {
            Self::Colour => text.to_owned(),
            Self::Plain => without_escapes(text),
        }
    }

    fn paint(self, code: &str, text: &str) -> String {
        match self {
            Self::Colour => format!("\x1b[{code}m{text}\x1b[0m"),
            Self::Plain => text.to_owned(),
        }
    }
}

/// One line (or several) of data.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

/// One line of talk. A standard error that cannot be written leaves nobody to tell.
pub(crate) fn talk(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.write_all(b"\n"));
}

/// Without ANSI escape sequences: CSI (`ESC [` … final byte) and OSC (`ESC ]` … BEL or `ESC \`).
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\x1b' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('[') => while characters.next().is_some_and(|character| !('\x40'..='\x7e').contains(&character)) {},
            Some(']') => {
                while let Some(character) = characters.next() {
                    if character == '\x07' || (character == '\x1b' && characters.next_if_eq(&'\\').is_some()) {
                        break;
                    }
                }
            }
            Some(_) | None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_removed_and_text_stays() {
        let check = |text: &str, expected: &str| assert_eq!(without_escapes(text), expected);
        check("plain é", "plain é");
        check("\x1b[1m\x1b[38;5;9merror\x1b[0m: x", "error: x");
        check("\x1b]8;;https://a.b\x1b\\E0308\x1b]8;;\x07!", "E0308!");
        check("cut \x1b[1", "cut ");
        check("cut \x1b", "cut ");
    }
}
