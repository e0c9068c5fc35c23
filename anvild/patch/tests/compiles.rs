//! Real compilers: the base of an awkward app compiles, so does a patch of each of its files, and a program with the patch
//! says what a program with a full build says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anvild_patch::{Decision, Graph, Limits, head, lifted, patch, plan};

const MAIN: &str =
    "fn main() { let mut out = String::new(); shop::anvil_register_routes(&mut out); print!(\"{out}\"); }\n";

const BASE: &str = "base/libshop-base.so";

const FILES: &[(&str, &str)] = &[
    (
        "lib.rs",
        r#"//! A shop.
#![forbid(unsafe_code)]

#[macro_use]
mod macros;
mod admin;
mod cart;
mod extract;
mod labels;
mod money;
mod prelude;
pub mod text {
    //! Inline, with a file below it.
    pub mod greet;

    pub(super) const MARK: &str = "!";
    fn trimmed(text: &str) -> &str {
        text.trim()
    }
}
mod user;

use std::fmt::Write as _;

use crate::prelude::*;

/// What the handlers share.
#[derive(Debug, Clone, Default)]
pub struct State {
    name: String,
    count: u32,
}

impl State {
    // Private, and used by modules below.
    fn bump(&mut self) -> u32 {
        self.count += 1;
        self.count
    }
}

const LIMIT: u32 = 3;
static GREETING: &str = "hi";

/// Private.
fn footer() -> String {
    format!("limit {LIMIT}{}", text::MARK)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Short,
    Long { width: usize },
}

pub fn anvil_register_routes(out: &mut String) {
    let mut state = State::default();
    let lines = [
        cart::show(&mut state),
        admin::all(&state),
        text::greet::greet(" you "),
        user::Current::from_parts("7").label(),
        labels::label(&Money::new(5)),
        footer(),
    ];
    for line in lines {
        let _ = writeln!(out, "{line}");
    }
}
"#,
    ),
    (
        "macros.rs",
        "//! Macros.\nmacro_rules! total {\n    ($($price:expr),*) => {{\n        let mut sum = $crate::money::Money::new(0);\n        $( sum = sum.plus($price); )*\n        sum\n    }};\n}\n\nmacro_rules! named {\n    ($name:ident) => {\n        #[derive(Debug)]\n        pub(crate) struct $name(pub(crate) u32);\n    };\n}\npub(crate) use named;\n",
    ),
    (
        "admin/mod.rs",
        "//! Private helpers and imports that the children use.\n\nmod edit;\nmod list;\npub(crate) mod report;\n\nuse std::collections::BTreeMap;\n\nuse crate::money::{Money, Priced as _};\nuse crate::{GREETING, State};\n\nconst NOTICE: &str = include_str!(\"notice.txt\");\n\nstruct Row<'a, T: Clone> {\n    cells: BTreeMap<&'a str, T>,\n    width: usize,\n}\n\nimpl<'a, T: Clone + ToString> Row<'a, T> {\n    fn text(&self) -> String {\n        let cells: Vec<String> = self.cells.values().map(|cell| cell.to_string()).collect();\n        format!(\"{:>width$}\", cells.join(\",\"), width = self.width)\n    }\n}\n\nfn heading(text: &str) -> String {\n    format!(\"# {text} {GREETING}\")\n}\n\npub(crate) fn all(state: &State) -> String {\n    format!(\"{} {} {} {}\", edit::page(), list::page(state), report::page(), NOTICE.trim())\n}\n",
    ),
    ("admin/notice.txt", "notice\n"),
    (
        "admin/edit.rs",
        "use super::*;\n\npub(super) fn page() -> String {\n    let price = Money::new(2).price();\n    format!(\"{} {price}\", heading(\"edit\"))\n}\n",
    ),
    (
        "admin/list.rs",
        "use super::{BTreeMap, Row, State, heading};\n\npub(super) fn page(state: &State) -> String {\n    let row = Row { cells: BTreeMap::from([(\"a\", 1), (\"b\", 2)]), width: 5 };\n    format!(\"{} {} {}\", heading(&state.name), row.text(), state.count)\n}\n",
    ),
    (
        "admin/report.rs",
        "mod totals;\n\npub(in crate::admin) fn page() -> String {\n    format!(\"{}\", totals::sum())\n}\n\nfn factor() -> u32 {\n    2\n}\n",
    ),
    (
        "admin/report/totals.rs",
        "use super::super::heading;\n\npub(super) fn sum() -> String {\n    format!(\"{} {:?}\", heading(\"sum\"), total!(super::factor(), 4))\n}\n",
    ),
    (
        "cart.rs",
        "use crate::{Mode, State, LIMIT, footer, macros::named};\n\nnamed!(CartId);\n\nthread_local! {\n    static SEEN: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };\n}\n\npub(crate) fn show(state: &mut State) -> String {\n    SEEN.set(SEEN.get() + 1);\n    let mode = if state.bump() < LIMIT { Mode::Short } else { Mode::Long { width: 3 } };\n    format!(\"cart {:?} {mode:?} {} {}\", CartId(1), footer(), SEEN.get())\n}\n",
    ),
    (
        "extract.rs",
        "pub(crate) trait FromParts: Sized {\n    const KIND: &'static str = \"parts\";\n    fn from_parts(parts: &str) -> Self;\n}\n",
    ),
    (
        "labels.rs",
        "use std::fmt::Display;\n\npub(crate) fn label<T: Display>(of: &T) -> String {\n    format!(\"<{of}>\")\n}\n",
    ),
    (
        "money.rs",
        "use std::fmt;\n\n#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]\npub struct Money(u32);\n\npub(crate) trait Priced {\n    fn price(&self) -> u32;\n}\n\nimpl Priced for Money {\n    fn price(&self) -> u32 {\n        self.0\n    }\n}\n\nimpl Money {\n    pub(crate) const fn new(cents: u32) -> Self {\n        Self(cents)\n    }\n\n    pub(crate) fn plus(self, cents: u32) -> Self {\n        Self(self.0 + cents)\n    }\n}\n\nimpl fmt::Display for Money {\n    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {\n        write!(f, \"{}c\", self.0)\n    }\n}\n",
    ),
    ("prelude.rs", "pub(crate) use crate::extract::*;\npub(crate) use crate::money::Money;\n"),
    (
        "text/greet.rs",
        "use super::trimmed;\n\npub fn greet(name: &str) -> String {\n    format!(\"{} {}{}\", crate::GREETING, trimmed(name), super::MARK)\n}\n",
    ),
    (
        "user.rs",
        "use crate::extract::FromParts;\n\npub(crate) struct Current(u32);\n\nimpl FromParts for Current {\n    fn from_parts(parts: &str) -> Self {\n        Self(parts.parse().unwrap_or_default())\n    }\n}\n\nimpl Current {\n    pub(crate) fn label(&self) -> String {\n        format!(\"{} {}\", Self::KIND, self.0)\n    }\n}\n",
    ),
];

