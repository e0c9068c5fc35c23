//! What templates cost a build: reading and printing all of them, and one that changed; and how fast a long text is parsed.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use forge_codegen::{Builder, Options, parse};

const TEMPLATES: usize = 500;
/// Builds with one changed template; the median is reported.
const CHANGES: usize = 21;

pub(crate) fn report() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let templates = folder.path().join("templates");
    write_project(&templates)?;
    let builder = Builder::new().folder(&templates).out_dir(folder.path().join("out"));

    let begun = Instant::now();
    let made = builder.try_compile()?;
    let all = begun.elapsed();
    ensure!(made.lowered.len() == TEMPLATES, "{} of {TEMPLATES} views were made", made.lowered.len());

    // Taking turns, because the load of the machine must hit both alike.
    let mut unchanged = Vec::with_capacity(CHANGES);
    let mut more = Vec::with_capacity(CHANGES);
    for change in 0..CHANGES {
        let same = timed(|| Ok(builder.try_compile()?.lowered.is_empty()))?;
        let file = templates.join("pages/page7.forge.html");
        let text = format!("{}<p>{change}</p>\n", fs::read_to_string(&file)?);
        fs::write(file, text)?;
        let changed = timed(|| Ok(builder.try_compile()?.lowered.len() == 1))?;
        unchanged.push(millis(same));
        more.push(millis(changed) - millis(same));
    }
    let long = long_text();
    let parse = || timed(|| Ok(parse(&long, &Options::default()).problems().is_empty()));
    let parsed = (0..CHANGES).map(|_| parse().map(millis)).collect::<Result<Vec<_>>>()?;

    println!("| | ms |\n|---|---:|");
    println!("| {TEMPLATES} templates to Rust | {:.1} |", millis(all));
    println!("| the same where nothing has changed | {:.1} |", median(unchanged));
    println!("| more where one has changed | {:.1} |", median(more));
    println!("| parsing {} KB | {:.1} |", long.len() / 1000, median(parsed));
    Ok(())
}

/// A layout, a component and many pages that use both.
fn write_project(folder: &Path) -> Result<()> {
    let write = |name: String, text: &str| -> Result<()> {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        Ok(fs::write(path, text)?)
    };
    write("components/card.forge.html".to_owned(), include_str!("../forge/components/article.forge.html"))?;
    write("layouts/site.forge.html".to_owned(), include_str!("../forge/layouts/site.forge.html"))?;
    let page = include_str!("../forge/articles.forge.html").replace("x-article", "x-card");
    // The layout is a view, too.
    for number in 0..TEMPLATES - 1 {
        write(format!("pages/page{number}.forge.html"), &page.replace("<h1>", &format!("<h1>{number} ")))?;
    }
    Ok(())
}

/// A megabyte of ordinary template.
fn long_text() -> String {
    let piece = include_str!("../forge/components/article.forge.html").replace("@props(['article'])\n", "");
    let mut text = String::new();
    while text.len() < 1_000_000 {
        let _ = write!(text, "@if (show)\n{piece}\n@endif\n");
    }
    text
}

fn timed(run: impl FnOnce() -> Result<bool>) -> Result<Duration> {
    let begun = Instant::now();
    let right = run()?;
    let took = begun.elapsed();
    ensure!(right, "the build did something else than it should");
    Ok(took)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
