//! Templates as they stand in an editor: the compiler looks at them without a build and without a save.

mod crates;

use anvild_protocol::{
    AnvilDaemonClient as _, CheckOutcome, Diagnostic, ForgeCheck, ForgeChecked, ForgeLower, Severity, Source,
};

use crate::{
    edits::{
        only, place_of,
        templates::{FILE, app},
    },
    harness::{
        Daemon, Gate, Project,
        processes::{Process, all_gone},
    },
};

const ITEM: &str = "templates/components/item.forge.html";

async fn check(daemon: &Daemon, file: &str, text: &str) -> ForgeChecked {
    let request = ForgeCheck { file: file.to_owned(), text: text.to_owned() };
    daemon.connection.rpc().forge_check(request).await.expect("the daemon answers")
}

/// What the compiler says of a text that it can look at.
#[track_caller]
fn found<'a>(daemon: &'a Daemon, file: &'a str, text: &'a str) -> impl Future<Output = Vec<Diagnostic>> + 'a {
    let caller = std::panic::Location::caller();
    async move {
        let checked = check(daemon, file, text).await;
        let expected = (CheckOutcome::Checked, None);
        assert_eq!((checked.outcome, checked.why), expected, "{caller}: {:#?}\n{}", checked.diagnostics, daemon.log());
        checked.diagnostics
    }
}

/// Why a text cannot be looked at.
#[track_caller]
fn hidden<'a>(daemon: &'a Daemon, file: &'a str, text: &'a str) -> impl Future<Output = String> + 'a {
    let caller = std::panic::Location::caller();
    async move {
        let checked = check(daemon, file, text).await;
        assert_eq!(checked.outcome, CheckOutcome::Unavailable, "{caller}: {checked:#?}\n{}", daemon.log());
        checked.why.expect("it says why")
    }
}

/// File, line, column, and where it ends, of the only place of `word` in a text.
#[track_caller]
fn span(project: &Project, file: &str, text: &str, word: &str) -> (String, u32, u32, u32, u32) {
    let before = text.split_once(word).unwrap_or_else(|| panic!("no {word:?} in {text}")).0;
    let number = |number: usize| u32::try_from(number).expect("a short text");
    let line = number(before.matches('\n').count() + 1);
    let column = number(before.rsplit('\n').next().unwrap_or(before).chars().count() + 1);
    let end = column + number(word.chars().count());
    (project.root().join(file).to_string_lossy().into_owned(), line, column, line, end)
}

fn span_of(found: &Diagnostic) -> (String, u32, u32, u32, u32) {
    let (file, line, column) = place_of(found);
    (file, line, column, found.end_line.expect("an end"), found.end_column.expect("an end"))
}

#[tokio::test]
async fn type_errors_of_an_unsaved_template_have_their_place() {
    let project = app("fx-check");
    let (daemon, _) = Daemon::hot(&project).await;
    let before = daemon.status().await;
    let page = project.read(FILE);

    // With a character of two bytes before it, and in a loop of a section.
    let wrong = page.replace("{{ post.likes }}", "ü {{ post.likse }}");
    let errors = found(&daemon, FILE, &wrong).await;
    let error = only(&errors, "E0609");
    assert_eq!((errors.len(), error.severity, error.source), (1, Severity::Error, Source::Forge));
    assert_eq!(span_of(error), span(&project, FILE, &wrong, "likse"));
    assert!(error.message.contains("no field `likse`"), "{error:#?}");
    assert!(error.help.as_ref().is_some_and(|help| help.contains("similar name")), "{error:#?}");

    // Two at once, one of them a variable that nobody gives.
    let wrong = page.replace("<h1>Posts", "<h1>{{ nobody }}").replace("{{ post.likes }}", "{{ post.rank(1) }}");
    let errors = found(&daemon, FILE, &wrong).await;
    assert_eq!(span_of(only(&errors, "E0425")), span(&project, FILE, &wrong, "nobody"));
    assert_eq!(only(&errors, "E0061").source, Source::Forge, "{errors:#?}");
    assert_eq!(errors.len(), 2, "{errors:#?}");

    // What is right is right again, and a component is compiled in the page that uses it.
    assert_eq!(found(&daemon, FILE, &page).await, []);
    let item = project.read(ITEM).replace("post.title", "post.titel");
    let errors = found(&daemon, ITEM, &item).await;
    assert_eq!(span_of(only(&errors, "E0609")), span(&project, ITEM, &item, "titel"));
    assert_eq!(found(&daemon, FILE, &page).await, [], "the component counts as it was saved");

    // Absolute, and with a detour that the answer repeats.
    let detour = project.root().join("src/../templates/posts.forge.html").to_string_lossy().into_owned();
    let errors = found(&daemon, &detour, &page.replace("post.likes", "post.like")).await;
    assert_eq!(only(&errors, "E0609").file.as_deref(), Some(detour.as_str()));

    let after = daemon.status().await;
    assert_eq!(after.generation, before.generation, "nothing was saved, built or loaded");
    assert_eq!((after.app, after.diagnostics), (before.app, before.diagnostics));
    assert_eq!(project.read(FILE), page);
    // The app's own build is as it was.
    project.edit(FILE, "<h1>Posts", "<h1>More posts");
    daemon.live().await;
    assert!(daemon.get("/posts").await.body.contains("<h1>More posts</h1>"));
}

