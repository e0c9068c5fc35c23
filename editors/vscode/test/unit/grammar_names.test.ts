// The names in the grammar against the language's own: directives of the table, filters and functions of the guide.

import assert from "node:assert/strict";
import { test } from "node:test";

import { directives, read, readJson } from "../repository";

interface Rule {
  match?: string;
  begin?: string;
  patterns?: Rule[];
}

const { repository } = readJson<{ repository: Record<string, Rule> }>("syntaxes/forge.tmLanguage.json");

/** The alternatives of the longest group of words in a rule. */
function words(pattern: string): string[] {
  const groups = [...pattern.matchAll(/\((?:\?i?:)?((?:\w+\|)+\w+)\)/g)].map(([, group = ""]) => group.split("|"));
  return groups.sort((a, b) => b.length - a.length)[0] ?? [];
}

function sorted(list: Iterable<string>): string[] {
  return [...new Set(list)].sort();
}

const [withArguments, alone] = repository["directive"]?.patterns ?? [];

test("what takes arguments is known as such", () => {
  const expected = directives().filter(({ takes }) => takes !== "Nothing").map(({ name }) => name);
  // Text that is not read: `@verbatim` takes none.
  assert.deepEqual(sorted(words(withArguments?.begin ?? "")), sorted(expected));
});

test("what stands without arguments is known as such", () => {
  const opensText = ["verbatim", "rust", "php"];
  const expected = directives().filter(({ takes, name }) => takes !== "Required" && !opensText.includes(name));
  assert.deepEqual(sorted(words(alone?.match ?? "")), sorted(expected.map(({ name }) => name)));
});

test("every directive has a colour, and one only", () => {
  const coloured = (repository["directive-name"]?.patterns ?? []).flatMap(({ match }) => words(match ?? ""));
  assert.equal(coloured.length, new Set(coloured).size);
  const all = directives().map(({ name }) => name).filter((name) => name !== "verbatim");
  assert.deepEqual(sorted(coloured), sorted(all));
});

test("filters and functions are those of the guide", () => {
  const guide = read("docs/guide/templates.md");
  const filters = /^Filters: ([\s\S]*?)\n\n/m.exec(guide)?.[1] ?? "";
  const listed = [...filters.matchAll(/`([a-z]\w*)(?:\([^)]*\))?`(?!-)/g)].map(([, name = ""]) => name);
  assert.deepEqual(sorted(words(repository["filter"]?.match ?? "")), sorted(listed.filter((name) => name !== "strftime")));
  const functions = /^Functions that are always there: ([\s\S]*?)\n`data\(key\)` is/m.exec(guide)?.[1] ?? "";
  const called = [...functions.matchAll(/`([a-z_]+)\(/g)].map(([, name = ""]) => name);
  const rule = repository["words"]?.patterns?.find(({ match }) => match?.includes("csrf_token"));
  assert.deepEqual(sorted(words(rule?.match ?? "")), sorted(called));
});
