//! What cannot be printed.

struct Post;

fn main() -> forge::Result<()> {
    let mut page = forge::Render::new();
    let posts = vec![1, 2];
    let nested = Some(Post);
    forge::echo!(&mut page, posts)?;
    forge::echo!(&mut page, Post)?;
    forge::echo!(&mut page, nested)?;
    Ok(())
}
