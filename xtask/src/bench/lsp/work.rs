//! What the editor does with each server, and what is measured of it.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{client::Client, subjects::Subject};
use crate::bench::statistics::Sample;

/// Keys in a row before the line is as it was.
const KEYS_IN_A_ROW: usize = 40;
/// Until nothing more is said of a page that has been mended.
const SETTLE: Duration = Duration::from_secs(1);
/// Not counted: caches fill.
const WARM_UP: usize = 5;
/// Of the kernel's clock for processor time.
const TICKS_PER_S: f64 = 100.0;

pub(super) struct Work {
    pub(super) keys: usize,
    pub(super) rate: u32,
    pub(super) mistakes: usize,
    pub(super) requests: usize,
    pub(super) idle_s: u64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Figures {
    /// From the start of the process to the diagnostics of the first page.
    pub(super) start_ms: f64,
    pub(super) keys: Sample,
    pub(super) typed: Sample,
    pub(super) completion: Sample,
    pub(super) hover: Sample,
    pub(super) definition: Sample,
    pub(super) memory_bytes: u64,
    pub(super) idle_ms_per_s: f64,
}

impl Work {
    pub(super) fn measure(&self, subject: &Subject) -> Result<Figures> {
        let started = Instant::now();
        let page = (subject.page)(subject.mistake);
        let mut client = Client::start(&subject.command, &subject.root, page.file, &subject.options)?;
        client.open(page.language, &page.text)?;
        let line = line_of(&page.text, subject.mistake)?;
        let first = client.until("diagnostics of the page", |found| place(found, line).is_some())?;
        let mut figures =
            Figures { start_ms: first.duration_since(started).as_secs_f64() * 1000.0, ..Figures::default() };
        self.type_keys(&mut client, subject, subject.mistake, &mut figures.keys).context("keys")?;
        if let Some(texts) = subject.typed {
            self.mistake_types(&mut client, subject, texts, &mut figures.typed).context("mistakes in a type")?;
        }
        let completes = (subject.completes, subject.completes.find(['.']).map_or(subject.completes.len(), |at| at + 1));
        for (method, place, sample) in [
            ("textDocument/completion", completes, &mut figures.completion),
            ("textDocument/hover", subject.hovers, &mut figures.hover),
            ("textDocument/definition", subject.finds, &mut figures.definition),
        ] {
            self.ask(&mut client, subject, method, place, sample).context(method)?;
        }
        let family = family(client.pid());
        figures.memory_bytes = family.iter().map(|pid| resident(*pid)).sum();
        let before = ticks(&family);
        client.listen_until(Instant::now() + Duration::from_secs(self.idle_s))?;
        figures.idle_ms_per_s = (ticks(&family) - before) as f64 / TICKS_PER_S * 1000.0 / self.idle_s as f64;
        Ok(figures)
    }

    /// Types before a mistake, at the rate of the keys. The mistake moves along, and where it is shown says which keys the server
    /// has seen.
    fn type_keys(&self, client: &mut Client, subject: &Subject, mistake: &str, sample: &mut Sample) -> Result<()> {
        let page = (subject.page)(mistake);
        let line = line_of(&page.text, mistake)?;
        let pause = Duration::from_secs(1) / self.rate;
        for round in 0..=self.keys.div_ceil(KEYS_IN_A_ROW) {
            client.published.clear();
            client.replace_all(&page.text)?;
            // What is still said of the row before is further to the right.
            let is_first = |found: &[Value]| place(found, line).is_some_and(|at| at < KEYS_IN_A_ROW / 2);
            client.until("the mistake at its first place", is_first)?;
            let base = client.published.last().and_then(|(_, found)| place(found, line)).context("just seen")?;
            client.published.clear();
            let begun = Instant::now();
            let due = |key: usize| begun + pause * u32::try_from(key).unwrap_or(u32::MAX);
            for key in 1..=KEYS_IN_A_ROW {
                client.listen_until(due(key))?;
                client.key(line, 0)?;
            }
            let last = base + KEYS_IN_A_ROW;
            client.until("the mistake at its last place", |found| place(found, line).is_some_and(|at| at >= last))?;
            // The first round warms up.
            for key in (1..=KEYS_IN_A_ROW).filter(|_| round > 0) {
                let seen =
                    client.published.iter().find(|(_, found)| place(found, line).is_some_and(|at| at >= base + key));
                let (came, _) = seen.context("the last place is behind all others")?;
                sample.add(came.saturating_duration_since(due(key)));
            }
        }
        Ok(())
    }

