// The snippets against the table of directives: every block has one, and what they insert is complete.

import assert from "node:assert/strict";
import { test } from "node:test";

import { blocks, directives, readJson } from "../repository";

interface Snippet {
  prefix: string;
  body: string[];
  description: string;
}

const snippets = readJson<Record<string, Snippet>>("snippets/forge.json");

/** As inserted and left as it is: placeholders are their defaults. */
function inserted({ body }: Snippet): string {
  let text = body.join("\n");
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/\$\{\d+:([^${}]*)\}/g, "$1").replace(/\$\{\d+\|([^,|}]*)[^}]*\}/g, "$1");
  }
  return text.replace(/\$\d/g, "");
}

test("the table of directives is read", () => {
  assert.ok(directives().length > 100);
  assert.deepEqual(blocks().find(({ name }) => name === "hasSection"), { name: "hasSection", closers: ["endif"] });
  assert.deepEqual(blocks().find(({ name }) => name === "verbatim"), { name: "verbatim", closers: ["endverbatim"] });
  assert.ok(blocks().length >= 37);
});

test("every directive that opens a block has a snippet that closes it", () => {
  const missing = blocks()
    .filter(({ name }) => name !== "php")
    .filter(({ name, closers }) => {
      const snippet = Object.values(snippets).find(({ prefix }) => prefix === `@${name}`);
      const last = snippet?.body.at(-1) ?? "";
      return !closers.some((closer) => last === `@${closer}`) || !(snippet?.body[0] ?? "").startsWith(`@${name}`);
    });
  assert.deepEqual(missing, []);
});

test("what is inserted names only directives that exist, with arguments where they are needed", () => {
  const known = new Map(directives().map((row) => [row.name, row]));
  for (const [title, snippet] of Object.entries(snippets)) {
    const text = inserted(snippet);
    assert.doesNotMatch(text, /\$/, `${title}: a placeholder is left in ${text}`);
    for (const [, name = "", gap] of text.matchAll(/@(\w+)(\s*\()?/g)) {
      const row = known.get(name);
      assert.ok(row, `${title}: @${name}`);
      assert.ok(row.takes !== "Required" || gap !== undefined, `${title}: @${name} needs arguments`);
      assert.ok(row.takes !== "Nothing" || gap === undefined, `${title}: @${name} takes none`);
    }
  }
});

test("brackets and quotes are balanced", () => {
  for (const [title, snippet] of Object.entries(snippets)) {
    const text = inserted(snippet);
    for (const [open, close] of ["()", "[]", "{}"]) {
      assert.equal(text.split(open ?? "").length, text.split(close ?? "").length, `${title}: ${text}`);
    }
    assert.equal(text.split("'").length % 2, 1, `${title}: ${text}`);
  }
});

test("prefixes are unique and every snippet says what it is for", () => {
  const prefixes = Object.values(snippets).map(({ prefix }) => prefix);
  assert.equal(new Set(prefixes).size, prefixes.length);
  assert.ok(Object.values(snippets).every(({ description }) => description.length > 5));
});
