// Writes src/directives.h, the scanner's copy of the directive table, from framework/templates-codegen/src/table.rs.
// `--check` writes nothing and fails if the copy is out of date.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HEADER = fileURLToPath(new URL('../src/directives.h', import.meta.url));
const TABLE = fileURLToPath(new URL('../../../framework/templates-codegen/src/table.rs', import.meta.url));

/** The rows of the table: `If "if" Required opens!(EndIf, CONDITIONS);`. */
export function directives() {
  const source = readFileSync(TABLE, 'utf8');
  const start = source.indexOf('\ndirectives! {');
  if (start < 0) throw new Error(`no \`directives!\` in ${TABLE}: follow the table to where it went`);
  const conditions = kinds(source.match(/const CONDITIONS: &\[Kind\] =\s*&\[([^\]]*)\]/)?.[1], 'CONDITIONS');
  const section = kinds(source.match(/const SECTION: &Block = &block\(When::OneArgument, &\[([^\]]*)\]/)?.[1], 'SECTION');
  const rows = [];
  for (const line of source.slice(start).split('\n').slice(2)) {
    const text = line.trim();
    if (text === '}') break;
    if (text === '' || text.startsWith('//')) continue;
    const row = text.match(/^(\w+) "(\w+)" (Required|Optional|Nothing) (.+);$/);
    if (!row) throw new Error(`this row of the table has an unknown form, teach it to ${import.meta.url}: ${text}`);
    const [, kind, name, takes, shape] = row;
    rows.push({ kind, name, takes, ...shapeOf(shape, conditions, section) });
  }
  return rows;
}

function kinds(list, name) {
  if (list === undefined) throw new Error(`\`${name}\` has an unknown form in ${TABLE}`);
  return [...list.matchAll(/K::(\w+)/g)].map((match) => match[1]);
}

function shapeOf(text, conditions, section) {
  if (['Alone', 'Branch', 'Closer'].includes(text)) return { shape: text, when: 'Always', closers: [], branches: [] };
  if (text.startsWith('Raw(')) return { shape: 'Raw', when: 'Always', closers: [], branches: [] };
  if (text === 'Shape::Block(SECTION)') return { shape: 'Block', when: 'OneArgument', closers: section, branches: [] };
  const opens = text.match(/^opens!\((?:(\w+), )?(End\w+)(?:, (CONDITIONS|&\[[^\]]*\]))?\)$/);
  if (!opens) throw new Error(`this shape has an unknown form: ${text}`);
  const [, when = 'Always', closer, branches = '&[]'] = opens;
  const list = branches === 'CONDITIONS' ? conditions : kinds(branches, 'branches');
  return { shape: 'Block', when, closers: [closer], branches: list };
}

const constant = (prefix, name) => `${prefix}_${name.toUpperCase()}`;

function header(rows) {
  const list = (names) => `{${[...names.map((name) => constant('KIND', name)), 'KIND_NONE'].join(', ')}}`;
  const row = ({ kind, name, takes, shape, when, closers, branches }) =>
    `    [${constant('KIND', kind)}] = {"${name.toLowerCase()}", ${constant('TAKES', takes)}, ` +
    `${constant('SHAPE', shape)}, ${constant('WHEN', when)}, ${list(closers)}, ${list(branches)}},`;
  const most = (key) => Math.max(...rows.map((entry) => entry[key].length)) + 1;
  return `// The directives, generated from framework/templates-codegen/src/table.rs by scripts/directives.mjs: run it again there,
// and change nothing here.
#ifndef FORGE_DIRECTIVES_H
#define FORGE_DIRECTIVES_H

#include <stdint.h>

enum { TAKES_REQUIRED, TAKES_OPTIONAL, TAKES_NOTHING };
enum { SHAPE_ALONE, SHAPE_BLOCK, SHAPE_RAW, SHAPE_BRANCH, SHAPE_CLOSER };
enum { WHEN_ALWAYS, WHEN_ONEARGUMENT, WHEN_ANYARGUMENT, WHEN_NOKEY };

enum {
${rows.map(({ kind }) => `    ${constant('KIND', kind)},`).join('\n')}
    KIND_NONE,
};

typedef struct {
    // In lower case.
    const char *name;
    uint8_t takes;
    uint8_t shape;
    uint8_t when;
    // Both end with KIND_NONE.
    uint8_t closers[${most('closers')}];
    uint8_t branches[${most('branches')}];
} Directive;

#define DIRECTIVE_NAME_MAX ${Math.max(...rows.map(({ name }) => name.length))}

static const Directive DIRECTIVES[KIND_NONE] = {
${rows.map(row).join('\n')}
};

#endif
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = header(directives());
  if (process.argv.includes('--check')) {
    if (readFileSync(HEADER, 'utf8') !== text) {
      console.error('src/directives.h does not follow the table of directives: run `node scripts/directives.mjs`');
      process.exit(1);
    }
  } else {
    writeFileSync(HEADER, text);
  }
}
