// Several projects in one window: what the server says of each, and which one is meant. Pure.

import type { ReloadStatus } from "./protocol";

/** The statuses in an answer to `anvil/status`: `{ projects: […] }`, or the only one. */
export function readStatuses(answer: unknown): ReloadStatus[] {
  if (typeof answer !== "object" || answer === null) {
    return [];
  }
  if ("projects" in answer && Array.isArray(answer.projects)) {
    return answer.projects.filter(isStatus);
  }
  return isStatus(answer) ? [answer] : [];
}

function isStatus(value: unknown): value is ReloadStatus {
  return typeof value === "object" && value !== null && "state" in value && "message" in value;
}

/** By root; a server that names none speaks of one project. */
export type Statuses = ReadonlyMap<string, ReloadStatus>;

export function rootOf(status: ReloadStatus): string {
  return status.root ?? "";
}

/** The project that `file` lies in, the innermost; else the first by name. */
export function statusFor(statuses: Statuses, file: string | undefined): ReloadStatus | undefined {
  const roots = [...statuses.keys()].sort();
  const around = roots.filter((root) => file !== undefined && (file === root || file.startsWith(`${root.replace(/[\\/]$/, "")}/`)));
  const root = around.sort((a, b) => b.length - a.length)[0] ?? roots[0];
  return root === undefined ? undefined : statuses.get(root);
}

/** What the others show, for the tooltip. */
export function others(statuses: Statuses, shown: ReloadStatus | undefined): string[] {
  const rest = [...statuses.values()].filter((status) => status !== shown).sort((a, b) => rootOf(a).localeCompare(rootOf(b)));
  return rest.map((status) => `${rootOf(status).split(/[\\/]/).at(-1) ?? ""}: ${status.message.replace(/^anvil: /, "")}`);
}
