//! `ruhui sandbox`: starts it, gets a first token through the SDK over real HTTP, serves until stopped.

use crate::cli::SandboxArguments;
use crate::language::Language;
use crate::output;
use anyhow::Context as _;
use ruhui::api::card_member::{OpenUserCardToken, PreAuthToken};
use ruhui::launch::Launch;
use ruhui::types::{BrandId, CardId, OpenId};
use ruhui_server::env::Env;
use ruhui_server::sandbox::{self, Kit, Options, Sandbox};
use ruhui_server::start::Addresses;
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn run(arguments: SandboxArguments, language: Language) -> anyhow::Result<ExitCode> {
    let SandboxArguments { folder, tls, main, backup, operations } = arguments;
    let options = Options { tls, addresses: Addresses { main, backup, operations } };
    let sandbox = match sandbox::open(&folder, Env::system(), options).await {
        Ok(sandbox) => sandbox,
        Err(error) => anyhow::bail!(language.say(&error)),
    };
    let kit = sandbox.kit().clone();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(serve(sandbox, stopped));
    let first = first_token(&kit).await.context(language.pick("the first token", "获取第一个 token"));
    let code = match first {
        Ok(token) => {
            show(&kit, &token, tls, language);
            super::serve::until_stopped().await;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(error),
    };
    let _ = stop.send(());
    serving.await?;
    code
}

async fn serve(sandbox: Sandbox, stopped: tokio::sync::oneshot::Receiver<()>) {
    let stop = async {
        let _ = stopped.await;
    };
    sandbox.run(stop).await;
}

/// The founding call, as any client would make it with this kit.
async fn first_token(kit: &Kit) -> anyhow::Result<PreAuthToken> {
    let value = |name: &str| kit.value(name).with_context(|| format!("the kit has no {name}"));
    let mut builder = ruhui::Client::partner(
        value("RUHUI_MCHID")?,
        value("RUHUI_SERIAL_NO")?,
        value("RUHUI_PRIVATE_KEY")?,
        value("RUHUI_WECHATPAY_PUBLIC_KEY_ID")?,
        value("RUHUI_WECHATPAY_PUBLIC_KEY")?,
    )?
    .hosts(value("RUHUI_BASE_URL")?, value("RUHUI_BACKUP_URL")?);
    if let Some(ca) = kit.value("RUHUI_CA_CERTIFICATE") {
        builder = builder.ca_certificate(ca);
    }
    let call = OpenUserCardToken {
        brand_id: BrandId::new(value("RUHUI_BRAND_ID")?)?,
        card_id: CardId::new(value("RUHUI_CARD_ID")?)?,
        openid: OpenId::new(value("RUHUI_OPENID")?)?,
    };
    Ok(builder.build()?.create_pre_auth_token(&call).await?)
}

fn show(kit: &Kit, token: &PreAuthToken, tls: bool, language: Language) {
    let value = |name| kit.value(name).unwrap_or_default();
    let launch = Launch::new(token);
    let ready = format!("{}/readyz", value("RUHUI_OPERATIONS_URL"));
    let folder = near(&kit.folder);
    let config = near(&kit.folder.with_file_name("ruhui.toml"));
    output::line(language.pick("A first token, signed and verified:", "第一个 token（已签名并验签）："));
    output::line("");
    output::pairs(&[
        ("token", token.token.as_str()),
        ("expire_time", &token.expire_time.to_string()),
        (language.pick("launch", "拉起参数"), launch.query_string()),
    ]);
    output::line("");
    output::pairs(&[
        (language.pick("main host", "主域名"), value("RUHUI_BASE_URL")),
        (language.pick("backup host", "备域名"), value("RUHUI_BACKUP_URL")),
        (language.pick("ready", "就绪检查"), &ready),
        (language.pick("kit", "商户资料"), &folder),
        (language.pick("config", "配置"), &config),
    ]);
    output::line("");
    let tool = std::env::current_exe().map_or_else(|_| "ruhui".to_owned(), |path| near(&path));
    output::line(&language.pick(
        format!("Next, in another terminal:  {tool} token\nOr from your language:       {tool} kit --for java|go|node|python|php|curl|rust"),
        format!("下一步，在另一个终端执行：  {tool} token\n在您的语言中接入：          {tool} kit --for java|go|node|python|php|curl|rust"),
    ));
    if tls {
        output::line(&language.pick(
            format!("Trust {folder}/ca.pem; it is good for the real host names and loopback only."),
            format!("请信任 {folder}/ca.pem，该 CA 仅对微信支付域名与本机有效。"),
        ));
    }
    output::line(language.pick("Ctrl-C stops the sandbox.", "按 Ctrl-C 停止沙箱。"));
}

/// The path as a person here would type it.
fn near(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    match here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)) {
        Some(relative) => format!("./{}", relative.display()),
        None => path.display().to_string(),
    }
}
