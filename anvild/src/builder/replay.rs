//! Derives a rustc command from a recorded one and runs it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anvild_protocol::Diagnostic;

use super::{
    capture::{CAPTURE_DIR_VARIABLE, Capture},
    command::{Cancel, CommandLine, Environment, Input, Output, Priority, RunError, Started},
    rustc_json::parse_line,
};

/// What differs from the recorded call. Everything else is taken over, so that types and symbols come out the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Derivation {
    pub(crate) crate_type: &'static str,
    pub(crate) emit: &'static str,
    pub(crate) output: PathBuf,
    /// `None`: no incremental state.
    pub(crate) incremental: Option<PathBuf>,
    /// Extern name → file that replaces the recorded one.
    pub(crate) externs: BTreeMap<String, PathBuf>,
    /// Replace crate name, root file, metadata and file suffix: for crates that only the daemon knows.
    pub(crate) generated: Option<GeneratedCrate>,
    /// The same crate from other files.
    pub(crate) variant: Option<Variant>,
    pub(crate) priority: Priority,
    /// Set besides what was recorded.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// Texts of templates that count in place of those of their files, for places in them.
    pub(crate) unsaved: BTreeMap<PathBuf, String>,
    /// Appended at the end.
    pub(crate) extra: Vec<String>,
}

/// A crate written by the builder, compiled with another crate's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GeneratedCrate {
    pub(crate) name: String,
    pub(crate) source: PathBuf,
    /// Goes into `-C metadata`.
    pub(crate) identity: String,
    /// `--extern` arguments instead of the recorded ones.
    pub(crate) externs: Vec<(String, PathBuf)>,
}

/// The recorded crate, compiled from a rewritten copy of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variant {
    pub(crate) root: PathBuf,
    /// Instead of the recorded `-C metadata`. With the recorded one the types are the same types to the program.
    pub(crate) metadata: Option<String>,
    pub(crate) extra_filename: String,
}

/// What one rustc did.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) succeeded: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) stderr: String,
}

/// Options with a value that a derivation replaces.
const REPLACED: [&str; 3] = ["--crate-type", "--out-dir", "--emit"];
/// Codegen options that belong to one crate.
const OWN_CODEGEN: [&str; 3] = ["metadata=", "extra-filename=", "incremental="];

impl Derivation {
    pub(crate) fn argv(&self, capture: &Capture) -> Vec<String> {
        let mut argv = Vec::new();
        let mut recorded = capture.argv.iter().skip(1).peekable();
        while let Some(argument) = recorded.next() {
            let (name, inline) =
                argument.split_once('=').map_or((argument.as_str(), None), |(name, value)| (name, Some(value)));
            let takes_value =
                matches!(name, "--crate-type" | "--out-dir" | "--emit" | "--extern" | "--crate-name" | "-C");
            let value = match inline {
                Some(value) if takes_value => Some(value.to_owned()),
                _ if takes_value => recorded.next().cloned(),
                _ => None,
            };
            match (name, value) {
                (name, Some(_)) if REPLACED.contains(&name) => {}
                ("--extern", Some(pair)) => self.push_extern(&mut argv, &pair),
                ("--crate-name", Some(name)) => {
                    let name = self.generated.as_ref().map_or(name, |generated| generated.name.clone());
                    argv.extend(["--crate-name".to_owned(), name]);
                }
                ("-C", Some(option)) => self.push_codegen(&mut argv, option),
                (name, Some(value)) => argv.extend([name.to_owned(), value]),
                // The root file: the only bare argument that ends in `.rs`.
                (_, None) if argument.ends_with(".rs") && !argument.starts_with('-') => {
                    let generated = self.generated.as_ref().map(|generated| &generated.source);
                    let source = generated.or(self.variant.as_ref().map(|variant| &variant.root));
                    argv.push(source.map_or_else(|| argument.clone(), |source| text(source)));
                }
                (_, None) => argv.push(argument.clone()),
            }
        }
        self.push_own(&mut argv);
        argv
    }

