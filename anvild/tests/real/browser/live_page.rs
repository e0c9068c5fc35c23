//! A page follows what is saved.

use anvild_protocol::{AnvilDaemonClient as _, Lifecycle, StartRequest};

use super::{devtools::Browser, site::site};
use crate::{edits::templates, harness::Daemon};

#[tokio::test]
async fn a_page_refreshes_itself_and_keeps_what_the_visitor_did() {
    let project = site("fx-live-page");
    let (_daemon, addr) = Daemon::hot(&project).await;
    let browser = Browser::start();
    let page = browser.page().await;
    page.open(&format!("http://{addr}/")).await;
    page.until("word.textContent === 'first' && customElements.get('anvil-overlay')").await;

    // The visitor has scrolled and typed.
    page.evaluate("document.getElementById('name').focus()").await.expect("there is a form");
    page.type_text("Ada <Lovelace>").await;
    page.evaluate("document.getElementById('code').value = 'secret'; scrollTo(0, 1234)").await.expect("it scrolls");
    page.until("scrollY === 1234").await;

    project.edit("src/lib.rs", "\"first\"", "\"second\"");
    page.until("word.textContent === 'second'").await;
    // The browser may scroll by itself before the page has its script.
    page.until("document.getElementById('name').value === 'Ada <Lovelace>'").await;
    page.until("scrollY === 1234").await;
    assert_eq!(page.text("document.activeElement.id").await, "name");
    assert_eq!(page.text("document.getElementById('code').value").await, "", "a password is not kept");
    assert_eq!(page.text("JSON.stringify(sessionStorage).includes('secret')").await, "false");

    // A stylesheet needs no compiler and shows all the same.
    let colour = "getComputedStyle(word).color";
    assert_eq!(page.text(colour).await, "rgb(1, 2, 3)");
    project.write("public/site.css", "#word { color: rgb(4, 5, 6); }\n");
    page.until(&format!("{colour} === 'rgb(4, 5, 6)'")).await;
    page.until("scrollY === 1234").await;
}

#[tokio::test]
async fn a_page_that_outlived_its_daemon_follows_the_next_one() {
    let project = site("fx-live-daemon");
    let (mut daemon, addr) = Daemon::hot(&project).await;
    let browser = Browser::start();
    let page = browser.page().await;
    page.open(&format!("http://{addr}/")).await;
    page.until("word.textContent === 'first' && customElements.get('anvil-overlay')").await;
    daemon.kill_and_restart().await;
    // A daemon of its own, with another token, whose generations begin at 1 again.
    let request =
        StartRequest { hot: true, addr: Some(addr.to_string()), package: None, lifecycle: Lifecycle::Detached };
    daemon.connection.rpc().app_start(request).await.expect("the app starts");
    daemon.live().await;
    project.edit("src/lib.rs", "\"first\"", "\"second\"");
    page.until("word.textContent === 'second'").await;
}

#[tokio::test]
async fn a_template_shows_before_it_is_compiled_and_only_once() {
    let project = templates::app("fx-live-templates");
    let (daemon, addr) = Daemon::hot(&project).await;
    let browser = Browser::start();
    let page = browser.page().await;
    page.open(&format!("http://{addr}/posts")).await;
    let heading = "document.querySelector('h1').textContent";
    page.until(&format!("{heading} === 'Posts' && customElements.get('anvil-overlay')")).await;
    project.edit(templates::FILE, "<h1>Posts", "<h1>All");
    page.until(&format!("{heading} === 'All'")).await;
    page.evaluate("window.mark = 'same page'").await.expect("a page");
    daemon.live().await;
    // The page knows that the build is done, and has not loaded itself again for it.
    page.until("document.querySelector('anvil-overlay').pill.hidden").await;
    assert_eq!(page.text("window.mark").await, "same page");
    // An edit of Rust does load it again.
    project.edit("src/lib.rs", "\"A <b>\"", "\"Z\"");
    page.until("document.querySelector('li').textContent.startsWith('Z')").await;
}
