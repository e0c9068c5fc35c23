//! `cargo xtask bench hot`: from a save to the first correct byte, by stage and by size of the app.
//!
//! Five ways take turns at the same edit: the daemon with patches; with the patch built ahead, from the unsaved text; without
//! patches, so that it compiles the whole app library; `cargo build` of a dylib of the handlers that links its dependencies statically; `cargo build` of the program and a
//! restart. Taking turns, because the load of the machine changes over minutes and must hit all alike.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    process::{Command, ExitCode},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    app::{App, Shape},
    daemon::{Daemon, HistoryEntry, Status},
    http::Client,
    plain::Plain,
    statistics::{Sample, table},
};
use crate::{anvil, command};

/// Edits that are made and not counted: the first ones fill the caches of the file system and of the compiler.
const WARM_UP: usize = 2;
/// How long a mark may take to appear.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long the first base of patches may take: a full build of the whole app, at low priority and not incremental.
const BASE_PATIENCE: Duration = Duration::from_secs(900);
/// Between two looks at the page: the resolution of the measurement. Looking every millisecond keeps an unoptimised host busy
/// on half a core, which the compiler under measurement then lacks.
const LOOK: Duration = Duration::from_millis(10);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Sizes of the app, in routes
    #[arg(long, value_delimiter = ',', default_value = "45")]
    routes: Vec<usize>,
    /// Counted edits of each size
    #[arg(long, default_value_t = 30)]
    edits: usize,
    /// Write the result to docs/benchmarks/hot.md
    #[arg(long)]
    write: bool,
}

/// Between two looks at whether the base is there.
const BETWEEN_TRIES: Duration = Duration::from_secs(15);

/// Between two edits: nobody saves twice in a second. The daemon gets ready for the next edit meanwhile.
const PAUSE: Duration = Duration::from_secs(1);

/// Edits of a module in a row, before the next module is edited: people stay where they are for a while.
const EDITS_IN_A_ROW: usize = 3;

/// Everything measured at one size.
#[derive(Default)]
struct Figures {
    routes: usize,
    patch: Way,
    ahead: Way,
    full: Way,
    dylib: Sample,
    restart: Sample,
}

/// The daemon's times for edits that went one way.
#[derive(Default)]
struct Way {
    /// As the client sees it.
    served: Sample,
    detect: Sample,
    build: Sample,
    swap: Sample,
    /// As the daemon reports it.
    total: Sample,
    /// What the daemon did instead, with its reason, and how often.
    others: BTreeMap<String, usize>,
    growth: Growth,
}

/// Resident memory of a host over its loads.
#[derive(Default)]
pub(super) struct Growth {
    loads: u64,
    bytes: i64,
}

impl Growth {
    pub(super) fn add(&mut self, before: &Status, after: &Status) {
        let (Some(old), Some(new)) = (before.app.rss_bytes, after.app.rss_bytes) else { return };
        // A new host begins anew.
        if before.app.pid == after.app.pid {
            self.loads += after.app.libraries_loaded.saturating_sub(before.app.libraries_loaded);
            self.bytes += new as i64 - old as i64;
        }
    }

