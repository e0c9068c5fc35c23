//! The cache: types, time limits, single flight, counting.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anvil_core::{Cache, Error};
use tokio::sync::Barrier;

use crate::project::Project;

const LONG: Duration = Duration::from_secs(3600);

fn cache() -> Cache {
    Project::new().container().cache().clone()
}

/// Waits for an entry to go. The deadline is the test runner's.
async fn gone(cache: &Cache, key: &str) {
    while cache.has(key).await {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn values_come_back_until_they_are_forgotten() {
    let cache = cache();
    assert_eq!(cache.get::<u32>("n").await.unwrap(), None);
    cache.put("n", &5, LONG).await.unwrap();
    cache.put_forever("list", &["a", "b"]).await.unwrap();
    assert_eq!(cache.get::<u32>("n").await.unwrap(), Some(5));
    assert_eq!(cache.get::<Vec<String>>("list").await.unwrap().unwrap(), ["a", "b"]);
    assert!(cache.forget("n").await && !cache.forget("n").await);
    cache.flush().await;
    assert!(!cache.has("list").await);
}

#[tokio::test]
async fn a_value_of_another_type_is_an_error_and_not_a_wrong_value() {
    let cache = cache();
    cache.put("n", "text", LONG).await.unwrap();
    let error = cache.get::<u32>("n").await.unwrap_err();
    assert!(error.to_string().contains("cache entry `n` does not read as `u32`"), "{error}");
    let value = cache.remember("n", LONG, async || Ok(7u32)).await.unwrap();
    assert_eq!(value, 7, "remember makes it anew");
}

#[tokio::test]
async fn a_time_limit_ends_an_entry_and_a_later_one_replaces_it() {
    let cache = cache();
    cache.put("short", &1, Duration::from_millis(5)).await.unwrap();
    gone(&cache, "short").await;
    cache.put("short", &1, Duration::from_millis(5)).await.unwrap();
    cache.put("short", &2, LONG).await.unwrap();
    cache.put("other", &0, Duration::from_millis(20)).await.unwrap();
    gone(&cache, "other").await;
    assert_eq!(cache.get::<u32>("short").await.unwrap(), Some(2));
    cache.remember("made", Duration::from_millis(5), async || Ok(1)).await.unwrap();
    gone(&cache, "made").await;
}

#[tokio::test]
async fn of_many_callers_one_makes_the_value() {
    let cache = cache();
    let made = Arc::new(AtomicUsize::new(0));
    let barrier = Arc::new(Barrier::new(8));
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let (cache, made, barrier) = (cache.clone(), made.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                let make = async || {
                    made.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Ok("value".to_owned())
                };
                cache.remember("key", LONG, make).await.unwrap()
            })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "value");
    }
    assert_eq!(made.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let cache = cache();
    let failed = cache.remember::<u32, _>("key", LONG, async || Err(Error::bad_request("no"))).await;
    assert_eq!(failed.unwrap_err().status_code(), 400);
    assert_eq!(cache.remember("key", LONG, async || Ok(3)).await.unwrap(), 3);
}

#[tokio::test]
async fn counting_is_atomic_and_keeps_the_time_limit() {
    let cache = cache();
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.increment("hits", 2).await.unwrap() })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    assert_eq!(cache.get::<i64>("hits").await.unwrap(), Some(40));
    assert_eq!(cache.increment("hits", -50).await.unwrap(), -10);
    cache.put("limited", &1, Duration::from_millis(20)).await.unwrap();
    cache.increment("limited", 1).await.unwrap();
    gone(&cache, "limited").await;
    cache.put("text", "x", LONG).await.unwrap();
    assert!(cache.increment("text", 1).await.is_err());
    cache.put("max", &i64::MAX, LONG).await.unwrap();
    assert!(cache.increment("max", 1).await.is_err());
}
