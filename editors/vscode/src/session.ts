// One window's server: found, checked, started, told of changes, ended. Holds what is known of server and app.

import * as os from "node:os";
import * as vscode from "vscode";
import { DidChangeConfigurationNotification, ExecuteCommandRequest, type LanguageClient, State } from "vscode-languageclient/node";

import { makeClient } from "./client";
import {
  type CommandResult,
  RELOAD_STATUS,
  type ReloadStatus,
  SERVER_STATUS,
  type ServerCommand,
  type ServerStatus,
  STATUS,
} from "./protocol";
import { others, readStatuses, rootOf, statusFor } from "./projects";
import { checkServer, isProgram } from "./server_check";
import { type ServerSettings, serverSettings, serverShowsBuild } from "./settings";
import type { Known, Server } from "./status";
import { rustAnalyzer } from "./rust_analyzer";

export class Session implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Something of `known` is new. */
  readonly onDidChange = this.changed.event;

  private client: LanguageClient | undefined;
  private server: Server = { kind: "starting" };
  private readonly reloads = new Map<string, ReloadStatus>();
  private health: ServerStatus | undefined;
  /** As the server was last told. */
  private told = "";
  /** Starts and stops come one after the other. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: vscode.LogOutputChannel,
    /** Of this extension. */
    private readonly version: string,
    private readonly intercept: (command: string) => Promise<boolean>,
  ) {}

  get known(): Known {
    const reload = this.reload();
    const { server, health } = this;
    return { server, reload, health, trusted: vscode.workspace.isTrusted, others: others(this.reloads, reload) };
  }

  /** Who shows the compiler's errors. */
  shown(): { serverRuns: boolean; serverShows: boolean; rustAnalyzerChecks: boolean } {
    const settings = this.settings();
    const serverRuns = this.server.kind === "running" && settings.trusted && settings.daemon !== "off";
    return { serverRuns, serverShows: serverShowsBuild(settings), rustAnalyzerChecks: settings.rustAnalyzerCheck };
  }

  /** The project that is meant, as the server's methods take it. */
  project(): { root?: string } {
    const root = this.reload()?.root;
    return root ? { root } : {};
  }

  /** Looks for the server, and starts it; ends one that runs before. */
  restart(): Promise<void> {
    this.turn = this.turn.then(() => this.end()).then(() => this.begin());
    return this.turn;
  }

  stop(): Promise<void> {
    this.turn = this.turn.then(() => this.end());
    return this.turn;
  }

  dispose(): void {
    this.changed.dispose();
  }

  /** Sends settings and trust, if they are not what the server knows. */
  async tellSettings(): Promise<void> {
    const settings = this.settings();
    const text = JSON.stringify(settings);
    if (this.client?.state !== State.Running || text === this.told) {
      return;
    }
    this.told = text;
    await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings: { anvil: settings } });
  }

  /** Fails with a message where there is no server. */
  async request<T>(method: string, params: object, token?: vscode.CancellationToken): Promise<T> {
    const client = this.running();
    return await (token === undefined ? client.sendRequest<T>(method, params) : client.sendRequest<T>(method, params, token));
  }

  async execute(command: ServerCommand): Promise<CommandResult> {
    const result: unknown = await this.running().sendRequest(ExecuteCommandRequest.type, { command, arguments: Object.values(this.project()) });
    return commandResult(result);
  }

  /** Of the project of the file in front. */
  private reload(): ReloadStatus | undefined {
    return statusFor(this.reloads, vscode.window.activeTextEditor?.document.uri.fsPath);
  }

  private running(): LanguageClient {
    if (this.client?.state !== State.Running) {
      throw new Error("anvil-lsp does not run; the status bar says why");
    }
    return this.client;
  }

  private settings(): ServerSettings {
    const anvil = vscode.workspace.getConfiguration("anvil");
    return serverSettings({
      trusted: vscode.workspace.isTrusted,
      daemon: anvil.get<string>("daemon"),
      buildDiagnostics: anvil.get<string>("buildDiagnostics"),
      rustAnalyzer: rustAnalyzer(),
      buildAhead: anvil.get<boolean>("buildAhead"),
    });
  }

  private async begin(): Promise<void> {
    this.show({ kind: "starting" });
    const check = await checkServer(
      {
        setting: vscode.workspace.getConfiguration("anvil").get<string>("server.path") ?? "",
        workspaceFolder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
        home: os.homedir(),
        path: process.env["PATH"] ?? "",
        platform: process.platform,
        isProgram,
      },
      this.version,
    );
    if (check.kind !== "usable") {
      this.log.warn(`${check.kind === "missing" ? check.why : `${check.program}: ${check.why}`}; ${check.advice}`);
      this.show(check);
      return;
    }
    const { program, version, advice } = check;
    this.log.info(`${program} is anvil-lsp ${version}, protocol ${check.protocol}${advice === undefined ? "" : `; ${advice}`}`);
    await this.connect(program, { kind: "running", program, version, advice });
  }

  private async connect(program: string, server: Server): Promise<void> {
    const client = makeClient(program, {
      log: this.log,
      settings: () => this.settings(),
      popups: () => vscode.workspace.getConfiguration("anvil").get<boolean>("popups") === true,
      gaveUp: (why) => this.show({ kind: "crashed", why }),
      intercept: this.intercept,
      executed: (command, result) => this.log.info(`${command}: ${commandResult(result).message}`),
    });
    client.onNotification(RELOAD_STATUS, (status: ReloadStatus) => {
      this.reloads.set(rootOf(status), status);
      this.changed.fire();
    });
    client.onNotification(SERVER_STATUS, (status: ServerStatus) => {
      this.health = status;
      this.changed.fire();
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        this.show(server);
        void this.askStatus();
      }
    });
    this.client = client;
    this.told = JSON.stringify(this.settings());
    try {
      await client.start();
    } catch (error) {
      this.log.error(`anvil-lsp did not start: ${text(error)}`);
      this.show({ kind: "crashed", why: `it did not start: ${text(error)}` });
    }
  }

  /** A server that has restarted by itself may have said nothing yet. */
  private async askStatus(): Promise<void> {
    try {
      readStatuses(await this.request<unknown>(STATUS, {})).forEach((status) => this.reloads.set(rootOf(status), status));
      this.changed.fire();
    } catch (error) {
      this.log.warn(`the state of the app is unknown: ${text(error)}`);
    }
  }

  private async end(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.reloads.clear();
    this.health = undefined;
    if (client === undefined) {
      return;
    }
    this.show({ kind: "stopped" });
    try {
      await client.dispose();
    } catch (error) {
      // It was dead or dying; there is nothing left to end.
      this.log.info(`the server ended by itself: ${text(error)}`);
    }
  }

  private show(server: Server): void {
    this.server = server;
    if (server.kind !== "running") {
      this.reloads.clear();
      this.health = undefined;
    }
    this.changed.fire();
  }
}

/** A command that answers nothing is done. */
export function commandResult(result: unknown): CommandResult {
  const hasMessage = typeof result === "object" && result !== null && "message" in result && typeof result.message === "string";
  return hasMessage ? (result as CommandResult) : { message: "done" };
}

export function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
