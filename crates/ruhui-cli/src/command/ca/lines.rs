//! The lines of a shell that make a runtime trust the CA of a sandbox and use its proxy, and those that undo it.

use crate::cli::Runtime;
use crate::output::quoted;
use ruhui_core::bilingual::Bilingual;
use std::path::Path;

/// Lines of a shell, with notes on them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) set: Vec<String>,
    pub(super) undo: Vec<String>,
    pub(super) notes: Vec<Bilingual>,
}

/// The files and the proxy of a sandbox.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The kit's folder, as an absolute path. Files that the lines make are in it.
    pub(super) folder: &'a Path,
    pub(super) proxy: Option<&'a str>,
}

/// Hosts that a program reaches without the proxy.
const NO_PROXY: &str = "localhost,127.0.0.1,::1";

impl Lines {
    pub(super) fn of(runtime: Runtime, place: Place<'_>) -> Self {
        let mut lines = Self::default();
        match runtime {
            Runtime::Go => {
                lines.export("SSL_CERT_FILE", &place.ca());
                lines.proxy(place);
                lines.note(
                    "a transport of your own uses the proxy if it has `Proxy: http.ProxyFromEnvironment`",
                    "自定义的 Transport 须设置 `Proxy: http.ProxyFromEnvironment` 才会使用代理",
                );
            }
            Runtime::Java => lines.java(place),
            Runtime::Node => lines.node(place),
            Runtime::Python => {
                lines.export("REQUESTS_CA_BUNDLE", &place.ca());
                lines.export("SSL_CERT_FILE", &place.ca());
                lines.proxy(place);
                lines.only_this_ca();
            }
            Runtime::Php => lines.php(place),
            Runtime::Dotnet => {
                lines.export("SSL_CERT_FILE", &place.ca());
                lines.proxy(place);
                lines
                    .note("on Linux; these lines were not run in CI", "适用于 Linux；这些命令未在 CI 中运行");
            }
            Runtime::Curl => {
                lines.export("CURL_CA_BUNDLE", &place.ca());
                lines.proxy(place);
                lines.only_this_ca();
            }
            Runtime::Rust => {
                lines.export("SSL_CERT_FILE", &place.ca());
                lines.proxy(place);
                lines.only_this_ca();
                lines.note(
                    "a program with the CAs of the crate webpki-roots reads no variable: pass it the file",
                    "使用 webpki-roots 内置 CA 的程序不读取该环境变量，须在代码中加载该文件",
                );
            }
            Runtime::Debian => lines.debian(place),
        }
        lines
    }

    /// Sets a variable.
    fn export(&mut self, name: &str, value: &str) {
        self.set.push(format!("export {name}={}", quoted(value)));
        self.undo.push(format!("unset {name}"));
    }

    /// Sets the variables of the proxy. Programs differ in the case that they read.
    fn proxy(&mut self, Place { proxy, .. }: Place<'_>) {
        let Some(proxy) = proxy else { return };
        for (name, value) in [("HTTPS_PROXY", proxy), ("NO_PROXY", NO_PROXY)] {
            let (lower, value) = (name.to_lowercase(), quoted(value));
            self.set.push(format!("export {name}={value} {lower}={value}"));
            self.undo.push(format!("unset {name} {lower}"));
        }
        self.note(
            "the proxy rejects other hosts: add those that your program needs to NO_PROXY",
            "代理会拒绝其他域名：程序需要访问的其他域名请加入 NO_PROXY",
        );
    }

    /// Writes a file. The lines that undo it delete the file.
    fn write(&mut self, path: &str, text: &str) {
        let path = quoted(path);
        self.set.push(format!("cat > {path} <<'RUHUI'\n{}\nRUHUI", text.trim_end()));
        self.undo.push(format!("rm -f {path}"));
    }

    fn note(&mut self, en: &'static str, zh: &'static str) {
        self.notes.push(Bilingual::new(en, zh));
    }

    fn only_this_ca(&mut self) {
        self.note(
            "these programs trust no other CA as long as the variable is set",
            "设置期间这些程序只信任该 CA，不再信任其他 CA",
        );
    }

