// The status bar in every state.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { ReloadState, ReloadStatus } from "../../src/protocol";
import { type Known, type Server, statusItem } from "../../src/status";

const running: Server = { kind: "running", program: "/bin/anvil-lsp", version: "0.1.0", advice: undefined };

function reload(state: ReloadState, message: string, more: Partial<ReloadStatus> = {}): ReloadStatus {
  const generation = { saved: 8, built: 8, live: 7 };
  return { state, generation, kind: "patch", durationMs: 221.4, reason: "1 module", url: "http://127.0.0.1:8080", message, ...more };
}

function item(more: Partial<Known>): ReturnType<typeof statusItem> {
  return statusItem({ server: running, reload: undefined, health: undefined, trusted: true, others: [], ...more });
}

test("the server's words are shown, with an icon and a colour for each state", () => {
  const shown = (state: ReloadState, message: string) => {
    const { text, tone } = item({ reload: reload(state, message) });
    return [text, tone];
  };
  assert.deepEqual(shown("live", "anvil: live 7"), ["$(flame) anvil: live 7", "plain"]);
  assert.deepEqual(shown("building", "anvil: building 8…"), ["$(sync~spin) anvil: building 8…", "plain"]);
  assert.deepEqual(shown("failed", "anvil: 8 failed, 7 live"), ["$(error) anvil: 8 failed, 7 live", "error"]);
  assert.deepEqual(shown("blocked", "anvil: 8 blocked"), ["$(lock) anvil: 8 blocked", "warning"]);
  assert.deepEqual(shown("rolledBack", "anvil: back to 7"), ["$(discard) anvil: back to 7", "warning"]);
  assert.deepEqual(shown("stale", "anvil: stale"), ["$(history) anvil: stale", "warning"]);
  assert.deepEqual(shown("stopped", "anvil: stopped"), ["$(debug-stop) anvil: stopped", "plain"]);
  assert.deepEqual(shown("off", "anvil: off"), ["$(circle-slash) anvil: off", "plain"]);
});

test("the tooltip tells generations, way, address and version", () => {
  const { tooltip, label } = item({ reload: reload("live", "anvil: live 7") });
  assert.equal(tooltip, "saved 8 · built 8 · live 7\n\npatch · 221 ms · 1 module\n\n<http://127.0.0.1:8080>\n\nanvil-lsp 0.1.0");
  assert.equal(label, "anvil: live 7");
});

test("other projects are a line each", () => {
  const { tooltip } = item({ reload: reload("live", "anvil: live 7"), others: ["shop: 3 failed, 2 live"] });
  assert.match(tooltip, /\n\nshop: 3 failed, 2 live\n\n/);
});

test("what is unknown is left out", () => {
  const empty = reload("off", "anvil: off", { generation: null, kind: null, durationMs: null, reason: null, url: null });
  assert.equal(item({ reload: empty }).tooltip, "anvil-lsp 0.1.0");
});

test("without a project that has a daemon, it is off", () => {
  const { text, tooltip } = item({});
  assert.equal(text, "$(circle-slash) anvil: off");
  assert.match(tooltip, /^No daemon is used/);
});

test("a missing server is a word in the status bar, with what to do", () => {
  const { text, tone, tooltip } = item({ server: { kind: "missing", why: "anvil-lsp is not on PATH", advice: "install it" } });
  assert.deepEqual([text, tone], ["$(warning) anvil: no server", "warning"]);
  assert.equal(tooltip, "Anvil-lsp is not on PATH.\n\nInstall it.");
  const unusable = item({ server: { kind: "unusable", program: "/x", why: "it is not anvil-lsp", advice: "install it" } });
  assert.equal(unusable.tooltip, "`/x` cannot be used: it is not anvil-lsp.\n\nInstall it.");
  assert.equal(item({ server: { kind: "crashed", why: "it ended" } }).tone, "error");
});

test("another version is a warning beside what is live", () => {
  const { text, tone, tooltip } = item({ server: { ...running, advice: "update the extension" }, reload: reload("live", "anvil: live 7") });
  assert.deepEqual([text, tone], ["$(warning) anvil: live 7", "warning"]);
  assert.match(tooltip, /Update the extension\.\n\nanvil-lsp 0\.1\.0$/);
});

test("bad health and missing trust are told", () => {
  const { tone, tooltip } = item({ trusted: false, health: { health: "warning", quiescent: true, message: "the index is too large" } });
  assert.equal(tone, "warning");
  assert.match(tooltip, /not trusted/);
  assert.match(tooltip, /the index is too large/);
});
