//! Tests of a sandbox without a folder, as a test suite in any language starts it.

use crate::running::*;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Lines};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

/// A temporary sandbox. Dropping it kills the process.
struct Temporary {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    shown: Value,
}

impl Temporary {
    fn start(here: &Path, options: &[&str]) -> Self {
        let arguments = [&["sandbox", "--store", "memory", "-o", "json"], options].concat();
        let folder = here.join("tmp");
        fs::create_dir_all(&folder).unwrap();
        let mut command = ruhui(here, &arguments);
        command.env("TMPDIR", folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let shown = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        Self { process, lines, shown }
    }

    /// Waits for the end of a process that has been told to stop, and checks that it has left nothing.
    fn leaves_nothing(&mut self, here: &Path) {
        assert_eq!(self.process.wait().unwrap().code(), Some(0));
        assert!(self.lines.next().is_none(), "one line is all that is printed for programs");
        let main = self.shown["main"].as_str().unwrap().strip_prefix("http://").unwrap();
        assert!(TcpStream::connect(main).is_err());
        assert_eq!(fs::read_dir(here.join("tmp")).unwrap().count(), 0);
        let left = fs::read_dir(here).unwrap().map(|entry| entry.unwrap().file_name());
        let mut left: Vec<_> = left.filter(|name| name != ".git").collect();
        left.sort();
        assert_eq!(left, ["tmp"]);
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn it_stops_when_stdin_is_closed_and_leaves_nothing() {
    let place = place();
    let mut sandbox = Temporary::start(place.path(), &["--ports", "0", "--until-stdin-closes"]);
    let shown = sandbox.shown.clone();
    let kit = Path::new(shown["kit"].as_str().unwrap());
    assert!(kit.join("kit.env").is_file() && kit.join("apiclient_key.pem").is_file());
    assert_eq!(shown["config"], Value::Null);
    assert_eq!(shown["variables"]["RUHUI_BASE_URL"], shown["main"]);

    let said = say(place.path(), &["token", "--kit", kit.to_str().unwrap(), "-o", "json"]);
    assert_eq!(said.json()["token"].as_str().unwrap().len(), 32);
    let reset = say(place.path(), &["sandbox", "reset", "--kit", kit.to_str().unwrap(), "-o", "json"]);
    assert_eq!(reset.json()["records"]["tokens"], 0);

    drop(sandbox.process.stdin.take());
    sandbox.leaves_nothing(place.path());
}

/// Without the option, a program that closes the sandbox's stdin does not stop it.
#[test]
fn a_signal_stops_it_and_closed_stdin_alone_does_not() {
    let place = place();
    let mut sandbox = Temporary::start(place.path(), &["--ports", "0"]);
    drop(sandbox.process.stdin.take());
    let operations = sandbox.shown["operations"].as_str().unwrap();
    let request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(exchange(operations, request).starts_with("HTTP/1.1 200 "));
    end(&mut sandbox.process, "TERM");
    sandbox.leaves_nothing(place.path());
}

#[test]
fn a_folder_that_is_named_stays() {
    let place = made();
    let mut sandbox =
        Temporary::start(place.path(), &["./ruhui-sandbox", "--ports", "0", "--until-stdin-closes"]);
    let kit = root(&place).join("kit").canonicalize().unwrap();
    assert_eq!(sandbox.shown["kit"], kit.to_str().unwrap());
    assert_eq!(sandbox.shown.get("variables"), None, "its keys are not published");
    drop(sandbox.process.stdin.take());
    assert_eq!(sandbox.process.wait().unwrap().code(), Some(0));
    assert!(kit.join("kit.env").is_file());
}

#[test]
fn callbacks_go_where_the_command_line_says() {
    let place = place();
    let url = "http://127.0.0.1:1/hook";
    let sandbox = Temporary::start(place.path(), &["--ports", "0", "--notify-url", url]);
    assert_eq!(sandbox.shown["notify"], url);
    assert_eq!(sandbox.shown["variables"]["RUHUI_NOTIFY_URL"], url);
    let sandbox = Temporary::start(place.path(), &["--ports", "0"]);
    let notify = sandbox.shown["notify"].as_str().unwrap();
    let address = notify.strip_prefix("http://").unwrap().strip_suffix("/notify").unwrap();
    assert!(TcpStream::connect(address).is_err(), "nothing listens there");
    let said = say(place.path(), &["sandbox", "--store", "memory", "--notify-url", "nowhere"]);
    assert_eq!(said.status, Some(2), "{said:?}");
}
