//! The in-memory cache. Values are kept as JSON bytes, so code of a later build can never misread an old value: at worst
//! it does not parse.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache as Store;
use moka::ops::compute::{CompResult, Op};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Handle to the container's cache. Cloning is cheap; all clones see the same entries.
#[derive(Clone)]
pub struct Cache {
    store: Store<String, Entry>,
}

#[derive(Clone)]
struct Entry {
    json: Arc<[u8]>,
    life: Life,
}

#[derive(Clone, Copy)]
enum Life {
    Forever,
    For(Duration),
    /// What is left of the replaced entry's time.
    AsBefore,
}

struct EntryExpiry;

impl Expiry<String, Entry> for EntryExpiry {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        match entry.life {
            Life::Forever | Life::AsBefore => None,
            Life::For(time) => Some(time),
        }
    }

    fn expire_after_update(&self, _: &String, entry: &Entry, _: Instant, left: Option<Duration>) -> Option<Duration> {
        match entry.life {
            Life::Forever => None,
            Life::For(time) => Some(time),
            Life::AsBefore => left,
        }
    }
}

impl Cache {
    pub(crate) fn new(capacity: u64) -> Self {
        Self { store: Store::builder().max_capacity(capacity).expire_after(EntryExpiry).build() }
    }

    /// The value under `key`, or `None` if there is none or its time is over.
    ///
    /// # Errors
    /// The entry does not read as `T`.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        match self.read(key).await {
            None => Ok(None),
            Some(json) => serde_json::from_slice(&json).map(Some).map_err(|error| misread::<T>(key, error)),
        }
    }

    /// Whether a value is there, of whatever type.
    pub async fn has(&self, key: &str) -> bool {
        self.read(key).await.is_some()
    }

    /// Keeps `value` for `ttl`.
    ///
    /// # Errors
    /// The value cannot be written as JSON.
    pub async fn put<T: Serialize + ?Sized>(&self, key: &str, value: &T, ttl: Duration) -> Result<()> {
        self.write(key, serde_json::to_vec(value)?, Life::For(ttl)).await;
        Ok(())
    }

    /// Keeps `value` until it is forgotten, replaced or pushed out by the capacity.
    ///
    /// # Errors
    /// The value cannot be written as JSON.
    pub async fn put_forever<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<()> {
        self.write(key, serde_json::to_vec(value)?, Life::Forever).await;
        Ok(())
    }

    /// Removes the entry; tells whether there was one.
    pub async fn forget(&self, key: &str) -> bool {
        self.store.remove(key).await.is_some()
    }

    /// Removes every entry.
    pub async fn flush(&self) {
        self.store.invalidate_all();
        self.store.run_pending_tasks().await;
    }

    /// The value under `key`, or that of `make`, kept for `ttl`. Of several callers at the same time one runs `make` and all
    /// get its value; if it fails, nothing is kept and the next caller tries again. An entry that does not read as `T`
    /// (its type changed) is made anew.
    ///
    /// # Errors
    /// Those of `make`.
    pub async fn remember<T, F>(&self, key: &str, ttl: Duration, make: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
        F: AsyncFnOnce() -> Result<T>,
    {
        if let Some(json) = self.read(key).await {
            match serde_json::from_slice(&json) {
                Ok(value) => return Ok(value),
                Err(_) => self.store.invalidate(key).await,
            }
        }
        let init = async {
            let value = make().await?;
            Ok::<_, Error>(Entry { json: serde_json::to_vec(&value)?.into(), life: Life::For(ttl) })
        };
        let entry = self.store.try_get_with_by_ref(key, init).await.map_err(Error::shared)?;
        serde_json::from_slice(&entry.json).map_err(|error| misread::<T>(key, error))
    }

    /// Adds `by` to the whole number under `key`, which starts at 0 and then has no time limit; one that exists keeps its
    /// limit. Atomic.
    ///
    /// # Errors
    /// The entry is not a whole number, or the sum does not fit.
    pub async fn increment(&self, key: &str, by: i64) -> Result<i64> {
        let result = self.store.entry_by_ref(key).and_try_compute_with(|entry| {
            let next = add(key, entry.map(|entry| entry.into_value()), by);
            async move { next }
        });
        match result.await? {
            CompResult::Inserted(entry) | CompResult::ReplacedWith(entry) | CompResult::Unchanged(entry) => {
                Ok(serde_json::from_slice(&entry.into_value().json)?)
            }
            CompResult::StillNone(_) | CompResult::Removed(_) => {
                Err(Error::msg("the counter vanished while it was raised"))
            }
        }
    }

    async fn read(&self, key: &str) -> Option<Arc<[u8]>> {
        self.store.get(key).await.map(|entry| entry.json)
    }

    async fn write(&self, key: &str, json: Vec<u8>, life: Life) {
        self.store.insert(key.to_owned(), Entry { json: json.into(), life }).await;
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").field("entries", &self.store.entry_count()).finish()
    }
}

fn add(key: &str, entry: Option<Entry>, by: i64) -> Result<Op<Entry>> {
    let (old, life) = match entry {
        None => (0, Life::Forever),
        Some(entry) => {
            let old: i64 = serde_json::from_slice(&entry.json).map_err(|error| misread::<i64>(key, error))?;
            (old, Life::AsBefore)
        }
    };
    let sum = old.checked_add(by).ok_or_else(|| Error::msg(format!("cache entry `{key}` passes the range of i64")))?;
    Ok(Op::Put(Entry { json: serde_json::to_vec(&sum)?.into(), life }))
}

#[track_caller]
fn misread<T>(key: &str, error: serde_json::Error) -> Error {
    let wanted = std::any::type_name::<T>();
    Error::from(error).context(format!("cache entry `{key}` does not read as `{wanted}`"))
}
