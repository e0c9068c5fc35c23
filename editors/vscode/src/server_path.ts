// Where the language server is: the setting, else `PATH`. Looks at files, starts nothing.

import * as path from "node:path";

export interface Search {
  /** `anvil.server.path`; empty: `PATH`. */
  setting: string;
  /** Of the first folder of the workspace. */
  workspaceFolder: string | undefined;
  home: string;
  /** The environment's `PATH`. */
  path: string;
  platform: NodeJS.Platform;
  isProgram: (file: string) => boolean;
}

export type Found = { kind: "found"; program: string } | { kind: "missing"; why: string };

export function findServer(search: Search): Found {
  const file = search.platform === "win32" ? "anvil-lsp.exe" : "anvil-lsp";
  if (search.setting.trim() !== "") {
    const program = expand(search.setting.trim(), search);
    if (!path.isAbsolute(program)) {
      return missing(`anvil.server.path is not an absolute path: ${program}`);
    }
    return search.isProgram(program) ? { kind: "found", program } : missing(`anvil.server.path is no program: ${program}`);
  }
  const folders = search.path.split(search.platform === "win32" ? ";" : ":").filter((folder) => path.isAbsolute(folder));
  for (const folder of folders) {
    const program = path.join(folder, file);
    if (search.isProgram(program)) {
      return { kind: "found", program };
    }
  }
  return missing(`${file} is not on PATH`);
}

/** `${workspaceFolder}` and a leading `~`, as other settings of the editor have them. */
export function expand(text: string, places: { workspaceFolder: string | undefined; home: string }): string {
  const home = text === "~" || text.startsWith("~/") || text.startsWith("~\\") ? places.home + text.slice(1) : text;
  return places.workspaceFolder === undefined ? home : home.replaceAll("${workspaceFolder}", places.workspaceFolder);
}

function missing(why: string): Found {
  return { kind: "missing", why };
}
