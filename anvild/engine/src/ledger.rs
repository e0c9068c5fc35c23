//! Book of generations: what is saved, what has built, which ones are still undecided, and how the others ended.
//!
//! A generation is *open* from its change set until it ends: live, failed, refused or replaced. Every open one ends exactly
//! once; one that goes live again (a restart, a handover on request) gets another entry.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use anvild_protocol::{
    BuildChange, BuildKind, BuildOutcome, EventKind, Generation, HistoryEntry, LastBuild, StageMillis,
};

use crate::event::{ChangeSet, Need};

/// Entries of `reload/history`.
const HISTORY_MAX: usize = 100;
/// Paths shown for one generation.
const FILES_SHOWN_MAX: usize = 8;

#[derive(Debug)]
pub(crate) struct Ledger {
    saved: Generation,
    built: Generation,
    /// Newest that a patch was made for and that no full build has failed of since.
    patched: Generation,
    open: BTreeMap<Generation, Open>,
    history: VecDeque<HistoryEntry>,
    last: Option<LastBuild>,
}

/// A generation that has not ended.
#[derive(Debug)]
struct Open {
    compiles: bool,
    files: Vec<String>,
    files_total: u32,
    first_seen: Instant,
    accepted: Instant,
    build: Duration,
}

/// How a generation ends.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    pub(crate) kind: BuildKind,
    pub(crate) outcome: BuildOutcome,
    pub(crate) reason: String,
    /// When its result was handed to a host; absent if that never happened.
    pub(crate) delivered: Option<Instant>,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self {
            saved: Generation(1),
            built: Generation(0),
            patched: Generation(0),
            open: BTreeMap::new(),
            history: VecDeque::new(),
            last: None,
        }
    }

    pub(crate) fn saved(&self) -> Generation {
        self.saved
    }

    /// Newest that built, be it a patch.
    pub(crate) fn built(&self) -> Generation {
        self.built.max(self.patched)
    }

    pub(crate) fn last(&self) -> Option<&LastBuild> {
        self.last.as_ref()
    }

    pub(crate) fn history(&self) -> impl Iterator<Item = &HistoryEntry> {
        self.history.iter()
    }

    /// Accepts a change set and says so to subscribers.
    pub(crate) fn accept(&mut self, now: Instant, set: &ChangeSet) -> EventKind {
        self.saved = self.saved.next();
        let total = u32::try_from(set.files.len()).unwrap_or(u32::MAX);
        let open = Open {
            compiles: set.need.builds(),
            files: set.files.iter().take(FILES_SHOWN_MAX).cloned().collect(),
            files_total: total,
            first_seen: set.first_seen,
            accepted: now,
            build: Duration::ZERO,
        };
        let files = open.files.clone();
        self.open.insert(self.saved, open);
        EventKind::Changed { generation: self.saved, files, files_total: total }
    }

    /// The clock of what was saved while the app was stopped starts with the app; the state on disk becomes an open
    /// generation if it is not one already.
    pub(crate) fn start_clock(&mut self, now: Instant) {
        let newest = self.open.entry(self.saved).or_insert_with(|| Open {
            compiles: true,
            files: Vec::new(),
            files_total: 0,
            first_seen: now,
            accepted: now,
            build: Duration::ZERO,
        });
        newest.compiles = true;
        for open in self.open.values_mut() {
            open.first_seen = now;
            open.accepted = now;
        }
    }

    /// Ends what the newest change set replaces, and merges the files of that into it: open generations above
    /// `in_flight` of the same sort. A change that needs no compiler does not replace one that does.
    pub(crate) fn supersede(&mut self, now: Instant, in_flight: Generation, kind: BuildKind) -> Vec<EventKind> {
        let saved = self.saved;
        let compiles = self.open.get(&saved).is_none_or(|newest| newest.compiles);
        let replaced: Vec<Generation> = self
            .open
            .iter()
            .filter(|(generation, open)| **generation > in_flight && **generation < saved && open.compiles == compiles)
            .map(|(generation, _)| *generation)
            .collect();
        for generation in &replaced {
            self.merge_files(*generation);
        }
        let reason = format!("replaced by generation {saved}");
        let ending = Ending { kind, outcome: BuildOutcome::Cancelled, reason, delivered: None };
        replaced.into_iter().map(|generation| self.end(now, generation, &ending)).collect()
    }

    fn merge_files(&mut self, from: Generation) {
        let Some((files, total)) = self.open.get(&from).map(|old| (old.files.clone(), old.files_total)) else { return };
        let Some(newest) = self.open.get_mut(&self.saved) else { return };
        let mut known = 0;
        for file in files {
            if newest.files.contains(&file) {
                known += 1;
            } else if newest.files.len() < FILES_SHOWN_MAX {
                newest.files.push(file);
            }
        }
        newest.files_total = newest.files_total.saturating_add(total.saturating_sub(known));
    }

    pub(crate) fn record_build(&mut self, generation: Generation, took: Duration) {
        if let Some(open) = self.open.get_mut(&generation) {
            open.build = took;
        }
    }

    pub(crate) fn record_built(&mut self, generation: Generation) {
        self.built = self.built.max(generation);
    }

    pub(crate) fn record_patched(&mut self, generation: Generation) {
        self.patched = self.patched.max(generation);
    }

    /// The full build has failed of what was patched.
    pub(crate) fn forget_patched(&mut self) {
        self.patched = Generation(0);
    }

    /// A generation that went live is undecided again, since its build began at `since`.
    pub(crate) fn reopen(&mut self, generation: Generation, since: Instant) {
        let ended = self.history.iter().find(|entry| entry.generation == generation);
        let (files, files_total) = ended.map(|entry| (entry.files.clone(), entry.files_total)).unwrap_or_default();
        self.open.entry(generation).or_insert(Open {
            compiles: true,
            files,
            files_total,
            first_seen: since,
            accepted: since,
            build: Duration::ZERO,
        });
    }

    /// Open generations above `after`, up to and including `last`, oldest first.
    pub(crate) fn open_between(&self, after: Generation, last: Generation) -> Vec<Generation> {
        self.open.keys().copied().filter(|generation| *generation > after && *generation <= last).collect()
    }

    /// Open generations up to this one that need no compiler, oldest first.
    pub(crate) fn open_beside_code(&self, last: Generation) -> Vec<Generation> {
        let open = self.open.range(..=last).filter(|(_, open)| !open.compiles);
        open.map(|(generation, _)| *generation).collect()
    }

    /// Ends one generation; one that is not open gets an entry without files.
    pub(crate) fn end(&mut self, now: Instant, generation: Generation, ending: &Ending) -> EventKind {
        let begun = ending.delivered.unwrap_or(now);
        let open = self.open.remove(&generation).unwrap_or(Open {
            compiles: true,
            files: Vec::new(),
            files_total: 0,
            first_seen: begun,
            accepted: begun,
            build: Duration::ZERO,
        });
        let stages = StageMillis {
            detect_ms: millis(open.accepted.saturating_duration_since(open.first_seen)),
            build_ms: millis(open.build),
            swap_ms: millis(now.saturating_duration_since(begun)),
            total_ms: millis(now.saturating_duration_since(open.first_seen)),
        };
        let Ending { kind, outcome, reason, .. } = ending.clone();
        // An older one that answers again says nothing about the newest.
        let newest = self.last.as_ref().is_none_or(|last| last.generation <= generation);
        if outcome != BuildOutcome::Cancelled && newest {
            self.last = Some(LastBuild { generation, kind, outcome, duration_ms: stages.total_ms });
        }
        let (files, files_total) = (open.files, open.files_total);
        self.history.push_front(HistoryEntry {
            generation,
            kind,
            outcome,
            reason: reason.clone(),
            files: files.clone(),
            files_total,
            stages,
        });
        self.history.truncate(HISTORY_MAX);
        EventKind::Build(BuildChange::Ended { generation, kind, outcome, reason, files, files_total, stages })
    }
}

/// Whether a change set names configuration. A set carries only its greatest need, so the configuration in a set that
/// also needs the compiler would otherwise be lost at a swap.
pub(crate) fn names_configuration(set: &ChangeSet) -> bool {
    let named = |file: &String| [".env", "config/anvil.toml"].iter().any(|path| is_or_ends_with(file, path));
    set.need == Need::Configure || set.files.iter().any(named)
}

fn is_or_ends_with(file: &str, path: &str) -> bool {
    file.strip_suffix(path).is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
