//! Comments arrive through the form below a post.

use anvilforge::prelude::*;

use crate::{form::CommentForm, post::Post, posts};

pub(crate) async fn store(Db(db): Db, Path(id): Path<i64>, Form(form): Form<CommentForm>) -> Result<Response> {
    let post = Post::find(&db, id).await?;
    if !form.problems().is_empty() {
        return posts::show_again(&db, post, form).await;
    }
    post.add_comment(&db, form.author.trim(), form.body.trim()).await?;
    Ok(Redirect::to(&format!("/posts/{id}#comments")).into_response())
}
