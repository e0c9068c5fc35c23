// Who shows the compiler's errors: rust-analyzer or the hot build. Reads and writes the workspace's settings.

import * as vscode from "vscode";

import { type RustAnalyzer, rustAnalyzerChecks } from "./settings";

const EXTENSION = "rust-lang.rust-analyzer";
export const CHECK = "rust-analyzer.checkOnSave";

export function rustAnalyzer(): RustAnalyzer {
  return {
    installed: vscode.extensions.getExtension(EXTENSION) !== undefined,
    checkOnSave: vscode.workspace.getConfiguration().get(CHECK),
  };
}

export function checksNow(): boolean {
  return rustAnalyzerChecks(rustAnalyzer());
}

export function daemonDiagnostics(): boolean {
  return vscode.workspace.getConfiguration("anvil").get("buildDiagnostics") === "always";
}

/** One compiler instead of two, for this workspace. Returns what was done. */
export async function useDaemonDiagnostics(): Promise<string> {
  const target = vscode.ConfigurationTarget.Workspace;
  // A setting of an extension that is not there cannot be written.
  if (rustAnalyzer().installed) {
    await vscode.workspace.getConfiguration().update(CHECK, false, target);
  }
  await vscode.workspace.getConfiguration("anvil").update("buildDiagnostics", "always", target);
  return rustAnalyzer().installed
    ? "anvil shows build errors; rust-analyzer no longer checks on save in this workspace"
    : "anvil shows build errors in this workspace";
}

/** As before `useDaemonDiagnostics`. */
export async function useRustAnalyzerDiagnostics(): Promise<string> {
  const target = vscode.ConfigurationTarget.Workspace;
  if (rustAnalyzer().installed) {
    await vscode.workspace.getConfiguration().update(CHECK, undefined, target);
  }
  await vscode.workspace.getConfiguration("anvil").update("buildDiagnostics", undefined, target);
  return "rust-analyzer shows build errors";
}
