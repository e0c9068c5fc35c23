//! A world that obeys effects and checks each of them against what the engine may ask for. Its app has two libraries; an
//! edit concerns one of them, builds compile what has changed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use anvil_control::{ConfigOutcome, FromHost, LibraryFile, Refusal, ToHost};
use anvild_engine::{
    Artifact, BuildResult, ChangeSet, Effect, Engine, EngineConfig, Event, Library, Need, ProcessEnd, WaitId,
};
use anvild_protocol::{AppState, Diagnostic, Generation, HostId, Source, WaitOutcome};

use crate::script::{artifact, hello, library, loaded, origin, pid};

/// Steps after which an obedient world must have come to rest.
const STEPS_MAX: u32 = 2_000;

pub(crate) struct World {
    pub(crate) engine: Engine,
    now: Instant,
    build: Option<Build>,
    hosts: BTreeMap<HostId, Host>,
    known: BTreeSet<HostId>,
    /// Generations that needed a compiler.
    code: Vec<u64>,
    /// Packages that changed since they were compiled.
    dirty: BTreeSet<&'static str>,
    /// Generation of the source of each package's library.
    compiled: BTreeMap<&'static str, u64>,
    /// The newest of them that needed cargo, until a build has succeeded that covers it.
    cargo: Option<u64>,
    saved: u64,
    waits: BTreeMap<WaitId, Waiting>,
    pub(crate) stops: u32,
    pub(crate) exited: bool,
    live_max: Generation,
    /// Code of which there was a patch and then, as its last build, a full one that failed.
    refuted: BTreeSet<u64>,
    /// The same, though it was built once more since.
    ever_refuted: BTreeSet<u64>,
    /// Somebody asked for older code since `live_max` was reached.
    went_back: bool,
    /// What can be loaded, by path; gone where the engine has let it go.
    disk: BTreeMap<String, Library>,
}

struct Build {
    generation: Generation,
    packages: BTreeSet<&'static str>,
    cancelled: bool,
    /// It has made a patch, or had its time to.
    patch: Option<Patched>,
}

#[derive(PartialEq, Eq)]
enum Patched {
    Made,
    Impossible,
}

/// The packages of the app's libraries, in their order.
const PACKAGES: [&str; 2] = ["posts", "users"];

/// The package that an edit is of.
fn edited(generation: u64) -> &'static str {
    PACKAGES[usize::from(generation % 2 == 1)]
}

/// A process, as the shell would know it.
struct Host {
    artifact: Artifact,
    spawned: bool,
    said_hello: bool,
    killed: bool,
    /// It was told to end and will.
    ending: bool,
    asked: VecDeque<ToHost>,
    /// What it runs: packages with the generations of their sources.
    code: Option<BTreeMap<String, u64>>,
    opened: BTreeSet<String>,
}

#[derive(PartialEq, Eq)]
enum Waiting {
    Parked,
    Answered,
    Gone,
}

