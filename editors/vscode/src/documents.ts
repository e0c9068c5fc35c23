// Documents that the server writes, read-only beside the source: the Rust of a template, the list of layout changes.

import * as vscode from "vscode";

import { generatedAddress, LAYOUT_CHANGES, readAddress, SCHEME } from "./addresses";
import { ABI_REPORT, type AbiReport, GENERATED_RUST, type GeneratedRust } from "./protocol";
import { type Session, text } from "./session";

/** After the last key, before a shown document is asked for anew. */
const REFRESH_MS = 400;

export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private live = 0;

  constructor(private readonly session: Session) {
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.sourceChanged(document)),
      session.onDidChange(() => this.generationChanged()),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions, this.changed).dispose();
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const address = readAddress(uri);
    try {
      switch (address.kind) {
        case "layoutChanges":
          return (await this.session.request<AbiReport>(ABI_REPORT, this.session.project(), token)).text;
        case "generated": {
          const params = { textDocument: { uri: address.source } };
          const generated = await this.session.request<GeneratedRust>(GENERATED_RUST, params, token);
          return `// ${generated.view}, as the compiler sees it\n${generated.text}`;
        }
        case "unknown":
          return `there is no document ${uri.toString()}`;
      }
    } catch (error) {
      return address.kind === "generated" ? `// ${text(error)}` : text(error);
    }
  }

  async showLayoutChanges(): Promise<void> {
    await this.show(vscode.Uri.from({ scheme: SCHEME, path: LAYOUT_CHANGES }));
  }

  async showGeneratedRust(source: vscode.Uri): Promise<void> {
    const address = generatedAddress({ path: source.path, uri: source.toString() });
    await this.show(vscode.Uri.from({ scheme: SCHEME, ...address }));
  }

  private async show(uri: vscode.Uri): Promise<void> {
    // One that is open already shows what was true when it was opened.
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
  }

  private sourceChanged(document: vscode.TextDocument): void {
    const source = document.uri.toString();
    const shown = vscode.workspace.textDocuments.filter(({ uri }) => {
      const address = uri.scheme === SCHEME ? readAddress(uri) : undefined;
      return address?.kind === "generated" && address.source === source;
    });
    if (shown.length === 0) {
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => shown.forEach(({ uri }) => this.changed.fire(uri)), REFRESH_MS);
  }

  private generationChanged(): void {
    const live = this.session.known.reload?.generation?.live ?? 0;
    if (live !== this.live) {
      this.live = live;
      this.changed.fire(vscode.Uri.from({ scheme: SCHEME, path: LAYOUT_CHANGES }));
    }
  }
}
