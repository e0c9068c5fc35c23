extern crate anvil_dev as anvilforge;

#[anvil_derive::routes]
pub fn routes(r: &mut String) {
    let _ = r;
}

fn main() {}
