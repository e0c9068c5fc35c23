// Tests the grammars. Snapshots are made over outlines of the embedded languages, so that they change with this extension alone;
// assertions are made with the real grammars, in the versions of the lock file. `--update` writes the snapshots anew.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const folder = path.dirname(fileURLToPath(import.meta.url));
const extension = path.resolve(folder, "..", "..");
const tools = path.join(extension, "node_modules", "vscode-tmgrammar-test", "dist");
const real = path.join(extension, "node_modules", "tm-grammars", "grammars");

function grammars(files) {
  return files.flatMap((file) => ["-g", file]);
}

function run(tool, options) {
  const { status } = spawnSync(process.execPath, [path.join(tools, tool), ...options], { cwd: extension, stdio: "inherit" });
  return status === 0;
}

const cases = readdirSync(path.join(folder, "snapshots")).filter((file) => file.endsWith(".forge.html"));
const snaps = new Set(readdirSync(path.join(folder, "snapshots")).filter((file) => file.endsWith(".snap")));
const update = process.argv.includes("--update");
// The tool writes a snapshot that is missing and calls that a success.
const missing = update ? [] : cases.filter((file) => !snaps.has(`${file}.snap`));
if (missing.length > 0) {
  console.error(`no snapshot of ${missing.join(", ")}: run \`npm run test:grammar:update\` and look at what it wrote`);
  process.exit(1);
}

const outlines = ["html", "rust", "js", "css"].map((name) => path.join(folder, "dummies", `${name}.tmLanguage.json`));
const snapshots = run("snapshot.js", [
  ...(update ? ["--updateSnapshot"] : []),
  ...["-s", "text.html.forge"],
  ...grammars(outlines),
  "test/grammar/snapshots/*.forge.html",
]);
const embedded = ["html", "html-derivative", "css", "javascript", "rust"].map((name) => path.join(real, `${name}.json`));
const assertions = run("unit.js", [...grammars(embedded), "test/grammar/assertions/*.forge.html"]);
process.exit(snapshots && assertions ? 0 : 1);
