use anvilforge::prelude::*;

async fn store(_: Json<Vec<u32>>, _: Path<u32>) -> &'static str {
    "never"
}

fn main() {
    let mut r = RouteSink::new();
    r.post("/{id}", store);
}
