//! The projects of the workspace folders, each with its daemon, and what is known of them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use anvild_protocol::{
    AppState, BuildChange, BuildOutcome, BuildState, Diagnostic, EventKind, Generation, LastBuild, Severity, Source,
};

use crate::{
    daemon::{DaemonHandle, DaemonView, Link, News},
    settings::DaemonUse,
};

/// Generations that are saved and not live are few; more are those of somebody who does not look.
const UNSETTLED_MAX: usize = 64;

/// A project as requests see it.
#[derive(Debug, Clone)]
pub(crate) struct ProjectView {
    pub root: PathBuf,
    pub handle: DaemonHandle,
    pub daemon: Arc<DaemonView>,
}

#[derive(Debug, Default)]
pub(crate) struct Projects {
    projects: Vec<Project>,
    usage: Option<DaemonUse>,
    views: Arc<Vec<ProjectView>>,
}

#[derive(Debug)]
struct Project {
    /// The workspace folders that it was found for.
    folders: Vec<PathBuf>,
    handle: DaemonHandle,
    view: Arc<DaemonView>,
    /// The files of generations that are not live yet.
    unsettled: BTreeMap<Generation, Vec<String>>,
    said: Option<serde_json::Value>,
}

/// What the state must do about news.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// All that is wrong now, if that changed.
    pub(crate) diagnostics: Option<Vec<Diagnostic>>,
    /// Files that changed on the disk.
    pub(crate) files: Vec<PathBuf>,
    /// A build ended: what was checked against the code before may be different now.
    pub(crate) is_built: bool,
}

impl Projects {
    /// Keeps the projects of these folders, finds those of new ones, and drops the others. The folders of those that were dropped.
    pub(crate) fn use_folders(
        &mut self,
        folders: &[PathBuf],
        usage: DaemonUse,
        mut spawn: impl FnMut(&Path) -> Option<DaemonHandle>,
    ) -> Vec<PathBuf> {
        let is_other = self.usage.replace(usage).is_some_and(|before| before != usage);
        let mut dropped: Vec<PathBuf> = Vec::new();
        self.projects.retain_mut(|project| {
            project.folders.retain(|folder| folders.contains(folder));
            let stays = !is_other && !project.folders.is_empty();
            if !stays {
                dropped.push(project.handle.root.clone());
            }
            stays
        });
        for folder in folders {
            if self.projects.iter().any(|project| project.folders.contains(folder)) {
                continue;
            }
            let Some(handle) = spawn(folder) else { continue };
            match self.projects.iter_mut().find(|project| project.handle.root == handle.root) {
                Some(known) => known.folders.push(folder.clone()),
                None => self.projects.push(Project::new(folder, handle)),
            }
        }
        self.share();
        dropped
    }

    pub(crate) fn views(&self) -> Arc<Vec<ProjectView>> {
        Arc::clone(&self.views)
    }

    /// The innermost project that a file lies in.
    pub(crate) fn of(&self, path: &Path) -> Option<(&DaemonHandle, &DaemonView)> {
        let inside = self.projects.iter().filter(|project| path.starts_with(&project.handle.root));
        let project = inside.max_by_key(|project| project.handle.root.components().count())?;
        Some((&project.handle, &project.view))
    }

    /// Why not everything can be said, in a sentence.
    pub(crate) fn problem(&self) -> Option<String> {
        self.projects.iter().find_map(|project| match &project.view.link {
            Link::Failed(problem) => Some(problem.clone()),
            Link::Off | Link::Waiting | Link::Connecting | Link::Connected => None,
        })
    }

    /// The statuses that have not been said yet.
    pub(crate) fn unsaid(&mut self) -> Vec<serde_json::Value> {
        let mut unsaid = Vec::new();
        for project in &mut self.projects {
            let status = crate::reload::status(&project.handle.root, &project.view);
            if project.said.as_ref() != Some(&status) {
                project.said = Some(status.clone());
                unsaid.push(status);
            }
        }
        unsaid
    }

    /// Takes news of a project. Nothing of one that was dropped.
    pub(crate) fn heard(&mut self, root: &Path, news: News) -> Option<Heard> {
        let project = self.projects.iter_mut().find(|project| project.handle.root == root)?;
        let heard = project.heard(news);
        self.share();
        Some(heard)
    }

