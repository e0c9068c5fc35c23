//! Errors and panics of handlers reach the daemon. In a file of its own: where faults go is set once per process.

mod support;

use anvil_control::FromHost;
use anvil_dev::{App, RouteSink};
use support::TestHost;

async fn broken() -> anvil_core::Result<()> {
    Err(anvil_core::Error::msg("the disk is full"))
}

async fn panics() {
    panic!("index out of bounds");
}

fn routes(r: &mut RouteSink) {
    r.route("GET", "/broken", broken);
    r.route("GET", "/panics", panics);
}

#[test]
fn a_fault_names_request_generation_and_place() {
    let mut host = TestHost::serving(App::Linked { routes, boot: None }, 7);
    for (path, panicked, message) in [("/broken", false, "the disk is full"), ("/panics", true, "index out of bounds")]
    {
        let reply = host.get(path);
        assert_eq!((reply.status, reply.generation()), (500, 7));
        let FromHost::Fault(fault) = host.hear() else { panic!("a fault") };
        assert_eq!((fault.path.as_str(), fault.method.as_str(), fault.status), (path, "GET", 500));
        assert_eq!((fault.generation, fault.panicked), (7, panicked));
        assert!(fault.message.contains(message), "{fault:?}");
        assert!(fault.place.unwrap().file.ends_with("tests/host_faults.rs"));
    }
}
