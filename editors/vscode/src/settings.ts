// What the server is told about trust and settings: at its start, and whenever one of them changes. Pure.

export type BuildDiagnostics = "auto" | "always" | "never";

/** `initializationOptions`, and `anvil` of `workspace/didChangeConfiguration`. */
export interface ServerSettings {
  trusted: boolean;
  daemon: "start" | "attach" | "off";
  buildDiagnostics: BuildDiagnostics;
  /** rust-analyzer is there and checks on save, so rustc's errors are shown already. */
  rustAnalyzerCheck: boolean;
  /** Patches of unsaved Rust files are built while one types. */
  buildAhead: boolean;
}

export interface Read {
  trusted: boolean;
  daemon: string | undefined;
  buildDiagnostics: string | undefined;
  rustAnalyzer: RustAnalyzer;
  buildAhead: boolean | undefined;
}

export interface RustAnalyzer {
  installed: boolean;
  /** `rust-analyzer.checkOnSave`: a switch, or an object with one in older versions. */
  checkOnSave: unknown;
}

/** A setting that has none of its values counts as not set: the editor marks it in its own place. */
export function serverSettings(read: Read): ServerSettings {
  return {
    trusted: read.trusted,
    daemon: oneOf(["start", "attach", "off"], read.daemon),
    buildDiagnostics: oneOf(["auto", "always", "never"], read.buildDiagnostics),
    rustAnalyzerCheck: rustAnalyzerChecks(read.rustAnalyzer),
    buildAhead: read.buildAhead ?? true,
  };
}

export function rustAnalyzerChecks({ installed, checkOnSave }: RustAnalyzer): boolean {
  if (!installed) {
    return false;
  }
  if (typeof checkOnSave === "object" && checkOnSave !== null && "enable" in checkOnSave) {
    return checkOnSave.enable !== false;
  }
  return checkOnSave !== false;
}

/** Whether the server shows rustc's errors, given these settings. */
export function serverShowsBuild(settings: ServerSettings): boolean {
  return settings.buildDiagnostics === "always" || (settings.buildDiagnostics === "auto" && !settings.rustAnalyzerCheck);
}

/** The first is the default. */
function oneOf<T extends string>(values: readonly [T, ...T[]], value: string | undefined): T {
  return values.find((known) => known === value) ?? values[0];
}
