// What the status bar shows. Pure: what is known of server and app in, text out.

import type { ReloadState, ReloadStatus, ServerStatus } from "./protocol";

/** The server as this window knows it. */
export type Server =
  | { kind: "starting" }
  | { kind: "running"; program: string; version: string; advice: string | undefined }
  | { kind: "missing"; why: string; advice: string }
  | { kind: "unusable"; program: string; why: string; advice: string }
  | { kind: "crashed"; why: string }
  | { kind: "stopped" };

export interface Known {
  server: Server;
  /** Nothing until the server has said something. */
  reload: ReloadStatus | undefined;
  health: ServerStatus | undefined;
  trusted: boolean;
  /** One line for every other project of the window. */
  others: string[];
}

export type Tone = "plain" | "warning" | "error";

export interface StatusItem {
  /** With the editor's icons: `$(flame) anvil: live 7`. */
  text: string;
  tone: Tone;
  /** Markdown. */
  tooltip: string;
  /** For screen readers: no icons. */
  label: string;
}

const ICONS: Record<ReloadState, string> = {
  off: "circle-slash",
  connecting: "sync~spin",
  stopped: "debug-stop",
  building: "sync~spin",
  live: "flame",
  stale: "history",
  blocked: "lock",
  failed: "error",
  rolledBack: "discard",
};

const TONES: Record<ReloadState, Tone> = {
  off: "plain",
  connecting: "plain",
  stopped: "plain",
  building: "plain",
  live: "plain",
  stale: "warning",
  blocked: "warning",
  failed: "error",
  rolledBack: "warning",
};

/** The server speaks of every project that has a daemon, so then there is none. */
const NO_PROJECT = "No daemon is used: `anvil.daemon` is off, the workspace is not trusted, or none of its folders is a project.";

export function statusItem(known: Known): StatusItem {
  const { server } = known;
  switch (server.kind) {
    case "starting":
      return item("sync~spin", "anvil: starting", "plain", ["The language server starts."]);
    case "stopped":
      return item("circle-slash", "anvil: server stopped", "plain", ["The language server was stopped."]);
    case "missing":
      return item("warning", "anvil: no server", "warning", [`${sentence(server.why)}.`, `${sentence(server.advice)}.`]);
    case "unusable":
      return item("warning", "anvil: no server", "warning", [
        `\`${server.program}\` cannot be used: ${server.why}.`,
        `${sentence(server.advice)}.`,
      ]);
    case "crashed":
      return item("error", "anvil: server crashed", "error", [`${sentence(server.why)}.`, "The log says more."]);
    case "running":
      return running(known, server);
  }
}

function running(known: Known, server: Server & { kind: "running" }): StatusItem {
  const { reload, health } = known;
  const lines = [...(reload === undefined ? [NO_PROJECT] : reloadLines(reload)), ...known.others];
  if (!known.trusted) {
    lines.push("This workspace is not trusted: templates are parsed, and nothing is started.");
  }
  if (health !== undefined && health.health !== "ok" && health.message) {
    lines.push(health.message);
  }
  if (server.advice !== undefined) {
    lines.push(`${sentence(server.advice)}.`);
  }
  lines.push(`anvil-lsp ${server.version}`);
  const tone = worst([reload === undefined ? "plain" : TONES[reload.state], healthTone(health), server.advice === undefined ? "plain" : "warning"]);
  const text = reload?.message ?? "anvil: off";
  const icon = server.advice === undefined ? ICONS[reload?.state ?? "off"] : "warning";
  return item(icon, text, tone, lines);
}

function reloadLines(reload: ReloadStatus): string[] {
  const { generation, kind, durationMs, reason, url } = reload;
  const lines: string[] = [];
  if (generation !== null && generation.saved > 0) {
    lines.push(`saved ${generation.saved} · built ${generation.built} · live ${generation.live}`);
  }
  const way = [kind, durationMs === null ? null : `${Math.round(durationMs)} ms`, reason].filter((part) => part !== null && part !== "");
  if (way.length > 0) {
    lines.push(way.join(" · "));
  }
  if (url !== null) {
    lines.push(`<${url}>`);
  }
  return lines;
}

function healthTone(health: ServerStatus | undefined): Tone {
  return health === undefined || health.health === "ok" ? "plain" : health.health;
}

function worst(tones: Tone[]): Tone {
  return tones.includes("error") ? "error" : tones.includes("warning") ? "warning" : "plain";
}

function item(icon: string, text: string, tone: Tone, lines: string[]): StatusItem {
  return { text: `$(${icon}) ${text}`, tone, tooltip: lines.join("\n\n"), label: text };
}

/** With a capital letter. */
function sentence(fragment: string): string {
  return fragment.charAt(0).toUpperCase() + fragment.slice(1);
}
