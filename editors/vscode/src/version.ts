// What `anvil-lsp --version` prints, and whether that server belongs to this extension.

/** `anvil-lsp 0.1.0 (protocol 1)` */
export interface ServerVersion {
  version: string;
  /** Of the daemon that the server talks to. */
  protocol: number;
}

/** Nothing where the text is not the one line that the server prints. */
export function parseVersion(text: string): ServerVersion | undefined {
  const line = /^anvil-lsp (\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?) \(protocol (\d+)\)\s*$/.exec(text);
  const [, version, protocol] = line ?? [];
  if (version === undefined || protocol === undefined) {
    return undefined;
  }
  return { version, protocol: Number(protocol) };
}

/** Before 1.0 a minor version may break what stood before; from then on, a major one. */
export function fits(server: string, extension: string): boolean {
  return series(server) === series(extension);
}

/** What `cargo install --version` takes for the server of an extension: `0.1`. */
export function series(version: string): string {
  const [major = "0", minor = "0"] = version.split(".");
  return major === "0" ? `0.${minor}` : major;
}

/** How the server of `extension` is installed. */
export function installCommand(extension: string): string {
  return `cargo install anvil-lsp --version ${series(extension)}`;
}
