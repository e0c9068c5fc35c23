//! Clients that ask an app at a fixed rate, and note what they see.
//!
//! A request is due at a point in time whether or not the one before has been answered, and its latency counts from then:
//! an app that stands still for a second delays all that fell due in it, not one. Blocking threads, since there are few of
//! them and a thread of its own lets none delay another.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{http::Client, statistics::Sample};

/// At most so many failures are kept word by word for each client.
const FAILURES_KEPT: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connections {
    /// One for all requests of the client.
    Kept,
    /// A new one for each request.
    Fresh,
}

/// Clients at work.
pub(super) struct Traffic {
    signals: Arc<Signals>,
    clients: Vec<JoinHandle<Seen>>,
}

#[derive(Default)]
struct Signals {
    reloading: AtomicBool,
    stop: AtomicBool,
}

/// What clients saw.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) quiet: Sample,
    pub(super) reloading: Sample,
    pub(super) failed: u64,
    pub(super) failures: Vec<String>,
    /// Answers of an older generation than one that the same client had seen before.
    pub(super) backwards: u64,
    /// Answers without a generation.
    pub(super) unstamped: u64,
    pub(super) newest: u64,
}

impl Traffic {
    /// `clients` of each kind, each with `rate` requests a second to the paths in turn.
    pub(super) fn start(addr: SocketAddr, paths: &[String], clients: usize, rate: u32) -> Self {
        let signals = Arc::new(Signals::default());
        let kinds = [Connections::Kept, Connections::Fresh].into_iter().flat_map(|kind| vec![kind; clients]);
        let clients = kinds.enumerate().map(|(number, kind)| {
            let (signals, mut paths) = (signals.clone(), paths.to_vec());
            let first = number % paths.len().max(1);
            paths.rotate_left(first);
            thread::spawn(move || ask(addr, &paths, kind, Duration::from_secs(1) / rate.max(1), &signals))
        });
        Self { clients: clients.collect(), signals }
    }

    /// From now on requests belong to [`Seen::reloading`].
    pub(super) fn reloads_begin(&self) {
        self.signals.reloading.store(true, Ordering::Relaxed);
    }

    pub(super) fn stop(self) -> Seen {
        self.signals.stop.store(true, Ordering::Relaxed);
        let mut all = Seen::default();
        for client in self.clients {
            match client.join() {
                Ok(seen) => all.add(seen),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    }
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.quiet.extend(&other.quiet);
        self.reloading.extend(&other.reloading);
        self.failed += other.failed;
        self.failures.extend(other.failures);
        self.backwards += other.backwards;
        self.unstamped += other.unstamped;
        self.newest = self.newest.max(other.newest);
    }

    fn fail(&mut self, why: String) {
        self.failed += 1;
        if self.failures.len() < FAILURES_KEPT {
            self.failures.push(why);
        }
    }

    fn note(&mut self, generation: Option<u64>) {
        match generation {
            None => self.unstamped += 1,
            Some(older) if older < self.newest => self.backwards += 1,
            Some(newest) => self.newest = newest,
        }
    }
}

fn ask(addr: SocketAddr, paths: &[String], kind: Connections, every: Duration, signals: &Signals) -> Seen {
    let mut seen = Seen::default();
    let mut client = Client::new(addr);
    let mut due = Instant::now();
    for path in paths.iter().cycle() {
        if signals.stop.load(Ordering::Relaxed) {
            break;
        }
        due += every;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let reloading = signals.reloading.load(Ordering::Relaxed);
        if kind == Connections::Fresh {
            client.disconnect();
        }
        match client.get(path) {
            Ok(answer) => {
                seen.note(answer.generation);
                if answer.status != 200 {
                    seen.fail(format!("{path}: status {}", answer.status));
                }
            }
            Err(error) => seen.fail(format!("{path}, {kind:?} connection: {error:#}")),
        }
        let sample = if reloading { &mut seen.reloading } else { &mut seen.quiet };
        sample.add(due.elapsed());
    }
    seen
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::TcpListener,
    };

    use super::*;

    /// Answers the first connection's requests with these generations, then closes.
    fn serve(generations: &'static [u64]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("bound");
        thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a client");
            let mut lines = BufReader::new(stream.try_clone().expect("it clones")).lines();
            for generation in generations {
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                let head = format!("HTTP/1.1 200 OK\r\nx-anvil-generation: {generation}\r\ncontent-length: 0\r\n\r\n");
                (&stream).write_all(head.as_bytes()).expect("the client listens");
            }
        });
        addr
    }

    /// What one client with a kept connection saw until its first failure.
    fn check(generations: &'static [u64]) -> Seen {
        let mut client = Client::new(serve(generations));
        let mut seen = Seen::default();
        while let Ok(answer) = client.get("/") {
            seen.note(answer.generation);
        }
        seen
    }

    #[test]
    fn a_generation_that_goes_backwards_is_noticed() {
        assert_eq!(check(&[3, 4, 4, 6]).backwards, 0);
        assert_eq!(check(&[3, 5, 4, 5]).backwards, 1);
    }

    #[test]
    fn a_refused_connection_is_a_failed_request() {
        let addr = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let traffic = Traffic::start(addr, &["/".to_owned()], 1, 1000);
        while !traffic.clients.iter().all(JoinHandle::is_finished) {
            traffic.signals.stop.store(true, Ordering::Relaxed);
            thread::yield_now();
        }
        let seen = traffic.stop();
        assert_eq!(seen.failed, seen.quiet.len() as u64);
    }
}
