// Asks whether the app serves by now, and shows the page anew when it does or when there is something else to say. Only the
// daemon answers this path with 503; every host of the app refuses it, so no handler of the app runs for the question.
(() => {
  "use strict";
  const ASK_MS = 500;
  const posted = document.body.dataset.posted !== undefined;
  const detail = document.querySelector("pre")?.textContent ?? "";

  async function ask() {
    let news = false;
    try {
      const answer = await fetch("/__anvil/placeholder", { headers: { accept: "application/json" }, cache: "no-store" });
      const said = answer.status === 503 ? await answer.json() : null;
      news = said === null || said.error !== document.title || said.detail.trimEnd() !== detail;
    } catch { /* between two hosts */ }
    if (!news) setTimeout(ask, ASK_MS);
    else if (posted) document.querySelector(".state").textContent = "The app has changed: send the form again.";
    else location.reload();
  }

  setTimeout(ask, ASK_MS);
})();
