//! The table `[[faults]]` of `ruhui.toml`: at the start, by a reload and after a reset, and its mistakes.

use crate::common::socket::Wire;
use crate::common::*;
use ruhui_server::config::Config;
use ruhui_server::env::Env;
use ruhui_server::sandbox::{self, Options};
use ruhui_server::start::Addresses;
use ruhui_server::store::StoreLocation;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::sync::oneshot;

/// A sandbox that serves over its folder.
struct Served {
    operations: SocketAddr,
    path: PathBuf,
    _folder: tempfile::TempDir,
    _stop: oneshot::Sender<()>,
}

impl Served {
    async fn start(entries: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = sandbox_folder(folder.path(), entries);
        let any = Some("127.0.0.1:0".parse().unwrap());
        let addresses = Addresses { main: any, backup: any, operations: any, ..Addresses::default() };
        let options = Options { addresses, store: Some(StoreLocation::Memory), ..Options::default() };
        let sandbox = sandbox::open(folder.path(), Env::system(), options).await.unwrap();
        let url = sandbox.kit().value("RUHUI_OPERATIONS_URL").unwrap().to_owned();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(sandbox.run(async {
            let _ = stopped.await;
        }));
        let operations = url.strip_prefix("http://").unwrap().parse().unwrap();
        Self { operations, path, _folder: folder, _stop: stop }
    }

    async fn control(&self, method: &str, target: &str, body: &str) -> (u16, Value) {
        let mut wire = Wire::to(self.operations).await;
        let length = body.len();
        wire.write(format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: en\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
        .await;
        let response = wire.response().await;
        (response.status, serde_json::from_str(&response.body).unwrap())
    }

    /// Ids, faults and sources of the rules.
    async fn rules(&self) -> Vec<String> {
        let (_, listed) = self.control("GET", "/sandbox/faults", "").await;
        let word = |rule: &Value, name: &str| rule[name].as_str().unwrap().to_owned();
        let rules = listed["data"].as_array().unwrap().iter();
        rules.map(|rule| ["id", "fault", "source"].map(|name| word(rule, name)).join(" ")).collect()
    }

    fn edit(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(&self.path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&self.path, text.replacen(from, to, 1)).unwrap();
    }
}

const TWO: &str = "\n[[faults]]\nfault = \"reset\"\nprobability = 0.25\nseed = 3\n\n[[faults]]\nfault = \"close\"\nnth = 99\n";

#[tokio::test]
async fn rules_of_the_file_are_in_force_until_it_changes_and_come_back() {
    let served = Served::start(TWO).await;
    assert_eq!(served.rules().await, ["f1 reset ruhui.toml", "f2 close ruhui.toml"]);
    served.control("POST", "/sandbox/faults", r#"{"fault":"cut"}"#).await;
    served.control("DELETE", "/sandbox/faults/f2", "").await;
    let (_, reloaded) = served.control("POST", "/sandbox/reload", "{}").await;
    assert_eq!(reloaded["changes"], json!([]));
    assert_eq!(served.rules().await, ["f1 reset ruhui.toml", "f3 cut api"], "nothing has changed");

    served.edit("seed = 3", "seed = 4");
    let (_, reloaded) = served.control("POST", "/sandbox/reload", "{}").await;
    assert_eq!(reloaded["changes"], json!([{ "key": "faults[0]", "change": "edited" }]));
    assert_eq!(served.rules().await, ["f3 cut api", "f4 reset ruhui.toml", "f5 close ruhui.toml"]);

    served.control("DELETE", "/sandbox/faults", "").await;
    let (status, _) = served.control("POST", "/sandbox/reset", "{}").await;
    assert_eq!(status, 200);
    assert_eq!(served.rules().await, ["f6 reset ruhui.toml", "f7 close ruhui.toml"]);

    served.edit("fault = \"close\"", "fault = \"closed\"");
    let (status, error) = served.control("POST", "/sandbox/reload", "{}").await;
    assert_eq!((status, &error["detail"]["key"]), (409, &json!("faults[1].fault")));
    assert_eq!(served.rules().await.len(), 2, "a mistake changes nothing");
}

#[test]
fn a_mistake_in_a_rule_is_named_with_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    for (entry, line, key, says) in [
        ("fault = \"forged\"\nat = \"after\"", 3, "faults[0].at", "always happens after the commit"),
        ("times = 1\nfault = \"delay\"", 1, "faults[0].delay_ms", "`delay` needs it"),
        ("fault = \"reset\"\ntims = 1", 3, "faults[0].tims", "did you mean `times`"),
        ("fault = \"resett\"", 2, "faults[0].fault", "did you mean `reset`"),
        ("fault = \"reset\"\nprobability = 2", 3, "faults[0].probability", "from 0 to 1"),
    ] {
        let path = sandbox_folder(folder.path(), &format!("\n[[faults]]\n{entry}\n"));
        let before = std::fs::read_to_string(&path).unwrap();
        let first = before.lines().position(|line| line == "[[faults]]").unwrap() + 1;
        let error = Config::load(&path).map(drop).unwrap_err();
        let found = error.line.map(|line| line + 1 - first);
        assert_eq!((found, error.key.as_deref()), (Some(line), Some(key)), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let path = sandbox_folder(folder.path(), "\n[[faults]]\nfault = \"reset\"\n");
    let text = std::fs::read_to_string(&path).unwrap().replace("sandbox = true", "sandbox = false");
    std::fs::write(&path, text).unwrap();
    let error = Config::load(&path).map(drop).unwrap_err();
    assert!(error.to_string().contains("only a sandbox"), "{error}");
}
