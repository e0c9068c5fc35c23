// Drives a language server over its standard streams with the stack that the extension's client is made of.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

import type { ServerStatus } from "../src/protocol";
import type { ServerSettings } from "../src/settings";

/** For what comes by itself, on a machine that is busy. */
const PATIENCE_MS = 60_000;

const CAPABILITIES: ClientCapabilities = {
  general: { positionEncodings: ["utf-16"] },
  workspace: { workspaceFolders: true, configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
  textDocument: {
    synchronization: { dynamicRegistration: true, didSave: true },
    completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown", "plaintext"] }, contextSupport: true },
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true, versionSupport: true },
    hover: { contentFormat: ["markdown", "plaintext"] },
  },
  experimental: { serverStatusNotification: true },
};

export class Server {
  private readonly child: ChildProcessWithoutNullStreams;
  readonly connection: ProtocolConnection;
  private readonly published = new Map<string, Diagnostic[]>();
  private readonly waiting = new Set<() => void>();
  private readonly versions = new Map<string, number>();
  private health: ServerStatus | undefined;
  private log = "";

  constructor(program: string) {
    this.child = spawn(program, ["--stdio"], { stdio: "pipe" });
    this.child.stderr.on("data", (data: Buffer) => (this.log += data.toString()));
    this.connection = createProtocolConnection(new StreamMessageReader(this.child.stdout), new StreamMessageWriter(this.child.stdin));
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.published.set(uri, diagnostics);
      this.waiting.forEach((look) => look());
    });
    this.connection.onNotification("experimental/serverStatus", (status: ServerStatus) => {
      this.health = status;
      this.waiting.forEach((look) => look());
    });
    this.connection.onRequest(RegistrationRequest.type, () => undefined);
    this.connection.listen();
  }

  async initialize(folder: string, settings: ServerSettings): Promise<InitializeResult> {
    const uri = pathToFileURL(folder).toString();
    const result = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: "project" }],
      capabilities: CAPABILITIES,
      initializationOptions: settings,
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
    return result;
  }

  /** Until the index is complete. */
  async quiescent(): Promise<void> {
    await this.until("quiescent", () => (this.health?.quiescent === true ? true : undefined));
  }

  /** Opens a file, with another text than it has on the disk if one is given. Returns its address. */
  async open(file: string, languageId: string, text = readFileSync(file, "utf8")): Promise<string> {
    const uri = pathToFileURL(file).toString();
    this.versions.set(uri, 1);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId, version: 1, text } });
    return uri;
  }

  async change(uri: string, ...contentChanges: ({ text: string } | { range: { start: Place; end: Place }; text: string })[]): Promise<void> {
    const version = (this.versions.get(uri) ?? 0) + 1;
    this.versions.set(uri, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri, version }, contentChanges });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  /** Waits for the diagnostics of a file to be as `fits` wants them. */
  diagnostics(uri: string, fits: (found: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    return this.until(`diagnostics of ${uri}`, () => {
      const found = this.published.get(uri);
      return found !== undefined && fits(found) ? found : undefined;
    });
  }

  /** Says goodbye and returns the exit code. */
  async end(): Promise<number | null> {
    const exited = new Promise<number | null>((resolve) => this.child.once("exit", resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await exited;
    this.connection.dispose();
    return code;
  }

  /** For a test that has failed half-way. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  private until<T>(what: string, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = look();
        if (found !== undefined) {
          clearTimeout(timer);
          this.waiting.delete(check);
          resolve(found);
        }
      };
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        const known = JSON.stringify([...this.published], undefined, 1);
        reject(new Error(`no ${what} within ${PATIENCE_MS / 1000} s; published: ${known}; log: ${this.log}`));
      }, PATIENCE_MS);
      this.waiting.add(check);
      check();
    });
  }
}

export interface Place {
  line: number;
  character: number;
}

/** The place behind the first `needle` in a text. */
export function behind(text: string, needle: string): Place {
  const at = text.indexOf(needle);
  if (at < 0) {
    throw new Error(`the text has no ${JSON.stringify(needle)}`);
  }
  const lines = text.slice(0, at + needle.length).split("\n");
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
