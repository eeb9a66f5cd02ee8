//! `ruhui call`: sends a request to an endpoint by its name, or to any path, with the SDK's guarantees.

use crate::calls::{self, Description, Drafted};
use crate::cli::{CallArguments, Output, Request, RequestArguments};
use crate::credentials::{CARD_ID, Family, OPENID, Settings};
use crate::failure::{Failed, User, say_if_from_backup};
use crate::fields::{Field, gather};
use crate::language::Language;
use crate::{input, output};
use anyhow::bail;
use http::Method;
use ruhui::Response;
use ruhui::api::card_member::UploadImage;
use ruhui::api::{Brand, EndpointName, Partner};
use ruhui::types::Text;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn run(arguments: CallArguments, language: Language) -> anyhow::Result<ExitCode> {
    let CallArguments { request, output: how, credentials, defaults, pick, help, example, .. } = arguments;
    let how = how.output;
    if help || example {
        return describe(request, help, credentials.family(), how, language);
    }
    let show = |response: &Response, opened: Option<Value>| match &pick {
        None => show(response, opened, how),
        Some(field) => show_picked(response, opened, field, language),
    };
    match request.request() {
        None => list(credentials.family(), how, language)?,
        Some(Request::Path { method, target, data }) => {
            let settings = credentials.resolve(&[], None, language)?;
            let body = input::data(data.as_deref(), language)?;
            show(&send(&settings, method, &target, body, language).await?, None)?;
        }
        Some(Request::Call { name, fields, data }) => {
            let more = [(CARD_ID, &defaults.card_id), (OPENID, &defaults.openid)];
            let settings = credentials.resolve(&more, name.family().map(Family::from), language)?;
            let written = write(&name, &fields, data.as_deref(), &settings, language)?;
            let sent = written.call.send(written.picture, &settings, language).await?;
            let openid = written.call.openid();
            let user = openid.as_deref().map(|openid| User { openid, new: "openid=$(ruhui user new)" });
            let failed = Failed { settings: &settings, language, other_path: None };
            let read = |response: Response| written.call.read(&response).map(|body| (response, body));
            let (response, body) = sent.and_then(read).map_err(|error| failed.explain_about(user, error))?;
            say_if_from_backup(&response, language);
            show(&response, Some(body))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the help of an endpoint, or its example alone.
fn describe(
    request: RequestArguments,
    help: bool,
    family: Option<Family>,
    how: Output,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let Some(Request::Call { name, .. }) = request.request() else {
        bail!(language.pick(
            "--example needs the name of an endpoint; `ruhui call --list` shows all names",
            "--example 需要接口名；`ruhui call --list` 可列出全部接口名",
        ));
    };
    let description = Description::of(&name, family, language)?;
    match (how, help) {
        (Output::Json, true) => output::json(&description.json(language))?,
        (Output::Json, false) => output::json(&json!({ "example": description.example() }))?,
        (Output::Text, true) => output::lines(description.text(language).as_bytes())?,
        (Output::Text, false) => output::line(&description.example())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Sends a request to any path as the caller of the settings, and returns its verified response.
async fn send(
    settings: &Settings,
    method: Method,
    target: &str,
    body: Vec<u8>,
    language: Language,
) -> anyhow::Result<Response> {
    let called = match settings.family() {
        Family::Partner => settings.client::<Partner>(language)?.call(method, target, body).await,
        Family::Brand => settings.client::<Brand>(language)?.call(method, target, body).await,
    };
    let failed = Failed { settings, language, other_path: None };
    let response = called.map_err(|error| failed.explain(error))?;
    say_if_from_backup(&response, language);
    Ok(response)
}

/// A request, and the picture of an upload.
pub(super) struct Written {
    pub(super) call: Box<dyn Drafted>,
    picture: Option<Vec<u8>>,
}

/// Builds a request from the typed fields.
pub(super) fn write(
    name: &EndpointName,
    fields: &[Field],
    data: Option<&str>,
    settings: &Settings,
    language: Language,
) -> anyhow::Result<Written> {
    if name.as_str() != "upload_image" {
        let fields = gather(data, fields, language)?;
        return Ok(Written { call: calls::draft(name, fields, settings, language)?, picture: None });
    }
    let Some(path) = fields.iter().find_map(|field| field.file("file")) else {
        bail!(language.pick("name the picture with file=@FILE", "请用 file=@文件 指定图片"));
    };
    let others: Vec<Field> = fields.iter().filter(|field| field.file("file").is_none()).cloned().collect();
    let picture = input::file(path, language)?;
    let mut meta = meta(path, &picture, language)?;
    for (name, value) in gather(data, &others, language)? {
        let is_digest = name == "file_digest";
        meta.insert(if is_digest { "sha256".to_owned() } else { name }, value);
    }
    Ok(Written { call: calls::draft(name, meta, settings, language)?, picture: Some(picture) })
}

/// Returns the metadata of the picture: its name and its digest.
fn meta(path: &Path, picture: &[u8], language: Language) -> anyhow::Result<Map<String, Value>> {
    let filename = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let filename = Text::new(filename).map_err(|invalid| language.say_of("filename", &invalid))?;
    let meta: UploadImage = UploadImage::new(filename, picture);
    match serde_json::to_value(meta)? {
        Value::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}

/// Prints a response: `opened`, the decrypted body, or the bytes as received if there is none.
fn show(response: &Response, opened: Option<Value>, how: Output) -> anyhow::Result<()> {
    match (how, opened) {
        (Output::Text, opened) => {
            eprintln!("{} Request-ID {}", response.status(), response.request_id().unwrap_or("-"));
            match opened {
                Some(body) => output::json(&body)?,
                None if response.body().is_empty() => {}
                None => output::lines(response.body())?,
            }
        }
        (Output::Json, opened) => {
            let text = || Value::String(String::from_utf8_lossy(response.body()).into_owned());
            let body = match opened {
                Some(body) => body,
                None if response.body().is_empty() => Value::Null,
                None => serde_json::from_slice(response.body()).unwrap_or_else(|_| text()),
            };
            let (status, request_id) = (response.status().as_u16(), response.request_id());
            output::json(&json!({ "status": status, "request_id": request_id, "body": body }))?;
        }
    }
    Ok(())
}

/// Prints one member of a response. A text is printed without quotes, for scripts.
fn show_picked(
    response: &Response,
    opened: Option<Value>,
    field: &str,
    language: Language,
) -> anyhow::Result<()> {
    let body = match opened {
        Some(body) => body,
        None => serde_json::from_slice(response.body()).unwrap_or(Value::Null),
    };
    let pointer: String = field.split('.').map(|step| format!("/{step}")).collect();
    match body.pointer(&pointer) {
        Some(Value::String(text)) => output::line(text)?,
        Some(value) => output::line(&value.to_string())?,
        None => bail!(language.pick(
            format!("the response has no member {field}:\n{body:#}"),
            format!("应答中没有字段 {field}：\n{body:#}"),
        )),
    }
    Ok(())
}

/// Prints the endpoints that have a name.
fn list(family: Option<Family>, how: Output, language: Language) -> anyhow::Result<()> {
    let both = [Family::Partner, Family::Brand].into_iter();
    let families: Vec<Family> = both.filter(|each| family.is_none_or(|family| family == *each)).collect();
    let all = calls::all();
    if how == Output::Json {
        let shown = all.iter().filter(|call| families.contains(&call.family)).map(|call| {
            json!({
                "name": call.name,
                "family": call.family.as_str(),
                "method": call.method,
                "path": call.path,
                "summary": call.summary,
                "page": call.page,
                "edition": call.edition,
            })
        });
        output::json(&Value::Array(shown.collect()))?;
        return Ok(());
    }
    let mut text = String::new();
    for family in families {
        let heading = match family {
            Family::Partner => language.pick("Service providers", "服务商"),
            Family::Brand => language.pick("Brands in their own name", "品牌"),
        };
        text += &format!("{heading} (--family {}):\n\n", family.as_str());
        for call in all.iter().filter(|call| call.family == family) {
            text += &format!("{}  {}\n", call.name, call.summary);
            text += &format!("    {} {}\n    {}\n", call.method, call.path, call.page);
        }
        text.push('\n');
    }
    text += language.pick(
        "`ruhui call NAME --help` describes the fields of an endpoint.",
        "`ruhui call 接口名 --help` 说明接口的字段。",
    );
    output::line(&text)?;
    Ok(())
}
