// `anvil dev` and the like as tasks of the editor.

import * as os from "node:os";
import * as vscode from "vscode";

import { type AnvilTask, anvilTask, goesOn, matchers, OFFERED, TASK_TYPE, taskArguments } from "./anvil_task";
import { expand } from "./server_path";

/** Who shows the compiler's errors already. */
export type Shown = () => { serverRuns: boolean; serverShows: boolean; rustAnalyzerChecks: boolean };

export function provideTasks(shown: Shown): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(TASK_TYPE, {
    provideTasks: async () => {
      const folders = vscode.workspace.workspaceFolders ?? [];
      const projects = await Promise.all(folders.map(async (folder) => ((await isProject(folder)) ? [folder] : [])));
      return projects.flat().flatMap((folder) => OFFERED.map(({ name, task }) => made(name, task, folder, shown)));
    },
    resolveTask: (task) => {
      const known = anvilTask(task.definition);
      if (known === undefined) {
        return undefined;
      }
      const resolved = made(task.name, known, task.scope ?? vscode.TaskScope.Workspace, shown);
      // The editor compares the definition by identity.
      resolved.definition = task.definition;
      return resolved;
    },
  });
}

async function isProject(folder: vscode.WorkspaceFolder): Promise<boolean> {
  for (const name of ["config/anvil.toml", "Cargo.toml"]) {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder.uri, name));
      return true;
    } catch {
      // Not there; perhaps the next one.
    }
  }
  return false;
}

function made(name: string, task: AnvilTask, scope: vscode.WorkspaceFolder | vscode.TaskScope, shown: Shown): vscode.Task {
  const folder = typeof scope === "object" ? scope : vscode.workspace.workspaceFolders?.[0];
  const setting = vscode.workspace.getConfiguration("anvil").get<string>("cli.path") ?? "anvil";
  const program = expand(setting, { workspaceFolder: folder?.uri.fsPath, home: os.homedir() });
  const options = folder === undefined ? {} : { cwd: folder.uri.fsPath };
  const execution = new vscode.ProcessExecution(program, taskArguments(task), options);
  const result = new vscode.Task({ ...task }, scope, name, "anvil", execution, matchers(task, shown()));
  result.isBackground = goesOn(task);
  result.detail = ["anvil", ...taskArguments(task)].join(" ");
  result.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated };
  return result;
}
