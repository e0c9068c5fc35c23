"""Pushed or asked for, never both; in the client's units; gone when the document is closed."""

import pytest

from wire import document

URI = "file:///conformance/templates/a.forge.html"
PULLS = {"textDocument": {"diagnostic": {"dynamicRegistration": False}}}
REFRESHES = {**PULLS, "workspace": {"diagnostics": {"refreshSupport": True}}}

# The mistake begins behind a character of four bytes, two units of UTF-16.
BROKEN = "𝄞 @if (a)\n"
COLUMNS = {"utf-8": 5, "utf-16": 3, "utf-32": 2}


def pull(server, uri=URI, previous=None):
    params = {"textDocument": {"uri": uri}}
    if previous is not None:
        params["previousResultId"] = previous
    return server.result("textDocument/diagnostic", params)


@pytest.mark.parametrize("encoding", list(COLUMNS))
def test_columns_are_in_the_units_that_were_agreed_on(wire, encoding):
    server = wire()
    result = server.initialize(capabilities={"general": {"positionEncodings": [encoding]}})
    assert result["capabilities"]["positionEncoding"] == encoding
    server.notify("textDocument/didOpen", document(URI, BROKEN))
    shown = server.until(lambda: server.published(URI))[-1]
    assert shown["version"] == 1
    [diagnostic] = shown["diagnostics"]
    assert diagnostic["range"]["start"] == {"line": 0, "character": COLUMNS[encoding]}
    assert diagnostic["source"] == "forge" and diagnostic["code"].startswith("FRG")
    assert diagnostic["codeDescription"]["href"].startswith("https://")
    assert diagnostic["severity"] == 1


def test_an_unknown_encoding_is_passed_over(wire):
    offers = {"general": {"positionEncodings": ["utf-7", "utf-16"]}}
    assert wire().initialize(capabilities=offers)["capabilities"]["positionEncoding"] == "utf-16"
    assert wire().initialize()["capabilities"]["positionEncoding"] == "utf-16"


def test_a_client_that_asks_is_not_told(wire):
    server = wire()
    result = server.initialize(capabilities=PULLS)
    assert result["capabilities"]["diagnosticProvider"]["interFileDependencies"] is True
    server.notify("textDocument/didOpen", document(URI, BROKEN))
    report = pull(server)
    assert report["kind"] == "full" and len(report["items"]) == 1
    server.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    server.result("shutdown")
    server.notify("exit")
    assert server.ended() == 0
    assert all(params["diagnostics"] == [] for params in server.published(URI)), server.published(URI)


def test_a_client_that_does_not_ask_is_told(wire):
    server = wire()
    assert "diagnosticProvider" not in server.initialize()["capabilities"]
    server.notify("textDocument/didOpen", document(URI, BROKEN))
    assert len(server.until(lambda: server.published(URI))[-1]["diagnostics"]) == 1


def test_what_was_asked_before_is_unchanged(wire):
    server = wire()
    server.initialize(capabilities=PULLS)
    server.notify("textDocument/didOpen", document(URI, BROKEN))
    first = pull(server)
    again = pull(server, previous=first["resultId"])
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    assert pull(server, previous="something else")["kind"] == "full"
    change = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "fine"}]}
    server.notify("textDocument/didChange", change)
    mended = pull(server, previous=first["resultId"])
    assert mended["kind"] == "full" and mended["items"] == []


def test_mending_and_breaking(wire):
    server = wire()
    server.initialize()
    server.notify("textDocument/didOpen", document(URI, BROKEN))
    for version, text, count in [(2, "@if (a) @endif", 0), (3, "@endif", 1), (4, "", 0)]:
        change = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [{"text": text}]}
        server.notify("textDocument/didChange", change)
        shown = lambda: server.published(URI) and server.published(URI)[-1]["version"] == version
        server.until(shown)
        assert len(server.published(URI)[-1]["diagnostics"]) == count, text


def test_a_closed_document_has_none(wire):
    server = wire()
    server.initialize()
    server.notify("textDocument/didOpen", document(URI, BROKEN))
    server.until(lambda: server.published(URI))
    server.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    server.until(lambda: server.published(URI)[-1]["diagnostics"] == [])


def test_a_missing_view_is_found_once_the_folders_are_read(wire, blog):
    server = wire()
    server.initialize(folders=[blog], capabilities={"experimental": {"serverStatusNotification": True}})
    uri = (blog / "templates/posts/index.forge.html").as_uri()
    server.notify("textDocument/didOpen", document(uri, "@include('posts.nowhere')\n@include('posts.form')\n"))
    found = lambda: [one for params in server.published(uri)[-1:] for one in params["diagnostics"] if "nowhere" in one["message"]]
    [diagnostic] = server.until(found)
    assert diagnostic["range"]["start"]["line"] == 0
    assert diagnostic["message"].startswith("there is no view `posts.nowhere`")


def test_related_places_only_where_the_client_knows_them(wire):
    # An end that belongs to another beginning names both.
    text = "@section('a')\n@if (a)\n@endsection\n"
    for knows in [True, False]:
        server = wire()
        server.initialize(capabilities={"textDocument": {"publishDiagnostics": {"relatedInformation": knows}}})
        server.notify("textDocument/didOpen", document(URI, text))
        shown = server.until(lambda: server.published(URI))[-1]["diagnostics"]
        assert shown
        if not knows:
            assert all("relatedInformation" not in one for one in shown)
