//! Tests of a sandbox's folder: its ports, its lock, a file that is edited while it runs, and a kit that is moved.

use crate::running::*;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A sandbox with its own choice of ports, started with `-o json`. Dropping it kills the process.
struct WithPorts {
    process: Child,
    shown: serde_json::Value,
}

impl WithPorts {
    fn start(here: &Path, options: &[&str]) -> Self {
        let log = fs::File::create(here.join(LOG)).unwrap();
        let arguments = [&["sandbox", "-o", "json"], options].concat();
        let mut process = ruhui(here, &arguments).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut text = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut text).unwrap();
        let shown = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{text}{}", fs::read_to_string(here.join(LOG)).unwrap()));
        Self { process, shown }
    }

    fn urls(&self) -> Vec<String> {
        ["main", "backup", "operations", "notify"]
            .map(|name| self.shown[name].as_str().unwrap().to_owned())
            .to_vec()
    }

    fn stop(mut self) {
        assert_eq!(end(&mut self.process, "TERM").code(), Some(0));
    }
}

impl Drop for WithPorts {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn log(here: &Path) -> String {
    fs::read_to_string(here.join(LOG)).unwrap()
}

/// Waits until the log of a running sandbox has a text.
fn wait_for_log(here: &Path, text: &str) {
    let is_there = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        log(here).contains(text)
    });
    assert!(is_there, "no `{text}` in: {}", log(here));
}

/// Returns the first of four free ports in a row, below the range from which systems choose ports.
fn four_in_a_row() -> u16 {
    let start = u16::try_from(std::process::id() % 2000).unwrap();
    let mut candidates = (0..2000).map(|further| 20_000 + (start + further) % 2000 * 4);
    let is_free =
        |first: &u16| (0..4).all(|further| TcpListener::bind(("127.0.0.1", first + further)).is_ok());
    candidates.find(is_free).unwrap()
}

#[test]
fn ports_in_a_row_are_kept_in_a_new_folder_and_hold_for_one_start_of_an_old_one() {
    let place = place();
    let first = four_in_a_row();
    let sandbox = WithPorts::start(place.path(), &["--ports", &first.to_string()]);
    let url = |further: u16| format!("http://127.0.0.1:{}", first + further);
    let urls = vec![url(0), url(1), url(2), url(3) + "/notify"];
    assert_eq!(sandbox.urls(), urls);
    assert_eq!(log(place.path()), "", "a new file has these ports, so there is nothing to say");
    say(place.path(), &["token"]).good();
    sandbox.stop();

    let sandbox = WithPorts::start(place.path(), &[]);
    assert_eq!(sandbox.urls(), urls, "a second start has the same ports");
    sandbox.stop();

    let sandbox = WithPorts::start(place.path(), &["--ports", "0"]);
    let said = "--ports holds for this start: ./ruhui-sandbox/ruhui.toml has other values of `main`, `backup`, \
                `operations` and `notify_url`; change them there to keep the ports\n";
    assert_eq!(log(place.path()), said);
    assert!(sandbox.urls().iter().zip(&urls).all(|(now, then)| now != then));
    say(place.path(), &["token"]).good();
    sandbox.stop();
}

#[test]
fn free_ports_are_printed_and_kept_in_a_new_folder() {
    let place = place();
    let sandbox = WithPorts::start(place.path(), &["--ports", "0"]);
    let urls = sandbox.urls();
    let kit = kit(&root(&place));
    assert_eq!([&urls[0], &urls[3]], [&kit["RUHUI_BASE_URL"], &kit["RUHUI_NOTIFY_URL"]]);
    let text = fs::read_to_string(root(&place).join("ruhui.toml")).unwrap();
    for (key, url) in ["main", "backup", "operations"].iter().zip(&urls) {
        let address = url.strip_prefix("http://").unwrap();
        assert!(text.contains(&format!("{key} = \"{address}\"")), "{text}");
    }
    assert!(text.contains(&format!("notify_url = \"{}\"", urls[3])), "{text}");
    sandbox.stop();
}

