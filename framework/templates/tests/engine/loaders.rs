//! Where templates come from: nothing leads out of the folders, and an edit shows.

use forge::engine::{FolderLoader, Interpreter};
use forge::{Forge, Map};
use std::path::Path;
use std::sync::Arc;

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

fn page(forge: &Forge, name: &str) -> Result<String, forge::Error> {
    let services = forge::Services::default();
    let mut render = forge::Render::with_services(Arc::new(services));
    forge.by_name()?.view(name, Map::new(), false, &mut render)?;
    render.finish()
}

fn forge_of(loader: FolderLoader) -> Forge {
    Forge::new().engine(Arc::new(Interpreter::new(loader)))
}

#[test]
fn an_edit_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "a.forge.html", "one @include('parts.b')");
    write(folder.path(), "parts/b.forge.html", "two");
    let forge = forge_of(FolderLoader::new().folder(folder.path()));
    assert_eq!(page(&forge, "a").expect("a page"), "one two");
    write(folder.path(), "parts/b.forge.html", "tWo");
    assert_eq!(page(&forge, "a").expect("a page"), "one tWo");
    std::fs::remove_file(folder.path().join("parts/b.forge.html")).expect("a file");
    assert_eq!(page(&forge, "a").expect_err("no part").kind().to_string(), "there is no template `parts.b`");
    write(folder.path(), "parts/b.forge.html", "{{ 1 + }}");
    let error = page(&forge, "a").expect_err("a broken part").to_string();
    assert!(error.contains("(in parts.b, line 1, column"), "{error}");
}

#[test]
fn the_first_folder_and_namespaces() {
    let (own, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    write(own.path(), "a.forge.html", "own");
    write(other.path(), "a.forge.html", "other");
    write(other.path(), "b.forge.html", "b");
    let loader = FolderLoader::new().folder(own.path()).folder(other.path()).namespace("mail", other.path());
    let forge = forge_of(loader);
    assert_eq!(page(&forge, "a").expect("a page"), "own");
    assert_eq!(page(&forge, "b").expect("a page"), "b");
    assert_eq!(page(&forge, "mail::a").expect("a page"), "other");
}

#[test]
fn nothing_leads_out() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "secret.forge.html", "secret");
    write(folder.path(), "in/a.forge.html", "a");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("secret.forge.html"), folder.path().join("in/link.forge.html"))
        .expect("a link");
    let forge = forge_of(FolderLoader::new().folder(folder.path().join("in")));
    let absolute = folder.path().join("secret").display().to_string();
    for name in [
        "../secret",
        "..secret",
        "...secret",
        "a/../../secret",
        "/secret",
        &absolute,
        "link",
        "..\\secret",
        "",
        ".",
        "a\0b",
        "C:secret",
    ] {
        assert!(page(&forge, name).is_err(), "{name:?} was found");
        assert!(!forge.exists(name), "{name:?} is said to exist");
    }
}
