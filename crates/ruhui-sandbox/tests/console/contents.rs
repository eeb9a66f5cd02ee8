//! Pages of templates, tokens, activities and merchants.

use crate::visitor::{HOSTILE, Page, Visitor};
use reqwest::StatusCode;
use ruhui_sandbox::Sandbox;

/// A text for a field of 32 characters that would run if the page did not escape it.
const SHORT: &str = "\"><script>alert(1)</script>";

/// A picture of one pixel.
const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x0d\x49\x44\x41\x54\x78\xda\x63\x64\xf8\xcf\x50\x0f\x00\x03\x86\x01\x80\x5a\x34\x7d\x6b\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// Returns the fields of a page's form with their values, as a browser would send them, and whether it sends them as
/// `multipart/form-data`.
fn fields(page: &str, action: &str) -> (Vec<(String, String)>, bool) {
    let (_, form) = page.split_once(&format!("method=\"post\" action=\"{action}\"")).unwrap();
    let (form, _) = form.split_once("</form>").unwrap();
    let (head, form) = form.split_once('>').unwrap();
    let unescaped = |text: &str| {
        text.replace("&#34;", "\"")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#39;", "'")
            .replace("&#38;", "&")
    };
    let mut fields = Vec::new();
    for part in form.split(" name=\"").skip(1) {
        let (name, rest) = part.split_once('"').unwrap();
        if name == "picture" {
            continue;
        }
        let value = if rest.contains("</textarea>") {
            rest.split_once('>').unwrap().1.split_once("</textarea>").unwrap().0
        } else if rest.contains("</select>") {
            rest.split_once(" selected").unwrap().0.rsplit_once("value=\"").unwrap().1.trim_end_matches('"')
        } else {
            rest.split_once("value=\"").unwrap().1.split_once('"').unwrap().0
        };
        fields.push((name.to_owned(), unescaped(value)));
    }
    (fields, head.contains("multipart/form-data"))
}

