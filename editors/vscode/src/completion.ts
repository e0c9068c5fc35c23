// The extension's snippets and the server's completion both know the block directives; each is offered once.

/** Without what has the same label as a snippet: the editor offers that one already. */
export function withoutSnippets<T extends { label: string | { label: string } }>(items: T[], snippets: ReadonlySet<string>): T[] {
  return items.filter((item) => !snippets.has(typeof item.label === "string" ? item.label : item.label.label));
}
