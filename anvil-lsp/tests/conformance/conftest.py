"""What all conformance tests start from: a copy of the blog, a place for sockets, and clients of two kinds.

`wire` speaks JSON-RPC by hand, for what no client would send; `clients` are pytest-lsp's, with the capabilities of real editors.
"""

import os
import pathlib
import shutil

import pytest

from wire import Wire

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture
def blog(tmp_path):
    """A copy of the blog; its manifest stays that of the checkout, since nothing is built."""
    folder = tmp_path / "blog"
    shutil.copytree(CHECKOUT / "examples" / "blog", folder, ignore=shutil.ignore_patterns("target", "storage"))
    return folder


@pytest.fixture
def runtime(tmp_path):
    """Where a daemon would put its socket."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def environment(runtime):
    return {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "ANVIL_LSP_LOG": "off"}


@pytest.fixture
def wire(environment):
    """Starts servers that have not been spoken to; all of them have ended when the test has."""
    started = []

    def start(**more):
        started.append(Wire(environment={**environment, **more}))
        return started[-1]

    yield start
    for one in started:
        one.kill()
