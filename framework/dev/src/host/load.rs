//! The app's libraries, from the files to the published router. Every step may refuse; what was published before stays so.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use anvil_control::{Accepted, BrowserStatus, FromHost, LibraryFile, LoadLibraries, Refusal, TypeLayout};
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

/// The way to the loading thread, which does one set of libraries at a time.
#[derive(Debug)]
pub(super) struct Loads {
    queue: SyncSender<LoadLibraries>,
    busy: Arc<AtomicBool>,
}

impl Loads {
    /// `false` if the one before is not done: a registering function that never returns keeps the thread for ever.
    pub(super) fn begin(&self, libraries: LoadLibraries) -> bool {
        !self.busy.swap(true, Ordering::AcqRel) && self.queue.try_send(libraries).is_ok()
    }
}

/// Starts the loading thread. It ends when the [`Loads`] is gone.
pub(super) fn spawn(host: Arc<Host>, app: App, project: PathBuf, runtime: Handle, say: Say) -> io::Result<Loads> {
    let (queue, messages): (_, Receiver<LoadLibraries>) = sync_channel(1);
    let busy = Arc::new(AtomicBool::new(false));
    let done = busy.clone();
    let mut loader = Loader { host, app, project, runtime, opened: HashMap::new(), booted: None, told: None };
    std::thread::Builder::new().name("anvil-load".to_owned()).stack_size(STACK_BYTES).spawn(move || {
        for message in messages {
            let generation = message.generation;
            let answer = match loader.load(&message) {
                Ok(accepted) => FromHost::Loaded(accepted),
                Err(Refused { library, refusal }) => FromHost::Refused { generation, library, refusal },
            };
            // Before the answer, which the daemon may follow with the next libraries at once.
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
    /// By path. Opened once: the dynamic loader would only count.
    opened: HashMap<String, Opened>,
    /// What filled the container; later libraries must agree with it.
    booted: Option<Booted>,
    /// What was published last, and the generation with which its routes were told.
    told: Option<(u64, HttpApp)>,
}

struct Opened {
    sha256: String,
    code: Arc<Code>,
}

struct Booted {
    descriptions: Descriptions,
    /// Package and fingerprint, in the order in which they ran.
    boots: Vec<(String, u64)>,
}

/// The functions of one library, wherever they come from.
struct Code {
    package: String,
    routes: fn(&mut RouteSink),
    boot: Option<BootFn>,
    boot_fingerprint: Option<u64>,
    descriptions: Descriptions,
}

/// A refusal, and the package of the library that it is about.
struct Refused {
    library: Option<String>,
    refusal: Refusal,
}

impl Refused {
    fn by(package: &str) -> impl FnOnce(Refusal) -> Self {
        move |refusal| Self { library: Some(package.to_owned()), refusal }
    }
}

impl From<Refusal> for Refused {
    /// It is about all libraries.
    fn from(refusal: Refusal) -> Self {
        Self { library: None, refusal }
    }
}

impl Loader {
    fn load(&mut self, message: &LoadLibraries) -> Result<Accepted, Refused> {
        let started = Instant::now();
        let codes = self.open(&message.libraries)?;
        if let Some(booted) = &self.booted {
            booted.must_agree_with(&codes, &self.layouts())?;
        }
        let open_us = micros_since(started);

        let started = Instant::now();
        if self.booted.is_none() {
            self.boot(&codes)?;
        }
        let boot_us = micros_since(started);

        let started = Instant::now();
        let app = self.register(&codes)?;
        let register_us = micros_since(started);

        let generation = message.generation;
        let started = Instant::now();
        self.host.live.publish(generation, app.clone());
        let publish_us = micros_since(started);
        // Open pages need not wait for the daemon to say the same.
        self.host.status.send_replace(BrowserStatus::Live { generation });
        let known = self.told.as_ref().filter(|(told, _)| message.known_routes == Some(*told));
        let routes = match known {
            Some((_, before)) if app.has_routes_of(before) => None,
            _ => Some(app.routes().to_vec()),
        };
        self.told = Some((generation, app));
        Ok(Accepted { generation, routes, open_us, boot_us, register_us, publish_us })
    }

    fn open(&mut self, libraries: &[LibraryFile]) -> Result<Vec<Arc<Code>>, Refused> {
        match self.app {
            App::Linked { routes, boot } => {
                let descriptions = Descriptions::default();
                Ok(vec![Arc::new(Code { package: String::new(), routes, boot, boot_fingerprint: None, descriptions })])
            }
            App::Library if libraries.is_empty() => {
                let message = "the daemon named no library, and none is linked into this host".to_owned();
                Err(Refusal::Open { message }.into())
            }
            App::Library => {
                libraries.iter().map(|file| self.open_one(file).map_err(Refused::by(&file.package))).collect()
            }
        }
    }

    fn open_one(&mut self, library: &LibraryFile) -> Result<Arc<Code>, Refusal> {
        if let Some(opened) = self.opened.get(&library.path) {
            let is_that_one = opened.sha256 == library.sha256;
            return if is_that_one { Ok(opened.code.clone()) } else { Err(Refusal::HashMismatch) };
        }
        let file = Verified::new(&library.path, &library.sha256)?;
        let opened = AppLibrary::open(file.path())?;
        file.still_same()?;
        let code = Arc::new(resolve(&opened, library)?);
        self.opened.insert(library.path.clone(), Opened { sha256: library.sha256.clone(), code: code.clone() });
        Ok(code)
    }

    fn layouts(&self) -> Vec<TypeLayout> {
        self.host.live.container().map(Container::layouts).unwrap_or_default()
    }

    /// Fills the container. Runs on this thread, so that a panic is caught here and a hang blocks no request.
    fn boot(&mut self, codes: &[Arc<Code>]) -> Result<(), Refused> {
        let _runtime = self.runtime.enter();
        let config_error =
            |error: anvil_core::ConfigError| Refusal::Config { message: error.message, place: error.place };
        let mut builder = Container::builder(&self.project).map_err(config_error)?;
        builder.across_builds();
        anvil_core::logging::init(&builder.config().log).map_err(config_error)?;
        for code in codes {
            let Some(boot) = code.boot else { continue };
            let refused = match catch(|| self.runtime.block_on(boot(&mut builder))) {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => Refusal::BootFailed { message: format!("{error:?}") },
                Err(panic) => self.panicked(&panic),
            };
            return Err(Refused::by(&code.package)(refused));
        }
        let container = builder.build();
        self.host.configure(&container.config());
        self.host.live.set_container(container);
        self.booted = Some(Booted { descriptions: described(codes), boots: boots(codes) });
        Ok(())
    }

    fn register(&self, codes: &[Arc<Code>]) -> Result<HttpApp, Refused> {
        let _runtime = self.runtime.enter();
        let mut sink = RouteSink::new();
        for code in codes {
            let registered = catch(|| (code.routes)(&mut sink));
            registered.map_err(|panic| Refused::by(&code.package)(self.panicked(&panic)))?;
        }
        let Some(container) = self.host.live.container() else {
            return Err(Refusal::BootFailed { message: "there is no container".to_owned() }.into());
        };
        let built = match &self.told {
            Some((_, before)) => before.rebuild(sink),
            None => HttpApp::build(sink, container.clone()),
        };
        built.map_err(|errors| Refusal::Routes { errors }.into())
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
    /// The container can go on under this code. Nothing of the libraries has run but their descriptions.
    fn must_agree_with(&self, codes: &[Arc<Code>], values: &[TypeLayout]) -> Result<(), Refused> {
        let changes = self.descriptions.changes(values, &described(codes));
        if !changes.is_empty() {
            return Err(Refusal::LayoutChanged { changes }.into());
        }
        let boots = boots(codes);
        if boots == self.boots {
            return Ok(());
        }
        // Of several libraries the first that differs, be it new, gone or in another place.
        let mut before = self.boots.iter();
        let differs = boots.iter().find(|boot| before.next() != Some(boot)).or_else(|| before.next());
        Err(Refused { library: differs.map(|(package, _)| package.clone()), refusal: Refusal::BootChanged })
    }
}

/// What all libraries describe.
fn described(codes: &[Arc<Code>]) -> Descriptions {
    Descriptions::of_all(codes.iter().map(|code| &code.descriptions))
}

fn boots(codes: &[Arc<Code>]) -> Vec<(String, u64)> {
    codes.iter().filter_map(|code| Some((code.package.clone(), code.boot_fingerprint?))).collect()
}

fn resolve(opened: &AppLibrary, library: &LibraryFile) -> Result<Code, Refusal> {
    let descriptions = library.layout_symbols.iter().map(|symbol| opened.describe(symbol));
    let descriptions = Descriptions::new(descriptions.collect::<Result<Vec<_>, _>>()?);
    let (boot, boot_fingerprint) = match library.has_boot {
        true => (Some(opened.boot()?), Some(opened.boot_fingerprint()?)),
        false => (None, None),
    };
    Ok(Code { package: library.package.clone(), routes: opened.routes()?, boot, boot_fingerprint, descriptions })
}

fn micros_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}
