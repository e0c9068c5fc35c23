//! The watcher: whatever way a file is saved, what the watcher reported so far equals what is on disk.

mod watch_support;

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use anvild::watch::{Backend, BackendError, ChangeKind, HintSender, OpenBackend, Roots, Step, Tree, WatchConfig};
use anvild_protocol::WatchBackend;
use watch_support::{Project, fake::FakeBackend, write};

/// For what comes by itself, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// One way to save, given the project's root. It must change at least one watched file.
type Save = fn(&Path);

const SAVES: &[(&str, Save)] = &[
    ("truncate and write", |root| fs::write(root.join("src/a.rs"), "longer than before").expect("write")),
    ("write in place, same length", |root| fs::write(root.join("src/a.rs"), "A").expect("write")),
    ("rename over", |root| {
        fs::write(root.join("src/.a.tmp"), "renamed over").expect("write");
        fs::rename(root.join("src/.a.tmp"), root.join("src/a.rs")).expect("rename");
    }),
    ("back up, then write anew (vim)", |root| {
        fs::write(root.join("src/4913"), "").expect("write");
        fs::remove_file(root.join("src/4913")).expect("remove");
        fs::rename(root.join("src/a.rs"), root.join("src/a.rs~")).expect("rename");
        fs::write(root.join("src/a.rs"), "written by vim").expect("write");
        fs::remove_file(root.join("src/a.rs~")).expect("remove");
    }),
    ("sed -i", |root| {
        let status = Command::new("sed").args(["-i", "s/a/from sed/"]).arg(root.join("src/a.rs")).status();
        assert!(status.expect("sed").success());
    }),
    ("append", |root| {
        let mut file = fs::OpenOptions::new().append(true).open(root.join("src/a.rs")).expect("open");
        std::io::Write::write_all(&mut file, b" more").expect("write");
    }),
    ("remove", |root| fs::remove_file(root.join("src/a.rs")).expect("remove")),
    ("create", |root| write(root, "src/new.rs", "new")),
    ("new folder with a file at once", |root| write(root, "src/one/two/three.rs", "deep")),
    ("move a folder", |root| fs::rename(root.join("src/sub"), root.join("src/moved")).expect("rename")),
    ("move a folder, then save in it", |root| {
        fs::rename(root.join("src/sub"), root.join("src/moved")).expect("rename");
        write(root, "src/moved/s.rs", "saved after the move");
    }),
    ("remove a folder", |root| fs::remove_dir_all(root.join("src/sub")).expect("remove")),
    ("replace a folder by another of the same name", |root| {
        fs::remove_dir_all(root.join("src/sub")).expect("remove");
        write(root, "src/sub/other.rs", "other");
    }),
    ("replace a folder by a file", |root| {
        fs::remove_dir_all(root.join("src/sub")).expect("remove");
        write(root, "src/sub", "a file now");
    }),
    ("move a folder in", |root| {
        write(root.parent().expect("parent"), "elsewhere/deep/x.rs", "from outside");
        fs::rename(root.parent().expect("parent").join("elsewhere"), root.join("src/inside")).expect("rename");
    }),
    ("move a folder out", |root| {
        fs::rename(root.join("src/sub"), root.parent().expect("parent").join("outside")).expect("rename");
    }),
    ("through a link to a folder", |root| write(root, "src/linked/l.rs", "through the link")),
    ("behind a link to a folder", |root| write(root.parent().expect("parent"), "shared/l.rs", "behind the link")),
    ("behind a link to a file", |root| write(root.parent().expect("parent"), "single/target.rs", "behind it")),
    ("a single file outside", |root| write(root.parent().expect("parent"), "Cargo.toml", "[workspace]")),
    ("a single file that did not exist", |root| write(root.parent().expect("parent"), ".cargo/config.toml", "[build]")),
    (".env, though git ignores it", |root| write(root, ".env", "KEY=new")),
    ("a generated source that git ignores", |root| write(root, "src/generated.rs", "generated anew")),
];

fn prepare(project: &Project) -> Roots {
    let (root, parent) = (project.root(), project.parent());
    for (name, text) in [
        ("src/a.rs", "a"),
        ("src/sub/s.rs", "s"),
        ("src/sub/inner/i.rs", "i"),
        ("src/generated.rs", "generated"),
        (".env", "KEY=old"),
        (".gitignore", ".env\n/src/generated.rs\n"),
    ] {
        write(root, name, text);
    }
    for (name, text) in [("shared/l.rs", "l"), ("single/target.rs", "t"), ("Cargo.toml", "")] {
        write(parent, name, text);
    }
    symlink(parent.join("shared"), root.join("src/linked")).expect("link");
    symlink(parent.join("single/target.rs"), root.join("src/link.rs")).expect("link");
    let files = vec![
        parent.join("Cargo.toml"),
        parent.join(".cargo/config.toml"),
        root.join("src/generated.rs"),
        root.join("src/a.rs"),
    ];
    Roots { dirs: vec![root.to_path_buf()], files }
}

