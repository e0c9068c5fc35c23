//! Makes the places that a host reports absolute: the compiler wrote them relative to the workspace, and clients have other
//! working directories.

use std::path::Path;

use anvil_control::{ConfigOutcome, FromHost, LayoutChange, Refusal, SourcePlace, TypeLayout};

/// The same message with absolute files.
pub(super) fn absolute(mut message: FromHost, workspace: &Path) -> FromHost {
    let place = |place: &mut Option<SourcePlace>| {
        if let Some(place) = place {
            place.file = workspace.join(&place.file).to_string_lossy().into_owned();
        }
    };
    match &mut message {
        FromHost::Fault(fault) => place(&mut fault.place),
        FromHost::Configured { outcome: ConfigOutcome::Invalid { place: at, .. }, .. } => place(at),
        FromHost::Loaded(accepted) => accepted.routes.iter_mut().flatten().for_each(|route| place(&mut route.place)),
        FromHost::Refused { refusal, .. } => match refusal {
            Refusal::Panicked { place: at, .. } | Refusal::Config { place: at, .. } => place(at),
            Refusal::Routes { errors } => {
                for error in errors {
                    place(&mut error.place);
                    place(&mut error.other);
                }
            }
            Refusal::LayoutChanged { changes } => {
                for LayoutChange { old, new } in changes {
                    layout(old, &place);
                    new.iter_mut().for_each(|new| layout(new, &place));
                }
            }
            Refusal::HashMismatch
            | Refusal::Open { .. }
            | Refusal::MissingSymbol { .. }
            | Refusal::BootChanged
            | Refusal::BootFailed { .. } => {}
        },
        FromHost::Configured { .. }
        | FromHost::Hello { .. }
        | FromHost::Accepting
        | FromHost::NotAccepting
        | FromHost::Draining { .. }
        | FromHost::Drained
        | FromHost::Advanced { .. }
        | FromHost::Served { .. } => {}
    }
    message
}

fn layout(layout: &mut TypeLayout, place: &impl Fn(&mut Option<SourcePlace>)) {
    place(&mut layout.place);
    layout.fields.iter_mut().for_each(|field| place(&mut field.place));
}