    fn push_extern(&self, argv: &mut Vec<String>, pair: &str) {
        if self.generated.is_some() {
            return;
        }
        let Some((name, path)) = pair.split_once('=') else {
            argv.extend(["--extern".to_owned(), pair.to_owned()]);
            return;
        };
        let bare = name.rsplit(':').next().unwrap_or(name);
        let path = self.externs.get(bare).map_or_else(|| linkable(path), |replacement| text(replacement));
        argv.extend(["--extern".to_owned(), format!("{name}={path}")]);
    }

    fn push_codegen(&self, argv: &mut Vec<String>, option: String) {
        let is_own = OWN_CODEGEN.iter().any(|own| option.starts_with(own));
        let replaced = self.variant.as_ref().is_some_and(|variant| {
            option.starts_with("extra-filename=") || variant.metadata.is_some() && option.starts_with("metadata=")
        });
        let keep = !option.starts_with("incremental=") && !replaced && (self.generated.is_none() || !is_own);
        if keep {
            argv.extend(["-C".to_owned(), option]);
        }
    }

    fn push_own(&self, argv: &mut Vec<String>) {
        let mut pair = |name: &str, value: String| argv.extend([name.to_owned(), value]);
        pair("--crate-type", self.crate_type.to_owned());
        pair("--emit", self.emit.to_owned());
        pair("--out-dir", text(&self.output));
        if let Some(incremental) = &self.incremental {
            pair("-C", format!("incremental={}", text(incremental)));
        }
        if let Some(generated) = &self.generated {
            pair("-C", format!("metadata={}", generated.identity));
            pair("--cap-lints", "allow".to_owned());
            for (name, path) in &generated.externs {
                pair("--extern", format!("{name}={}", text(path)));
            }
        }
        if let Some(variant) = &self.variant {
            pair("-C", format!("extra-filename={}", variant.extra_filename));
            if let Some(metadata) = &variant.metadata {
                pair("-C", format!("metadata={metadata}"));
            }
        }
        argv.extend(self.extra.iter().cloned());
    }
}

/// Cargo hands the metadata file to crates that can start before a dependency's code is ready; a linker needs the library.
pub(crate) fn linkable(path: &str) -> String {
    path.strip_suffix(".rmeta").map_or_else(|| path.to_owned(), |stem| format!("{stem}.rlib"))
}

