//! `Layout` of types of the crates that the framework itself re-exports. A change of one of these crates starts a new host,
//! so only what the app puts into them counts.

use anvil_control::TypeLayout;

use super::std_types::{generic, leaf};
use super::{Layout, SEED, defined, described, number, sized};

leaf! {
    axum::body::Bytes, axum::http::StatusCode, axum::http::Method, axum::http::Uri, axum::http::HeaderMap,
    serde_json::Value, uuid::Uuid, sqlx::SqlitePool, tokio::time::Instant,
    tokio::sync::Notify, tokio::sync::Semaphore,
}

generic! {
    [T: Layout] tokio::sync::Mutex<T> => T;
    [T: Layout] tokio::sync::RwLock<T> => T;
    [T: Layout] tokio::sync::OnceCell<T> => T;
    [T: Layout] tokio::sync::broadcast::Sender<T> => T;
    [T: Layout] tokio::sync::broadcast::Receiver<T> => T;
    [T: Layout] tokio::sync::mpsc::Sender<T> => T;
    [T: Layout] tokio::sync::mpsc::Receiver<T> => T;
    [T: Layout] tokio::sync::mpsc::UnboundedSender<T> => T;
    [T: Layout] tokio::sync::mpsc::UnboundedReceiver<T> => T;
    [T: Layout] tokio::sync::watch::Sender<T> => T;
    [T: Layout] tokio::sync::watch::Receiver<T> => T;
    [T: Layout] tokio::sync::oneshot::Sender<T> => T;
    [T: Layout] tokio::sync::oneshot::Receiver<T> => T;
    [K: Layout, V: Layout, S: 'static] moka::future::Cache<K, V, S> => K V;
}
