extern crate anvil_dev as anvilforge;
use anvilforge::RouteSink;

#[anvil_derive::routes]
pub fn routes(r: &mut RouteSink) -> Result<(), String> {
    let _ = r;
    Ok(())
}

fn main() {}