/// How a host takes what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Obedient,
    /// It refuses what can be refused, in the way that the number says.
    Contrary(u8),
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            engine: Engine::new(EngineConfig { libraries_max: 8, ..EngineConfig::new("/p") }),
            now: origin(),
            build: None,
            hosts: BTreeMap::new(),
            known: BTreeSet::new(),
            code: vec![1],
            dirty: PACKAGES.into(),
            compiled: BTreeMap::new(),
            cargo: Some(1),
            saved: 1,
            waits: BTreeMap::new(),
            stops: 0,
            exited: false,
            live_max: Generation(0),
            refuted: BTreeSet::new(),
            ever_refuted: BTreeSet::new(),
            went_back: false,
            disk: BTreeMap::new(),
        }
    }

    pub(crate) fn event(&mut self, event: Event) {
        let harmless = self.is_harmless(&event);
        let before = self.serving();
        self.engine.handle(self.now, event.clone());
        let mut killed = BTreeSet::new();
        while let Some(effect) = self.engine.poll_effect() {
            if let Effect::KillHost { host } = effect {
                killed.insert(host);
            }
            self.perform(effect);
        }
        if let Some(host) = before.filter(|_| harmless) {
            assert!(!killed.contains(&host), "{event:?} killed the serving host");
            assert_eq!(self.serving(), Some(host), "{event:?} took the serving host away");
        }
        self.check_live();
    }

    /// Whether an event must leave the serving host alone: something new went wrong, not the host itself.
    fn is_harmless(&self, event: &Event) -> bool {
        match event {
            Event::PatchBuilt { .. }
            | Event::BuildFinished { .. }
            | Event::HostSpawnFailed { .. }
            | Event::Changed(_) => true,
            Event::HostSaid { message, .. } => {
                matches!(message, FromHost::Refused { .. } | FromHost::Configured { .. })
            }
            Event::HostExited { host, .. } => self.serving() != Some(*host),
            _ => false,
        }
    }

    fn serving(&self) -> Option<HostId> {
        let serving = self.engine.snapshot().app.pid?;
        self.known.iter().copied().find(|host| pid(*host) == serving)
    }

    /// `live` never goes back but on request, or from a patch that the full build has failed of, to before it; and the host that answers
    /// runs the newest code up to it.
    fn check_live(&mut self) {
        let live = self.engine.snapshot().generation.live;
        if live.0 != 0 && live < self.live_max {
            let refuted = self.ever_refuted.range(live.0 + 1..=self.live_max.0).next();
            assert!(refuted.is_some() || self.went_back, "live went from {} back to {live}", self.live_max);
            self.live_max = live;
            self.went_back = false;
        }
        self.live_max = self.live_max.max(live);
        let Some(host) = self.serving().and_then(|host| self.hosts.get(&host)) else { return };
        let code = host.code.as_ref().expect("a serving host has loaded");
        assert!(code.keys().eq(PACKAGES), "not all libraries: {code:?}");
        let newer = self.code.iter().find(|newer| **newer > code[edited(**newer)] && **newer <= live.0);
        assert_eq!(newer, None, "live is {live}, but the host runs the code of {code:?}");
    }

    fn perform(&mut self, effect: Effect) {
        assert!(!self.exited, "{effect:?} after the exit");
        match effect {
            Effect::StartBuild { generation, need } => {
                assert!(self.build.is_none(), "two builds at once");
                assert!(need.builds());
                assert_eq!(matches!(need, Need::Cargo { .. }), self.cargo.is_some(), "{need:?} is not what is needed");
                assert_eq!(generation.0, self.saved, "a build of something old");
                self.refuted.remove(&self.newest_code(generation.0));
                let mut packages = std::mem::take(&mut self.dirty);
                if matches!(need, Need::Cargo { .. }) {
                    packages.extend(PACKAGES);
                }
                self.build = Some(Build { generation, packages, cancelled: false, patch: None });
            }
            Effect::CancelBuild => {
                let build = self.build.as_mut().expect("a build to cancel");
                assert!(!build.cancelled, "cancelled twice");
                build.cancelled = true;
            }
            Effect::SpawnHost { host, artifact } => {
                assert!(self.known.insert(host), "a host's number is used again");
                let host_state = Host {
                    artifact,
                    spawned: false,
                    said_hello: false,
                    killed: false,
                    ending: false,
                    asked: VecDeque::new(),
                    code: None,
                    opened: BTreeSet::new(),
                };
                self.hosts.insert(host, host_state);
                let alive = self.hosts.values().filter(|host| !host.killed).count();
                assert!(alive <= 4, "{alive} hosts alive");
            }
            Effect::Tell { host, message } => {
                let told = self.hosts.get_mut(&host).expect("only known hosts are told");
                assert!(told.said_hello, "told before it could hear: {message:?}");
                if let ToHost::Load(load) = &message {
                    assert!(!load.libraries.is_empty(), "no app of this world is linked statically");
                    for LibraryFile { path, .. } in &load.libraries {
                        let library = self.disk.get(path).unwrap_or_else(|| panic!("{path} is gone"));
                        told.opened.extend(library.base.iter().chain([&library.path]).cloned());
                    }
                }
                told.ending |= matches!(message, ToHost::Drain { .. } | ToHost::Stop { .. });
                told.asked.push_back(message);
            }
            Effect::KillHost { host } => {
                let host = self.hosts.get_mut(&host).expect("only known hosts are killed");
                assert!(!host.killed, "killed twice");
                host.killed = true;
            }
            Effect::ReplyWait { request, reply } => {
                let refuted = self.refuted.contains(&self.newest_code(reply.live.0));
                assert!(!refuted || reply.outcome != WaitOutcome::Live, "{reply:?} of a refuted patch");
                let answered = self.waits.insert(request, Waiting::Answered);
                assert!(answered == Some(Waiting::Parked), "{request:?} was answered twice or never asked");
            }
            Effect::AppStopped => {
                assert!(self.hosts.is_empty() && self.build.is_none(), "stopped with something left");
                self.stops += 1;
            }
            Effect::Exit { .. } => self.exited = true,
            Effect::KeepArtifacts { libraries } => self.keep(&libraries),
            Effect::Placeholder(_) | Effect::Publish(_) => {}
        }
    }

    fn keep(&mut self, libraries: &[String]) {
        assert!(self.build.is_none(), "a build may have written what is not known yet");
        for opened in self.hosts.values().flat_map(|host| &host.opened) {
            assert!(libraries.contains(opened), "{opened} is open and not kept");
        }
        let kept = |file: &String| libraries.contains(file);
        self.disk.retain(|path, library| kept(path) && library.base.as_ref().is_none_or(kept));
    }

    pub(crate) fn edit(&mut self, need: Need) {
        self.saved += 1;
        if need.builds() {
            self.code.push(self.saved);
            self.dirty.insert(edited(self.saved));
        }
        if matches!(need, Need::Cargo { .. }) {
            self.cargo = Some(self.saved);
        }
        let files = vec!["src/a.rs".to_owned()];
        self.event(Event::Changed(ChangeSet { files, need, first_seen: self.now }));
        assert_eq!(self.engine.snapshot().generation.saved.0, self.saved);
    }

    /// Asks for the code from before, which must be older than what is live.
    pub(crate) fn roll_back(&mut self) {
        let live = self.engine.snapshot().generation.live;
        let target = self.engine.rollback();
        assert!(target.is_err() || target < Ok(live), "{target:?} is not before {live}");
        self.went_back |= target.is_ok();
        self.event(Event::RollBack);
    }

    pub(crate) fn start(&mut self) {
        self.event(Event::StartApp { hot: true, addr: "127.0.0.1:8080".to_owned(), attached: None });
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        let request = WaitId(self.waits.len() as u64);
        self.waits.insert(request, Waiting::Parked);
        self.event(Event::Wait { request, deadline: self.now + Duration::from_secs(seconds) });
    }

    pub(crate) fn leave_wait(&mut self) {
        let parked = self.waits.iter().find(|(_, waiting)| **waiting == Waiting::Parked);
        if let Some(request) = parked.map(|(request, _)| *request) {
            self.waits.insert(request, Waiting::Gone);
            self.event(Event::WaitGone(request));
        }
    }

    pub(crate) fn waits_are_answered(&self) -> bool {
        !self.waits.values().any(|waiting| *waiting == Waiting::Parked)
    }

    /// The running build makes a patch, if it has not made one and one can be made: of a single library, beside the others.
    pub(crate) fn patch(&mut self, image: &str) {
        let Some(build) = self.build.as_mut().filter(|build| build.patch.is_none()) else { return };
        let others = PACKAGES.iter().filter(|package| !build.packages.contains(*package));
        let generation = build.generation;
        if build.packages.len() != 1 || !others.clone().all(|package| self.compiled.contains_key(package)) {
            build.patch = Some(Patched::Impossible);
            return;
        }
        build.patch = Some(Patched::Made);
        let packages = build.packages.clone();
        let artifact = self.artifact(generation.0, image, &packages, ".patch");
        self.write(&artifact);
        self.event(Event::PatchBuilt { generation, artifact, reason: "1 module".to_owned() });
    }

    fn write(&mut self, artifact: &Artifact) {
        self.disk.extend(artifact.libraries.iter().map(|library| (library.path.clone(), library.clone())));
    }

    /// Newly made libraries of `packages`, beside the others as they are.
    fn artifact(&self, generation: u64, image: &str, packages: &BTreeSet<&str>, sort: &str) -> Artifact {
        let made = |package: &str| {
            let made = library(package, generation, format!("/t/{package}-{generation}{sort}.so"));
            let base = (sort == ".patch").then(|| format!("/t/{package}-{generation}.base.so"));
            Library { base, ..made }
        };
        let other = |package: &str| {
            let source = self.compiled[package];
            library(package, source, format!("/t/{package}-{source}.so"))
        };
        let one = |package: &&str| if packages.contains(package) { made(package) } else { other(package) };
        Artifact { libraries: PACKAGES.iter().map(one).collect(), ..artifact(generation, image) }
    }

    /// Ends the running build.
    pub(crate) fn end_build(&mut self, image: &str) {
        let Some(build) = self.build.take() else { return };
        let artifact = self.artifact(build.generation.0, image, &build.packages, "");
        self.compiled.extend(build.packages.iter().map(|package| (*package, build.generation.0)));
        self.write(&artifact);
        self.cargo.take_if(|newest| *newest <= build.generation.0);
        let reason = "replayed".to_owned();
        self.built(build.generation, BuildResult::Built { artifact, reason, warnings: Vec::new() });
    }

    pub(crate) fn fail_build(&mut self) {
        let Some(build) = self.build.take() else { return };
        self.refute(&build);
        let diagnostics = vec![Diagnostic::error(Source::Build, "E0609", "no such field")];
        self.built(build.generation, BuildResult::Failed { diagnostics });
    }

    pub(crate) fn drop_build(&mut self) {
        let Some(build) = self.build.take() else { return };
        self.refute(&build);
        self.built(build.generation, BuildResult::Cancelled);
    }

    /// What a stale build says counts for nothing.
    fn refute(&mut self, build: &Build) {
        self.dirty.extend(&build.packages);
        if build.patch == Some(Patched::Made) && !build.cancelled && self.newest_code(u64::MAX) <= build.generation.0 {
            let code = self.newest_code(build.generation.0);
            self.refuted.insert(code);
            self.ever_refuted.insert(code);
        }
    }

    fn newest_code(&self, generation: u64) -> u64 {
        self.code.iter().copied().rfind(|code| *code <= generation).unwrap_or(0)
    }

    fn built(&mut self, generation: Generation, result: BuildResult) {
        self.event(Event::BuildFinished { generation, result });
    }

    fn nth_host(&self, pick: u8) -> Option<HostId> {
        let index = usize::from(pick).checked_rem(self.hosts.len())?;
        self.hosts.keys().nth(index).copied()
    }

    /// Lets one host take its next step. Returns whether there was one to take.
    pub(crate) fn step_host(&mut self, pick: u8, mood: Mood) -> bool {
        let Some(id) = self.nth_host(pick) else { return false };
        let Some(host) = self.hosts.get_mut(&id) else { return false };
        if host.killed {
            self.exit_host(id, Some(9));
        } else if !host.spawned {
            if mood == Mood::Contrary(0) {
                self.hosts.remove(&id);
                self.event(Event::HostSpawnFailed { host: id, message: "no such file".to_owned() });
            } else {
                host.spawned = true;
                self.event(Event::HostSpawned { host: id, pid: pid(id) });
            }
        } else if !host.said_hello {
            let version = if mood == Mood::Contrary(1) { 99 } else { anvil_control::CONTROL_VERSION };
            host.said_hello = true;
            self.event(Event::HostSaid { host: id, message: hello(id, version) });
        } else if let Some(message) = host.asked.pop_front() {
            match answer(host, &message, mood) {
                Some(answer) => self.event(Event::HostSaid { host: id, message: answer }),
                None if matches!(message, ToHost::Stop { .. }) => self.exit_host(id, None),
                None => {}
            }
        } else if host.ending {
            self.exit_host(id, None);
        } else {
            return false;
        }
        true
    }

    pub(crate) fn crash_host(&mut self, pick: u8) {
        if let Some(id) = self.nth_host(pick) {
            self.exit_host(id, Some(11));
        }
    }

    fn exit_host(&mut self, id: HostId, signal: Option<i32>) {
        self.hosts.remove(&id);
        let code = if signal.is_some() { None } else { Some(0) };
        self.event(Event::HostExited { host: id, end: ProcessEnd { code, signal, stderr_tail: Vec::new() } });
    }

    pub(crate) fn pass(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        while self.engine.poll_timeout().is_some_and(|due| due <= end) {
            self.tick();
        }
        self.now = end;
    }

    /// Jumps to the next timer. What has fired is not due any more.
    pub(crate) fn tick(&mut self) -> bool {
        let Some(due) = self.engine.poll_timeout() else { return false };
        self.now = self.now.max(due);
        self.event(Event::Tick);
        let next = self.engine.poll_timeout();
        assert!(next.is_none_or(|next| next > self.now), "a timer that has fired is still due");
        true
    }

    /// Answers everything well until nothing is left to answer. Timers run only when nothing else does.
    pub(crate) fn settle(&mut self) {
        for _ in 0..STEPS_MAX {
            if self.build.as_ref().is_some_and(|build| build.cancelled) {
                self.drop_build();
            } else if let Some(build) = &self.build {
                // Every other one with a patch before it.
                if build.generation.0 % 2 == 0 && build.patch.is_none() {
                    self.patch("a");
                } else {
                    self.end_build("a");
                }
            } else if !(0..=u8::MAX).take(self.hosts.len()).any(|pick| self.step_host(pick, Mood::Obedient)) {
                let snapshot = self.engine.snapshot();
                let resting = matches!(snapshot.app.state, AppState::Running | AppState::Stopped | AppState::Failed);
                if resting && self.waits_are_answered() || !self.tick() {
                    return;
                }
            }
        }
        panic!("the engine does not come to rest");
    }

    pub(crate) fn host_count(&self) -> usize {
        self.hosts.len()
    }
}

