#!/bin/sh
# Runs the conformance tests against the built language server. The first run installs pytest-lsp below `target/`; later ones
# need no network. Arguments are pytest's. `ANVIL_LSP` names another binary than the one of `cargo build -p anvil-lsp`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
venv=$target/conformance
stamp=$venv/requirements.txt

if ! cmp -s "$here/requirements.txt" "$stamp"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$stamp"
fi
ANVIL_LSP=${ANVIL_LSP:-$target/debug/anvil-lsp}
if [ ! -x "$ANVIL_LSP" ]; then
    echo "error: $ANVIL_LSP is missing; run \`cargo build -p anvil-lsp\`" >&2
    exit 1
fi
export ANVIL_LSP
export PYTHONDONTWRITEBYTECODE=1
export HYPOTHESIS_STORAGE_DIRECTORY="$venv/hypothesis"
cd "$here"
exec "$venv/bin/python" -m pytest "$@"
