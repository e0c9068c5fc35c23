//! What happens in the editor, move by move, as snapshots. Each test is one session in which somebody works for a while; each
//! move of it is a scenario with a snapshot of its own.

mod moving;
mod running;
mod saving;
mod typing;

pub(crate) const INDEX: &str = "templates/posts/index.forge.html";
pub(crate) const SHOW: &str = "templates/posts/show.forge.html";
pub(crate) const FORM: &str = "templates/posts/form.forge.html";
pub(crate) const LAYOUT: &str = "templates/layouts/app.forge.html";
pub(crate) const QUOTE: &str = "templates/components/quote.forge.html";
pub(crate) const POSTS: &str = "src/posts.rs";

/// Keeps a scenario's screen below `snapshots/`, with what was done as its title.
macro_rules! snapshot {
    ($name:literal, $screen:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!($name, $screen);
        });
    };
}
pub(crate) use snapshot;
