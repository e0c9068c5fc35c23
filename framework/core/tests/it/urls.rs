//! Paths from names.

use anvil_core::{Result, Urls};

use crate::project::Project;

async fn handler() {}

#[tokio::test]
async fn names_become_encoded_paths() {
    async fn list(urls: Urls) -> Result<String> {
        Ok([
            urls.to("posts.show", &[("id", &7)])?,
            urls.to("posts.show", &[("id", &"a b/c?"), ("page", &2), ("q", &"x&y")])?,
            urls.to("files", &[("rest", &"a/b c")])?,
            urls.absolute("home", &[])?,
        ]
        .join("\n"))
    }
    let project = Project::with_config("[app]\nurl = \"https://example.org/\"\n");
    let client = project.client(|r| {
        r.get("/", handler).name("home");
        r.get("/posts/{id}", handler).name("posts.show");
        r.get("/files/{*rest}", handler).name("files");
        r.get("/list", list);
    });
    let text = client.get("/list").await.assert_ok().text();
    let expected = ["/posts/7", "/posts/a%20b%2Fc%3F?page=2&q=x%26y", "/files/a/b%20c", "https://example.org/"];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_wrong_name_or_a_missing_parameter_is_an_error_that_names_it() {
    async fn unknown(urls: Urls) -> Result<String> {
        urls.to("posts.index", &[])
    }
    async fn missing(urls: Urls) -> Result<String> {
        urls.to("posts.show", &[("slug", &1)])
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/posts/{id}", handler).name("posts.show");
        r.get("/unknown", unknown);
        r.get("/missing", missing);
    });
    client.get("/unknown").await.assert_status(500).assert_see("no route is named `posts.index`");
    client.get("/missing").await.assert_status(500).assert_see("needs the parameter `id`");
}
