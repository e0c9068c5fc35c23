//! What the attributes make of a function: it can still be called, by hand and as a pointer.

extern crate anvil_dev as anvilforge;

use anvilforge::__private::{ContainerBuilder, Result};
use anvilforge::{BootFn, RouteSink};

async fn hello() -> &'static str {
    "hello"
}

#[anvil_derive::routes]
pub fn all_routes(r: &mut RouteSink) {
    r.route("GET", "/", hello);
}

/// A second one in the same crate: nothing is exported outside of a development build, so nothing clashes.
mod admin {
    use super::{RouteSink, hello};

    #[anvil_derive::routes]
    pub(super) fn anvil_register_routes(r: &mut RouteSink) {
        r.route("GET", "/admin", hello);
    }
}

/// Fills nothing.
#[anvil_derive::boot]
pub async fn fill(_container: &mut ContainerBuilder) -> Result<()> {
    Ok(())
}

#[anvil_derive::boot]
pub async fn reads(c: &mut ContainerBuilder) -> anvilforge::__private::Result<()> {
    let root = c.root();
    std::future::ready(()).await;
    std::fs::metadata(root)?;
    Ok(())
}

#[test]
fn routes_can_be_called() {
    let mut sink = RouteSink::new();
    all_routes(&mut sink);
    admin::anvil_register_routes(&mut sink);
    let paths: Vec<_> = sink.entries().iter().map(|entry| entry.path().to_owned()).collect();
    assert_eq!(paths, ["/", "/admin"]);
}

#[test]
fn boot_functions_have_the_pointers_type() {
    let pointers: [BootFn; 2] = [fill, reads];
    assert_eq!(pointers.len(), 2);
}
