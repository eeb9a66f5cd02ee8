//! `ruhui serve`: the service as a configuration file describes it.

use crate::cli::ServeArguments;
use crate::language::Language;
use ruhui_server::env::Env;
use ruhui_server::http::Tls;
use ruhui_server::start::{Addresses, Server};
use std::process::ExitCode;

pub(crate) async fn run(arguments: ServeArguments, language: Language) -> anyhow::Result<ExitCode> {
    let opened = Server::open(&arguments.config, Env::system(), Addresses::default(), Tls::Off).await;
    let server = match opened {
        Ok(server) => server,
        Err(error) => anyhow::bail!(language.say(&error)),
    };
    eprintln!("{}", language.pick("serving; Ctrl-C stops", "服务已启动，按 Ctrl-C 停止"));
    server.run(until_stopped()).await;
    Ok(ExitCode::SUCCESS)
}

/// Done when someone presses Ctrl-C or the system says to stop.
pub(crate) async fn until_stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
