//! `loop` in templates that are included within loops.

use std::collections::BTreeMap;

use crate::set::{Finding, Set};

/// Loops around a template that are told apart. More are in no one's template.
const LOOPS_MAX: usize = 16;

impl Set {
    /// A use of `loop` that no template around can give a meaning to. Where views are included whose names only run time knows, it may be
    /// one of these.
    pub(super) fn check_loops(&self, findings: &mut Vec<Finding>) {
        if self.files.values().all(|file| file.analysis.program.free_loops.is_empty())
            || self.files.values().any(|file| file.facts.lends_loops)
        {
            return;
        }
        let around = self.loops_around();
        for (name, file) in &self.files {
            let around = around[name.as_str()];
            let free = file.analysis.program.free_loops.iter().filter(|free| free.missing() > around);
            findings.extend(free.map(|free| Finding::new(name, free.problem(around))));
        }
    }

    /// How many loops are around each template, at most, wherever it is included.
    fn loops_around(&self) -> BTreeMap<&str, usize> {
        let mut around: BTreeMap<&str, usize> = self.files.keys().map(|name| (name.as_str(), 0)).collect();
        let mut has_changed = true;
        while std::mem::take(&mut has_changed) {
            for (name, file) in &self.files {
                for (names, loops) in &file.facts.includes {
                    let Some(target) = self.resolve(names) else { continue };
                    let loops = (around[name.as_str()] + loops).min(LOOPS_MAX);
                    if around[target] < loops {
                        around.insert(target, loops);
                        has_changed = true;
                    }
                }
            }
        }
        around
    }

    /// Whether `loop` of the place where the template is included means something in it, or in one that it includes.
    pub(crate) fn asks_for_loop(&self, name: &str) -> bool {
        self.is_asking(name, &mut Vec::new())
    }

    fn is_asking<'s>(&'s self, name: &str, seen: &mut Vec<&'s str>) -> bool {
        let Some((name, file)) = self.files.get_key_value(name) else { return false };
        if seen.contains(&name.as_str()) {
            return false;
        }
        seen.push(name);
        let facts = &file.facts;
        !file.analysis.program.free_loops.is_empty()
            // What is named at run time is given all that there is.
            || facts.is_dynamic
            || facts.includes.iter().any(|(names, _)| self.resolve(names).is_some_and(|name| self.is_asking(name, seen)))
    }
}
