//! Where panics and server errors of handlers are told, so that a development host can pass them to the daemon.

use std::sync::{OnceLock, RwLock};

use anvil_control::Fault;

type Sink = Box<dyn Fn(Fault) + Send + Sync>;

static SINK: RwLock<Option<Sink>> = RwLock::new(None);
static GENERATION: OnceLock<fn() -> u64> = OnceLock::new();

/// Sends every fault of this process to `sink`, in place of the one before. It is called on the request's task and must
/// not block.
pub fn set_fault_sink(sink: Sink) {
    *SINK.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(sink);
}

/// Tells where the number in [`Fault::generation`] comes from. The first call counts; without one it is 0.
pub fn set_generation_source(source: fn() -> u64) {
    // A second call names the same function in practice; ignoring it keeps this callable from every host start.
    let _ = GENERATION.set(source);
}

pub(crate) fn generation() -> u64 {
    GENERATION.get().map_or(0, |source| source())
}

pub(crate) fn report(fault: Fault) {
    if let Some(sink) = &*SINK.read().unwrap_or_else(std::sync::PoisonError::into_inner) {
        sink(fault);
    }
}
