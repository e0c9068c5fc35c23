//! Starting, finding, replacing and ending real processes (`examples/minimal_daemon.rs`).

use std::{
    env, fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Stdio,
};

use anvild_client::{
    ConnectOptions, Connection, DaemonLock, DaemonRecord, Error, LockAttempt, ProjectPaths, SpawnOptions, Step,
    StopOutcome, connect, connect_or_spawn, exit_code, locate, read_record, stop_daemon,
};
use anvild_protocol::PROTOCOL;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// A project with a daemon of its own.
struct Project {
    folder: TempDir,
    paths: ProjectPaths,
}

impl Project {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("Cargo.toml"), "").unwrap();
        let paths = locate(folder.path()).unwrap();
        Self { folder, paths }
    }

    fn pretend(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Process ids of the daemons that ever listened.
    fn starts(&self) -> Vec<u32> {
        let text = fs::read_to_string(self.folder.path().join("starts")).unwrap_or_default();
        text.lines().map(|line| line.parse().unwrap()).collect()
    }

    async fn open(&self) -> Result<(Connection, Vec<Step>), Error> {
        let mut steps = Vec::new();
        let options = SpawnOptions { daemon_exe: Some(minimal_daemon()), connect: options() };
        let connection = connect_or_spawn(&self.paths, &options, &mut |step| steps.push(step)).await?;
        Ok((connection, steps))
    }

    /// Starts one as a person would, without the start lock.
    async fn start_by_hand(&self) -> Child {
        let mut child = Command::new(minimal_daemon())
            .arg("--project")
            .arg(self.paths.root())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
        assert!(line.starts_with("{\"ready\""), "{line}");
        child
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let paths = self.paths.clone();
        // On a thread of its own: the test's runtime is still entered here.
        let ended = std::thread::spawn(move || runtime.block_on(stop_daemon(&paths, &options()))).join();
        let _ = fs::remove_dir_all(self.paths.directory());
        assert!(matches!(ended, Ok(Ok(_))), "{ended:?}");
    }
}

fn options() -> ConnectOptions {
    ConnectOptions::new("test")
}

/// Cargo builds the examples of a package before it runs its tests, and puts them beside the tests' folder.
fn minimal_daemon() -> PathBuf {
    let tests = env::current_exe().unwrap();
    tests.parent().and_then(Path::parent).unwrap().join("examples/minimal_daemon")
}

#[tokio::test]
async fn fifty_starts_at_once_give_one_daemon() {
    let project = Project::new();
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let paths = project.paths.clone();
        starts.spawn(async move {
            let options = SpawnOptions { daemon_exe: Some(minimal_daemon()), connect: options() };
            connect_or_spawn(&paths, &options, &mut |_| {}).await.map(|connection| connection.daemon().pid)
        });
    }
    let pids: Vec<u32> = starts.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(pids.len(), 50);
    assert_eq!(project.starts(), [pids[0]]);
    assert!(pids.iter().all(|pid| *pid == pids[0]), "{pids:?}");
}

#[tokio::test]
async fn a_daemon_that_was_killed_leaves_nothing_in_the_way() {
    let project = Project::new();
    let (first, _) = project.open().await.unwrap();
    let pid = first.daemon().pid;
    let status = Command::new("kill").args(["-9", &pid.to_string()]).status().await.unwrap();
    assert!(status.success());
    first.closed().await;
    assert!(project.paths.socket().exists(), "the stale socket is the point of this test");
    let (second, _) = project.open().await.unwrap();
    assert_ne!(second.daemon().pid, pid);
}

#[tokio::test]
async fn a_daemon_started_by_hand_is_used() {
    let project = Project::new();
    let child = project.start_by_hand().await;
    let (connection, steps) = project.open().await.unwrap();
    assert_eq!((Some(connection.daemon().pid), steps), (child.id(), vec![]));
}

#[tokio::test]
async fn an_older_daemon_is_replaced_and_a_newer_one_is_left_alone() {
    let project = Project::new();
    project.pretend("version", "0.0.1");
    let _older = project.start_by_hand().await;
    project.pretend("version", env!("CARGO_PKG_VERSION"));
    let (connection, steps) = project.open().await.unwrap();
    assert_eq!(connection.daemon().version, env!("CARGO_PKG_VERSION"));
    assert_eq!(steps[0], Step::Replacing { version: "0.0.1".to_owned() });
    assert_eq!(project.starts().len(), 2);
    drop(connection);
    stop_daemon(&project.paths, &options()).await.unwrap();

    project.pretend("version", "99.0.0");
    let _newer = project.start_by_hand().await;
    let error = project.open().await.unwrap_err();
    assert!(matches!(error, Error::NewerVersion { .. }), "{error:?}");
    assert_eq!(error.exit_code(), exit_code::VERSION);
    assert!(error.hint().unwrap().contains("anvil stop --daemon"));
    assert_eq!(project.starts().len(), 3);
}

#[tokio::test]
async fn a_program_of_another_version_is_not_used() {
    let project = Project::new();
    project.pretend("version", "0.0.1");
    let error = project.open().await.unwrap_err();
    assert!(matches!(error, Error::ExeVersion { .. }), "{error:?}");
    assert!(matches!(connect(&project.paths, &options()).await, Err(Error::NotRunning(_))));
}