    pub(super) fn megabytes_per_load(&self) -> f64 {
        if self.loads == 0 { 0.0 } else { self.bytes as f64 / self.loads as f64 / 1e6 }
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let anvil = anvil::build()?;
    let mut all = Vec::new();
    for routes in &args.routes {
        let app = App::generate(&format!("hot-{routes}"), *routes, Shape::Project)?;
        let plain = Plain::build(App::generate(&format!("plain-{routes}"), *routes, Shape::Comparison)?)?;
        eprintln!("{routes} routes: starting the daemon");
        let daemon = Daemon::start(&anvil, app.root())?;
        all.push(measure(args.edits, *routes, &app, &daemon, plain)?);
    }
    let report = report(args.edits, &all)?;
    print!("{report}");
    if args.write {
        let folder = command::root().join("docs/benchmarks");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("hot.md"), report).context("cannot write docs/benchmarks/hot.md")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(edits: usize, routes: usize, app: &App, daemon: &Daemon, mut plain: Plain) -> Result<Figures> {
    let mut figures = Figures { routes, ..Figures::default() };
    let mut client = Client::new(daemon.addr()?);
    await_patches(app, daemon, &mut client)?;
    for edit in 0..WARM_UP + edits {
        // In every size through all modules.
        let module = edit / EDITS_IN_A_ROW * 7 % app.modules();
        let mark = format!("mark-{edit}-{}", std::process::id());
        let counted = edit >= WARM_UP;
        app.patches(true)?;
        let patch = one_edit(app, daemon, &mut client, (module, &format!("{mark}-p")))?;
        let unsaved_mark = format!("{mark}-a");
        let (file, text) = app.unsaved(module, &unsaved_mark);
        daemon.settle()?;
        daemon.ahead(&file, &text)?;
        let ahead = one_edit(app, daemon, &mut client, (module, &unsaved_mark))?;
        app.patches(false)?;
        let full = one_edit(app, daemon, &mut client, (module, &format!("{mark}-f")))?;
        let dylib = plain.dylib(module, &format!("{mark}-d"))?;
        let restart = plain.restart(module, &format!("{mark}-r"))?;
        let millis = [patch.served, ahead.served, full.served, dylib, restart].map(|took| took.as_millis());
        let [patched, at_once, built, dylib_ms, restarted] = millis;
        let way = &patch.entry.kind;
        eprintln!(
            "{routes} routes, edit {edit}: {way} {patched} ms; ahead {at_once} ms; full {built} ms; dylib {dylib_ms} ms; restart {restarted} ms"
        );
        if counted {
            figures.patch.add(patch, "patch");
            figures.ahead.add(ahead, "patch");
            figures.full.add(full, "swap");
            figures.dylib.add(dylib);
            figures.restart.add(restart);
        }
    }
    Ok(figures)
}

/// What one edit through the daemon came to.
struct Edit {
    served: Duration,
    entry: HistoryEntry,
    before: Status,
    after: Status,
}

fn one_edit(app: &App, daemon: &Daemon, client: &mut Client, (module, mark): (usize, &str)) -> Result<Edit> {
    let before = daemon.settle()?;
    thread::sleep(PAUSE);
    let saved = Instant::now();
    let path = app.edit(module, mark)?;
    wait_for_mark(client, &path, mark).with_context(|| daemon.complaint())?;
    let served = saved.elapsed();
    let after = daemon.settle()?;
    Ok(Edit { served, entry: daemon.newest()?, before, after })
}

impl Way {
    fn add(&mut self, edit: Edit, expected: &str) {
        self.served.add(edit.served);
        self.detect.add_millis(edit.entry.stages.detect_ms);
        self.build.add_millis(edit.entry.stages.build_ms);
        self.swap.add_millis(edit.entry.stages.swap_ms);
        self.total.add_millis(edit.entry.stages.total_ms);
        self.growth.add(&edit.before, &edit.after);
        if edit.entry.kind != expected {
            *self.others.entry(format!("{} ({})", edit.entry.kind, edit.entry.reason)).or_default() += 1;
        }
    }
}

/// Edits until the base of patches is there: it is made in the background after the first build.
fn await_patches(app: &App, daemon: &Daemon, client: &mut Client) -> Result<()> {
    app.patches(true)?;
    let deadline = Instant::now() + BASE_PATIENCE;
    for attempt in 0.. {
        let mark = format!("base-{attempt}-{}", std::process::id());
        let edit = one_edit(app, daemon, client, (0, &mark))?;
        if edit.entry.kind == "patch" {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("no edit became a patch: {}", edit.entry.reason);
        }
        // Each of these edits is built in full, which the base has to wait for.
        thread::sleep(BETWEEN_TRIES);
    }
    Ok(())
}

/// Asks until the page shows the mark. An app that is not there yet, or answers otherwise, is asked again.
pub(super) fn wait_for_mark(client: &mut Client, path: &str, mark: &str) -> Result<()> {
    let started = Instant::now();
    loop {
        if client.get(path).is_ok_and(|answer| answer.status == 200 && answer.body.ends_with(&format!(" {mark}"))) {
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            bail!("{path} did not show `{mark}` within {} s", PATIENCE.as_secs());
        }
        thread::sleep(LOOK);
    }
}

fn report(edits: usize, all: &[Figures]) -> Result<String> {
    let mut text = "# Save to served\n\nMade by `cargo xtask bench hot".to_owned();
    let sizes: Vec<String> = all.iter().map(|figures| figures.routes.to_string()).collect();
    writeln!(text, " --routes {} --edits {edits} --write`. {}\n", sizes.join(","), machine()?)?;
    writeln!(
        text,
        "Each edit changes one handler of one module, a second after the one before; a module is edited {EDITS_IN_A_ROW} times in a row, \
         then it is another's turn. Milliseconds, p50 / p95 over {edits} edits, from the save to the first correct byte that a client sees. Five ways take \
         turns at each edit: a *patch*; a patch that was built *ahead*, from the text before it was saved; the *full* app library (`dev.patches = false`); `cargo build` of a *dylib* of the \
         handlers that links its dependencies statically (loading it not counted); `cargo build` of the program and a \
         *restart*.\n"
    )?;
    let ratio = |part: &Sample, whole: &Sample| format!("{:.2}", part.p50() / whole.p50().max(f64::MIN_POSITIVE));
    let ways = all.iter().map(|f| {
        let (patch, full) = (&f.patch.served, &f.full.served);
        let times = [patch, &f.ahead.served, full, &f.dylib, &f.restart].map(Sample::shown);
        let ratios =
            [(patch, &f.dylib), (full, &f.dylib), (patch, &f.restart), (full, &f.restart)].map(|(a, b)| ratio(a, b));
        [vec![f.routes.to_string()], times.to_vec(), ratios.to_vec()].concat()
    });
    let head = [
        "routes",
        "patch",
        "ahead",
        "full",
        "dylib",
        "restart",
        "patch ÷ dylib",
        "full ÷ dylib",
        "patch ÷ restart",
        "full ÷ restart",
    ];
    writeln!(text, "{}", table(&head, &ways.collect::<Vec<_>>()))?;
    text += "The daemon's own stages, and the memory that each load leaves in the host:\n\n";
    let stages = all.iter().flat_map(|f| {
        [("patch", &f.patch), ("ahead", &f.ahead), ("full", &f.full)].map(|(name, way)| {
            let mut row = vec![f.routes.to_string(), name.to_owned()];
            row.extend([&way.detect, &way.build, &way.swap, &way.total].map(Sample::shown));
            row.push(format!("{:.2}", way.growth.megabytes_per_load()));
            row
        })
    });
    let head = ["routes", "way", "detect", "build", "swap", "total", "memory, MB"];
    writeln!(text, "{}", table(&head, &stages.collect::<Vec<_>>()))?;
    if let [first, .., last] = all {
        let growth = ratio(&last.patch.served, &first.patch.served);
        writeln!(text, "A patch at {} routes takes {growth} times as long as at {}.\n", last.routes, first.routes)?;
    }
    for figures in all {
        for others in [&figures.patch.others, &figures.ahead.others, &figures.full.others]
            .into_iter()
            .filter(|others| !others.is_empty())
        {
            let counted: Vec<String> = others.iter().map(|(way, count)| format!("{count} by {way}")).collect();
            writeln!(text, "At {} routes some edits went another way: {}.", figures.routes, counted.join(", "))?;
        }
    }
    Ok(text)
}

/// What the figures depend on.
pub(super) fn machine() -> Result<String> {
    let cores = thread::available_parallelism()?;
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unnamed processor", |(_, model)| model.trim());
    let rustc = command::output(Command::new("rustc").arg("--version"))?;
    Ok(format!("On {cores} cores of {model}, {}.", rustc.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_names_ratios_and_exceptions() {
        let mut figures = Figures { routes: 45, ..Figures::default() };
        figures.patch.others.insert("swap (full: no base)".to_owned(), 2);
        let samples = [
            (&mut figures.patch.served, 200),
            (&mut figures.ahead.served, 40),
            (&mut figures.full.served, 400),
            (&mut figures.dylib, 2000),
            (&mut figures.restart, 800),
        ];
        for (sample, millis) in samples {
            sample.add_millis(millis);
        }
        let report = report(1, &[figures]).expect("it can be written");
        let row = "| 45 | 200 / 200 | 40 / 40 | 400 / 400 | 2000 / 2000 | 800 / 800 | 0.10 | 0.20 | 0.25 | 0.50 |";
        assert!(report.contains(row), "{report}");
        assert!(report.contains("At 45 routes some edits went another way: 2 by swap (full: no base)."), "{report}");
    }
}
