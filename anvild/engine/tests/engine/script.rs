//! A tiny language for the engine's world. One line is one event; what follows from it is printed below it.
//!
//! ```text
//! start hot                 edit src/a.rs library       built 2 · failed 2 no such field · cancelled 2
//! patched 2 · patched 2 base=1 reason=3_modules
//! built 3 posts=2 users=3 · patched 3 posts=2 users=3~     two libraries, each with the generation of its source; `~`: a patch
//! host 1 hello · host 1 loaded 1 · host 1 exit signal 6    wait 1 5s       +50ms
//! ~up                       the first build, its host and all that follows, unprinted
//! ```
//! `~` before a line performs it without printing. Time passes only by `+`; timers that pass on the way fire.

use std::time::{Duration, Instant};

use anvil_control::{
    Accepted, CONTROL_VERSION, ConfigOutcome, Fault, FieldLayout, Fingerprint, FromHost, LayoutChange, Refusal,
    RouteError, RouteSummary, SourcePlace, TypeLayout,
};
use anvild_engine::{
    Artifact, BuildResult, ChangeSet, Engine, EngineConfig, Event, ImageId, Library, Need, ProcessEnd, WaitId,
};
use anvild_protocol::{ClientId, Diagnostic, Generation, HostId, Source};

use crate::print::print;

/// Runs a script and returns its log.
pub(crate) fn run(text: &str) -> String {
    log_of(Script::new(3), text)
}

/// The same where one host may load as many libraries as the product lets it.
pub(crate) fn run_roomy(text: &str) -> String {
    log_of(Script::new(EngineConfig::new("/p").libraries_max), text)
}

fn log_of(mut script: Script, text: &str) -> String {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        script.line(line);
    }
    script.log
}

/// Runs a script and returns the engine after it.
pub(crate) fn engine_after(text: &str) -> Engine {
    after(Script::new(3), text)
}

/// The same where one host may load as many libraries as the product lets it.
pub(crate) fn roomy_engine_after(text: &str) -> Engine {
    after(Script::new(EngineConfig::new("/p").libraries_max), text)
}

fn after(mut script: Script, text: &str) -> Engine {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        script.line(line);
    }
    script.engine
}

struct Script {
    engine: Engine,
    begun: Instant,
    now: Instant,
    log: String,
}

impl Script {
    fn new(libraries_max: u32) -> Self {
        let now = origin();
        let config = EngineConfig { libraries_max, ..EngineConfig::new("/p") };
        Self { engine: Engine::new(config), begun: now, now, log: String::new() }
    }

    fn line(&mut self, line: &str) {
        if let Some(unprinted) = line.strip_prefix('~') {
            let kept = self.log.len();
            for line in expand(unprinted) {
                self.line(&line);
            }
            self.log.truncate(kept);
            return;
        }
        self.log.push_str(&format!("> {line}\n"));
        match line.strip_prefix('+') {
            Some(span) => self.pass(duration(span)),
            None => {
                let event = parse(line, self.now);
                self.engine.handle(self.now, event);
                self.drain("");
            }
        }
    }

    /// Lets time pass. Each timer fires at its time.
    fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some(due) = self.engine.poll_timeout().filter(|due| *due <= end) {
            self.now = due.max(self.now);
            self.engine.handle(self.now, Event::Tick);
            let at = format!("{} ms: ", self.now.duration_since(self.begun).as_millis());
            self.drain(&at);
            let next = self.engine.poll_timeout();
            assert!(next.is_none_or(|next| next > self.now), "a timer that has fired is still due");
        }
        self.now = end;
    }

    fn drain(&mut self, at: &str) {
        while let Some(effect) = self.engine.poll_effect() {
            for line in print(&effect).lines() {
                self.log.push_str(&format!("    {at}{line}\n"));
            }
        }
    }
}

/// An instant to count from. The engine never compares it with a clock.
#[expect(clippy::disallowed_methods, reason = "an Instant can only be made from the clock; tests add to it")]
pub(crate) fn origin() -> Instant {
    Instant::now()
}

