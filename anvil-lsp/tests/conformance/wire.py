"""JSON-RPC by hand: messages go out as they are given, and everything that comes back is kept in order."""

import itertools
import json
import os
import pathlib
import queue
import subprocess
import threading

SERVER = os.environ.get("ANVIL_LSP", "")
# For everything that only must happen in the end.
PATIENCE_S = 60


class Wire:
    """One server process."""

    def __init__(self, environment, command=None):
        assert SERVER, "run the tests with run.sh: ANVIL_LSP names the server"
        self.process = subprocess.Popen(
            command or [SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self.ids = itertools.count(1)
        self.heard = queue.Queue()
        # Messages in the order in which they came; requests and notifications of the server have a method.
        self.messages = []
        self.answers = {}
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        out = self.process.stdout
        while True:
            length = None
            while (line := out.readline()) not in (b"\r\n", b""):
                name, value = line.decode("ascii").strip().split(": ")
                if name == "Content-Length":
                    length = int(value)
            if length is None:
                self.heard.put(None)
                return
            self.heard.put(json.loads(out.read(length)))

    def write(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method, params=None):
        self.write({"method": method} | ({} if params is None else {"params": params}))

    def send(self, method, params=None, id=None):
        """Sends a request and does not wait; its id."""
        id = next(self.ids) if id is None else id
        self.write({"id": id, "method": method} | ({} if params is None else {"params": params}))
        return id

    def hear(self):
        """Takes one message; `None` at the end of the stream."""
        message = self.heard.get(timeout=PATIENCE_S)
        if message is None:
            return None
        assert message["jsonrpc"] == "2.0", message
        self.messages.append(message)
        if "method" in message:
            if "id" in message:
                self.write({"id": message["id"], "result": None})
        else:
            assert ("result" in message) != ("error" in message), message
            assert message["id"] not in self.answers, f"answered twice: {message}"
            self.answers[message["id"]] = message
        return message

    def until(self, found):
        """Reads until `found` returns something."""
        while not (value := found()):
            assert self.hear() is not None, f"the server ended: {self.process.wait()}"
        return value

    def answer(self, id):
        return self.until(lambda: self.answers.get(id))

    def ask(self, method, params=None, id=None):
        """The whole response."""
        return self.answer(self.send(method, params, id))

    def result(self, method, params=None):
        response = self.ask(method, params)
        assert "result" in response, response
        return response["result"]

    def code(self, method, params=None):
        """The code of the error that answers a request."""
        response = self.ask(method, params)
        assert "error" in response, response
        return response["error"]["code"]

    def initialize(self, folders=(), options=None, capabilities=None, process=None):
        result = self.result("initialize", initialize_params(folders, options, capabilities, process))
        self.notify("initialized", {})
        return result

    def barrier(self):
        """Everything that was sent before has been handled, and what the server says of it now has been read."""
        return self.result("anvil/status", {})

    def told(self, method):
        """The parameters of all notifications and requests of that name so far."""
        return [message["params"] for message in self.messages if message.get("method") == method]

    def published(self, uri):
        return [params for params in self.told("textDocument/publishDiagnostics") if params["uri"] == uri]

    def ended(self):
        """Its exit code."""
        while self.hear() is not None:
            pass
        return self.process.wait(timeout=PATIENCE_S)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        # Its pipe has ended; before that it must not be closed.
        self.reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass


def initialize_params(folders=(), options=None, capabilities=None, process=None):
    return {
        "processId": process,
        "rootUri": None,
        "capabilities": capabilities or {},
        "initializationOptions": {"daemon": "off"} if options is None else options,
        "workspaceFolders": [{"uri": pathlib.Path(folder).as_uri(), "name": "folder"} for folder in folders],
    }


def document(uri, text, version=1, language="forge"):
    """The parameters of `textDocument/didOpen`."""
    return {"textDocument": {"uri": uri, "languageId": language, "version": version, "text": text}}


def at(uri, line=0, character=0):
    """The parameters of a request about a place."""
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
