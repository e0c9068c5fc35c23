// The item in the status bar, and the context keys that menus and the walkthrough ask.

import * as vscode from "vscode";

import { daemonDiagnostics } from "./rust_analyzer";
import type { Session } from "./session";
import { statusItem, type Tone } from "./status";

const BACKGROUNDS: Record<Tone, string | undefined> = {
  plain: undefined,
  warning: "statusBarItem.warningBackground",
  error: "statusBarItem.errorBackground",
};

export function showStatus(session: Session): vscode.Disposable {
  const bar = vscode.window.createStatusBarItem("anvilforge.status", vscode.StatusBarAlignment.Left, 1);
  bar.name = "Anvilforge";
  bar.command = "anvilforge.menu";
  const update = () => {
    const { text, tone, tooltip, label } = statusItem(session.known);
    const background = BACKGROUNDS[tone];
    bar.text = text;
    bar.tooltip = new vscode.MarkdownString(tooltip);
    bar.accessibilityInformation = { label, role: "button" };
    bar.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
    const { server, reload } = session.known;
    setContext("serverRuns", server.kind === "running");
    setContext("appLive", reload?.state === "live");
    setContext("daemonDiagnostics", daemonDiagnostics());
  };
  update();
  bar.show();
  // Another file may lie in another project.
  return vscode.Disposable.from(bar, session.onDidChange(update), vscode.window.onDidChangeActiveTextEditor(update));
}

export function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand("setContext", `anvilforge.${key}`, value);
}
