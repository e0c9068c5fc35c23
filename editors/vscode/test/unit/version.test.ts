// Versions: what the server prints is understood, anything else is not taken for it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fits, installCommand, parseVersion, series } from "../../src/version";

test("the line that the server prints is understood", () => {
  assert.deepEqual(parseVersion("anvil-lsp 0.1.0 (protocol 1)\n"), { version: "0.1.0", protocol: 1 });
  assert.deepEqual(parseVersion("anvil-lsp 1.12.3-rc.1 (protocol 12)"), { version: "1.12.3-rc.1", protocol: 12 });
});

test("other programs are not taken for the server", () => {
  for (const text of ["", "anvil 0.1.0", "anvil-lsp 0.1 (protocol 1)", "anvil-lsp 0.1.0", "anvil-lsp 0.1.0 (protocol 1)\nmore"]) {
    assert.equal(parseVersion(text), undefined, JSON.stringify(text));
  }
});

test("before 1.0 a minor version decides, then a major one", () => {
  assert.ok(fits("0.1.0", "0.1.9"));
  assert.ok(!fits("0.2.0", "0.1.0"));
  assert.ok(fits("1.4.0", "1.0.2"));
  assert.ok(!fits("2.0.0", "1.0.0"));
  assert.ok(!fits("1.1.0", "0.1.0"));
  assert.deepEqual([series("0.1.7"), series("3.2.1")], ["0.1", "3"]);
  assert.equal(installCommand("0.1.7"), "cargo install anvil-lsp --version 0.1");
});
