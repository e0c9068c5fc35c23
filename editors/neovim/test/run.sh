#!/bin/sh
# Drives a headless Neovim through a scenario with a copy of the blog:
#   ANVIL_LSP=target/debug/anvil-lsp editors/neovim/test/run.sh
#   editors/neovim/test/run.sh --contract      against a stand-in that speaks the contract and knows nothing
# Needs `nvim`: 0.7 of Debian goes through the fallback, 0.11 through `vim.lsp.enable`.
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/session.sh"

begin nvim "$@"
run_editor nvim --headless -n -i NONE -u "$HERE/init.lua" -c 'lua require("scenario").run()'
nothing_left
echo "ok     $(nvim --version | head -n 1)"
