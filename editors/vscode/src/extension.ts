// Puts the parts together: the server's session, the status bar, commands, documents and tasks.

import * as vscode from "vscode";

import { registerCommands } from "./commands";
import { Documents } from "./documents";
import { CHECK, useDaemonDiagnostics } from "./rust_analyzer";
import { Session } from "./session";
import { setContext, showStatus } from "./status_bar";
import { provideTasks } from "./tasks";
import { renewSchema } from "./toml_schema";

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Anvilforge", { log: true });
  const { version } = context.extension.packageJSON as { version: string };
  // A code action of the server is one click as well, and the server cannot write the editor's settings.
  const intercept = async (command: string) => {
    if (command !== "anvil.useDaemonDiagnostics") {
      return false;
    }
    await useDaemonDiagnostics();
    return true;
  };
  const current = new Session(log, version, intercept);
  session = current;
  const documents = new Documents(current);
  context.subscriptions.push(
    log,
    current,
    documents,
    showStatus(current),
    registerCommands({ context, session: current, documents, log, version }),
    provideTasks(() => current.shown()),
    ...watchSettings(current),
  );
  setContext("active", true);
  // Not waited for: the editor counts an activation that lasts as a fault.
  void current.restart();
  await renewSchema(context);
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}

function watchSettings(current: Session): vscode.Disposable[] {
  return [
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("anvil.server.path")) {
        await current.restart();
      } else if (event.affectsConfiguration("anvil") || event.affectsConfiguration(CHECK)) {
        await current.tellSettings();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      // The workspace's own path of the server counts from now on, so it may be another one.
      await (serverPathIsOfWorkspace() ? current.restart() : current.tellSettings());
    }),
    vscode.extensions.onDidChange(() => current.tellSettings()),
  ];
}

function serverPathIsOfWorkspace(): boolean {
  const set = vscode.workspace.getConfiguration("anvil").inspect<string>("server.path");
  return (set?.workspaceValue ?? set?.workspaceFolderValue) !== undefined;
}
