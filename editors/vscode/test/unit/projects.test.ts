// Several projects in one window.

import assert from "node:assert/strict";
import { test } from "node:test";

import { others, readStatuses, rootOf, statusFor } from "../../src/projects";
import type { ReloadStatus } from "../../src/protocol";

function status(root: string | undefined, message: string): ReloadStatus {
  const rest = { generation: null, kind: null, durationMs: null, reason: null, url: null };
  return { state: "live", message, ...rest, ...(root === undefined ? {} : { root }) };
}

const blog = status("/w/blog", "anvil: live 7");
const shop = status("/w/blog/shop", "anvil: 3 failed, 2 live");
const both = new Map([blog, shop].map((one) => [rootOf(one), one]));

test("both shapes of the answer are read, and nothing else", () => {
  assert.deepEqual(readStatuses({ projects: [blog, shop] }), [blog, shop]);
  assert.deepEqual(readStatuses(blog), [blog]);
  assert.deepEqual(readStatuses({ projects: [null, {}] }), []);
  assert.deepEqual(readStatuses(null), []);
});

test("the innermost project around the file is meant", () => {
  assert.equal(statusFor(both, "/w/blog/src/lib.rs"), blog);
  assert.equal(statusFor(both, "/w/blog/shop/src/lib.rs"), shop);
  assert.equal(statusFor(both, "/w/blogger/src/lib.rs"), blog);
  assert.equal(statusFor(both, undefined), blog);
  assert.equal(statusFor(new Map(), "/w/blog/src/lib.rs"), undefined);
  const only = status(undefined, "anvil: off");
  assert.equal(statusFor(new Map([[rootOf(only), only]]), "/elsewhere"), only);
});

test("the others are told by the names of their folders", () => {
  assert.deepEqual(others(both, blog), ["shop: 3 failed, 2 live"]);
  assert.deepEqual(others(both, shop), ["blog: live 7"]);
  assert.deepEqual(others(new Map(), undefined), []);
});
