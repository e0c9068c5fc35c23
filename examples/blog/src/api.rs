//! The same posts as JSON.

use anvilforge::prelude::*;

use crate::{
    form::{PostForm, Problems},
    post::Post,
};

#[derive(Serialize)]
struct Refused {
    message: &'static str,
    errors: Problems,
}

pub(crate) async fn index(Db(db): Db) -> Result<Json<Vec<Post>>> {
    Ok(Json(Post::all(&db).await?))
}

pub(crate) async fn show(Db(db): Db, Path(id): Path<i64>) -> Result<Json<Post>> {
    Ok(Json(Post::find(&db, id).await?))
}

pub(crate) async fn store(Db(db): Db, Json(form): Json<PostForm>) -> Result<Response> {
    let errors = form.problems();
    if !errors.is_empty() {
        let refused = Refused { message: "The post was not accepted.", errors };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(refused)).into_response());
    }
    let post = Post::insert(&db, form.title.trim(), form.body.trim()).await?;
    Ok((StatusCode::CREATED, Json(post)).into_response())
}
