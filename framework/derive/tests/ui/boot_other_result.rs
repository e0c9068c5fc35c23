extern crate anvil_dev as anvilforge;
use anvilforge::__private::ContainerBuilder;

#[anvil_derive::boot]
pub async fn boot(c: &mut ContainerBuilder) -> Result<(), String> {
    let _ = c;
    Ok(())
}

fn main() {}
