// Writes the editors' copies of the queries: the same patterns, with the names that each editor has for what they capture.
// `--check` writes nothing and fails if a copy is out of date.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** By folder: which queries are copied, and what is called otherwise. */
const EDITORS = {
  '../../neovim/queries/forge': {
    highlights: [
      ['(tag_name) @tag', '(tag_name) @tag.builtin'],
      ['(component_name) @constructor', '(component_name) @tag'],
      ['@attribute', '@tag.attribute'],
      ['["<" ">" "</" "/>"] @punctuation.bracket', '["<" ">" "</" "/>"] @tag.delimiter'],
      ['(directive_name) @keyword', '(directive_name) @keyword.directive'],
    ],
    injections: [],
    folds: [],
    indents: [],
    locals: [],
  },
  '../../helix/queries/forge': {
    highlights: [
      ['@string.special', '@constant.character.escape'],
      ['(directive_name) @keyword', '(directive_name) @keyword.directive'],
    ],
    injections: [['"php_only"', '"php"']],
  },
  '../../zed/languages/forge': {
    highlights: [['(stray_end_tag (tag_name) @error)', '(stray_end_tag (tag_name) @tag)']],
    injections: [['"php_only"', '"php"']],
  },
};

function copy(name, changes) {
  let text = readFileSync(at(`../queries/${name}.scm`), 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`queries/${name}.scm has no \`${from}\`: correct ${import.meta.url}`);
    text = text.replaceAll(from, to);
  }
  return `; Copied from editors/tree-sitter-forge/queries by scripts/queries.mjs there: change it there.\n\n${text}`;
}

const isCheck = process.argv.includes('--check');
let stale = 0;
for (const [folder, queries] of Object.entries(EDITORS)) {
  for (const [name, changes] of Object.entries(queries)) {
    const path = at(`${folder}/${name}.scm`);
    const text = copy(name, changes);
    if (!isCheck) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } else if (readFileSync(path, 'utf8') !== text) {
      console.error(`${path} is out of date: run \`node scripts/queries.mjs\``);
      stale += 1;
    }
  }
}
process.exit(stale ? 1 : 0);