/// Makes the dynamic loader look in `folder` for what the result needs.
pub(super) fn rpath(folder: &Path) -> [String; 2] {
    ["-C".to_owned(), format!("link-arg=-Wl,-rpath,{}", folder.display())]
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Compiles as recorded, with these differences.
pub(crate) async fn replay(
    capture: &Capture,
    derivation: &Derivation,
    cancel: &mut Cancel,
) -> Result<Compiled, RunError> {
    if *cancel.borrow() {
        return Err(RunError::Cancelled);
    }
    let started = Started::new(&command(capture, derivation, Input::Nothing))?;
    finish(started, capture, derivation, cancel).await
}

/// The call of the compiler.
pub(super) fn command(capture: &Capture, derivation: &Derivation, input: Input) -> CommandLine {
    let mut environment = capture.env.clone();
    // The recording cargo is gone, and so are its job tokens; waiting for one would last for ever.
    let gone =
        ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS", "RUSTC_WORKSPACE_WRAPPER", "RUSTC_WRAPPER", CAPTURE_DIR_VARIABLE];
    for name in gone {
        environment.remove(name);
    }
    environment.extend(derivation.environment.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    CommandLine {
        program: capture.argv.first().map(String::as_str).unwrap_or("rustc").into(),
        arguments: derivation.argv(capture).into_iter().map(Into::into).collect(),
        directory: capture.cwd.clone(),
        environment: Environment::Only(environment),
        priority: derivation.priority,
        input,
    }
}

/// Waits for the end of a compiler that was started with the same.
pub(super) async fn finish(
    compiler: Started,
    capture: &Capture,
    derivation: &Derivation,
    cancel: &mut Cancel,
) -> Result<Compiled, RunError> {
    let package = PathBuf::from(capture.env.get("CARGO_MANIFEST_DIR").map_or("", String::as_str));
    let mut diagnostics = Vec::new();
    let finished = compiler
        .finish(cancel, |output, line| {
            if output == Output::Stderr {
                diagnostics.extend(parse_line(line, &capture.cwd, &package, &derivation.unsaved));
            }
        })
        .await?;
    let stderr = finished.stderr.lines().filter(|line| !line.starts_with('{')).collect::<Vec<_>>().join("\n");
    Ok(Compiled { succeeded: finished.code == Some(0), diagnostics, stderr })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture() -> Capture {
        let argv = "rustc --crate-name blog --edition=2024 src/lib.rs --error-format=json --crate-type lib \
                    --emit=dep-info,metadata,link -C debuginfo=1 -C metadata=aa -C extra-filename=-bb --out-dir /t/deps \
                    -C incremental=/t/incremental -L dependency=/t/deps --extern anvilforge=/t/deps/libanvilforge-1.rmeta \
                    --extern noprelude:serde=/t/deps/libserde-2.rmeta --extern proc_macro";
        Capture { argv: argv.split_whitespace().map(str::to_owned).collect(), env: BTreeMap::new(), cwd: "/p".into() }
    }

    #[test]
    fn the_app_library_differs_only_where_it_must() {
        let derivation = Derivation {
            crate_type: "cdylib",
            emit: "dep-info,link",
            output: "/hot/out".into(),
            incremental: Some("/hot/incremental".into()),
            externs: BTreeMap::from([("anvilforge".to_owned(), PathBuf::from("/hot/deps/libanvil_deps.so"))]),
            ..Derivation::default()
        };
        let expected = "--crate-name blog --edition=2024 src/lib.rs --error-format=json -C debuginfo=1 -C metadata=aa \
                        -C extra-filename=-bb -L dependency=/t/deps --extern anvilforge=/hot/deps/libanvil_deps.so \
                        --extern noprelude:serde=/t/deps/libserde-2.rlib --extern proc_macro --crate-type cdylib \
                        --emit dep-info,link --out-dir /hot/out -C incremental=/hot/incremental";
        assert_eq!(derivation.argv(&capture()).join(" "), expected.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    #[test]
    fn a_variant_is_the_same_crate_from_elsewhere() {
        let variant = Variant {
            root: "/hot/patch/src/lib.rs".into(),
            metadata: Some("p".into()),
            extra_filename: "-patch".into(),
        };
        let derivation = Derivation { crate_type: "cdylib", variant: Some(variant), ..Derivation::default() };
        let argv = derivation.argv(&capture()).join(" ");
        assert!(argv.starts_with("--crate-name blog --edition=2024 /hot/patch/src/lib.rs"), "{argv}");
        assert!(argv.contains("metadata=p") && !argv.contains("metadata=aa"), "{argv}");
        assert!(argv.contains("extra-filename=-patch") && !argv.contains("extra-filename=-bb"), "{argv}");
    }

    #[test]
    fn a_generated_crate_takes_over_settings_but_not_identity() {
        let derivation = Derivation {
            crate_type: "dylib",
            emit: "link",
            output: "/hot/deps".into(),
            generated: Some(GeneratedCrate {
                name: "anvil_deps_x".to_owned(),
                source: "/hot/deps/x.rs".into(),
                identity: "x".to_owned(),
                externs: vec![("anvilforge".to_owned(), "/t/deps/libanvilforge-1.rlib".into())],
            }),
            ..Derivation::default()
        };
        let argv = derivation.argv(&capture()).join(" ");
        assert!(argv.starts_with(
            "--crate-name anvil_deps_x --edition=2024 /hot/deps/x.rs --error-format=json -C debuginfo=1 -L"
        ));
        assert!(argv.contains("--extern anvilforge=/t/deps/libanvilforge-1.rlib") && !argv.contains("serde"));
        assert!(argv.contains("metadata=x") && !argv.contains("metadata=aa") && !argv.contains("extra-filename"));
    }
}