/// Each with a visible difference: file, what is replaced, by what, and the modules that the patch must hold, or none if
/// the full way is right.
const EDITS: &[(&str, &str, &str, Option<&str>)] = &[
    ("labels.rs", "<{of}>", "[{of}]", Some("labels")),
    ("admin/edit.rs", "\"edit\"", "\"edited\"", Some("admin admin::edit")),
    ("admin/list.rs", "width: 5", "width: 9", Some("admin admin::list")),
    ("admin/report/totals.rs", "\"sum\"", "\"total\"", Some("admin admin::report admin::report::totals macros")),
    ("admin/report.rs", "    2", "    3", Some("admin admin::report admin::report::totals macros")),
    ("admin/notice.txt", "notice", "news", Some("admin")),
    (
        "admin/mod.rs",
        "# {text}",
        "## {text}",
        Some("admin admin::edit admin::list admin::report admin::report::totals macros"),
    ),
    ("cart.rs", "\"cart ", "\"basket ", Some("cart macros")),
    ("text/greet.rs", "{} {}{}", "{}, {}{}", Some("text::greet")),
    ("user.rs", "{} {}", "{}: {}", Some("user")),
    ("extract.rs", "\"parts\"", "\"pieces\"", Some("extract prelude user")),
    (
        "money.rs",
        "{}c",
        "{} cents",
        Some("admin admin::edit admin::report admin::report::totals cart macros money prelude"),
    ),
    ("lib.rs", "LIMIT: u32 = 3", "LIMIT: u32 = 1", Some("cart macros")),
    (
        "user.rs",
        "use crate::extract::FromParts;",
        "use crate::extract::FromParts;\nimpl Drop for crate::State { fn drop(&mut self) {} }",
        None,
    ),
    (
        "lib.rs",
        "\"hi\"",
        "\"hello\"",
        Some("admin admin::edit admin::list admin::report admin::report::totals macros text::greet"),
    ),
];

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }

    fn graph(&self) -> Graph {
        Graph::read(self.path("src/lib.rs"), |path| fs::read(path)).expect("the app can be followed")
    }

    /// Writes files below `mirror` as they lie below `src`.
    fn mirror(&self, mirror: &str, files: &[(PathBuf, String)]) {
        for (file, text) in files {
            self.write(&self.path(mirror).join(file.strip_prefix(self.path("src")).expect("below src")), text);
        }
    }

    fn rustc(&self, root: &Path, arguments: &[&str], out: &Path) {
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args(["--edition=2024", "-Cprefer-dynamic", "--cap-lints=allow"]).arg(root).args(arguments);
        let output = rustc.arg("-o").arg(out).output().expect("rustc starts");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{} does not compile:\n{text}", root.display());
    }

    /// The modules of the patch, after comparing what it says with what a full build says; none if there must be none.
    fn compare(&self, base: &Graph, limits: &Limits, changed: &[PathBuf], mirror: &str) -> Option<String> {
        let mut now = base.clone();
        now.update(changed, |path| fs::read(path)).expect("it can be followed");
        let planned = match plan(base, &now, &BTreeSet::new(), limits) {
            Decision::Full { .. } => return None,
            Decision::Patch(planned) => planned,
        };
        let source = patch(&now, &planned);
        self.mirror(mirror, &source.files);
        self.mirror(mirror, &[(self.path("src/lib.rs"), source.root)]);
        let root = self.path(mirror).with_extension("rs");
        self.write(&root, &format!("{}include!(\"{mirror}/lib.rs\");\n", head(&now)));
        let of_base = format!("__base={}", self.path(BASE).display());
        let common = ["--crate-name=shop", "-Cmetadata=patch", "--extern", &of_base];
        self.rustc(&root, &[&common[..], &["--crate-type=cdylib"]].concat(), &self.path("libpatch.so"));
        self.rustc(&root, &[&common[..], &["--crate-type=rlib"]].concat(), &self.path("libshop-patch.rlib"));
        let full = ["--crate-name=shop", "--crate-type=rlib", "-Cmetadata=full"];
        self.rustc(&self.path("src/lib.rs"), &full, &self.path("libshop.rlib"));
        let said = self.run(&self.path("libshop-patch.rlib"));
        assert_eq!(said, self.run(&self.path("libshop.rlib")), "{mirror}");
        Some(names(&planned.units()))
    }

    /// What a program says that is linked with this app library.
    fn run(&self, library: &Path) -> String {
        self.write(&self.path("main.rs"), MAIN);
        let library = format!("shop={}", library.display());
        let base = format!("-L{}", self.path("base").display());
        self.rustc(&self.path("main.rs"), &["--extern", &library, &base], &self.path("main"));
        let sysroot = Command::new("rustc").args(["--print", "target-libdir"]).output().expect("rustc starts");
        let std = String::from_utf8(sysroot.stdout).expect("a path");
        let libraries = format!("{}:{}", self.path("base").display(), std.trim());
        let output = Command::new(self.path("main")).env("LD_LIBRARY_PATH", libraries).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }
}

