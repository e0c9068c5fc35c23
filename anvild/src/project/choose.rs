//! Which packages of a workspace register routes: those that are named, or else those that can be meant.

use std::path::Path;

use anvild_protocol::{Diagnostic, Source};
use cargo_metadata::{Metadata, Package};

use super::{
    crates::{FACADE, is_library, parent, target_source},
    find_entry,
};
use crate::builder::UnitKind;

/// The packages whose crates register routes, and which of their targets those are.
pub(super) fn choose_apps<'a>(
    root: &Path,
    metadata: &'a Metadata,
    wanted: &[String],
) -> Result<Vec<(&'a Package, UnitKind)>, Box<Diagnostic>> {
    let members = || metadata.packages.iter().filter(|package| metadata.workspace_members.contains(&package.id));
    let wrong = |message: String| {
        Box::new(
            Diagnostic::error(Source::Config, "ANV0102", message)
                .help("name a member with `--package`, or with `app` under `[dev]` in config/anvil.toml"),
        )
    };
    if !wanted.is_empty() {
        let mut chosen: Vec<(&Package, UnitKind)> = Vec::new();
        for name in wanted {
            if chosen.iter().any(|(package, _)| package.name.as_str() == name) {
                return Err(wrong(format!("package `{name}` is named twice")));
            }
            let package = members().find(|package| package.name.as_str() == name);
            let package = package.ok_or_else(|| wrong(format!("this workspace has no package `{name}`")))?;
            chosen.push((package, entry_target(package).ok_or_else(|| no_entry(package))?));
        }
        return Ok(chosen);
    }
    let below = || members().filter(|package| package.manifest_path.as_std_path().starts_with(root));
    let mut found: Vec<_> = below().filter_map(|package| Some((package, entry_target(package)?))).collect();
    found.sort_by_key(|(package, _)| &package.manifest_path);
    match found.len() {
        1 => Ok(found),
        0 => Err(below().next().map_or_else(
            || no_package(root),
            |package| {
                let own = below().find(|package| package.dependencies.iter().any(|dep| dep.name == FACADE));
                no_entry(own.unwrap_or(package))
            },
        )),
        _ if found.iter().all(|(package, _)| is_feature_crate(package)) => Ok(found),
        _ => {
            let names: Vec<_> = found.iter().map(|(package, _)| format!("`{}`", package.name)).collect();
            let message = format!("several packages register routes: {}", names.join(", "));
            let list = names.join(", ").replace('`', "\"");
            let help = format!(
                "name one with `--package`, or with `app` under `[dev]` in config/anvil.toml; or all that are app libraries, \
                 each by itself: `app = [{list}]`"
            );
            Err(Box::new(Diagnostic::error(Source::Config, "ANV0103", message).help(help)))
        }
    }
}

/// Named and placed as feature crates are: `crates/posts-handlers`.
fn is_feature_crate(package: &Package) -> bool {
    let folder = parent(package.manifest_path.as_std_path());
    let is_in_crates = folder.parent().is_some_and(|above| above.file_name().is_some_and(|name| name == "crates"));
    is_in_crates && package.name.as_str().ends_with("-handlers")
}

fn no_package(root: &Path) -> Box<Diagnostic> {
    let message = format!("{} holds no package of its Cargo workspace", root.display());
    Box::new(
        Diagnostic::error(Source::Config, "ANV0101", message)
            .help("run in the folder of a package, or name it with `--project DIR`"),
    )
}

fn no_entry(package: &Package) -> Box<Diagnostic> {
    let kind = if package.targets.iter().any(is_library) { UnitKind::Lib } else { UnitKind::Bin };
    let file = target_source(package, kind);
    let message = format!("no function of package `{}` registers routes", package.name);
    Box::new(
        Diagnostic::error(Source::Config, "ANV0102", message).at(file.to_string_lossy(), 1, 1).help(
            "add `#[anvilforge::routes] pub fn routes(r: &mut RouteSink) { … }` to its library, or to `src/main.rs`",
        ),
    )
}

