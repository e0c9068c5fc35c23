extern crate anvil_dev as anvilforge;

#[anvil_derive::routes]
pub fn routes() {}

fn main() {}
