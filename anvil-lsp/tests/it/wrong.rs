//! Parameters that are not what the protocol says, for every method that the server knows: an error or a result, once, and
//! the next message is read.

use serde_json::{Value, json};

use crate::{
    client::{Editor, Launch, frame},
    random::Random,
};

const URI: &str = "file:///wrong/templates/a.forge.html";

const REQUESTS: &[&str] = &[
    "initialize",
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/signatureHelp",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/documentLink",
    "textDocument/formatting",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/diagnostic",
    "workspace/symbol",
    "workspace/executeCommand",
    "workspace/willRenameFiles",
    "anvil/generatedRust",
    "anvil/abiReport",
    "anvil/status",
    "anvil/debug/textHash",
];

const NOTIFICATIONS: &[&str] = &[
    "initialized",
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didSave",
    "textDocument/didClose",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWorkspaceFolders",
    "workspace/didChangeWatchedFiles",
    "$/cancelRequest",
    "$/setTrace",
    "$/progress",
    "window/workDoneProgress/cancel",
];

/// Parameters that suit every method, to be damaged.
fn suitable() -> Value {
    json!({
        "textDocument": { "uri": URI, "version": 2, "languageId": "forge", "text": "{{ a }}" },
        "position": { "line": 0, "character": 3 },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 3 } },
        "contentChanges": [{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 1 } }, "text": "x" }],
        "context": { "diagnostics": [], "includeDeclaration": true, "triggerKind": 1 },
        "options": { "tabSize": 2, "insertSpaces": true },
        "newName": "posts.other",
        "query": "post",
        "command": "anvil.waitLive",
        "arguments": [],
        "files": [{ "oldUri": URI, "newUri": "file:///wrong/templates/b.forge.html" }],
        "changes": [{ "uri": URI, "type": 2 }],
        "settings": { "anvil": { "trusted": true, "daemon": "off" } },
        "event": { "added": [], "removed": [] },
        "capabilities": {},
        "id": 1,
        "value": "off",
        "token": 1,
    })
}

/// What stands where something else is expected.
fn nonsense(random: &mut Random) -> Value {
    let values = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!("file://"),
        json!("not an address"),
        json!("file:///%ff%fe"),
        json!("file:///a/../../../../etc/passwd"),
        json!("\u{0}"),
        json!("ä".repeat(10_000)),
        json!([]),
        json!([[[[]]]]),
        json!({}),
        json!({ "uri": 5 }),
        json!({ "line": u32::MAX, "character": u32::MAX }),
        json!({ "line": -1, "character": "x" }),
    ];
    random.pick(&values).clone()
}

/// Replaces one place of the value, or takes it out.
fn damage(value: &mut Value, random: &mut Random) {
    let deeper = !random.one_in(3);
    match value {
        Value::Object(fields) if deeper && !fields.is_empty() => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let name = random.pick(&names);
            if random.one_in(6) {
                fields.remove(name);
            } else {
                damage(&mut fields[name], random);
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let at = random.below(items.len());
            damage(&mut items[at], random);
        }
        _ => *value = nonsense(random),
    }
}

#[track_caller]
fn sound(editor: &mut Editor, after: &str) {
    let answer = editor.ask("anvil/status", &json!({}));
    assert!(answer.is_ok(), "after {after}: {answer:?}");
}

/// A request that panics is answered too, but it must not.
#[track_caller]
fn not_internal(editor: &mut Editor) {
    for (id, answer) in editor.all_answered() {
        let internal = answer.as_ref().err().filter(|fault| fault.code == -32603);
        assert!(internal.is_none(), "request {id}: {answer:?}");
    }
}

#[test]
fn parameters_of_the_wrong_shape() {
    let mut editor = Launch::new().start();
    editor.open(URI, "{{ a }}", 1);
    let shapes = [
        Value::Null,
        json!([]),
        json!({}),
        json!("x"),
        json!(5),
        json!(true),
        json!([1, 2]),
        json!({ "textDocument": 5 }),
    ];
    for params in &shapes {
        for method in REQUESTS {
            editor.send(method, params);
        }
        for method in NOTIFICATIONS {
            editor.notify(method, params);
        }
        sound(&mut editor, &params.to_string());
    }
    not_internal(&mut editor);
    assert!(editor.quit().success());
}

#[test]
fn parameters_that_are_wrong_somewhere() {
    let mut editor = Launch::new().start();
    editor.open(URI, "{{ a }}", 1);
    let mut random = Random::new(2);
    for round in 0..300 {
        for method in REQUESTS {
            let mut params = suitable();
            for _ in 0..=random.below(3) {
                damage(&mut params, &mut random);
            }
            editor.send(method, &params);
        }
        for method in NOTIFICATIONS {
            let mut params = suitable();
            for _ in 0..=random.below(3) {
                damage(&mut params, &mut random);
            }
            editor.notify(method, &params);
        }
        sound(&mut editor, &format!("round {round}"));
    }
    not_internal(&mut editor);
    let memory = editor.memory();
    assert!(memory.peak < 120 << 20, "{memory:?}");
    assert!(editor.quit().success());
}

#[test]
fn parameters_that_may_be_left_out() {
    let mut editor = Launch::new().start();
    for params in ["", r#","params":null"#, r#","params":{}"#] {
        for (method, code) in [("anvil/status", None), ("anvil/abiReport", Some(-32803))] {
            let id = editor.reserve();
            let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}"{params}}}"#);
            editor.write_bytes(&frame(&body));
            assert_eq!(editor.answer(id).err().map(|fault| fault.code), code, "{body}");
        }
    }
    let id = editor.reserve();
    editor.write_bytes(&frame(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"shutdown","params":{{}}}}"#)));
    assert_eq!(editor.answer(id), Ok(Value::Null));
    editor.notify("exit", &json!({}));
    assert!(editor.ended().success());
}

#[test]
fn unknown_methods() {
    let mut editor = Launch::new().start();
    for method in ["textDocument/whatever", "$/unknown", "", "initialise", "\u{0}", "anvil/", "textDocument/hover "] {
        let answer = editor.ask(method, &json!({}));
        assert_eq!(answer.map_err(|fault| fault.code), Err(-32601), "{method:?}");
        editor.notify(method, &json!({}));
    }
    // A notification's name with an id is a request like any other; a request's name without one has no answer.
    editor.notify(
        "textDocument/hover",
        &json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": 0 } }),
    );
    sound(&mut editor, "unknown methods");
    assert!(editor.quit().success());
}
