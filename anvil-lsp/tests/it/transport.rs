//! What comes on standard input and is no message: the server says so, goes on with the next message, and does not grow.

use std::{io::Write as _, time::Duration};

use serde_json::{Value, json};

use crate::client::{Editor, Launch, frame};

/// Of a server without a project. An editor's window has one, so it must stay small.
const MEMORY_MAX: u64 = 120 << 20;

/// The server still answers, and is no larger than it may be.
#[track_caller]
fn sound(editor: &mut Editor, after: &str) {
    assert_eq!(editor.ask("anvil/status", &json!({})), Ok(json!({ "projects": [] })), "after {after}");
    let memory = editor.memory();
    assert!(memory.peak < MEMORY_MAX, "after {after}: {memory:?}");
}

/// Sends bytes that are no message. `code`: that of the error response without an id which they get.
#[track_caller]
fn check(bytes: &[u8], code: i64) {
    let mut editor = Launch::new().start();
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
    editor.write_bytes(bytes);
    sound(&mut editor, &shown);
    let codes: Vec<i64> = editor.refusals.iter().map(|refusal| refusal.code).collect();
    assert_eq!(codes, [code], "{shown}: {:?}", editor.refusals);
    assert!(editor.quit().success(), "{shown}");
}

fn request(id: i64) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": "anvil/status", "params": {} }).to_string()
}

#[test]
fn frames_in_pieces_of_one_byte() {
    let mut editor = Launch::new().start();
    let ids = [editor.reserve(), editor.reserve()];
    let bytes: Vec<u8> = ids.iter().flat_map(|id| frame(&request(*id))).collect();
    for byte in bytes {
        editor.write_bytes(&[byte]);
    }
    for id in ids {
        assert!(editor.answer(id).is_ok());
    }
    assert!(editor.quit().success());
}

#[test]
fn many_frames_in_one_piece() {
    let mut editor = Launch::new().start();
    let ids: Vec<i64> = (0..500).map(|_| editor.reserve()).collect();
    let bytes: Vec<u8> = ids.iter().flat_map(|id| frame(&request(*id))).collect();
    editor.write_bytes(&bytes);
    assert!(editor.all_answered().values().all(Result::is_ok));
    assert!(editor.quit().success());
}

#[test]
fn headers_in_other_spellings() {
    let mut editor = Launch::new().start();
    type Spell = fn(usize) -> String;
    let spellings: [Spell; 5] = [
        |length| format!("content-length: {length}\r\n\r\n"),
        |length| format!("Content-Length:{length}\r\n\r\n"),
        |length| format!("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: {length}\r\n\r\n"),
        |length| format!("Content-Length: {length}\n\n"),
        |length| format!("Content-Length: {length}\r\nContent-Length: {length}\r\n\r\n"),
    ];
    for spelling in spellings {
        let id = editor.reserve();
        let body = request(id);
        editor.write_bytes(format!("{}{body}", spelling(body.len())).as_bytes());
        assert!(editor.answer(id).is_ok());
    }
    assert!(editor.refusals.is_empty());
    assert!(editor.quit().success());
}

