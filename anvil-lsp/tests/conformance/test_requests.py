"""Requests: each is answered once, a cancelled one as cancelled, and in the light of the text before it."""

from wire import at, document

CANCELLED = -32800
INVALID_PARAMS = -32602

URI = "file:///conformance/templates/a.forge.html"


def hashes(server, count):
    return [server.send("anvil/debug/textHash", {"textDocument": {"uri": URI}}) for _ in range(count)]


def test_a_cancelled_request_is_answered_once(wire):
    server = wire()
    server.initialize()
    server.notify("textDocument/didOpen", document(URI, "{{ a }}\n" * 200))
    codes = set()
    sent = []
    # One that is cancelled may be quicker: so many, each with the cancellation right behind it.
    for version in range(2, 300):
        change = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": "@if (a)\n" * 200}]}
        server.notify("textDocument/didChange", change)
        sent.append(server.send("textDocument/completion", at(URI, 3, 4)))
        server.notify("$/cancelRequest", {"id": sent[-1]})
    for id in sent:
        response = server.answer(id)
        codes.add(response.get("error", {}).get("code"))
    assert codes <= {CANCELLED, None}, codes
    assert CANCELLED in codes, "no request was ever cancelled"
    server.barrier()


def test_cancelling_what_is_not_under_way_changes_nothing(wire):
    server = wire()
    server.initialize()
    done = server.send("anvil/status", {})
    server.answer(done)
    for id in [done, 99999, "nobody", None, 1.5, {}]:
        server.notify("$/cancelRequest", {"id": id})
    server.notify("$/cancelRequest", {})
    server.notify("$/cancelRequest")
    assert server.barrier() == {"projects": []}


def test_an_answer_belongs_to_the_text_before_the_request(wire):
    server = wire()
    server.initialize()
    server.notify("textDocument/didOpen", document(URI, "", version=0))
    sent = []
    for version in range(1, 200):
        change = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": "x" * version}]}
        server.notify("textDocument/didChange", change)
        sent.append((version, hashes(server, 1)[0]))
    for version, id in sent:
        result = server.answer(id)["result"]
        assert (result["version"], result["bytes"]) == (version, version)


def test_a_document_that_is_not_open_is_an_error_that_says_so(wire):
    server = wire()
    server.initialize()
    for method in ["textDocument/hover", "textDocument/completion", "textDocument/documentSymbol"]:
        response = server.ask(method, at(URI))
        assert response["error"]["code"] == INVALID_PARAMS, response
        assert URI in response["error"]["message"] and "didOpen" in response["error"]["message"]


def test_changes_of_a_document_that_is_not_open_are_left_alone(wire):
    server = wire()
    server.initialize()
    change = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "@if (a)"}]}
    server.notify("textDocument/didChange", change)
    server.notify("textDocument/didSave", {"textDocument": {"uri": URI}})
    server.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    server.barrier()
    assert server.published(URI) == []


def test_addresses_that_are_no_files(wire):
    server = wire()
    server.initialize()
    addresses = ["untitled:Untitled-1", "git:/a/b.forge.html?%7B%7D", "vscode-notebook-cell:/a#x", "file:///a%20b/%C3%A4.forge.html"]
    for uri in addresses:
        server.notify("textDocument/didOpen", document(uri, "{{ a }}"))
        assert server.result("anvil/debug/textHash", {"textDocument": {"uri": uri}})["bytes"] == 7
        server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert server.code("anvil/debug/textHash", {"textDocument": {"uri": uri}}) == INVALID_PARAMS


def test_a_file_is_the_same_however_its_address_is_spelt(wire):
    server = wire()
    server.initialize()
    server.notify("textDocument/didOpen", document("file:///conformance/templates/%C3%A4%20b.forge.html", "{{ a }}"))
    for spelling in ["file:///conformance/templates/%c3%a4%20b.forge.html", "FILE:///conformance/templates/%C3%A4%20b.forge.html"]:
        assert server.result("anvil/debug/textHash", {"textDocument": {"uri": spelling}})["bytes"] == 7
