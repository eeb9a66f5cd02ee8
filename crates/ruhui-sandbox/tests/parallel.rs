//! Fifty sandboxes at once in one process, and what is left of them: nothing.
//!
//! This file has one test only, since it counts the threads and open files of its process.

#![allow(clippy::unwrap_used, reason = "functions of a test")]

use ruhui::api::card_member::CreatePreAuthToken;
use ruhui_sandbox::Sandbox;
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const SANDBOXES: usize = 50;

/// Starts a sandbox as a test does, in a runtime of one thread, and requests one token.
fn with_a_token<T>(act: impl FnOnce(&Sandbox, &tokio::runtime::Runtime) -> T) -> (Vec<SocketAddr>, T) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = runtime.block_on(Sandbox::start()).unwrap();
    let request = CreatePreAuthToken {
        brand_id: sandbox.brand_id(),
        card_id: sandbox.card_id(),
        openid: sandbox.new_openid(),
    };
    let token = runtime.block_on(sandbox.client().create_pre_auth_token(&request)).unwrap();
    let logged = runtime.block_on(sandbox.controls().requests().list(&Default::default())).unwrap();
    assert_eq!(logged.len(), 1, "a sandbox sees no request of another one");
    assert_eq!(token.token.as_str().len(), 32);
    let urls = [sandbox.base_url(), sandbox.backup_url(), sandbox.operations_url()];
    let addresses = urls.map(|url| url.strip_prefix("http://").unwrap().parse().unwrap());
    (addresses.to_vec(), act(&sandbox, &runtime))
}

/// Set in the process that has the sandboxes.
const INSIDE: &str = "RUHUI_SANDBOX_TEST_INSIDE";

/// Runs in a process of its own, whose current folder and folder for temporary files show that no file is left.
#[test]
fn fifty_at_once_share_nothing_and_leave_nothing() {
    if std::env::var_os(INSIDE).is_some() {
        return fifty_at_once();
    }
    let folder = tempfile::tempdir().unwrap();
    let mut process = std::process::Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "fifty_at_once_share_nothing_and_leave_nothing", "--nocapture"]);
    process.env(INSIDE, "1").env("TMPDIR", folder.path()).env("HOME", folder.path());
    assert!(process.current_dir(folder.path()).status().unwrap().success());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file is left");
}

fn fifty_at_once() {
    // The first one initialises what the process keeps: the runtime's signals, the random source.
    drop(with_a_token(|_, _| ()));
    let before = Usage::now();

    let all_serve = std::sync::Arc::new(std::sync::Barrier::new(SANDBOXES));
    let started: Vec<JoinHandle<_>> = (0..SANDBOXES)
        .map(|_| {
            let all_serve = all_serve.clone();
            std::thread::spawn(move || {
                with_a_token(|_, _| {
                    // No sandbox stops before all have given a token and have been counted.
                    all_serve.wait();
                    let during = Usage::now();
                    all_serve.wait();
                    during
                })
            })
        })
        .collect();
    let ended: Vec<_> = started.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(ended.iter().all(|(_, during)| during.threads >= before.threads + SANDBOXES), "{ended:?}");
    let mut ports: Vec<SocketAddr> = ended.into_iter().flat_map(|(addresses, _)| addresses).collect();
    let distinct: BTreeSet<_> = ports.iter().collect();
    assert_eq!(distinct.len(), 3 * SANDBOXES);

    // A panic of the test drops the sandbox.
    let mut of_panic = Vec::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        with_a_token(|sandbox, _| {
            of_panic.extend([sandbox.base_url(), sandbox.operations_url()].map(str::to_owned));
            panic!("as a failing assertion does");
        })
    }));
    assert!(panicked.is_err());
    ports.extend(
        of_panic.iter().map(|url| url.strip_prefix("http://").unwrap().parse::<SocketAddr>().unwrap()),
    );

    for address in ports {
        let error = TcpStream::connect(address).expect_err("the port is closed");
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused, "{address}");
    }
    before.is_reached_again();
}

/// The threads and open files of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Usage {
    threads: usize,
    files: usize,
}

impl Usage {
    fn now() -> Self {
        let number = |folder: &str| std::fs::read_dir(folder).unwrap().count();
        Self { threads: number("/proc/self/task"), files: number("/proc/self/fd") }
    }

    /// Waits for the moment until the system has removed threads that have ended. There may be fewer than before: a thread
    /// of the first sandbox may have been ending when they were counted.
    #[allow(clippy::disallowed_methods, reason = "no clock of a sandbox is concerned")]
    fn is_reached_again(self) {
        let began = Instant::now();
        loop {
            let now = Self::now();
            if now.threads <= self.threads && now.files <= self.files {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(5), "before {self:?}, after {now:?}");
            std::thread::yield_now();
        }
    }
}
