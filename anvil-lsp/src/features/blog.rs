//! A small blog, for tests of what is said of templates.

use super::fixture::{Project, full_client};
use crate::settings::Client;

/// A blog, for most questions.
pub(crate) const BLOG: &str = r#"//- /Cargo.toml
[package]
name = "blog"
version = "0.1.0"
//- /src/post.rs
/// Something to read.
pub struct Post {
    pub id: u64,
    /// What stands above it.
    pub title: String,
    pub author: User,
}
pub struct User { pub name: String }
impl Post {
    /// The first words.
    pub fn excerpt(&self, words: usize) -> String { String::new() }
    pub fn is_new(&self) -> bool { true }
}
//- /src/posts.rs
pub async fn index(Db(db): Db) -> Result<View> {
    let posts: Vec<Post> = Post::newest(&db).await?;
    let post: Post = posts[0];
    Ok(view!("posts.index", posts, title = "Posts", post))
}
#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/posts", index).name("posts.index");
    r.get("/posts/{id}", show).name("posts.show");
}
pub fn limit(config: &Config) -> u32 { config.value("limit") }
//- /templates/layouts/app.forge.html
<title>@yield('title', 'Blog')</title>
@stack('head')
<main>@yield('content')</main>
@section('sidebar')
@show
//- /templates/components/card.forge.html
{{-- A box with a title. --}}
@props(['title', 'is_wide' => false, 'maxWidth' => 3])
<div {{ attributes }}>{{ title }} {{ slot }} <footer>{{ footer }}</footer></div>
//- /templates/components/forms/input.forge.html
@props(['name'])
<input name="{{ name }}">
//- /templates/components/panel/index.forge.html
<div>{{ slot }}</div>
//- /templates/posts/row.forge.html
<li>{{ item.title }} {{ note }}</li>
"#;

/// The blog with `posts.index`, which has the cursor.
pub(crate) fn blog(template: &str) -> Project {
    project(&format!("//- /templates/posts/index.forge.html\n{template}"))
}

/// The blog with more files.
pub(crate) fn project(files: &str) -> Project {
    Project::with(&format!("{BLOG}{files}"), Client { takes_snippets: true, ..full_client() })
}
