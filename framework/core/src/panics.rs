//! Panics of the app's code become values: message, place and backtrace of the work that was being done.

use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::path::Path;
use std::sync::Once;

use anvil_control::SourcePlace;
use backtrace::Backtrace;
use futures_util::FutureExt;

use crate::error::place_of;
use crate::templates;

/// One panic.
#[derive(Debug, Clone)]
pub struct PanicRecord {
    pub message: String,
    /// Where the panic was raised, as the compiler names it; in the template, if in code that was made of one.
    pub place: Option<SourcePlace>,
    /// Unresolved; present while backtraces are on.
    pub backtrace: Option<Backtrace>,
}

impl PanicRecord {
    /// The frames of the app's own source, one a line, for a diagnostic.
    pub fn render_backtrace(&self, root: &Path) -> String {
        let frames = self.backtrace.as_ref().map(|backtrace| crate::error::app_frames(backtrace, root));
        let lines = frames.into_iter().flatten().map(|frame| {
            format!("{}\n    at {}:{}:{}", frame.function, frame.place.file, frame.place.line, frame.place.column)
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Whether errors and panics of some work carry a backtrace. Taking one costs tens of microseconds, reading it far more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backtraces {
    Taken,
    Skipped,
}

struct Scope {
    caught: RefCell<Option<PanicRecord>>,
    backtraces: Backtraces,
}

tokio::task_local! {
    static SCOPE: Scope;
}

impl Scope {
    fn new(backtraces: Backtraces) -> Self {
        Self { caught: RefCell::new(None), backtraces }
    }
}

/// A backtrace of the caller, if the work it belongs to wants one.
pub(crate) fn take_backtrace() -> Option<Backtrace> {
    let wanted = SCOPE.try_with(|scope| scope.backtraces == Backtraces::Taken).unwrap_or(false);
    wanted.then(Backtrace::new_unresolved)
}

/// Makes panics inside [`catch`] and [`catch_async`] leave a record in place of a message on standard error. Other panics
/// go on to the hook that was there. Installed once, however often it is called.
pub fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let kept = SCOPE.try_with(|scope| match scope.caught.try_borrow_mut() {
                Ok(mut caught) => {
                    *caught = Some(record(panic));
                    true
                }
                Err(_) => false,
            });
            if !kept.unwrap_or(false) {
                before(panic);
            }
        }));
    });
}

fn record(panic: &PanicHookInfo<'_>) -> PanicRecord {
    let message = payload_text(panic.payload());
    let place = panic.location().map(place_of).map(templates::behind);
    PanicRecord { message, place, backtrace: take_backtrace() }
}

fn payload_text(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&'static str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panicked with a value".to_owned())
}

/// Runs `work`, with backtraces.
///
/// # Errors
/// It panicked.
pub fn catch<R>(work: impl FnOnce() -> R) -> Result<R, PanicRecord> {
    SCOPE.sync_scope(Scope::new(Backtraces::Taken), || {
        catch_unwind(AssertUnwindSafe(work)).map_err(|payload| caught(payload.as_ref()))
    })
}

/// Awaits `work`. Panics of tasks that it spawns are theirs.
///
/// # Errors
/// It panicked.
pub async fn catch_async<F: Future>(backtraces: Backtraces, work: F) -> Result<F::Output, PanicRecord> {
    let work = async {
        let result = AssertUnwindSafe(work).catch_unwind().await;
        result.map_err(|payload| caught(payload.as_ref()))
    };
    SCOPE.scope(Scope::new(backtraces), work).await
}

fn caught(payload: &(dyn std::any::Any + Send)) -> PanicRecord {
    SCOPE.try_with(|scope| scope.caught.take()).ok().flatten().unwrap_or_else(|| bare(payload))
}

/// Without the hook only the payload is known.
fn bare(payload: &(dyn std::any::Any + Send)) -> PanicRecord {
    PanicRecord { message: payload_text(payload), place: None, backtrace: None }
}
