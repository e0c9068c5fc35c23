// What the server is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { type RustAnalyzer, rustAnalyzerChecks, serverSettings, serverShowsBuild } from "../../src/settings";

const rustAnalyzer: RustAnalyzer = { installed: true, checkOnSave: true };

test("settings and trust are passed on", () => {
  const settings = serverSettings({ trusted: false, daemon: "attach", buildDiagnostics: "never", rustAnalyzer, buildAhead: false });
  assert.deepEqual(settings, { trusted: false, daemon: "attach", buildDiagnostics: "never", rustAnalyzerCheck: true, buildAhead: false });
});

test("a value that does not exist is the default", () => {
  const settings = serverSettings({ trusted: true, daemon: "maybe", buildDiagnostics: undefined, rustAnalyzer, buildAhead: undefined });
  assert.deepEqual([settings.daemon, settings.buildDiagnostics, settings.buildAhead], ["start", "auto", true]);
});

test("rust-analyzer checks if it is there and was not told otherwise", () => {
  const checks = (installed: boolean, checkOnSave: unknown) => rustAnalyzerChecks({ installed, checkOnSave });
  assert.ok(checks(true, true));
  assert.ok(checks(true, undefined));
  assert.ok(!checks(true, false));
  assert.ok(!checks(false, true));
  assert.ok(checks(true, { enable: true }));
  assert.ok(!checks(true, { enable: false }));
});

test("who shows build errors follows from setting and rust-analyzer", () => {
  const shows = (buildDiagnostics: string, installed: boolean) =>
    serverShowsBuild(serverSettings({ trusted: true, daemon: "start", buildDiagnostics, rustAnalyzer: { installed, checkOnSave: true }, buildAhead: true }));
  assert.deepEqual([shows("auto", true), shows("auto", false)], [false, true]);
  assert.deepEqual([shows("always", true), shows("never", false)], [true, false]);
});
