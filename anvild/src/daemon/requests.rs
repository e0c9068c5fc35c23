//! `forge/requests`: the newest request of each route, as hosts tell it.

use std::collections::BTreeMap;

use anvil_control::ServedRequest;
use anvild_protocol::{Generation, RequestRow, RouteRow};

/// Routes that are kept; of more, those that were asked for longest ago are forgotten.
const ROUTES_MAX: usize = 1_000;

/// By method and route.
#[derive(Debug, Default)]
pub(super) struct Requests(BTreeMap<(String, String), ServedRequest>);

impl Requests {
    pub(super) fn note(&mut self, requests: Vec<ServedRequest>) {
        for request in requests {
            let key = (request.method.clone(), request.route.clone());
            // A host that drains and one that has taken over tell of the same routes.
            if self.0.get(&key).is_none_or(|known| known.at_ms <= request.at_ms) {
                self.0.insert(key, request);
            }
        }
        while self.0.len() > ROUTES_MAX {
            let oldest = self.0.iter().min_by_key(|(_, request)| request.at_ms).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            self.0.remove(&oldest);
        }
    }

    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Newest first, with what is known of the routes.
    pub(super) fn rows(&self, routes: &[RouteRow]) -> Vec<RequestRow> {
        let mut rows: Vec<RequestRow> = self.0.values().map(|request| row(request, routes)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.at_ms));
        rows
    }
}

fn row(request: &ServedRequest, routes: &[RouteRow]) -> RequestRow {
    let ServedRequest { generation, method, route, view, status, took_us, at_ms } = request.clone();
    let registered = routes.iter().filter(|known| known.path == route);
    let known =
        registered.max_by_key(|known| fit(&known.method, &method)).filter(|known| fit(&known.method, &method) > 0);
    RequestRow {
        view,
        handler: known.map(|known| known.handler.clone()),
        file: known.and_then(|known| known.file.clone()),
        line: known.and_then(|known| known.line),
        method,
        route,
        status,
        // Less than 2^53 microseconds are some centuries.
        ms: took_us as f64 / 1000.0,
        generation: Generation(generation),
        at_ms,
    }
}

/// How well a route that takes `GET|POST` or `ANY` fits a method; 0: not at all.
fn fit(registered: &str, method: &str) -> u8 {
    let named = |wanted: &str| registered.split('|').any(|one| one == wanted);
    match () {
        () if named(method) => 3,
        // The router answers it with the handler for GET.
        () if method == "HEAD" && named("GET") => 2,
        () if registered == "ANY" => 1,
        () => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, route: &str, at_ms: u64) -> ServedRequest {
        let (method, route) = (method.to_owned(), route.to_owned());
        ServedRequest { generation: 3, method, route, view: None, status: 200, took_us: 1500, at_ms }
    }

    fn route(method: &str, path: &str, handler: &str) -> RouteRow {
        RouteRow {
            method: method.to_owned(),
            path: path.to_owned(),
            name: None,
            handler: handler.to_owned(),
            file: Some("/p/src/lib.rs".to_owned()),
            line: Some(7),
            middleware: Vec::new(),
        }
    }

    #[test]
    fn a_row_has_the_handler_that_answers_the_method() {
        let mut requests = Requests::default();
        requests.note(vec![
            request("POST", "/a", 1),
            request("HEAD", "/a", 2),
            request("PUT", "/a", 3),
            request("GET", "/b", 4),
        ]);
        let routes = [route("ANY", "/a", "any"), route("GET", "/a", "get"), route("PUT|POST", "/a", "put")];
        let rows = requests.rows(&routes);
        let shown: Vec<_> = rows.iter().map(|row| (row.method.as_str(), row.handler.as_deref(), row.ms)).collect();
        assert_eq!(
            shown,
            [("GET", None, 1.5), ("PUT", Some("put"), 1.5), ("HEAD", Some("get"), 1.5), ("POST", Some("put"), 1.5)]
        );
    }

    #[test]
    fn the_newest_of_each_route_is_kept_and_not_more_than_fit() {
        let mut requests = Requests::default();
        requests.note(vec![request("GET", "/a", 5)]);
        requests.note(vec![request("GET", "/a", 4)]);
        assert_eq!(requests.rows(&[])[0].at_ms, 5, "what comes late is not newer");
        requests.note(
            (0..ROUTES_MAX as u64 + 9).map(|number| request("GET", &format!("/{number}"), 10 + number)).collect(),
        );
        let rows = requests.rows(&[]);
        assert_eq!((rows.len(), rows.last().map(|row| row.at_ms)), (ROUTES_MAX, Some(19)));
        requests.forget();
        assert_eq!(requests.rows(&[]), []);
    }
}
