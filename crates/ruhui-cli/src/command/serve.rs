//! `ruhui serve`: the service as a configuration file describes it.

use crate::cli::ServeArguments;
use crate::language::Language;
use ruhui_server::env::Env;
use ruhui_server::http::Tls;
use ruhui_server::start::{Addresses, Server};
use std::process::ExitCode;

pub(crate) async fn run(arguments: ServeArguments, language: Language) -> anyhow::Result<ExitCode> {
    let opened =
        Server::open(&arguments.config, Env::system(), Addresses::default(), arguments.store.place, Tls::Off)
            .await;
    let server = match opened {
        Ok(server) => server,
        Err(error) => anyhow::bail!(language.say(&error)),
    };
    let stop = Stop::listen()?;
    eprintln!("{}", language.pick("serving; Ctrl-C stops", "服务已启动，按 Ctrl-C 停止"));
    server.run(stop.wait()).await;
    Ok(ExitCode::SUCCESS)
}

/// Someone presses Ctrl-C, or the system says to stop. From [`Stop::listen`] on neither ends the process at
/// once, so it comes before the first word that says it runs.
pub(crate) struct Stop {
    #[cfg(unix)]
    interrupted: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminated: tokio::signal::unix::Signal,
}

impl Stop {
    pub(crate) fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            interrupted: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminated: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(unix)]
    pub(crate) async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }

    #[cfg(not(unix))]
    pub(crate) async fn wait(self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
