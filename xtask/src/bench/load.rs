//! `cargo xtask bench load`: nobody who uses the app may notice that it is being edited.
//!
//! Clients ask at a fixed rate while the app is swapped and handed over. A request that is not answered with 200, or a
//! generation that goes backwards for one client, makes the command fail.

use std::{collections::BTreeMap, process::ExitCode, thread, time::Duration};

use anyhow::{Context, Result};

use super::{
    app::{App, Shape},
    daemon::Daemon,
    hot::{Growth, wait_for_mark},
    http::Client,
    statistics::{Sample, table},
    traffic::{Seen, Traffic},
};
use crate::anvil;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Size of the app
    #[arg(long, default_value_t = 45)]
    routes: usize,
    /// Edits, each waited for
    #[arg(long, default_value_t = 100)]
    swaps: usize,
    /// Modules that the edits go round; all of them by default
    #[arg(long)]
    modules: Option<usize>,
    /// Libraries and patches that one host loads before a new one takes over by itself (`dev.libraries_max`)
    #[arg(long, default_value_t = 600)]
    libraries_max: u32,
    /// Handovers, spread evenly between the edits
    #[arg(long, default_value_t = 10)]
    handovers: usize,
    /// Clients with a kept connection, and as many again that open one for each request
    #[arg(long, default_value_t = 6)]
    clients: usize,
    /// Requests of each client in a second
    #[arg(long, default_value_t = 40)]
    rate: u32,
    /// Seconds without reloads at the beginning, for comparison
    #[arg(long, default_value_t = 10)]
    quiet_s: u64,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let anvil = anvil::build()?;
    let app = App::generate(&format!("load-{}", args.routes), args.routes, Shape::Project)?;
    app.libraries_max(args.libraries_max)?;
    let daemon = Daemon::start(&anvil, app.root())?;
    let addr = daemon.addr()?;
    let paths: Vec<String> =
        (0..app.modules()).flat_map(|m| [format!("/m{m}?page=20"), format!("/m{m}/7"), format!("/mark/{m}")]).collect();
    let traffic = Traffic::start(addr, &paths, args.clients, args.rate);
    eprintln!("quiet for {} s", args.quiet_s);
    thread::sleep(Duration::from_secs(args.quiet_s));
    traffic.reloads_begin();
    let mut loads = Loads::default();
    let reloaded = reload(args, &app, &daemon, &mut Client::new(addr), &mut loads);
    let seen = traffic.stop();
    print!("{}", report(args, &seen, &loads));
    // After the report: what the clients saw until then says why.
    reloaded?;
    let clean = seen.failed == 0 && seen.backwards == 0 && seen.unstamped == 0;
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What became of the edits.
#[derive(Default)]
struct Loads {
    /// By the way that they went.
    ways: BTreeMap<String, usize>,
    growth: Growth,
    /// Patches that each host took, by process.
    patches: BTreeMap<u32, usize>,
}

/// Edits of a module in a row, before the next module is edited.
const EDITS_IN_A_ROW: usize = 10;

fn reload(args: &Args, app: &App, daemon: &Daemon, client: &mut Client, loads: &mut Loads) -> Result<()> {
    let mut before = daemon.status()?;
    let modules = args.modules.map_or(app.modules(), |modules| modules.clamp(1, app.modules()));
    for edit in 0..args.swaps {
        let mark = format!("load-{edit}-{}", std::process::id());
        let path = app.edit(edit / EDITS_IN_A_ROW * 7 % modules, &mark)?;
        wait_for_mark(client, &path, &mark).with_context(|| daemon.complaint())?;
        let way = daemon.newest()?.kind;
        let after = daemon.status()?;
        if let Some(host) = after.app.pid {
            *loads.patches.entry(host).or_default() += usize::from(way == "patch");
        }
        *loads.ways.entry(way).or_default() += 1;
        loads.growth.add(&before, &after);
        before = after;
        if due(args, edit) > 0 {
            for _ in 0..due(args, edit) {
                daemon.hand_over()?;
            }
            eprintln!("{} of {} swaps, handed over", edit + 1, args.swaps);
        }
    }
    Ok(())
}

/// Handovers after this edit, so that all are made with the last one.
fn due(args: &Args, edit: usize) -> usize {
    (edit + 1) * args.handovers / args.swaps - edit * args.handovers / args.swaps
}

fn report(args: &Args, seen: &Seen, loads: &Loads) -> String {
    let row = |name: &str, sample: &Sample| {
        let times = [50.0, 99.0, 100.0].map(|percent| format!("{:.1}", sample.percentile(percent)));
        [vec![name.to_owned(), sample.len().to_string()], times.to_vec()].concat()
    };
    let rows = [row("quiet", &seen.quiet), row("during reloads", &seen.reloading)];
    let mut text = table(&["", "requests", "p50, ms", "p99, ms", "longest, ms"], &rows);
    text += &format!(
        "\n{} swaps, {} handovers, newest generation seen {}: {} failed requests, {} answers of an older generation, \
         {} without one\n",
        args.swaps, args.handovers, seen.newest, seen.failed, seen.backwards, seen.unstamped
    );
    let ways: Vec<String> = loads.ways.iter().map(|(way, count)| format!("{count} by {way}")).collect();
    text += &format!(
        "Edits went live {}; each load left {:.2} MB in its host; of {} hosts, one took {} patches\n",
        ways.join(", "),
        loads.growth.megabytes_per_load(),
        loads.patches.len(),
        loads.patches.values().max().unwrap_or(&0),
    );
    for failure in &seen.failures {
        text += &format!("- {failure}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handovers(swaps: usize, handovers: usize) -> Vec<usize> {
        let args =
            Args { routes: 45, swaps, modules: None, libraries_max: 600, handovers, clients: 1, rate: 1, quiet_s: 0 };
        (0..swaps).map(|edit| due(&args, edit)).collect()
    }

    #[test]
    fn handovers_are_spread_and_none_is_lost() {
        assert_eq!(handovers(6, 2), [0, 0, 1, 0, 0, 1]);
        assert_eq!(handovers(2, 5), [2, 3]);
        assert_eq!(handovers(3, 0), [0, 0, 0]);
    }
}
