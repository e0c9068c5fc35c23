//! The patches of all app libraries: each has its own source, base and record.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    future::poll_fn,
    path::PathBuf,
    task::Poll,
};

use super::{compilation::Ground, patch::Patches, plan::Plan};
use crate::project::{CrateId, Project};

/// By package, since crates are numbered anew whenever cargo is asked.
#[derive(Debug, Default)]
pub(super) struct PatchesOfAll {
    apps: BTreeMap<String, Patches>,
    /// App libraries whose base is still to be looked at. One base is made at a time: they are not urgent, and each wants all the
    /// processor that is left.
    due: VecDeque<CrateId>,
}

impl PatchesOfAll {
    /// Those of this package's app library.
    pub(super) fn of(&mut self, package: &str) -> &mut Patches {
        self.apps.entry(package.to_owned()).or_default()
    }

    /// Notes files that were saved, with the crates that they belong to.
    pub(super) fn saved(&mut self, plan: Option<&Plan>, changed: &BTreeMap<PathBuf, BTreeSet<CrateId>>) {
        for (package, patches) in &mut self.apps {
            let app = plan.and_then(|plan| Some((plan, app_of(&plan.project, package)?)));
            let files = changed.iter().filter(|(_, crates)| match app {
                Some((plan, app)) => plan.project.has_one_app() || concerns(&plan.project, app, crates),
                // Whose they are is not known. Too much only costs a base.
                None => true,
            });
            patches.saved(files.map(|(file, _)| file.clone()).collect());
        }
    }

    /// Starts a base where one is missing or a newer one would be better, the others after it. The source must build.
    pub(super) fn make_bases(&mut self, plan: &Plan, edited: &BTreeSet<CrateId>) {
        self.apps.retain(|package, _| app_of(&plan.project, package).is_some());
        let (first, later): (Vec<_>, Vec<_>) = plan.project.app_ids().partition(|app| edited.contains(app));
        self.due = first.into_iter().chain(later).collect();
        self.make_next(plan);
    }

    /// Starts the next base if none is being made.
    pub(super) fn make_next(&mut self, plan: &Plan) {
        // One that does not fit any more is given up for a newer one of the same app library.
        let other_is_made = |due: &mut Self, app: CrateId| {
            let package = &plan.project.hot[app].package;
            due.apps.iter().any(|(other, patches)| other != package && patches.is_making())
        };
        while let Some(app) = self.due.pop_front() {
            if other_is_made(self, app) {
                self.due.push_front(app);
                return;
            }
            self.of(&plan.project.hot[app].package).make_base(plan, app);
        }
    }

    /// No base is made any more but the one that is.
    pub(super) fn leave_bases(&mut self) {
        self.due.clear();
    }

    /// Ends when a base that is being made is there; never while none is.
    pub(super) async fn base_made(&mut self) {
        poll_fn(|context| {
            let made = self.apps.values_mut().any(|patches| patches.poll_base(context).is_ready());
            if made { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Takes bases that were finished during a build.
    pub(super) async fn take_finished(&mut self) {
        for patches in self.apps.values_mut() {
            patches.take_finished().await;
        }
    }

    /// What patches of each app library would be made from.
    pub(super) fn grounds(&mut self, plan: &Plan) -> Vec<Result<Ground, String>> {
        let ground = |app: CrateId| self.of(&plan.project.hot[app].package).ground(plan, app);
        plan.project.app_ids().map(ground).collect()
    }
}

fn app_of(project: &Project, package: &str) -> Option<CrateId> {
    project.app_ids().find(|app| project.hot[*app].package == package)
}

/// Whether the app library is made of one of these crates.
fn concerns(project: &Project, app: CrateId, crates: &BTreeSet<CrateId>) -> bool {
    crates.contains(&app) || !project.used_by(app).is_disjoint(crates)
}
