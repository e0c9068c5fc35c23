extern crate anvil_dev as anvilforge;

#[derive(anvil_derive::Layout)]
pub struct Title<'a> {
    pub text: &'a str,
}

fn main() {}
