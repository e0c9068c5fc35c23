#!/bin/sh
# Drives Emacs with Eglot, without a window, through a scenario with a copy of the blog:
#   ANVIL_LSP=target/debug/anvil-lsp editors/emacs/test/run.sh
#   editors/emacs/test/run.sh --contract       against a stand-in that speaks the contract and knows nothing
# Needs Emacs 28 or later with Eglot: `emacs-nox` and `elpa-eglot` of Debian.
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/../../neovim/test/session.sh"

begin emacs "$@"
run_editor emacs --batch -L "$HERE/.." \
  --eval "(setq byte-compile-error-on-warn t byte-compile-docstring-max-column 100 byte-compile-dest-file-function (lambda (_) \"$WORK/anvil-forge.elc\"))" \
  -f batch-byte-compile "$HERE/../anvil-forge.el"
echo "ok     the mode compiles without warnings"
run_editor emacs --batch -L "$HERE/.." -L "$HERE" -l scenario -f scenario-run
nothing_left
echo "ok     $(emacs --version | head -n 1)"
