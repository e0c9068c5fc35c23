// The language client, made quiet: what goes wrong is in the log and in the status bar, not in front of the text.

import * as readline from "node:readline";
import * as vscode from "vscode";
import {
  CloseAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  MessageType,
  type Middleware,
  RevealOutputChannelOn,
  ShowMessageNotification,
} from "vscode-languageclient/node";

import snippets from "../snippets/forge.json";
import { withoutSnippets } from "./completion";
import type { ServerSettings } from "./settings";

/** Restarts within three minutes after which a server that dies is left alone. */
const RESTARTS_MAX = 4;

export interface ClientSurroundings {
  log: vscode.LogOutputChannel;
  settings: () => ServerSettings;
  popups: () => boolean;
  /** The server died, and is not started again. */
  gaveUp: (why: string) => void;
  /** The server is to execute this; returns whether it is taken care of here. */
  intercept: (command: string) => Promise<boolean>;
  /** What a command of the server has answered. */
  executed: (command: string, result: unknown) => void;
}

/** Sends nothing to the screen unless the user wants pop-ups. */
class QuietClient extends LanguageClient {
  constructor(
    program: string,
    options: LanguageClientOptions,
    private readonly popups: () => boolean,
  ) {
    super("anvil", "Anvilforge", { command: program, args: ["--stdio"] }, options);
  }

  override error(message: string, data?: unknown, showNotification?: boolean | "force"): void {
    super.error(message, data, this.popups() && showNotification !== false ? "force" : false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }
}

export function makeClient(program: string, around: ClientSurroundings): LanguageClient {
  const { log } = around;
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "forge" },
      { scheme: "file", language: "rust" },
    ],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: around.settings,
    initializationFailedHandler: () => false,
    // Held back until the client exists, which knows how often it has started the server.
    errorHandler: quietly(() => client.createDefaultErrorHandler(RESTARTS_MAX), around),
    middleware: middleware(around),
    stdioOptions: {
      // Standard output is the protocol; this is never called for it.
      stdout: () => undefined,
      stderr: (input) => readline.createInterface({ input }).on("line", (line) => log.info(line)),
    },
  };
  const client: LanguageClient = new QuietClient(program, options, around.popups);
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { ...capabilities.experimental, serverStatusNotification: true };
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
  });
  client.onNotification(ShowMessageNotification.type, ({ type, message }) => showMessage(type, message, around));
  return client;
}

function quietly(standard: () => ErrorHandler, around: ClientSurroundings): ErrorHandler {
  let handler: ErrorHandler | undefined;
  const known = () => (handler ??= standard());
  return {
    error: async (error, message, count) => ({ ...(await known().error(error, message, count)), handled: true }),
    closed: async () => {
      const result = await known().closed();
      if (result.action === CloseAction.DoNotRestart) {
        around.gaveUp(result.message ?? "it ended and is not started again");
      }
      return { ...result, handled: true };
    },
  };
}

function middleware(around: ClientSurroundings): Middleware {
  const prefixes = new Set(Object.values(snippets).map((snippet) => snippet.prefix));
  return {
    provideCompletionItem: async (document, position, context, token, next) => {
      const answer = await next(document, position, context, token);
      if (document.languageId !== "forge" || answer === undefined || answer === null) {
        return answer;
      }
      if (Array.isArray(answer)) {
        return withoutSnippets(answer, prefixes);
      }
      return new vscode.CompletionList(withoutSnippets(answer.items, prefixes), answer.isIncomplete ?? false);
    },
    executeCommand: async (command, args, next) => {
      if (await around.intercept(command)) {
        return undefined;
      }
      const result: unknown = await next(command, args);
      around.executed(command, result);
      return result;
    },
    workspace: {
      // The session tells what has changed, with trust; the library would send `null`.
      didChangeConfiguration: () => Promise.resolve(),
      configuration: (params, token, next) => {
        const answers = next(params, token);
        const own = (list: unknown[]) => params.items.map((item, at) => (item.section === "anvil" ? around.settings() : list[at]));
        return Array.isArray(answers) ? own(answers) : answers;
      },
    },
  };
}

function showMessage(type: MessageType, message: string, { log, popups }: ClientSurroundings): void {
  if (type === MessageType.Error) {
    log.error(message);
    if (popups()) {
      void vscode.window.showErrorMessage(message);
    }
  } else if (type === MessageType.Warning) {
    log.warn(message);
  } else {
    log.info(message);
  }
}
