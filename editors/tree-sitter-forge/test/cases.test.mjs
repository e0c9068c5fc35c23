// The cases of framework/templates-codegen: this grammar must find the same structure in them as Forge's own parser, and
// the same expressions.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { expected, outline } from './outline.mjs';
import { broken, parse } from './tree.mjs';

const CASES = new URL('../../../framework/templates-codegen/tests/cases/', import.meta.url);

/** Cases that this grammar reads otherwise, with the reason. */
const PROJECT = 'the grammar knows no directives of projects';
const MISSPELT = 'unknown names are text: the language server says what is misspelt';
const OTHER_END = 'an end of another kind ends nothing: it would take reading the whole template to know that no other comes';
const SIGNS = 'signs that are no attributes may begin one here';
const DIFFERENT = {
  'attributes.txt: custom directives in a tag': PROJECT,
  'attributes.txt: signs that are no attributes': SIGNS,
  'blocks.txt: mismatched': OTHER_END,
  'blocks.txt: mismatched among others': OTHER_END,
  'blocks.txt: several mismatched': OTHER_END,
  'conditions.txt: a custom condition': PROJECT,
  'conditions.txt: a custom condition without arguments': PROJECT,
  'conditions.txt: a negated custom condition': PROJECT,
  'conditions.txt: a custom branch in another condition': PROJECT,
  'conditions.txt: custom names have a letter case': PROJECT,
  'conditions.txt: custom directives': PROJECT,
  'conditions.txt: a custom block': PROJECT,
  'mistakes.txt: a misspelt block': MISSPELT,
  'mistakes.txt: a misspelt end': MISSPELT,
  'mistakes.txt: a misspelt end of a loop': MISSPELT,
  'mistakes.txt: a misspelt branch': MISSPELT,
  'mistakes.txt: a misspelt branch with arguments': MISSPELT,
  'mistakes.txt: a misspelt leaf': MISSPELT,
  'mistakes.txt: a misspelt leaf alone on its line': MISSPELT,
  'mistakes.txt: a misspelt custom directive': MISSPELT,
  'mistakes.txt: a misspelt end without a block': MISSPELT,
};

function cases() {
  return readdirSync(CASES)
    .sort()
    .flatMap((file) =>
      readFileSync(new URL(file, CASES), 'utf8')
        .split(/^=== /m)
        .slice(1)
        .map((text) => {
          const name = text.slice(0, text.indexOf('\n'));
          const [template, outcome] = text.slice(name.length + 1).split('\n---\n');
          return { name: `${file}: ${name}`, template, lines: expected(outcome.split('\n')) };
        }),
    );
}

const all = cases();
const trees = parse(all.map(({ template }) => template));

test('there are cases', () => assert.ok(all.length > 200, `only ${all.length}`));

all.forEach(({ name, template, lines }, index) => {
  test(name, () => {
    const tree = trees[index];
    assert.deepEqual(broken(tree), [], `this has errors: ${template}`);
    if (name in DIFFERENT) assert.notDeepEqual(outline(tree), lines, 'this is not different any more: strike it from the list');
    else assert.deepEqual(outline(tree), lines, template);
  });
});
