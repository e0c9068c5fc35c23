//! The compiler of the next patch, started before there is anything to compile.
//!
//! With some 200 dependencies, a sixth of what the compiler does for a patch is to start and to read the crates that it
//! links to. None of this hangs on the edit. So it is done before: the compiler comes to an `include!` of its standard input,
//! and waits there until somebody saves.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{
    Builder,
    base::{Base, Fit},
    command::{Input, Started},
    compilation::{Bench, Compilation, Unfit},
    replay::{Derivation, command},
};

/// From where the compiler is told what to compile.
pub(super) const PATCH_INPUT: &str = "/dev/stdin";

/// A compiler that has been started and waits for its patch. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Waiting {
    started: Started,
    head: String,
    derivation: Derivation,
    fit: Fit,
    base: PathBuf,
}

impl Waiting {
    /// Whether what it has read is what this compilation reads.
    pub(super) fn fits(&mut self, compilation: &Compilation) -> bool {
        let Compilation { head, derivation, base, .. } = compilation;
        (&self.head, &self.derivation, &self.base, &self.fit) == (head, derivation, &base.library, &base.fit)
            && self.started.is_running()
    }

    /// Tells it what to compile.
    pub(super) async fn go(self, root: &Path) -> Started {
        let mut started = self.started;
        // One that has ended says why.
        let _ = started.feed(&format!("include!({:?});", root.to_string_lossy())).await;
        started
    }

    /// Lets it take only what nobody else wants of the processor.
    pub(super) fn give_way(&self) {
        self.started.give_way();
    }
}

impl Compilation {
    /// Starts a compiler. It reads all that patches link to, and waits there for the patch.
    pub(super) fn start(&self) -> Result<Waiting, Unfit> {
        if let Some(folder) = self.head_file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&self.head_file, &self.head)?;
        let Base { fit, library, .. } = &self.base;
        let started = Started::new(&command(&fit.capture, &self.derivation, Input::Line))?;
        let (head, derivation) = (self.head.clone(), self.derivation.clone());
        Ok(Waiting { started, head, derivation, fit: fit.clone(), base: library.clone() })
    }

    /// The same for a patch that is still to come. Without one it takes longer, and that is all.
    pub(super) fn start_next(&self) -> Option<Waiting> {
        let started = self.start();
        started.inspect_err(|error| tracing::warn!(?error, "no compiler waits for the next patch")).ok()
    }
}

impl Builder {
    /// Gets ready for the next edit: has a compiler wait for its patch, and lets unsaved texts be compiled ahead.
    pub(super) fn prepare(&mut self) {
        if *self.allowed.borrow_and_update() {
            self.tell_ahead();
        } else {
            self.ahead.stand_on(vec![Err("patches are switched off".to_owned())]);
        }
        let compilation = self.next_compilation();
        let fits = |waiting: &mut Waiting| compilation.as_ref().is_some_and(|compilation| waiting.fits(compilation));
        if !self.waiting.as_mut().is_some_and(fits) {
            self.waiting = compilation.and_then(|compilation| compilation.start_next());
        }
    }

    /// How the patch will be compiled, of the app library that was edited last. `None` while there can be none, or one is just
    /// being compiled in the same place.
    fn next_compilation(&mut self) -> Option<Compilation> {
        let plan = self.plan.as_ref().filter(|_| *self.allowed.borrow() && self.warming.is_none())?;
        let project = &plan.project;
        let edited = project.app_ids().find(|app| Some(&project.hot[*app].package) == self.edited.as_ref());
        let app = edited.or_else(|| project.app_ids().next())?;
        let ground = self.patches.of(&project.hot[app].package).ground(plan, app).ok()?;
        Compilation::new(&ground, Bench::Saved, SystemTime::now()).ok()
    }
}
