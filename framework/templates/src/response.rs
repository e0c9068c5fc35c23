//! Views as responses of handlers.

use std::sync::Arc;

use axum_core::response::{IntoResponse, Response};

use crate::{Services, View};

/// In the extensions of a response, where templates are live: the view that it shows, or was to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered(pub String);

/// The page as HTML. Where it cannot be made, the response has status 500 and says no more than that; the [`Error`](crate::Error) is in its
/// extensions, as `Arc<forge::Error>`, for layers that log or show it.
impl IntoResponse for View {
    fn into_response(self) -> Response {
        const KIND: (&str, &str) = ("content-type", "text/html; charset=utf-8");
        let shown = Services::current().forge.is_live().then(|| Rendered(self.name().to_owned()));
        let mut response = match self.render() {
            Ok(page) => ([KIND], page).into_response(),
            Err(error) => {
                let mut response = ([KIND], "The page could not be made.").into_response();
                if let Ok(status) = 500u16.try_into() {
                    *response.status_mut() = status;
                }
                response.extensions_mut().insert(Arc::new(error));
                response
            }
        };
        if let Some(shown) = shown {
            response.extensions_mut().insert(shown);
        }
        response
    }
}
