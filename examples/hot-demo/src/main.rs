//! The release program: the same handlers, linked statically. In development `anvil dev --hot` does not run this; it loads
//! `handlers` into a host of its own.
#![forbid(unsafe_code)]

use anvilforge::{Application, Result};

#[tokio::main]
async fn main() -> Result<()> {
    Application::new().boot(hot_demo_handlers::boot).routes(hot_demo_handlers::anvil_register_routes).run().await
}
