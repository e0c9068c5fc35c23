// Lets Even Better TOML check `config/anvil.toml` with the schema of this extension, without a download.

import * as vscode from "vscode";

const EXTENSION = "tamasfe.even-better-toml";
const ASSOCIATIONS = "evenBetterToml.schema.associations";
const FILES = "^.*/config/anvil\\.toml$";

/** A copy that stays in its place when the extension is updated. */
function place(context: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(context.globalStorageUri, "anvil.schema.json");
}

/** Renews the copy, if there is one. */
export async function renewSchema(context: vscode.ExtensionContext): Promise<void> {
  try {
    await vscode.workspace.fs.stat(place(context));
  } catch {
    return;
  }
  await copy(context);
}

/** Returns what was done. */
export async function useTomlSchema(context: vscode.ExtensionContext): Promise<string> {
  if (vscode.extensions.getExtension(EXTENSION) === undefined) {
    return `install the extension ${EXTENSION} first`;
  }
  await copy(context);
  const configuration = vscode.workspace.getConfiguration();
  const known = configuration.inspect<Record<string, string>>(ASSOCIATIONS)?.globalValue ?? {};
  const associations = { ...known, [FILES]: place(context).toString() };
  await configuration.update(ASSOCIATIONS, associations, vscode.ConfigurationTarget.Global);
  return "Even Better TOML checks config/anvil.toml";
}

async function copy(context: vscode.ExtensionContext): Promise<void> {
  const schema = vscode.Uri.joinPath(context.extensionUri, "schemas", "anvil.schema.json");
  await vscode.workspace.fs.createDirectory(context.globalStorageUri);
  await vscode.workspace.fs.copy(schema, place(context), { overwrite: true });
}
