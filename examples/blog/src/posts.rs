//! The pages of posts.

use anvilforge::prelude::*;

use crate::{
    form::{CommentForm, PostForm, Problems},
    post::{Comment, Post},
};

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage {
    posts: Vec<Post>,
}

#[derive(Template)]
#[template(path = "show.html")]
struct ShowPage {
    post: Post,
    comments: Vec<Comment>,
    form: CommentForm,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage {
    heading: &'static str,
    action: String,
    form: PostForm,
    problems: Problems,
}

pub(crate) async fn index(Db(db): Db) -> Result<Html<String>> {
    Ok(Html(IndexPage { posts: Post::all(&db).await? }.render()?))
}

pub(crate) async fn show(Db(db): Db, Path(id): Path<i64>) -> Result<Html<String>> {
    let post = Post::find(&db, id).await?;
    let comments = post.comments(&db).await?;
    Ok(Html(ShowPage { post, comments, form: CommentForm::default(), problems: Problems::default() }.render()?))
}

/// The page of a post with a comment that was not accepted.
pub(crate) async fn show_again(db: &sqlx::SqlitePool, post: Post, form: CommentForm) -> Result<Response> {
    let comments = post.comments(db).await?;
    let problems = form.problems();
    let page = ShowPage { post, comments, form, problems }.render()?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

pub(crate) async fn create() -> Result<Html<String>> {
    Ok(Html(new_page(PostForm::default(), Problems::default()).render()?))
}

fn new_page(form: PostForm, problems: Problems) -> FormPage {
    FormPage { heading: "New post", action: "/posts".to_owned(), form, problems }
}

fn edit_page(id: i64, form: PostForm, problems: Problems) -> FormPage {
    FormPage { heading: "Edit post", action: format!("/posts/{id}"), form, problems }
}

pub(crate) async fn store(Db(db): Db, Form(form): Form<PostForm>) -> Result<Response> {
    let problems = form.problems();
    if !problems.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(new_page(form, problems).render()?)).into_response());
    }
    let post = Post::insert(&db, form.title.trim(), form.body.trim()).await?;
    Ok(Redirect::to(&format!("/posts/{}", post.id)).into_response())
}

pub(crate) async fn edit(Db(db): Db, Path(id): Path<i64>) -> Result<Html<String>> {
    let post = Post::find(&db, id).await?;
    let form = PostForm { title: post.title, body: post.body };
    Ok(Html(edit_page(id, form, Problems::default()).render()?))
}

pub(crate) async fn update(Db(db): Db, Path(id): Path<i64>, Form(form): Form<PostForm>) -> Result<Response> {
    let problems = form.problems();
    if !problems.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(edit_page(id, form, problems).render()?)).into_response());
    }
    let post = Post::update(&db, id, form.title.trim(), form.body.trim()).await?;
    Ok(Redirect::to(&format!("/posts/{}", post.id)).into_response())
}

pub(crate) async fn destroy(Db(db): Db, Path(id): Path<i64>) -> Result<Redirect> {
    Post::delete(&db, id).await?;
    Ok(Redirect::to("/"))
}
