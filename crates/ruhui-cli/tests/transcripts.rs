//! Tests of the tool's exact output: the transcripts in `tests/cmd`, over the keys and known answers of
//! `vectors/`.
//!
//! A `.trycmd` file shows `\` as `/`. Output that contains one has a `.toml` and a `.stdout`, exact to the
//! byte.
//!
//! `TRYCMD=overwrite cargo test -p ruhui-cli --test transcripts` writes them again.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

use ruhui::key::PrivateKey;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file that exists only in the folder of [`furnish`].
const MARK: &str = "requests/good.http";

/// trycmd passes on the folder and the environment of its process, so it runs in a child process: without a
/// nearby sandbox, settings, a profile or a locale, except those that the transcripts set.
#[test]
fn transcripts() {
    if Path::new(MARK).is_file() {
        return run();
    }
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "transcripts", "--nocapture"]);
    command.args(std::env::args().filter(|argument| argument.starts_with("trycmd=")));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("RUHUI_") || text.starts_with("LC_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("LANG", "C.UTF-8")
        .env("COLUMNS", "100");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd");
    let cases = trycmd::TestCases::new();
    cases.register_bin("ruhui", Path::new(env!("CARGO_BIN_EXE_ruhui")));
    cases.case(folder.join("*.trycmd")).case(folder.join("*/*.toml"));
}

/// Fills the folder in which the transcripts are run.
fn furnish(folder: &Path) {
    let write = |name: &str, text: &[u8]| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    // The search for a nearby sandbox ends here.
    write(".git/HEAD", b"");
    for folder in ["keys", "keys-as-found"] {
        for key in fs::read_dir(vectors(folder)).unwrap() {
            let path = key.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            write(&format!("{folder}/{name}"), &fs::read(&path).unwrap());
        }
    }
    write("body.json", founding("body").as_bytes());
    for (name, request) in requests() {
        write(&format!("requests/{name}.http"), request.as_bytes());
    }
    let response = response("public-key");
    write("responses/good.http", response.as_bytes());
    write("responses/tampered.http", response.replace("17:00:01", "18:00:01").as_bytes());
    write("responses/unknown-serial.http", response.replace("PUB_KEY_ID_01", "PUB_KEY_ID_02").as_bytes());
    write("responses/unsigned.http", b"HTTP/1.1 502 Bad Gateway\nContent-Type: text/html\n\n<html>");
    write("responses/brand.http", self::response("brand-scheme").as_bytes());
    write("responses/certificate.http", self::response("platform-certificate").as_bytes());

    for (name, material) in pasted() {
        write(&format!("pasted/{name}"), material.as_bytes());
    }

    write("merchant/kit.env", include_bytes!("fixtures/merchant.env"));
    write("sandbox/kit/kit.env", include_bytes!("fixtures/sandbox.env"));
    let over_tls = include_str!("fixtures/sandbox.env").replace("http://", "https://");
    let ca = "RUHUI_CA_CERTIFICATE='/srv/sandbox/kit/ca.pem'\n";
    write("tls/kit/kit.env", (over_tls + ca).as_bytes());
    write(".config/ruhui/profiles.toml", include_bytes!("fixtures/profiles.toml"));
    write("data/.keep", b"");
    drop(ruhui_server::store::SqliteStore::open(folder.join("data/ruhui.db")).unwrap());
    write("data/notes.txt", b"not a store, and long enough to have had a header of its own, if it were one");
    write(
        "secret.toml",
        b"[secret]\nmchid = \"1\"\nserial_no = \"AB\"\nprivate_key = \"kgwggSjAgEAAoIBAQC7aVJTUt9Us8cKj\"\n",
    );
    write("broken.toml", b"[shop]\nmchid = \"1900000001\"\nprivate_key = \"unfinished\n");
}

fn vectors(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors").join(name)
}

/// Returns a field of the vector `sign/founding-call`.
fn founding(field: &str) -> String {
    let request = fs::read(vectors("sign/founding-call/request.json")).unwrap();
    serde_json::from_slice::<Value>(&request).unwrap()[field].as_str().unwrap().to_owned()
}

/// Returns the request of `sign/founding-call` as it went over the wire, once correct and then with one
/// mistake each.
fn requests() -> Vec<(&'static str, String)> {
    let [timestamp, body] = ["timestamp", "body"].map(founding);
    let lines = ["POST", &founding("target"), &timestamp, &founding("nonce_str"), &body].join("\n");
    let right = format!("{lines}\n");
    let milliseconds = format!("{timestamp}000");
    let python = body.replace(':', ": ").replace(',', ", ");
    vec![
        ("good", request("merchant_key", &right, &timestamp)),
        ("last-line-feed-missing", request("merchant_key", &lines, &timestamp)),
        ("body-serialised-twice", request("merchant_key", &right.replace(&body, &python), &timestamp)),
        ("wrong-key", request("platform_key", &right, &timestamp)),
        ("milliseconds", request("merchant_key", &right.replace(&timestamp, &milliseconds), &milliseconds)),
    ]
}

