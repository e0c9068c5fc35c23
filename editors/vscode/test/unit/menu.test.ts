// The menu behind the status bar: what is offered when.

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Circumstances, menuItems } from "../../src/menu";
import type { ReloadStatus } from "../../src/protocol";
import { readJson } from "../repository";

const live: ReloadStatus = {
  state: "live",
  generation: { saved: 7, built: 7, live: 7 },
  kind: "patch",
  durationMs: 200,
  reason: null,
  url: "http://127.0.0.1:8080",
  message: "anvil: live 7",
};

function offered(more: Partial<Circumstances>): string[] {
  const now: Circumstances = {
    server: { kind: "running", program: "/x", version: "0.1.0", advice: undefined },
    reload: live,
    health: undefined,
    trusted: true,
    others: [],
    language: "forge",
    rustAnalyzerChecks: false,
    daemonDiagnostics: false,
    ...more,
  };
  return menuItems(now).map((item) => item.command.replace("anvilforge.", ""));
}

test("a live app can be opened, restarted, rolled back and stopped", () => {
  const expected = ["openApp", "restartApp", "rollback", "stopApp", "doctor", "showAbiDiff", "showGeneratedRust", "restartServer", "showLog"];
  assert.deepEqual(offered({}), expected);
});

test("waiting is offered while something is on its way", () => {
  assert.ok(offered({ reload: { ...live, state: "building", generation: { saved: 8, built: 7, live: 7 } } }).includes("waitLive"));
  assert.ok(!offered({}).includes("waitLive"));
});

test("there is nothing to roll back to before the second generation", () => {
  assert.ok(!offered({ reload: { ...live, generation: { saved: 1, built: 1, live: 1 } } }).includes("rollback"));
});

test("a stopped app can be started", () => {
  const stopped = { ...live, state: "stopped" as const, url: null };
  assert.deepEqual(offered({ reload: stopped, language: "rust" }), ["startApp", "doctor", "showAbiDiff", "restartServer", "showLog"]);
});

test("an untrusted workspace starts nothing", () => {
  assert.deepEqual(offered({ trusted: false }), ["restartServer", "showLog"]);
});

test("without a daemon there is nothing to ask it", () => {
  assert.deepEqual(offered({ reload: { ...live, state: "off", generation: null, url: null } }), ["doctor", "restartServer", "showLog"]);
});

test("without a server there is its installation", () => {
  const server = { kind: "missing" as const, why: "it is not on PATH", advice: "install it" };
  assert.deepEqual(offered({ server, reload: undefined }), ["copyInstallCommand", "restartServer", "showLog"]);
});

test("who shows build errors is one click, both ways", () => {
  assert.ok(offered({ rustAnalyzerChecks: true }).includes("useDaemonDiagnostics"));
  assert.ok(offered({ daemonDiagnostics: true }).includes("useRustAnalyzerDiagnostics"));
  assert.ok(!offered({}).some((command) => command.endsWith("Diagnostics")));
});

test("every item is a command of the extension", () => {
  const manifest = readJson<{ contributes: { commands: { command: string }[] } }>("package.json");
  const known = new Set(manifest.contributes.commands.map(({ command }) => command));
  const states = ["off", "connecting", "stopped", "building", "live", "stale", "blocked", "failed", "rolledBack"] as const;
  for (const state of states) {
    for (const command of offered({ reload: { ...live, state }, rustAnalyzerChecks: true })) {
      assert.ok(known.has(`anvilforge.${command}`), command);
    }
  }
});
