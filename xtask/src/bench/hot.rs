//! `cargo xtask bench hot`: from a save to the first correct byte, by stage and by size of the app.
//!
//! Three ways take turns at the same edit: the daemon; `cargo build` of a dylib of the handlers that links its
//! dependencies statically; `cargo build` of the program and a restart. Taking turns, because the load of the machine
//! changes over minutes and must hit all three alike.

use std::{
    fmt::Write,
    fs,
    process::{Command, ExitCode},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    app::{App, Shape},
    daemon::{Daemon, Status},
    http::Client,
    plain::Plain,
    statistics::{Sample, table},
};
use crate::{anvil, command};

/// Edits that are made and not counted: the first ones fill the caches of the file system and of the compiler.
const WARM_UP: usize = 2;
/// How long a mark may take to appear.
const PATIENCE: Duration = Duration::from_secs(120);
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

/// Everything measured at one size.
#[derive(Default)]
struct Figures {
    routes: usize,
    /// As the client sees it.
    served: Sample,
    detect: Sample,
    build: Sample,
    swap: Sample,
    /// As the daemon reports it.
    total: Sample,
    dylib: Sample,
    restart: Sample,
    /// Ways the daemon took, other than the usual ones.
    other_ways: Vec<String>,
    growth: Growth,
}

/// Resident memory of a host over its swaps. Starts anew with every host.
#[derive(Default)]
struct Growth {
    last: Option<(u32, u64, u64)>,
    swaps: u64,
    bytes: i64,
}

impl Growth {
    fn add(&mut self, status: &Status) {
        let (Some(pid), Some(rss)) = (status.app.pid, status.app.rss_bytes) else { return };
        let loaded = status.app.libraries_loaded;
        if let Some((last_pid, last_loaded, last_rss)) = self.last
            && last_pid == pid
        {
            self.swaps += loaded.saturating_sub(last_loaded);
            self.bytes += rss as i64 - last_rss as i64;
        }
        self.last = Some((pid, loaded, rss));
    }

    fn megabytes_per_swap(&self) -> f64 {
        if self.swaps == 0 { 0.0 } else { self.bytes as f64 / self.swaps as f64 / 1e6 }
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
    for edit in 0..WARM_UP + edits {
        // Never the same module twice in a row, in every size through all of them.
        let module = edit * 7 % app.modules();
        let mark = format!("mark-{edit}-{}", std::process::id());
        let saved = Instant::now();
        let path = app.edit(module, &mark)?;
        wait_for_mark(&mut client, &path, &mark).with_context(|| daemon.complaint())?;
        let served = saved.elapsed();
        let status = daemon.settle()?;
        let entry = daemon.newest()?;
        let dylib = plain.dylib(module, &format!("{mark}-d"))?;
        let restart = plain.restart(module, &format!("{mark}-r"))?;
        eprintln!(
            "{routes} routes, edit {edit}: generation {} by {}, {} ms; dylib {} ms; restart {} ms",
            entry.generation,
            entry.kind,
            served.as_millis(),
            dylib.as_millis(),
            restart.as_millis()
        );
        if edit < WARM_UP {
            continue;
        }
        figures.growth.add(&status);
        figures.served.add(served);
        figures.detect.add_millis(entry.stages.detect_ms);
        figures.build.add_millis(entry.stages.build_ms);
        figures.swap.add_millis(entry.stages.swap_ms);
        figures.total.add_millis(entry.stages.total_ms);
        figures.dylib.add(dylib);
        figures.restart.add(restart);
        if !matches!(entry.kind.as_str(), "swap" | "patch") {
            figures.other_ways.push(entry.kind);
        }
    }
    Ok(figures)
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
        "Each edit changes one handler of one module. Milliseconds, p50 / p95 over {edits} edits; *served* is measured by \
         a client from the save to the first correct byte, the stages are the daemon's.\n"
    )?;
    let stages = all.iter().map(|f| {
        let mut row = vec![f.routes.to_string()];
        row.extend([&f.served, &f.detect, &f.build, &f.swap, &f.total].map(Sample::shown));
        row.push(format!("{:.2}", f.growth.megabytes_per_swap()));
        row
    });
    let head = ["routes", "served", "detect", "build", "swap", "total", "memory per swap, MB"];
    writeln!(text, "{}", table(&head, &stages.collect::<Vec<_>>()))?;
    text += "The same edit without the daemon, taking turns with it: `cargo build` of a dylib of the handlers that links its \
             dependencies statically (loading it not counted), and `cargo build` of the program with a restart.\n\n";
    let ratio = |part: &Sample, whole: &Sample| format!("{:.2}", part.p50() / whole.p50().max(f64::MIN_POSITIVE));
    let ways = all.iter().map(|f| {
        let ratios = [ratio(&f.served, &f.dylib), ratio(&f.served, &f.restart)];
        [vec![f.routes.to_string(), f.served.shown(), f.dylib.shown(), f.restart.shown()], ratios.to_vec()].concat()
    });
    let head = ["routes", "served", "dylib", "restart", "served ÷ dylib", "served ÷ restart"];
    writeln!(text, "{}", table(&head, &ways.collect::<Vec<_>>()))?;
    for figures in all.iter().filter(|figures| !figures.other_ways.is_empty()) {
        let ways = figures.other_ways.join(", ");
        writeln!(text, "At {} routes not every edit was a swap: {ways}.", figures.routes)?;
    }
    Ok(text)
}

/// What the figures depend on.
fn machine() -> Result<String> {
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
        let mut figures = Figures { routes: 45, other_ways: vec!["handover".into()], ..Figures::default() };
        for (sample, millis) in [(&mut figures.served, 200), (&mut figures.dylib, 2000), (&mut figures.restart, 800)] {
            sample.add_millis(millis);
        }
        let report = report(1, &[figures]).expect("it can be written");
        assert!(report.contains("| 45 | 200 / 200 | 2000 / 2000 | 800 / 800 | 0.10 | 0.25 |"), "{report}");
        assert!(report.contains("At 45 routes not every edit was a swap: handover."), "{report}");
    }
}
