//! One app under test: its source on disk, its daemon, what it answers before and after its host is replaced by one that has
//! loaded nothing but the full build.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::source::{Edit, Source, padding};
use crate::{
    bench::{daemon::Daemon, http::Client},
    command,
};

/// Name and template of each app.
pub(super) const TEMPLATES: [(&str, &str); 3] = [
    ("shop", include_str!("apps/shop.txt")),
    ("desk", include_str!("apps/desk.txt")),
    ("portal", include_str!("apps/portal.txt")),
];

/// Types that each app has besides: about the size of an app with 45 routes.
const PADDING: usize = 240;
/// For a base to be compiled.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(20);

pub(super) struct Subject {
    source: Source,
    root: PathBuf,
    daemon: Daemon,
}

/// What came of one edit.
pub(super) struct Seen {
    pub(super) edit: Edit,
    /// As in `reload/history`.
    pub(super) kind: String,
    pub(super) reason: String,
    /// What the full build answered otherwise.
    pub(super) difference: Option<String>,
}

/// A row of `app/routes`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Route {
    method: String,
    path: String,
    handler: String,
    file: Option<String>,
    line: Option<u32>,
}

/// Everything that can be seen of an app from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
struct View {
    routes: Vec<Route>,
    /// Status and body by path.
    answers: BTreeMap<String, (u16, String)>,
}

impl Subject {
    /// Writes the app of the template and starts it.
    pub(super) fn start(anvil: &Path, name: &str, template: &str, seed: u64) -> Result<Self> {
        let root = command::build_directory().join("torture").join(name);
        if root.exists() {
            fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
        }
        let framework = command::root().join("framework/anvilforge");
        let framework = framework.to_str().context("the checkout's path is not UTF-8")?;
        let (package, padding) = (format!("torture-{name}"), padding(PADDING));
        let words = [("PACKAGE", package.as_str()), ("FRAMEWORK", framework), ("PADDING", &padding)];
        let source = Source::new(template, &words, seed);
        for (path, text) in source.files() {
            write(&root.join(path), Some(&text))?;
        }
        // The versions that the checkout was tested with; cargo drops what the app does not need.
        let lock = fs::read_to_string(command::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
        write(&root.join("Cargo.lock"), Some(&lock))?;
        eprintln!("{name}: starting");
        let daemon = Daemon::start(anvil, &root)?;
        Ok(Self { source, root, daemon })
    }

    /// Edits bodies until one is a patch: from then on there is a base.
    pub(super) fn warm_up(&mut self, edits_max: usize) -> Result<()> {
        let mut reason = String::new();
        for _ in 0..edits_max {
            self.rest()?;
            let edit = self.source.edit_of("body");
            self.save(&edit)?;
            let entry = self.daemon.newest()?;
            if entry.kind == "patch" {
                return self.rest();
            }
            eprintln!("warming up: {}: {}, {}", edit.said, entry.kind, entry.reason);
            reason = entry.reason;
        }
        bail!("no edit of a body is a patch: {reason}")
    }

    /// Makes the next edit and judges it.
    pub(super) fn edit(&mut self) -> Result<Seen> {
        let edit = self.source.edit();
        let live = self.save(&edit);
        let entry = self.daemon.newest()?;
        let (kind, reason) = (entry.kind, entry.reason);
        let difference = match live {
            Err(error) => Some(format!("does not go live ({}): {error:#}", entry.outcome)),
            Ok(()) => self.judge(entry.generation)?,
        };
        self.rest()?;
        Ok(Seen { edit, kind, reason, difference })
    }

    /// Writes what the edit changes and waits until it is live.
    fn save(&self, edit: &Edit) -> Result<()> {
        for (path, text) in &edit.changes {
            write(&self.root.join(path), text.as_deref())?;
        }
        self.daemon.live()
    }

    /// What the full build answers otherwise than the app as it runs now.
    fn judge(&self, generation: u64) -> Result<Option<String>> {
        let before = self.view()?;
        let audited = self.daemon.settle()?;
        if audited.generation.live != generation {
            return Ok(Some(format!("the audit made generation {} live", audited.generation.live)));
        }
        self.daemon.hand_over()?;
        let host = self.daemon.settle()?.app.pid.context("a host serves")?;
        let maps = fs::read_to_string(format!("/proc/{host}/maps")).context("cannot see what the host has loaded")?;
        ensure!(!maps.contains("-patch-"), "a new host starts from a patch, so there is nothing to compare with");
        let after = self.view()?;
        Ok(before.difference(&after))
    }

    fn view(&self) -> Result<View> {
        let routes: Vec<Route> = self.daemon.routes()?;
        let mut client = Client::new(self.daemon.addr()?);
        let mut answers = BTreeMap::new();
        for route in routes.iter().filter(|route| route.method == "GET") {
            let path = route.path.replace("{number}", "4");
            let answer = client.get(&path).with_context(|| path.clone())?;
            answers.insert(path, (answer.status, answer.body));
        }
        Ok(View { routes, answers })
    }

    /// Waits until no compiler runs, so that every edit meets the newest base, as a person's edits do.
    fn rest(&self) -> Result<()> {
        let daemon = self.daemon.settle()?.daemon.pid;
        let deadline = Instant::now() + PATIENCE;
        while compilers(daemon)? {
            ensure!(Instant::now() < deadline, "the compiler does not end");
            thread::sleep(PAUSE);
        }
        Ok(())
    }
}

impl View {
    fn difference(&self, full: &Self) -> Option<String> {
        let paths = self.answers.keys().chain(full.answers.keys());
        let mut lines: Vec<String> = paths
            .filter(|path| self.answers.get(*path) != full.answers.get(*path))
            .map(|path| format!("  {path}: {:?}, in full {:?}", self.answers.get(path), full.answers.get(path)))
            .collect();
        lines.dedup();
        if self.routes != full.routes {
            lines.push(format!("  routes: {:?}\n  in full: {:?}", self.routes, full.routes));
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}, {}", self.edit.said, self.kind, self.reason)?;
        if self.difference.is_some() { write!(out, ", DIFFERENT") } else { Ok(()) }
    }
}

/// Saves a file, or removes it.
fn write(path: &Path, text: Option<&str>) -> Result<()> {
    let done = match (text, path.parent()) {
        (Some(text), Some(folder)) => fs::create_dir_all(folder).and_then(|()| fs::write(path, text)),
        _ => fs::remove_file(path),
    };
    done.with_context(|| format!("cannot write {}", path.display()))
}

/// Whether the daemon compiles something, for all to see or in the background. A compiler of patches only waits for the next.
fn compilers(daemon: u32) -> Result<bool> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc").context("the system has /proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // `pid (name) state parent …`; the name may hold anything.
        let Ok(text) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let Some((head, rest)) = text.rsplit_once(')') else { continue };
        let arguments = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&arguments).contains("extra-filename=-patch") {
            continue;
        }
        let parent = rest.split_ascii_whitespace().nth(1).and_then(|parent| parent.parse::<u32>().ok());
        let name = head.split_once('(').map_or("", |(_, name)| name).to_owned();
        parents.insert(pid, (parent.unwrap_or_default(), name));
    }
    let below = |pid: u32| std::iter::successors(Some(pid), |pid| parents.get(pid).map(|(parent, _)| *parent));
    Ok(parents.iter().any(|(pid, (_, name))| name.starts_with("rustc") && below(*pid).any(|above| above == daemon)))
}
