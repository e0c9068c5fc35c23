//! A handler that panics gives a page that says where and why.

use super::{
    devtools::Browser,
    site::{line_of, site},
};
use crate::harness::Daemon;

#[tokio::test]
async fn a_panic_shows_its_line_the_apps_frames_and_the_request() {
    let project = site("fx-error-page");
    let (daemon, addr) = Daemon::hot(&project).await;
    let browser = Browser::start();
    let page = browser.page().await;
    page.open(&format!("http://{addr}/boom?colour=%3Cred%3E&token=tttt")).await;
    page.until("document.querySelector('h1')").await;
    let shown = page.text("document.body.innerText").await;
    let place = format!("src/lib.rs:{}", line_of("numbers[at + 3]"));
    for expected in
        ["index out of bounds: the len is 0 but the index is 5", place.as_str(), "pick", "boom", "GET", "/boom"]
    {
        assert!(shown.contains(expected), "no {expected:?} in:\n{shown}");
    }
    for foreign in ["tttt", "registry", "rustlib", "/rustc/", "tokio", "axum", "core::"] {
        assert!(!shown.contains(foreign), "{foreign:?} in:\n{shown}");
    }
    assert_eq!(
        page.text("document.querySelector('.hit').innerText")
            .await
            .trim_end()
            .rsplit_once("numbers")
            .expect("the line")
            .1,
        "[at + 3]"
    );
    page.picture("error-page").await;

    // The page follows the source like every other.
    project.edit("src/lib.rs", "numbers[at + 3]", "numbers[at + 4]");
    page.until("document.querySelector('h1').innerText.endsWith('the index is 6')").await;
    let stack = page.text("[...document.querySelectorAll('summary')].map(frame => frame.innerText).join('; ')").await;
    for expected in ["fx_error_page::pick", "fx_error_page::boom", place.as_str()] {
        assert!(stack.contains(expected), "a swapped library's frames are known too: {stack}");
    }
    project.edit("src/lib.rs", "numbers[at + 4]", "numbers.len() + at");
    page.until("document.body.innerText === '2'").await;
    assert_eq!(daemon.get("/").await.status, 200);
}
