//! A client that looks all the time, as a browser with a very short poll would.

use std::{net::SocketAddr, time::Duration};

use tokio::{sync::watch, task::JoinHandle};

use super::get;

/// Pause between two looks: many per swap, and time for the compiler in between.
const PACE: Duration = Duration::from_millis(10);

/// What one generation answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) generation: u64,
    pub(crate) body: String,
}

/// Asks for one path until it is told to end.
#[derive(Debug)]
pub(crate) struct Observer {
    ended: watch::Sender<bool>,
    task: JoinHandle<Vec<Seen>>,
}

impl Observer {
    pub(crate) fn start(addr: SocketAddr, path: &'static str) -> Self {
        let (ended, end) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut seen = Vec::new();
            while !*end.borrow() {
                let answer = get(addr, path).await.expect("no request fails");
                assert_eq!(answer.status, 200, "{}", answer.body);
                let now = Seen { generation: answer.generation().expect("a generation"), body: answer.body };
                if seen.last() != Some(&now) {
                    seen.push(now);
                }
                tokio::time::sleep(PACE).await;
            }
            seen
        });
        Self { ended, task }
    }

    /// Everything that was seen, in order, without repetitions. No request has failed, and generations only grew.
    pub(crate) async fn end(self) -> Vec<Seen> {
        self.ended.send_replace(true);
        let seen = self.task.await.expect("every request was answered");
        assert!(seen.is_sorted_by_key(|seen| seen.generation), "an older generation after a newer one: {seen:?}");
        seen
    }
}