#[tokio::test]
async fn what_cannot_be_looked_at_says_why() {
    let project = app("fx-check-why");
    let daemon = Daemon::start(&project).await;
    let page = project.read(FILE);
    let why = hidden(&daemon, FILE, &page).await;
    assert!(why.contains("has not been started"), "{why}");
    daemon.app(true).await.expect("the app starts");
    daemon.live().await;

    let why = hidden(&daemon, FILE, &page.replace("@endforeach", "@endforelse")).await;
    let (_, line, column, ..) = span(&project, FILE, &page.replace("@endforeach", "@endforelse"), "@endforelse");
    assert!(why.starts_with(&format!("{FILE}:{line}:{column}: FRG0015 ")), "{why}");
    let why = hidden(&daemon, "notes.forge.html", "a").await;
    assert!(why.contains("no build script of the app reads `notes.forge.html`"), "{why}");
    let why = hidden(&daemon, "src/lib.rs", "fn a() {}").await;
    assert!(why.contains("no build script of the app reads `lib.rs`"), "{why}");
    // A template that is new, and one that nobody prints.
    let checked = check(&daemon, "templates/new.forge.html", "{{ nothing }}").await;
    assert_eq!((checked.outcome, checked.diagnostics.len()), (CheckOutcome::Checked, 0), "{checked:#?}");
    let checked = check(&daemon, "templates/components/new.forge.html", "{{ nothing }}").await;
    let unused = Some("no view uses this template".to_owned());
    assert_eq!((checked.outcome, checked.why), (CheckOutcome::Checked, unused));

    // Rust that is wrong in its types hides nothing; Rust that cannot be read does.
    let wrong = page.replace("post.likes", "post.like");
    project.edit("src/lib.rs", "    \"one\"", "    1");
    let checked = check(&daemon, FILE, &page).await;
    assert_eq!((checked.outcome, checked.diagnostics.len()), (CheckOutcome::Checked, 0), "{checked:#?}");
    assert!(checked.why.is_some_and(|why| why.contains("src/lib.rs") && why.contains("E0308")));
    assert_eq!(only(&check(&daemon, FILE, &wrong).await.diagnostics, "E0609").source, Source::Forge);
    project.edit("src/lib.rs", "    1\n", "    let x = ;\n    \"one\"\n");
    let why = hidden(&daemon, FILE, &page).await;
    assert!(why.contains("before types are looked at") && why.contains("src/lib.rs"), "{why}");
    // Another template that is wrong on the disk is in nobody's way.
    project.edit("src/lib.rs", "    let x = ;\n", "");
    project.write("templates/other.forge.html", "@if (a)");
    only(&found(&daemon, FILE, &wrong).await, "E0609");
}

