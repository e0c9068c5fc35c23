// The manifest against the rest of the extension: what it names exists, and what exists is named.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

import { EXTENSION, read, readJson, readOwn } from "../repository";

interface Manifest {
  version: string;
  engines: { vscode: string };
  devDependencies: Record<string, string>;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] }; virtualWorkspaces: { supported: boolean } };
  contributes: {
    commands: { command: string; category: string }[];
    menus: Record<string, { command: string }[]>;
    configuration: { properties: Record<string, { scope: string }> };
    configurationDefaults: Record<string, unknown>;
    grammars: { scopeName: string; language?: string; embeddedLanguages: Record<string, string> }[];
    walkthroughs: { steps: { description: string; media: { markdown: string } }[] }[];
  };
}

const manifest = readJson<Manifest>("package.json");
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command).sort();

test("the commands that are contributed are those that are registered", () => {
  const table = /const commands: Record<string, \(\) => unknown> = \{([\s\S]*?)\n {2}\};/.exec(readOwn("src/commands.ts"))?.[1] ?? "";
  const registered = [...table.matchAll(/^ {4}(\w+):/gm)].map(([, name = ""]) => `anvilforge.${name}`);
  assert.deepEqual(registered.sort(), commands);
});

test("menus and walkthrough name commands that exist, and every command is in the palette", () => {
  const inMenus = Object.values(contributes.menus).flat().map(({ command }) => command);
  const steps = contributes.walkthroughs.flatMap(({ steps }) => steps);
  const inSteps = steps.flatMap(({ description }) => [...description.matchAll(/command:(anvilforge\.\w+)/g)].map(([, command = ""]) => command));
  for (const command of [...inMenus, ...inSteps]) {
    assert.ok(commands.includes(command), command);
  }
  assert.deepEqual((contributes.menus["commandPalette"] ?? []).map(({ command }) => command).sort(), commands);
});

test("files that are named exist", () => {
  const named = [...JSON.stringify(contributes).matchAll(/"(?:\.\/)?((?:images|syntaxes|snippets|schemas|walkthrough)\/[\w./-]+|language-configuration\.json)"/g)];
  const files = named.map(([, file = ""]) => file);
  assert.ok(files.length >= 11, files.join());
  for (const file of [...files, "images/icon.png", "LICENSE", "README.md", "CHANGELOG.md"]) {
    assert.ok(existsSync(path.join(EXTENSION, file)), file);
  }
});

test("settings that name programs cannot come from an untrusted workspace", () => {
  const programs = Object.keys(contributes.configuration.properties).filter((key) => key.endsWith(".path"));
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.sort(), programs.sort());
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, "limited");
  assert.equal(manifest.capabilities.virtualWorkspaces.supported, false);
});

test("every setting that the code reads is contributed, and every one is read", () => {
  const sources = ["session.ts", "tasks.ts", "rust_analyzer.ts"].map((file) => readOwn(`src/${file}`)).join("\n");
  for (const key of Object.keys(contributes.configuration.properties)) {
    assert.ok(sources.includes(`"${key.replace("anvil.", "")}"`), key);
  }
});

test("versions are pinned, and the editor's types are those of the oldest editor supported", () => {
  for (const [name, version] of Object.entries(manifest.devDependencies)) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
  }
  assert.equal(manifest.engines.vscode, `^${manifest.devDependencies["@types/vscode"]}`);
});

test("the lock file names no registry but the public one, and no package without a hash", () => {
  const lock = JSON.parse(readOwn("package-lock.json")) as { packages: Record<string, { resolved?: string; integrity?: string }> };
  for (const [name, { resolved, integrity }] of Object.entries(lock.packages)) {
    assert.ok(resolved === undefined || resolved.startsWith("https://registry.npmjs.org/"), `${name}: ${resolved}`);
    assert.ok(name === "" || integrity !== undefined, name);
  }
});

test("the extension has the version of the workspace, and a heading for it in its changelog", () => {
  assert.match(read("Cargo.toml"), new RegExp(`^version = "${manifest.version}"$`, "m"));
  assert.match(readOwn("CHANGELOG.md"), new RegExp(`^## \\[${manifest.version}\\]`, "m"));
});

test("the extension starts with a project and with a template", () => {
  assert.ok(manifest.activationEvents.includes("workspaceContains:config/anvil.toml"));
  assert.ok(manifest.activationEvents.includes("workspaceContains:**/*.forge.html"));
  assert.ok("[forge]" in contributes.configurationDefaults);
});

test("nothing is downloaded: no source speaks of a network", () => {
  const sources = ["client.ts", "session.ts", "server_check.ts", "server_path.ts", "extension.ts", "commands.ts", "toml_schema.ts"];
  for (const file of sources) {
    assert.doesNotMatch(readOwn(`src/${file}`), /node:https?|fetch\(|curl|wget/, file);
  }
});

test("no embedded language claims the whole template, so that its snippets and comments are Forge's", () => {
  const roots = contributes.grammars.filter(({ language }) => language !== undefined).map(({ scopeName }) => scopeName);
  const claims = contributes.grammars.flatMap(({ embeddedLanguages }) => Object.keys(embeddedLanguages));
  assert.ok(roots.length > 0 && claims.length > 0);
  assert.deepEqual(claims.filter((claim) => roots.some((root) => root === claim || root.startsWith(`${claim}.`))), []);
});
