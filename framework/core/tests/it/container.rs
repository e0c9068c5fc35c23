//! Values, layouts and the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anvil_core::control::{Fingerprint, TypeLayout};
use anvil_core::{Application, Container, ContainerBuilder, Inject, Layout, Result, TestClient};

use crate::project::Project;

pub(crate) fn layout_named(name: &str, fingerprint: u64) -> TypeLayout {
    let fingerprint = Fingerprint(fingerprint);
    TypeLayout { name: name.to_owned(), size: 8, align: 8, fingerprint, place: None, fields: Vec::new() }
}

macro_rules! layout {
    ($type:ty, $fingerprint:literal) => {
        impl Layout for $type {
            const FINGERPRINT: u64 = $fingerprint;
            fn describe() -> TypeLayout {
                layout_named(stringify!($type), $fingerprint)
            }
        }
    };
}

struct Hits(AtomicU64);
layout!(Hits, 1);

#[derive(Debug)]
struct Greeting(String);
layout!(Greeting, 2);

async fn boot(container: &mut ContainerBuilder) -> Result<()> {
    sqlx::query("create table posts (id integer primary key, title text not null)").execute(container.db()).await?;
    container.insert(Hits(AtomicU64::new(0))).insert(Greeting("hello".to_owned()));
    Ok(())
}

#[tokio::test]
async fn boot_fills_the_container_and_handlers_share_it() {
    async fn hit(Inject(hits): Inject<Hits>, Inject(greeting): Inject<Greeting>) -> String {
        format!("{} {}", greeting.0, hits.0.fetch_add(1, Ordering::SeqCst))
    }
    let project = Project::new();
    let app = Application::for_tests(project.root()).boot(boot).routes(|r| {
        r.get("/hit", hit);
    });
    let client = TestClient::new(app.into_http_app().await.unwrap());
    assert_eq!(client.get("/hit").await.text(), "hello 0");
    assert_eq!(client.get("/hit").await.text(), "hello 1");
}

#[tokio::test]
async fn a_boot_function_behind_a_pointer_fits_too() {
    fn boxed(container: &mut ContainerBuilder) -> anvil_core::BoxFuture<'_, Result<()>> {
        Box::pin(boot(container))
    }
    let pointer: anvil_core::BootFn = boxed;
    let project = Project::new();
    assert!(Application::for_tests(project.root()).boot(pointer).into_http_app().await.is_ok());
}

#[tokio::test]
async fn several_boot_functions_run_in_order() {
    async fn later(container: &mut ContainerBuilder) -> Result<()> {
        sqlx::query("insert into posts (title) values ('made by the first')").execute(container.db()).await?;
        container.insert(Greeting("bye".to_owned()));
        Ok(())
    }
    async fn greet(Inject(greeting): Inject<Greeting>) -> String {
        greeting.0.clone()
    }
    let project = Project::new();
    let app = Application::for_tests(project.root()).boot(boot).boot(later).routes(|r| {
        r.get("/", greet);
    });
    let client = TestClient::new(app.into_http_app().await.unwrap());
    assert_eq!(client.get("/").await.text(), "bye", "the later value takes the place of the earlier");
}

#[tokio::test]
async fn a_failing_boot_is_the_apps_error() {
    async fn failing(container: &mut ContainerBuilder) -> Result<()> {
        sqlx::query("no sql").execute(container.db()).await?;
        Ok(())
    }
    let project = Project::new();
    let error = Application::for_tests(project.root()).boot(failing).into_http_app().await.unwrap_err();
    assert!(format!("{error:?}").starts_with("boot the app\n  because: "), "{error:?}");
}

#[tokio::test]
async fn missing_and_changed_values_are_told_apart() {
    // Two builds of an app give one path to two types. In one build only types in separate blocks of a function do that.
    let mut builder = Container::test_builder(Project::new().root()).unwrap();
    {
        struct Stats;
        layout!(Stats, 10);
        builder.insert(Stats);
    }
    let container = builder.build();
    {
        struct Stats;
        layout!(Stats, 11);
        let Err(error) = container.get::<Stats>() else { panic!("another type") };
        assert!(error.to_string().contains("Stats` changed layout"), "{error}");
    }
    let error = container.get::<Greeting>().unwrap_err();
    assert!(error.to_string().contains("holds no `it::container::Greeting`"), "{error}");
    assert_eq!(container.layouts(), [layout_named("Stats", 10)]);
}

#[tokio::test]
async fn a_value_is_one_value_in_all_clones() {
    let mut builder = Container::test_builder(Project::new().root()).unwrap();
    builder.insert(Greeting("one".to_owned())).insert(Greeting("two".to_owned()));
    let container = builder.build();
    let first = container.get::<Greeting>().unwrap();
    assert_eq!(first.0, "two", "the later value counts");
    assert!(Arc::ptr_eq(&first, &container.clone().get::<Greeting>().unwrap()));
}

#[tokio::test]
async fn the_database_is_made_below_the_project_with_sane_settings() {
    let project = Project::new();
    let container = Container::builder(project.root()).unwrap().build();
    let read = async |pragma: &'static str| {
        let row: (String,) = sqlx::query_as(pragma).fetch_one(container.db()).await.unwrap();
        row.0
    };
    assert_eq!(read("select journal_mode from pragma_journal_mode").await, "wal");
    assert_eq!(read("select cast(foreign_keys as text) from pragma_foreign_keys").await, "1");
    assert_eq!(read("select cast(timeout as text) from pragma_busy_timeout").await, "5000");
    assert!(project.root().join("storage/database.sqlite").is_file());
}

#[tokio::test]
async fn a_database_in_memory_keeps_its_tables() {
    let container = Project::new().container();
    sqlx::query("create table t (n integer)").execute(container.db()).await.unwrap();
    let inserts = (0..10).map(|n| sqlx::query("insert into t values (?)").bind(n).execute(container.db()));
    for done in futures_util::future::join_all(inserts).await {
        done.unwrap();
    }
    let (count,): (i64,) = sqlx::query_as("select count(*) from t").fetch_one(container.db()).await.unwrap();
    assert_eq!(count, 10);
}
