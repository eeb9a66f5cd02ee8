//! Tests of API errors: every form of response that is not a success.

use crate::support::*;
use ruhui::api::Code;
use ruhui::error::{ApiError, Foreign, Proof};
use ruhui::transport::{NetworkCause, Phase, TransportError, Unsendable};
use ruhui::{Error, Response};

async fn refusal(response: http::Response<bytes::Bytes>) -> (Error, ApiError) {
    let error = ask(Ok(response)).await.unwrap_err();
    let Error::Api(refusal) = &error else { panic!("{error:?}") };
    let refusal = ApiError::clone(refusal);
    (error, refusal)
}

#[tokio::test]
async fn a_signed_refusal_says_everything() {
    let body = r#"{"detail":{"location":"body","value":"oSecret","field":"/openid","issue":"OpenID有误"},"code":"PARAM_ERROR","message":"OpenID有误"}"#;
    let (error, refusal) = refusal(signed(400, body)).await;
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(error.code(), Some(&Code::ParamError));
    assert_eq!(error.request_id(), Some("08F78BB5-0"));
    assert_eq!((refusal.message.as_str(), refusal.proof), ("OpenID有误", Proof::Signed));
    assert_eq!(refusal.detail.as_ref().unwrap()["value"], "oSecret");
    assert!(!error.is_retryable() && !error.may_have_taken_effect());
    assert_eq!(error.to_string(), "rejected: 400 PARAM_ERROR: OpenID有误 [/openid] (Request-ID 08F78BB5-0)");
    assert_eq!(
        format!("{error:#}"),
        "请求被拒绝：400 PARAM_ERROR：OpenID有误 [/openid]（Request-ID 08F78BB5-0）"
    );
    assert!(!format!("{error:?}").contains("oSecret"));
}

