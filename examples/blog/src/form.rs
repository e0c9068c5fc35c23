//! What people type, and what is wrong with it.

use anvilforge::prelude::*;

const TITLE_CHARACTERS_MAX: usize = 120;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PostForm {
    pub(crate) title: String,
    pub(crate) body: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CommentForm {
    pub(crate) author: String,
    pub(crate) body: String,
}

/// One sentence for each field that is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Problems {
    pub(crate) title: Option<&'static str>,
    pub(crate) author: Option<&'static str>,
    pub(crate) body: Option<&'static str>,
}

impl Problems {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl PostForm {
    pub(crate) fn problems(&self) -> Problems {
        let title = match self.title.trim() {
            "" => Some("The title is missing."),
            title if title.chars().count() > TITLE_CHARACTERS_MAX => Some("The title has more than 120 characters."),
            _ => None,
        };
        Problems { title, author: None, body: missing(&self.body, "The text is missing.") }
    }
}

impl CommentForm {
    pub(crate) fn problems(&self) -> Problems {
        let author = missing(&self.author, "Your name is missing.");
        Problems { title: None, author, body: missing(&self.body, "The comment is missing.") }
    }
}

fn missing(text: &str, problem: &'static str) -> Option<&'static str> {
    text.trim().is_empty().then_some(problem)
}
