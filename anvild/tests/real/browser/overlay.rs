//! A failed build over the still working page.

use super::{
    devtools::Browser,
    site::{line_of, site},
};
use crate::harness::Daemon;

/// Everything that the overlay shows.
const SHOWN: &str = "document.querySelector('anvil-overlay').shadowRoot.querySelector('.box').innerText";
const VISIBLE: &str = "document.querySelector('anvil-overlay').shadowRoot.querySelector('.box').checkVisibility()";

#[tokio::test]
async fn a_failed_build_is_shown_over_the_page_until_it_is_fixed() {
    let project = site("fx-overlay");
    let (daemon, addr) = Daemon::hot(&project).await;
    let browser = Browser::start();
    let page = browser.page().await;
    page.open(&format!("http://{addr}/")).await;
    page.until("word.textContent === 'first' && customElements.get('anvil-overlay')").await;
    assert_eq!(page.evaluate(VISIBLE).await.unwrap(), false);
    page.evaluate("window.mark = 'never reloaded'").await.unwrap();

    // The compiler quotes source, which may look like markup.
    let wrong = "\"<img src=x onerror='window.owned=1'>\"";
    project.edit("src/lib.rs", "\"first\"", &format!("{wrong} + 1 as u8"));
    page.until(VISIBLE).await;
    let shown = page.text(SHOWN).await;
    let place = format!("src/lib.rs:{}", line_of("\"first\""));
    for expected in ["E0369", "cannot add `u8` to `&str`", place.as_str(), "<img src=x onerror='window.owned=1'>"] {
        assert!(shown.contains(expected), "no {expected:?} in:\n{shown}");
    }
    let marked = page.text("document.querySelector('anvil-overlay').shadowRoot.querySelector('.hit').innerText").await;
    assert!(marked.contains(&format!("{wrong} + 1 as u8")), "{marked}");
    let elements = "document.querySelector('anvil-overlay').shadowRoot.querySelectorAll('img, script').length";
    assert_eq!(page.evaluate(elements).await.unwrap(), 0, "the message is text");
    assert_eq!(page.text("typeof window.owned").await, "undefined");
    // The page below is still there, works, and does not see the overlay's styles.
    assert_eq!(page.text("word.textContent + ' ' + window.mark").await, "first never reloaded");
    assert_eq!(page.text("getComputedStyle(word).color").await, "rgb(1, 2, 3)");
    assert_eq!(daemon.get("/").await.status, 200);
    page.picture("overlay").await;

    page.press("Escape").await;
    page.until(&format!("!{VISIBLE}")).await;
    assert_eq!(page.text("window.mark").await, "never reloaded");

    // The same mistake again is another build, and is shown again.
    project.edit("src/lib.rs", "1 as u8", "2 as u8");
    page.until(VISIBLE).await;
    // A page that is opened meanwhile works and shows it too. The first one is in the background from now on.
    let second = browser.page().await;
    second.open(&format!("http://{addr}/")).await;
    second.until(VISIBLE).await;
    assert_eq!(second.text("word.textContent").await, "first");

    project.edit("src/lib.rs", &format!("{wrong} + 2 as u8"), "\"fixed\"");
    // A page in the background catches up when it is looked at.
    for page in [&second, &page] {
        page.look_at().await;
        page.until("word.textContent === 'fixed'").await;
        page.until(&format!("!{VISIBLE}")).await;
    }
    assert_eq!(page.text("typeof window.mark").await, "undefined", "the page was loaded anew");
}

#[tokio::test]
async fn a_build_that_is_undone_leaves_the_page_as_it_was() {
    let project = site("fx-overlay-undo");
    let (_daemon, addr) = Daemon::hot(&project).await;
    let browser = Browser::start();
    let page = browser.page().await;
    page.open(&format!("http://{addr}/")).await;
    page.until("word.textContent === 'first' && customElements.get('anvil-overlay')").await;
    project.edit("src/lib.rs", "\"first\"", "\"first");
    page.until(VISIBLE).await;
    project.edit("src/lib.rs", "\"first", "\"first\"");
    page.until(&format!("!{VISIBLE}")).await;
    page.until("word.textContent === 'first'").await;
}
