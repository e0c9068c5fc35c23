//! The tables. Migrations take over when the ORM arrives.

use anvilforge::prelude::*;
use sqlx::SqlitePool;

/// Creates what is missing.
pub(crate) async fn create(db: &SqlitePool) -> Result<()> {
    sqlx::query(
        "create table if not exists posts (
            id integer primary key,
            title text not null,
            body text not null,
            created_at text not null default current_timestamp
        )",
    )
    .execute(db)
    .await?;
    sqlx::query(
        "create table if not exists comments (
            id integer primary key,
            post_id integer not null references posts (id) on delete cascade,
            author text not null,
            body text not null,
            created_at text not null default current_timestamp
        )",
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Two posts to look at on the first visit.
pub(crate) async fn fill_if_empty(db: &SqlitePool) -> Result<()> {
    let posts: i64 = sqlx::query_scalar("select count(*) from posts").fetch_one(db).await?;
    if posts > 0 {
        return Ok(());
    }
    for (title, body) in [
        ("Hello, Anvilforge", "This post lives in SQLite. Edit src/posts.rs or a template and save: the page follows."),
        ("What survives a reload", "The database pool, the cache, container values and open WebSockets."),
    ] {
        sqlx::query("insert into posts (title, body) values (?, ?)").bind(title).bind(body).execute(db).await?;
    }
    Ok(())
}
