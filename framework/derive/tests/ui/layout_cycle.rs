extern crate anvil_dev as anvilforge;

#[derive(anvil_derive::Layout)]
pub struct Author {
    pub posts: Vec<Post>,
}

#[derive(anvil_derive::Layout)]
pub struct Post {
    pub author: Option<Box<Author>>,
}

fn main() {}
