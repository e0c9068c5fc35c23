// What the server says beyond the language server protocol. Data only.

/** Whether the newest code answers requests. */
export type ReloadState =
  | "off"
  | "connecting"
  | "stopped"
  | "building"
  | "live"
  | "stale"
  | "blocked"
  | "failed"
  | "rolledBack";

/** `anvil/reloadStatus`, and the answer to `anvil/status`. */
export interface ReloadStatus {
  /** The folder of the project. */
  root?: string | null;
  state: ReloadState;
  /** Nothing as long as no daemon has said anything. */
  generation: { saved: number; built: number; live: number } | null;
  /** The way that the newest generation took: `patch`, `swap`, `handover`, … */
  kind: string | null;
  durationMs: number | null;
  reason: string | null;
  /** Where the app answers. */
  url: string | null;
  /** For a status bar: `anvil: live 7`. */
  message: string;
}

/** `experimental/serverStatus`, in rust-analyzer's shape. */
export interface ServerStatus {
  health: "ok" | "warning" | "error";
  quiescent: boolean;
  message?: string | null;
}

/** The answer to every command of the server. */
export interface CommandResult {
  message: string;
  checks?: DoctorCheck[];
}

/** One line of `anvil doctor`. */
export interface DoctorCheck {
  id: string;
  level: "ok" | "warning" | "error";
  detail: string;
  fix?: string | null;
}

/** The answer to `anvil/generatedRust`. */
export interface GeneratedRust {
  view: string;
  text: string;
}

/** The answer to `anvil/abiReport`: Markdown. */
export interface AbiReport {
  text: string;
}

export const RELOAD_STATUS = "anvil/reloadStatus";
export const SERVER_STATUS = "experimental/serverStatus";
export const STATUS = "anvil/status";
export const GENERATED_RUST = "anvil/generatedRust";
export const ABI_REPORT = "anvil/abiReport";

/** Commands that the server executes. */
export type ServerCommand =
  | "anvil.restartApp"
  | "anvil.rollback"
  | "anvil.waitLive"
  | "anvil.startApp"
  | "anvil.stopApp"
  | "anvil.doctor"
  | "anvil.useDaemonDiagnostics";
