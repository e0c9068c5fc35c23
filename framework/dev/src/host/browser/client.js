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

  function reload(generation) {
    // A page that comes back old after a reload (a cache, a service worker) must not reload for ever.
    const target = `${generation} ${location.href}`;
    try {
      if (sessionStorage.getItem(reloadedKey) === target) return;
      sessionStorage.setItem(reloadedKey, target);
    } catch { /* storage is full or forbidden: reload all the same */ }
    keep();
    location.reload();
  }

  // --- what is shown over the page ----------------------------------------------------------------------------------

  const css = `
    :host { all: initial; position: fixed; inset: auto 0 0 auto; z-index: 2147483647; }
    .pill { position: fixed; right: 12px; bottom: 12px; padding: 6px 12px; border-radius: 999px; background: #1d2129;
      color: #e8eaf0; font: 13px/1.4 system-ui, sans-serif; box-shadow: 0 2px 10px #0006; }
    .pill::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 8px; border-radius: 50%;
      background: #f0a35e; animation: pulse 1s infinite alternate; }
    @keyframes pulse { to { opacity: .3; } }
    @media (prefers-reduced-motion: reduce) { .pill::before { animation: none; } }
    .back { position: fixed; inset: 0; display: grid; place-items: center; padding: 24px; background: #0009; }
    .box { display: flex; flex-direction: column; width: min(1000px, 100%); max-height: 100%; box-sizing: border-box;
      background: #15181e; color: #e8eaf0; border-top: 4px solid #e0564f; border-radius: 8px; overflow: hidden;
      font: 14px/1.5 system-ui, sans-serif; box-shadow: 0 8px 40px #000a; }
    header { display: flex; gap: 16px; align-items: start; padding: 16px 20px 8px; }
    h1 { flex: 1; margin: 0; font-size: 17px; font-weight: 600; color: #ff8a80; overflow-wrap: anywhere; }
    button { border: 0; background: none; color: #aab; font: 22px/1 system-ui, sans-serif; cursor: pointer; padding: 0 4px; }
    button:hover, button:focus-visible { color: #fff; }
    pre { margin: 0; padding: 8px 20px 20px; overflow: auto; font: 13px/1.5 ui-monospace, monospace; tab-size: 4; }
    footer { padding: 8px 20px; background: #1d2129; color: #99a; font-size: 12px; }
    [hidden] { display: none; }`;

  class AnvilOverlay extends HTMLElement {
    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
      this.pill = root.appendChild(make("div", "pill"));
      this.pill.setAttribute("role", "status");
      this.back = root.appendChild(make("div", "back"));
      const box = this.back.appendChild(make("div", "box"));
      box.setAttribute("role", "alertdialog");
      box.setAttribute("aria-modal", "false");
      box.setAttribute("aria-labelledby", "title");
      const header = box.appendChild(make("header"));
      this.heading = header.appendChild(make("h1"));
      this.heading.id = "title";
      const close = header.appendChild(make("button"));
      close.type = "button";
      close.textContent = "×";
      close.setAttribute("aria-label", "Dismiss");
      close.addEventListener("click", () => this.dismiss());
      this.text = box.appendChild(make("pre"));
      this.text.tabIndex = 0;
      this.foot = box.appendChild(make("footer"));
      this.back.addEventListener("click", (event) => { if (event.target === this.back) this.dismiss(); });
      this.clear();
    }

    failed({ generation, title, rendered: text }) {
      this.note("");
      this.heading.textContent = title;
      this.text.textContent = text;
      this.foot.textContent = `Generation ${generation} failed; generation ${rendered} is still shown below. Esc closes this.`;
      this.back.hidden = this.dismissed === generation;
      this.shown = generation;
    }

    dismiss() {
      this.dismissed = this.shown;
      this.back.hidden = true;
    }

    note(text) {
      this.pill.textContent = text;
      this.pill.hidden = text === "";
    }

    clear() {
      this.note("");
      this.back.hidden = true;
    }
  }

  function make(tag, className = "") {
    const element = document.createElement(tag);
    element.className = className;
    return element;
  }

  customElements.define("anvil-overlay", AnvilOverlay);
  const overlay = new AnvilOverlay();
  document.documentElement.append(overlay);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !overlay.back.hidden) overlay.dismiss();
  });

  // --- listening ----------------------------------------------------------------------------------------------------

  function show(status) {
    if (status.state === "building") {
      // The message of the last failure stays until it is known whether it still holds.
      overlay.note("building…");
    } else if (status.state === "failed") {
      overlay.failed(status);
    } else if (status.generation <= rendered) {
      overlay.clear();
    } else if (posted) {
      overlay.clear();
      overlay.note(`generation ${status.generation} is live; this page came from a form, so reload it yourself`);
    } else {
      overlay.clear();
      reload(status.generation);
    }
  }

  const FIRST_MS = 150, LAST_MS = 5000;
  let source = null, timer = 0, wait = FIRST_MS;

  function open() {
    clearTimeout(timer);
    if (source || document.hidden) return;
    source = new EventSource(`/__anvil/events?token=${encodeURIComponent(token)}`);
    source.onmessage = (event) => {
      wait = FIRST_MS;
      show(JSON.parse(event.data));
    };
    source.onerror = () => {
      close();
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LAST_MS);
    };
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