#[tokio::test]
async fn every_way_to_save_is_seen_through_events() {
    for (name, save) in SAVES {
        let mut project = Project::new();
        let roots = prepare(&project);
        project.watch(WatchConfig::native(vec![]), roots).await;
        assert_eq!(project.snapshot().backend, WatchBackend::Inotify);
        save(project.root());
        // Waits for events alone: a watcher that misses one never gets there.
        project.until_equal_to_disk(name).await;
        project.sync().await;
        project.assert_equal_to_disk(name);
        // And the folders that came with it are watched.
        let fresh = "src/after.rs";
        write(project.root(), fresh, name);
        project.until_equal_to_disk(name).await;
    }
}

#[tokio::test]
async fn every_way_to_save_is_seen_by_a_sync_alone() {
    for (name, save) in SAVES {
        let mut project = Project::new();
        let roots = prepare(&project);
        let silent: OpenBackend = Box::new(|_| Ok(Box::new(FakeBackend::default())));
        project.watch(WatchConfig { open_backend: silent, ..WatchConfig::native(vec![]) }, roots).await;
        save(project.root());
        assert_eq!(project.sync().await, 1, "{name}: one batch");
        project.assert_equal_to_disk(name);
    }
}

#[tokio::test]
async fn every_way_to_save_is_seen_by_polling() {
    for (name, save) in SAVES {
        let mut project = Project::new();
        let roots = prepare(&project);
        let poll_interval = Duration::from_millis(5);
        project.watch(WatchConfig { polling: true, poll_interval, ..WatchConfig::native(vec![]) }, roots).await;
        assert_eq!(project.snapshot().backend, WatchBackend::Polling);
        save(project.root());
        project.until_equal_to_disk(name).await;
    }
}

#[tokio::test]
async fn a_save_without_a_change_of_content_changes_nothing() {
    let mut project = Project::new();
    let roots = prepare(&project);
    project.watch(WatchConfig::native(vec![]), roots).await;
    let file = project.root().join("src/a.rs");
    fs::File::open(&file).expect("open").set_modified(SystemTime::now()).expect("touch");
    fs::write(&file, "a").expect("write");
    fs::write(project.root().join("src/a.new"), "a").expect("write");
    fs::rename(project.root().join("src/a.new"), &file).expect("rename");
    assert_eq!(project.sync().await, 0);
    // The next change is the first batch: no event of the saves above made one either.
    write(project.root(), "src/marker.rs", "marker");
    let batch = project.next_batch().await;
    assert_eq!(batch.changes.len(), 1, "{:?}", batch.changes);
    let why = project.handle().decisions().await;
    assert!(why.iter().any(|why| why.path == file && why.decision == "unchanged content"), "{why:?}");
    assert_eq!(why[0].decision, "changed");
}

#[tokio::test]
async fn same_size_and_time_do_not_hide_a_change() {
    let mut project = Project::new();
    let roots = prepare(&project);
    project.watch(WatchConfig::native(vec![]), roots).await;
    let file = project.root().join("src/a.rs");
    let modified = file.metadata().and_then(|metadata| metadata.modified()).expect("time");
    fs::write(&file, "b").expect("write");
    fs::File::options().write(true).open(&file).expect("open").set_modified(modified).expect("set");
    project.sync().await;
    project.assert_equal_to_disk("same size and time");
}

#[test]
fn saves_within_one_tick_of_the_clock_are_told_apart() {
    let project = Project::new();
    let mut tree = Tree::new(vec![]);
    tree.set_roots(Roots { dirs: vec![project.root().to_path_buf()], files: vec![] });
    for number in 1000..1300 {
        write(project.root(), "a.rs", &format!("{number}"));
        assert_eq!(tree.scan_all().len(), 1, "save {number} is as long as the one before");
        assert_eq!(tree.scan_all(), []);
    }
}

