//! Does the client want JSON or a page?

use axum::http::{HeaderMap, header};

/// The form of an error's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Html,
}

/// `Accept` decides; where it leaves the choice open, a client that sends JSON or calls from a script gets JSON.
pub(crate) fn form_for(headers: &HeaderMap) -> Form {
    let (mut json, mut html, mut any) = (0, 0, 0);
    let accepts = headers.get_all(header::ACCEPT);
    for range in accepts.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths);
        match kind.as_str() {
            "text/html" | "application/xhtml+xml" => html = html.max(weight),
            "*/*" => any = any.max(weight),
            kind if kind == "application/json" || kind.ends_with("+json") => json = json.max(weight),
            _ => {}
        }
    }
    if json == 0 && html == 0 {
        let open = any > 0 || accepts.iter().next().is_none();
        return if open && is_scripted(headers) { Form::Json } else { Form::Html };
    }
    if json > html { Form::Json } else { Form::Html }
}

fn thousandths(text: &str) -> u32 {
    text.parse::<f32>().map_or(0, |q| (q.clamp(0.0, 1.0) * 1000.0) as u32)
}

fn is_scripted(headers: &HeaderMap) -> bool {
    let contains = |name: header::HeaderName, text: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.to_ascii_lowercase().contains(text))
    };
    contains(header::CONTENT_TYPE, "json")
        || contains(header::HeaderName::from_static("x-requested-with"), "xmlhttprequest")
}
