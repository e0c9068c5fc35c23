//! Starting other programs: cargo of this checkout, with an environment as if `cargo run` had not been in between.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// Folder of the virtual manifest.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies below the root")
}

/// The cargo that runs this program, else the one on `PATH`, started in the root of the checkout.
pub(crate) fn cargo(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    without_cargo_run(&mut command);
    command
}

/// Takes out of the child's environment what `cargo run` puts into ours. Left in, `LD_LIBRARY_PATH` would make the
/// dynamic loader find libraries of this checkout in every app that the daemon starts, and the `CARGO_PKG_*` of this
/// package would reach the build scripts of other projects.
pub(crate) fn without_cargo_run(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(comes_from_cargo_run) {
            command.env_remove(name);
        }
    }
    if let Some(value) = env::var_os("LD_LIBRARY_PATH") {
        let cargo = env::var_os("CARGO").map(PathBuf::from);
        let sysroot = cargo.as_deref().and_then(Path::parent).and_then(Path::parent);
        match library_path(&value, &build_directory(), sysroot) {
            Some(rest) => command.env("LD_LIBRARY_PATH", rest),
            None => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
}

fn comes_from_cargo_run(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || name.starts_with("CARGO_BIN_")
        || matches!(name, "CARGO" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "OUT_DIR" | "RUST_RECURSION_COUNT")
}

/// What of `value` neither lies in the build directory nor in the toolchain.
fn library_path(value: &OsStr, build: &Path, sysroot: Option<&Path>) -> Option<OsString> {
    let kept: Vec<PathBuf> = env::split_paths(value)
        .filter(|path| !path.starts_with(build) && !sysroot.is_some_and(|sysroot| path.starts_with(sysroot)))
        .collect();
    if kept.is_empty() { None } else { env::join_paths(kept).ok() }
}

/// Where cargo builds this checkout.
pub(crate) fn build_directory() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |directory| root().join(directory))
}

/// Runs to the end with inherited output; an exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs to the end and returns standard output; standard error is inherited.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        bail!("{} ended with {}", shown(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{} printed something other than UTF-8", shown(command)))
}

/// Whether a program of this name is on `PATH`.
pub(crate) fn on_path(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// The command line as a person would type it, shortened.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut words = vec![program];
    words.extend(command.get_args().take(6).map(|word| word.to_string_lossy().into_owned()));
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_path_keeps_what_the_user_had_set() {
        let value = OsStr::new("/checkout/target/debug/deps:/toolchain/lib:/opt/oracle/lib");
        let rest = library_path(value, Path::new("/checkout/target"), Some(Path::new("/toolchain")));
        assert_eq!(rest, Some("/opt/oracle/lib".into()));
    }

    #[test]
    fn library_path_of_cargo_alone_goes_away() {
        let value = OsStr::new("/checkout/target/debug:/checkout/target/debug/build/x/out");
        assert_eq!(library_path(value, Path::new("/checkout/target"), None), None);
    }

    #[test]
    fn settings_of_the_user_are_not_taken_for_cargos() {
        assert!(comes_from_cargo_run("CARGO_PKG_NAME"));
        assert!(!comes_from_cargo_run("CARGO_TARGET_DIR"));
        assert!(!comes_from_cargo_run("CARGO_HOME"));
    }
}
