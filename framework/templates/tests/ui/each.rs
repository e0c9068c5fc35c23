//! What cannot be looped over.

struct Post;

fn main() -> forge::Result<()> {
    let count = 3;
    let post = Post;
    for _ in forge::each!(count)? {}
    for _ in forge::each!(post)? {}
    for _ in forge::each_owned!(Post)? {}
    Ok(())
}