/// Writes a form with a file as a browser does, which sends an empty file if none was chosen.
fn multipart(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> (&'static str, Vec<u8>) {
    let mut form = Vec::new();
    for (name, value) in fields {
        let head = "--XX\r\nContent-Disposition: form-data; name=";
        form.extend(format!("{head}\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let (name, bytes) = file.unwrap_or_default();
    let head = "--XX\r\nContent-Disposition: form-data; name=\"picture\"; filename=";
    form.extend(format!("{head}\"{name}\"\r\nContent-Type: image/png\r\n\r\n").into_bytes());
    form.extend(bytes);
    form.extend(b"\r\n--XX--\r\n");
    ("multipart/form-data; boundary=XX", form)
}

/// Sends a form with some of its values replaced.
async fn send(visitor: &Visitor, page: &str, action: &str, other: &[(&str, &str)]) -> Page {
    send_with(visitor, page, action, other, None).await
}

/// Sends a form with some of its values replaced, and with a file.
async fn send_with(
    visitor: &Visitor,
    page: &str,
    action: &str,
    other: &[(&str, &str)],
    file: Option<(&str, &[u8])>,
) -> Page {
    let page = visitor.open(page).await;
    let (mut fields, has_file) = fields(&page.text, action);
    for (name, value) in other {
        let field = fields.iter_mut().find(|(known, _)| known == name).unwrap();
        (*value).clone_into(&mut field.1);
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if !has_file {
        return visitor.submit(action, &fields).await;
    }
    let (kind, form) = multipart(&fields, file);
    visitor.submit_form(action, kind, form).await
}

#[tokio::test]
async fn a_template_is_created_changed_and_invalidated() {
    let sandbox = Sandbox::start().await.unwrap();
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    english.open("/templates").await.shows(StatusCode::OK, &[&format!("/templates/{}", sandbox.card_id())]);
    let rejected = send(
        &chinese,
        "/templates/new",
        "/templates/new",
        &[("benefits", SHORT), ("card_title", "一二三四五六七八九十甲乙")],
    )
    .await;
    rejected.shows(StatusCode::BAD_REQUEST, &["PARAM_ERROR", "role=\"alert\"", "一二三四五六七八九十甲乙"]);
    rejected.is_harmless();
    let picture = sandbox.client().upload_image("card.png", PICTURE).await.unwrap();
    let picture = picture.media_url.as_str();
    let hostile = [
        ("benefits", SHORT),
        ("legal_agreement", HOSTILE),
        ("card_color", "#ffee00"),
        ("card_picture_url", picture),
    ];
    let created = send(&english, "/templates/new", "/templates/new", &hostile).await;
    let location = created.location.unwrap_or_else(|| panic!("{}", created.text));
    let path = location.split('?').next().unwrap().to_owned();
    let page = english.open(&location).await;
    page.shows(
        StatusCode::OK,
        &["The template was created.", "fill=\"#ffee00\"", "fill=\"#000000\"", "咖啡 / 茶"],
    );
    page.is_harmless();
    // An uploaded picture comes from the listener of the page; one elsewhere is named, and not loaded.
    let (_, own) = picture.split_once("/media/").unwrap();
    page.shows(StatusCode::OK, &[&format!("<img src=\"/media/{own}\"")]);
    let served = format!("{}/media/{own}", sandbox.operations_url());
    let served = reqwest::Client::builder().no_proxy().build().unwrap().get(served).send().await.unwrap();
    assert_eq!(served.bytes().await.unwrap(), PICTURE);
    let provisioned = english.open(&format!("/templates/{}", sandbox.card_id())).await;
    provisioned.shows(StatusCode::OK, &["Card picture: <code>https://example.com/card.png</code>"]);

    let changed = send(&english, &path, &path, &[("card_title", "金卡")]).await;
    let page = english.open(&changed.location.unwrap_or_else(|| panic!("{}", changed.text))).await;
    page.shows(StatusCode::OK, &["The template was changed.", "金卡"]);
    page.is_harmless();
    let unchanged = send(&english, &path, &path, &[("more", "{")]).await;
    unchanged.shows(StatusCode::BAD_REQUEST, &["is not a JSON object (line 1, column 1)"]);
    chinese
        .submit_and_follow(&format!("{path}/invalidate"), &[])
        .await
        .shows(StatusCode::OK, &["模板已失效。", "已失效"]);
    english.open("/templates/pNothing").await.shows(StatusCode::NOT_FOUND, &["ruhui state templates"]);
    chinese.open("/templates").await.is_harmless();
}

#[tokio::test]
async fn a_picture_is_uploaded_with_the_form() {
    let sandbox = Sandbox::start().await.unwrap();
    let english = Visitor::of(&sandbox, "en");
    let new = "/templates/new";
    let unlinked = [("card_picture_url", "")];

    let created = send_with(&english, new, new, &unlinked, Some(("card.png", PICTURE))).await;
    let location = created.location.unwrap_or_else(|| panic!("{}", created.text));
    english.open(&location).await.shows(StatusCode::OK, &["The template was created.", "<img src=\"/media/"]);

    let path = format!("/templates/{}", sandbox.card_id());
    let changed = send_with(&english, &path, &path, &[], Some(("other.png", PICTURE))).await;
    let page = english.open(&changed.location.unwrap_or_else(|| panic!("{}", changed.text))).await;
    page.shows(StatusCode::OK, &["The template was changed.", "<img src=\"/media/"]);

    let none = send(&english, new, new, &unlinked).await;
    none.shows(StatusCode::BAD_REQUEST, &["card_picture_url"]);
    let text = send_with(&english, new, new, &unlinked, Some(("card.gif", b"GIF89a"))).await;
    text.shows(StatusCode::FORBIDDEN, &["REQUEST_BLOCKED"]);
    let large = vec![0; 2_200_000];
    let large = send_with(&english, new, new, &unlinked, Some(("card.png", &large))).await;
    assert!((400..500).contains(&large.status), "{}", large.text);
    assert!(large.text.contains("2 MB") && large.text.contains("role=\"alert\""), "{}", large.text);
    let huge = vec![0; 3 << 20];
    let huge = send_with(&english, new, new, &unlinked, Some(("card.png", &huge))).await;
    huge.shows(StatusCode::PAYLOAD_TOO_LARGE, &["larger than 2.5 MB"]);

    // The picture is there although the template is rejected: the form shows its URL, and it is uploaded once.
    let title = [("card_picture_url", ""), ("card_title", "一二三四五六七八九十甲乙")];
    let rejected = send_with(&english, new, new, &title, Some(("card.png", PICTURE))).await;
    rejected.shows(StatusCode::BAD_REQUEST, &["PARAM_ERROR", "/media/"]);
    let broken = english.submit_form(new, "multipart/form-data; boundary=XX", b"--XX\r\nCont".to_vec()).await;
    broken.shows(StatusCode::BAD_REQUEST, &["broke off before its end"]);
    english
        .submit(new, &[("benefits", HOSTILE)])
        .await
        .shows(StatusCode::BAD_REQUEST, &["multipart/form-data"]);
}

#[tokio::test]
async fn names_of_ruhui_toml_run_nothing() {
    let entry =
        format!("[[brands]]\nbrand_id = \"2001\"\nname = '''{HOSTILE}'''\nmerchants = [\"1900000001\"]\n");
    let template = "[[templates]]\ncard_id = \"pHostile00000000000000000001\"\nbrand_id = \"2001\"\nappid = \"wxea9c30890f48d5ae\"\n";
    let sandbox = Sandbox::builder().provision(&entry).provision(template).start().await.unwrap();
    let visitor = Visitor::of(&sandbox, "en");
    for page in ["/merchants", "/templates", "/templates/pHostile00000000000000000001"] {
        let page = visitor.open(page).await;
        page.shows(StatusCode::OK, &["alert(1)"]);
        page.is_harmless();
    }
}

#[tokio::test]
async fn a_token_is_issued_and_used() {
    let sandbox = Sandbox::start().await.unwrap();
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    chinese.open("/tokens").await.shows(StatusCode::OK, &["尚未获取token", "ruhui token"]);
    let (card_id, openid) = (sandbox.card_id().to_string(), sandbox.new_openid().as_str().to_owned());
    let asked = [("card_id", card_id.as_str()), ("openid", &openid)];
    let issued = english.submit("/tokens", &asked).await;
    let location = issued.location.unwrap_or_else(|| panic!("{}", issued.text));
    let token = location.split_once("token=").unwrap().1.to_owned();
    english.open(&location).await.shows(
        StatusCode::OK,
        &["The API issued a token.", "data-seconds=\"3", "unused", &format!("value=\"{token}\"")],
    );
    let component = format!("/component/card-member?token={token}&amp;scene=CARD_MEMBER");
    english.open("/tokens").await.shows(StatusCode::OK, &[&component, "Open the component"]);
    english.open(&component.replace("&amp;", "&")).await.shows(StatusCode::OK, &["name=\"agreed\""]);
    let joined = english.submit("/tokens/join", &[("token", &token), ("phone_number", "13900000000")]).await;
    assert_eq!(joined.location.unwrap(), format!("/members/{card_id}/{openid}?done=joined"));
    let used = chinese.open("/tokens?state=used").await;
    used.shows(StatusCode::OK, &["已使用", &openid]);
    assert!(!used.text.contains(&component), "a used token opens no form");
    let again = chinese.submit("/tokens/join", &[("token", &token), ("phone_number", "13900000000")]).await;
    again.shows(StatusCode::CONFLICT, &["TOKEN_SPENT"]);
    let rejected = english.submit("/tokens", &[("card_id", &card_id), ("openid", HOSTILE)]).await;
    assert!(rejected.status >= 400 && rejected.text.contains("role=\"alert\""), "{}", rejected.text);
    rejected.is_harmless();
    let hostile = serde_urlencoded::to_string([("openid", HOSTILE), ("token", HOSTILE)]).unwrap();
    english.open(&format!("/tokens?{hostile}")).await.is_harmless();
}

#[tokio::test]
async fn an_activity_is_created_changed_and_ended() {
    let sandbox = Sandbox::start().await.unwrap();
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    chinese.open("/activities").await.shows(StatusCode::OK, &["尚无活动。"]);
    let hostile = [("title", HOSTILE)];
    let created = send(&english, "/activities", "/activities", &hostile).await;
    let location = created.location.unwrap_or_else(|| panic!("{}", created.text));
    assert_eq!(location, "/activities/1?done=created");
    let page = english.open(&location).await;
    page.shows(StatusCode::OK, &["The activity was created.", "in force"]);
    page.is_harmless();
    english.open("/activities").await.is_harmless();
    // A template has one activity at a time.
    let second = send(&chinese, "/activities", "/activities", &[("title", "第二个")]).await;
    assert!(second.status >= 400 && second.text.contains("role=\"alert\""), "{}", second.text);
    assert!(second.text.contains("第二个"), "the form keeps what was entered");

    let changed = send(&english, "/activities/1", "/activities/1", &[("title", "Tea")]).await;
    english
        .open(&changed.location.unwrap())
        .await
        .shows(StatusCode::OK, &["The activity was changed.", "Tea"]);
    chinese.submit_and_follow("/activities/1/end", &[]).await.shows(StatusCode::OK, &["活动已终止。"]);
    english.open("/activities/17").await.shows(StatusCode::NOT_FOUND, &["ruhui state activities"]);
    chinese
        .open("/activities?state=MEMBERSHIP_ACTIVITY_EFFECTIVE")
        .await
        .shows(StatusCode::OK, &["没有符合筛选条件的活动"]);
}

#[tokio::test]
async fn keys_are_shown_and_rotated() {
    let sandbox = Sandbox::start().await.unwrap();
    let [english, chinese] = ["en", "zh"].map(|language| Visitor::of(&sandbox, language));
    let mchid = sandbox.mchid().to_string();
    english.open("/merchants").await.shows(StatusCode::OK, &[&mchid, "API certificates"]);
    let issued = chinese.submit("/merchants/certificate", &[("mchid", &mchid)]).await;
    issued.shows(StatusCode::OK, &["私钥仅显示一次", "BEGIN PRIVATE KEY"]);
    let later = chinese.open("/merchants").await;
    assert!(!later.text.contains("PRIVATE KEY"));
    let staged = [("mchid", mchid.as_str()), ("key_stage", "public_key"), ("public_key_callbacks", "")];
    english
        .submit_and_follow("/merchants/stage", &staged)
        .await
        .shows(StatusCode::OK, &["in this stage now"]);
    let wrong = [("mchid", mchid.as_str()), ("key_stage", HOSTILE)];
    let rejected = english.submit("/merchants/stage", &wrong).await;
    rejected.shows(StatusCode::BAD_REQUEST, &["role=\"alert\""]);
    rejected.is_harmless();
    let unknown = [("mchid", mchid.as_str()), ("serial_no", HOSTILE)];
    let rejected = chinese.submit("/merchants/revoke", &unknown).await;
    rejected.shows(StatusCode::NOT_FOUND, &["role=\"alert\""]);
    rejected.is_harmless();
    english.submit("/merchants/apiv3-key", &[("mchid", &mchid)]).await.shows(StatusCode::OK, &["APIv3 key"]);
    english.submit("/merchants/platform/issue", &[]).await.shows(StatusCode::OK, &["BEGIN CERTIFICATE"]);
}
