extern crate anvil_dev as anvilforge;

pub struct Client;

#[derive(anvil_derive::Layout)]
pub struct Stats {
    pub hits: u64,
    pub client: Option<Client>,
}

fn main() {}
