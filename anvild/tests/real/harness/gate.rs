//! A place in a fixture's code where it waits for as long as the test wants. Files carry the signals, because the code on the
//! other side is a build script, a compiler or an app library. Outside the project, so that the watcher sees nothing of it.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(300);

/// Open at first.
#[derive(Debug)]
pub(crate) struct Gate {
    folder: tempfile::TempDir,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("anvil-gate-").tempdir().expect("a temporary folder") }
    }

    fn closed(&self) -> PathBuf {
        self.folder.path().join("closed")
    }

    fn arrival(&self) -> PathBuf {
        self.folder.path().join("arrival")
    }

    /// From now on, whoever comes by waits.
    pub(crate) fn close(&self) {
        let _ = fs::remove_file(self.arrival());
        fs::write(self.closed(), "").expect("a file");
    }

    pub(crate) fn open(&self) {
        fs::remove_file(self.closed()).expect("the gate was closed");
    }

    /// Waits until somebody waits at the closed gate; their process id.
    #[track_caller]
    pub(crate) fn reached(&self) -> impl Future<Output = u32> + '_ {
        let caller = std::panic::Location::caller();
        let started = Instant::now();
        async move {
            loop {
                // Empty for a moment, between its creation and the number.
                if let Some(pid) = fs::read_to_string(self.arrival()).ok().and_then(|text| text.trim().parse().ok()) {
                    return pid;
                }
                assert!(started.elapsed() < PATIENCE, "{caller}: nobody came to the gate");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    /// A Rust function `gate()`.
    pub(crate) fn rust(&self) -> String {
        format!(
            "fn gate() {{
    let (closed, arrival) = (std::path::Path::new({:?}), {:?});
    if closed.exists() {{
        std::fs::write(arrival, std::process::id().to_string()).unwrap();
    }}
    while closed.exists() {{
        std::thread::sleep(std::time::Duration::from_millis(5));
    }}
}}
",
            self.closed(),
            self.arrival()
        )
    }

    /// A program to use as `RUSTC`, which waits at the gate before it compiles a crate whose name fits this shell pattern.
    /// Called again, it replaces the program.
    pub(crate) fn compiler(&self, crate_names: &str) -> PathBuf {
        self.compiler_unless("", crate_names)
    }

    /// The same for full builds of an app alone: bases and patches pass.
    pub(crate) fn compiler_of_the_whole(&self, crate_name: &str) -> PathBuf {
        self.compiler_unless("*extra-filename=-base-*|*extra-filename=-patch*) ;;\n", crate_name)
    }

    /// The same for whatever makes code: who only looks passes.
    pub(crate) fn compiler_of_builds(&self, crate_name: &str) -> PathBuf {
        self.compiler_unless("*\" --emit metadata \"*) ;;\n", crate_name)
    }

    /// `passing`: a first branch of the `case` of the shell.
    fn compiler_unless(&self, passing: &str, crate_names: &str) -> PathBuf {
        let (closed, arrival) = (self.closed(), self.arrival());
        let script = format!(
            "#!/bin/sh
case \" $* \" in {passing}*\" --crate-name \"{crate_names}\" \"*)
    if [ -e {closed} ]; then echo $$ > {arrival}; fi
    while [ -e {closed} ]; do sleep 0.02; done;;
esac
exec rustc \"$@\"
",
            closed = closed.display(),
            arrival = arrival.display()
        );
        program(&self.folder.path().join("rustc"), &script)
    }
}

/// Writes an executable file.
pub(crate) fn program(path: &Path, text: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, text).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("an executable file");
    path.to_owned()
}
