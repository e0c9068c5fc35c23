//! What the index says of projects that are written as text: files with their headers, `$0` where the cursor stands.

mod blog;
mod rust;
mod scanning;
mod scoping;
mod torn;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{
    Index, View,
    scan::scan,
    scope::{self, ScopeVariable},
};

/// A project on the disk, gone when it is dropped.
struct Project {
    folder: TempDir,
    index: Index,
    /// The file of `$0`, and its place.
    cursor: Option<(PathBuf, u32)>,
}

impl Project {
    /// `//- /path` begins a file.
    fn new(fixture: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut cursor = None;
        for part in fixture.split("//- /").skip(1) {
            let (name, text) = part.split_once('\n').expect("a file has lines");
            let path = folder.path().join(name.trim());
            let mut text = text.to_owned();
            if let Some(at) = text.find("$0") {
                text.replace_range(at..at + 2, "");
                cursor = Some((path.clone(), at as u32));
            }
            std::fs::create_dir_all(path.parent().expect("it is below the folder")).expect("folders can be made");
            std::fs::write(&path, text).expect("files can be written");
        }
        let index = scan(&[folder.path().to_owned()], &|| false);
        Self { folder, index, cursor }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn view(&self) -> (View<'_>, u32) {
        let (path, offset) = self.cursor.as_ref().expect("the fixture has a cursor");
        (self.index.view_of(path).expect("the cursor is in a view"), *offset)
    }

    fn variables(&self) -> Vec<ScopeVariable> {
        let (view, offset) = self.view();
        scope::variables(&self.index, view, offset)
    }

    /// `name: Type origin`, innermost first, without what is always there.
    fn shown(&self) -> Vec<String> {
        let visible = self.variables().into_iter().filter(|variable| variable.name != "errors");
        visible.map(|variable| show(&variable)).collect()
    }

    fn type_of(&self, expression: &str) -> Option<String> {
        let (view, offset) = self.view();
        scope::type_of(&self.index, view, offset, expression).map(|ty| ty.show())
    }

    /// A path as the fixture has it.
    fn below(&self, path: &Path) -> String {
        path.strip_prefix(self.folder.path()).unwrap_or(path).display().to_string()
    }
}

fn show(variable: &ScopeVariable) -> String {
    let ty = variable.ty.as_ref().map_or_else(|| "_".to_owned(), super::types::Type::show);
    format!("{}: {ty} {:?}", variable.name, variable.origin)
}
