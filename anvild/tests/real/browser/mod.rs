//! What a developer sees in the browser, and what a stranger's page does not: Chromium without a screen, the real daemon, apps
//! with pages.

mod devtools;
mod error_page;
mod live_page;
mod overlay;
mod placeholder;
mod site;
mod strangers;
