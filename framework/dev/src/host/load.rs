//! One library, from the file to the published router. Every step may refuse; the library before stays published.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use anvil_control::{Accepted, BrowserStatus, FromHost, LoadLibrary, Refusal, TypeLayout};
use anvil_core::panics::{PanicRecord, catch};
use anvil_core::{BootFn, Container, HttpApp, RouteSink};
use tokio::runtime::Handle;

use super::Host;
use super::control::Say;
use super::descriptions::Descriptions;
use super::loader::AppLibrary;
use super::verify::Verified;
use crate::App;

/// Stack of the thread on which the app boots and registers: that of a main thread.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// The way to the loading thread, which does one library at a time.
#[derive(Debug)]
pub(super) struct Loads {
    queue: SyncSender<LoadLibrary>,
    busy: Arc<AtomicBool>,
}

impl Loads {
    /// `false` if the one before is not done: a registering function that never returns keeps the thread for ever.
    pub(super) fn begin(&self, library: LoadLibrary) -> bool {
        !self.busy.swap(true, Ordering::AcqRel) && self.queue.try_send(library).is_ok()
    }
}

/// Starts the loading thread. It ends when the [`Loads`] is gone.
pub(super) fn spawn(host: Arc<Host>, app: App, project: PathBuf, runtime: Handle, say: Say) -> io::Result<Loads> {
    let (queue, libraries): (_, Receiver<LoadLibrary>) = sync_channel(1);
    let busy = Arc::new(AtomicBool::new(false));
    let done = busy.clone();
    let mut loader = Loader { host, app, project, runtime, booted: None };
    std::thread::Builder::new().name("anvil-load".to_owned()).stack_size(STACK_BYTES).spawn(move || {
        for library in libraries {
            let generation = library.generation;
            let answer = match loader.load(&library) {
                Ok(accepted) => FromHost::Loaded(accepted),
                Err(refusal) => FromHost::Refused { generation, refusal },
            };
            // Before the answer, which the daemon may follow with the next library at once.
            done.store(false, Ordering::Release);
            say.must(answer);
        }
    })?;
    Ok(Loads { queue, busy })
}

struct Loader {
    host: Arc<Host>,
    app: App,
    project: PathBuf,
    runtime: Handle,
    /// What filled the container; later libraries must agree with it.
    booted: Option<Booted>,
}

struct Booted {
    descriptions: Descriptions,
    fingerprint: Option<u64>,
}

/// The app's functions, wherever they come from.
struct Code {
    routes: fn(&mut RouteSink),
    boot: Option<BootFn>,
    boot_fingerprint: Option<u64>,
    descriptions: Descriptions,
}

impl Loader {
    fn load(&mut self, library: &LoadLibrary) -> Result<Accepted, Refusal> {
        let started = Instant::now();
        let code = self.open(library)?;
        if let Some(booted) = &self.booted {
            booted.must_agree_with(&code, &self.layouts())?;
        }
        let open_us = micros_since(started);

        let started = Instant::now();
        if self.booted.is_none() {
            self.boot(&code)?;
        }
        let boot_us = micros_since(started);

        let started = Instant::now();
        let app = self.register(code.routes)?;
        let register_us = micros_since(started);

        let routes = app.routes().to_vec();
        let started = Instant::now();
        self.host.live.publish(library.generation, app);
        let publish_us = micros_since(started);
        // Open pages need not wait for the daemon to say the same.
        self.host.status.send_replace(BrowserStatus::Live { generation: library.generation });
        Ok(Accepted { generation: library.generation, routes, open_us, boot_us, register_us, publish_us })
    }

    fn open(&self, library: &LoadLibrary) -> Result<Code, Refusal> {
        match (self.app, &library.path, &library.sha256) {
            (App::Linked { routes, boot }, _, _) => {
                Ok(Code { routes, boot, boot_fingerprint: None, descriptions: Descriptions::default() })
            }
            (App::Library, Some(path), Some(sha256)) => {
                let file = Verified::new(path, sha256)?;
                let opened = AppLibrary::open(file.path())?;
                file.still_same()?;
                resolve(&opened, library)
            }
            (App::Library, _, _) => {
                let message = "the daemon named no library, and none is linked into this host".to_owned();
                Err(Refusal::Open { message })
            }
        }
    }

    fn layouts(&self) -> Vec<TypeLayout> {
        self.host.live.container().map(Container::layouts).unwrap_or_default()
    }

    /// Fills the container. Runs on this thread, so that a panic is caught here and a hang blocks no request.
    fn boot(&mut self, code: &Code) -> Result<(), Refusal> {
        let _runtime = self.runtime.enter();
        let config_error =
            |error: anvil_core::ConfigError| Refusal::Config { message: error.message, place: error.place };
        let mut builder = Container::builder(&self.project).map_err(config_error)?;
        builder.across_builds();
        anvil_core::logging::init(&builder.config().log).map_err(config_error)?;
        if let Some(boot) = code.boot {
            match catch(|| self.runtime.block_on(boot(&mut builder))) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Err(Refusal::BootFailed { message: format!("{error:?}") }),
                Err(panic) => return Err(self.panicked(&panic)),
            }
        }
        let container = builder.build();
        self.host.configure(&container.config());
        self.host.live.set_container(container);
        self.booted = Some(Booted { descriptions: code.descriptions.clone(), fingerprint: code.boot_fingerprint });
        Ok(())
    }

    fn register(&self, routes: fn(&mut RouteSink)) -> Result<HttpApp, Refusal> {
        let _runtime = self.runtime.enter();
        let filled = catch(|| {
            let mut sink = RouteSink::new();
            routes(&mut sink);
            sink
        });
        let sink = filled.map_err(|panic| self.panicked(&panic))?;
        let Some(container) = self.host.live.container() else {
            return Err(Refusal::BootFailed { message: "there is no container".to_owned() });
        };
        HttpApp::build(sink, container.clone()).map_err(|errors| Refusal::Routes { errors })
    }

    fn panicked(&self, panic: &PanicRecord) -> Refusal {
        Refusal::Panicked {
            message: panic.message.clone(),
            place: panic.place.clone(),
            backtrace: panic.render_backtrace(&self.project),
        }
    }
}

impl Booted {
    /// The container can go on under this code. Nothing of the library has run but its descriptions.
    fn must_agree_with(&self, code: &Code, values: &[TypeLayout]) -> Result<(), Refusal> {
        let changes = self.descriptions.changes(values, &code.descriptions);
        if !changes.is_empty() {
            return Err(Refusal::LayoutChanged { changes });
        }
        if self.fingerprint != code.boot_fingerprint {
            return Err(Refusal::BootChanged);
        }
        Ok(())
    }
}

fn resolve(opened: &AppLibrary, library: &LoadLibrary) -> Result<Code, Refusal> {
    let descriptions = library.layout_symbols.iter().map(|symbol| opened.describe(symbol));
    let descriptions = Descriptions::new(descriptions.collect::<Result<Vec<_>, _>>()?);
    let (boot, boot_fingerprint) = match library.has_boot {
        true => (Some(opened.boot()?), Some(opened.boot_fingerprint()?)),
        false => (None, None),
    };
    Ok(Code { routes: opened.routes()?, boot, boot_fingerprint, descriptions })
}

fn micros_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}
