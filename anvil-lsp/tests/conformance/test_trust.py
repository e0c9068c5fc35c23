"""An untrusted workspace: templates are parsed, and nothing is started, asked or written."""

import os
import pathlib
import stat

import pytest

from wire import Wire, at, document

# Whatever starts a process by its name would find these first.
PROGRAMS = ["anvild", "anvil", "cargo", "rustc", "rustup", "rustfmt", "git", "sh"]


@pytest.fixture
def traps(tmp_path):
    """Programs that leave a trace when they are started, and the place of the traces."""
    folder, traces = tmp_path / "bin", tmp_path / "traces"
    folder.mkdir()
    traces.mkdir()
    for name in PROGRAMS:
        trap = folder / name
        trap.write_text(f'#!/bin/sh\necho "$@" >> {traces / name}\n')
        trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    return folder, traces


def children(pid):
    """All that a process has started, ended or not."""
    return [path for path in pathlib.Path("/proc").glob("[0-9]*/stat") if parent(path) == pid]


def parent(path):
    """That of a process by its `/proc/<pid>/stat`; none if it is gone by now."""
    try:
        text = path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name before may hold anything.
    return int(text.rpartition(")")[2].split()[1])


def snapshot(folder):
    """Every file below a folder, with when and how it was changed."""
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")}


UNTRUSTED = [{"trusted": False}, {"trusted": False, "daemon": "start", "buildDiagnostics": "always"}]


@pytest.mark.parametrize("options", UNTRUSTED)
def test_an_untrusted_workspace_starts_nothing(environment, runtime, blog, traps, options):
    folder, traces = traps
    before = snapshot(blog)
    environment = {**environment, "PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(traces)}
    server = Wire(environment)
    try:
        use_everything(server, blog, options)
        assert children(server.process.pid) == []
        server.result("shutdown")
        server.notify("exit")
        assert server.ended() == 0
    finally:
        server.kill()
    assert list(traces.iterdir()) == []
    assert list(runtime.iterdir()) == [], "no daemon was started or looked for"
    assert snapshot(blog) == before


def use_everything(server, blog, options):
    """Everything that would use a daemon, cargo or rustfmt in a trusted workspace."""
    capabilities = {"experimental": {"serverStatusNotification": True}}
    result = server.initialize(folders=[blog], options=options, capabilities=capabilities)
    server.until(lambda: any(params["quiescent"] for params in server.told("experimental/serverStatus")))
    uri = (blog / "templates/posts/index.forge.html").as_uri()
    text = (blog / "templates/posts/index.forge.html").read_text()
    server.notify("textDocument/didOpen", document(uri, text))
    change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text.replace("post.title", "post.titel")}]}
    server.notify("textDocument/didChange", change)
    server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    rust = (blog / "src/posts.rs").as_uri()
    server.notify("textDocument/didOpen", document(rust, (blog / "src/posts.rs").read_text(), language="rust"))
    for command in result["capabilities"]["executeCommandProvider"]["commands"]:
        server.ask("workspace/executeCommand", {"command": command, "arguments": [str(blog)]})
    for method in ["anvil/generatedRust", "anvil/abiReport", "textDocument/codeLens", "textDocument/formatting"]:
        server.ask(method, {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}})
    server.ask("textDocument/hover", at(uri, 6, 70))
    # Asking for a daemon does not make the workspace trusted.
    settings = {"anvil": {"trusted": False, "daemon": "start"}}
    server.notify("workspace/didChangeConfiguration", {"settings": settings})
    assert server.barrier() == {"projects": []}
    # It still does what it can.
    change = {"textDocument": {"uri": uri, "version": 3}, "contentChanges": [{"text": "@if (a)"}]}
    server.notify("textDocument/didChange", change)
    server.until(lambda: server.published(uri)[-1]["version"] == 3 and server.published(uri)[-1]["diagnostics"])


@pytest.mark.parametrize("options", [{"daemon": "off"}, {"daemon": "attach"}])
def test_without_leave_no_daemon_is_started(environment, runtime, blog, traps, options):
    folder, traces = traps
    server = Wire({**environment, "PATH": f"{folder}:{os.environ['PATH']}"})
    try:
        server.initialize(folders=[blog], options=options, capabilities={"experimental": {"serverStatusNotification": True}})
        server.until(lambda: any(params["quiescent"] for params in server.told("experimental/serverStatus")))
        if options["daemon"] == "attach":
            server.until(lambda: server.told("anvil/reloadStatus"))
            assert server.told("anvil/reloadStatus")[-1]["state"] == "off"
        server.barrier()
        assert children(server.process.pid) == []
    finally:
        server.kill()
    assert list(traces.iterdir()) == []
    assert not any(path.suffix == ".sock" or path.is_socket() for path in runtime.rglob("*"))