fn answer(host: &mut Host, message: &ToHost, mood: Mood) -> Option<FromHost> {
    match message {
        ToHost::Load(load) => {
            let paths = load.libraries.iter().map(|library| &library.path);
            let own = host.artifact.libraries.iter().map(|library| &library.path);
            assert!(host.code.is_some() || paths.clone().eq(own), "not the libraries it was started for");
            if let Mood::Contrary(way) = mood {
                return Some(FromHost::Refused { generation: load.generation, library: None, refusal: refusal(way) });
            }
            let source = |path: &str| path.split(['-', '.']).nth(1)?.parse().ok();
            let code =
                load.libraries.iter().filter_map(|library| Some((library.package.clone(), source(&library.path)?)));
            host.code = Some(code.collect());
            Some(loaded(load.generation))
        }
        ToHost::Accept => Some(FromHost::Accepting),
        ToHost::StopAccepting => Some(FromHost::NotAccepting),
        ToHost::Drain { .. } => Some(FromHost::Drained),
        ToHost::Configure { generation } => {
            Some(FromHost::Configured { generation: *generation, outcome: outcome(mood) })
        }
        ToHost::Advance { generation } => Some(FromHost::Advanced { generation: *generation }),
        ToHost::Announce(_) | ToHost::Stop { .. } => None,
    }
}

fn refusal(way: u8) -> Refusal {
    match way % 4 {
        0 => Refusal::LayoutChanged { changes: Vec::new() },
        1 => Refusal::BootChanged,
        2 => Refusal::BootFailed { message: "no such database".to_owned() },
        _ => Refusal::Config { message: "unknown key".to_owned(), place: None },
    }
}

fn outcome(mood: Mood) -> ConfigOutcome {
    match mood {
        Mood::Obedient => ConfigOutcome::Applied,
        Mood::Contrary(way) if way % 2 == 0 => ConfigOutcome::NeedsHandover { keys: vec!["database.url".to_owned()] },
        Mood::Contrary(_) => ConfigOutcome::Invalid { message: "unknown key".to_owned(), place: None },
    }
}
