//! Run `anvil dev --hot` in `examples/hot-demo`, open the page, then change anything here and save. The counter goes on
//! counting and its WebSocket stays open, because both live in the container, outside this library.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anvilforge::{
    axum::extract::ws::{Message, WebSocket, WebSocketUpgrade},
    prelude::*,
    tokio::sync::watch,
};

/// Lives in the container: one for the whole life of the host.
#[derive(Debug, Layout)]
pub struct Counter {
    hits: Arc<AtomicU64>,
    /// Tells open WebSockets.
    changed: watch::Sender<u64>,
}

/// Fills the container when a host starts. A swap does not run it again.
#[anvilforge::boot]
pub async fn boot(container: &mut ContainerBuilder) -> Result<()> {
    container.insert(Counter { hits: Arc::default(), changed: watch::Sender::new(0) });
    Ok(())
}

/// The entry point in its bare form; `#[anvilforge::routes]` on a function of any name does the same.
#[allow(unsafe_code, reason = "the name must stay as it is for the loader to find it")]
#[unsafe(no_mangle)]
pub extern "Rust" fn anvil_register_routes(r: &mut RouteSink) {
    r.get("/", page).name("home");
    r.post("/hits", hit);
    r.get("/live", live);
}

async fn page(Inject(counter): Inject<Counter>) -> Html<String> {
    let hits = counter.hits.load(Ordering::Relaxed);
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>hot-demo</title></head>
<body style="font-family: system-ui; margin: 4rem auto; max-width: 32rem">
<h1>Edit me and save</h1>
<p><button id="hit">Count</button> <strong id="hits">{hits}</strong></p>
<script>
  const hits = document.getElementById("hits");
  const socket = new WebSocket(`ws://${{location.host}}/live`);
  socket.onmessage = (event) => {{ hits.textContent = event.data; }};
  document.getElementById("hit").onclick = () => fetch("/hits", {{ method: "POST" }});
</script>
</body>
</html>
"#
    ))
}

async fn hit(Inject(counter): Inject<Counter>) -> String {
    let hits = counter.hits.fetch_add(1, Ordering::Relaxed) + 1;
    counter.changed.send_replace(hits);
    hits.to_string()
}

async fn live(Inject(counter): Inject<Counter>, upgrade: WebSocketUpgrade) -> Response {
    let changes = counter.changed.subscribe();
    upgrade.on_upgrade(move |socket| send_changes(socket, changes))
}

async fn send_changes(mut socket: WebSocket, mut changes: watch::Receiver<u64>) {
    loop {
        let hits = *changes.borrow_and_update();
        if socket.send(Message::text(hits.to_string())).await.is_err() || changes.changed().await.is_err() {
            return;
        }
    }
}
