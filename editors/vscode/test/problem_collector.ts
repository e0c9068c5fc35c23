// How the editor reads the output of a background task, as far as it concerns the matchers: several patterns over
// consecutive lines, the longest matcher first; a line that begins or ends a run is looked at no further; a run that ends removes
// the findings from before it, in files of which it had none.

export interface Pattern {
  regexp: string;
  file?: number;
  line?: number;
  column?: number;
  severity?: number;
  code?: number;
  message?: number;
}

export interface Matcher {
  name: string;
  severity?: string;
  pattern: Pattern[];
  background?: { activeOnStart: boolean; beginsPattern: string; endsPattern: string };
}

export interface Finding {
  file: string;
  line: number;
  column: number;
  severity: string;
  code: string | undefined;
  message: string;
}

export class Collector {
  private readonly lengths: number;
  private buffer: string[] = [];
  private readonly shown = new Map<string, Finding[]>();
  /** Findings since the last beginning or end. */
  private fresh = new Map<string, Finding[]>();
  private toRemove = new Set<string>();
  active: boolean;

  constructor(private readonly matchers: Matcher[]) {
    this.lengths = Math.max(...matchers.map(({ pattern }) => pattern.length));
    this.active = matchers.some(({ background }) => background?.activeOnStart === true);
  }

  read(text: string): this {
    text.split("\n").forEach((line) => this.line(line));
    return this;
  }

  findings(): string[] {
    const all = [...this.shown.values()].flat();
    return all.map(({ file, line, column, severity, code, message }) => `${severity} ${file}:${line}:${column} ${code ?? "-"} ${message}`);
  }

  private line(line: string): void {
    const background = this.matchers.find((matcher) => matcher.background)?.background;
    if (background !== undefined && !this.active && new RegExp(background.beginsPattern).test(line)) {
      this.active = true;
      this.fresh = new Map();
      this.toRemove = new Set(this.shown.keys());
      return;
    }
    if (background !== undefined && this.active && new RegExp(background.endsPattern).test(line)) {
      this.active = false;
      this.toRemove.forEach((file) => this.shown.delete(file));
      this.toRemove = new Set();
      this.fresh = new Map();
      return;
    }
    this.buffer = [...this.buffer, line].slice(-this.lengths);
    const finding = this.matched();
    if (finding !== undefined) {
      this.buffer = [];
      const list = [...(this.fresh.get(finding.file) ?? []), finding];
      this.fresh.set(finding.file, list);
      this.shown.set(finding.file, list);
      this.toRemove.delete(finding.file);
    }
  }

  private matched(): Finding | undefined {
    for (let start = 0; start < this.buffer.length; start++) {
      const lines = this.buffer.slice(start);
      for (const matcher of this.matchers.filter(({ pattern }) => pattern.length === lines.length)) {
        const finding = apply(matcher, lines);
        if (finding !== undefined) {
          return finding;
        }
      }
    }
    return undefined;
  }
}

function apply(matcher: Matcher, lines: string[]): Finding | undefined {
  const found: Partial<Record<"file" | "line" | "column" | "severity" | "code" | "message", string>> = {};
  for (const [at, pattern] of matcher.pattern.entries()) {
    const match = new RegExp(pattern.regexp).exec(lines[at] ?? "");
    if (match === null) {
      return undefined;
    }
    for (const key of ["file", "line", "column", "severity", "code", "message"] as const) {
      const group = pattern[key];
      const text = group === undefined ? undefined : match[group];
      if (text !== undefined) {
        found[key] = text.trim();
      }
    }
  }
  // Without a file, a place or a message there is nothing to show.
  if (!found.file || !found.line || !found.message) {
    return undefined;
  }
  const severity = found.severity ?? matcher.severity ?? "error";
  return { file: found.file, line: Number(found.line), column: Number(found.column ?? 1), severity, code: found.code, message: found.message };
}
