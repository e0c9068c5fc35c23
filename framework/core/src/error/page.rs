//! Error pages. Everything that is not written here is escaped.

use std::fmt::Write as _;

use axum::http::StatusCode;

use super::report::{Details, RequestFacts};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1b1b1f;background:#f6f6f8}\
main{max-width:60rem;margin:0 auto;padding:3rem 1.5rem}h1{font-size:1.4rem;margin:0 0 .5rem;overflow-wrap:anywhere}\
h2{font-size:1rem;margin:2rem 0 .5rem}p,li{overflow-wrap:anywhere}small,.at{color:#6b6b76}.code{font-size:4rem;font-weight:700}\
pre{background:#1b1b1f;color:#e8e8ee;padding:1rem 0;border-radius:.5rem;overflow:auto;font:13px/1.6 ui-monospace,monospace}\
pre span{display:block;padding:0 1rem;white-space:pre}pre .hit{background:#7a1f2b}table{border-collapse:collapse;width:100%}\
td{padding:.2rem 1rem .2rem 0;vertical-align:top;font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}\
@media(prefers-color-scheme:dark){body{background:#16161a;color:#e8e8ee}pre{background:#000}small,.at{color:#9a9aa6}}";

/// A page with status and message, nothing internal.
pub(super) fn plain(status: StatusCode, message: &str) -> String {
    let body = format!("<div class=\"code\">{}</div><h1>{}</h1>", status.as_u16(), escape(message));
    document(&format!("{} {message}", status.as_u16()), &body)
}

/// The page for developers.
pub(super) fn detailed(status: StatusCode, message: &str, facts: &RequestFacts, details: &Details) -> String {
    let title = details.chain.first().map_or(message, String::as_str);
    let kind = if details.panicked { "panic" } else { "error" };
    let mut body = format!("<small>{} {kind}</small><h1>{}</h1>", status.as_u16(), escape(title));
    for cause in details.chain.iter().skip(1) {
        let _ = write!(body, "<p>because: {}</p>", escape(cause));
    }
    if let Some(place) = &details.place {
        let _ = write!(body, "<p class=\"at\">{}:{}:{}</p>", escape(&place.file), place.line, place.column);
    }
    if let Some(excerpt) = &details.excerpt {
        body.push_str("<pre>");
        for (number, line) in &excerpt.lines {
            let class = if *number == excerpt.marked { " class=\"hit\"" } else { "" };
            let _ = write!(body, "<span{class}>{number:>5}  {}</span>", escape(line));
        }
        body.push_str("</pre>");
    }
    if !details.frames.is_empty() {
        body.push_str("<h2>Stack</h2><ol>");
        for frame in &details.frames {
            let place = &frame.place;
            let _ = write!(
                body,
                "<li>{} <span class=\"at\">{}:{}</span></li>",
                escape(&frame.function),
                escape(&place.file),
                place.line
            );
        }
        body.push_str("</ol>");
    }
    let _ = write!(
        body,
        "<h2>Request</h2><p>{} {}</p><p class=\"at\">id {}</p><table>",
        escape(facts.method.as_str()),
        escape(&details.uri),
        escape(&facts.id)
    );
    for (name, value) in &details.headers {
        let _ = write!(body, "<tr><td>{}</td><td>{}</td></tr>", escape(name), escape(value));
    }
    body.push_str("</table>");
    document(title, &body)
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{}</title><style>{STYLE}</style></head><body><main>{body}</main>\
         </body></html>\n",
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
