extern crate anvil_dev as anvilforge;

#[derive(anvil_derive::Layout)]
pub struct Stats {
    #[layout(opague)]
    pub hits: u64,
}

fn main() {}
