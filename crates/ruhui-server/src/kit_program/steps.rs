//! How a program is saved and run: its file name and the commands.

use super::client::KitClient;
use super::task::Task;

/// The file name of a program, and the commands that run it.
pub(super) struct Steps {
    /// `None` for a program that is pasted into a shell.
    pub(super) file: Option<&'static str>,
    /// Commands that install what the program needs.
    install: &'static [&'static str],
    /// Commands that make the runtime trust the sandbox's authority, for a program that sends requests.
    trust: &'static [&'static str],
    run: &'static str,
    /// `run` over TLS, where that differs.
    run_over_tls: Option<&'static str>,
}

impl Steps {
    /// Returns the commands in their order.
    pub(super) fn commands(&self, is_over_tls: bool) -> Vec<&'static str> {
        let trust = if is_over_tls { self.trust } else { &[] };
        let run = self.run_over_tls.filter(|_| is_over_tls).unwrap_or(self.run);
        let last = (!run.is_empty()).then_some(run);
        self.install.iter().chain(trust).copied().chain(last.into_iter().flat_map(str::lines)).collect()
    }

    const fn of(file: &'static str, run: &'static str) -> Self {
        Self { file: Some(file), install: &[], trust: &[], run, run_over_tls: None }
    }

    const fn after(mut self, install: &'static [&'static str]) -> Self {
        self.install = install;
        self
    }

    const fn over_tls(mut self, trust: &'static [&'static str], run: &'static str) -> Self {
        self.trust = trust;
        self.run_over_tls = Some(run);
        self
    }
}

/// Makes a trust store for Java.
const JAVA_TRUST: &[&str] = &[
    "keytool -importcert -noprompt -alias ruhui -file '{RUHUI_CA_CERTIFICATE}' \\",
    "  -storetype PKCS12 -storepass changeit -keystore ruhui.p12",
];
/// Copies the jars of a Maven project into `lib`.
const JARS: &[&str] = &["mvn dependency:copy-dependencies -DoutputDirectory=lib"];
const AXIOS_PLUGIN: &[&str] = &["npm install wechatpay-axios-plugin"];
const WECHATPAYV3: &[&str] = &["pip install wechatpayv3"];
const WECHATPAY_PHP: &[&str] = &["composer require wechatpay/wechatpay:1.4.12"];
const WECHATPAY_GO: &[&str] =
    &["go mod init first-token", "go get github.com/wechatpay-apiv3/wechatpay-go@v0.2.21"];

/// Returns how the program of a client for a task is run.
pub(super) fn steps(client: KitClient, task: Task) -> Steps {
    match task {
        Task::FirstToken => first_token(client),
        Task::Callbacks => callbacks(client),
    }
}

fn first_token(client: KitClient) -> Steps {
    match client {
        // Java reads a PKCS#12 store as empty if its password is not given.
        KitClient::Java => Steps::of("FirstToken.java", "java FirstToken.java").over_tls(
            JAVA_TRUST,
            "java -Djavax.net.ssl.trustStore=ruhui.p12 \\
  -Djavax.net.ssl.trustStorePassword=changeit FirstToken.java",
        ),
        KitClient::WechatpayJava => java_library(JARS),
        KitClient::WxJava => java_library(JARS),
        KitClient::Go => go(&[]),
        KitClient::WechatpayGo => go(WECHATPAY_GO),
        KitClient::Node => Steps::of("first_token.cjs", "node first_token.cjs")
            .after(AXIOS_PLUGIN)
            .over_tls(&[], "NODE_EXTRA_CA_CERTS='{RUHUI_CA_CERTIFICATE}' node first_token.cjs"),
        KitClient::Python => Steps::of("first_token.py", "python3 first_token.py")
            .after(WECHATPAYV3)
            .over_tls(&[], "REQUESTS_CA_BUNDLE='{RUHUI_CA_CERTIFICATE}' python3 first_token.py"),
        KitClient::Php => Steps::of("first_token.php", "php first_token.php"),
        KitClient::WechatpayPhp => Steps::of("first_token.php", "php first_token.php").after(WECHATPAY_PHP),
        KitClient::Rust => Steps::of("src/main.rs", "cargo run").after(&[
            "cargo add tokio --features macros,rt-multi-thread",
            "cargo add ruhui --path PATH/TO/ruhui/crates/ruhui",
        ]),
        KitClient::Skit => Steps::of("Program.cs", "dotnet run")
            .after(&[
                "dotnet new console",
                "dotnet add package SKIT.FlurlHttpClient.Wechat.TenpayV3 --version 3.16.0",
            ])
            .over_tls(&[], "SSL_CERT_FILE='{RUHUI_CA_CERTIFICATE}' dotnet run"),
        KitClient::Curl => Steps { file: None, install: &[], trust: &[], run: "", run_over_tls: None },
    }
}

fn java_library(install: &'static [&'static str]) -> Steps {
    Steps::of("FirstToken.java", "java -cp 'lib/*' FirstToken.java").after(install).over_tls(
        JAVA_TRUST,
        "java -cp 'lib/*' -Djavax.net.ssl.trustStore=ruhui.p12 \\
  -Djavax.net.ssl.trustStorePassword=changeit FirstToken.java",
    )
}

fn go(install: &'static [&'static str]) -> Steps {
    Steps::of("first_token.go", "go run first_token.go")
        .after(install)
        .over_tls(&[], "SSL_CERT_FILE='{RUHUI_CA_CERTIFICATE}' go run first_token.go")
}

fn callbacks(client: KitClient) -> Steps {
    match client {
        KitClient::Java => Steps::of("Callbacks.java", "java Callbacks.java"),
        KitClient::WechatpayJava | KitClient::WxJava => {
            Steps::of("Callbacks.java", "java -cp 'lib/*' Callbacks.java").after(JARS)
        }
        KitClient::Go => Steps::of("callbacks.go", "go run callbacks.go"),
        KitClient::WechatpayGo => Steps::of("callbacks.go", "go run callbacks.go").after(WECHATPAY_GO),
        KitClient::Node => Steps::of("callbacks.cjs", "node callbacks.cjs").after(AXIOS_PLUGIN),
        KitClient::Python => Steps::of("callbacks.py", "python3 callbacks.py").after(WECHATPAYV3),
        KitClient::Php => Steps::of("callbacks.php", "php -S 127.0.0.1:{RUHUI_NOTIFY_PORT} callbacks.php"),
        KitClient::WechatpayPhp => {
            Steps::of("callbacks.php", "php -S 127.0.0.1:{RUHUI_NOTIFY_PORT} callbacks.php")
                .after(WECHATPAY_PHP)
        }
        KitClient::Rust => Steps::of("src/main.rs", "cargo run").after(&[
            "cargo add tokio --features macros,net,rt-multi-thread",
            "cargo add axum",
            "cargo add ruhui --features axum --path PATH/TO/ruhui/crates/ruhui",
        ]),
        KitClient::Skit => Steps::of("Program.cs", "dotnet run").after(&[
            "dotnet new web",
            "dotnet add package SKIT.FlurlHttpClient.Wechat.TenpayV3 --version 3.16.0",
        ]),
        KitClient::Curl => Steps { file: None, install: &[], trust: &[], run: "", run_over_tls: None },
    }
}
