extern crate anvil_dev as anvilforge;
use anvilforge::{RouteSink, __private::Result};

#[anvil_derive::boot]
pub async fn boot(c: &mut RouteSink) -> Result<()> {
    let _ = c;
    Ok(())
}

fn main() {}
