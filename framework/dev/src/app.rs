//! The entry of a host program, `live_server`, and what it does without a daemon.

use std::process::ExitCode;

use anvil_core::{Application, BootFn, RouteSink};

use crate::is_hot_mode;

/// Exit status of a host program that cannot start as it was started; standard error says why.
const EXIT_USAGE: u8 = 2;

/// Where a host program gets the app from.
#[derive(Debug, Clone, Copy)]
pub enum App {
    /// From libraries that the daemon names, one after the other.
    Library,
    /// Linked into the program; every change is a new program.
    Linked {
        /// The function with `#[anvilforge::routes]`.
        routes: fn(&mut RouteSink),
        /// The function with `#[anvilforge::boot]`.
        boot: Option<BootFn>,
    },
}

/// Runs `app` as a host of the daemon, until the daemon ends it. Call it from `main`, before anything else: it takes the two
/// descriptors that the daemon left open.
///
/// Without a daemon ([`is_hot_mode`] is `false`), or without the feature `host`, a linked app is served as in production
/// and [`App::Library`] is an error.
pub fn live_server(app: App) -> ExitCode {
    if is_hot_mode() {
        return hot(app);
    }
    match app {
        App::Linked { routes, boot } => plain(routes, boot),
        App::Library => refuse("this program is started by `anvil dev --hot`, not by hand"),
    }
}

#[cfg(feature = "host")]
fn hot(app: App) -> ExitCode {
    match crate::host::run_inherited(app) {
        Ok(code) => code,
        Err(message) => refuse(&message),
    }
}

#[cfg(not(feature = "host"))]
fn hot(app: App) -> ExitCode {
    match app {
        App::Linked { routes, boot } => plain(routes, boot),
        App::Library => refuse("this program was built without the feature `hot` of `anvilforge`"),
    }
}

fn plain(routes: fn(&mut RouteSink), boot: Option<BootFn>) -> ExitCode {
    let mut application = Application::new().routes(routes);
    if let Some(boot) = boot {
        application = application.boot(boot);
    }
    let run = || tokio::runtime::Runtime::new()?.block_on(application.run());
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}

fn refuse(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::from(EXIT_USAGE)
}
