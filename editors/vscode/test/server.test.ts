// The real server with the stack of the extension's client. `ANVIL_LSP` is the path of `anvil-lsp`, such as target/debug/anvil-lsp.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { afterEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { type CompletionItem, CompletionRequest, type Diagnostic, ExecuteCommandRequest } from "vscode-languageserver-protocol/node";

import { readStatuses } from "../src/projects";
import type { ServerSettings } from "../src/settings";
import { fits, parseVersion } from "../src/version";
import { behind, Server } from "./language_server";
import { EXTENSION, readJson, ROOT } from "./repository";

const BLOG = path.join(ROOT, "examples", "blog");
const template = (name: string) => path.join(BLOG, "templates", `${name}.forge.html`);
const WITHOUT_DAEMON: ServerSettings = { trusted: true, daemon: "off", buildDiagnostics: "auto", rustAnalyzerCheck: true, buildAhead: true };

const program = process.env["ANVIL_LSP"] ?? "";
assert.ok(program !== "", "set ANVIL_LSP to the path of anvil-lsp: `cargo build -p anvil-lsp`, then target/debug/anvil-lsp");

const started: Server[] = [];
afterEach(() => started.splice(0).forEach((server) => server.kill()));

async function blog(settings: ServerSettings = WITHOUT_DAEMON): Promise<Server> {
  const server = new Server(path.resolve(program));
  started.push(server);
  await server.initialize(BLOG, settings);
  return server;
}

function said(found: Diagnostic[]): string[] {
  return found.map(({ range, code, source }) => `${source} ${code} ${range.start.line}:${range.start.character}-${range.end.line}:${range.end.character}`);
}

function text({ message }: Diagnostic): string {
  return typeof message === "string" ? message : message.value;
}

async function complete(server: Server, uri: string, text: string, needle: string): Promise<CompletionItem[]> {
  await server.change(uri, { text });
  const answer = await server.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position: behind(text, needle) });
  return Array.isArray(answer) ? answer : (answer?.items ?? []);
}

function includes(items: CompletionItem[], ...labels: string[]): void {
  const offered = items.map(({ label }) => label);
  for (const label of labels) {
    assert.ok(offered.includes(label), `${label} is not offered; offered are ${offered.join(", ")}`);
  }
}

test("the server says which version it is, and it belongs to this extension", () => {
  const version = parseVersion(execFileSync(program, ["--version"], { encoding: "utf8" }));
  assert.ok(version);
  assert.ok(fits(version.version, readJson<{ version: string }>("package.json").version));
});

test("the server can do what the extension shows", async () => {
  const server = new Server(path.resolve(program));
  started.push(server);
  const { capabilities, serverInfo } = await server.initialize(BLOG, WITHOUT_DAEMON);
  assert.equal(serverInfo?.name, "anvil-lsp");
  assert.equal(capabilities.positionEncoding, "utf-16");
  for (const feature of ["completionProvider", "hoverProvider", "definitionProvider", "renameProvider", "documentFormattingProvider"] as const) {
    assert.ok(capabilities[feature], feature);
  }
  const commands = ["anvil.restartApp", "anvil.rollback", "anvil.waitLive", "anvil.startApp", "anvil.stopApp", "anvil.doctor", "anvil.useDaemonDiagnostics", "anvil.showAbiReport"];
  assert.deepEqual([...(capabilities.executeCommandProvider?.commands ?? [])].sort(), commands.sort());
  assert.equal(await server.end(), 0);
});

test("the blog's templates are right, a mistake is shown at its place, and goes with its fix", async () => {
  const server = await blog();
  await server.quiescent();
  const right = readFileSync(template("posts/show"), "utf8");
  const uri = await server.open(template("posts/show"), "forge");
  assert.deepEqual(await server.diagnostics(uri, () => true), []);

  await server.change(uri, { text: right.replace("{{ post.created_at }}", "{{ post.created_at") });
  const [unclosed, ...more] = said(await server.diagnostics(uri, (found) => found.length > 0));
  const { line, character } = behind(right, "<time>");
  assert.deepEqual([unclosed, more], [`forge FRG0005 ${line}:${character}-${line}:${character + 2}`, []]);

  await server.change(uri, { text: right.replace("<x-quote ", "<x-quot ") });
  const misspelt = await server.diagnostics(uri, (found) => found.some(({ code }) => code === "FRG0037"));
  assert.match(misspelt.map(text).join("\n"), /quot/);

  await server.change(uri, { text: right });
  assert.deepEqual(await server.diagnostics(uri, (found) => found.length === 0), []);
  assert.equal(await server.end(), 0);
});

test("a prop that a component needs is asked for", async () => {
  const server = await blog();
  await server.quiescent();
  const uri = await server.open(template("posts/index"), "forge");
  const right = readFileSync(template("posts/index"), "utf8");
  await server.change(uri, { text: right.replace(' :pages="pages"', "") });
  const found = await server.diagnostics(uri, (found) => found.some(({ code }) => code === "FRG0038"));
  assert.match(found.map(text).join("\n"), /pages/);
  assert.equal(await server.end(), 0);
});

