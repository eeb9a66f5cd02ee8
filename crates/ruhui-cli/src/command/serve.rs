//! `ruhui serve`: runs the service that a configuration file describes, until a signal asks for a graceful
//! shutdown.

use crate::cli::{Output, ServeArguments};
use crate::language::Language;
use crate::output;
use ruhui_server::env::Env;
use ruhui_server::http::Tls;
use ruhui_server::start::{Addresses, Server};
use serde_json::json;
use std::process::ExitCode;

/// Limit of open files that the service asks for: one file for each connection of three listeners.
#[cfg(unix)]
const FILES: u64 = 1 << 20;

pub(crate) async fn run(arguments: ServeArguments, language: Language) -> anyhow::Result<ExitCode> {
    allow_files();
    let opened =
        Server::open(&arguments.config, Env::system(), Addresses::default(), arguments.store.place, Tls::Off)
            .await;
    let server = match opened {
        Ok(server) => server,
        Err(error) => anyhow::bail!(language.say(&error)),
    };
    let stop = Stop::listen()?;
    let [main, backup, operations] = server.urls()?;
    match arguments.output.output {
        Output::Json => {
            output::json(&json!({ "main": main, "backup": backup, "operations": operations }))?;
        }
        Output::Text => eprintln!(
            "{}",
            output::columns_of(&[
                (language.pick("main host", "主域名"), &main),
                (language.pick("backup host", "备域名"), &backup),
                (language.pick("ready", "就绪检查"), &format!("{operations}/readyz")),
            ])
        ),
    }
    eprintln!("{}", language.pick("serving; Ctrl-C stops", "服务已启动，按 Ctrl-C 停止"));
    let drain = server.drain().as_secs();
    let told = async {
        stop.wait().await;
        eprintln!(
            "{}",
            language.pick(
                format!(
                    "stopping: requests are accepted for {drain} s more, and those in flight are finished"
                ),
                format!("正在停止：{drain} 秒内仍接收请求，并处理完进行中的请求"),
            )
        );
    };
    server.run(told).await;
    Ok(ExitCode::SUCCESS)
}

/// Raises the process's limit of open files. Each connection is a file, and the usual limit is 1,024.
pub(crate) fn allow_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.map_or(FILES, |maximum| maximum.min(FILES));
        if limit.current.is_some_and(|current| current < wanted)
            && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit })
        {
            tracing::warn!(%error, wanted, "the limit of open files could not be raised");
        }
    }
}

/// Signals that stop the process gracefully: Ctrl-C (SIGINT) and SIGTERM. After [`Stop::listen`] neither ends
/// the process at once, so call it before the program prints that it runs.
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