/// Returns the status with which the controls respond to a request that names `host`.
fn status_for(operations: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(operations.strip_prefix("http://").unwrap()).unwrap();
    write!(stream, "GET /sandbox/clock HTTP/1.1\r\nHost: {host}:7082\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn ports_leave_a_given_url_of_callbacks_and_a_given_ip_address() {
    let place = place();
    let url = "http://127.0.0.1:9/elsewhere";
    let options =
        ["--ports", "0", "--notify-url", url, "--bind", "0.0.0.0", "--control-hosts", "sandbox,other"];
    let sandbox = WithPorts::start(place.path(), &options);
    let urls = sandbox.urls();
    assert_eq!(urls[3], url);
    assert_eq!(log(place.path()), "", "a new file has the ports, and the URL is none of them");
    // Every address of 127.0.0.0/8 is loopback, and 0.0.0.0 listens on all of them.
    for of_listener in &urls[..3] {
        let port = of_listener.strip_prefix("http://127.0.0.1:").unwrap();
        assert!(TcpStream::connect(format!("127.0.0.2:{port}")).is_ok(), "{of_listener}");
    }
    for (host, status) in [("sandbox", "200"), ("other", "200"), ("evil.example", "403")] {
        assert_eq!(status_for(&urls[2], host), status, "{host}");
    }
    say(place.path(), &["token"]).good();
    sandbox.stop();

    let sandbox = WithPorts::start(place.path(), &["--main", "127.0.0.1:0", "--bind", "127.0.0.2"]);
    let urls = sandbox.urls();
    assert!(
        urls[0].starts_with("http://127.0.0.1:"),
        "a whole address goes before the IP address: {}",
        urls[0]
    );
    assert!(urls[1].starts_with("http://127.0.0.2:"), "the port is that of the file: {}", urls[1]);
    sandbox.stop();
}

#[test]
fn ports_that_are_not_five_in_a_row_are_wrong_usage() {
    let place = place();
    for (arguments, said) in [
        (&["--ports", "65532"][..], "it must be 0, or a port from 1 to 65531"),
        (&["--ports", "7280", "--main", "127.0.0.1:7080"], "--main"),
    ] {
        let output = say(place.path(), &[&["sandbox"], arguments].concat());
        assert!(output.status == Some(2) && output.stderr.contains(said), "{output:?}");
    }
    assert!(!root(&place).exists());
}

#[test]
fn a_second_sandbox_names_the_first_and_leaves_its_kit() {
    let place = made();
    let mut sandbox = Running::start(place.path(), &["--store", "memory"]);
    let kit = fs::read(root(&place).join("kit/kit.env")).unwrap();
    let arguments = [&["sandbox", "ruhui-sandbox", "--store", "memory"], &ANYWHERE[..]].concat();
    let error = say(place.path(), &arguments).error();
    for part in [sandbox.value("RUHUI_BASE_URL"), sandbox.value("RUHUI_OPERATIONS_URL"), "is running at "] {
        assert!(error.contains(part), "{error}");
    }
    let chinese = say(place.path(), &[&["--lang", "zh"], &arguments[..]].concat());
    assert!(chinese.stderr.contains("上已有沙箱在运行"), "{chinese:?}");
    assert_eq!(fs::read(root(&place).join("kit/kit.env")).unwrap(), kit);
    say(place.path(), &["token"]).good();

    // The lock of a killed process is gone with it.
    sandbox.end("KILL");
    Running::start(place.path(), &["--store", "memory"]).stop();
}

#[test]
fn an_edited_file_is_applied_and_a_mistake_is_reported_once() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    edit(&place, "unknown_openids = \"accept\"", "unknown_openids = \"perhaps\"");
    wait_for_log(place.path(), "`service.unknown_openids`: `perhaps` is not a value of it");
    let newcomer = ["token", "--openid", "oNewcomer0000000000000000000"];
    say(place.path(), &newcomer).good();

    edit(&place, "unknown_openids = \"perhaps\"", "unknown_openids = \"reject\"");
    wait_for_log(place.path(), "ruhui.toml was applied: service.unknown_openids (edited)");
    assert!(say(place.path(), &newcomer).error().contains(": the openid is invalid"));
    assert_eq!(
        log(place.path()).matches("`perhaps` is not a value of it").count(),
        1,
        "{}",
        log(place.path())
    );
    sandbox.stop();
}

