//! The texts of a patch.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::edit::{Edits, blank, fitted, open_with};
use crate::graph::{Graph, Unit};
use crate::part::{Declaration, Kind, Parsed, Part};
use crate::path::{ModulePath, spelled};
use crate::plan::Plan;
use crate::words::EmbedKind;

/// What is compiled as a patch. Whoever writes `root` and `files` puts them below another folder with the same relative
/// layout, and compiles a file of [`head`] and `include!` of the root with `--extern __base=<the base>` and
/// `--remap-path-prefix` from that folder to the original one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchSource {
    /// Text of the crate root, without what [`head`] has of it.
    pub root: String,
    /// Further files that were rewritten, by the path of the original.
    pub files: Vec<(PathBuf, String)>,
    /// Originals that are compiled where they are.
    pub in_place: Vec<PathBuf>,
}

/// What a patch of this app begins with: attributes of the crate and links to other crates, the base among them. The same for
/// all patches of one base, so a compiler can read it, and all that it links to, before there is anything to patch.
#[must_use]
pub fn head(graph: &Graph) -> String {
    let Parsed { inner, parts, .. } = &*graph.root().parsed;
    let links = parts.iter().filter(|part| is_link(part)).map(|part| graph.root().parsed.slice(&part.range));
    let lines = inner.iter().map(String::as_str).chain(["extern crate __base;"]).chain(links);
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// `extern crate` of a crate root. In a file that is included it could not have every name.
fn is_link(part: &Part) -> bool {
    part.kind == Kind::ExternCrate && part.scope.is_empty()
}

/// Writes the patch that `plan` decided for this graph. Lines stay where they are in every file; columns do too, but on
/// lines that declare modules, and behind the path of an embedded file. `#[path]` names originals as absolute as the root
/// that the graph was read from.
#[must_use]
pub fn patch(graph: &Graph, plan: &Plan) -> PatchSource {
    written(&Writing { graph, app: OnceCell::new(), plan, place: None })
}

/// The same with nothing compiled in place, for text that is in no file yet: what would be is among the rewritten files, and
/// is named by where `place` says that it will lie.
#[must_use]
pub fn patch_elsewhere(graph: &Graph, plan: &Plan, place: &dyn Fn(&Path) -> PathBuf) -> PatchSource {
    written(&Writing { graph, app: OnceCell::new(), plan, place: Some(place) })
}

fn written(writing: &Writing<'_>) -> PatchSource {
    let Writing { graph, plan, place, .. } = writing;
    let mut source = PatchSource { root: String::new(), files: Vec::new(), in_place: Vec::new() };
    for unit in graph.units().values() {
        if plan.whole.contains(&unit.path) && place.is_none() {
            source.in_place.push(unit.file.clone());
        } else if plan.whole.contains(&unit.path) {
            source.files.push((unit.file.clone(), moved(unit)));
        } else if unit.path.is_root() {
            source.root = writing.file(unit);
        } else if writing.is_written(&unit.path) {
            source.files.push((unit.file.clone(), writing.file(unit)));
        }
    }
    source
}

struct Writing<'g> {
    graph: &'g Graph,
    /// Read when an import asks for it: few patches have one that does.
    app: OnceCell<App<'g>>,
    plan: &'g Plan,
    /// Where files lie that would be compiled in place; absent: there.
    place: Option<&'g dyn Fn(&Path) -> PathBuf>,
}