    fn share(&mut self) {
        let views = self.projects.iter().map(|project| ProjectView {
            root: project.handle.root.clone(),
            handle: project.handle.clone(),
            daemon: Arc::clone(&project.view),
        });
        self.views = Arc::new(views.collect());
    }
}

impl Project {
    fn new(folder: &Path, handle: DaemonHandle) -> Self {
        Self { folders: vec![folder.to_owned()], handle, view: Arc::default(), unsettled: BTreeMap::new(), said: None }
    }

    fn heard(&mut self, news: News) -> Heard {
        let mut heard = Heard::default();
        let view = Arc::make_mut(&mut self.view);
        match news {
            News::Link(link) => {
                if link != Link::Connected && view.status.take().is_some() {
                    // Nobody vouches for it any more.
                    self.unsettled.clear();
                    heard.diagnostics = Some(Vec::new());
                }
                heard.is_built = link == Link::Connected;
                view.link = link;
                return heard;
            }
            News::Status(status) => {
                view.is_building = status.build.state == BuildState::Building;
                view.status = Some(*status);
            }
            News::Routes(routes) => {
                view.routes = routes;
                return heard;
            }
            News::Event(event) => self.happened(*event, &mut heard),
        }
        self.settle();
        heard.diagnostics = Some(self.diagnostics());
        heard
    }

    fn happened(&mut self, event: EventKind, heard: &mut Heard) {
        let view = Arc::make_mut(&mut self.view);
        let Some(status) = &mut view.status else { return };
        match event {
            EventKind::Changed { generation, files, .. } => {
                status.generation.saved = status.generation.saved.max(generation);
                heard.files = files.iter().map(|file| self.handle.root.join(file)).collect();
                if self.unsettled.len() < UNSETTLED_MAX {
                    self.unsettled.insert(generation, files);
                }
            }
            EventKind::Build(BuildChange::Started { .. }) => view.is_building = true,
            EventKind::Build(BuildChange::Ended { generation, kind, outcome, stages, .. }) => {
                view.is_building = false;
                heard.is_built = true;
                status.build.last = Some(LastBuild { generation, kind, outcome, duration_ms: stages.total_ms });
                if outcome == BuildOutcome::Live {
                    status.generation.built = status.generation.built.max(generation);
                    status.generation.live = status.generation.live.max(generation);
                }
            }
            EventKind::App(change) => {
                status.app.state = change.state;
                status.app.addr = change.addr;
                status.app.pid = change.pid;
                status.generation.live = change.live;
            }
            EventKind::Diagnostics { diagnostics, .. } => status.diagnostics = diagnostics,
            EventKind::Progress(_) => view.is_building = true,
            EventKind::Log(_) | EventKind::Stopping { .. } => {}
        }
    }

    /// Forgets what is live by now.
    fn settle(&mut self) {
        let live = self.view.status.as_ref().map_or(Generation(0), |status| status.generation.live);
        self.unsettled.retain(|generation, _| *generation > live);
    }

    /// The daemon's, and a note on each file that is saved and, for a reason, not live.
    fn diagnostics(&self) -> Vec<Diagnostic> {
        let Some(status) = &self.view.status else { return Vec::new() };
        let mut diagnostics = status.diagnostics.clone();
        let Some(last) = status.build.last.as_ref().filter(|last| last.generation > status.generation.live) else {
            return diagnostics;
        };
        let why = match last.outcome {
            BuildOutcome::Failed => "it does not compile",
            BuildOutcome::Refused => "the running app did not take it",
            BuildOutcome::Live | BuildOutcome::Cancelled => return diagnostics,
        };
        if status.app.state == AppState::Stopped {
            return diagnostics;
        }
        for (generation, files) in self.unsettled.iter().filter(|(generation, _)| **generation <= last.generation) {
            let live = status.generation.live;
            for file in files {
                let message =
                    format!("generation {generation} is saved and not live: {why}; generation {live} answers requests");
                let path = self.handle.root.join(file).to_string_lossy().into_owned();
                let note = Diagnostic::error(Source::Reload, "ANV0220", message).at(path, 1, 1);
                diagnostics.push(Diagnostic { severity: Severity::Note, ..note });
            }
        }
        diagnostics
    }
}
