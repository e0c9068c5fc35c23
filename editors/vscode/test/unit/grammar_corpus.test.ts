// The grammars over every template of the repository and every case of the language's specification: none leaves anything
// open at its end, so that no expression swallows the rest of a file.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { before, test } from "node:test";
import * as oniguruma from "vscode-oniguruma";
import * as textmate from "vscode-textmate";

import { EXTENSION, read, ROOT } from "../repository";

const REAL = path.join(EXTENSION, "node_modules", "tm-grammars", "grammars");
const FILES: Record<string, string> = {
  "text.html.forge": path.join(EXTENSION, "syntaxes", "forge.tmLanguage.json"),
  "text.html.forge.injection": path.join(EXTENSION, "syntaxes", "forge.injection.tmLanguage.json"),
  "text.html.derivative": path.join(REAL, "html-derivative.json"),
  "text.html.basic": path.join(REAL, "html.json"),
  "source.css": path.join(REAL, "css.json"),
  "source.js": path.join(REAL, "javascript.json"),
  "source.rust": path.join(REAL, "rust.json"),
};

let grammar: textmate.IGrammar;

before(async () => {
  await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      const file = FILES[scope];
      return file === undefined ? null : textmate.parseRawGrammar(readFileSync(file, "utf8"), file);
    },
    getInjections: (scope) => (scope === "text.html.forge" ? ["text.html.forge.injection"] : undefined),
  });
  const loaded = await registry.loadGrammar("text.html.forge");
  assert.ok(loaded);
  grammar = loaded;
});

interface Token {
  text: string;
  scopes: string[];
}

function tokens(text: string): { list: Token[]; open: number } {
  let stack = textmate.INITIAL;
  const list: Token[] = [];
  for (const line of text.split("\n")) {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    list.push(...result.tokens.map(({ startIndex, endIndex, scopes }) => ({ text: line.slice(startIndex, endIndex), scopes })));
  }
  return { list, open: stack.depth - 1 };
}

/** Templates in the specification, by file and line. `mistakes.md` has those that are wrong. */
function cases(): { place: string; text: string }[] {
  const folder = "framework/templates/spec";
  return readdirSync(path.join(ROOT, folder))
    .filter((file) => file.endsWith(".md") && !["mistakes.md", "README.md"].includes(file))
    .flatMap((file) => {
      const text = read(`${folder}/${file}`);
      return [...text.matchAll(/^```forge[^\n]*\n([\s\S]*?)^```$/gm)].map((found) => {
        const line = text.slice(0, found.index).split("\n").length;
        return { place: `${file}:${line}`, text: found[1] ?? "" };
      });
    });
}

function templates(): { place: string; text: string }[] {
  const folders = ["examples", "framework/templates-codegen/tests/app", "framework/templates/bench"];
  const files = folders.flatMap((folder) => {
    const all = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" });
    return all.filter((file) => file.endsWith(".forge.html")).map((file) => path.join(folder, file));
  });
  return files.map((place) => ({ place, text: read(place) }));
}

/** Without anything of Forge in it, a text is the business of HTML's grammar, which leaves some of its own things open. */
function isForge({ list }: { list: Token[] }): boolean {
  return list.some(({ scopes }) => scopes.some((scope) => scope.endsWith(".forge") && scope !== "text.html.forge"));
}

function leavesOpen({ text }: { text: string }): boolean {
  const read = tokens(text);
  return read.open > 0 && isForge(read);
}

test("no template of the repository leaves anything open", () => {
  const all = templates();
  assert.ok(all.length > 30, String(all.length));
  assert.deepEqual(all.filter(leavesOpen).map(({ place }) => place), []);
});

test("no case of the specification leaves anything open", () => {
  const all = cases();
  assert.ok(all.length > 300, String(all.length));
  assert.deepEqual(all.filter(leavesOpen).map(({ place, text }) => `${place}\n${text}`), []);
});

test("the delimiters of every echo in the blog are coloured as such, and nothing else is", () => {
  for (const { place, text } of templates().filter(({ place }) => place.startsWith("examples/blog"))) {
    const withoutComments = text.replace(/\{\{--[\s\S]*?--\}\}/g, "");
    const expected = withoutComments.match(/\{\{|\}\}/g) ?? [];
    const coloured = tokens(text).list.filter(({ scopes }) => scopes.some((scope) => scope.startsWith("punctuation.section.embedded.")));
    assert.deepEqual(coloured.map((token) => token.text), expected, place);
  }
});

test("every bound attribute in the blog is coloured as one", () => {
  for (const { place, text } of templates().filter(({ place }) => place.startsWith("examples/blog"))) {
    const expected = [...text.matchAll(/ :([a-z]+)=/g)].map(([, name]) => name);
    const coloured = tokens(text).list.filter(({ scopes }) => scopes.includes("entity.other.attribute-name.bound.forge"));
    assert.deepEqual(coloured.map((token) => token.text), expected, place);
  }
});
