extern crate anvil_dev as anvilforge;
use anvilforge::RouteSink;

#[anvil_derive::routes]
pub fn routes(r: &mut RouteSink, prefix: &str) {
    let _ = (r, prefix);
}

fn main() {}