    /// Makes a mistake that only a compiler finds, and mends it, in turns. What counts is from the mistake to its diagnostic.
    fn mistake_types(
        &self,
        client: &mut Client,
        subject: &Subject,
        (wrong, right): (&str, &str),
        sample: &mut Sample,
    ) -> Result<()> {
        let (wrong_page, right_page) = ((subject.page)(wrong), (subject.page)(right));
        let line = line_of(&wrong_page.text, wrong)?;
        // The first of them warms up.
        for round in 0..=self.mistakes {
            client.published.clear();
            client.replace_all(&right_page.text)?;
            client.until("page without the mistake", |found| place(found, line).is_none())?;
            // It may yet say something of the text before.
            client.listen_until(Instant::now() + SETTLE)?;
            client.published.clear();
            let made = Instant::now();
            client.replace_all(&wrong_page.text)?;
            let came = client.until("diagnostic of the mistake", |found| place(found, line).is_some())?;
            if round > 0 {
                sample.add(came.duration_since(made));
            }
        }
        Ok(())
    }

    /// Asks right behind a key, so that nothing has been prepared.
    fn ask(
        &self,
        client: &mut Client,
        subject: &Subject,
        method: &str,
        (mark, into): (&str, usize),
        sample: &mut Sample,
    ) -> Result<()> {
        // What every page has is not put into it once more.
        let mut page = (subject.page)("");
        if !page.text.contains(mark) {
            page = (subject.page)(mark);
        }
        let line = line_of(&page.text, mark)?;
        client.replace_all(&page.text)?;
        let mut answered = 0;
        for number in 0..WARM_UP + self.requests {
            client.replace_all(&page.text)?;
            client.key(0, 0)?;
            client.replace_all(&page.text)?;
            let (took, answer) = client.ask(method, line, into)?;
            if number >= WARM_UP {
                sample.add(took);
                answered += usize::from(!is_empty(&answer));
            }
        }
        if answered < self.requests / 2 {
            bail!("{answered} of {} answers had something in them: that would measure nothing", self.requests);
        }
        Ok(())
    }
}

fn is_empty(answer: &Value) -> bool {
    answer.is_null()
        || answer.as_array().is_some_and(Vec::is_empty)
        || answer["items"].as_array().is_some_and(Vec::is_empty)
}

fn line_of(text: &str, mark: &str) -> Result<usize> {
    text.lines().position(|line| line.contains(mark)).with_context(|| format!("{mark:?} is not in the page"))
}

/// The column of the mistake in a line.
fn place(diagnostics: &[Value], line: usize) -> Option<usize> {
    let starts = diagnostics.iter().map(|found| &found["range"]["start"]);
    let here = starts.filter(|start| start["line"].as_u64() == u64::try_from(line).ok());
    here.filter_map(|start| usize::try_from(start["character"].as_u64()?).ok()).max()
}

/// A process with its children and theirs.
fn family(pid: u32) -> Vec<u32> {
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        let tasks = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
        for task in tasks {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            family.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
        }
        next += 1;
    }
    family
}

fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() * 1024
}

fn ticks(family: &[u32]) -> u64 {
    let of = |pid: &u32| -> Option<u64> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The 14th and the 15th field; the name, which is the second, is in brackets.
        Some(
            stat.rsplit_once(')')?
                .1
                .split_whitespace()
                .skip(11)
                .take(2)
                .filter_map(|field| field.parse::<u64>().ok())
                .sum(),
        )
    };
    family.iter().filter_map(of).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mistake_is_found_by_its_line() {
        let at = |line: u32, character: u32| json!({ "range": { "start": { "line": line, "character": character } } });
        assert_eq!(place(&[at(3, 1), at(4, 7), at(4, 2)], 4), Some(7));
        assert_eq!(place(&[at(3, 1)], 4), None);
    }

    #[test]
    fn this_process_has_memory_and_time() {
        let own = family(std::process::id());
        assert!(resident(own[0]) > 1 << 20);
        assert!(ticks(&own) < 1 << 40);
    }
}
