//! Templates by name, and names that try to leave their folder.

use std::fs;
use std::path::Path;

use forge::{Forge, component_names};

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().expect("a file is in a folder")).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn names_are_looked_up_in_order() {
    let (first, second, mail) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(second.path(), "posts/index.forge.html", "second");
    write(second.path(), "only.forge.html", "only");
    write(first.path(), "posts/index.forge.html", "first");
    write(mail.path(), "message.forge.html", "package");
    write(mail.path(), "footer.forge.html", "package");
    write(first.path(), "vendor/mail/message.forge.html", "own");
    let forge = Forge::new().folder(first.path()).folder(second.path()).namespace("mail", mail.path());
    let text = |name: &str| forge.find(name).unwrap().map(|template| (template.name, template.text));
    assert_eq!(text("posts.index"), Some(("posts.index".into(), "first".into())));
    assert_eq!(text("posts/index"), Some(("posts.index".into(), "first".into())));
    assert_eq!(text("only").unwrap().1, "only");
    assert_eq!(text("mail::message").unwrap().1, "own");
    assert_eq!(text("mail::footer"), Some(("mail::footer".into(), "package".into())));
    assert_eq!(text("none"), None);
    assert_eq!(text("only.none"), None);
    assert!(forge.exists("only") && !forge.exists("none"));
    assert_eq!(forge.first(&["none", "only"]).unwrap(), "only");
    assert_eq!(forge.first(&["a", "b"]).expect_err("none exists").to_string(), "none of the templates `a`, `b` exists");
    assert_eq!(
        forge.find("sms::a").expect_err("it is not registered").to_string(),
        "`sms` is no namespace of templates; register it with `Forge::namespace`"
    );
}

#[test]
fn no_name_leaves_its_folder() {
    let outside = tempfile::tempdir().unwrap();
    let root = outside.path().join("templates");
    write(outside.path(), "secret.forge.html", "secret");
    write(&root, "a.forge.html", "a");
    let forge = Forge::new().folder(&root).namespace("n", &root);
    let absolute = outside.path().join("secret");
    for name in [
        "../secret",
        "..secret",
        "...secret",
        "a/../../secret",
        "/secret",
        "",
        ".",
        "..",
        "a..b",
        "a.",
        "n::../secret",
        "n::/secret",
        "..::secret",
        "n::..",
        "\\secret",
        "a\0",
        "C:secret",
        "a::b::c",
        absolute.to_str().unwrap(),
    ] {
        assert!(forge.find(name).is_err(), "{name:?}");
        assert!(!forge.exists(name), "{name:?}");
    }
}

#[cfg(unix)]
#[test]
fn no_link_leads_out() {
    let outside = tempfile::tempdir().unwrap();
    let root = outside.path().join("templates");
    write(outside.path(), "secret.forge.html", "secret");
    write(&root, "a.forge.html", "a");
    std::os::unix::fs::symlink(outside.path(), root.join("up")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.forge.html"), root.join("file.forge.html")).unwrap();
    std::os::unix::fs::symlink(root.join("a.forge.html"), root.join("inner.forge.html")).unwrap();
    let forge = Forge::new().folder(&root);
    for name in ["up.secret", "file"] {
        let failed = forge.find(name).expect_err(name);
        assert!(failed.to_string().ends_with("the file is a symbolic link that leads out of its folder"), "{failed}");
    }
    assert_eq!(forge.find("inner").unwrap().unwrap().text, "a");
}

#[test]
fn components_have_three_places() {
    assert_eq!(component_names("card"), ["components.card", "components.card.index", "components.card.card"]);
    assert_eq!(component_names("m::a.b")[2], "m::components.a.b.b");
}
