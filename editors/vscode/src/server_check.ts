// Asks the server that was found for its version, so that a wrong program is told before it is talked to.

import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";

import { type Search, findServer } from "./server_path";
import { fits, installCommand, parseVersion } from "./version";

/** A program that only prints its version; a cold disk may take its time. */
const VERSION_LIMIT_MS = 10_000;

export type Check =
  | { kind: "usable"; program: string; version: string; protocol: number; advice: string | undefined }
  | { kind: "missing"; why: string; advice: string }
  | { kind: "unusable"; program: string; why: string; advice: string };

/** `extension`: the version of this extension. */
export async function checkServer(search: Search, extension: string): Promise<Check> {
  const found = findServer(search);
  const advice = `install it with \`${installCommand(extension)}\`, or set anvil.server.path`;
  if (found.kind === "missing") {
    return { kind: "missing", why: found.why, advice };
  }
  const { program } = found;
  const answer = await versionOf(program);
  if ("why" in answer) {
    return { kind: "unusable", program, why: answer.why, advice };
  }
  const parsed = parseVersion(answer.text);
  if (parsed === undefined) {
    const line = answer.text.split("\n", 1)[0] ?? "";
    return { kind: "unusable", program, why: `it is not anvil-lsp: it says \`${line.slice(0, 80)}\``, advice };
  }
  const other = `server ${parsed.version} and extension ${extension} do not belong together: run \`${installCommand(extension)}\`, or update the extension`;
  return { kind: "usable", program, ...parsed, advice: fits(parsed.version, extension) ? undefined : other };
}

/** A regular file that may be executed. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function versionOf(program: string): Promise<{ text: string } | { why: string }> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], { timeout: VERSION_LIMIT_MS, windowsHide: true }, (error, stdout) => {
      if (error === null) {
        resolve({ text: stdout });
      } else if (error.killed === true) {
        resolve({ why: `\`--version\` did not answer within ${VERSION_LIMIT_MS / 1000} s` });
      } else {
        resolve({ why: `\`--version\` failed: ${(error.message.split("\n", 1)[0] ?? "").trim()}` });
      }
    });
  });
}
