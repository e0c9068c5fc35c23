// The check before the start, with real programs.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";

import { type Check, checkServer, isProgram } from "../../src/server_check";

const folder = mkdtempSync(path.join(os.tmpdir(), "anvil-server-check-"));
after(() => rmSync(folder, { recursive: true }));

async function check(script: string | undefined, mode = 0o755): Promise<Check> {
  const program = path.join(folder, "anvil-lsp");
  rmSync(program, { force: true });
  if (script !== undefined) {
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, mode);
  }
  const places = { setting: "", workspaceFolder: undefined, home: folder, path: folder, platform: process.platform };
  return checkServer({ ...places, isProgram }, "0.1.0");
}

test("the right server is usable", async () => {
  const found = await check('test "$1" = --version && echo "anvil-lsp 0.1.4 (protocol 1)"');
  const program = path.join(folder, "anvil-lsp");
  assert.deepEqual(found, { kind: "usable", program, version: "0.1.4", protocol: 1, advice: undefined });
});

test("a server of another series is usable, with advice", async () => {
  const found = await check('echo "anvil-lsp 0.2.0 (protocol 3)"');
  assert.ok(found.kind === "usable");
  assert.equal(
    found.advice,
    "server 0.2.0 and extension 0.1.0 do not belong together: run `cargo install anvil-lsp --version 0.1`, or update the extension",
  );
});

test("what is missing or not executable is said, with what to do", async () => {
  const advice = "install it with `cargo install anvil-lsp --version 0.1`, or set anvil.server.path";
  assert.deepEqual(await check(undefined), { kind: "missing", why: "anvil-lsp is not on PATH", advice });
  assert.deepEqual(await check("exit 0", 0o644), { kind: "missing", why: "anvil-lsp is not on PATH", advice });
});

test("another program of the same name, and one that fails, are not talked to", async () => {
  const other = await check('echo "hello there"; echo again');
  assert.ok(other.kind === "unusable");
  assert.equal(other.why, "it is not anvil-lsp: it says `hello there`");
  const failing = await check("exit 3");
  assert.ok(failing.kind === "unusable");
  assert.match(failing.why, /^`--version` failed: /);
});
