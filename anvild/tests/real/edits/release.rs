//! The same app as one static program: nothing of the development loop is in it.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use object::{Object as _, ObjectSymbol as _};

use crate::harness::{Project, get, shared_target};

const PROGRAM: &str = r#"#[tokio::main]
async fn main() -> anvilforge::Result<()> {
    anvilforge::Application::new().routes(fx_release::routes).run().await
}
"#;

/// Words that only the loader and the control channel use, and only in their own code.
const LOOP_WORDS: [&str; 3] = ["ANVIL_CONTROL_FD", "ANVIL_BROWSER_TOKEN", "anvil-load"];

#[tokio::test]
async fn a_static_program_has_nothing_of_the_loop() {
    let project = Project::new("fx-release");
    project.write("src/main.rs", PROGRAM);
    // The same settings as in development, so that dependencies are built once for both.
    let profile = "\n[profile.dev]\ndebug = \"line-tables-only\"\n\n[profile.dev.package.\"*\"]\ndebug = false\n\n\
                   [profile.dev.build-override]\nopt-level = 3\ncodegen-units = 256\n\n[profile.dev.package.sha2]\nopt-level = 3\n";
    project.write("Cargo.toml", &project.manifest(&format!("tokio = \"1\"\n{profile}")));

    let tree = cargo(&project, &["tree", "--edges", "normal", "--prefix", "none"]);
    let hot_tree = cargo(&project, &["tree", "--edges", "normal", "--prefix", "none", "--features", "anvilforge/hot"]);
    for (name, in_both) in [("libloading ", false), ("anvild", false), ("anvilforge-core ", true)] {
        assert_eq!(tree.lines().any(|line| line.starts_with(name)), in_both, "{name} in\n{tree}");
    }
    assert!(hot_tree.contains("libloading "), "the name that was looked for is the right one:\n{hot_tree}");

    cargo(&project, &["build", "--quiet"]);
    let program = target().join("debug").join("fx-release");
    let bytes = std::fs::read(&program).expect("a program");
    let contains = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(contains("ANVIL_PROJECT"), "words of the framework are in it");
    for word in LOOP_WORDS {
        assert!(!contains(word), "{word}");
    }
    let file = object::File::parse(&*bytes).expect("an ELF file");
    let exported: Vec<_> = file
        .dynamic_symbols()
        .filter(|symbol| symbol.is_definition())
        .filter_map(|symbol| symbol.name().ok())
        .collect();
    assert!(!exported.iter().any(|name| name.contains("anvil")), "{exported:?}");

    let served = Served::start(&program, &project);
    let answer = get(served.addr, "/").await.expect("an answer");
    assert_eq!((answer.status, answer.body.as_str(), answer.generation()), (200, "one", None));
    let again = get(served.addr, "/").await.expect("another answer");
    assert_eq!(again.status, 200);
}

/// Where the daemon's own cargo builds, too.
fn target() -> PathBuf {
    shared_target().join("anvil").join("cargo")
}

fn cargo(project: &Project, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).arg("--offline").current_dir(project.root());
    command.env("CARGO_TARGET_DIR", target()).env("CARGO_INCREMENTAL", "1");
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The program while it serves. Nobody reads its standard error after the line with the address, and it must not mind.
struct Served {
    child: Child,
    addr: SocketAddr,
}

impl Served {
    fn start(program: &Path, project: &Project) -> Self {
        let mut command = Command::new(program);
        command.current_dir(project.root()).stderr(Stdio::piped());
        command.env("APP_ADDR", "127.0.0.1:0").env("LOG_FORMAT", "json").env("ANVIL_PROJECT", project.root());
        let mut child = command.spawn().expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let addr = stderr.lines().map_while(Result::ok).find_map(|line| {
            let line: serde_json::Value = serde_json::from_str(&line).ok()?;
            line["fields"]["addr"].as_str()?.parse().ok()
        });
        let addr = addr.expect("it says where it listens");
        Self { child, addr }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