impl Writing<'_> {
    /// Whether the file of a unit with files below it is rewritten; else it is an import.
    fn is_written(&self, path: &ModulePath) -> bool {
        let plan = self.plan;
        plan.divided.contains_key(path)
            || plan.for_macros.contains(path)
            || plan.whole.iter().chain(plan.divided.keys()).chain(&plan.for_macros).any(|below| path.encloses(below))
    }

    fn file(&self, unit: &Unit) -> String {
        let mut edits = Edits::default();
        let source = self.plan.divided.get(&unit.path);
        let has_scopes = unit.parsed.parts.iter().any(|part| !part.scope.is_empty())
            || unit.parsed.declarations.iter().any(|declaration| !declaration.scope.is_empty());
        let by_glob = source.is_none() && !unit.path.is_root() && !has_scopes;
        if unit.path.is_root() {
            let head = 0..unit.parsed.inner_end;
            edits.replace(head.clone(), blank(unit.parsed.slice(&head)));
            for link in unit.parsed.parts.iter().filter(|part| is_link(part)) {
                edits.replace(link.range.clone(), blank(unit.parsed.slice(&link.range)));
            }
        } else if by_glob {
            open_with(&unit.parsed, &format!("pub use {}::*;", in_base(&unit.path, &[])), &mut edits);
        }
        for (at, part) in unit.parsed.parts.iter().enumerate() {
            let stays = match part.kind {
                Kind::Macro | Kind::Test | Kind::ExternCrate => true,
                Kind::Use => !by_glob || self.imports_macro(part) || self.is_private_in_base(unit, part),
                _ => source.is_some_and(|parts| parts.contains(&at)),
            };
            if stays {
                self.leave_to_base(unit, at, &mut edits);
                absolute_paths(unit, part, &mut edits);
            } else {
                import(unit, part, by_glob, &mut edits);
            }
        }
        for (declaration, child) in unit.declared() {
            self.declare(unit, declaration, child, &mut edits);
        }
        edits.apply(unit.text())
    }

    /// Gives a function that registers routes a body that calls the base's.
    fn leave_to_base(&self, unit: &Unit, at: usize, edits: &mut Edits) {
        let part = &unit.parsed.parts[at];
        let Some(handlers) = self.plan.left_to_base.get(&(unit.path.clone(), at)) else { return };
        let Some(registrar) = &part.registrar else { return };
        let module = in_base(&unit.path, &part.scope);
        let sink = spelled(&registrar.sink);
        let handlers = handlers.iter().filter_map(|index| registrar.handlers.get(*index));
        let stand_ins = handlers
            .map(|handler| format!("{sink}.stand_in({}, {}); ", handler.in_base(&module), handler.here()))
            .collect::<String>();
        let name = part.own.first().map(|name| spelled(name)).unwrap_or_default();
        let body = format!("{{ {stand_ins}{module}::{name}({sink}) }}");
        edits.replace(registrar.body.clone(), fitted(unit.parsed.slice(&registrar.body), &body));
    }

    /// What such an import names, the base does not pass on. It is written again, for files below may use it.
    fn is_private_in_base(&self, unit: &Unit, part: &Part) -> bool {
        let item = syn::parse_str::<syn::ItemUse>(unit.parsed.slice(&part.range));
        let may_be_public =
            |item: syn::ItemUse| self.app.get_or_init(|| App::of(self.graph)).may_be_public(&item.tree, false);
        part.globs.is_empty() && item.is_ok_and(|item| !may_be_public(item))
    }

    fn imports_macro(&self, part: &Part) -> bool {
        let mut parts = self.graph.units().values().flat_map(|unit| &unit.parsed.parts);
        parts.any(|other| other.definitions.macros.iter().any(|name| part.words.all.contains(name)))
    }

    fn declare(&self, unit: &Unit, declaration: &Declaration, child: &ModulePath, edits: &mut Edits) {
        let parsed = &unit.parsed;
        if self.plan.whole.contains(child) {
            if let Some((_, range)) = &declaration.path {
                edits.replace(range.clone(), blank(parsed.slice(range)));
            }
            let original = &self.graph.units()[child].file;
            let file = self.place.map_or_else(|| original.clone(), |place| place(original));
            edits.insert(declaration.bare.start, format!("#[path = {}] ", quoted(&file)));
        } else if !self.is_written(child) {
            let visibility = parsed.slice(&declaration.visibility);
            let name = spelled(&declaration.name);
            let target = in_base(child, &[]);
            let is_shared =
                parsed.parts.iter().any(|part| part.scope == declaration.scope && part.own.contains(&declaration.name));
            // An import brings everything of that name: the function `routes` beside the module `routes` too.
            let item = if is_shared {
                format!("{visibility} mod {name} {{ pub use {target}::*; }}")
            } else {
                format!("{visibility} use {target};")
            };
            edits.replace(
                declaration.range.clone(),
                with_conditions(unit, &declaration.range, declaration.bare.start, &declaration.conditions, &item),
            );
        }
    }
}

/// A whole file that is compiled elsewhere.
fn moved(unit: &Unit) -> String {
    let mut edits = Edits::default();
    unit.parsed.parts.iter().for_each(|part| absolute_paths(unit, part, &mut edits));
    edits.apply(unit.text())
}

/// Replaces an item by its import from the base.
fn import(unit: &Unit, part: &Part, by_glob: bool, edits: &mut Edits) {
    let original = unit.parsed.slice(&part.range);
    if by_glob || part.own.is_empty() || matches!(part.kind, Kind::Call | Kind::Impl | Kind::Unnamed) {
        edits.replace(part.range.clone(), blank(original));
        return;
    }
    let visibility = unit.parsed.slice(&part.visibility);
    let module = in_base(&unit.path, &part.scope);
    let item = match part.own.as_slice() {
        [name] => format!("{visibility} use {module}::{};", spelled(name)),
        names => {
            let names: Vec<String> = names.iter().map(|name| spelled(name)).collect();
            format!("{visibility} use {module}::{{{}}};", names.join(", "))
        }
    };
    edits.replace(
        part.range.clone(),
        with_conditions(unit, &part.range, part.visibility.start, &part.conditions, &item),
    );
}

/// `item` in the place of `range`, on the line where the original begins after its attributes, below the same
/// conditions.
fn with_conditions(
    unit: &Unit,
    range: &std::ops::Range<usize>,
    start: usize,
    conditions: &[std::ops::Range<usize>],
    item: &str,
) -> String {
    let conditions: Vec<&str> = conditions.iter().map(|condition| unit.parsed.slice(condition)).collect();
    let item = if conditions.is_empty() {
        item.trim().to_owned()
    } else {
        format!("{} {}", conditions.join(" "), item.trim())
    };
    let attributes = blank(unit.parsed.slice(&(range.start..start)));
    // Attributes on the same line leave columns that a longer item may use.
    format!("{attributes}{}", fitted(unit.parsed.slice(&(start..range.end)), &item))
}

/// The rewritten file lies elsewhere than what it embeds.
fn absolute_paths(unit: &Unit, part: &Part, edits: &mut Edits) {
    if part.kind == Kind::Macro {
        return;
    }
    let folder = unit.file.parent().unwrap_or(Path::new(""));
    for embed in part.embeds.iter().filter(|embed| embed.kind != EmbedKind::Template) {
        edits.replace(embed.literal.clone(), quoted(&folder.join(&embed.path)));
    }
}

fn in_base(path: &ModulePath, scope: &[String]) -> String {
    path.segments().iter().chain(scope).fold("::__base".to_owned(), |path, name| format!("{path}::{}", spelled(name)))
}

fn quoted(path: &Path) -> String {
    format!("{:?}", path.to_string_lossy())
}
