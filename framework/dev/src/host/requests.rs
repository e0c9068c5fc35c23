//! What routes have answered, for the daemon: the newest request of each route, a few messages a second at most, however many
//! requests there are.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anvil_control::{FromHost, ServedRequest};
use anvil_core::Answered;
use axum::http::Method;
use axum::response::Response;
use tokio::sync::Notify;

use super::control::Say;

/// Between two messages.
const PAUSE: Duration = Duration::from_millis(250);

/// Routes in one message. What does not fit goes with the next.
const ROUTES_MAX: usize = 128;

/// Routes that wait to be told of. A page asks for a few; one beyond it is not told of.
const WAITING_MAX: usize = 4096;

/// Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub(super) struct Requests {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// By method and route.
    waiting: Mutex<BTreeMap<(String, String), ServedRequest>>,
    more: Notify,
}

impl Requests {
    /// Notes a response of the app that began at `started`. One that no route has made is left out.
    pub(super) fn note(&self, method: &Method, started: Instant, generation: u64, response: &Response) {
        let Some(Answered { route, view }) = response.extensions().get::<Answered>() else { return };
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let request = ServedRequest {
            generation,
            method: method.as_str().to_owned(),
            route: route.clone(),
            view: view.clone(),
            status: response.status().as_u16(),
            took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
            at_ms: u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX),
        };
        let mut waiting = self.waiting();
        let key = (request.method.clone(), request.route.clone());
        if waiting.len() < WAITING_MAX || waiting.contains_key(&key) {
            waiting.insert(key, request);
        }
        drop(waiting);
        self.shared.more.notify_one();
    }

    /// Tells of what is noted, for as long as the host lives.
    pub(super) fn tell(&self, say: Say) -> impl Future<Output = ()> + use<> {
        let requests = self.clone();
        async move {
            loop {
                requests.shared.more.notified().await;
                while let Some(some) = requests.take() {
                    say.may(FromHost::Served { requests: some });
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    fn take(&self) -> Option<Vec<ServedRequest>> {
        let mut waiting = self.waiting();
        let mut some = Vec::new();
        while some.len() < ROUTES_MAX
            && let Some((_, request)) = waiting.pop_first()
        {
            some.push(request);
        }
        (!some.is_empty()).then_some(some)
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<(String, String), ServedRequest>> {
        self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn answered(requests: &Requests, route: &str, status: u16) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status.try_into().expect("a status");
        response.extensions_mut().insert(Answered { route: route.to_owned(), view: None });
        requests.note(&Method::GET, Instant::now(), 7, &response);
    }

    #[test]
    fn the_newest_of_each_route_is_told_in_pieces() {
        let requests = Requests::default();
        requests.note(&Method::GET, Instant::now(), 7, &Response::new(Body::empty()));
        assert!(requests.take().is_none(), "no route has answered it");
        for number in 0..WAITING_MAX + 5 {
            answered(&requests, &format!("/{number:04}"), 200);
        }
        answered(&requests, "/0001", 404);
        let first = requests.take().expect("there are some");
        assert_eq!((first.len(), first[1].route.as_str(), first[1].status), (ROUTES_MAX, "/0001", 404));
        let mut told = first.len();
        while let Some(some) = requests.take() {
            told += some.len();
        }
        assert_eq!(told, WAITING_MAX);
    }
}
