# What the editors' tests have in common, sourced by their `run.sh`: which server, a project to work in, what may be left.

# `begin EDITOR [--contract]`
begin() {
  EDITOR_COMMAND=$1
  shift
  ROOT=$(cd "$(dirname "$0")/../../.." && pwd)
  command -v "$EDITOR_COMMAND" > /dev/null || {
    echo "\`$EDITOR_COMMAND\` is not installed" >&2
    exit 2
  }
  if [ "${1:-}" = --contract ]; then
    ANVIL_LSP=$ROOT/editors/neovim/test/contract_server.py
    export ANVIL_TEST_CONTRACT=1
  fi
  if [ -z "${ANVIL_LSP:-}" ]; then
    echo "say which server: \`ANVIL_LSP=target/debug/anvil-lsp $0\`, or \`$0 --contract\`" >&2
    exit 2
  fi
  ANVIL_LSP=$(realpath "$ANVIL_LSP")
  WORK=$(mktemp -d)
  trap 'rm -rf "$WORK"' EXIT
  ANVIL_TEST_PROJECT=$WORK/blog
  mkdir "$ANVIL_TEST_PROJECT"
  (cd "$ROOT/examples/blog" && tar --exclude=./target -cf - .) | tar -xf - -C "$ANVIL_TEST_PROJECT"
  export ANVIL_LSP ANVIL_TEST_PROJECT
  # Nothing of the user's is read, and nothing is written there.
  export HOME="$WORK/home" XDG_CONFIG_HOME="$WORK/config" XDG_DATA_HOME="$WORK/data" XDG_CACHE_HOME="$WORK/cache" XDG_STATE_HOME="$WORK/state"
  mkdir -p "$HOME"
}

# Runs the editor. It ends by itself, or is ended when something in it waits forever.
run_editor() {
  timeout --kill-after=5 300 "$@" || {
    code=$?
    echo "FAILED $EDITOR_COMMAND ended with $code" >&2
    exit 1
  }
}

# The processes with this test's project in their environment. This shell has it only in what it starts.
left() {
  env -u ANVIL_TEST_PROJECT grep -slzx "ANVIL_TEST_PROJECT=$ANVIL_TEST_PROJECT" /proc/[0-9]*/environ | while read -r file; do
    process=${file%/environ}
    echo "${process#/proc/} $(tr '\0' ' ' < "$process/cmdline" 2> /dev/null)"
  done
}

# Waits until nothing that the editor started is left.
nothing_left() {
  deadline=$(($(date +%s) + 20))
  while found=$(left) && [ -n "$found" ]; do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      printf 'FAILED nothing is left of the editor\n  expected: no process\n  got:      %s\n' "$found" >&2
      exit 1
    fi
    sleep 0.1
  done
  echo "ok     nothing is left of the editor"
}
