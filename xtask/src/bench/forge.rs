//! `cargo xtask bench forge`: templates next to those of others, in a release build; what they cost a build; and the time from a save of
//! a template to the first page that shows it, under the real daemon.

use std::{
    fs,
    path::Path,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use toml::Table;

use super::{
    daemon::Daemon,
    http::Client,
    statistics::{Sample, table},
};
use crate::{anvil, command};

/// Edits that are made and not counted.
const WARM_UP: usize = 3;
/// How long a mark may take to appear.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at the page.
const LOOK: Duration = Duration::from_millis(1);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Counted edits of a template under the daemon
    #[arg(long, default_value_t = 30)]
    edits: usize,
    /// Write the result to docs/benchmarks/forge.md
    #[arg(long)]
    write: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let mut pages = command::cargo(["run", "--quiet", "--release", "--package", "forge-bench"]);
    let pages = command::output(&mut pages).context("the pages cannot be measured")?;
    let edits = edits(args.edits)?;
    let rows = [vec!["save to served".to_owned(), args.edits.to_string(), edits.shown()]];
    let report = format!(
        "# Templates\n\nMade by `cargo xtask bench forge --edits {} --write`. Medians; the engines take turns.\n\n{pages}\nThe page of the blog's posts, by \
         an edit of its template under `anvil dev --hot`; milliseconds, p50 / p95:\n\n{}",
        args.edits,
        table(&["", "edits", "ms"], &rows)
    );
    print!("{report}");
    if args.write {
        let file = command::root().join("docs/benchmarks/forge.md");
        fs::write(&file, report).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Edits the blog's list of posts, in a copy of the blog.
fn edits(count: usize) -> Result<Sample> {
    let anvil = anvil::build()?;
    let folder = command::build_directory().join("bench").join("forge-blog");
    copy_blog(&folder)?;
    let daemon = Daemon::start(&anvil, &folder)?;
    let mut client = Client::new(daemon.addr()?);
    let file = folder.join("templates/posts/index.forge.html");
    let text = fs::read_to_string(&file)?;
    let mut sample = Sample::default();
    for edit in 0..WARM_UP + count {
        let mark = format!("Posts, edited {edit} times");
        let saved = Instant::now();
        fs::write(&file, text.replace("<h1>Posts", &format!("<h1>{mark}")))?;
        while !client.get("/")?.body.contains(&mark) {
            if saved.elapsed() > PATIENCE {
                bail!("the page does not show the edit: {}", daemon.complaint());
            }
            thread::sleep(LOOK);
        }
        if edit >= WARM_UP {
            sample.add(saved.elapsed());
        }
        // The next edit meets a host that runs compiled code again.
        daemon.live()?;
    }
    Ok(sample)
}

/// The blog as a workspace of its own, on the framework of this checkout.
fn copy_blog(folder: &Path) -> Result<()> {
    let blog = command::root().join("examples/blog");
    for part in ["src", "templates", "public", "build.rs"] {
        copy(&blog.join(part), &folder.join(part))?;
    }
    let manifest = fs::read_to_string(command::root().join("Cargo.toml"))?;
    let manifest: Table = manifest.parse().context("cannot read the root manifest")?;
    let shared = &manifest["workspace"]["dependencies"];
    let framework = |part: &str| command::root().join("framework").join(part).display().to_string();
    let mut text = format!(
        "[workspace]\n\n[package]\nname = \"blog\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nanvilforge = {{ path = {:?} }}\n",
        framework("anvilforge")
    );
    for name in ["serde", "sqlx", "tokio"] {
        text += &format!("{name} = {}\n", shared[name]);
    }
    text += &format!(
        "\n[build-dependencies]\nanvilforge-templates-codegen = {{ path = {:?} }}\n",
        framework("templates-codegen")
    );
    fs::write(folder.join("Cargo.toml"), text)?;
    if !folder.join("Cargo.lock").exists() {
        fs::copy(command::root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
