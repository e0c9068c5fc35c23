//! An app as one process: what `main` of a release build runs, and what tests build without a socket.

use std::path::{Path, PathBuf};

use anvil_control::{ENV_PROJECT, RouteError};
use futures_util::future::{BoxFuture, LocalBoxFuture};
use tokio::net::TcpListener;

use crate::config::Overrides;
use crate::container::{Container, ContainerBuilder};
use crate::error::{Error, Result, ResultContext as _};
use crate::http::HttpApp;
use crate::routing::RouteSink;
use crate::{logging, server};

/// The boot function as the development host calls it. `#[anvilforge::boot]` makes one of an `async fn`.
pub type BootFn = for<'a> fn(&'a mut ContainerBuilder) -> BoxFuture<'a, Result<()>>;

type Boot = Box<dyn for<'a> FnOnce(&'a mut ContainerBuilder) -> LocalBoxFuture<'a, Result<()>>>;

/// Puts an app together.
pub struct Application {
    project: Option<PathBuf>,
    overrides: Overrides,
    boots: Vec<Boot>,
    routes: RouteSink,
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application")
            .field("project", &self.project)
            .field("routes", &self.routes)
            .finish_non_exhaustive()
    }
}

impl Default for Application {
    fn default() -> Self {
        Self::new()
    }
}

impl Application {
    pub fn new() -> Self {
        Self { project: None, overrides: Overrides::default(), boots: Vec::new(), routes: RouteSink::new() }
    }

    /// For tests of the project at `dir`: environment `testing`, debug on, a database in memory.
    pub fn for_tests(dir: impl AsRef<Path>) -> Self {
        Self { overrides: Overrides::for_tests(), ..Self::new() }.project(dir)
    }

    /// The project's folder, with `config/` and `public/`. Without it: `ANVIL_PROJECT`, else the package's folder under
    /// `cargo run` and `cargo test`, else the current one.
    #[must_use]
    pub fn project(mut self, dir: impl AsRef<Path>) -> Self {
        self.project = Some(dir.as_ref().to_owned());
        self
    }

    /// Fills the container before the first request: `async fn boot(container: &mut ContainerBuilder) -> Result<()>`.
    ///
    /// May be called more than once; the functions run one after the other, in the order of the calls. A value of a type that
    /// an earlier one has put in takes its place.
    #[must_use]
    pub fn boot<F>(mut self, boot: F) -> Self
    where
        F: for<'a> AsyncFnOnce(&'a mut ContainerBuilder) -> Result<()> + 'static,
    {
        self.boots.push(Box::new(move |container| Box::pin(boot(container))));
        self
    }

    /// Registers the app's routes. May be called more than once.
    #[must_use]
    pub fn routes(mut self, routes: impl FnOnce(&mut RouteSink)) -> Self {
        routes(&mut self.routes);
        self
    }

    /// Boots the container and builds the router, without a socket.
    ///
    /// # Errors
    /// Wrong configuration, an error of the boot function, or routes that contradict each other.
    pub async fn into_http_app(self) -> Result<HttpApp> {
        let root = self.project.unwrap_or_else(default_project);
        let mut builder = Container::builder_with(&root, self.overrides)?;
        for boot in self.boots {
            boot(&mut builder).await.context("boot the app")?;
        }
        HttpApp::build(self.routes, builder.build()).map_err(|errors| wrong_routes(&errors))
    }

    /// Serves until Ctrl-C or SIGTERM, then gives requests in flight `server.shutdown_grace` to finish.
    ///
    /// # Errors
    /// Those of [`Application::into_http_app`], and of binding `server.addr`.
    pub async fn run(self) -> Result<()> {
        let root = self.project.clone().unwrap_or_else(default_project);
        let config = crate::config::ConfigSource::new(&root, self.overrides.clone()).read()?;
        logging::init(&config.log)?;
        let app = self.project(&root).into_http_app().await?;
        let addr = &config.server.addr;
        let listener =
            TcpListener::bind(addr).await.context(format!("listen on {addr} (`server.addr`, `APP_ADDR`)"))?;
        let routes = app.routes().len();
        tracing::info!(addr = %listener.local_addr()?, routes, env = config.app.env, "{} is ready", config.app.name);
        let stop = stop_signal()?;
        let service = move |request, _| {
            let app = app.clone();
            async move { app.call(request).await }
        };
        let ended = server::serve(listener, service, stop, config.server.shutdown_grace).await?;
        tracing::info!(?ended, "stopped");
        Ok(())
    }
}

fn default_project() -> PathBuf {
    let named = std::env::var_os(ENV_PROJECT).or_else(|| std::env::var_os("CARGO_MANIFEST_DIR"));
    named.map_or_else(|| std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")), PathBuf::from)
}

fn wrong_routes(errors: &[RouteError]) -> Error {
    let line = |error: &RouteError| match &error.place {
        Some(place) => format!("{}:{}:{}: {}", place.file, place.line, place.column, error.message),
        None => error.message.clone(),
    };
    Error::msg(errors.iter().map(line).collect::<Vec<_>>().join("\n"))
}

#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler the default action of Ctrl-C ends the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