pub(crate) fn expand(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let lines = match words[..] {
        ["up"] => "start hot\nbuilt 1\nhost 1 spawned\nhost 1 hello\nhost 1 loaded 1\nhost 1 accepting".to_owned(),
        // An edit of the source that is swapped into a host.
        ["swap", host, generation] => {
            format!("edit src/a.rs library\nbuilt {generation}\nhost {host} loaded {generation}")
        }
        // An edit whose patch is live, while the full build goes on.
        ["patch", host, generation] => {
            format!("edit src/a.rs library\npatched {generation}\nhost {host} loaded {generation}")
        }
        // A new host up to the moment it has loaded.
        ["boot", host, generation] => {
            format!("host {host} spawned\nhost {host} hello\nhost {host} loaded {generation}")
        }
        _ => line.to_owned(),
    };
    lines.lines().map(str::to_owned).collect()
}

pub(crate) fn parse(line: &str, now: Instant) -> Event {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["start", ref how @ ..] => start(how),
        ["stop"] => Event::StopApp { reason: "asked for".to_owned() },
        ["restart"] => Event::RestartApp,
        ["rollback"] => Event::RollBack,
        ["shutdown"] => Event::ShutDown { reason: "asked for".to_owned() },
        ["client", id, "gone"] => Event::ClientGone(ClientId(number(id))),
        ["edit", ref files @ .., need] => edit(files, need, now),
        ["built", generation, ref how @ ..] => built(number(generation), how),
        ["patched", generation, ref how @ ..] => patched(number(generation), how),
        ["failed", generation, ref message @ ..] => failed(number(generation), &message.join(" ")),
        ["cancelled", generation] => {
            Event::BuildFinished { generation: Generation(number(generation)), result: BuildResult::Cancelled }
        }
        ["host", id, ref what @ ..] => host(HostId(number(id)), what),
        ["wait", id, "gone"] => Event::WaitGone(WaitId(number(id))),
        ["wait", id, span] => Event::Wait { request: WaitId(number(id)), deadline: now + duration(span) },
        _ => panic!("no such line: {line}"),
    }
}

fn start(how: &[&str]) -> Event {
    let named = |name: &str| how.iter().find_map(|word| word.strip_prefix(name));
    Event::StartApp {
        hot: how.contains(&"hot"),
        addr: named("addr=").unwrap_or("127.0.0.1:8080").to_owned(),
        attached: named("client=").map(|id| ClientId(number(id))),
    }
}

fn edit(files: &[&str], need: &str, now: Instant) -> Event {
    let need = match need.split_once(':') {
        Some(("cargo", reason)) => Need::Cargo { reason: reason.replace('_', " ") },
        None if need == "library" => Need::Library,
        None if need == "configure" => Need::Configure,
        None if need == "advance" => Need::Advance,
        _ => panic!("no such need: {need}"),
    };
    let files = files.iter().map(|file| (*file).to_owned()).collect();
    Event::Changed(ChangeSet { files, need, first_seen: now - Duration::from_millis(10) })
}

pub(crate) fn artifact(generation: u64, image: &str) -> Artifact {
    Artifact {
        generation: Generation(generation),
        image: ImageId(image.to_owned()),
        libraries: vec![library("blog", generation, format!("/t/{generation}.so"))],
    }
}

pub(crate) fn library(package: &str, source: u64, path: String) -> Library {
    Library {
        package: package.to_owned(),
        source: Generation(source),
        path,
        base: None,
        shared: Vec::new(),
        sha256: format!("{source:064x}"),
        layout_symbols: Vec::new(),
        has_boot: true,
    }
}

/// What holds the changed modules only, on the library of another generation.
pub(crate) fn patch(generation: u64, image: &str, base: u64) -> Artifact {
    let whole = library("blog", generation, format!("/t/{generation}.patch.so"));
    let patch = Library { base: Some(format!("/t/{base}.base.so")), ..whole };
    Artifact { libraries: vec![patch], ..artifact(generation, image) }
}

/// The libraries that a line names; none: there is one, `blog`.
fn set(how: &[&str]) -> Vec<Library> {
    let packages = ["posts", "users"];
    let named = how.iter().filter_map(|word| word.split_once('=')).filter(|(package, _)| packages.contains(package));
    named
        .map(|(package, source)| match source.strip_suffix('~') {
            Some(source) => {
                let patch = library(package, number(source), format!("/t/{package}-{source}.patch.so"));
                Library { base: Some(format!("/t/{package}.base.so")), ..patch }
            }
            None => library(package, number(source), format!("/t/{package}-{source}.so")),
        })
        .collect()
}