fn names(units: &BTreeSet<anvild_patch::ModulePath>) -> String {
    let units: Vec<String> =
        units.iter().filter(|unit| !unit.is_root()).map(|unit| unit.segments().join("::")).collect();
    units.join(" ")
}

const WHOLE_FILES: Limits = Limits { share: 1.0, always_bytes: 0, divided_bytes: usize::MAX };

#[test]
fn patches_say_what_full_builds_say() {
    let planned = compare_all(&WHOLE_FILES);
    for ((path, .., expected), planned) in EDITS.iter().zip(planned) {
        assert_eq!(planned.as_deref(), *expected, "{path}");
    }
}

#[test]
fn so_do_patches_of_single_items() {
    let planned = compare_all(&Limits { divided_bytes: 0, ..WHOLE_FILES });
    for ((path, .., of_files), planned) in EDITS.iter().zip(planned) {
        assert!(of_files.is_none() || planned.is_some(), "{path} was a patch of files");
    }
}

/// The modules of the patch of each edit.
fn compare_all(limits: &Limits) -> Vec<Option<String>> {
    let bench = Bench::new();
    for (path, text) in FILES {
        bench.write(&bench.path("src").join(path), text);
        bench.write(&bench.path("base-src").join(path), text);
    }
    let base = bench.graph();
    bench.mirror("base-src", &lifted(&base, limits));
    fs::create_dir_all(bench.path("base")).expect("it is made");
    let dylib = ["--crate-name=shop", "--crate-type=dylib", "-Cmetadata=base"];
    bench.rustc(&bench.path("base-src/lib.rs"), &dylib, &bench.path(BASE));

    let mut all = Vec::new();
    for (number, (path, old, new, _)) in EDITS.iter().enumerate() {
        let file = bench.path("src").join(path);
        let original = fs::read_to_string(&file).expect("it is there");
        assert!(original.contains(old), "`{old}` is not in {path}");
        bench.write(&file, &original.replacen(old, new, 1));
        all.push(bench.compare(&base, limits, std::slice::from_ref(&file), &format!("patch-{number}")));
        bench.write(&file, &original);
    }

    // Several edits since the base are one patch.
    let mut files = Vec::new();
    for (path, old, new, _) in EDITS.iter().filter(|(.., expected)| expected.is_some()) {
        let file = bench.path("src").join(path);
        let text = fs::read_to_string(&file).expect("it is there");
        bench.write(&file, &text.replacen(old, new, 1));
        files.push(file);
    }
    assert!(bench.compare(&base, limits, &files, "patch-of-all").is_some());
    all
}
