//! Lock, socket and log on a real file system.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    sync::Arc,
};

use anvild_client::{ProjectPaths, read_record};
use anvild_protocol::{LogLine, LogStream};
use tempfile::TempDir;

use super::*;

fn paths(runtime: &Path) -> ProjectPaths {
    ProjectPaths::with_runtime(Path::new("/some/project"), Some(runtime))
}

fn own(runtime: &Path) -> OwnedStateDir {
    match StateDir::at(paths(runtime)).unwrap().acquire_lock().unwrap() {
        Ownership::Owned(owned) => owned,
        Ownership::Taken(record) => panic!("taken by {record:?}"),
    }
}

#[test]
fn the_second_daemon_learns_who_the_first_is_and_the_lock_ends_with_it() {
    let runtime = TempDir::new().unwrap();
    let first = own(runtime.path());
    match StateDir::at(paths(runtime.path())).unwrap().acquire_lock().unwrap() {
        Ownership::Taken(Some(record)) => assert_eq!(record.pid, std::process::id()),
        other => panic!("{other:?}"),
    }
    drop(first);
    assert_eq!(read_record(&paths(runtime.path())), None);
    own(runtime.path());
}

#[tokio::test]
async fn whatever_a_dead_daemon_left_at_the_sockets_name_is_replaced() {
    let runtime = TempDir::new().unwrap();
    let socket = paths(runtime.path()).socket();
    let plant: [fn(&Path); 3] = [
        |path| fs::write(path, "a file").unwrap(),
        |path| symlink("/etc/hostname", path).unwrap(),
        |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap()),
    ];
    for plant in plant {
        let owned = own(runtime.path());
        plant(&socket);
        let listener = owned.bind().unwrap();
        assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
        let (_client, accepted) = tokio::join!(tokio::net::UnixStream::connect(&socket), listener.accept());
        accepted.unwrap();
        drop(owned);
        assert!(fs::symlink_metadata(&socket).is_err(), "the socket goes with its daemon");
    }
    assert!(Path::new("/etc/hostname").exists(), "a planted link is removed, not followed");
}

#[test]
fn a_directory_that_others_could_enter_or_that_is_a_link_is_refused() {
    let runtime = TempDir::new().unwrap();
    let base = runtime.path().join("anvil");
    fs::create_dir(&base).unwrap();
    fs::set_permissions(&base, fs::Permissions::from_mode(0o755)).unwrap();
    let error = StateDir::at(paths(runtime.path())).unwrap_err();
    assert!(error.to_string().contains("permissions are 0755"), "{error}");

    fs::remove_dir(&base).unwrap();
    let elsewhere = TempDir::new().unwrap();
    symlink(elsewhere.path(), &base).unwrap();
    let error = StateDir::at(paths(runtime.path())).unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");
}

#[test]
fn the_log_keeps_its_bound_and_its_newest_lines() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("anvild.log");
    let limits = LogLimits { file_bytes: 1000, files: 3 };
    let log = LogFile::open(&path, limits);
    for number in 0..1000 {
        log.write_line(&format!("line {number}"));
    }
    let sizes: Vec<u64> =
        fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).collect();
    assert_eq!(sizes.len(), 3);
    assert!(sizes.iter().all(|size| *size <= limits.file_bytes), "{sizes:?}");
    assert!(fs::read_to_string(&path).unwrap().ends_with("line 999\n"));
    assert_eq!(log.dropped(), 0);
}

#[test]
fn a_full_disk_costs_lines_and_nothing_else() {
    let log = Arc::new(LogFile::open(Path::new("/dev/full"), LogLimits::default()));
    log.write_line("lost");
    io::Write::write_all(&mut &*log, b"lost too\n").unwrap();
    assert_eq!(log.dropped(), 2);
}

#[test]
fn the_log_says_how_many_lines_were_lost_once_it_can_be_written_again() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("later/anvild.log");
    let log = LogFile::open(&path, LogLimits::default());
    log.write_line("one");
    log.write_line("two");
    fs::create_dir(directory.path().join("later")).unwrap();
    log.write_line("three");
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text, "2 lines were lost because the log could not be written\nthree\n");
}

#[test]
fn the_ring_forgets_the_oldest_lines_and_cuts_the_longest() {
    let mut ring = LogRing::new();
    let line = |text: String| LogLine { at_ms: 0, stream: LogStream::Stdout, text };
    for number in 0..12_000 {
        ring.push(line(number.to_string()));
    }
    let tail = ring.tail(u32::MAX);
    assert_eq!((tail.len(), tail[0].text.as_str()), (10_000, "2000"));
    assert_eq!(ring.tail(2).iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["11998", "11999"]);
    assert!(ring.push(line("é".repeat(20_000))).text.len() < 17_000);
    for _ in 0..1000 {
        ring.push(line("x".repeat(16_000)));
    }
    assert!(ring.tail(u32::MAX).iter().map(|line| line.text.len()).sum::<usize>() <= 4 * 1024 * 1024);
}
