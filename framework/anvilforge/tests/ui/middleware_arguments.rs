use anvilforge::prelude::*;

async fn index() {}

async fn guard(_: Request) -> &'static str {
    "never"
}

fn main() {
    let mut r = RouteSink::new();
    r.get("/", index).middleware(guard);
}