#[test]
fn a_configuration_with_other_keys_than_the_kits_is_reported() {
    let place = made();
    edit(&place, "private_key = \"platform/wxp_key.pem\"", "private_key = \"platform/brand_wxp_key.pem\"");
    edit(&place, "apiv3_key = \"kit/apiv3_key.txt\"", "apiv3_key = \"kit/brand_api_key.txt\"");
    // The first token cannot be verified, so the start ends with that error.
    let said = Running::try_start(place.path(), "ruhui-sandbox", &[], &[]).map(Running::stop).unwrap_err();
    for part in [
        "`private_key` of [platform.partner] in ruhui.toml does not belong to kit/wxp_pub.pem",
        "[[merchants]] 1900000001 in ruhui.toml has another key than kit/apiv3_key.txt",
    ] {
        assert!(said.contains(part), "no `{part}` in: {said}");
    }
}

/// A kit works wherever its folder is: with the tool, and in the shells that load `kit.env`.
#[test]
fn a_kit_that_was_moved_or_copied_works() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let elsewhere = crate::running::place();
    let copy = elsewhere.path().join("the kit");
    fs::create_dir(&copy).unwrap();
    for entry in fs::read_dir(root(&place).join("kit")).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
    }
    let alone = elsewhere.path().join("alone");
    fs::create_dir(&alone).unwrap();
    fs::copy(copy.join("kit.env"), alone.join("kit.env")).unwrap();
    // The original is out of reach.
    fs::rename(root(&place).join("kit"), place.path().join("away")).unwrap();

    for folder in [&copy, &alone] {
        let folder = folder.to_str().unwrap();
        for family in ["partner", "brand"] {
            say(elsewhere.path(), &["token", "--family", family, "--kit", folder]).good();
        }
        for shell in ["sh", "bash", "zsh"] {
            let line =
                format!("set -a; . '{folder}/kit.env'; set +a; exec '{}' token", env!("CARGO_BIN_EXE_ruhui"));
            if let Ok(output) = Command::new(shell).args(["-c", &line]).current_dir("/").output() {
                assert!(output.status.success(), "{shell}: {output:?}");
            }
        }
    }
    let program = say(elsewhere.path(), &["kit", "--for", "python", "--kit", copy.to_str().unwrap()]).good();
    let path = copy.canonicalize().unwrap().join("apiclient_key.pem");
    assert!(program.contains(&format!("open(\"{}\")", path.display())), "{program}");
    let error = say(elsewhere.path(), &["kit", "--for", "python", "--kit", alone.to_str().unwrap()]).error();
    assert!(error.contains("apiclient_key.pem, and a kit.env alone has no files"), "{error}");
    fs::rename(place.path().join("away"), root(&place).join("kit")).unwrap();
    sandbox.stop();
}

/// Without an address, `ruhui listen` listens where the sandbox sends callbacks.
#[test]
fn the_listener_takes_the_kits_address() {
    let place = place();
    let sandbox = WithPorts::start(place.path(), &["--ports", "0"]);
    let notify = sandbox.urls()[3].clone();
    let url = notify.strip_suffix("notify").unwrap();
    let elsewhere = crate::running::place();
    let mut with_variables = ruhui(elsewhere.path(), &["listen"]);
    with_variables.envs(kit(&root(&place)));
    for mut command in [ruhui(place.path(), &["listen"]), with_variables] {
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut greeting = String::new();
        BufReader::new(process.stderr.take().unwrap()).read_line(&mut greeting).unwrap();
        let _ = process.kill();
        let _ = process.wait();
        assert!(greeting.starts_with(&format!("listening on {url} for the callbacks of ")), "{greeting}");
    }
    sandbox.stop();
}
