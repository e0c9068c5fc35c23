//! Error pages. Everything that is not written here is escaped; nothing is loaded and nothing runs.

use std::fmt::Write as _;

use anvil_control::SourcePlace;
use axum::http::StatusCode;

use super::excerpt::Excerpt;
use super::report::{Details, RequestFacts, TracedFrame};

const STYLE: &str = include_str!("page.css");

/// A page with status and message, nothing internal.
pub(super) fn plain(status: StatusCode, message: &str) -> String {
    let body = format!("<main class=\"plain\"><strong>{}</strong><h1>{}</h1></main>", status.as_u16(), escape(message));
    document(&format!("{} {message}", status.as_u16()), &body)
}

/// The page for developers.
pub(super) fn detailed(status: StatusCode, message: &str, facts: &RequestFacts, details: &Details) -> String {
    let title = details.chain.first().map_or(message, String::as_str);
    let mut body = "<main>".to_owned();
    what(&mut body, status, title, facts, details);
    if let Some(place) = &details.place {
        source(&mut body, place, details.excerpt.as_ref());
    }
    if !details.frames.is_empty() {
        stack(&mut body, &details.frames);
    }
    request(&mut body, facts, details);
    body.push_str("</main>");
    document(title, &body)
}

fn what(body: &mut String, status: StatusCode, title: &str, facts: &RequestFacts, details: &Details) {
    let kind = if details.panicked { "panic" } else { "error" };
    let _ = write!(
        body,
        "<section class=\"what\"><p class=\"tags\"><b>{kind}</b><span>{status}</span><code>{} {}</code></p><h1>{}</h1>",
        escape(facts.method.as_str()),
        escape(&details.uri),
        escape(title)
    );
    if details.chain.len() > 1 {
        body.push_str("<ul class=\"because\">");
        for cause in &details.chain[1..] {
            let _ = write!(body, "<li>{}</li>", escape(cause));
        }
        body.push_str("</ul>");
    }
    body.push_str("</section>");
}

fn source(body: &mut String, place: &SourcePlace, excerpt: Option<&Excerpt>) {
    let (file, line, column) = (escape(&place.file), place.line, place.column);
    let _ = write!(body, "<section><h2><code>{file}:{line}:{column}</code></h2>");
    if let Some(excerpt) = excerpt {
        code(body, excerpt);
    }
    body.push_str("</section>");
}

fn code(body: &mut String, excerpt: &Excerpt) {
    body.push_str("<pre tabindex=\"0\">");
    for (number, line) in &excerpt.lines {
        let class = if *number == excerpt.marked { " class=\"hit\"" } else { "" };
        let _ = write!(body, "<span{class}><i>{number}</i>{}\n</span>", escape(line));
    }
    body.push_str("</pre>");
}

fn stack(body: &mut String, frames: &[TracedFrame]) {
    body.push_str("<section><h2>Stack <span>of this app, innermost first</span></h2>");
    for TracedFrame { frame, excerpt } in frames {
        let (function, file, line) = (escape(&frame.function), escape(&frame.place.file), frame.place.line);
        let _ = write!(body, "<details><summary><code>{function}</code><code>{file}:{line}</code></summary>");
        if let Some(excerpt) = excerpt {
            code(body, excerpt);
        }
        body.push_str("</details>");
    }
    body.push_str("</section>");
}

fn request(body: &mut String, facts: &RequestFacts, details: &Details) {
    let _ = write!(body, "<section><h2>Request <code>{}</code></h2><table>", escape(&facts.id));
    for (name, value) in &details.headers {
        let _ = write!(body, "<tr><td>{}</td><td>{}</td></tr>", escape(name), escape(value));
    }
    body.push_str("</table></section>");
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{}</title><style>{STYLE}</style></head><body>{body}</body>\
         </html>\n",
        escape(title)
    )
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
