#!/bin/sh
# Tests the grammar: `editors/tree-sitter-forge/test/run.sh`. Needs cargo, Node 20 or later and a C compiler. The tree-sitter
# command is taken from `TREE_SITTER`, or built once from crates.io into the repository's `target` folder: the npm package
# of the same name downloads a binary when it is installed, which not everybody wants or can.
set -eu

VERSION=0.25.10
HERE=$(cd "$(dirname "$0")/.." && pwd)
TOOLS=$HERE/../../target/tools

cd "$HERE"
if [ -z "${TREE_SITTER:-}" ]; then
  TREE_SITTER=$TOOLS/bin/tree-sitter
  if ! "$TREE_SITTER" --version 2>/dev/null | grep -q "$VERSION"; then
    CARGO_PROFILE_DEV_DEBUG=0 cargo install --locked --debug "tree-sitter-cli@$VERSION" --root "$TOOLS"
  fi
fi
export TREE_SITTER

# What is generated follows what it is generated from.
node scripts/directives.mjs --check
node scripts/queries.mjs --check
GENERATED=$(mktemp -d)
trap 'rm -rf "$GENERATED"' EXIT
"$TREE_SITTER" generate --abi 14 --output "$GENERATED"
for file in parser.c grammar.json node-types.json; do
  cmp "$GENERATED/$file" "src/$file" || {
    echo "src/$file does not follow grammar.js: run \`tree-sitter generate --abi 14\`" >&2
    exit 1
  }
done

"$TREE_SITTER" test
# Every query fits the grammar.
TEMPLATE=../../examples/blog/templates/posts/show.forge.html
for query in queries/*.scm ../neovim/queries/forge/*.scm ../helix/queries/forge/*.scm ../zed/languages/forge/*.scm; do
  "$TREE_SITTER" query "$query" "$TEMPLATE" > "$GENERATED/captures" || {
    echo "$query does not fit the grammar" >&2
    exit 1
  }
  grep -q capture "$GENERATED/captures" || {
    echo "$query finds nothing in $TEMPLATE" >&2
    exit 1
  }
done
node --test test/*.test.mjs
