//! What is shown while nothing serves.

use super::{
    devtools::Browser,
    site::{line_of, site},
};
use crate::harness::Daemon;

#[tokio::test]
async fn the_placeholder_tells_why_and_turns_into_the_app_by_itself() {
    let project = site("fx-placeholder");
    project.edit("src/lib.rs", "\"first\"", "\"<i>\" + 1 as u8");
    let daemon = Daemon::start(&project).await;
    let addr = daemon.app(true).await.expect("the app starts").app.addr.expect("the port is open before the build");
    let browser = Browser::start();
    let page = browser.page().await;
    // Opened while the first build runs or after it: either way the page gets there by itself.
    page.open(&format!("http://{addr}/?tab=1")).await;
    daemon.failed().await;
    page.until("document.body.innerText.includes('cannot add `u8` to `&str`')").await;
    let shown = page.text("document.body.innerText").await;
    let place = format!("src/lib.rs:{}", line_of("\"first\""));
    assert!(shown.contains(&place) && shown.contains("\"<i>\" + 1 as u8"), "{shown}");
    assert_eq!(page.evaluate("document.querySelectorAll('i').length").await.unwrap(), 0, "the message is text");
    page.picture("placeholder").await;

    // It stays as it is while nothing changes, so that it can be read and copied from.
    page.evaluate("window.mark = 'kept'").await.unwrap();
    let asked =
        "performance.getEntriesByType('resource').filter(entry => entry.name.endsWith('/__anvil/placeholder')).length";
    page.until(&format!("{asked} >= 3")).await;
    assert_eq!(page.text("window.mark").await, "kept");

    project.edit("src/lib.rs", "\"<i>\" + 1 as u8", "\"first\"");
    page.until("window.word && word.textContent === 'first'").await;
    assert_eq!(page.text("location.search").await, "?tab=1");
}
