//! What a build script was told, kept beside what it wrote: whoever has that can compile the same templates with other texts.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{BuildError, Builder};

/// Its file, beside the views.
pub(super) const FILE: &str = "recipe.json";

#[derive(Serialize, Deserialize)]
struct Recipe<B> {
    version: String,
    /// Its folder.
    package: PathBuf,
    builder: B,
}

/// Where the package is whose recipe lies in this folder.
pub(super) fn package(folder: &Path) -> Option<PathBuf> {
    let recipe: Recipe<IgnoredAny> = serde_json::from_str(&fs::read_to_string(folder.join(FILE)).ok()?).ok()?;
    Some(recipe.package)
}

/// Of any version.
#[derive(Deserialize)]
struct Version {
    version: String,
}

pub(super) fn text(builder: &Builder, package: &Path) -> String {
    // Texts and lists always have a form.
    serde_json::to_string(&Recipe { version: own(), package: package.to_owned(), builder }).unwrap_or_default()
}

pub(super) fn read(folder: &Path) -> Result<Builder, BuildError> {
    let missing = || BuildError::NoRecipe { folder: folder.to_owned() };
    let text = fs::read_to_string(folder.join(FILE)).map_err(|_| missing())?;
    let Version { version } = serde_json::from_str(&text).map_err(|_| missing())?;
    if version != own() {
        return Err(BuildError::OtherVersion { script: version, own: own() });
    }
    let recipe: Recipe<Builder> = serde_json::from_str(&text).map_err(|_| missing())?;
    Ok(recipe.builder)
}

fn own() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
