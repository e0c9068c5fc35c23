//! Limits on request bodies and on time.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use futures_util::stream;

use crate::project::Project;

async fn length(body: Bytes) -> String {
    body.len().to_string()
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whether_or_not_it_says_so() {
    let project = Project::with_config("[server]\nbody_limit = \"1KB\"\n");
    let client = project.client(|r| {
        r.post("/length", length);
    });
    assert_eq!(client.post("/length").body(vec![b'x'; 1024]).await.text(), "1024");
    let announced = client.post("/length").header("accept", "application/json").body(vec![b'x'; 1025]).await;
    announced.assert_status(413).assert_see("longer than 1024 bytes");
    let chunks = (0..3).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 512])));
    client.post("/length").body(Body::from_stream(stream::iter(chunks))).await.assert_status(413);
}

#[tokio::test]
async fn a_limit_above_the_default_of_axum_is_honoured() {
    let project = Project::with_config("[server]\nbody_limit = \"4MB\"\n");
    let client = project.client(|r| {
        r.post("/length", length);
    });
    let size = 3 * 1024 * 1024;
    assert_eq!(client.post("/length").body(vec![b'x'; size]).await.text(), size.to_string());
}

#[tokio::test]
async fn a_changed_limit_applies_to_the_next_request() {
    let project = Project::with_config("[server]\nbody_limit = 10\n");
    let client = project.client(|r| {
        r.post("/length", length);
    });
    client.post("/length").body("twelve bytes").await.assert_status(413);
    project.write("config/anvil.toml", "[server]\nbody_limit = 12\n");
    assert_eq!(client.app().container().reload_config(), anvil_core::ConfigReload::Applied);
    client.post("/length").body("twelve bytes").await.assert_ok();
}

#[tokio::test]
async fn a_handler_that_never_answers_is_given_up() {
    async fn never(_: Request) {
        std::future::pending().await
    }
    let project = Project::with_config("[server]\nrequest_timeout = \"20ms\"\n");
    let client = project.client(|r| {
        r.get("/never", never);
    });
    client.get("/never").await.assert_status(503);
}
