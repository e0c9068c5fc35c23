//! Posts and comments as they are stored, and the queries on them.

use anvilforge::prelude::*;
use sqlx::SqlitePool;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) created_at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Comment {
    pub(crate) author: String,
    pub(crate) body: String,
    pub(crate) created_at: String,
}

/// A row of `posts`, in the order of the table's columns.
type PostRow = (i64, String, String, String);

impl From<PostRow> for Post {
    fn from((id, title, body, created_at): PostRow) -> Self {
        Self { id, title, body, created_at }
    }
}

/// Author, text, time.
type CommentRow = (String, String, String);

impl From<CommentRow> for Comment {
    fn from((author, body, created_at): CommentRow) -> Self {
        Self { author, body, created_at }
    }
}

impl Post {
    /// Newest first.
    pub(crate) async fn all(db: &SqlitePool) -> Result<Vec<Self>> {
        let rows: Vec<PostRow> = sqlx::query_as("select * from posts order by id desc").fetch_all(db).await?;
        Ok(rows.into_iter().map(Self::from).collect())
    }

    /// A page of them, newest first.
    pub(crate) async fn newest(db: &SqlitePool, limit: i64, offset: i64) -> Result<Vec<Self>> {
        let query = "select * from posts order by id desc limit ? offset ?";
        let rows: Vec<PostRow> = sqlx::query_as(query).bind(limit).bind(offset).fetch_all(db).await?;
        Ok(rows.into_iter().map(Self::from).collect())
    }

    pub(crate) async fn count(db: &SqlitePool) -> Result<i64> {
        let (count,): (i64,) = sqlx::query_as("select count(*) from posts").fetch_one(db).await?;
        Ok(count)
    }

    /// Answers 404 where there is none.
    pub(crate) async fn find(db: &SqlitePool, id: i64) -> Result<Self> {
        let row: PostRow = sqlx::query_as("select * from posts where id = ?").bind(id).fetch_one(db).await?;
        Ok(row.into())
    }

    pub(crate) async fn insert(db: &SqlitePool, title: &str, body: &str) -> Result<Self> {
        let query = "insert into posts (title, body) values (?, ?) returning *";
        let row: PostRow = sqlx::query_as(query).bind(title).bind(body).fetch_one(db).await?;
        Ok(row.into())
    }

    pub(crate) async fn update(db: &SqlitePool, id: i64, title: &str, body: &str) -> Result<Self> {
        let query = "update posts set title = ?, body = ? where id = ? returning *";
        let row: PostRow = sqlx::query_as(query).bind(title).bind(body).bind(id).fetch_one(db).await?;
        Ok(row.into())
    }

    pub(crate) async fn delete(db: &SqlitePool, id: i64) -> Result<()> {
        sqlx::query("delete from posts where id = ?").bind(id).execute(db).await?;
        Ok(())
    }

    /// Oldest first.
    pub(crate) async fn comments(&self, db: &SqlitePool) -> Result<Vec<Comment>> {
        let query = "select author, body, created_at from comments where post_id = ? order by id";
        let rows: Vec<CommentRow> = sqlx::query_as(query).bind(self.id).fetch_all(db).await?;
        Ok(rows.into_iter().map(Comment::from).collect())
    }

    pub(crate) async fn add_comment(&self, db: &SqlitePool, author: &str, body: &str) -> Result<()> {
        let query = "insert into comments (post_id, author, body) values (?, ?, ?)";
        sqlx::query(query).bind(self.id).bind(author).bind(body).execute(db).await?;
        Ok(())
    }
}
