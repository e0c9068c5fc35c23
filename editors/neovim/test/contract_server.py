#!/usr/bin/env python3
"""Speaks what editors may expect of `anvil-lsp`, and knows nothing: blocks that are not closed, one completion, fixed answers.

With it the editors' tests tell a mistake of the editor's side from one of the server's. `run.sh --contract` starts it.
"""

import json
import re
import sys

VERSION = "anvil-lsp 0.1.0 (protocol 1)"
DIRECTIVE = re.compile(r"(?<![\w@])@(end)?(if|foreach|section|push|isset)\b[ \t]*(\([^\n]*\))?")
STATUS = {
    "state": "off",
    "generation": {"saved": 0, "built": 0, "live": 0},
    "kind": None,
    "durationMs": None,
    "reason": None,
    "url": None,
    "message": "anvil: off",
}
ANSWERS = {
    "anvil/status": lambda params: {"projects": [STATUS]},
    "anvil/abiReport": lambda params: {"text": "# Layout changes\n\nNone."},
    "anvil/generatedRust": lambda params: {"view": "posts.show", "text": "{\n    let title = &title;\n}"},
}


class Server:
    def __init__(self):
        self.texts = {}
        self.is_shut_down = False
        self.options = {}

    def read(self):
        """The next message; nothing at the end."""
        length = 0
        while line := sys.stdin.buffer.readline().strip():
            name, value = line.split(b":", 1)
            if name.lower() == b"content-length":
                length = int(value)
        body = sys.stdin.buffer.read(length)
        return json.loads(body) if length and len(body) == length else None

    def write(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        sys.stdout.buffer.flush()

    def notify(self, method, params):
        self.write({"method": method, "params": params})

    def publish(self, uri):
        found = [unclosed(*place) for place in unclosed_blocks(self.texts.get(uri, ""))]
        self.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": found})

    def complete(self, params):
        lines = self.texts[params["textDocument"]["uri"]].split("\n")
        before = lines[params["position"]["line"]][: params["position"]["character"]]
        typed = re.search(r"@(\w*)$", before)
        if not typed or not "foreach".startswith(typed[1]):
            return {"isIncomplete": False, "items": []}
        return {"isIncomplete": False, "items": [{"label": "@foreach", "kind": 14, "insertText": "@foreach"}]}

    def execute(self, command):
        if command == "anvil.restartApp":
            generation = {"saved": 7, "built": 7, "live": 7}
            live = {**STATUS, "state": "live", "generation": generation, "message": "anvil: live 7"}
            self.notify("anvil/reloadStatus", live)
        if command == "anvil.doctor":
            return {"message": f"initialized with {json.dumps(self.options, sort_keys=True)}"}
        return {"message": f"{command} was asked for"}

    def change(self, params):
        text = self.texts[params["textDocument"]["uri"]]
        for change in params["contentChanges"]:
            if "range" not in change:
                text = change["text"]
                continue
            start, end = (offset(text, change["range"][side]) for side in ("start", "end"))
            text = text[:start] + change["text"] + text[end:]
        self.texts[params["textDocument"]["uri"]] = text

    def take(self, message):
        method, params = message.get("method"), message.get("params") or {}
        uri = (params.get("textDocument") or {}).get("uri")
        if "id" in message and method:
            self.answer(message["id"], method, params)
        elif method == "workspace/didChangeConfiguration":
            self.options = (params.get("settings") or {}).get("anvil") or {"reset": True}
        elif method == "textDocument/didOpen":
            self.texts[uri] = params["textDocument"]["text"]
            self.publish(uri)
        elif method == "textDocument/didChange":
            self.change(params)
            self.publish(uri)
        elif method == "textDocument/didClose":
            del self.texts[uri]
            self.publish(uri)
        elif method == "exit":
            sys.exit(0 if self.is_shut_down else 1)

    def answer(self, identity, method, params):
        if method == "initialize":
            self.options = params.get("initializationOptions") or {}
            capabilities = {
                "textDocumentSync": {"openClose": True, "change": 2},
                "completionProvider": {"triggerCharacters": ["@"]},
                "executeCommandProvider": {"commands": ["anvil.restartApp", "anvil.doctor"]},
            }
            result = {"capabilities": capabilities, "serverInfo": {"name": "anvil-lsp"}}
        elif method == "shutdown":
            self.is_shut_down = True
            result = None
        elif method == "textDocument/completion":
            result = self.complete(params)
        elif method == "workspace/executeCommand":
            result = self.execute(params["command"])
        elif method in ANSWERS:
            result = ANSWERS[method](params)
        else:
            self.write({"id": identity, "error": {"code": -32601, "message": f"unknown request {method}"}})
            return
        self.write({"id": identity, "result": result})


def offset(text, position):
    """Where a position in UTF-16 units is in the text."""
    lines = text.split("\n")
    before = sum(len(line) + 1 for line in lines[: position["line"]])
    line = lines[position["line"]] if position["line"] < len(lines) else ""
    units = line.encode("utf-16-le")[: 2 * position["character"]]
    return min(before + len(units.decode("utf-16-le")), len(text))


def unclosed_blocks(text):
    """Line, column and name of each block that is not closed."""
    opened = []
    for number, line in enumerate(text.split("\n")):
        for found in DIRECTIVE.finditer(line):
            is_end, name, arguments = found.groups()
            if is_end:
                index = next((at for at in reversed(range(len(opened))) if opened[at][2] == name), None)
                if index is not None:
                    yield from opened[index + 1 :]
                    del opened[index:]
            elif not (name == "section" and arguments and "," in arguments):
                opened.append((number, found.start(), name))
    yield from opened


def unclosed(line, column, name):
    return {
        "range": {
            "start": {"line": line, "character": column},
            "end": {"line": line, "character": column + len(name) + 1},
        },
        "severity": 1,
        "source": "forge",
        "code": "FRG0012",
        "message": f"`@{name}` is not closed",
    }


def main():
    if "--version" in sys.argv:
        print(VERSION)
        return
    server = Server()
    while (message := server.read()) is not None:
        server.take(message)
    sys.exit(1)


main()
