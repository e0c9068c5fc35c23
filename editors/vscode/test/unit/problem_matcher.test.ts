// The problem matchers against what `anvil dev` prints: the lines of its own documents, and sessions of several generations.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Collector, type Matcher } from "../problem_collector";
import { read, readJson } from "../repository";

const contributed = readJson<{ contributes: { problemMatchers: Matcher[] } }>("package.json").contributes.problemMatchers;
const matchers = contributed.filter(({ name }) => name !== "anvil-watch");

const MISTAKE = `error[E0609]: no field \`tittle\` on type \`Post\`
  --> src/posts.rs:75:39
   |
75 |     let form = PostForm { title: post.tittle, body: post.body };
   |                                       ^^^^^^ unknown field
   |
help: a field with a similar name exists
   |
75 -     let form = PostForm { title: post.tittle, body: post.body };
75 +     let form = PostForm { title: post.title, body: post.body };
   |`;
const TYPES = `error[E0308]: mismatched types
 --> src/users.rs:9:5
  |
8 | fn count() -> u32 {
  |               --- expected \`u32\` because of return type
9 |     "three"
  |     ^^^^^^^ expected \`u32\`, found \`&str\``;
const UNUSED = `warning: unused variable: \`a\`
 --> src/users.rs:3:9
  |
3 |     let a = 1;
  |         ^ help: if this is intentional, prefix it with an underscore: \`_a\`
  |
  = note: \`#[warn(unused_variables)]\` on by default`;
const LAYOUT = `error[ANV0301]: \`Stats\` changed its layout
  --> /p/src/stats.rs:3:5
  ::: /p/src/lib.rs:9:1 put into the container here
  = help: the app is handed over to a new host`;
const READY = "  ready      http://127.0.0.1:8080   blog   38 routes";
const PATCH = "  patch      src/posts.rs · 1 module · detect 12 ms, build 221 ms, swap 2 ms";
const FAILED = "  error      src/posts.rs does not compile; generation 7 stays live";

const NO_FIELD = "error src/posts.rs:75:39 E0609 no field `tittle` on type `Post`";
const MISMATCHED = "error src/users.rs:9:5 E0308 mismatched types";

function session(...texts: string[]): Collector {
  const collector = new Collector(matchers);
  texts.forEach((text) => collector.read(text));
  return collector;
}

test("findings of the compiler and of anvil itself are understood", () => {
  const found = session(READY, MISTAKE, UNUSED, LAYOUT).findings();
  assert.deepEqual(found, [
    NO_FIELD,
    "warning src/users.rs:3:9 - unused variable: `a`",
    "error /p/src/stats.rs:3:5 ANV0301 `Stats` changed its layout",
  ]);
});

test("the rendering of a finding without a column is understood", () => {
  assert.deepEqual(session(READY, "error: unknown key\n  --> config/anvil.toml:4").findings(), ["error config/anvil.toml:4:1 - unknown key"]);
});

test("the fix clears the error", () => {
  assert.deepEqual(session(READY, MISTAKE, FAILED).findings(), [NO_FIELD]);
  assert.deepEqual(session(READY, MISTAKE, FAILED, PATCH).findings(), []);
  assert.deepEqual(session(READY, PATCH, PATCH, MISTAKE, FAILED, PATCH, MISTAKE, FAILED, PATCH).findings(), []);
});

test("after another failure only its errors are shown", () => {
  const two = session(READY, MISTAKE, TYPES, FAILED);
  assert.deepEqual(two.findings(), [NO_FIELD, MISMATCHED]);
  // The first line of the first finding ends what was before; its first label stands in for it.
  two.read(TYPES).read(FAILED);
  assert.deepEqual(two.findings(), ["error src/users.rs:9:5 - expected `u32` because of return type"]);
  two.read(MISTAKE).read(TYPES).read(FAILED);
  assert.deepEqual(two.findings(), ["error src/posts.rs:75:39 - unknown field", MISMATCHED]);
  assert.deepEqual(two.read(PATCH).findings(), []);
});

test("a first build that fails is over, so that nothing waits for it", () => {
  assert.equal(session(MISTAKE).active, false);
  const first = session(MISTAKE, "  error      src/posts.rs does not compile; nothing is live yet");
  assert.deepEqual(first.findings(), ["error src/posts.rs:75:39 - unknown field"]);
  first.read("  down       the app is not up; waiting for an edit");
  assert.deepEqual(first.findings(), ["error src/posts.rs:75:39 - unknown field"]);
  assert.deepEqual(first.read(READY).findings(), []);
});

test("the matcher that only follows finds nothing, and follows in the same way", () => {
  const [following] = contributed.filter(({ name }) => name === "anvil-watch");
  assert.ok(following);
  const collector = new Collector([following]).read(MISTAKE).read(TYPES).read(FAILED);
  assert.deepEqual(collector.findings(), []);
  assert.equal(collector.active, true);
  assert.equal(collector.read(PATCH).active, false);
  assert.deepEqual(following.background, matchers[0]?.background);
});

/** Lines in quotes of the source of the terminal's tests, as they are printed. */
function printed(): string[] {
  const source = read("anvil-cli/src/dev/view/tests.rs");
  return [...source.matchAll(/"( {2}[a-z]+ {2,}[^"\n]*)"/g)].map(([, line = ""]) => line);
}

test("every line of `anvil dev` about a generation is a beginning or an end, and the others are neither", () => {
  const background = matchers[0]?.background;
  assert.ok(background);
  const kind = (line: string) => {
    const [begins, ends] = [background.beginsPattern, background.endsPattern].map((pattern) => new RegExp(pattern).test(line));
    assert.ok(!(begins && ends), line);
    return begins ? "begins" : ends ? "ends" : "neither";
  };
  const documented = [...read("docs/cli.md").matchAll(/^ {2}(?:ready|template|patch|full|swap|handover|restart|error) {2,}.*$/gm)].map(([line]) => line);
  const lines = [...printed(), ...documented];
  assert.ok(lines.length >= 16, String(lines.length));
  for (const line of lines) {
    const expected = /^ {2}error /.test(line) ? "begins" : /^ {2}(?:compiling|building|crashed) /.test(line) ? "neither" : "ends";
    assert.equal(kind(line), expected, line);
  }
  assert.equal(kind("INFO request finished status=200"), "neither");
  assert.equal(kind("error: the database is locked"), "ends");
});

test("every way that a generation can take is known", () => {
  const words = [...read("anvil-cli/src/status.rs").matchAll(/BuildKind::\w+ => "(\w+)"/g)].map(([, word = ""]) => word);
  assert.ok(words.length >= 5, words.join());
  for (const word of [...words, "full", "ready"]) {
    assert.match(`  ${word.padEnd(10)} x`, new RegExp(matchers[0]?.background?.endsPattern ?? "^$"), word);
  }
});
