//! Filters of what they are not for.

fn main() -> forge::Result<()> {
    let text = String::new();
    forge::filters::default(&text, "nobody")?;
    forge::filters::join(&3, ", ")?;
    Ok(())
}
