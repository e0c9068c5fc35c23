//! A blog in one crate: run `anvil dev --hot` here and edit anything.

mod api;
mod comments;
mod form;
mod post;
mod posts;
mod schema;

use anvilforge::prelude::*;

/// Prepares the database when a host starts.
#[anvilforge::boot]
pub async fn boot(container: &mut ContainerBuilder) -> Result<()> {
    let db = container.db().clone();
    schema::create(&db).await?;
    schema::fill_if_empty(&db).await
}

/// Everything the blog answers.
#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.templates(anvilforge::templates!());
    r.get("/", posts::index).name("home");
    r.group("/posts", |r| {
        r.get("/new", posts::create).name("create");
        r.post("", posts::store).name("store");
        r.get("/{id}", posts::show).name("show");
        r.get("/{id}/edit", posts::edit).name("edit");
        r.post("/{id}", posts::update).name("update");
        r.post("/{id}/delete", posts::destroy).name("destroy");
        r.post("/{id}/comments", comments::store).name("comments.store");
    })
    .name("posts.");
    r.group("/api/posts", |r| {
        r.get("", api::index);
        r.post("", api::store);
        r.get("/{id}", api::show);
    })
    .name("api.posts.");
}
