use anvilforge::prelude::*;

struct NoResponse;

async fn show() -> NoResponse {
    NoResponse
}

fn main() {
    let mut r = RouteSink::new();
    r.get("/", show);
}