/// The field and the issue are not appended to a message that contains them.
#[tokio::test]
async fn what_the_message_says_is_not_said_again() {
    let detail = r#""detail":{"field":"/openid","issue":"is required","location":"body"}"#;
    for (message, said) in [
        ("/body/openid is required", ""),
        ("is required", " [/openid]"),
        ("/body/openid", " [is required]"),
        ("", " [/openid: is required]"),
    ] {
        let body = format!(r#"{{"code":"PARAM_ERROR","message":"{message}",{detail}}}"#);
        let (error, _) = refusal(signed(400, &body)).await;
        let shown = format!("rejected: 400 PARAM_ERROR: {message}{said} (Request-ID 08F78BB5-0)");
        assert_eq!(error.to_string(), shown);
        assert!(format!("{error:?}").contains(r#"["/openid", "is required"]"#), "{error:?}");
    }
}

/// The service's message about undefined parameters does not name them. The error takes their names from
/// `detail`.
#[tokio::test]
async fn undefined_parameters_are_named() {
    let body = r#"{"code":"PARAM_ERROR","message":"请求中含有未在API文档中定义的参数","detail":{"location":null,"value":["/body/payer/openid","/query/a"]}}"#;
    let (error, _) = refusal(signed(400, body)).await;
    assert_eq!(
        format!("{error:#}"),
        "请求被拒绝：400 PARAM_ERROR：请求中含有未在API文档中定义的参数 [/body/payer/openid, /query/a]（Request-ID 08F78BB5-0）"
    );
}

#[tokio::test]
async fn both_forms_of_sign_information_are_read() {
    let information = r#""sign_information":{"method":"POST","sign_message_length":157,"truncated_sign_message":"POST\n/p\n1\nn\n{\"brand_\n","url":"/p"}"#;
    let wire = format!(
        r#"{{"code":"SIGN_ERROR","message":"错误的签名，验签失败","detail":{{"detail":{{"issue":"sign not match"}},"field":"signature","location":"authorization",{information}}}}}"#
    );
    let documented = format!(
        r#"{{"code":"SIGN_ERROR","message":"m","detail":{{"field":"signature","issue":"sign not match","location":"authorization",{information}}}}}"#
    );
    let nested = format!(r#"{{"code":"SIGN_ERROR","message":"m","detail":{{"detail":{{{information}}}}}}}"#);
    for body in [&wire, &documented, &nested] {
        let (_, refusal) = refusal(unsigned(401, body)).await;
        assert_eq!(refusal.sign_information().unwrap().sign_message_length, 157, "{body}");
        assert_eq!(refusal.proof, Proof::Unsigned);
    }
    let (error, _) = refusal(unsigned(401, &wire)).await;
    assert_eq!(
        error.to_string(),
        "rejected: 401 SIGN_ERROR: 错误的签名，验签失败 [signature: sign not match]; not signed, as WeChat Pay does not sign errors of this kind (Request-ID 08F78BB5-0)"
    );
    let (_, none) = refusal(unsigned(401, r#"{"code":"SIGN_ERROR","message":"m","detail":"odd"}"#)).await;
    assert_eq!(none.sign_information(), None);
}

#[tokio::test]
async fn a_page_of_a_proxy_is_shown_cut() {
    let page = format!("<html>\r\n\u{1b}[31m{}</html>", "会".repeat(1000));
    let (error, refusal) = refusal(unsigned(502, &page)).await;
    assert_eq!((error.code(), refusal.proof), (None, Proof::Unsigned));
    let excerpt = refusal.excerpt.unwrap();
    assert_eq!(excerpt.chars().count(), 512);
    assert!(excerpt.starts_with("<html>   [31m会会"), "{excerpt}");
    assert!(error.is_retryable() && error.may_have_taken_effect());
    assert!(error.to_string().starts_with(
        "unexpected response: 502, an HTML page that a proxy or a firewall wrote, not WeChat Pay: <html>"
    ));
    assert!(
        format!("{error:#}")
            .starts_with("非预期的应答：502，HTML 页面，来自代理或防火墙，不是微信支付：<html>")
    );
}

#[tokio::test]
async fn an_empty_body_says_so() {
    let (error, refusal) = refusal(unsigned(404, "")).await;
    assert_eq!((refusal.code, refusal.excerpt), (None, None));
    assert_eq!(
        error.to_string(),
        "unexpected response: 404, with an empty body; not signed, as WeChat Pay does not sign errors of this \
         kind (Request-ID 08F78BB5-0)"
    );
    assert_eq!(
        format!("{error:#}"),
        "非预期的应答：404，应答包体为空；应答未签名（微信支付对此类错误不签名）（Request-ID 08F78BB5-0）"
    );
}

#[tokio::test]
async fn a_redirect_is_called_one_with_its_target_and_without_its_query() {
    for status in [301, 302, 303, 307, 308] {
        let mut response = unsigned(status, "<html>moved</html>");
        response
            .headers_mut()
            .insert("location", "https://login.example/portal?ticket=s3cret".parse().unwrap());
        let (error, refusal) = refusal(response).await;
        let location = Some("https://login.example/portal".to_owned());
        assert_eq!(refusal.foreign, Some(Foreign::Redirect { location }));
        assert_eq!(
            error.to_string(),
            format!(
                "unexpected response: {status}, a redirect to https://login.example/portal, which is not followed: \
                 WeChat Pay sends none (Request-ID 08F78BB5-0)"
            )
        );
        assert!(
            format!("{error:#}").contains("重定向到 https://login.example/portal，不予跟随"),
            "{error:#}"
        );
        assert!(!format!("{error:?}").contains("s3cret"));
    }
}

/// A response whose status is neither a success nor an error may contain a token.
#[tokio::test]
async fn no_odd_status_shows_its_body() {
    for status in [202, 299, 300, 304, 600, 999] {
        let response = if status < 300 { signed(status, TOKEN) } else { unsigned(status, TOKEN) };
        let Err(error) = ask(Ok(response)).await else { continue };
        let shown = format!("{error} {error:#} {error:?}");
        assert!(!shown.contains("Ab3d"), "{status}: {shown}");
        assert!(error.may_have_taken_effect(), "{status}");
    }
}

#[tokio::test]
async fn a_compressed_error_is_not_shown_as_text() {
    let mut response = unsigned(502, "\u{1f}rest");
    response.headers_mut().insert("content-encoding", "br".parse().unwrap());
    let (error, refusal) = refusal(response).await;
    assert_eq!((refusal.foreign, refusal.excerpt), (Some(Foreign::Compressed), None));
    assert!(error.to_string().contains("with a compressed body, which was not asked for"), "{error}");
}

/// An unsigned response excludes an effect only if the service sends it before it processes the request.
#[tokio::test]
async fn an_unsigned_4xx_excludes_an_effect_only_where_live_never_signs() {
    let json = |code: &str| format!(r#"{{"code":"{code}","message":"m"}}"#);
    let page = "<html>no</html>".to_owned();
    // status, body, may_have_taken_effect
    let table = [
        (400, json("PARAM_ERROR"), false),
        (400, json("INVALID_REQUEST"), false),
        (400, json("APPID_MCHID_NOT_MATCH"), true),
        (400, page.clone(), true),
        (400, String::new(), true),
        (401, json("SIGN_ERROR"), false),
        (401, page.clone(), true),
        (403, json("NO_AUTH"), true),
        (403, page.clone(), true),
        (404, String::new(), false),
        (404, page.clone(), true),
        (405, String::new(), false),
        (408, String::new(), true),
        (409, json("ANY"), true),
        (413, page.clone(), true),
        (429, json("FREQUENCY_LIMITED"), true),
        (429, page, true),
        (500, json("SYSTEM_ERROR"), true),
    ];
    for (status, body, effect) in table {
        let (error, refusal) = refusal(unsigned(status, &body)).await;
        assert_eq!(error.may_have_taken_effect(), effect, "{status} {body}");
        // An error whose origin is in doubt says so, unless its body is an HTML page.
        let doubted = effect && refusal.foreign != Some(Foreign::Page);
        assert_eq!(error.to_string().contains("so it may not be WeChat Pay's"), doubted, "{error}");
    }
}

#[tokio::test]
async fn the_answers_to_questions_follow_the_status() {
    // status, is_retryable, may_have_taken_effect
    let table = [
        (202, true, true),
        (302, false, true),
        (400, false, false),
        (401, false, false),
        (403, false, false),
        (404, false, false),
        (408, true, false),
        (429, true, false),
        (500, true, true),
        (502, true, true),
        (503, true, true),
        (504, true, true),
    ];
    for (status, retryable, effect) in table {
        let (error, _) = refusal(signed(status, r#"{"code":"ANY","message":"m"}"#)).await;
        assert_eq!(error.code(), Some(&Code::Unknown("ANY".into())));
        assert_eq!((error.is_retryable(), error.may_have_taken_effect()), (retryable, effect), "{status}");
    }
}

#[tokio::test]
async fn failures_of_the_transport_answer_too() {
    // error, is_retryable, may_have_taken_effect
    let table = [
        (TransportError::Unsendable { why: Unsendable::Invalid }, false, false),
        (TransportError::connect(NetworkCause::Refused), true, false),
        (TransportError::Timeout { phase: Phase::Connecting }, true, false),
        (TransportError::Timeout { phase: Phase::Waiting }, true, true),
        (TransportError::lost(NetworkCause::Closed), true, true),
        (TransportError::TooLarge { limit: 1 }, false, true),
        // A setting or a certificate has to be changed first.
        (TransportError::connect(NetworkCause::CertificateExpired), false, false),
        (TransportError::connect(NetworkCause::NotTls), false, false),
        (TransportError::connect(NetworkCause::ProxyAuthentication), false, false),
        (TransportError::lost(NetworkCause::NotHttp), false, true),
    ];
    for (failure, retryable, effect) in table {
        let script = Script::new([Err(failure.clone())]);
        let client = builder().host("http://127.0.0.1:1").transport(script).build().unwrap();
        let error = client.create_pre_auth_token(&call()).await.unwrap_err();
        assert_eq!((error.is_retryable(), error.may_have_taken_effect()), (retryable, effect), "{failure}");
        assert_eq!(error.to_string(), format!("no response: http://127.0.0.1:1: {failure}"));
        assert_eq!((error.status(), error.request_id()), (None, None));
    }
}

#[tokio::test]
async fn nothing_shows_a_body_or_a_key() {
    let script = Script::new([Ok(signed(200, r#"{"secret":"s3cret"}"#))]);
    let client = client(&script);
    let response: Response = client.call(http::Method::GET, "/v3/x", "").await.unwrap();
    let shown = format!("{response:?} {client:?} {:?}", builder());
    assert!(!shown.contains("s3cret") && !shown.contains("-----BEGIN"), "{shown}");
    assert!(shown.contains("19 bytes") && shown.contains(MCHID), "{shown}");
}