fn patched(generation: u64, how: &[&str]) -> Event {
    let named = |name: &str| how.iter().find_map(|word| word.strip_prefix(name));
    let mut artifact = patch(generation, named("image=").unwrap_or("a"), named("base=").map_or(1, number));
    let libraries = set(how);
    if !libraries.is_empty() {
        artifact.libraries = libraries;
    }
    let reason = named("reason=").unwrap_or("1_module").replace('_', " ");
    Event::PatchBuilt { generation: Generation(generation), artifact, reason }
}

fn built(generation: u64, how: &[&str]) -> Event {
    let image = how.iter().find_map(|word| word.strip_prefix("image=")).unwrap_or("a");
    let mut artifact = artifact(generation, image);
    let libraries = set(how);
    if !libraries.is_empty() {
        artifact.libraries = libraries;
    }
    let mut reason = "replayed blog".to_owned();
    if how.contains(&"static") {
        artifact.libraries.clear();
        artifact.image = ImageId(format!("static {generation}"));
        reason = "linked statically: `ring` cannot be shared".to_owned();
    }
    let mut warnings = Vec::new();
    if how.contains(&"warned") {
        warnings.push(Diagnostic::error(Source::Build, "unused_variables", "unused variable: `x`").warning());
    }
    Event::BuildFinished {
        generation: Generation(generation),
        result: BuildResult::Built { artifact, reason, warnings },
    }
}

fn failed(generation: u64, message: &str) -> Event {
    let mut found = Diagnostic::error(Source::Build, "E0609", message).at("/p/src/a.rs", 3, 5);
    found.rendered = Some(format!("\u{1b}[1m\u{1b}[31merror\u{1b}[0m: {message}"));
    let result = BuildResult::Failed { diagnostics: vec![found] };
    Event::BuildFinished { generation: Generation(generation), result }
}

fn host(host: HostId, what: &[&str]) -> Event {
    match *what {
        ["spawned"] => Event::HostSpawned { host, pid: pid(host) },
        ["spawn-failed", ref message @ ..] => Event::HostSpawnFailed { host, message: message.join(" ") },
        ["exit", "signal", signal] => exited(host, None, Some(number(signal) as i32)),
        ["exit", "code", code] => exited(host, Some(number(code) as i32), None),
        ["rss", mib] => Event::HostMemory { host, rss_bytes: number(mib) * 1024 * 1024 },
        _ => Event::HostSaid { host, message: said(host, what) },
    }
}

fn exited(host: HostId, code: Option<i32>, signal: Option<i32>) -> Event {
    let stderr_tail = vec![format!("last words of host {}", host.0)];
    Event::HostExited { host, end: ProcessEnd { code, signal, stderr_tail } }
}

pub(crate) fn pid(host: HostId) -> u32 {
    100 + u32::try_from(host.0).expect("few hosts")
}

pub(crate) fn hello(host: HostId, control: u32) -> FromHost {
    FromHost::Hello { control, abi: 1, pid: pid(host), framework: "0.1.0".to_owned() }
}

pub(crate) fn loaded(generation: u64) -> FromHost {
    let route = RouteSummary {
        method: "GET".to_owned(),
        path: "/posts".to_owned(),
        name: Some("posts.index".to_owned()),
        handler: "blog::posts::index".to_owned(),
        place: place("src/posts.rs:7:5"),
        middleware: vec!["auth".to_owned()],
    };
    FromHost::Loaded(Accepted {
        generation,
        routes: Some(vec![route]),
        open_us: 1,
        boot_us: 1,
        register_us: 1,
        publish_us: 1,
    })
}

fn said(host: HostId, what: &[&str]) -> FromHost {
    match *what {
        ["hello"] => hello(host, CONTROL_VERSION),
        ["hello", control] => hello(host, number(control) as u32),
        ["loaded", generation] => loaded(number(generation)),
        ["loaded", generation, "known-routes"] => match loaded(number(generation)) {
            FromHost::Loaded(accepted) => FromHost::Loaded(Accepted { routes: None, ..accepted }),
            other => other,
        },
        ["accepting"] => FromHost::Accepting,
        ["yielded"] => FromHost::NotAccepting,
        ["drained"] => FromHost::Drained,
        ["advanced", generation] => FromHost::Advanced { generation: number(generation) },
        ["configured", generation, ref outcome @ ..] => {
            FromHost::Configured { generation: number(generation), outcome: configured(outcome) }
        }
        ["refused", generation, "of", library, ref refusal @ ..] => FromHost::Refused {
            generation: number(generation),
            library: Some(library.to_owned()),
            refusal: refused(refusal),
        },
        ["refused", generation, ref refusal @ ..] => {
            FromHost::Refused { generation: number(generation), library: None, refusal: refused(refusal) }
        }
        ["fault", "of", generation, status, at, ref message @ ..] => fault(number(generation), status, at, message),
        ["fault", status, at, ref message @ ..] => fault(1, status, at, message),
        _ => panic!("a host does not say {what:?}"),
    }
}

