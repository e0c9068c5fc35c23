//! What answers requests: one published router at a time, over a container that outlives it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use anvil_control::RouteSummary;
use anvil_core::{Container, HttpApp};
use arc_swap::ArcSwapOption;

use crate::abi::ABI_VERSION;

/// A counter of generations that only rises. The one of this process is [`GENERATION`].
#[derive(Debug, Default)]
pub struct RegistryGeneration(AtomicU64);

impl RegistryGeneration {
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// The generation that answers requests; 0 before the first.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Raises it; an older number changes nothing.
    pub fn raise(&self, generation: u64) {
        self.0.fetch_max(generation, Ordering::AcqRel);
    }
}

/// The generation that answers requests in this process. There is one such static even across reloads, because every app
/// library is linked against the same deps library.
pub static GENERATION: RegistryGeneration = RegistryGeneration::new();

/// One accepted registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationManifest {
    /// [`ABI_VERSION`] of the framework that took it.
    pub abi: u32,
    pub generation: u64,
    pub routes: Vec<RouteSummary>,
}

/// A router with the number that its responses carry.
#[derive(Debug, Clone)]
pub struct Published {
    pub generation: u64,
    pub app: Arc<HttpApp>,
}

/// The container and the router that is published at the moment. The container is set once, by the first library's boot
/// function; routers come and go. Readers never wait: a request keeps the router that it took at its start.
#[derive(Debug, Default)]
pub struct LiveState {
    container: OnceLock<Container>,
    published: ArcSwapOption<Published>,
}

impl LiveState {
    pub fn new() -> Self {
        Self::default()
    }

    /// Absent before the first boot.
    pub fn container(&self) -> Option<&Container> {
        self.container.get()
    }

    /// Sets the container; the first one stays.
    pub fn set_container(&self, container: Container) {
        // A second boot does not happen: the loader keeps the container that it made.
        let _ = self.container.set(container);
    }

    /// What answers a request that starts now; absent before the first publication.
    pub fn current(&self) -> Option<Arc<Published>> {
        self.published.load_full()
    }

    /// Makes `app` answer every request that starts from now on: one atomic store.
    pub fn publish(&self, generation: u64, app: HttpApp) {
        self.published.store(Some(Arc::new(Published { generation, app: Arc::new(app) })));
        GENERATION.raise(generation);
    }

    /// Gives the published router a higher number. For changes that need no code.
    pub fn advance(&self, generation: u64) {
        if let Some(current) = self.current()
            && current.generation < generation
        {
            self.published.store(Some(Arc::new(Published { generation, app: current.app.clone() })));
            GENERATION.raise(generation);
        }
    }

    /// What is published, for people.
    pub fn manifest(&self) -> Option<RegistrationManifest> {
        let current = self.current()?;
        let routes = current.app.routes().to_vec();
        Some(RegistrationManifest { abi: ABI_VERSION, generation: current.generation, routes })
    }
}