test("changes of ranges in UTF-16 leave the server with the editor's text", async () => {
  const server = await blog();
  const uri = await server.open(template("posts/index"), "forge", "<p>😀 {{ a }}</p>\r\n<b>é</b>\n");
  // Behind the emoji, which is two units long.
  await server.change(uri, { range: { start: { line: 0, character: 5 }, end: { line: 0, character: 6 } }, text: "—" });
  await server.change(uri, { range: { start: { line: 1, character: 3 }, end: { line: 1, character: 4 } }, text: "ü\n" });
  const expected = Buffer.from("<p>😀—{{ a }}</p>\r\n<b>ü\n</b>\n");
  const hash = await server.connection.sendRequest("anvil/debug/textHash", { textDocument: { uri } });
  const sha256 = createHash("sha256").update(expected).digest("hex");
  assert.deepEqual(hash, { version: 3, sha256, bytes: expected.length });
  assert.equal(await server.end(), 0);
});

test("completion offers directives, components, props, variables and fields", async () => {
  const server = await blog();
  await server.quiescent();
  const uri = await server.open(template("posts/index"), "forge");
  const text = readFileSync(template("posts/index"), "utf8");
  const at = (insert: string) => text.replace("<h1>Posts</h1>\n", `<h1>Posts</h1>\n${insert}\n`);
  includes(await complete(server, uri, at("@fore"), "@fore"), "@foreach", "@forelse");
  includes(await complete(server, uri, at("<x-"), "</h1>\n<x-"), "x-quote", "x-field", "x-pagination");
  includes(await complete(server, uri, at("<x-pagination  />"), "<x-pagination "), "page", "pages", "path");
  includes(await complete(server, uri, at("{{  }}"), "</h1>\n{{ "), "posts", "page", "pages");
  includes(await complete(server, uri, text.replace("{{ post.title }}", "{{ post. }}"), "{{ post."), "title", "body", "created_at");
  assert.equal(await server.end(), 0);
});

interface Snippet {
  prefix: string;
  body: string[];
}

test("every snippet is right as it is inserted", async () => {
  const server = await blog();
  await server.quiescent();
  // What a snippet names need not exist.
  const ofOthers = ["FRG0036", "FRG0037", "FRG0038", "FRG0040", "FRG0041"];
  const file = template("components/snippet");
  const uri = await server.open(file, "forge", "");
  for (const [title, { body }] of Object.entries(readJson<Record<string, Snippet>>("snippets/forge.json"))) {
    let inserted = body.join("\n");
    for (let before = ""; before !== inserted; ) {
      before = inserted;
      inserted = inserted.replace(/\$\{\d+:([^${}]*)\}/g, "$1").replace(/\$\{\d+\|([^,|}]*)[^}]*\}/g, "$1");
    }
    inserted = inserted.replace(/\$\d/g, "");
    // A mistake before it, so that the server has something to say and is waited for.
    await server.change(uri, { text: `{{ ${title.length}\n` });
    await server.diagnostics(uri, (found) => found.some(({ code }) => code === "FRG0005"));
    await server.change(uri, { text: slotted(inserted) });
    const found = await server.diagnostics(uri, (found) => !found.some(({ code }) => code === "FRG0005"));
    assert.deepEqual(found.filter(({ code }) => !ofOthers.includes(String(code))).map((one) => `${one.code} ${text(one)}`), [], `${title}:\n${inserted}`);
  }
  assert.equal(await server.end(), 0);
});

/** Slots stand in components only. */
function slotted(text: string): string {
  return text.startsWith("@slot") ? `@component('components.field')\n${text}\n@endcomponent` : text.startsWith("<x-slot") ? `<x-field>${text}</x-field>` : text;
}

test("an untrusted workspace is parsed, and nothing is started", async () => {
  const server = await blog({ ...WITHOUT_DAEMON, trusted: false, daemon: "start" });
  await server.quiescent();
  const uri = await server.open(template("posts/index"), "forge", "{{ a\n");
  assert.match(said(await server.diagnostics(uri, (found) => found.length > 0)).join(), /FRG0005/);
  const started = server.connection.sendRequest(ExecuteCommandRequest.type, { command: "anvil.startApp", arguments: [] });
  await assert.rejects(started, /not trusted/);
  for (const status of readStatuses(await server.connection.sendRequest("anvil/status", {}))) {
    assert.equal(status.state, "off");
  }
  assert.equal(await server.end(), 0);
});

test("a file of the extension itself is no template of a project, and is parsed all the same", async () => {
  const server = await blog();
  const file = path.join(EXTENSION, "test", "grammar", "snapshots", "broken.forge.html");
  await server.open(file, "forge");
  const found = await server.diagnostics(pathToFileURL(file).toString(), (found) => found.length > 0);
  assert.ok(found.every(({ source }) => source === "forge"));
  assert.equal(await server.end(), 0);
});
