//! How the server ends: when it is told to, when its input ends, when its editor dies, however that is noticed.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::client::{Blog, Editor, Launch};

/// A process that lives until it is killed, in the place of the editor.
struct Stand(Child);

impl Stand {
    fn new() -> Self {
        let cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        Self(cat.expect("cat starts"))
    }

    fn kill(&mut self) {
        self.0.kill().expect("it lives");
        let status = self.0.wait().expect("it is a child");
        assert_eq!(status.signal(), Some(9));
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server with a document, so that there is something to lose.
fn busy(launch: &Launch) -> Editor {
    let mut editor = launch.start();
    editor.open("file:///endings/templates/a.forge.html", "@if (a)", 1);
    editor.until("diagnostics", |editor| editor.shown("file:///endings/templates/a.forge.html").map(|_| ()));
    editor
}

#[test]
fn shutdown_and_exit_end_it_with_0() {
    assert_eq!(busy(&Launch::new()).quit().code(), Some(0));
}

#[test]
fn exit_alone_ends_it_with_1() {
    let mut editor = busy(&Launch::new());
    editor.notify("exit", &Value::Null);
    assert_eq!(editor.ended().code(), Some(1));
    let mut editor = Launch::new().silent();
    editor.notify("exit", &Value::Null);
    assert_eq!(editor.ended().code(), Some(1));
}

#[test]
fn the_end_of_its_input_ends_it_with_1() {
    let mut editor = busy(&Launch::new());
    drop(editor.take_stdin());
    assert_eq!(editor.ended().code(), Some(1));
    // Before anything was said, in a header, and in a body.
    for begun in ["", "Content-Le", "Content-Length: 100\r\n\r\n{\"jsonrpc\""] {
        let mut editor = Launch::new().silent();
        editor.write_bytes(begun.as_bytes());
        drop(editor.take_stdin());
        assert_eq!(editor.ended().code(), Some(1), "{begun:?}");
    }
}

#[test]
fn the_end_of_the_editors_process_ends_it_though_its_pipe_stays_open() {
    let mut stand = Stand::new();
    let mut editor = busy(&Launch::new().process(Some(stand.0.id())));
    assert!(editor.ask("anvil/status", &json!({})).is_ok());
    stand.kill();
    assert_eq!(editor.ended().code(), Some(1));
}

#[test]
fn an_editor_that_has_ended_already_ends_it() {
    let mut stand = Stand::new();
    let pid = stand.0.id();
    stand.kill();
    let launch = Launch::new().process(Some(pid));
    let mut editor = launch.silent();
    editor.send("initialize", &launch.params());
    assert_eq!(editor.ended().code(), Some(1));
}

#[test]
fn without_a_process_it_lives_as_long_as_its_input() {
    let mut editor = busy(&Launch::new().process(None));
    assert!(editor.ask("anvil/status", &json!({})).is_ok());
    drop(editor.take_stdin());
    assert_eq!(editor.ended().code(), Some(1));
}

#[test]
fn it_ends_though_a_folder_is_being_read_and_nobody_listens() {
    let blog = Blog::new();
    let launch = Launch::new().folder(&blog.root());
    let mut editor = launch.silent();
    let deaf = std::sync::Arc::clone(&editor.deaf);
    let silence = deaf.lock().expect("nobody panics with it");
    editor.send("initialize", &launch.params());
    editor.notify("initialized", &json!({}));
    for number in 0..200 {
        let uri = blog.uri(&format!("templates/t{number}.forge.html"));
        editor.open(&uri, "@if (a)", 1);
    }
    drop(editor.take_stdin());
    drop(silence);
    assert_eq!(editor.ended().code(), Some(1));
}
