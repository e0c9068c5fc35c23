// Reads what the tests compare the extension with: the framework's own tables and documents, and the extension's manifest.

import { readFileSync } from "node:fs";
import * as path from "node:path";

export const EXTENSION = path.resolve(__dirname, "..");
export const ROOT = path.resolve(EXTENSION, "..", "..");

export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

export function readOwn(file: string): string {
  return readFileSync(path.join(EXTENSION, file), "utf8");
}

/** JSON, with whole-line comments as the editor allows them in its own files. */
export function readJson<T>(file: string): T {
  const text = readOwn(file)
    .split("\n")
    .filter((line) => !/^\s*\/\//.test(line))
    .join("\n");
  return JSON.parse(text) as T;
}

/** A row of the table of directives. */
export interface Directive {
  kind: string;
  name: string;
  takes: "Required" | "Optional" | "Nothing";
  shape: string;
}

export function directives(): Directive[] {
  const table = read("framework/templates-codegen/src/table.rs");
  const rows = [...table.matchAll(/^ {4}(\w+) "(\w+)" (Required|Optional|Nothing) (.+);$/gm)];
  return rows.map(([, kind = "", name = "", takes, shape = ""]) => ({ kind, name, takes: takes as Directive["takes"], shape }));
}

export interface Block {
  name: string;
  /** What may end it, as written. */
  closers: string[];
}

/** Directives that open a block, or begin text that is not read. */
export function blocks(): Block[] {
  const all = directives();
  const nameOf = (kind: string) => all.find((row) => row.kind === kind)?.name ?? kind;
  return all.flatMap(({ name, shape }) => {
    const raw = /^Raw\("@(\w+)"\)$/.exec(shape)?.[1];
    if (raw !== undefined) {
      return [{ name, closers: [raw] }];
    }
    if (shape === "Shape::Block(SECTION)") {
      return [{ name, closers: ["endsection", "stop", "show", "append", "overwrite"] }];
    }
    const opened = /^opens!\((?:(?:OneArgument|AnyArgument|NoKey|Always), )?(\w+)/.exec(shape)?.[1];
    return opened === undefined ? [] : [{ name, closers: [nameOf(opened)] }];
  });
}