/// Which target of the package has the entry; `None` if none has.
fn entry_target(package: &Package) -> Option<UnitKind> {
    let library = package.targets.iter().find(|target| is_library(target));
    let binary = target_source(package, UnitKind::Bin);
    let in_file = |path: &Path| find_entry(&[path.to_owned()]).is_some();
    if library.is_some_and(|target| in_file(target.src_path.as_std_path())) {
        return Some(UnitKind::Lib);
    }
    if in_file(&binary) {
        return Some(UnitKind::Bin);
    }
    // Not in a root file: somewhere in the modules.
    let root = parent(library.map_or(binary.as_path(), |target| target.src_path.as_std_path()));
    let files: Vec<_> = ignore::WalkBuilder::new(root)
        .build()
        .flatten()
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    find_entry(&files)?;
    Some(if library.is_some() { UnitKind::Lib } else { UnitKind::Bin })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::project::Project;

    const ENTRY: &str = "#[anvilforge::routes]\npub fn routes(r: &mut RouteSink) {}\n";

    /// Beside it lies the framework.
    fn root_of(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().canonicalize().unwrap().join("app")
    }

    /// A workspace of packages in these folders: the folder, its dependencies among the others, its library.
    fn workspace(members: &[(&str, &[&str], &str)]) -> (tempfile::TempDir, Metadata) {
        let folder = tempfile::tempdir().unwrap();
        let root = root_of(&folder);
        std::fs::create_dir(&root).unwrap();
        let write = |file: &str, text: &str| {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let name = |member: &str| member.rsplit('/').next().unwrap().to_owned();
        let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        write("../framework/Cargo.toml", &format!("{}[workspace]\n[features]\nhot = []\n", package("anvilforge")));
        write("../framework/src/lib.rs", "");
        let list: Vec<_> = members.iter().map(|(member, ..)| format!("\"{member}\"")).collect();
        write("Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", list.join(", ")));
        for (member, uses, source) in members {
            let uses =
                uses.iter().map(|used| format!("{} = {{ path = \"{}\" }}\n", name(used), root.join(used).display()));
            let framework = format!("anvilforge = {{ path = \"{}\" }}\n", root.join("../framework").display());
            let dependencies = uses.chain([framework]).collect::<String>();
            write(
                &format!("{member}/Cargo.toml"),
                &format!("{}[dependencies]\n{dependencies}", package(&name(member))),
            );
            write(&format!("{member}/src/lib.rs"), source);
        }
        let options = ["--offline".to_owned()];
        let mut command = cargo_metadata::MetadataCommand::new();
        let metadata = command.manifest_path(root.join("Cargo.toml")).other_options(options).exec().unwrap();
        (folder, metadata)
    }

    /// The packages of the app libraries, or code and message of what is wrong.
    #[track_caller]
    fn check(members: &[(&str, &[&str], &str)], wanted: &[&str], expected: Result<&[&str], (&str, &str)>) {
        let (folder, metadata) = workspace(members);
        let root = root_of(&folder);
        let wanted: Vec<_> = wanted.iter().map(|name| (*name).to_owned()).collect();
        let found = Project::from_metadata(&root, &metadata, &wanted);
        let found =
            found.as_ref().map(Project::app_packages).map_err(|wrong| (wrong.code.as_str(), wrong.message.as_str()));
        assert_eq!(found, expected.map(<[&str]>::to_vec));
    }

    const POSTS: (&str, &[&str], &str) = ("crates/posts-handlers", &["crates/models"], ENTRY);
    const USERS: (&str, &[&str], &str) = ("crates/users-handlers", &["crates/models"], ENTRY);
    const MODELS: (&str, &[&str], &str) = ("crates/models", &[], "");

    #[test]
    fn feature_crates_are_found_by_place_and_name() {
        check(&[USERS, MODELS, POSTS], &[], Ok(&["posts-handlers", "users-handlers"]));
        check(&[MODELS, POSTS], &[], Ok(&["posts-handlers"]));
        let root = ("shop", POSTS.1, "pub fn main() {}");
        check(&[USERS, MODELS, POSTS, root], &[], Ok(&["posts-handlers", "users-handlers"]));
    }

    #[test]
    fn what_can_be_meant_in_two_ways_must_be_named() {
        let other: (&str, &[&str], &str) = ("admin", &[], ENTRY);
        let message = "several packages register routes: `admin`, `posts-handlers`, `users-handlers`";
        check(&[USERS, MODELS, POSTS, other], &[], Err(("ANV0103", message)));
        check(&[USERS, MODELS, POSTS, other], &["admin"], Ok(&["admin"]));
        let list: &[&str] = &["users-handlers", "posts-handlers"];
        check(&[USERS, MODELS, POSTS, other], list, Ok(list));
        let elsewhere: (&str, &[&str], &str) = ("handlers/tags-handlers", &[], ENTRY);
        let message = "several packages register routes: `posts-handlers`, `tags-handlers`";
        check(&[MODELS, POSTS, elsewhere], &[], Err(("ANV0103", message)));
    }

    #[test]
    fn a_list_must_make_sense() {
        let all = [USERS, MODELS, POSTS];
        check(&all, &["posts-handlers", "tags"], Err(("ANV0102", "this workspace has no package `tags`")));
        check(&all, &["posts-handlers", "posts-handlers"], Err(("ANV0102", "package `posts-handlers` is named twice")));
        check(
            &all,
            &["posts-handlers", "models"],
            Err(("ANV0102", "no function of package `models` registers routes")),
        );
    }

    #[test]
    fn an_app_library_is_no_part_of_another() {
        let users: (&str, &[&str], &str) =
            ("crates/users-handlers", &["crates/models", "crates/posts-handlers"], ENTRY);
        let message = "`users-handlers` uses `posts-handlers`, and both are app libraries";
        check(&[users, MODELS, POSTS], &[], Err(("ANV0110", message)));
        check(&[users, MODELS, POSTS], &["posts-handlers", "users-handlers"], Err(("ANV0110", message)));
        check(&[users, MODELS, POSTS], &["users-handlers"], Ok(&["users-handlers"]));
    }

    #[test]
    fn what_several_app_libraries_use_is_shared() {
        let posts: (&str, &[&str], &str) = ("crates/posts-handlers", &["crates/models", "crates/feeds"], ENTRY);
        let feeds: (&str, &[&str], &str) = ("crates/feeds", &["crates/words"], "");
        let models: (&str, &[&str], &str) = ("crates/models", &["crates/ids"], "");
        let leaves: [(&str, &[&str], &str); 2] = [("crates/ids", &[], ""), ("crates/words", &[], "")];
        let (folder, metadata) = workspace(&[posts, USERS, feeds, models, leaves[0], leaves[1]]);
        let project = Project::from_metadata(&root_of(&folder), &metadata, &[]).unwrap();
        let crates = project.hot.iter().enumerate();
        let shared: Vec<_> =
            crates.filter(|(id, _)| project.is_shared(*id)).map(|(_, local)| local.name.as_str()).collect();
        assert_eq!(shared, ["ids", "models"], "with what it uses, and after that");
        let number = |name: &str| project.hot.iter().position(|local| local.name == name).unwrap();
        let only = |names: &[&str]| project.only_app(&names.iter().map(|name| number(name)).collect());
        assert_eq!(only(&["posts_handlers"]), Ok(number("posts_handlers")));
        assert_eq!(only(&["posts_handlers", "models"]), Err("`models` changed".to_owned()));
        let both = "`posts-handlers` and `users-handlers` changed".to_owned();
        assert_eq!(only(&["posts_handlers", "users_handlers"]), Err(both));
    }
}