/// Returns the request and a response in other formats, and files that are not HTTP messages.
fn pasted() -> Vec<(&'static str, String)> {
    let good = requests().into_iter().find(|(name, _)| *name == "good").unwrap().1;
    let header = good.lines().find(|line| line.starts_with("Authorization: ")).unwrap().to_owned();
    let of_curl = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ruhui-core/tests/captures");
        fs::read_to_string(folder.join(name)).unwrap()
    };
    let url = format!("https://api.mch.weixin.qq.com{}", founding("target"));
    let body = founding("body");
    let callback = response("public-key").replacen("HTTP/1.1 200 OK", "POST /callback HTTP/1.1", 1);
    let okhttp = format!(
        "--> POST {url} http/1.1\nContent-Type: application/json\nAccept: application/json\n{header}\n\n{body}\n--> END POST ({}-byte body)\n",
        body.len()
    );
    let command = format!("curl -X POST {url} -H 'Content-Type: application/json' -H '{header}' -d '{body}'");
    let right = ["POST", &founding("target"), "1750752000", &founding("nonce_str"), &body, ""].join("\n");
    let late = format!(
        "{}\n\nHTTP/1.1 401 Unauthorized\nDate: Tue, 24 Jun 2025 08:20:00 GMT\n\n",
        request("brand_key", &right, "1750752000").replace(&body, "").replacen(
            "\r\n\r\n",
            "\r\nContent-Length: 100\r\n\r\n",
            1
        )
    );
    vec![
        ("curl-v.txt", of_curl("curl-v.txt")),
        ("curl-trace.txt", of_curl("curl-trace.txt")),
        ("curl-proxy.txt", of_curl("curl-i-proxy.txt")),
        ("curl-refused.txt", of_curl("curl-refused.txt")),
        ("curl-command.txt", command.clone()),
        ("curl-form.txt", command.replace(&format!("-d '{body}'"), "-F 'meta={}' -F file=@logo.png")),
        ("okhttp.txt", okhttp),
        ("authorization.txt", header.clone()),
        ("authorization-in-lines.txt", header.replace(',', ",\n    ")),
        ("authorization-cut.txt", header.replace("==\"", "\"").replace("PjGag", "Pj")),
        ("authorization-foreign.txt", header.replace("1900000001", "1900000002")),
        // The response shows the service's clock. The brand's key signed the request.
        ("late.txt", late),
        ("callback.txt", callback),
        ("words.txt", "hello my world\n".to_owned()),
        ("message.txt", format!("POST\n{}\n1750752000\nN\n{body}\n", founding("target"))),
        ("error.json", r#"{"code":"SIGN_ERROR","message":"签名错误"}"#.to_owned()),
        ("page.html", "<!DOCTYPE html>\n<html></html>\n".to_owned()),
        ("nothing.txt", String::new()),
    ]
}

/// Returns the request of `sign/founding-call`, with the signature of `signed` by `key`.
fn request(key: &str, signed: &str, timestamp: &str) -> String {
    let pem = fs::read_to_string(vectors(&format!("keys/{key}.pem"))).unwrap();
    let signature = PrivateKey::from_pem(&pem).unwrap().sign(signed.as_bytes());
    let [target, scheme, caller, serial_no, nonce_str, body] =
        ["target", "scheme", "caller", "serial_no", "nonce_str", "body"].map(founding);
    format!(
        "POST {target} HTTP/1.1\r\n\
         Host: api.mch.weixin.qq.com\r\n\
         User-Agent: curl/8.7.1\r\n\
         Accept: application/json\r\n\
         Content-Type: application/json\r\n\
         Authorization: {scheme} mchid=\"{caller}\",nonce_str=\"{nonce_str}\",signature=\"{signature}\",\
         timestamp=\"{timestamp}\",serial_no=\"{serial_no}\"\r\n\
         \r\n\
         {body}"
    )
}

/// Returns a response of `vectors/response` as `curl -i` prints it.
fn response(name: &str) -> String {
    let read = |file: &str| fs::read_to_string(vectors(&format!("response/{name}/{file}"))).unwrap();
    let headers: Value = serde_json::from_str(&read("headers.json")).unwrap();
    let headers = headers.as_object().unwrap().iter();
    let headers: String =
        headers.map(|(name, value)| format!("{name}: {}\r\n", value.as_str().unwrap())).collect();
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n{}", read("body.txt"))
}
