// The commands of the extension. What they have to say is in the status bar for a moment, and in the log.

import * as vscode from "vscode";

import type { Documents } from "./documents";
import { doctorLines } from "./doctor";
import { menuItems } from "./menu";
import type { ServerCommand } from "./protocol";
import { checksNow, daemonDiagnostics, useDaemonDiagnostics, useRustAnalyzerDiagnostics } from "./rust_analyzer";
import { type Session, text } from "./session";
import { useTomlSchema } from "./toml_schema";
import { installCommand } from "./version";

/** How long a message stays in the status bar. */
const MESSAGE_MS = 6000;

export interface Surroundings {
  context: vscode.ExtensionContext;
  session: Session;
  documents: Documents;
  log: vscode.LogOutputChannel;
  version: string;
}

export function registerCommands(around: Surroundings): vscode.Disposable {
  const { session, documents, log } = around;
  const say = (message: string) => {
    log.info(message);
    vscode.window.setStatusBarMessage(`anvil: ${message}`, MESSAGE_MS);
  };
  const execute = (command: ServerCommand, title: string) => async () => say(await underWay(session, command, title));
  const commands: Record<string, () => unknown> = {
    menu: () => showMenu(session),
    startApp: execute("anvil.startApp", "starting the app"),
    stopApp: execute("anvil.stopApp", "stopping the app"),
    restartApp: execute("anvil.restartApp", "restarting the app"),
    rollback: execute("anvil.rollback", "rolling back"),
    waitLive: execute("anvil.waitLive", "waiting until your edits are live"),
    showAbiDiff: () => documents.showLayoutChanges(),
    showGeneratedRust: () => showGeneratedRust(documents, say),
    openApp: () => openApp(session, say),
    doctor: async () => {
      const result = await session.execute("anvil.doctor");
      doctorLines(result).forEach((line) => log.info(line));
      log.show(true);
    },
    restartServer: () => session.restart(),
    showLog: () => log.show(),
    useDaemonDiagnostics: async () => say(await useDaemonDiagnostics()),
    useRustAnalyzerDiagnostics: async () => say(await useRustAnalyzerDiagnostics()),
    useTomlSchema: async () => say(await useTomlSchema(around.context)),
    copyInstallCommand: async () => {
      await vscode.env.clipboard.writeText(installCommand(around.version));
      say(`copied: ${installCommand(around.version)}`);
    },
  };
  const registered = Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`anvilforge.${name}`, async () => {
      try {
        await run();
      } catch (error) {
        log.error(`${name}: ${text(error)}`);
        vscode.window.setStatusBarMessage(`$(error) anvil: ${text(error)}`, MESSAGE_MS);
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

/** With a sign of life in the status bar. */
async function underWay(session: Session, command: ServerCommand, title: string): Promise<string> {
  const options = { location: vscode.ProgressLocation.Window, title: `anvil: ${title}` };
  return (await vscode.window.withProgress(options, () => session.execute(command))).message;
}

async function showMenu(session: Session): Promise<void> {
  const now = {
    ...session.known,
    language: vscode.window.activeTextEditor?.document.languageId,
    rustAnalyzerChecks: checksNow(),
    daemonDiagnostics: daemonDiagnostics(),
  };
  const placeHolder = now.reload?.message ?? "anvil";
  const chosen = await vscode.window.showQuickPick(menuItems(now), { placeHolder, matchOnDetail: true });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}

async function showGeneratedRust(documents: Documents, say: (message: string) => void): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "forge") {
    say("open a template first");
    return;
  }
  await documents.showGeneratedRust(document.uri);
}

async function openApp(session: Session, say: (message: string) => void): Promise<void> {
  const url = session.known.reload?.url ?? null;
  if (url === null) {
    say("the app does not run; start it first");
    return;
  }
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}
