//! Request ids, and what a test client keeps.

use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;

use crate::project::Project;

#[tokio::test]
async fn every_response_has_an_id_and_a_sane_one_is_taken_over() {
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/", || async { "home" });
    });
    let first = client.get("/").await.header("x-request-id").unwrap().to_owned();
    let second = client.get("/missing").await.header("x-request-id").unwrap().to_owned();
    assert_eq!((first.len(), second.len()), (36, 36));
    assert_ne!(first, second);
    client.get("/").header("x-request-id", "proxy-1.2:3").await.assert_header("x-request-id", "proxy-1.2:3");
    for strange in ["", "a b", "<script>", &"x".repeat(129)] {
        assert_eq!(client.get("/").header("x-request-id", strange).await.header("x-request-id").unwrap().len(), 36);
    }
}

#[tokio::test]
async fn the_test_client_keeps_cookies_until_they_are_removed() {
    async fn login() -> impl IntoResponse {
        ([(SET_COOKIE, "user=7; Path=/; HttpOnly")], "in")
    }
    async fn logout() -> impl IntoResponse {
        ([(SET_COOKIE, "user=; Max-Age=0")], "out")
    }
    async fn who(headers: axum::http::HeaderMap) -> String {
        headers.get("cookie").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.post("/login", login);
        r.post("/logout", logout);
        r.get("/who", who);
    });
    client.post("/login").await.assert_ok();
    assert_eq!(client.get("/who").await.text(), "user=7");
    client.post("/logout").await.assert_ok();
    assert_eq!(client.get("/who").await.text(), "");
}
