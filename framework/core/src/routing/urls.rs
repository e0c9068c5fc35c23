//! Paths from names of routes.

use std::collections::HashMap;
use std::fmt::{Display, Write as _};
use std::sync::Arc;

use anvil_control::RouteError;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::entry::RouteEntry;
use crate::container::Container;
use crate::error::{Error, Result};

/// Names of the routes that answer this request's generation. An extractor: `urls: Urls`.
#[derive(Debug, Clone)]
pub struct Urls {
    table: Arc<UrlTable>,
    origin: String,
}

#[derive(Debug, Default)]
pub(crate) struct UrlTable {
    paths: HashMap<String, String>,
}

impl UrlTable {
    pub(super) fn new(entries: &[RouteEntry], errors: &mut Vec<RouteError>) -> Self {
        let mut paths: HashMap<String, String> = HashMap::new();
        let mut first: HashMap<&str, &RouteEntry> = HashMap::new();
        for entry in entries {
            let Some(name) = entry.name() else { continue };
            match first.get(name) {
                // GET and POST of one path may share a name: it gives the same URL.
                Some(other) if other.path == entry.path => {}
                Some(other) => errors.push(RouteError {
                    message: format!(
                        "the name `{name}` is given to `{}` here and to `{}` at {}",
                        entry.path, other.path, other.place
                    ),
                    place: Some(entry.place()),
                    other: Some(other.place()),
                }),
                None => {
                    first.insert(name, entry);
                    paths.insert(name.to_owned(), entry.path.clone());
                }
            }
        }
        Self { paths }
    }
}

impl Urls {
    pub(crate) fn new(table: Arc<UrlTable>, origin: String) -> Self {
        Self { table, origin }
    }

    /// The path of the route called `name`: `urls.to("posts.show", &[("id", &post.id)])`. Values are percent-encoded; those
    /// that the path does not name become the query.
    ///
    /// # Errors
    /// No route has the name, or a parameter of the path is missing or empty.
    #[track_caller]
    pub fn to(&self, name: &str, parameters: &[(&str, &dyn Display)]) -> Result<String> {
        match self.fill(name, parameters) {
            Ok(url) => Ok(url),
            Err(message) => Err(Error::msg(message)),
        }
    }

    /// As [`Urls::to`], with the origin of `app.url` before it.
    ///
    /// # Errors
    /// As [`Urls::to`].
    #[track_caller]
    pub fn absolute(&self, name: &str, parameters: &[(&str, &dyn Display)]) -> Result<String> {
        let path = self.to(name, parameters)?;
        Ok(format!("{}{path}", self.origin))
    }

    fn fill(&self, name: &str, parameters: &[(&str, &dyn Display)]) -> Result<String, String> {
        let path = self.table.paths.get(name).ok_or_else(|| format!("no route is named `{name}`"))?;
        let mut used = Vec::new();
        let mut url = String::with_capacity(path.len() + 16);
        let mut rest = path.as_str();
        while let Some(start) = rest.find('{') {
            let (before, after) = rest.split_at(start);
            url.push_str(before);
            if let Some(literal) = after.strip_prefix("{{") {
                url.push('{');
                rest = literal;
                continue;
            }
            let end = after.find('}').unwrap_or(after.len() - 1);
            let key = &after[1..end];
            rest = &after[end + 1..];
            let (key, keep_slashes) = key.strip_prefix('*').map_or((key, false), |key| (key, true));
            let value = parameters.iter().find(|(name, _)| *name == key);
            let (_, value) = value.ok_or_else(|| format!("the route `{name}` ({path}) needs the parameter `{key}`"))?;
            let value = value.to_string();
            if value.is_empty() {
                return Err(format!("the parameter `{key}` of the route `{name}` ({path}) is empty"));
            }
            encode(&mut url, &value, keep_slashes);
            used.push(key);
        }
        url.push_str(&rest.replace("}}", "}"));
        let mut separator = '?';
        for (key, value) in parameters.iter().filter(|(key, _)| !used.contains(key)) {
            url.push(separator);
            encode(&mut url, key, false);
            url.push('=');
            encode(&mut url, &value.to_string(), false);
            separator = '&';
        }
        Ok(url)
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters.
fn encode(target: &mut String, text: &str, keep_slashes: bool) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => target.push(byte as char),
            b'/' if keep_slashes => target.push('/'),
            _ => {
                let _ = write!(target, "%{byte:02X}");
            }
        }
    }
}

impl FromRequestParts<Container> for Urls {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, container: &Container) -> Result<Self, Error> {
        match parts.extensions.get::<Arc<UrlTable>>() {
            Some(table) => Ok(Self::new(table.clone(), container.config().app.url.clone())),
            None => Err(Error::msg("`Urls` works inside an `HttpApp` only")),
        }
    }
}
