//! Views of the templates in this package. The tests render them.
#![forbid(unsafe_code)]

use serde::Serialize;

/// `view!` with the path under which this package knows Forge.
#[macro_export]
macro_rules! view {
    ($($given:tt)*) => {
        ::anvil_derive::view!(crate = ::forge; $($given)*)
    };
}

/// The names under which a facade passes Forge on: a type and a derive are both called `View`.
pub mod facade {
    pub use anvil_derive::{View, view};
    pub use forge;
    pub use forge::View;
}

#[derive(Debug, Clone, Serialize)]
pub struct Post {
    pub title: String,
    pub body: Option<String>,
    pub tags: Vec<String>,
    pub likes: u32,
}

/// A post with tags.
#[must_use]
pub fn post(title: &str, tags: &[&str]) -> Post {
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    Post { title: title.to_owned(), body: Some(format!("About {title}")), tags, likes: 3 }
}

/// A type that cannot be serialised.
#[derive(Debug, Clone, Default)]
pub struct Secret;

impl Secret {
    #[must_use]
    pub fn text(&self) -> String {
        "<secret>".to_owned()
    }
}

/// A component with code.
#[derive(Debug, anvil_derive::Component)]
#[component("alert", crate = ::forge)]
pub struct Alert {
    kind: String,
    #[prop(default)]
    dismissible: bool,
    #[prop(default = 3)]
    level: u8,
    #[prop(default)]
    title: Option<String>,
}

impl Alert {
    /// A method for its template, and for what stands in its tag.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        if self.kind == "danger" { "!" } else { "i" }
    }

    fn should_render(&self) -> bool {
        self.kind != "nothing"
    }
}
