extern crate anvil_dev as anvilforge;

#[derive(anvil_derive::Layout)]
pub union Either {
    pub a: u32,
    pub b: f32,
}

fn main() {}
