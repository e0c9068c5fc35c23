"""From `initialize` to `exit`: what may be said when, and how the process ends."""

import subprocess

import pytest

from wire import SERVER, Wire, at, document, initialize_params

NOT_INITIALIZED = -32002
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602

URI = "file:///conformance/templates/a.forge.html"


def test_the_version_is_that_of_the_protocol():
    said = subprocess.run([SERVER, "--version"], capture_output=True, text=True, check=True).stdout
    name, version, rest = said.strip().split(" ", 2)
    assert name == "anvil-lsp" and version.count(".") == 2
    assert rest.startswith("(protocol ") and rest.endswith(")") and rest[10:-1].isdigit()


def test_a_wrong_argument_is_refused_on_standard_error():
    said = subprocess.run([SERVER, "--listen"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert said.returncode == 2 and said.stdout == "" and "--listen" in said.stderr


def test_requests_before_initialize_are_refused(wire):
    server = wire()
    for method in ["textDocument/hover", "textDocument/whatever", "shutdown", "anvil/status"]:
        assert server.code(method, at(URI)) == NOT_INITIALIZED, method


def test_notifications_before_initialize_are_dropped(wire):
    server = wire()
    server.notify("textDocument/didOpen", document(URI, "@if (a)"))
    server.initialize()
    response = server.ask("anvil/debug/textHash", {"textDocument": {"uri": URI}})
    assert response["error"]["code"] == INVALID_PARAMS, "it was never opened"
    assert server.published(URI) == []


def test_initialize_answers_before_anything_else_is_said(wire, blog):
    server = wire()
    server.initialize(folders=[blog])
    server.barrier()
    assert "result" in server.messages[0], server.messages[0]


def test_initialize_names_the_server_and_what_it_can_do(wire):
    result = wire().initialize()
    assert result["serverInfo"]["name"] == "anvil-lsp"
    sync = result["capabilities"]["textDocumentSync"]
    assert sync["openClose"] is True and sync["change"] == 2
    assert result["capabilities"]["workspace"]["workspaceFolders"] == {"supported": True, "changeNotifications": True}


def test_initialize_is_said_once(wire):
    server = wire()
    server.initialize()
    assert server.code("initialize", initialize_params()) == INVALID_REQUEST
    assert server.barrier() == {"projects": []}


@pytest.mark.parametrize("params", [None, [], "x", {"capabilities": 5}, {"processId": "x", "capabilities": {}}])
def test_initialize_with_wrong_parameters_may_be_said_again(wire, params):
    server = wire()
    assert server.code("initialize", params) == INVALID_PARAMS
    assert server.initialize()["capabilities"]


def test_initialize_without_folders_and_options(wire):
    server = wire()
    assert server.result("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    server.notify("initialized", {})
    server.notify("textDocument/didOpen", document(URI, "@if (a)"))
    server.until(lambda: server.published(URI))


def test_requests_after_shutdown_are_refused(wire):
    server = wire()
    server.initialize()
    assert server.result("shutdown") is None
    for method in ["textDocument/hover", "shutdown", "initialize", "textDocument/whatever"]:
        assert server.code(method, at(URI)) == INVALID_REQUEST, method
    # A change after it is nothing to wait for.
    server.notify("textDocument/didOpen", document(URI, "@if (a)"))
    server.notify("exit")
    assert server.ended() == 0
    assert server.published(URI) == []


def test_exit_after_shutdown_is_0(wire):
    server = wire()
    server.initialize()
    server.result("shutdown")
    server.notify("exit")
    assert server.ended() == 0


@pytest.mark.parametrize("initialized", [True, False])
def test_exit_alone_is_1(wire, initialized):
    server = wire()
    if initialized:
        server.initialize()
    server.notify("exit")
    assert server.ended() == 1


@pytest.mark.parametrize("initialized", [True, False])
def test_the_end_of_standard_input_is_1(wire, initialized):
    server = wire()
    if initialized:
        server.initialize()
    server.process.stdin.close()
    assert server.ended() == 1


def test_the_end_of_standard_input_after_shutdown_is_no_loss(wire):
    server = wire()
    server.initialize()
    server.result("shutdown")
    server.process.stdin.close()
    assert server.ended() == 0


def test_the_death_of_the_editor_ends_it(wire):
    server = wire()
    editor = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    server.initialize(process=editor.pid)
    server.barrier()
    editor.kill()
    editor.wait()
    # Its standard input is still open.
    assert server.ended() == 1
    editor.stdin.close()


def test_unknown_methods(wire):
    server = wire()
    server.initialize()
    assert server.code("textDocument/whatever", at(URI)) == METHOD_NOT_FOUND
    assert server.code("$/whatever", {}) == METHOD_NOT_FOUND
    # Without an id nobody waits for an answer.
    for method in ["textDocument/whatever", "$/whatever", "$/setTrace", "window/whatever"]:
        server.notify(method, {"value": "off"})
    before = len(server.answers)
    server.barrier()
    assert len(server.answers) == before + 1


def test_ids_may_be_texts(wire):
    server = wire()
    server.initialize()
    for id in ["one", "", "ä\n", -5, 2**53]:
        assert server.ask("anvil/status", {}, id=id)["id"] == id


def test_the_log_is_on_standard_error_alone(environment):
    server = Wire({**environment, "ANVIL_LSP_LOG": "trace"}, command=["sh", "-c", 'exec "$0" 2>/dev/null', SERVER])
    server.initialize()
    server.notify("textDocument/didOpen", document(URI, "@if (a)"))
    server.until(lambda: server.published(URI))
    server.result("shutdown")
    server.notify("exit")
    assert server.ended() == 0
