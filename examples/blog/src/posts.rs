//! The pages of posts.

use anvilforge::prelude::*;

use crate::{
    form::{CommentForm, PostForm, Problems},
    post::{Comment, Post},
};

/// Posts on one page of the list.
const PER_PAGE: i64 = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    page: Option<i64>,
}

pub(crate) async fn index(Db(db): Db, Query(query): Query<ListQuery>) -> Result<View> {
    let pages = (Post::count(&db).await? + PER_PAGE - 1) / PER_PAGE;
    let page = query.page.unwrap_or(1).clamp(1, pages.max(1));
    let posts = Post::newest(&db, PER_PAGE, (page - 1) * PER_PAGE).await?;
    Ok(view!("posts.index", posts, page, pages))
}

pub(crate) async fn show(Db(db): Db, Path(id): Path<i64>) -> Result<View> {
    let post = Post::find(&db, id).await?;
    let comments = post.comments(&db).await?;
    Ok(show_page(post, comments, CommentForm::default(), Problems::default()))
}

fn show_page(post: Post, comments: Vec<Comment>, form: CommentForm, problems: Problems) -> View {
    view!("posts.show", post, comments, form, problems)
}

/// The page of a post with a comment that was not accepted.
pub(crate) async fn show_again(db: &sqlx::SqlitePool, post: Post, form: CommentForm) -> Result<Response> {
    let comments = post.comments(db).await?;
    let problems = form.problems();
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show_page(post, comments, form, problems)).into_response())
}

pub(crate) async fn create() -> View {
    new_page(PostForm::default(), Problems::default())
}

fn new_page(form: PostForm, problems: Problems) -> View {
    form_page("New post", "/posts".to_owned(), form, problems)
}

fn edit_page(id: i64, form: PostForm, problems: Problems) -> View {
    form_page("Edit post", format!("/posts/{id}"), form, problems)
}

fn form_page(heading: &'static str, action: String, form: PostForm, problems: Problems) -> View {
    view!("posts.form", heading, action, form, problems)
}

pub(crate) async fn store(Db(db): Db, Form(form): Form<PostForm>) -> Result<Response> {
    let problems = form.problems();
    if !problems.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, new_page(form, problems)).into_response());
    }
    let post = Post::insert(&db, form.title.trim(), form.body.trim()).await?;
    Ok(Redirect::to(&format!("/posts/{}", post.id)).into_response())
}

pub(crate) async fn edit(Db(db): Db, Path(id): Path<i64>) -> Result<View> {
    let post = Post::find(&db, id).await?;
    let form = PostForm { title: post.title, body: post.body };
    Ok(edit_page(id, form, Problems::default()))
}

pub(crate) async fn update(Db(db): Db, Path(id): Path<i64>, Form(form): Form<PostForm>) -> Result<Response> {
    let problems = form.problems();
    if !problems.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, edit_page(id, form, problems)).into_response());
    }
    let post = Post::update(&db, id, form.title.trim(), form.body.trim()).await?;
    Ok(Redirect::to(&format!("/posts/{}", post.id)).into_response())
}

pub(crate) async fn destroy(Db(db): Db, Path(id): Path<i64>) -> Result<Redirect> {
    Post::delete(&db, id).await?;
    Ok(Redirect::to("/"))
}