fn fault(generation: u64, status: &str, at: &str, message: &[&str]) -> FromHost {
    FromHost::Fault(Fault {
        generation,
        method: "GET".to_owned(),
        path: "/posts".to_owned(),
        status: if status == "panic" { 500 } else { number(status) as u16 },
        panicked: status == "panic",
        message: message.join(" "),
        place: place(at),
    })
}

fn configured(outcome: &[&str]) -> ConfigOutcome {
    match *outcome {
        ["applied"] => ConfigOutcome::Applied,
        ["handover", ref keys @ ..] => {
            ConfigOutcome::NeedsHandover { keys: keys.iter().map(|key| (*key).to_owned()).collect() }
        }
        ["invalid", ref message @ ..] => {
            ConfigOutcome::Invalid { message: message.join(" "), place: place("config/anvil.toml:4:1") }
        }
        _ => panic!("no such outcome: {outcome:?}"),
    }
}

fn refused(refusal: &[&str]) -> Refusal {
    match *refusal {
        ["layout", old, new] => {
            Refusal::LayoutChanged { changes: vec![LayoutChange { old: stats(old), new: Some(stats(new)) }] }
        }
        ["layout", old] => Refusal::LayoutChanged { changes: vec![LayoutChange { old: stats(old), new: None }] },
        ["boot-changed"] => Refusal::BootChanged,
        ["boot-failed", ref message @ ..] => Refusal::BootFailed { message: message.join(" ") },
        ["panicked", at, ref message @ ..] => {
            Refusal::Panicked { message: message.join(" "), place: place(at), backtrace: "0: blog::routes".to_owned() }
        }
        ["routes"] => Refusal::Routes {
            errors: vec![RouteError {
                message: "`GET /posts` is registered twice".to_owned(),
                place: place("src/lib.rs:9:5"),
                other: place("src/lib.rs:8:5"),
            }],
        },
        ["symbol", symbol] => Refusal::MissingSymbol { symbol: symbol.to_owned() },
        ["open", ref message @ ..] => Refusal::Open { message: message.join(" ") },
        ["hash"] => Refusal::HashMismatch,
        ["config", ref message @ ..] => {
            Refusal::Config { message: message.join(" "), place: place("config/anvil.toml:4:1") }
        }
        _ => panic!("no such refusal: {refusal:?}"),
    }
}

/// `hits=u32,name=u64`: fields of 4 or 8 bytes, one a line from line 11 on.
fn stats(fields: &str) -> TypeLayout {
    let mut offset = 0;
    let fields: Vec<FieldLayout> = fields
        .split(',')
        .zip(11..)
        .map(|(field, line)| {
            let (name, kind) = field.split_once('=').expect("name=type");
            let size = if kind.ends_with("32") { 4 } else { 8 };
            let at = offset;
            offset += size;
            FieldLayout {
                name: name.to_owned(),
                type_name: kind.to_owned(),
                offset: Some(at),
                size,
                fingerprint: Fingerprint(kind.len() as u64 + size),
                place: place(&format!("src/stats.rs:{line}:5")),
            }
        })
        .collect();
    TypeLayout {
        name: "blog::stats::Stats".to_owned(),
        size: offset,
        align: 8,
        fingerprint: Fingerprint(offset),
        place: place("src/stats.rs:10:1"),
        fields,
    }
}

fn place(text: &str) -> Option<SourcePlace> {
    let mut parts = text.split(':');
    let file = parts.next().filter(|file| *file != "-")?.to_owned();
    let line = parts.next().map_or(1, |line| number(line) as u32);
    let column = parts.next().map_or(1, |column| number(column) as u32);
    Some(SourcePlace { file, line, column })
}

fn number(word: &str) -> u64 {
    word.parse().unwrap_or_else(|_| panic!("not a number: {word}"))
}

fn duration(word: &str) -> Duration {
    match word.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(number(millis)),
        None => Duration::from_secs(number(word.strip_suffix('s').expect("a span ends with ms or s"))),
    }
}