#[test]
fn lengths_that_are_none() {
    for length in
        ["-1", "-9223372036854775808", "99999999999999999999999", "0x10", "1e3", "", "12 12", "+-1", "NaN", "½"]
    {
        check(format!("Content-Length: {length}\r\n\r\n").as_bytes(), -32700);
    }
    check(b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", -32700);
}

#[test]
fn an_endless_header() {
    let mut editor = Launch::new().start();
    let stdin = "X-Long: ".to_owned() + &"y".repeat(8 << 20);
    editor.write_bytes(stdin.as_bytes());
    editor.write_bytes(b"\r\n\r\n");
    sound(&mut editor, "an endless header");
    assert!(editor.quit().success());
}

#[test]
fn a_length_that_never_comes_takes_no_memory() {
    for length in [u64::from(u32::MAX), u64::MAX / 2, u64::MAX, 1 << 30] {
        let mut editor = Launch::new().start();
        let before = editor.memory().now;
        editor.write_bytes(format!("Content-Length: {length}\r\n\r\n").as_bytes());
        editor.write_bytes(&vec![b' '; 4 << 20]);
        drop(editor.take_stdin());
        // It ends with its input, so its peak is asked for by the kernel's accounting of the moment before.
        let peak = std::fs::read_to_string(format!("/proc/{}/status", editor.pid()));
        if let Some(kilobytes) = peak.ok().and_then(|status| peak_of(&status)) {
            assert!(kilobytes * 1024 < before + (64 << 20), "{length}: {kilobytes} KiB");
        }
        assert_eq!(editor.ended().code(), Some(1), "{length}");
    }
}

fn peak_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[test]
fn a_message_that_is_too_long_is_skipped() {
    let mut editor = Launch::new().start();
    let length = (64 << 20) + 1;
    editor.write_bytes(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    let chunk = vec![b'['; 1 << 20];
    let mut left = length;
    while left > 0 {
        let part = left.min(chunk.len());
        editor.write_bytes(&chunk[..part]);
        left -= part;
    }
    sound(&mut editor, "a message that is too long");
    assert_eq!(editor.refusals.len(), 1);
    assert!(editor.quit().success());
}

#[test]
fn bodies_that_are_no_message() {
    let deep = |depth: usize| [br#"{"jsonrpc":"2.0","method":"x","params":"#.as_slice(), &b"[".repeat(depth)].concat();
    let bodies: &[(Vec<u8>, i64)] = &[
        (b"".to_vec(), -32700),
        (b"{".to_vec(), -32700),
        (b"hello".to_vec(), -32700),
        (b"\xff\xfe{}".to_vec(), -32700),
        (b"{\"jsonrpc\":\"2.0\",\"method\":\"\xc3\x28\"}".to_vec(), -32700),
        (b"{\"jsonrpc\":\"2.0\",\"method\":\"\xed\xa0\x80\"}".to_vec(), -32700),
        (b"\xef\xbb\xbf{}".to_vec(), -32700),
        (b"{\"jsonrpc\":\"2.0\",\"method\":\"\0\"}".to_vec(), -32700),
        (br#"{"jsonrpc":"2.0","method":"x","params":{"n":1e400}}"#.to_vec(), -32700),
        (br#"{"jsonrpc":"2.0","id":1e400,"method":"x"}"#.to_vec(), -32700),
        (br#"{"jsonrpc":"2.0","id":1,"method":"x","params":"\ud8"}"#.to_vec(), -32700),
        (deep(126), -32700),
        (deep(127), -32700),
        (deep(128), -32600),
        (deep(200), -32600),
        (deep(100_000), -32600),
        ([br#"{"a":"#.repeat(100_000), b"1".to_vec(), b"}".repeat(100_000)].concat(), -32600),
        (b"[]".to_vec(), -32600),
        (format!("[{},{}]", request(1), request(2)).into_bytes(), -32600),
        (b"{}".to_vec(), -32600),
        (b"null".to_vec(), -32600),
        (b"17".to_vec(), -32600),
        (br#"{"jsonrpc":"1.0","id":7,"method":"anvil/status"}"#.to_vec(), -32600),
        (br#"{"id":7,"method":"anvil/status"}"#.to_vec(), -32600),
        (br#"{"jsonrpc":"2.0","id":{"a":1},"method":"anvil/status"}"#.to_vec(), -32600),
        (br#"{"jsonrpc":"2.0","id":true,"method":"anvil/status"}"#.to_vec(), -32600),
        (br#"{"jsonrpc":"2.0","id":7,"method":["anvil/status"]}"#.to_vec(), -32600),
        (br#"{"jsonrpc":"2.0","id":7,"result":1,"error":{"code":1,"message":""}}"#.to_vec(), -32600),
    ];
    for (body, code) in bodies {
        let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        bytes.extend(body);
        check(&bytes, *code);
    }
}

/// At the bounds of every parser between the pipe and the method.
#[test]
fn bodies_that_are_nested_almost_too_deep() {
    let mut editor = Launch::new().start();
    for depth in 120..135 {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        editor.write_bytes(&frame(&format!(r#"{{"jsonrpc":"2.0","method":"x","params":{open}{close}}}"#)));
        sound(&mut editor, &format!("{depth} brackets"));
    }
    assert!(editor.quit().success());
}

#[test]
fn answers_that_nobody_asked_for_are_left_alone() {
    let mut editor = Launch::new().start();
    for id in [json!(1), json!("one"), json!(-7), json!(i64::MAX), Value::Null] {
        editor.write_bytes(&frame(&json!({ "jsonrpc": "2.0", "id": id, "result": {} }).to_string()));
        let error = json!({ "code": -1, "message": "no" });
        editor.write_bytes(&frame(&json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string()));
    }
    sound(&mut editor, "answers");
    assert!(editor.refusals.is_empty(), "{:?}", editor.refusals);
    assert!(editor.quit().success());
}

/// An editor whose strings are UTF-16 sends half a pair when somebody deletes the other half. It is one unit wide, and must stay
/// that, or everything behind it on the line is in another place.
#[test]
fn half_a_surrogate_pair_keeps_its_width() {
    let mut editor = Launch::new().start();
    let uri = "file:///halves/templates/a.forge.html";
    editor.open(uri, "ab", 1);
    let change = |version: i64, text: &str, at: u32| {
        let position = format!(r#"{{"line":0,"character":{at}}}"#);
        frame(&format!(
            r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{uri}","version":{version}}},"contentChanges":[{{"range":{{"start":{position},"end":{position}}},"text":"{text}"}}]}}}}"#
        ))
    };
    editor.write_bytes(&change(2, r"\ud83d", 1));
    editor.write_bytes(&change(3, r"\\ud83d\ude00", 2));
    editor.write_bytes(&change(4, "c", 10));
    let hash = editor.result("anvil/debug/textHash", &json!({ "textDocument": { "uri": uri } }));
    let text = "a\u{fffd}\\ud83d\u{fffd}bc";
    assert_eq!(hash, crate::oracle::said(&crate::model::Model::new(text, crate::model::Units::Utf16), 4));
    assert!(editor.refusals.is_empty(), "{:?}", editor.refusals);
    assert!(editor.quit().success());
}

/// A client that does not read: the server waits for it, and neither grows nor forgets anything.
#[test]
fn a_client_that_does_not_read_holds_the_server_up_and_nothing_else() {
    const REQUESTS: usize = 4_000;
    let mut editor = Launch::new().start();
    let uri = "file:///slow/templates/a.forge.html";
    editor.open(uri, "", 0);
    let ids: Vec<i64> = (0..REQUESTS).map(|_| editor.reserve()).collect();
    let mut stdin = editor.take_stdin();
    let deaf = std::sync::Arc::clone(&editor.deaf);
    let silence = deaf.lock().expect("nobody panics with it");
    // Twenty mistakes in every version.
    let broken = "@endif ".repeat(20);
    let writer = std::thread::spawn(move || {
        for (version, id) in (1..).zip(ids) {
            let change =
                json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": broken }] });
            let change = json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": change }).to_string();
            let hash = json!({ "textDocument": { "uri": uri } });
            let hash =
                json!({ "jsonrpc": "2.0", "id": id, "method": "anvil/debug/textHash", "params": hash }).to_string();
            stdin.write_all(&[frame(&change), frame(&hash)].concat()).expect("the server reads, in the end");
        }
        stdin
    });
    // Until it stands still: nothing was computed in a second.
    let mut ticks = editor.ticks();
    let mut unchanged = 0;
    while unchanged < 20 {
        std::thread::sleep(Duration::from_millis(50));
        unchanged = if editor.ticks() == ticks { unchanged + 1 } else { 0 };
        ticks = editor.ticks();
    }
    assert!(!writer.is_finished(), "a server that takes everything in would grow without end");
    let memory = editor.memory();
    assert!(memory.peak < 2 * MEMORY_MAX, "{memory:?}");
    drop(silence);
    for (id, answer) in editor.all_answered() {
        assert!(answer.is_ok(), "{id}: {answer:?}");
    }
    editor.give_stdin(writer.join().expect("the writer wrote"));
    editor.until("the diagnostics of the last version", |editor| {
        (editor.shown(uri)?.version == Some(REQUESTS as i64)).then_some(())
    });
    let memory = editor.memory();
    assert!(memory.peak < 2 * MEMORY_MAX, "{memory:?}");
    assert!(editor.quit().success());
}
