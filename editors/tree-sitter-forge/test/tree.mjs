// Parses texts with the tree-sitter command and gives back their trees.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GRAMMAR = fileURLToPath(new URL('..', import.meta.url));
const NODE = /^( *)(?:(\w+): )?\((MISSING )?("[^"]*"|\w+) \[(\d+), (\d+)\] - \[(\d+), (\d+)\]/;

/** A node: its kind, the field it is in, its place in bytes, its text and its children. */
function treeOf(lines, source) {
  const starts = [0];
  for (let at = 0; at < source.length; at++) if (source[at] === 10) starts.push(at + 1);
  const path = [];
  let root;
  for (const line of lines) {
    const match = line.match(NODE);
    if (!match) throw new Error(`tree-sitter printed something else than a tree: ${line}`);
    const [, indent, field, missing, kind, row, column, endRow, endColumn] = match;
    const [start, end] = [starts[row] + Number(column), starts[endRow] + Number(endColumn)];
    const text = source.toString('utf8', start, end);
    const node = { kind: missing ? 'MISSING' : kind, field, start, end, text, children: [] };
    const depth = indent.length / 2;
    path.length = depth;
    if (depth === 0) root = node;
    else path[depth - 1].children.push(node);
    path.push(node);
  }
  return root;
}

/** The trees of `texts`, in their order. */
export function parse(texts) {
  const folder = mkdtempSync(join(tmpdir(), 'forge-trees-'));
  try {
    const files = texts.map((text, index) => {
      const file = join(folder, `${index}.forge.html`);
      writeFileSync(file, text);
      return file;
    });
    writeFileSync(join(folder, 'list'), files.join('\n'));
    const command = process.env.TREE_SITTER ?? 'tree-sitter';
    const run = spawnSync(command, ['parse', '--paths', join(folder, 'list')], {
      cwd: GRAMMAR,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (run.error) throw new Error(`cannot run \`${command}\`: see README.md for how to install it`, { cause: run.error });
    const trees = [];
    for (const line of run.stdout.split('\n')) {
      if (/^\(/.test(line)) trees.push([]);
      if (/^ *(\w+: )?\(/.test(line)) trees.at(-1).push(line);
    }
    if (trees.length !== texts.length) {
      throw new Error(`${trees.length} trees for ${texts.length} texts\n${run.stderr}\n${run.stdout.slice(-2000)}`);
    }
    return trees.map((lines, index) => treeOf(lines, Buffer.from(texts[index])));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All nodes of a tree, from the outside in. */
export function* nodes(tree) {
  yield tree;
  for (const child of tree.children) yield* nodes(child);
}

/** What is wrong with a tree as such. */
export const broken = (tree) => [...nodes(tree)].filter(({ kind }) => kind === 'ERROR' || kind === 'MISSING');

export const child = (node, kind) => node.children.find((each) => each.kind === kind);
