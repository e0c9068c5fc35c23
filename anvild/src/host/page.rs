//! The placeholder as a page. It asks by itself whether the app serves by now; without scripts it loads itself again.

use std::fmt::Write as _;

use anvild_engine::PlaceholderPage;

const STYLE: &str = include_str!("placeholder/page.css");
const SCRIPT: &str = include_str!("placeholder/page.js");

/// How the request was made, which decides how the page may be loaded again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Loading the page again is harmless.
    Get,
    /// Loading the page again would send a form twice.
    Otherwise,
}

/// The document. `nonce` is what its script has to carry.
pub(super) fn html(page: &PlaceholderPage, asked: Asked, nonce: &str) -> String {
    let (title, brief) = (escape(&page.title), page.detail.is_empty());
    let class = if brief { " class=\"brief\"" } else { "" };
    let (posted, refresh) = match asked {
        Asked::Get => ("", "<noscript><meta http-equiv=\"refresh\" content=\"1\"></noscript>"),
        Asked::Otherwise => (" data-posted", ""),
    };
    let mut body = format!("<p class=\"state\">Not serving yet</p><h1>{title}</h1>");
    if !brief {
        body.push_str("<pre tabindex=\"0\">");
        lines(&mut body, page.detail.trim_end());
        body.push_str("</pre>");
    }
    body.push_str("<p>This page turns into the app as soon as it serves.</p>");
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\">{refresh}<title>{title}</title><style>{STYLE}</style></head>\
         <body{class}{posted}>{body}<script nonce=\"{nonce}\">{SCRIPT}</script></body></html>\n"
    )
}

/// Every line with what it is in the compiler's way of writing. The text of all of them is `detail`.
fn lines(body: &mut String, detail: &str) {
    let mut rest = detail.split_inclusive('\n').peekable();
    while let Some(line) = rest.next() {
        let class = class_of(line, rest.peek().copied().unwrap_or(""));
        let _ = write!(body, "<span class=\"{class}\">{}</span>", escape(line));
    }
}

/// rustc numbers the lines that it quotes, and draws below them behind the same bar.
fn class_of(line: &str, next: &str) -> &'static str {
    let drawn = |line: &str| line.trim_start().strip_prefix('|').map(|drawing| drawing.contains('^'));
    let numbered = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = numbered.len() < line.trim_start().len();
    match line.trim_start() {
        _ if is_numbered && numbered.starts_with(" + ") => "added",
        _ if is_numbered && numbered.starts_with(" - ") => "removed",
        _ if is_numbered && numbered.starts_with(" |") && drawn(next) == Some(true) => "hit",
        _ if drawn(line) == Some(true) => "point",
        _ if drawn(line) == Some(false) => "label",
        text if text.starts_with("-->") || text.starts_with(":::") => "at",
        text if text.starts_with("help") || text.starts_with("= help") => "help",
        text if text.starts_with("note") || text.starts_with("= note") => "note",
        text if text.starts_with("error") || text.starts_with("ANV") => "head",
        _ => "text",
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn the_compilers_lines_are_told_apart() {
        let mut body = String::new();
        lines(
            &mut body,
            "error[E0308]: no\n --> src/a.rs:7:1\n  |\n7 |  a<b>\n  |  ^^^\n8 |  c\nhelp: try\n7 - x\n7 + y\n = note: z",
        );
        let expected = "<span class=\"head\">error[E0308]: no\n</span><span class=\"at\"> --&gt; src/a.rs:7:1\n</span>\
             <span class=\"label\">  |\n</span><span class=\"hit\">7 |  a&lt;b&gt;\n</span><span class=\"point\">  |  ^^^\n</span>\
             <span class=\"text\">8 |  c\n</span><span class=\"help\">help: try\n</span><span class=\"removed\">7 - x\n</span>\
             <span class=\"added\">7 + y\n</span><span class=\"note\"> = note: z</span>";
        assert_eq!(body, expected);
    }
}