#[tokio::test]
async fn a_file_that_appears_while_its_folder_gets_its_watch_is_found() {
    let mut project = Project::new();
    let roots = prepare(&project);
    let (opened, late) = (Arc::new(Mutex::new(None)), project.root().join("src/new"));
    let senders = Arc::clone(&opened);
    let open_backend: OpenBackend = Box::new(move |hints| {
        *senders.lock().expect("lock") = Some(hints);
        Ok(Box::new(FakeBackend::writing_late_into(late.clone())) as Box<dyn Backend>)
    });
    project.watch(WatchConfig { open_backend, ..WatchConfig::native(vec![]) }, roots).await;
    write(project.root(), "src/new/early.rs", "early");
    let sender = opened.lock().expect("lock").clone().expect("opened");
    sender.hint(project.root().join("src/new"), Step::Writing);
    project.next_batch().await;
    project.assert_equal_to_disk("created between listing and watching");
    assert!(project.mirrored().contains(&"src/new/late.rs"));
}

#[tokio::test]
async fn folders_that_programs_write_cost_no_watch() {
    let mut project = Project::new();
    write(project.root(), "Cargo.toml", "");
    write(project.root(), "src/target/mod.rs", "a module of that name");
    write(project.root(), "src/storage/mod.rs", "another");
    for number in 0..2_000 {
        write(project.root(), &format!("target/debug/{}/{number}.o", number % 40), "");
    }
    for name in [
        "node_modules/x/index.js",
        ".git/objects/aa/b",
        ".anvil/state",
        "storage/logs/app.txt",
        "cache/CACHEDIR.TAG",
        "own/build/x",
        "blog.sqlite",
        "blog.sqlite-wal",
        "app.log",
        "crates/sub/Cargo.toml",
        "crates/sub/target/debug/x.o",
    ] {
        write(project.root(), name, "");
    }
    let own = project.root().join("own");
    let roots = Roots { dirs: vec![project.root().to_path_buf()], files: vec![own.join("build/x")] };
    project.watch(WatchConfig::native(vec![own]), roots).await;
    let snapshot = project.snapshot();
    // The root, src, its two modules, crates and crates/sub.
    assert_eq!(snapshot.directories, 6);
    assert_eq!(project.mirrored(), ["Cargo.toml", "crates/sub/Cargo.toml", "src/storage/mod.rs", "src/target/mod.rs"]);

    for name in ["target/debug/new.o", "storage/new", "blog.sqlite-wal", "app.log", "own/build/x", "src/.mod.rs.swp"] {
        write(project.root(), name, "written by a program");
    }
    assert_eq!(project.sync().await, 0);
    // The system's event may come after the scan.
    let deadline = Instant::now() + PATIENCE;
    loop {
        let why = project.handle().decisions().await;
        if why.iter().any(|why| why.path.ends_with("app.log") && why.decision.starts_with("ignored: ")) {
            break;
        }
        assert!(Instant::now() < deadline, "{why:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_new_ignore_rule_counts_at_once_and_removes_nothing() {
    let mut project = Project::new();
    let roots = prepare(&project);
    project.watch(WatchConfig::native(vec![]), roots).await;
    write(project.root(), ".gitignore", "/src/sub\n");
    let batch = project.next_batch().await;
    assert_eq!(batch.changes.len(), 1, "{:?}", batch.changes);
    write(project.root(), "src/sub/s.rs", "not source any more");
    assert_eq!(project.sync().await, 0);
}

#[tokio::test]
async fn new_roots_are_remembered_as_they_are() {
    let mut project = Project::new();
    let mut roots = prepare(&project);
    let outside = project.parent().join("library");
    write(&outside, "src/lib.rs", "old");
    project.watch(WatchConfig::native(vec![]), roots.clone()).await;
    roots.dirs.push(outside.clone());
    project.handle().set_roots(roots.clone()).await;
    assert_eq!(project.sync().await, 0, "watching more is no change");
    write(&outside, "src/lib.rs", "new");
    let batch = project.next_batch().await;
    assert_eq!(batch.changes.iter().map(|change| change.kind).collect::<Vec<_>>(), [ChangeKind::Modified]);
    roots.dirs.pop();
    project.handle().set_roots(roots).await;
    write(&outside, "src/lib.rs", "newer");
    assert_eq!(project.sync().await, 0, "nor is watching less");
}

#[tokio::test]
async fn a_change_before_new_roots_is_not_lost() {
    let mut project = Project::new();
    let roots = prepare(&project);
    project.watch(WatchConfig::native(vec![]), roots.clone()).await;
    write(project.root(), "src/a.rs", "saved just before");
    project.handle().set_roots(roots).await;
    project.sync().await;
    project.assert_equal_to_disk("set_roots");
}

#[tokio::test]
async fn a_branch_switch_is_one_batch() {
    // Enough to take longer than the longest burst, and far from the longest wait for git's lock.
    const FILES: usize = 1_000;
    let mut project = Project::new();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(project.root())
            .output();
        assert!(output.as_ref().is_ok_and(|output| output.status.success()), "git {arguments:?}: {output:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    for branch in ["main", "other"] {
        for number in 0..FILES {
            write(project.root(), &format!("src/m{}/f{number}.rs", number % 20), branch);
        }
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", branch]);
        if branch == "main" {
            git(&["checkout", "-q", "-b", "other"]);
        }
    }
    let roots = Roots { dirs: vec![project.root().to_path_buf()], files: vec![] };
    project.watch(WatchConfig::native(vec![]), roots).await;
    let root = project.root().to_path_buf();
    let switch = tokio::task::spawn_blocking(move || {
        Command::new("git").args(["checkout", "-q", "main"]).current_dir(root).status().expect("git")
    });
    assert!(switch.await.expect("no panic").success());
    let batch = project.next_batch().await;
    assert_eq!(batch.changes.len(), FILES);
    assert_eq!(project.sync().await, 0);
    project.assert_equal_to_disk("checkout");
}

/// A backend that the test holds in its hand: it sees how often one was opened, and speaks in its name.
fn open_by_hand() -> (OpenBackend, Arc<Mutex<Vec<HintSender>>>) {
    let opened = Arc::new(Mutex::new(Vec::new()));
    let senders = Arc::clone(&opened);
    let open: OpenBackend = Box::new(move |hints| {
        senders.lock().expect("lock").push(hints);
        Ok(Box::new(FakeBackend::default()) as Box<dyn Backend>)
    });
    (open, opened)
}

#[tokio::test]
async fn lost_events_cause_a_scan_of_everything() {
    let mut project = Project::new();
    let roots = prepare(&project);
    let (open_backend, opened) = open_by_hand();
    project.watch(WatchConfig { open_backend, ..WatchConfig::native(vec![]) }, roots).await;
    write(project.root(), "src/a.rs", "no event for this");
    write(project.root(), "src/sub/inner/new.rs", "nor for this");
    let sender = opened.lock().expect("lock")[0].clone();
    sender.lost();
    let batch = project.next_batch().await;
    assert!(batch.overflowed);
    assert_eq!(batch.changes.len(), 2);
    assert_eq!(project.snapshot().overflows, 1);
    project.assert_equal_to_disk("overflow");
}

#[tokio::test]
async fn more_hints_than_the_queue_holds_lose_nothing() {
    let mut project = Project::new();
    let roots = prepare(&project);
    let (open_backend, opened) = open_by_hand();
    project.watch(WatchConfig { open_backend, ..WatchConfig::native(vec![]) }, roots).await;
    write(project.root(), "src/a.rs", "its hint does not fit");
    let sender = opened.lock().expect("lock")[0].clone();
    for number in 0..10_000 {
        sender.hint(project.root().join(format!("src/ghost{number}.rs")), Step::Writing);
    }
    sender.hint(project.root().join("src/a.rs"), Step::Writing);
    project.until_equal_to_disk("flood of hints").await;
    assert!(project.snapshot().overflows > 0);
}

#[tokio::test]
async fn spent_watches_mean_polling_with_a_reason() {
    let mut project = Project::new();
    let roots = prepare(&project);
    let open_backend: OpenBackend = Box::new(|_| Ok(Box::new(FakeBackend::with_limit(2)) as Box<dyn Backend>));
    let poll_interval = Duration::from_millis(5);
    project.watch(WatchConfig { open_backend, poll_interval, ..WatchConfig::native(vec![]) }, roots).await;
    let snapshot = project.snapshot();
    assert_eq!(snapshot.backend, WatchBackend::Polling);
    assert!(snapshot.reason.is_some_and(|reason| reason.contains("fs.inotify.max_user_watches")));
    write(project.root(), "src/sub/inner/i.rs", "seen nevertheless");
    project.until_equal_to_disk("ENOSPC").await;
}

#[tokio::test]
async fn a_limit_reached_later_means_polling_too() {
    let mut project = Project::new();
    let roots = prepare(&project);
    let open_backend: OpenBackend = Box::new(|hints| Ok(Box::new(FakeBackend::with_limit_and_hints(9, hints))));
    let poll_interval = Duration::from_millis(5);
    project.watch(WatchConfig { open_backend, poll_interval, ..WatchConfig::native(vec![]) }, roots).await;
    assert_eq!(project.snapshot().backend, WatchBackend::Inotify, "{:?}", project.snapshot());
    for number in 0..9 {
        write(project.root(), &format!("src/new{number}/x.rs"), "x");
    }
    assert_eq!(project.sync().await, 1);
    project.assert_equal_to_disk("the limit does not cost the changes of its scan");
    assert_eq!(project.snapshot().backend, WatchBackend::Polling);
    write(project.root(), "src/new8/x.rs", "seen nevertheless");
    project.until_equal_to_disk("polling").await;
}

#[tokio::test]
async fn a_backend_that_cannot_start_means_polling() {
    let mut project = Project::new();
    let roots = prepare(&project);
    let open_backend: OpenBackend = Box::new(|_| Err(BackendError::Other("no events here".to_owned())));
    let poll_interval = Duration::from_millis(5);
    project.watch(WatchConfig { open_backend, poll_interval, ..WatchConfig::native(vec![]) }, roots).await;
    assert!(project.snapshot().reason.is_some_and(|reason| reason.contains("no events here")));
    write(project.root(), "src/a.rs", "seen nevertheless");
    project.until_equal_to_disk("no backend").await;
}

#[tokio::test]
async fn a_dead_backend_is_replaced_and_given_up_when_it_keeps_dying() {
    let mut project = Project::new();
    let roots = prepare(&project);
    let (open_backend, opened) = open_by_hand();
    let poll_interval = Duration::from_millis(5);
    project.watch(WatchConfig { open_backend, poll_interval, ..WatchConfig::native(vec![]) }, roots).await;
    for death in 0..4 {
        let sender = opened.lock().expect("lock").last().cloned().expect("opened");
        write(project.root(), "src/a.rs", &format!("missed because of death {death}"));
        sender.died("the kernel went away".to_owned());
        project.until_equal_to_disk("death").await;
    }
    assert_eq!(opened.lock().expect("lock").len(), 4, "the first and three replacements");
    let snapshot = project.snapshot();
    assert_eq!(snapshot.backend, WatchBackend::Polling);
    assert!(snapshot.reason.is_some_and(|reason| reason.contains("the kernel went away")));
    write(project.root(), "src/a.rs", "polled");
    project.until_equal_to_disk("polling").await;
}

#[tokio::test]
async fn an_unread_channel_merges_batches_and_ends_with_the_handle() {
    let mut project = Project::new();
    let roots = prepare(&project);
    let silent: OpenBackend = Box::new(|_| Ok(Box::new(FakeBackend::default())));
    project.watch(WatchConfig { open_backend: silent, ..WatchConfig::native(vec![]) }, roots).await;
    // Set-ups of roots are answered although nobody reads the batches that they find.
    for number in 0..40 {
        write(project.root(), "src/a.rs", &format!("save {number}"));
        write(project.root(), &format!("src/n{number}.rs"), "n");
        project.handle().set_roots(Roots { dirs: vec![project.root().to_path_buf()], files: vec![] }).await;
    }
    let batches = project.sync().await;
    assert!(batches < 40, "{batches}");
    project.assert_equal_to_disk("merged");
    project.end().await;
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn edit_at_random(root: &Path, dice: &mut Dice) {
    let folder = ["src", "src/x", "src/x/y", "src/z"][dice.roll(4) as usize];
    let file = format!("{folder}/f{}.rs", dice.roll(3));
    // Edits that do not fit the present state fail, and that is as good as none.
    match dice.roll(6) {
        0 => drop(fs::remove_file(root.join(file))),
        1 => drop(fs::remove_dir_all(root.join(folder))),
        2 => drop(fs::rename(root.join("src/x"), root.join("src/z/moved"))),
        3 => drop(fs::rename(root.join(file), root.join(format!("src/r{}.rs", dice.roll(3))))),
        _ => write(root, &file, &format!("{}", dice.roll(4))),
    }
}

#[tokio::test]
async fn random_edits_through_events_and_through_syncs_end_the_same() {
    for seed in 0..6 {
        let mut dice = Dice(seed);
        let mut events = Project::new();
        write(events.root(), "src/x/y/f0.rs", "start");
        let roots = Roots { dirs: vec![events.root().to_path_buf()], files: vec![] };
        let silent: OpenBackend = Box::new(|_| Ok(Box::new(FakeBackend::default())));
        let mut syncs = events.second();
        syncs.watch(WatchConfig { open_backend: silent, ..WatchConfig::native(vec![]) }, roots.clone()).await;
        events.watch(WatchConfig::native(vec![]), roots).await;
        for round in 0..25 {
            for _ in 0..=dice.roll(4) {
                edit_at_random(events.root(), &mut dice);
            }
            let name = format!("seed {seed}, round {round}");
            syncs.sync().await;
            syncs.assert_equal_to_disk(&name);
            events.until_equal_to_disk(&name).await;
        }
    }
}
