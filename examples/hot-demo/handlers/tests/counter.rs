//! The demo through its routes.

use anvilforge::{Application, TestClient};

#[tokio::test]
async fn hits_are_counted_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let app = Application::for_tests(folder.path())
        .boot(hot_demo_handlers::boot)
        .routes(hot_demo_handlers::anvil_register_routes);
    let client = TestClient::new(app.into_http_app().await.expect("the demo starts"));
    assert_eq!(client.post("/hits").await.text(), "1");
    assert_eq!(client.post("/hits").await.text(), "2");
    client.get("/").await.assert_ok().assert_see("<strong id=\"hits\">2</strong>");
}
