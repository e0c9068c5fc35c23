//! An app as a user writes it: the prelude, the attributes and templates, with this crate as its only dependency.

use std::sync::atomic::{AtomicU64, Ordering};

use anvilforge::prelude::*;
use anvilforge::{Application, TestClient};

#[derive(Layout)]
struct Hits {
    count: AtomicU64,
}

#[derive(Template)]
#[template(askama = anvilforge::askama, source = "<h1>{{ title }}</h1>", ext = "html")]
struct Page {
    title: String,
}

#[derive(Serialize, Deserialize)]
#[serde(crate = "anvilforge::serde")]
struct Post {
    title: String,
}

#[anvilforge::boot]
async fn boot(container: &mut ContainerBuilder) -> Result<()> {
    anvilforge::sqlx::query("create table posts (id integer primary key, title text not null)")
        .execute(container.db())
        .await?;
    container.insert(Hits { count: AtomicU64::new(0) });
    Ok(())
}

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.group("/posts", |r| {
        r.post("/", store).name("store");
        r.get("/{id}", show).name("show");
    })
    .name("posts.")
    .middleware(count);
}

async fn count(request: Request, next: Next) -> Result<Response> {
    next.container().get::<Hits>()?.count.fetch_add(1, Ordering::Relaxed);
    Ok(next.run(request).await)
}

async fn store(Db(db): Db, urls: Urls, Json(post): Json<Post>) -> Result<(StatusCode, Redirect)> {
    let (id,): (i64,) = anvilforge::sqlx::query_as("insert into posts (title) values (?) returning id")
        .bind(post.title)
        .fetch_one(&db)
        .await?;
    Ok((StatusCode::CREATED, Redirect::to(&urls.to("posts.show", &[("id", &id)])?)))
}

async fn show(Path(id): Path<i64>, Db(db): Db) -> Result<Html<String>> {
    let (title,): (String,) =
        anvilforge::sqlx::query_as("select title from posts where id = ?").bind(id).fetch_one(&db).await?;
    Ok(Html(Page { title }.render()?))
}

#[anvilforge::tokio::test(crate = "anvilforge::tokio")]
async fn an_app_needs_one_dependency() {
    let project = tempfile::tempdir().unwrap();
    let app = Application::for_tests(project.path()).boot(boot).routes(routes).into_http_app().await.unwrap();
    let client = TestClient::new(app.clone());
    let created = client.post("/posts").json(&Post { title: "a <b>".to_owned() }).await;
    created.assert_status(201).assert_header("location", "/posts/1");
    client.get("/posts/1").await.assert_ok().assert_see("<h1>a &#60;b&#62;</h1>");
    client.get("/posts/2").await.assert_status(404);
    assert_eq!(app.container().get::<Hits>().unwrap().count.load(Ordering::Relaxed), 3);
}