#[tokio::test]
async fn a_daemon_of_another_protocol_is_replaced_if_older_and_can_always_be_stopped() {
    let project = Project::new();
    project.pretend("protocol", &(PROTOCOL - 1).to_string());
    let mut older = project.start_by_hand().await;
    project.pretend("protocol", &PROTOCOL.to_string());
    let (connection, steps) = project.open().await.unwrap();
    assert!(matches!(steps[0], Step::Replacing { .. }), "{steps:?}");
    older.wait().await.unwrap();
    drop(connection);
    stop_daemon(&project.paths, &options()).await.unwrap();

    project.pretend("protocol", &(PROTOCOL + 1).to_string());
    let newer = project.start_by_hand().await;
    let pid = newer.id().unwrap();
    let error = project.open().await.unwrap_err();
    assert!(matches!(error, Error::NewerProtocol { .. }), "{error:?}");
    assert_eq!(stop_daemon(&project.paths, &options()).await.unwrap(), StopOutcome::Terminated { pid });
    assert_eq!(stop_daemon(&project.paths, &options()).await.unwrap(), StopOutcome::NotRunning);
}

#[tokio::test]
async fn a_start_that_fails_says_why() {
    let project = Project::new();
    project.pretend("fail", "two candidate packages");
    let error = project.open().await.unwrap_err();
    assert_eq!((error.to_string(), error.exit_code()), ("two candidate packages".to_owned(), exit_code::PROJECT));
    assert_eq!(error.hint().as_deref(), Some("remove the file"));

    project.pretend("die", "thread 'main' panicked");
    let error = project.open().await.unwrap_err();
    assert!(error.to_string().contains("thread 'main' panicked"), "{error}");
    assert_eq!(error.exit_code(), exit_code::DAEMON);
}

#[tokio::test]
async fn a_record_whose_number_belongs_to_another_process_by_now_harms_nobody() {
    let project = Project::new();
    let mut bystander = Command::new("sleep").arg("600").kill_on_drop(true).spawn().unwrap();
    let record = DaemonRecord {
        pid: bystander.id().unwrap(),
        version: "0.0.1".to_owned(),
        protocol: PROTOCOL - 1,
        socket: project.paths.socket(),
    };
    project.paths.prepare().unwrap();
    {
        let LockAttempt::Taken(lock) = DaemonLock::attempt(&project.paths).unwrap() else { panic!("the lock is free") };
        lock.write_record(&record).unwrap();
        // The holder cannot be found by the record, so it is not ended, and neither is the bystander.
        let error = stop_daemon(&project.paths, &options()).await.unwrap_err();
        assert!(matches!(error, Error::Unresponsive { .. }), "{error:?}");
    }
    fs::write(project.paths.record(), serde_json::to_vec(&record).unwrap()).unwrap();
    assert_eq!(stop_daemon(&project.paths, &options()).await.unwrap(), StopOutcome::NotRunning);
    project.open().await.unwrap();
    assert!(bystander.try_wait().unwrap().is_none(), "it still runs");
    assert_ne!(read_record(&project.paths).unwrap().pid, record.pid);
}

#[test]
fn the_project_is_the_nearest_folder_with_a_manifest_or_a_configuration() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for path in ["app/src/deep", "app/config", "bare/config"] {
        fs::create_dir_all(root.join(path)).unwrap();
    }
    assert!(matches!(locate(&root.join("bare")), Err(Error::NoProject(_))));
    fs::write(root.join("app/Cargo.toml"), "").unwrap();
    fs::write(root.join("bare/config/anvil.toml"), "").unwrap();
    let check =
        |start: &str, expected: &str| assert_eq!(locate(&root.join(start)).unwrap().root(), root.join(expected));
    check("app/src/deep", "app");
    check("bare/config", "bare");
    symlink(root.join("app"), root.join("link")).unwrap();
    check("link/src", "app");
    let error = locate(&root.join("missing")).unwrap_err();
    assert!(matches!(error, Error::NoDirectory(_)));
    assert_eq!(error.exit_code(), exit_code::PROJECT);
}

#[test]
fn paths_are_short_and_those_of_different_projects_differ() {
    let runtime = TempDir::new().unwrap();
    let at = |root: &str| ProjectPaths::with_runtime(Path::new(root), Some(runtime.path()));
    assert_eq!(at("/a"), at("/a"));
    assert_ne!(at("/a").directory(), at("/b").directory());
    let long = runtime.path().join("x".repeat(200));
    fs::create_dir(&long).unwrap();
    for passed_over in [Some(long.as_path()), Some(Path::new("/does/not/exist")), Some(Path::new("relative")), None] {
        let paths = ProjectPaths::with_runtime(Path::new("/a"), passed_over);
        assert!(paths.directory().starts_with("/tmp"), "{passed_over:?}");
        assert!(paths.socket().as_os_str().len() < 108);
    }
    let base = runtime.path().join("anvil");
    fs::create_dir(&base).unwrap();
    fs::set_permissions(&base, fs::Permissions::from_mode(0o770)).unwrap();
    assert!(matches!(at("/a").prepare(), Err(Error::UnsafeDirectory { .. })));
}
