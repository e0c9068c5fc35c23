//! The release program. In development `anvil dev --hot` loads the library into a host of its own.
#![forbid(unsafe_code)]

use anvilforge::{Application, Result};

#[tokio::main]
async fn main() -> Result<()> {
    Application::new().boot(blog::boot).routes(blog::routes).run().await
}
