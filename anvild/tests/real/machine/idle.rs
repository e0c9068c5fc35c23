//! What a daemon costs that has nothing to do, and what a host has inherited from it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use crate::harness::{Daemon, Project};

/// How long the processes are watched. Long enough to see a timer that fires once in a while.
const WATCHED: Duration = Duration::from_secs(60);
/// Processor time in that. Derivation: one percent of it, the noise of a machine that does other things.
const CPU_MAX: Duration = Duration::from_millis(600);
/// The product's promise.
const RSS_BYTES_MAX: u64 = 40 * 1024 * 1024;

#[tokio::test]
async fn with_nothing_to_do_daemon_and_host_do_nothing_and_share_only_the_port() {
    let project = Project::new("fx-idle");
    let (daemon, _) = Daemon::hot(&project).await;
    assert_eq!(daemon.get("/").await.body, "one");
    let status = daemon.status().await;
    let host = status.app.pid.expect("a host serves");
    inherits_the_port_alone(&daemon, host);

    let before = [ticks(daemon.pid()), ticks(host)];
    tokio::time::sleep(WATCHED).await;
    let spent = [ticks(daemon.pid()) - before[0], ticks(host) - before[1]];
    let ticks_per_second = rustix::param::clock_ticks_per_second();
    let [by_daemon, by_host] = spent.map(|ticks| Duration::from_millis(ticks * 1000 / ticks_per_second));
    let rss = daemon.status().await.daemon.rss_bytes;
    println!(
        "idle for {WATCHED:?}: daemon {by_daemon:?}, host {by_host:?} of processor time; daemon {rss} bytes of RSS"
    );
    assert!(by_daemon < CPU_MAX && by_host < CPU_MAX, "daemon {by_daemon:?}, host {by_host:?}");
    assert!(rss < RSS_BYTES_MAX, "{rss} bytes");
}

/// Of what the daemon has open, its host has the listening socket, the pipes of its output and `/dev/null`.
fn inherits_the_port_alone(daemon: &Daemon, host: u32) {
    let (of_daemon, of_host) = (descriptors(daemon.pid()), descriptors(host));
    let known: BTreeSet<&PathBuf> = of_daemon.values().collect();
    let shared: Vec<_> = of_host.iter().filter(|(_, file)| known.contains(file)).collect();
    let count = |kind: &str| shared.iter().filter(|(_, file)| file.to_string_lossy().starts_with(kind)).count();
    assert_eq!((count("socket:"), count("pipe:")), (1, 2), "{shared:?}");
    // Each epoll, timer and event descriptor is a file of its own under one common name.
    let other = |file: &PathBuf| {
        let name = file.to_string_lossy();
        !(name.starts_with("socket:") || name.starts_with("pipe:") || name.starts_with("anon_inode:"))
    };
    let files: Vec<_> = shared.iter().filter(|(_, file)| other(file)).collect();
    assert!(files.iter().all(|(_, file)| file.as_os_str() == "/dev/null"), "{files:?}");
    let directory = daemon.paths().directory().to_owned();
    assert!(of_host.values().all(|file| !file.starts_with(&directory)), "{of_host:?}");
}

/// User and system time of a process so far, in clock ticks.
fn ticks(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process lives");
    // The name before the parenthesis may hold anything.
    let (_, rest) = text.rsplit_once(')').expect("a name");
    rest.split_ascii_whitespace().skip(11).take(2).map(|text| text.parse::<u64>().expect("a number")).sum()
}

/// What the descriptors of a process lead to.
fn descriptors(pid: u32) -> BTreeMap<u32, PathBuf> {
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("the process lives").flatten();
    let number = |name: std::ffi::OsString| name.to_str().and_then(|name| name.parse().ok());
    entries.filter_map(|entry| Some((number(entry.file_name())?, std::fs::read_link(entry.path()).ok()?))).collect()
}
