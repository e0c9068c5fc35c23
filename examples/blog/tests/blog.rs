//! The blog through its routes, without a socket.

use anvilforge::{Application, TestClient};
use serde_json::{Value, json};

async fn client(folder: &tempfile::TempDir) -> TestClient {
    let app = Application::for_tests(folder.path()).boot(blog::boot).routes(blog::routes);
    TestClient::new(app.into_http_app().await.expect("the blog starts"))
}

#[tokio::test]
async fn a_post_is_written_read_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let client = client(&folder).await;
    let stored = client.post("/posts").form(&[("title", "First <b>"), ("body", "Some text")]).await;
    assert_eq!(stored.status(), 303);
    let place = stored.header("location").expect("a redirect").to_owned();
    let page = client.get(&place).await;
    assert!(page.text().contains("First &#60;b&#62;"), "the title is escaped: {}", page.text());
    client.post(&place).form(&[("title", "Second"), ("body", "Other text")]).await;
    assert!(client.get("/").await.text().contains("Second"));
    client.post(&format!("{place}/delete")).await;
    assert_eq!(client.get(&place).await.status(), 404);
}

#[tokio::test]
async fn wrong_forms_come_back_with_what_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let client = client(&folder).await;
    let answer = client.post("/posts").form(&[("title", " "), ("body", "kept")]).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().contains("The title is missing.") && answer.text().contains("kept"));
    let answer = client.post("/posts/1/comments").form(&[("author", "Ann"), ("body", "")]).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().contains("The comment is missing.") && answer.text().contains("Ann"));
}

#[tokio::test]
async fn comments_appear_below_their_post() {
    let folder = tempfile::tempdir().unwrap();
    let client = client(&folder).await;
    assert_eq!(client.post("/posts/1/comments").form(&[("author", "Ann"), ("body", "Well said")]).await.status(), 303);
    let page = client.get("/posts/1").await;
    assert!(page.text().contains("Well said") && page.text().contains("1 comments"));
    assert!(!client.get("/posts/2").await.text().contains("Well said"));
}

#[tokio::test]
async fn the_api_speaks_json_in_success_and_failure() {
    let folder = tempfile::tempdir().unwrap();
    let client = client(&folder).await;
    let stored = client.post("/api/posts").json(&json!({"title": "Api", "body": "Text"})).await;
    assert_eq!(stored.status(), 201);
    let id = stored.json::<Value>()["id"].as_i64().expect("an id");
    assert_eq!(client.get(&format!("/api/posts/{id}")).await.json::<Value>()["title"], "Api");
    let refused = client.post("/api/posts").json(&json!({"title": ""})).await;
    assert_eq!(refused.status(), 422);
    assert_eq!(refused.json::<Value>()["errors"]["title"], "The title is missing.");
}
