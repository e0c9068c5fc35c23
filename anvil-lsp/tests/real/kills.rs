//! `kill -9` of the server, of the daemon, of the editor: nothing is left behind, and what is left over finds together again.

use std::{os::unix::process::ExitStatusExt as _, path::Path, process::Stdio};

use anvild_client::{ConnectOptions, connect};
use anvild_protocol::AnvilDaemonClient as _;

use crate::{
    processes::{all_gone, descendants, signal},
    session::{Runtime, Session, launch, wait},
};

const INDEX: &str = "templates/posts/index.forge.html";

/// As `anvil stop --daemon` does.
fn shut_down(runtime: &Runtime) {
    wait(async {
        let connection = connect(&runtime.paths(), &ConnectOptions::new("test")).await.expect("it answers");
        connection.rpc().shutdown().await.expect("it takes leave");
    });
}

#[test]
fn a_killed_server_leaves_the_daemon_and_the_next_one_finds_it() {
    let mut session = Session::live("fx-lsp-killed-server");
    session.open(INDEX);
    let daemon = session.runtime.daemon().expect("the server started it");
    let family = descendants(session.editor.pid());
    // Afterwards, since it goes on starting others.
    let of_daemon: Vec<_> = descendants(daemon.pid).into_iter().chain([daemon.clone()]).collect();
    let of_server: Vec<_> = family.into_iter().filter(|process| !of_daemon.contains(process)).collect();
    session.editor.kill();
    wait(all_gone(&of_server, Path::new("/does/not/exist")));
    assert!(daemon.lives(), "the app goes on while the editor is started again");

    // A second window, and a third beside it: one daemon for all.
    let launch = launch(&session.blog, &session.runtime);
    let mut editors = [launch.ready(), launch.ready()];
    for editor in &mut editors {
        editor.until("the daemon's word", |editor| {
            let live = |(method, status): &(String, serde_json::Value)| {
                method == "anvil/reloadStatus" && status["state"] == "live"
            };
            editor.told.iter().any(live).then_some(())
        });
    }
    assert_eq!(session.runtime.daemon().as_ref(), Some(&daemon));
    for editor in &mut editors {
        assert!(editor.quit().success());
    }
    assert!(daemon.lives());
}

#[test]
fn a_killed_daemon_comes_back_and_the_diagnostics_with_it() {
    let mut session = Session::live("fx-lsp-killed-daemon");
    session.open(INDEX);
    session.replace_and_save(INDEX, "{{ post.title }}", "{{ post.titel }}");
    let before = session.until_shown(INDEX, "forge", "titel");
    let daemon = session.runtime.daemon().expect("the server started it");
    let family: Vec<_> = descendants(daemon.pid).into_iter().chain([daemon.clone()]).collect();
    assert!(family.len() > 1, "a host is part of it");
    let seen = session.editor.told.len();
    signal(daemon.pid, "KILL");
    wait(all_gone(&family, Path::new("/does/not/exist")));

    // The server starts another by itself, and says so.
    session.editor.until("a connection to another daemon", |editor| {
        let later = editor.told.iter().skip(seen).filter(|(method, _)| method == "anvil/reloadStatus");
        later.filter(|(_, status)| status["generation"].is_object()).map(drop).next_back()
    });
    let second = session.runtime.daemon().expect("another runs");
    assert_ne!(second, daemon);
    // Nothing is remembered of the app: it is started as after any start of the machine.
    session.replace_and_save(INDEX, "{{ post.titel }}", "{{ post.title }}");
    session.command("anvil.startApp");
    session.until_clean(INDEX);
    session.until_live();
    session.replace_and_save(INDEX, "{{ post.title }}", "{{ post.titel }}");
    assert_eq!(session.until_shown(INDEX, "forge", "titel"), before, "the same as before the kill");
}

#[test]
fn a_daemon_that_was_stopped_on_purpose_stays_stopped() {
    let mut session = Session::live("fx-lsp-stopped-daemon");
    let daemon = session.runtime.daemon().expect("the server started it");
    let seen = session.editor.told.len();
    shut_down(&session.runtime);
    session.editor.until("the daemon's end", |editor| {
        let later = editor.told.iter().skip(seen).filter(|(method, _)| method == "anvil/reloadStatus");
        later.filter(|(_, status)| status["state"] == "off").map(drop).next_back()
    });
    wait(all_gone(&[daemon], Path::new("/does/not/exist")));
    assert!(session.runtime.daemon().is_none(), "another one was started: {}", session.runtime.log());
    // Its diagnostics go with it; the server's own stay.
    session.open(INDEX);
    session.replace(INDEX, "@endforelse\n", "\n");
    session.until_shown(INDEX, "forge", "forelse");
    assert!(session.runtime.daemon().is_none(), "starting it again would be a fight");
}

#[test]
fn a_killed_editor_takes_its_server_along_and_nothing_is_left() {
    let session = Session::live("fx-lsp-killed-editor");
    let mut stand = std::process::Command::new("cat").stdin(Stdio::piped()).spawn().expect("cat starts");
    let mut editor = launch(&session.blog, &session.runtime).process(Some(stand.id())).ready();
    stand.kill().expect("it lives");
    assert_eq!(stand.wait().expect("a child").signal(), Some(9));
    assert_eq!(editor.ended().code(), Some(1));

    // Told to end, the daemon leaves no process, no socket and no record.
    let daemon = session.runtime.daemon().expect("it is not the editor's");
    let family: Vec<_> = descendants(daemon.pid).into_iter().chain([daemon]).collect();
    drop(session.editor);
    shut_down(&session.runtime);
    wait(all_gone(&family, &session.blog.root()));
    let paths = session.runtime.paths();
    assert!(!paths.socket().exists() && !paths.record().exists());
}
