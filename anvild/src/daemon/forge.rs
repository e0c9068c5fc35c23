//! `forge/*`: from clients' calls about templates to the builder, and back without waiting for it.

use anvild_protocol::{CheckOutcome, ClientId, ForgeCheck, ForgeChecked, ForgeLower, ForgeLowered, error_code};
use tokio::sync::oneshot;

use super::Daemon;
use crate::{
    builder::CheckCall,
    rpc::{Reply, call_error},
};

/// While there is no builder nobody knows how templates are compiled.
const NOT_STARTED: &str =
    "the app has not been started, so nobody knows how it is compiled; start it with `anvil dev --hot`";

/// Said instead of waiting: the loop has other calls to answer.
const TOO_MANY: &str = "too many calls about templates wait for their answer; ask again later";

impl Daemon {
    pub(super) fn on_forge_check(&self, client: ClientId, request: ForgeCheck, mut reply: Reply<ForgeChecked>) {
        let Some(builder) = &self.builder else {
            let why = Some(NOT_STARTED.to_owned());
            let _ = reply.send(Ok(ForgeChecked { outcome: CheckOutcome::Unavailable, why, diagnostics: Vec::new() }));
            return;
        };
        let (sender, answer) = oneshot::channel();
        let ForgeCheck { file, text } = request;
        let call = CheckCall::Check { client, file: self.root.join(file), text, reply: sender };
        if builder.check(call).is_err() {
            let _ = reply.send(Err(call_error(error_code::LIMIT, TOO_MANY)));
            return;
        }
        tokio::spawn(async move {
            // Where the client goes, its compiler ends with this task.
            tokio::select! {
                answer = answer => if let Ok(answer) = answer {
                    let _ = reply.send(Ok(answer));
                },
                () = reply.closed() => {}
            }
        });
    }

    pub(super) fn on_forge_lower(&self, request: ForgeLower, reply: Reply<ForgeLowered>) {
        let Some(builder) = &self.builder else {
            let _ = reply.send(Err(call_error(error_code::TEMPLATE, NOT_STARTED)));
            return;
        };
        let (sender, answer) = oneshot::channel();
        let ForgeLower { file, text } = request;
        if builder.check(CheckCall::Lower { file: self.root.join(file), text, reply: sender }).is_err() {
            let _ = reply.send(Err(call_error(error_code::LIMIT, TOO_MANY)));
            return;
        }
        tokio::spawn(async move {
            // Without an answer the builder is gone, and the dropped reply says so.
            if let Ok(answer) = answer.await {
                let _ = reply.send(answer.map_err(|why| call_error(error_code::TEMPLATE, why)));
            }
        });
    }
}
