//! Edits that are shown by a patch of their modules, with the full build behind it: which edits are, what is said of those that
//! are not, and that nobody can tell a patch from the full build by anything but its speed.

mod ahead;
mod audit;
mod differential;
mod edits;
mod full;
mod places;
mod waiting;

use anvild_protocol::{AnvilDaemonClient as _, AppState, BuildState, Status};

use crate::harness::{Daemon, Project};

/// Types in a module that nobody edits: enough for a full build to take several times as long as a patch, however small the
/// app is otherwise. A full build that is ready first goes live in the patch's place.
const PADDING: usize = 240;

/// A package of this name (unique among the tests) whose edits may be patches, with these files.
pub(crate) fn project(name: &str, files: &[(&str, &str)]) -> Project {
    let project = Project::new(name);
    project.write("config/anvil.toml", "[dev]\npatches = true\n");
    files.iter().for_each(|(file, text)| project.write(file, text));
    pad(&project);
    project
}

/// Gives the app a module that nobody edits.
pub(crate) fn pad(project: &Project) {
    pad_crate(project, "src");
}

/// The same for the crate whose source is in this folder.
pub(crate) fn pad_crate(project: &Project, source: &str) {
    let (root, module) = (format!("{source}/lib.rs"), format!("{source}/padding.rs"));
    let library = project.read(&root);
    project.write(&root, &format!("{library}\n#[allow(dead_code)]\nmod padding;\n"));
    project.write(&module, &differential::padding(PADDING));
}

/// Waits until the `number`th base of this daemon is there. A base is made after the first build, and after one that could not
/// be a patch.
#[track_caller]
pub(crate) fn based(daemon: &Daemon, number: usize) -> impl Future<Output = Status> + '_ {
    let caller = std::panic::Location::caller();
    let log = daemon.paths().log();
    let bases = move || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        assert!(!text.contains("no base for patches"), "{caller}: {text}");
        text.matches("a new base for patches").count()
    };
    daemon.until("a base", move |_| bases() >= number)
}

/// Waits until the full build behind a patch has ended.
#[track_caller]
pub(crate) fn audited(daemon: &Daemon) -> impl Future<Output = Status> + '_ {
    daemon.until("audited", |status| status.build.state == BuildState::Idle)
}

/// Replaces the host by one that has loaded nothing but the last full build.
async fn restarted(daemon: &Daemon) -> Status {
    let before = audited(daemon).await.app.pid;
    daemon.connection.rpc().app_restart().await.expect("the app runs");
    let another = |status: &Status| status.app.state == AppState::Running && status.app.pid != before;
    let status = daemon.until("another host", another).await;
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", status.app.pid.expect("a host"))).expect("it runs");
    assert!(!maps.contains("-patch-"), "a new host starts from the full build: {maps}");
    status
}
