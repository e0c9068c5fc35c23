//! Rendering a case with one of the engines, and comparing with what the case says.

use forge::{Result, View};
use forge_spec::{Case, Expected};

use crate::app::App;

/// Nothing if the view does what the case expects; else what is wrong.
pub(crate) fn compare(case: &Case, view: View, app: &App) -> Option<String> {
    let view = match &case.fragment {
        Some(name) => view.fragment(name),
        None => view,
    };
    let outcome: Result<String> = view.render_with(app.services.clone());
    match (&case.expected, outcome) {
        (Expected::Html(expected), Ok(html)) if html == *expected => None,
        (Expected::Html(expected), Ok(html)) => Some(format!("  expected: {expected:?}\n  rendered: {html:?}")),
        (Expected::Html(expected), Err(error)) => Some(format!("  expected: {expected:?}\n  failed:   {error}")),
        (Expected::Error(part), Err(error)) if error.to_string().contains(part.as_str()) => None,
        (Expected::Error(part), Err(error)) => Some(format!("  expected an error with: {part}\n  failed: {error}")),
        (Expected::Error(part), Ok(html)) => Some(format!("  expected an error with: {part}\n  rendered: {html:?}")),
        (Expected::Diagnostics(_), _) => Some("  is rendered, and has problems".to_owned()),
    }
}
