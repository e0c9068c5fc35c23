//! An app in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use anvild_patch::{Decision, Graph, Limits, Plan, Unpatchable, plan};

#[derive(Debug, Clone, Default)]
pub(crate) struct App(BTreeMap<String, String>);

impl App {
    /// Files below `/app/src`, the root being `lib.rs`.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        files.iter().fold(Self::default(), |app, (path, text)| app.with(path, text))
    }

    pub(crate) fn with(&self, path: &str, text: &str) -> Self {
        let mut app = self.clone();
        app.0.insert(format!("/app/src/{path}"), text.to_owned());
        app
    }

    pub(crate) fn without(&self, path: &str) -> Self {
        let mut app = self.clone();
        app.0.remove(&format!("/app/src/{path}"));
        app
    }

    /// With a piece of one file replaced.
    pub(crate) fn edited(&self, path: &str, old: &str, new: &str) -> Self {
        let text = &self.0[&format!("/app/src/{path}")];
        assert!(text.contains(old), "`{old}` is not in {path}");
        self.with(path, &text.replacen(old, new, 1))
    }

    pub(crate) fn text(&self, path: &str) -> &str {
        &self.0[&format!("/app/src/{path}")]
    }

    pub(crate) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let text = path.to_str().and_then(|path| self.0.get(path));
        text.map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    pub(crate) fn try_graph(&self) -> Result<Graph, Unpatchable> {
        Graph::read("/app/src/lib.rs", |path| self.read(path))
    }

    pub(crate) fn graph(&self) -> Graph {
        self.try_graph().expect("the app can be followed")
    }

    pub(crate) fn decide(&self, now: &Self) -> Decision {
        self.decide_with(now, &[], &GENEROUS)
    }

    pub(crate) fn decide_with(&self, now: &Self, held: &[&str], limits: &Limits) -> Decision {
        let held: BTreeSet<String> = held.iter().map(|name| (*name).to_owned()).collect();
        plan(&self.graph(), &now.graph(), &held, limits)
    }

    pub(crate) fn plan(&self, now: &Self) -> Plan {
        match self.decide(now) {
            Decision::Patch(plan) => plan,
            Decision::Full { reason } => panic!("the full way was taken: {reason}"),
        }
    }

    /// The modules that are source, as `a b::c`, without the root.
    pub(crate) fn patched(&self, now: &Self) -> String {
        let units = self.plan(now).units();
        let units: Vec<String> =
            units.iter().filter(|unit| !unit.is_root()).map(|unit| unit.segments().join("::")).collect();
        units.join(" ")
    }

    pub(crate) fn full(&self, now: &Self) -> String {
        match self.decide(now) {
            Decision::Full { reason } => reason,
            Decision::Patch(plan) => panic!("a patch of {:?} was planned", plan.units()),
        }
    }
}

pub(crate) const GENEROUS: Limits = Limits { share: 1.0, always_bytes: 0, divided_bytes: usize::MAX };

/// Root with an entry, three leaves, one of which uses another.
pub(crate) fn blog() -> App {
    App::new(&[
        (
            "lib.rs",
            "//! Blog.\n\nmod about;\nmod post;\nmod posts;\n\nuse framework::*;\n\npub struct State {\n    hits: u32,\n}\n\nimpl State {\n    fn hit(&mut self) {}\n}\n\n#[anvilforge::routes]\npub fn routes(r: &mut RouteSink) {\n    r.get(\"/\", posts::index);\n    r.get(\"/about\", about::show);\n}\n",
        ),
        ("about.rs", "pub fn show() -> &'static str {\n    \"about\"\n}\n"),
        ("post.rs", "pub struct Post {\n    id: u32,\n}\n"),
        ("posts.rs", "use crate::post::Post;\n\npub fn index() -> Post {\n    Post::find(1)\n}\n"),
    ])
}