#[tokio::test]
async fn a_newer_text_replaces_an_older_and_no_build_is_waited_for() {
    let project = app("fx-check-newer");
    let gate = Gate::new();
    let compiler = gate.compiler("fx_check_newer");
    let daemon = Daemon::start_with(&project, &[("RUSTC", compiler.to_str().expect("UTF-8"))]).await;
    daemon.app(true).await.expect("the app starts");
    daemon.live().await;
    let page = project.read(FILE);
    let wrong = page.replace("post.likes", "post.like");
    // From now on the compiler knows the crate, and is not sent to look at it for nobody.
    assert_eq!(found(&daemon, FILE, &page).await, []);

    // The compiler of the first waits at the gate when the second comes.
    gate.close();
    let (rpc, request) = (daemon.connection.clone(), ForgeCheck { file: FILE.to_owned(), text: page.clone() });
    let first = tokio::spawn(async move { rpc.rpc().forge_check(request).await });
    let compiler = Process::find(gate.reached().await).expect("it waits");
    let (rpc, request) = (daemon.connection.clone(), ForgeCheck { file: FILE.to_owned(), text: wrong.clone() });
    let second = tokio::spawn(async move { rpc.rpc().forge_check(request).await });
    let first = first.await.expect("no panic").expect("the daemon answers");
    assert_eq!((first.outcome, first.why), (CheckOutcome::Replaced, None));
    all_gone(&[compiler], &project.path("nowhere")).await;
    gate.open();
    let second = second.await.expect("no panic").expect("the daemon answers");
    assert_eq!(only(&second.diagnostics, "E0609").source, Source::Forge);

    // A client that goes takes its compiler along.
    gate.close();
    let request = ForgeCheck { file: FILE.to_owned(), text: page.clone() };
    let other = anvild_client::connect(&daemon.paths(), &anvild_client::ConnectOptions::new("test")).await;
    let other = other.expect("the daemon is there");
    let asking = tokio::spawn(async move { other.rpc().forge_check(request).await });
    let compiler = Process::find(gate.reached().await).expect("it waits");
    asking.abort();
    all_gone(&[compiler], &project.path("nowhere")).await;
    gate.open();

    // A build that takes long: what was built before says how to look.
    gate.compiler_of_builds("fx_check_newer");
    gate.close();
    project.edit("src/lib.rs", "\"one\"", "\"two\"");
    gate.reached().await;
    only(&found(&daemon, FILE, &wrong).await, "E0609");
    assert_eq!(found(&daemon, FILE, &page).await, []);
    gate.open();
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "two");
}

#[tokio::test]
async fn a_template_is_shown_as_rust() {
    let project = app("fx-lower");
    let (daemon, _) = Daemon::hot(&project).await;
    let lower = async |file: &str, text: Option<&str>| {
        let request = ForgeLower { file: file.to_owned(), text: text.map(str::to_owned) };
        daemon.connection.rpc().forge_lower(request).await
    };
    let saved = lower(FILE, None).await.expect("a template");
    assert_eq!(saved.view, "posts");
    assert!(saved.rust.contains("post.likes") && saved.rust.contains("<h1>Posts"), "{}", saved.rust);
    let files: Vec<&str> =
        saved.map["files"].as_array().expect("a list").iter().filter_map(|file| file.as_str()).collect();
    assert!(files.contains(&FILE) && files.contains(&ITEM), "{files:?}");
    let unsaved = lower(FILE, Some("<p>{{ name }}</p>")).await.expect("a template");
    assert!(unsaved.rust.contains("<p>") && !unsaved.rust.contains("<h1>"), "{}", unsaved.rust);
    assert_eq!(lower(FILE, None).await.expect("a template"), saved, "nothing of it stays");
    let error = lower("README.md", None).await.expect_err("no template").to_string();
    assert!(error.contains("no build script of the app reads `README.md`"), "{error}");
    let error = lower("templates/new.forge.html", None).await.expect_err("not saved").to_string();
    assert!(error.contains("is not saved yet"), "{error}");
}
