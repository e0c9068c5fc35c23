// Where the server is looked for, and in which order.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findServer, type Search } from "../../src/server_path";

function search(programs: string[], more: Partial<Search>): ReturnType<typeof findServer> {
  const isProgram = (file: string) => programs.includes(file);
  return findServer({ setting: "", workspaceFolder: "/w", home: "/home/me", path: "", platform: "linux", isProgram, ...more });
}

test("the first folder of PATH that has it wins", () => {
  const found = search(["/b/anvil-lsp", "/c/anvil-lsp"], { path: "/a:/b:/c" });
  assert.deepEqual(found, { kind: "found", program: "/b/anvil-lsp" });
});

test("relative and empty entries of PATH are not searched: they would be folders of the project", () => {
  const found = search(["bin/anvil-lsp", "anvil-lsp"], { path: ":bin:." });
  assert.deepEqual(found, { kind: "missing", why: "anvil-lsp is not on PATH" });
});

test("the setting stands above PATH, and PATH does not stand in for it", () => {
  const at = (setting: string) => search(["/s/anvil-lsp", "/a/anvil-lsp"], { path: "/a", setting });
  assert.deepEqual(at(" /s/anvil-lsp "), { kind: "found", program: "/s/anvil-lsp" });
  assert.deepEqual(at("/nowhere"), { kind: "missing", why: "anvil.server.path is no program: /nowhere" });
  assert.deepEqual(at("target/anvil-lsp"), { kind: "missing", why: "anvil.server.path is not an absolute path: target/anvil-lsp" });
});

test("the setting may name the workspace and the home", () => {
  const at = (setting: string, program: string) => assert.deepEqual(search([program], { setting }), { kind: "found", program });
  at("${workspaceFolder}/target/debug/anvil-lsp", "/w/target/debug/anvil-lsp");
  at("~/bin/anvil-lsp", "/home/me/bin/anvil-lsp");
  const without = search([], { setting: "${workspaceFolder}/x", workspaceFolder: undefined });
  assert.deepEqual(without, { kind: "missing", why: "anvil.server.path is not an absolute path: ${workspaceFolder}/x" });
});
