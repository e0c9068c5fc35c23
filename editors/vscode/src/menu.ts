// What a click on the status bar offers. Pure: only what can be done now is in the list.

import type { Known } from "./status";

export interface MenuItem {
  /** A command of this extension. */
  command: string;
  /** With the editor's icon. */
  label: string;
  detail?: string;
}

export interface Circumstances extends Known {
  /** The language of the file in front. */
  language: string | undefined;
  /** rust-analyzer is installed and checks on save. */
  rustAnalyzerChecks: boolean;
  /** The workspace says that anvil shows the compiler's errors. */
  daemonDiagnostics: boolean;
}

export function menuItems(now: Circumstances): MenuItem[] {
  const { server } = now;
  const items: MenuItem[] = [];
  if (server.kind === "running") {
    items.push(...appItems(now), ...viewItems(now), ...diagnosticsItems(now));
  }
  if (server.kind === "missing" || server.kind === "unusable" || (server.kind === "running" && server.advice !== undefined)) {
    items.push(entry("copyInstallCommand", "clippy", "Copy how to install the language server", server.advice));
  }
  items.push(entry("restartServer", "refresh", server.kind === "running" ? "Restart language server" : "Look for the language server again"));
  items.push(entry("showLog", "output", "Show log"));
  return items;
}

function appItems({ reload, trusted }: Circumstances): MenuItem[] {
  if (!trusted || reload === undefined || reload.state === "off" || reload.state === "connecting") {
    return trusted && reload?.state === "off" ? [entry("doctor", "pulse", "Run doctor")] : [];
  }
  if (reload.state === "stopped") {
    return [entry("startApp", "play", "Start the app"), entry("doctor", "pulse", "Run doctor")];
  }
  const items: MenuItem[] = [];
  if (reload.url !== null) {
    items.push(entry("openApp", "globe", "Open the app in the browser", reload.url));
  }
  const { saved, live } = reload.generation ?? { saved: 0, live: 0 };
  if (live < saved) {
    items.push(entry("waitLive", "watch", "Wait until my edits are live"));
  }
  items.push(entry("restartApp", "debug-restart", "Restart the app", "A new host starts and takes the traffic over."));
  if (live > 1) {
    items.push(entry("rollback", "discard", "Roll back to the generation before"));
  }
  items.push(entry("stopApp", "debug-stop", "Stop the app"), entry("doctor", "pulse", "Run doctor"));
  return items;
}

function viewItems({ language, reload, trusted }: Circumstances): MenuItem[] {
  const items: MenuItem[] = [];
  // Both are asked of the daemon.
  if (!trusted || reload === undefined || reload.state === "off") {
    return items;
  }
  items.push(entry("showAbiDiff", "diff", "Show layout changes", "Which types changed, and what became of it."));
  if (language === "forge") {
    items.push(entry("showGeneratedRust", "code", "Show generated Rust", "What the template in front becomes."));
  }
  return items;
}

function diagnosticsItems(now: Circumstances): MenuItem[] {
  if (!now.trusted) {
    return [];
  }
  if (now.rustAnalyzerChecks && !now.daemonDiagnostics) {
    const detail = "rust-analyzer stops checking on save in this workspace; one compiler instead of two.";
    return [entry("useDaemonDiagnostics", "checklist", "Let Anvil show build errors", detail)];
  }
  return now.daemonDiagnostics ? [entry("useRustAnalyzerDiagnostics", "checklist", "Let rust-analyzer show build errors")] : [];
}

function entry(command: string, icon: string, label: string, detail?: string): MenuItem {
  const item = { command: `anvilforge.${command}`, label: `$(${icon}) ${label}` };
  return detail === undefined ? item : { ...item, detail };
}
