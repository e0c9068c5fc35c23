//! The text of string literals.

/// The text that a string literal stands for: `"…"`, `r#"…"#`, `'…'` as Blade writes it, and also a character literal,
/// which a name of one letter in single quotes is to Rust. Nothing for any other expression and for byte strings.
///
/// Escapes are Rust's, in all but raw strings.
#[must_use]
pub fn literal(expression: &str) -> Option<String> {
    if let Some(raw) = expression.strip_prefix('r') {
        let inside = raw.trim_start_matches('#');
        let hashes = raw.len() - inside.len();
        let close = format!("\"{}", "#".repeat(hashes));
        let inside = inside.strip_prefix('"')?.strip_suffix(&close)?;
        return (!inside.contains(&close)).then(|| inside.to_owned());
    }
    let quote = expression.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    unescaped(&expression[1..], quote)
}

/// The text up to `quote`, which must be the last character.
fn unescaped(text: &str, quote: char) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            c if c == quote => return chars.as_str().is_empty().then_some(result),
            '\\' => match chars.next()? {
                '\n' => chars = chars.as_str().trim_start().chars(),
                c => result.push(escape(c, &mut chars)?),
            },
            c => result.push(c),
        }
    }
}

fn escape(c: char, behind: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        'x' => {
            let (digits, rest) = behind.as_str().split_at_checked(2)?;
            *behind = rest.chars();
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
        }
        'u' => {
            let (digits, rest) = behind.as_str().strip_prefix('{')?.split_once('}')?;
            *behind = rest.chars();
            char::from_u32(u32::from_str_radix(&digits.replace('_', ""), 16).ok()?)?
        }
        '\\' | '\'' | '"' => c,
        _ => return None,
    })
}
