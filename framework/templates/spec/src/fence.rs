//! The fences and lines of a Markdown file, as far as cases use them. Anything else is prose.

/// A piece of a file, with the 1-based line on which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece<'t> {
    pub(crate) line: usize,
    pub(crate) kind: PieceKind<'t>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PieceKind<'t> {
    /// `# text`: of the file.
    Heading(&'t str),
    /// `## text`: of a case.
    Case(&'t str),
    /// `Key: value`, alone on a line.
    Field(&'t str, &'t str),
    Fence {
        /// Behind the backticks.
        info: &'t str,
        /// Without the final newline: a text that ends with one has an empty line before the closing fence.
        text: String,
    },
}

/// The pieces in order, or what cannot be a file of cases.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Vec<(usize, String)>> {
    let mut pieces = Vec::new();
    let mut mistakes = Vec::new();
    let mut lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
    while let Some((line, content)) = lines.next() {
        let kind = if let Some(info) = content.strip_prefix("```") {
            let ticks = 3 + info.len() - info.trim_start_matches('`').len();
            let body: Option<Vec<&str>> = until(&mut lines, &"`".repeat(ticks));
            match body {
                Some(body) => PieceKind::Fence { info: info.trim_start_matches('`').trim(), text: body.join("\n") },
                None => {
                    mistakes.push((line, "this fence is never closed".to_owned()));
                    break;
                }
            }
        } else if let Some(title) = content.strip_prefix("## ") {
            PieceKind::Case(title.trim())
        } else if let Some(title) = content.strip_prefix("# ") {
            PieceKind::Heading(title.trim())
        } else if content.starts_with('#') {
            mistakes.push((line, "a heading has one or two `#`, and a space behind them".to_owned()));
            continue;
        } else if let Some((key, value)) = field(content) {
            PieceKind::Field(key, value)
        } else {
            continue;
        };
        pieces.push(Piece { line, kind });
    }
    if mistakes.is_empty() { Ok(pieces) } else { Err(mistakes) }
}

/// The lines up to the one that closes the fence.
fn until<'t>(lines: &mut impl Iterator<Item = (usize, &'t str)>, close: &str) -> Option<Vec<&'t str>> {
    let mut body = Vec::new();
    for (_, line) in lines {
        if line == close {
            return Some(body);
        }
        body.push(line);
    }
    None
}

/// One capitalised word, a colon, a space, and something.
fn field(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(": ")?;
    let mut letters = key.chars();
    let is_word = letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && letters.clone().next().is_some()
        && letters.all(|letter| letter.is_ascii_lowercase());
    (is_word && !value.trim().is_empty()).then(|| (key, value.trim()))
}
