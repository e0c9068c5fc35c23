// Completion without doubles, addresses of virtual documents, arguments of tasks, lines of the doctor.

import assert from "node:assert/strict";
import { test } from "node:test";

import { generatedAddress, readAddress } from "../../src/addresses";
import { anvilTask, matchers, OFFERED, taskArguments } from "../../src/anvil_task";
import { withoutSnippets } from "../../src/completion";
import { doctorLines } from "../../src/doctor";
import { read, readJson } from "../repository";

test("what a snippet offers is not offered twice", () => {
  const items = [{ label: "@if" }, { label: { label: "@foreach" } }, { label: "@csrf" }, { label: "post" }];
  assert.deepEqual(withoutSnippets(items, new Set(["@if", "@foreach"])), [{ label: "@csrf" }, { label: "post" }]);
});

test("the address of generated Rust names the template, and leads back to it", () => {
  const uri = "file:///p/a%20b/templates/posts/index.forge.html";
  const address = generatedAddress({ path: "/p/a b/templates/posts/index.forge.html", uri });
  assert.equal(address.path, "/generated/posts/index.rs");
  assert.deepEqual(readAddress(address), { kind: "generated", source: uri });
  assert.equal(generatedAddress({ path: "/x/y.forge.html", uri }).path, "/generated/x/y.rs");
  assert.deepEqual(readAddress({ path: "/layout-changes.md", query: "" }), { kind: "layoutChanges" });
  assert.deepEqual(readAddress({ path: "/generated/x.rs", query: "" }), { kind: "unknown" });
});

test("tasks become the arguments of `anvil`", () => {
  const check = (definition: Record<string, unknown>, expected: string[] | undefined) => {
    const task = anvilTask({ type: "anvil", ...definition });
    assert.deepEqual(task === undefined ? undefined : taskArguments(task), expected);
  };
  check({ command: "dev" }, ["dev", "--hot"]);
  check({ command: "dev", hot: false, addr: "0.0.0.0:80", package: "blog" }, ["dev", "--addr", "0.0.0.0:80", "--package", "blog"]);
  check({ command: "wait", hot: true, addr: "x" }, ["wait"]);
  check({ command: "doctor", project: "examples/blog" }, ["doctor", "--project", "examples/blog"]);
  check({}, undefined);
  check({ command: 7 }, undefined);
  assert.equal(anvilTask({ type: "npm", command: "dev" }), undefined);
});

test("a task shows only errors that nobody else shows", () => {
  const dev = { type: "anvil", command: "dev" } as const;
  const of = (serverRuns: boolean, serverShows: boolean, rustAnalyzerChecks: boolean) => matchers(dev, { serverRuns, serverShows, rustAnalyzerChecks });
  assert.deepEqual(of(true, true, false), ["$anvil-watch"]);
  assert.deepEqual(of(true, false, true), ["$anvil-watch"]);
  assert.deepEqual(of(false, true, false), ["$anvil", "$anvil-label"]);
  assert.deepEqual(of(true, false, false), ["$anvil", "$anvil-label"]);
  assert.deepEqual(matchers({ type: "anvil", command: "wait" }, { serverRuns: false, serverShows: false, rustAnalyzerChecks: false }), []);
});

test("every command and option of a task exists in `anvil`", () => {
  const commands = [...read("anvil-cli/src/main.rs").matchAll(/^ {4}(\w+)\(\w+::Args\),$/gm)].map(([, name = ""]) => name.toLowerCase());
  type Definition = { properties: { command: { enum: string[] } } };
  const manifest = readJson<{ contributes: { taskDefinitions: Definition[] } }>("package.json");
  const declared = manifest.contributes.taskDefinitions[0]?.properties.command.enum ?? [];
  for (const command of [...declared, ...OFFERED.map(({ task }) => task.command)]) {
    assert.ok(commands.includes(command), `${command} is not among ${commands.join(", ")}`);
  }
  const dev = read("anvil-cli/src/dev/mod.rs");
  for (const option of ["hot", "addr", "package"]) {
    assert.match(dev, new RegExp(`^ {4}${option}: `, "m"));
  }
});

test("the doctor's findings are lines", () => {
  const checks = [
    { id: "rustc", level: "ok" as const, detail: "rustc 1.95.0" },
    { id: "inotify", level: "warning" as const, detail: "8192 watches", fix: "raise fs.inotify.max_user_watches" },
  ];
  assert.deepEqual(doctorLines({ message: "1 warning", checks }), [
    "ok       rustc: rustc 1.95.0",
    "warning  inotify: 8192 watches; raise fs.inotify.max_user_watches",
    "1 warning",
  ]);
  assert.deepEqual(doctorLines({ message: "no daemon" }), ["no daemon"]);
});
