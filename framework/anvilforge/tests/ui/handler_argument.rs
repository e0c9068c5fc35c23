use anvilforge::prelude::*;

struct NoExtractor;

async fn show(_: NoExtractor) -> &'static str {
    "never"
}

fn main() {
    let mut r = RouteSink::new();
    r.get("/", show);
}
