// Addresses of the documents that the server writes: the Rust of a template, the list of layout changes. Pure.

export const SCHEME = "anvil";
export const LAYOUT_CHANGES = "/layout-changes.md";

const GENERATED = "/generated/";
const TEMPLATE = ".forge.html";

/** Path and query for the Rust of a template: `…/templates/posts/index.forge.html` becomes `/generated/posts/index.rs`. */
export function generatedAddress(source: { path: string; uri: string }): { path: string; query: string } {
  const below = source.path.split("/templates/").at(-1) ?? source.path;
  const name = below.endsWith(TEMPLATE) ? below.slice(0, -TEMPLATE.length) : below;
  return { path: `${GENERATED}${name.replace(/^\/+/, "")}.rs`, query: encodeURIComponent(source.uri) };
}

export type Address = { kind: "layoutChanges" } | { kind: "generated"; source: string } | { kind: "unknown" };

export function readAddress({ path, query }: { path: string; query: string }): Address {
  if (path === LAYOUT_CHANGES) {
    return { kind: "layoutChanges" };
  }
  return path.startsWith(GENERATED) && query !== "" ? { kind: "generated", source: decodeURIComponent(query) } : { kind: "unknown" };
}
