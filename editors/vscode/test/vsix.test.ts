// The package that is shipped: exactly these files, with the bundle in one of them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { inflateRawSync } from "node:zlib";

import { EXTENSION } from "./repository";

const EXPECTED = [
  "[Content_Types].xml",
  "extension.vsixmanifest",
  "extension/LICENSE.txt",
  "extension/changelog.md",
  "extension/dist/extension.js",
  "extension/images/forge-dark.svg",
  "extension/images/forge-light.svg",
  "extension/images/icon.png",
  "extension/language-configuration.json",
  "extension/package.json",
  "extension/readme.md",
  "extension/schemas/anvil.schema.json",
  "extension/snippets/forge.json",
  "extension/syntaxes/forge.injection.tmLanguage.json",
  "extension/syntaxes/forge.tmLanguage.json",
  "extension/walkthrough/errors.md",
  "extension/walkthrough/install.md",
  "extension/walkthrough/run.md",
  "extension/walkthrough/status.md",
  "extension/walkthrough/templates.md",
];

/** Bytes of the bundle and everything with it. */
const PACKAGE_BYTES_MAX = 400_000;

interface Entry {
  name: string;
  bytes: () => Buffer;
}

/** The central directory of a ZIP file: APPNOTE.TXT of PKWARE, 4.3.7, 4.3.12 and 4.3.16. */
function entries(zip: Buffer): Entry[] {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06"));
  assert.ok(end >= 0, "not a ZIP file");
  const list: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50);
    const [method, packed] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [nameBytes, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    const local = zip.readUInt32LE(at + 42);
    const bytes = () => {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const raw = zip.subarray(start, start + packed);
      return method === 0 ? raw : inflateRawSync(raw);
    };
    list.push({ name: zip.toString("utf8", at + 46, at + 46 + nameBytes), bytes });
    at += 46 + nameBytes + extra + comment;
  }
  return list;
}

const zip = readFileSync(path.join(EXTENSION, "anvilforge.vsix"));
const packed = entries(zip);

test("the package holds these files and no others", () => {
  assert.deepEqual(packed.map(({ name }) => name).sort(), [...EXPECTED].sort());
});

test("the package is small", () => {
  assert.ok(zip.length < PACKAGE_BYTES_MAX, `${zip.length} bytes`);
});

test("the bundle asks for nothing but the editor and Node itself", () => {
  const bundle = packed.find(({ name }) => name === "extension/dist/extension.js")?.bytes().toString("utf8") ?? "";
  assert.match(bundle, /anvil-lsp/);
  const required = new Set([...bundle.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = ""]) => name.replace(/^node:/, "")));
  const { builtinModules } = require("node:module") as { builtinModules: string[] };
  const foreign = [...required].filter((name) => name !== "vscode" && !builtinModules.includes(name));
  assert.deepEqual(foreign, []);
});

test("no file names a folder of one machine or a registry", () => {
  for (const { name, bytes } of packed.filter(({ name }) => !name.endsWith(".png"))) {
    assert.doesNotMatch(bytes().toString("utf8"), /\/(?:home|Users|root|work|tmp)\/[a-z]/, name);
  }
});
