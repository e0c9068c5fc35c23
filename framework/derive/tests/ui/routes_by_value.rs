extern crate anvil_dev as anvilforge;
use anvilforge::RouteSink;

#[anvil_derive::routes]
pub fn routes(r: RouteSink) {
    let _ = r;
}

fn main() {}
