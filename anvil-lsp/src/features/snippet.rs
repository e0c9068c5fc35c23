//! Texts with placeholders, as LSP has them, and what of them is left for clients that take none.

/// What a snippet inserts, with its placeholders' texts: `(${1:items} as ${2:item})` is `(items as item)`.
#[must_use]
pub(crate) fn plain(snippet: &str) -> String {
    let mut result = String::with_capacity(snippet.len());
    let mut chars = snippet.chars().peekable();
    let mut open = 0_usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => result.extend(chars.next()),
            '$' => {
                let is_braced = chars.next_if_eq(&'{').is_some();
                while chars.next_if(char::is_ascii_digit).is_some() {}
                if is_braced && chars.next_if_eq(&':').is_some() {
                    open += 1;
                } else if is_braced {
                    let _ = chars.next_if_eq(&'}');
                }
            }
            '}' if open > 0 => open -= 1,
            c => result.push(c),
        }
    }
    result
}

/// Text that stands for itself in a snippet.
#[must_use]
pub(crate) fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '$' | '}') {
            result.push('\\');
        }
        result.push(c);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_their_texts() {
        let check = |snippet: &str, expected: &str| assert_eq!(plain(snippet), expected, "{snippet}");
        check(" (${1:items} as ${2:item})\n\t$0\n@endforeach", " (items as item)\n\t\n@endforeach");
        check("('$1')", "('')");
        check("({1}${2:, { $3 \\}})", "({1}, {  })");
        check("${1}x", "x");
    }

    #[test]
    fn text_stands_for_itself() {
        let check = |text: &str| assert_eq!(plain(&escaped(text)), text);
        check("a ${1:b} \\ {c}");
        check("@money($)");
    }
}
