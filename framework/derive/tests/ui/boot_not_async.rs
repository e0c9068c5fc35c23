extern crate anvil_dev as anvilforge;
use anvilforge::__private::{ContainerBuilder, Result};

#[anvil_derive::boot]
pub fn boot(c: &mut ContainerBuilder) -> Result<()> {
    let _ = c;
    Ok(())
}

fn main() {}
