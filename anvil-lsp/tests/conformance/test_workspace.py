"""Folders, settings, watched files, commands."""

import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from wire import document

INVALID_PARAMS = -32602
REQUEST_FAILED = -32803

WATCHES = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
STATUS = {"experimental": {"serverStatusNotification": True}}


def quiet(server):
    server.until(lambda: any(params["quiescent"] for params in server.told("experimental/serverStatus")))


def missing(server, uri, name):
    return [one for params in server.published(uri)[-1:] for one in params["diagnostics"] if name in one["message"]]


def test_folders_come_and_go(wire, blog):
    server = wire()
    server.initialize(capabilities=STATUS)
    uri = (blog / "templates/posts/index.forge.html").as_uri()
    server.notify("textDocument/didOpen", document(uri, "@include('posts.nowhere')"))
    server.until(lambda: server.published(uri))
    assert not missing(server, uri, "nowhere"), "no folder was read that could have it"
    folder = {"uri": blog.as_uri(), "name": "blog"}
    server.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
    server.until(lambda: missing(server, uri, "nowhere"))
    server.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    server.until(lambda: server.published(uri)[-1]["diagnostics"] == [])


def test_several_folders_do_not_mix(wire, blog, tmp_path):
    other = tmp_path / "other"
    (other / "templates").mkdir(parents=True)
    (other / "Cargo.toml").write_text('[package]\nname = "other"\nversion = "0.1.0"\n')
    (other / "templates/here.forge.html").write_text("here")
    server = wire()
    server.initialize(folders=[blog, other], capabilities=STATUS)
    uri = (other / "templates/main.forge.html").as_uri()
    server.notify("textDocument/didOpen", document(uri, "@include('here')\n@include('posts.form')"))
    [diagnostic] = server.until(lambda: missing(server, uri, "`posts.form`"))
    assert diagnostic["range"]["start"]["line"] == 1
    assert not missing(server, uri, "`here`")


def test_a_folder_that_does_not_exist(wire, tmp_path):
    server = wire()
    server.initialize(folders=[tmp_path / "nowhere"], capabilities=STATUS)
    quiet(server)
    assert server.barrier() == {"projects": []}


def test_files_are_watched_where_the_client_can(wire, blog):
    server = wire()
    server.initialize(folders=[blog], capabilities={**WATCHES, **STATUS})
    [registration] = server.until(lambda: server.told("client/registerCapability"))
    [one] = registration["registrations"]
    assert one["method"] == "workspace/didChangeWatchedFiles"
    globs = [watcher["globPattern"] for watcher in one["registerOptions"]["watchers"]]
    assert "**/*.forge.html" in globs and "**/*.rs" in globs
    # A view that is written behind the editor's back exists from then on.
    uri = (blog / "templates/posts/index.forge.html").as_uri()
    server.notify("textDocument/didOpen", document(uri, "@include('posts.fresh')"))
    server.until(lambda: missing(server, uri, "posts.fresh"))
    fresh = blog / "templates/posts/fresh.forge.html"
    fresh.write_text("fresh")
    server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": fresh.as_uri(), "type": 1}]})
    server.until(lambda: server.published(uri)[-1]["diagnostics"] == [])
    fresh.unlink()
    server.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": fresh.as_uri(), "type": 3}]})
    server.until(lambda: missing(server, uri, "posts.fresh"))


def test_nothing_is_registered_where_the_client_cannot(wire, blog):
    server = wire()
    server.initialize(folders=[blog], capabilities=STATUS)
    quiet(server)
    server.barrier()
    assert server.told("client/registerCapability") == []


def test_status_only_where_the_client_knows_it(wire, blog):
    server = wire()
    server.initialize(folders=[blog])
    uri = (blog / "templates/posts/index.forge.html").as_uri()
    server.notify("textDocument/didOpen", document(uri, "@include('posts.nowhere')"))
    # The folders have been read when this is known.
    server.until(lambda: missing(server, uri, "nowhere"))
    assert server.told("experimental/serverStatus") == []


def test_settings_that_cannot_be_used_are_said_and_the_ones_before_stay(wire):
    server = wire()
    server.initialize()
    server.notify("workspace/didChangeConfiguration", {"settings": {"anvil": {"daemon": "sometimes"}}})
    [said] = server.until(lambda: server.told("window/logMessage"))
    assert said["type"] == 2 and "sometimes" in said["message"] and "start" in said["message"]
    assert server.told("window/showMessage") == [], "nothing pops up"


def test_unusable_options_make_the_session_parse_only(wire, blog, runtime):
    server = wire()
    server.initialize(folders=[blog], options={"daemon": 5}, capabilities=STATUS)
    said = server.until(lambda: server.told("window/logMessage"))
    assert "only parses templates" in said[0]["message"]
    quiet(server)
    assert server.barrier() == {"projects": []}
    assert list(runtime.iterdir()) == []


@pytest.fixture
def shared_server(wire):
    """For all examples of a property."""
    server = wire()
    server.initialize()
    return server


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["trusted", "buildDiagnostics", "rustAnalyzerCheck", "unknown"])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(st.one_of(ANYTHING, st.dictionaries(NAMES, ANYTHING).map(lambda anvil: {"anvil": anvil})))
def test_settings_of_any_shape(shared_server, value):
    shared_server.notify("workspace/didChangeConfiguration", {"settings": value})
    assert shared_server.barrier() == {"projects": []}, json.dumps(value)


def test_commands_without_a_project_fail_with_a_reason(wire):
    server = wire()
    commands = server.initialize()["capabilities"]["executeCommandProvider"]["commands"]
    assert "anvil.waitLive" in commands
    for command in commands:
        if command == "anvil.useDaemonDiagnostics":
            assert server.result("workspace/executeCommand", {"command": command, "arguments": []})["message"]
            continue
        response = server.ask("workspace/executeCommand", {"command": command, "arguments": []})
        assert response["error"]["code"] == REQUEST_FAILED, response
        assert response["error"]["message"][0].islower()
    response = server.ask("workspace/executeCommand", {"command": "anvil.nothing"})
    assert response["error"]["code"] in (INVALID_PARAMS, REQUEST_FAILED)