    fn java(&mut self, place: Place<'_>) {
        let store = place.file("java-truststore");
        let shown = quoted(&store);
        self.set
            .push(r#"java_home="$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")""#.to_owned());
        self.set.push(format!(r#"cp "$java_home/lib/security/cacerts" {shown}"#));
        self.set.push(format!(
            r#""$java_home/bin/keytool" -importcert -noprompt -alias ruhui-sandbox -file {} -keystore {shown} -storepass changeit"#,
            quoted(&place.ca())
        ));
        self.undo.push(format!("rm -f {shown}"));
        let mut options =
            format!("-Djavax.net.ssl.trustStore='{store}' -Djavax.net.ssl.trustStorePassword=changeit");
        if let Some((host, port)) = place.proxy_parts() {
            options += &format!(" -Dhttps.proxyHost={host} -Dhttps.proxyPort={port}");
        }
        self.export("JAVA_TOOL_OPTIONS", &options);
        self.note(
            "the trust store is a copy; that of the JDK stays as it is",
            "信任库是一份副本，JDK 自带的信任库保持不变",
        );
        self.note(
            "Apache HttpClient reads these options after `useSystemProperties()`",
            "Apache HttpClient 须调用 `useSystemProperties()` 才会读取这些参数",
        );
    }

    fn node(&mut self, place: Place<'_>) {
        self.export("NODE_EXTRA_CA_CERTS", &place.ca());
        let Some(proxy) = place.proxy else { return };
        let script = place.file("node-proxy.cjs");
        self.write(&script, &include_str!("node-proxy.cjs").replace("@PROXY@", proxy));
        self.export("NODE_OPTIONS", &format!("--require \"{script}\""));
        self.note(
            "the script is for WeChat Pay's hosts only; HTTPS_PROXY is left alone, since axios would send its requests \
             unencrypted to it",
            "该脚本只处理微信支付域名；不设置 HTTPS_PROXY，因为 axios 会将请求以明文发往该代理",
        );
    }

    fn php(&mut self, place: Place<'_>) {
        let folder = place.file("php");
        let (settings, prepended) = (format!("{folder}/ruhui.ini"), format!("{folder}/proxy.php"));
        let (ca, shown) = (place.ca(), quoted(&folder));
        let mut text = format!("openssl.cafile = \"{ca}\"\ncurl.cainfo = \"{ca}\"\n");
        self.set.push(format!("mkdir -p {shown}"));
        if let Some((host, port)) = place.proxy_parts() {
            text += &format!("auto_prepend_file = \"{prepended}\"\n");
            let script =
                format!("<?php stream_context_set_default(['http' => ['proxy' => 'tcp://{host}:{port}']]);");
            self.write(&prepended, &script);
        }
        self.write(&settings, &text);
        self.undo.push(format!("rmdir {shown}"));
        // The empty first element stands for PHP's own folder.
        self.export("PHP_INI_SCAN_DIR", &format!(":{folder}"));
        self.proxy(place);
        self.note(
            "a stream context of your own needs the proxy itself; curl and Guzzle read HTTPS_PROXY",
            "自定义的流上下文（context）须自行设置代理；curl 与 Guzzle 会读取 HTTPS_PROXY",
        );
        self.note(
            "PHP-FPM needs the variables in its service, and a restart",
            "PHP-FPM 须在其服务中设置这些环境变量并重启",
        );
        self.only_this_ca();
    }

    fn debian(&mut self, place: Place<'_>) {
        const FILE: &str = "/usr/local/share/ca-certificates/ruhui-sandbox.crt";
        const JAVA_HOOK: &str = "/etc/ca-certificates/update.d/jks-keystore";
        let sudo = r#"sudo="$([ "$(id -u)" = 0 ] || echo sudo)""#;
        self.set.extend([
            sudo.to_owned(),
            format!("$sudo cp {} {FILE}", quoted(&place.ca())),
            "$sudo update-ca-certificates".to_owned(),
        ]);
        self.undo.extend([
            sudo.to_owned(),
            format!("$sudo rm -f {FILE}"),
            "$sudo update-ca-certificates --fresh".to_owned(),
            // Java's copy of the store learns of additions only.
            format!("[ ! -x {JAVA_HOOK} ] || echo -/etc/ssl/certs/ruhui-sandbox.pem | $sudo {JAVA_HOOK}"),
        ]);
        self.proxy(place);
        self.note(
            "the lines change the trust store of this machine for all its users, until they are undone",
            "这些命令会更改本机的系统信任库，对所有用户生效，直到撤销为止",
        );
    }
}

impl<'a> Place<'a> {
    /// Returns the path of a file in the kit.
    fn file(self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn ca(self) -> String {
        self.file("ca.pem")
    }

    /// Returns the host and the port of the proxy.
    fn proxy_parts(self) -> Option<(&'a str, &'a str)> {
        self.proxy?.strip_prefix("http://")?.rsplit_once(':')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;

    #[test]
    fn every_line_is_undone() {
        for proxy in [None, Some("http://127.0.0.1:7084")] {
            let place = Place { folder: Path::new("/a folder/kit"), proxy };
            for runtime in Runtime::value_variants() {
                let Lines { set, undo, notes } = Lines::of(*runtime, place);
                let undo = undo.join("\n");
                for name in set.iter().filter_map(|line| line.strip_prefix("export ")) {
                    let name = name.split('=').next().unwrap();
                    assert!(undo.contains(&format!("unset {name}")), "{runtime:?}: {name}");
                }
                for file in set.iter().filter_map(|line| line.strip_prefix("cat > ")) {
                    let file = file.split(" <<").next().unwrap();
                    assert!(undo.contains(&format!("rm -f {file}")), "{runtime:?}: {file}");
                }
                let text = set.join("\n");
                assert!(
                    text.contains("'/a folder/kit/ca.pem'") || text.contains("\"/a folder/kit/ca.pem\""),
                    "{text}"
                );
                assert_eq!(text.contains("7084"), proxy.is_some(), "{text}");
                assert!(proxy.is_none() || !notes.is_empty(), "{runtime:?}");
            }
        }
    }
}
