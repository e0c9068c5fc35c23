// What a page of the app does in development: it listens to the daemon's state, reloads itself when a newer generation is
// live, and shows a failed build over the still working page. Served as it is; there is no build step.
(() => {
  "use strict";
  if (window.top !== window || window.__anvil) return;
  window.__anvil = true;

  const own = new URL(document.currentScript.src);
  const token = own.searchParams.get("token");
  const rendered = Number(own.searchParams.get("generation"));
  const posted = own.searchParams.has("posted");
  const keptKey = `anvil:kept:${location.pathname}${location.search}`;
  const reloadedKey = "anvil:reloaded";
  // The generation for which the page has refreshed itself already, because only templates changed.
  const refreshedKey = "anvil:refreshed";

  // --- what survives a reload of the page ---------------------------------------------------------------------------

  const fields = () => [...document.querySelectorAll("input, textarea, select")];
  const secret = (field) => ["password", "file", "hidden", "submit", "button", "image", "reset"].includes(field.type);
  const checkable = (field) => field.type === "checkbox" || field.type === "radio";

  function changed(field) {
    if (checkable(field)) return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.value !== field.defaultValue;
  }

  function keep() {
    const all = fields();
    const typed = all.flatMap((field, at) =>
      secret(field) || !changed(field)
        ? []
        : [{ at, name: field.name, type: field.type, value: field.value, checked: field.checked }]);
    const focus = all.indexOf(document.activeElement);
    try {
      sessionStorage.setItem(keptKey, JSON.stringify({ x: scrollX, y: scrollY, focus, typed }));
    } catch { /* storage is full or forbidden: the page still reloads */ }
  }

  function restore() {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(keptKey));
      sessionStorage.removeItem(keptKey);
    } catch { return; }
    if (!kept) return;
    const all = fields();
    for (const { at, name, type, value, checked } of kept.typed) {
      const field = all[at];
      if (!field || field.name !== name || field.type !== type) continue;
      if (checkable(field)) field.checked = checked; else field.value = value;
    }
    if (all[kept.focus]) all[kept.focus].focus({ preventScroll: true });
    const scroll = () => scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
    scroll();
    if (document.readyState !== "complete") addEventListener("load", scroll, { once: true });
  }

  // A page that comes back old after a reload (a cache, a service worker) must not reload for the same reason for ever.
  function reload(reason) {
    const target = `${reason} ${location.href}`;
    try {
      if (sessionStorage.getItem(reloadedKey) === target) return;
      sessionStorage.setItem(reloadedKey, target);
    } catch { /* storage is full or forbidden: reload all the same */ }
    keep();
    location.reload();
  }

  // --- what is shown over the page ----------------------------------------------------------------------------------

  const css = `
    :host { all: initial; color-scheme: light dark; --paper: light-dark(#fff, #16181d); --sunk: light-dark(#f5f6f8, #1e2128);
      --ink: light-dark(#1c1f26, #e6e8ee); --soft: light-dark(#667085, #949bab); --line: light-dark(#e3e5ea, #2d313b);
      --red: light-dark(#c4262e, #ff7b72); --hit: light-dark(#fdecec, #3d1f22); --amber: light-dark(#9a6300, #e3b341);
      --blue: light-dark(#0b62c4, #79b8ff); --green: light-dark(#18794e, #7ee2a8);
      --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    .back { position: fixed; inset: 0; z-index: 2147483646; display: flex; align-items: flex-start; justify-content: center;
      padding: clamp(8px, 5vh, 56px) clamp(8px, 3vw, 40px); background: #0b0d1273; }
    .box { display: flex; flex-direction: column; width: min(1040px, 100%); max-height: 100%; overflow: hidden;
      border-radius: 12px; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, sans-serif;
      box-shadow: 0 0 0 1px var(--line), 0 24px 64px #0007; }
    header, footer { display: flex; flex: none; gap: 10px; align-items: center; padding: 12px 20px; }
    header { border-bottom: 1px solid var(--line); }
    header::before { content: ""; width: 10px; height: 10px; border-radius: 50%; background: var(--red); }
    header strong { font-weight: 650; }
    header span { flex: 1; color: var(--soft); }
    button { all: unset; cursor: pointer; color: var(--soft); border-radius: 6px; }
    button:hover { color: var(--ink); }
    button:focus-visible { outline: 2px solid var(--blue); }
    .close { padding: 0 8px; border: 1px solid var(--line); font-size: 12px; line-height: 22px; }
    .list { flex: 1; min-height: 0; overflow: auto; padding: 4px 20px 16px; overscroll-behavior: contain; outline: none; }
    section + section { margin-top: 20px; padding-top: 8px; border-top: 1px solid var(--line); }
    h2 { margin: 12px 0 4px; font: 600 17px/1.4 system-ui, sans-serif; overflow-wrap: anywhere; }
    h2 em { margin-right: 8px; font: 600 12px/1 var(--mono); color: var(--red); }
    h2.warning em { color: var(--amber); }
    .place { margin: 0 0 10px; color: var(--soft); font: 13px/1.5 var(--mono); overflow-wrap: anywhere; }
    pre { display: grid; grid-template-columns: minmax(max-content, 1fr); margin: 0; padding: 10px 0; border-radius: 8px; background: var(--sunk); overflow: auto; font: 13px/1.6 var(--mono);
      tab-size: 4; }
    pre > span { padding: 0 16px; white-space: pre; }
    pre i { font-style: normal; color: var(--soft); user-select: none; }
    .hit { background: var(--hit); box-shadow: inset 3px 0 var(--red); }
    .point { color: var(--red); }
    .label, .at { color: var(--blue); }
    .note { color: var(--soft); }
    .help, .added { color: var(--green); }
    .removed { color: var(--red); }
    footer { padding: 10px 20px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px; }
    .pill { position: fixed; right: 16px; bottom: 16px; z-index: 2147483647; display: flex; gap: 8px; align-items: center;
      padding: 7px 14px; border-radius: 999px; background: var(--paper); color: var(--ink); font: 13px/1.4 system-ui, sans-serif;
      box-shadow: 0 0 0 1px var(--line), 0 4px 16px #0003; }
    .pill::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: var(--amber);
      animation: pulse .8s infinite alternate; }
    .pill.failed::before { background: var(--red); animation: none; }
    @keyframes pulse { to { opacity: .25; } }
    @media (prefers-reduced-motion: reduce) { .pill::before { animation: none; } }`;

  // The compiler's text, one part for each message, each line with what it is. Text stays text: nothing is parsed as HTML.
  function parse(title, text) {
    const parts = [];
    for (const line of text.replace(/\s+$/, "").split("\n")) {
      const head = /^(error|warning)(?:\[(\w+)\])?: (.*)$/.exec(line) ?? /^(ANV\d+)(): (.*)$/.exec(line);
      if (head) parts.push({ kind: head[1], code: head[2] || head[1], message: head[3], place: "", lines: [] });
      else if (parts.length === 0) parts.push({ kind: "error", code: "error", message: title, place: "", lines: [line] });
      else addLine(parts.at(-1), line);
    }
    return parts;
  }

  function addLine(part, text) {
    const arrow = /^\s*--> (.*)$/.exec(text);
    if (arrow && !part.place) {
      part.place = arrow[1];
      return;
    }
    const edge = /^(?:\s*\d+ |\s+)(?:[|+~-](?= |$)|\.\.\.)/.exec(text);
    const gutter = edge ? edge[0] : "";
    const rest = text.slice(gutter.length);
    let kind = "";
    if (/\d+ [+~]$/.test(gutter)) kind = "added";
    else if (/\d+ -$/.test(gutter)) kind = "removed";
    else if (/^\s+\|$/.test(gutter) && rest.includes("^")) {
      kind = "point";
      const above = part.lines.at(-1);
      if (above?.numbered) above.kind = "hit";
    } else if (/^\s+\|$/.test(gutter)) kind = /^[\s+~]+$/.test(rest) ? "added" : "label";
    else if (/^\s*(= )?help\b/.test(text)) kind = "help";
    else if (/^\s*(= )?note\b/.test(text)) kind = "note";
    else if (/^\s*(-->|:::) /.test(text)) kind = "at";
    const hollow = rest.trim() === "";
    if (hollow && (part.lines.length === 0 || part.lines.at(-1).hollow)) return;
    part.lines.push({ gutter, rest, kind, numbered: /\d/.test(gutter), hollow });
  }

  function render({ kind, code, message, place, lines }) {
    const section = make("section");
    const heading = make("h2", kind);
    heading.append(make("em", "", code), message);
    section.append(heading);
    if (place) section.append(make("p", "place", place));
    while (lines.at(-1)?.hollow) lines.pop();
    if (lines.length > 0) {
      const block = section.appendChild(make("pre"));
      for (const line of lines) {
        const row = block.appendChild(make("span", line.kind));
        row.append(make("i", "", line.gutter), `${line.rest}\n`);
      }
    }
    return section;
  }

  function make(tag, className = "", text = "") {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  }

  class AnvilOverlay extends HTMLElement {
    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
      this.back = root.appendChild(make("div", "back"));
      const box = this.back.appendChild(make("div", "box"));
      box.setAttribute("role", "alertdialog");
      box.setAttribute("aria-modal", "false");
      box.setAttribute("aria-labelledby", "title");
      const header = box.appendChild(make("header"));
      this.heading = header.appendChild(make("strong"));
      this.heading.id = "title";
      this.aside = header.appendChild(make("span"));
      const close = header.appendChild(make("button", "close", "Esc"));
      close.type = "button";
      close.setAttribute("aria-label", "Dismiss");
      close.addEventListener("click", () => this.dismiss());
      this.list = box.appendChild(make("div", "list"));
      this.list.tabIndex = 0;
      box.append(make("footer", "", "The page below is the last version that worked. This message goes away with the mistake."));
      this.back.addEventListener("click", (event) => { if (event.target === this.back) this.dismiss(); });
      this.pill = root.appendChild(make("button", "pill"));
      this.pill.type = "button";
      this.pill.setAttribute("role", "status");
      this.pill.addEventListener("click", () => { if (this.parts) this.open(); });
      this.clear();
    }

    failed({ generation, title, rendered: text }) {
      this.parts = parse(title, text);
      this.shown = generation;
      const errors = this.parts.filter((part) => part.kind === "error").length;
      this.heading.textContent =
        errors > 1 ? `${errors} errors` : errors === 1 ? "The build failed" : "The change did not go live";
      this.aside.textContent = `generation ${generation}`;
      this.list.replaceChildren(...this.parts.map(render));
      this.list.scrollTop = 0;
      if (this.dismissed === generation) this.dismiss(); else this.open();
    }

    open() {
      this.note("");
      this.back.hidden = false;
    }

    dismiss() {
      this.dismissed = this.shown;
      this.back.hidden = true;
      this.note("not live · show why", "failed");
    }

    note(text, className = "") {
      this.pill.className = `pill ${className}`;
      this.pill.textContent = text;
      this.pill.hidden = text === "";
    }

    clear() {
      this.parts = null;
      this.note("");
      this.back.hidden = true;
    }
  }

  customElements.define("anvil-overlay", AnvilOverlay);
  const overlay = new AnvilOverlay();
  document.documentElement.append(overlay);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !overlay.back.hidden) overlay.dismiss();
  }, { capture: true });

  // What was saved just behind the rendered generation is shown already, if the page has refreshed itself for it.
  function shown() {
    try {
      const [generation, before] = JSON.parse(sessionStorage.getItem(refreshedKey)) ?? [];
      if (before === rendered && generation === rendered + 1) return generation;
    } catch { /* storage is forbidden */ }
    return rendered;
  }

  function refresh(generation) {
    try {
      sessionStorage.setItem(refreshedKey, JSON.stringify([generation, rendered]));
    } catch { /* storage is full or forbidden: the page reloads once more when the build is done */ }
    reload(`refresh ${generation}`);
  }

  // --- listening ----------------------------------------------------------------------------------------------------

  function show(status) {
    if (status.state === "building") {
      if (status.refresh && !posted && status.generation > shown()) return refresh(status.generation);
      // The message of the last failure stays until it is known whether it still holds.
      overlay.note("building…");
    } else if (status.state === "failed") {
      overlay.failed(status);
    } else if (status.generation <= shown()) {
      overlay.clear();
    } else if (posted) {
      overlay.clear();
      overlay.note(`generation ${status.generation} is live; this page came from a form, so reload it yourself`);
    } else {
      overlay.clear();
      reload(status.generation);
    }
  }

  const events = `/__anvil/events?token=${encodeURIComponent(token)}`;
  const FIRST_MS = 150, LAST_MS = 5000, SILENT_MS = 1000;
  let source = null, timer = 0, wait = FIRST_MS;

  function open() {
    clearTimeout(timer);
    if (source || document.hidden) return;
    source = new EventSource(events);
    source.onmessage = (event) => {
      wait = FIRST_MS;
      show(JSON.parse(event.data));
    };
    source.onerror = () => {
      close();
      timer = setTimeout(again, wait);
      if (wait > SILENT_MS && overlay.back.hidden) overlay.note("waiting for the app…");
      wait = Math.min(wait * 2, LAST_MS);
    };
  }

  // An event stream does not say why it ended. A refusal means that another daemon serves by now, and with it another page.
  async function again() {
    const reading = new AbortController();
    try {
      const { status } = await fetch(events, { cache: "no-store", signal: reading.signal });
      reading.abort();
      if (status === 403 && !posted) return reload(token);
    } catch { /* nobody answers yet */ }
    open();
  }

  function close() {
    clearTimeout(timer);
    if (source) source.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => {
    wait = FIRST_MS;
    if (document.hidden) close(); else open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });

  restore();
  open();
})();
