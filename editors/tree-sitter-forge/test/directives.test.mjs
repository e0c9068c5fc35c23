// Every directive of Forge's table, in its forms, and every template of the repository.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { directives } from '../scripts/directives.mjs';
import { broken, child, nodes, parse } from './tree.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const table = directives();
const byKind = new Map(table.map((row) => [row.kind, row]));

const written = ({ name, takes }) => `@${name}${takes === 'Nothing' ? '' : ' ("a")'}`;

/** What a row is written as, and what the tree must then have. */
function forms(row) {
  if (row.shape === 'Alone') return [{ text: `1 ${written(row)} 2`, kind: 'directive', names: [`@${row.name}`] }];
  if (row.shape === 'Raw') return rawForms(row);
  if (row.shape !== 'Block') return [];
  const branches = row.branches.map((kind) => byKind.get(kind));
  const argument = row.when === 'NoKey' ? '([a])' : '("a")';
  const start = row.takes === 'Nothing' ? `@${row.name}` : `@${row.name} ${argument}`;
  return row.closers.map((closer) => ({
    text: `${start} 1 ${branches.map(written).join(' 2 ')} 3 @${byKind.get(closer).name} 4`,
    kind: 'block',
    names: [row, ...branches, byKind.get(closer)].map(({ name }) => `@${name}`),
  }));
}

function rawForms({ name }) {
  const block = { text: `1 @${name} 2 @end${name} 3`, kind: `${name}_block`, names: [`@${name}`, `@end${name}`] };
  const alone = { text: `1 @${name}(a) 2`, kind: 'directive', names: [`@${name}`] };
  return name === 'verbatim' ? [block] : [block, alone];
}

const all = table.flatMap(forms);
const upper = all.filter(({ kind }) => !kind.endsWith('_block'));
const trees = parse([...all.map(({ text }) => text), ...upper.map(({ text }) => text.toUpperCase())]);

function check(tree, { text, kind, names }) {
  assert.deepEqual(broken(tree), [], text);
  const found = tree.children.filter((node) => node.kind === kind);
  assert.equal(found.length, 1, `no \`${kind}\` in: ${text}`);
  const directive = [...nodes(found[0])].filter((node) => node.kind === 'directive_name').map((node) => node.text);
  assert.deepEqual(directive, names, text);
  if (kind === 'block') assert.equal(child(found[0], 'directive_end').text, names.at(-1), text);
}

all.forEach((form, index) => test(form.text, () => check(trees[index], form)));

upper.forEach((form, index) =>
  test(form.text.toUpperCase(), () => {
    const names = form.names.map((name) => name.toUpperCase());
    check(trees[all.length + index], { ...form, text: form.text.toUpperCase(), names });
  }),
);

test('every row of the table was written', () => {
  const seen = new Set(all.flatMap(({ names }) => names));
  const missed = table.map(({ name }) => `@${name}`).filter((name) => !seen.has(name));
  assert.deepEqual(missed, []);
  assert.ok(table.length > 100, `only ${table.length} rows`);
});

test('the editors without tree-sitter know the same directives', () => {
  const all = table.map(({ name }) => name.toLowerCase()).sort();
  const read = (path) => readFileSync(join(ROOT, 'editors', path), 'utf8');
  const [, vim] = read('neovim/syntax/forge.vim').match(/^syntax match forgeDirective '.*?@\\%\((.*?)\\\)\\>'/m);
  assert.deepEqual(vim.split('\\|').sort(), all, 'neovim/syntax/forge.vim');
  const [, emacs] = read('emacs/anvil-forge.el').match(/defconst anvil-forge-directives\s+'\(([^)]*)\)/);
  assert.deepEqual([...emacs.matchAll(/"(\w+)"/g)].map(([, name]) => name.toLowerCase()).sort(), all, 'emacs/anvil-forge.el');
});

function templates(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (['target', 'node_modules', '.git'].includes(name)) return [];
    if (statSync(path).isDirectory()) return templates(path);
    return name.endsWith('.forge.html') ? [path] : [];
  });
}

const files = ['examples', 'framework'].flatMap((folder) => templates(join(ROOT, folder)));
const parsed = parse(files.map((file) => readFileSync(file, 'utf8')));

test('there are templates', () => assert.ok(files.some((file) => file.includes('examples/blog'))));

files.forEach((file, index) => {
  test(file.slice(ROOT.length), () => {
    const all = [...nodes(parsed[index])];
    assert.deepEqual(broken(parsed[index]), []);
    const stray = all.filter(({ kind }) => kind.startsWith('stray_') || kind === 'unclosed_tag');
    assert.deepEqual(stray.map(({ text }) => text), [], 'ends and beginnings fit each other');
    const open = all.filter((node) => node.kind === 'block' && !child(node, 'directive_end'));
    assert.deepEqual(open.map(({ text }) => text), [], 'every block has its end');
  });
});
