// Any text is a template: cut, joined and strewn with signs, the repository's templates have trees without errors.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { broken, parse } from './tree.mjs';

const CASES = new URL('../../../framework/templates-codegen/tests/cases/', import.meta.url);
const TEXTS = 1500;
const SIGNS = [
  '@', '@@', '{{', '}}', '{!!', '!!}', '{{{', '}}}', '{{--', '--}}', '<', '>', '/>', '</', '<!--', '-->', '<!', '<?', '"', "'",
  '(', ')', '[', ']', '{', '}', ',', '=', '=>', ' as ', ' in ', '&', '&amp;', ':', '::', ':$', '@if(', '@if (a)', '@endif', '@else',
  '@foreach (a as b)', '@endforeach', '@rust', '@endrust', '@verbatim', '@section("a", b)', '@class', '@click="', '<x-a', '<x-a ',
  '</x-a>', '<x-slot:b>', '</x-slot>', '<div', '</div>', '<br', '<li>', '<script>', '</script>', '<style>', '</style>', '\n', ' ',
  '\\', '//', '/*', '*/', 'r#"', '#', '|', 'é', '💡', '\u00a0', '\u2028', '\r\n', '\0',
];

/** Numbers that are the same each time: xorshift. */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const sources = readdirSync(CASES).flatMap((file) =>
  readFileSync(new URL(file, CASES), 'utf8')
    .split(/^=== /m)
    .slice(1)
    .map((text) => text.slice(text.indexOf('\n') + 1).split('\n---\n')[0]),
);

function mutated(number) {
  let text = sources[number(sources.length)];
  for (let count = 1 + number(8); count > 0; count--) {
    const [at, to] = [number(text.length + 1), number(text.length + 1)];
    const sign = SIGNS[number(SIGNS.length)];
    const other = sources[number(sources.length)];
    text = [
      () => text.slice(0, at) + sign + text.slice(at),
      () => text.slice(0, at) + text.slice(at + 1 + number(4)),
      () => text.slice(0, at) + other + text.slice(at),
      () => text.slice(0, Math.max(at, to)) + text.slice(Math.min(at, to)),
    ][number(4)]();
    text = text.slice(0, 4000);
  }
  // Half of a letter beyond the basic plane is no text.
  return text.toWellFormed();
}

test('trees without errors', () => {
  const number = numbers(20260);
  const texts = Array.from({ length: TEXTS }, () => mutated(number));
  const trees = parse(texts);
  const failed = texts.filter((_, index) => broken(trees[index]).length > 0);
  assert.deepEqual(failed.slice(0, 3).map((text) => JSON.stringify(text)), [], `${failed.length} of ${texts.length} texts have errors`);
});
