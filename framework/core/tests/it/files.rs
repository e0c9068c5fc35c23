//! Static files, and everything that is not one.

use crate::project::Project;

fn project() -> Project {
    let project = Project::new();
    project
        .write("public/app.css", "body{}")
        .write("public/index.html", "<p>index</p>")
        .write("public/sub/page.html", "page")
        .write("public/a b.txt", "blank")
        .write("public/.hidden", "secret")
        .write("public/.git/config", "secret")
        .write("public/.well-known/security.txt", "contact")
        .write(".env", "SECRET=secret")
        .write("secret.txt", "secret")
        .write("public2/secret.txt", "secret");
    project
}

#[tokio::test]
async fn files_are_served_with_their_type_where_no_route_matches() {
    let project = project();
    let client = project.client(|r| {
        r.get("/sub/page.html", || async { "route" });
    });
    client.get("/app.css").await.assert_ok().assert_header("content-type", "text/css").assert_see("body{}");
    client.get("/").await.assert_see("<p>index</p>");
    client.get("/a%20b.txt").await.assert_see("blank");
    client.get("/sub/page.html").await.assert_see("route");
    client.get("/.well-known/security.txt").await.assert_see("contact");
    let head = client.head("/app.css").await;
    head.assert_ok().assert_header("content-length", "6");
    assert_eq!(head.bytes(), b"");
    client.post("/app.css").await.assert_status(404);
}

#[tokio::test]
async fn the_cache_header_is_configured() {
    let project = project();
    project.write("config/anvil.toml", "[static_files]\ncache_control = \"public, max-age=60\"\n");
    project.client(|_| {}).get("/app.css").await.assert_header("cache-control", "public, max-age=60");
    project.write("config/anvil.toml", "");
    project.client(|_| {}).get("/app.css").await.assert_header("cache-control", "no-cache");
    assert_eq!(project.production(|_| {}).get("/app.css").await.header("cache-control"), None);
}

#[tokio::test]
async fn nothing_outside_of_the_folder_and_nothing_hidden_is_served() {
    let project = project();
    let client = project.client(|_| {});
    let paths = [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/.%2e/secret.txt",
        "/sub/../../secret.txt",
        "/sub/..%2f..%2fsecret.txt",
        "/../public2/secret.txt",
        "/..\\secret.txt",
        "/....//secret.txt",
        "//../secret.txt",
        "/%252e%252e/secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/sub/%00/../../secret.txt",
        "/app.css%00.txt",
        "/.env",
        "/../.env",
        "/%2eenv",
        "/.hidden",
        "/%2ehidden",
        "/.git/config",
        "/sub/../.hidden",
        "/.well-known/../.hidden",
        "/C:/secret.txt",
        "/%",
        "/%zz",
        "//app.css",
    ];
    for path in paths {
        let Ok(uri) = path.parse::<axum::http::Uri>() else { continue };
        let response = client.get(&uri.to_string()).await;
        response.assert_status(404).assert_dont_see("secret.txt\n");
        assert!(!response.text().contains(">secret<") && response.text() != "secret", "{path}");
    }
    let absolute = format!("/{}/secret.txt", project.root().display());
    client.get(&absolute).await.assert_status(404);
}
