//! `cargo xtask bench lsp`: the language server as an editor meets it, next to two published ones on projects of the same size.
//!
//! Everything is measured at the editor's end of the pipes. Keys fall due at a fixed rate, whether or not the one before has had
//! its effect, and their latency counts from when they were due.

mod client;
mod projects;
mod subjects;
mod work;

use std::{
    fmt::Write as _,
    fs,
    process::{Command, ExitCode, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use anyhow::{Context, Result};

use super::{
    daemon::Daemon,
    hot::machine,
    statistics::{Sample, table},
};
use crate::{anvil, command};
use projects::Forge;
use subjects::Subject;
use work::{Figures, Work};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Templates of each project
    #[arg(long, default_value_t = 200)]
    templates: usize,
    /// Routes of each project
    #[arg(long, default_value_t = 300)]
    routes: usize,
    /// Counted keys
    #[arg(long, default_value_t = 480)]
    keys: usize,
    /// Keys a second
    #[arg(long, default_value_t = 12)]
    rate: u32,
    /// Counted mistakes in a type
    #[arg(long, default_value_t = 30)]
    mistakes: usize,
    /// Counted completions, hovers and definitions, of each
    #[arg(long, default_value_t = 200)]
    requests: usize,
    /// Seconds in which nobody does anything
    #[arg(long, default_value_t = 10)]
    idle_s: u64,
    /// Leave the other servers out, and say so
    #[arg(long)]
    alone: bool,
    /// Write the result to docs/benchmarks/lsp.md
    #[arg(long)]
    write: bool,
}

/// What one server came to.
struct Row {
    name: String,
    idle: Figures,
    building: Figures,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let anvil = anvil::build()?;
    let server = anvil::build_server()?;
    let forge = Forge::generate(args.templates, args.routes)?;
    let mut subjects = vec![Subject::anvil(&server, &forge)?];
    if !args.alone {
        subjects.push(Subject::svelte(args.templates, args.routes)?);
        subjects.push(Subject::django(args.templates, args.routes)?);
    }
    eprintln!("starting the daemon, which also builds while the servers are measured");
    let daemon = Daemon::start(&anvil, forge.root())?;
    daemon.settle()?;
    let work = Work {
        keys: args.keys,
        rate: args.rate,
        mistakes: args.mistakes,
        requests: args.requests,
        idle_s: args.idle_s,
    };
    let mut rows = Vec::new();
    for subject in &subjects {
        eprintln!("{}: nothing else happens", subject.name);
        let idle = work.measure(subject).with_context(|| subject.name.clone())?;
        eprintln!("{}: while a build runs", subject.name);
        let building =
            while_building(&forge, &daemon, || work.measure(subject)).with_context(|| subject.name.clone())?;
        rows.push(Row { name: subject.name.clone(), idle, building });
    }
    let report = report(args, &rows)?;
    print!("{report}");
    if args.write {
        let file = command::root().join("docs/benchmarks/lsp.md");
        fs::write(&file, report).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Saves one module after the other, each when the one before is live, until the measurement has ended.
fn while_building<T>(forge: &Forge, daemon: &Daemon, measure: impl FnOnce() -> Result<T>) -> Result<T> {
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let builder = scope.spawn(|| -> Result<usize> {
            let mut builds = 0;
            while !ended.load(Ordering::Relaxed) {
                forge.edit(builds)?;
                daemon.live()?;
                builds += 1;
            }
            Ok(builds)
        });
        let measured = measure();
        ended.store(true, Ordering::Relaxed);
        let builds = builder.join().map_err(|_| anyhow::anyhow!("the builds panicked"))??;
        eprintln!("    {builds} builds meanwhile");
        measured
    })
}

fn report(args: &Args, rows: &[Row]) -> Result<String> {
    let mut text = "# The language server\n\nMade by `cargo xtask bench lsp".to_owned();
    writeln!(
        text,
        " --templates {} --routes {} --keys {} --rate {} --mistakes {} --requests {} --idle-s {}{} --write`. {}\n",
        args.templates,
        args.routes,
        args.keys,
        args.rate,
        args.mistakes,
        args.requests,
        args.idle_s,
        if args.alone { " --alone" } else { "" },
        machine()?,
    )?;
    writeln!(
        text,
        "Projects of {} templates and {} routes. Milliseconds, p50 / p95 / p99, at the editor's end of the pipes. Keys fall due {} times a \
         second and count from when they were due; *typed* is from a mistake in a type, which only a compiler finds, in a text that is not saved, to its diagnostic. A \
         server that waits for a pause shows nothing while keys come. \
         *Memory* is resident, of the server with its children, after the work; *idle* is the processor time in a second in which nothing \
         happens.\n",
        args.templates, args.routes, args.rate
    )?;
    if args.alone {
        text += "The other servers were not run.\n\n";
    }
    for (title, of) in [("Nothing else happens", 0), ("While the daemon builds an edit of Rust, over and over", 1)] {
        writeln!(text, "{title}:\n")?;
        let figures = |row: &Row| if of == 0 { row.idle.clone() } else { row.building.clone() };
        let lines = rows.iter().map(|row| line(&row.name, &figures(row)));
        let head = [
            "",
            "key to diagnostics",
            "typed",
            "completion",
            "hover",
            "definition",
            "start, ms",
            "memory, MB",
            "idle, ms/s",
        ];
        writeln!(text, "{}", table(&head, &lines.collect::<Vec<_>>()))?;
    }
    Ok(text)
}

fn line(name: &str, figures: &Figures) -> Vec<String> {
    let mut line = vec![name.to_owned()];
    line.extend(
        [&figures.keys, &figures.typed, &figures.completion, &figures.hover, &figures.definition].map(Sample::shown_3),
    );
    line.push(format!("{:.0}", figures.start_ms));
    line.push(format!("{:.0}", figures.memory_bytes as f64 / 1e6));
    line.push(format!("{:.1}", figures.idle_ms_per_s));
    line
}

/// Runs a program of a package registry's client in `folder`.
fn install(command: &mut Command) -> Result<()> {
    command::run(command.stdin(Stdio::null()))
        .context("the other servers cannot be installed; `--alone` leaves them out")
}
