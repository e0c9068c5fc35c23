//! The least a daemon does to be found, started and ended: lock, record, socket, report, hello, shutdown. It shows the
//! start protocol in one place, and the tests of this crate start it by the dozen.
//!
//! Called as the real one: `minimal_daemon --project ROOT`. What it pretends comes from files in ROOT: `version` (its
//! version), `protocol` (its protocol), `fail` (it refuses to start with this text), `die` (it ends without a report).
#![forbid(unsafe_code)]

use std::{fs, io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use anvild_client::{DaemonLock, DaemonRecord, FailedStart, LockAttempt, ProjectPaths, StartReport, exit_code};
use anvild_protocol::{Hello, HelloReply, PROTOCOL};
use jsonrpsee::{
    RpcModule,
    server::{Server, serve_with_graceful_shutdown, stop_channel},
};
use tokio::{net::UnixListener, sync::Notify};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let root = PathBuf::from(std::env::args_os().nth(2).expect("--project ROOT"));
    let pretend = |name: &str| fs::read_to_string(root.join(name)).ok().map(|text| text.trim().to_owned());
    if let Some(text) = pretend("die") {
        eprintln!("{text}");
        return ExitCode::FAILURE;
    }
    if let Some(message) = pretend("fail") {
        let hint = Some("remove the file".to_owned());
        report(&StartReport::Error(FailedStart { message, exit_code: exit_code::PROJECT, hint }));
        return ExitCode::from(exit_code::PROJECT);
    }
    let version = pretend("version").unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned());
    let protocol = pretend("protocol").map_or(PROTOCOL, |text| text.parse().expect("a number"));
    let paths = ProjectPaths::of_root(&root);
    paths.prepare().expect("a private directory");
    let lock = match DaemonLock::attempt(&paths).expect("a lock file") {
        LockAttempt::Taken(lock) => lock,
        LockAttempt::Held(holder) => {
            report(&StartReport::Already { pid: holder.map(|record| record.pid) });
            return ExitCode::SUCCESS;
        }
    };
    // A daemon of another protocol has its socket elsewhere.
    let socket = paths.socket().with_file_name(format!("rpc-{protocol}.sock"));
    let pid = std::process::id();
    lock.write_record(&DaemonRecord { pid, version: version.clone(), protocol, socket: socket.clone() })
        .expect("a record");
    let _ = fs::remove_file(&socket);
    let listener = UnixListener::bind(&socket).expect("a socket");
    // One line for each daemon that ever listened: how the tests count them.
    let mut starts = fs::OpenOptions::new().create(true).append(true).open(root.join("starts")).expect("a file");
    writeln!(starts, "{pid}").expect("a line");
    report(&StartReport::Ready { pid, socket, version: version.clone() });
    let reply = HelloReply { protocol, version, pid, root: root.display().to_string() };
    serve(listener, reply).await;
    drop(lock);
    ExitCode::SUCCESS
}

async fn serve(listener: UnixListener, reply: HelloReply) {
    let ended = Arc::new(Notify::new());
    let mut methods = RpcModule::new((reply, Arc::clone(&ended)));
    methods
        .register_method("daemon/hello", |params, (reply, _), _| {
            params.one::<Hello>().map(|_| serde_json::to_value(reply).expect("plain data"))
        })
        .expect("a new name");
    methods.register_method("daemon/shutdown", |_, (_, ended), _| ended.notify_one()).expect("a new name");
    let service = Server::builder().to_service_builder();
    let (stop, server) = stop_channel();
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = ended.notified() => break,
        };
        let (stream, _) = accepted.expect("a connection");
        let service = service.clone().build(methods.clone(), stop.clone());
        let stopped = stop.clone().shutdown();
        connections.spawn(async move { serve_with_graceful_shutdown(stream, service, stopped).await.is_ok() });
    }
    drop(stop);
    let _ = server.stop();
    while connections.join_next().await.is_some() {}
    server.stopped().await;
}

fn report(report: &StartReport) {
    std::io::stdout().write_all(report.to_line().as_bytes()).expect("a reader");
}
