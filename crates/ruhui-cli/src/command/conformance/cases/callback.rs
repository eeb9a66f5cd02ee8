//! Cases about callbacks.

use crate::command::conformance::callback::{Expect, Form, Post, Subject};
use crate::command::conformance::case::{Case, Script, Source};
use ruhui_core::bilingual::Bilingual;

/// The page on the verification of callbacks and on their acknowledgement.
const CALLBACKS: Source = Source::Page("4012285807");
/// The page with the rules for receivers of callbacks.
const RULES: Source = Source::Page("4012082570");
/// The page on responses and callbacks that are signed with the platform certificate.
const BY_CERTIFICATE: Source = Source::Page("4013059030");

const fn opened(form: Form, expect: Expect) -> Post {
    Post::new(Subject::Opened, form, expect)
}

const fn sound(name: &'static str, posts: &'static [Post], source: Source, played: Bilingual) -> Case {
    let right = Bilingual::fixed("200 or 204; act on the event once", "应答 200 或 204；对事件只处理一次");
    Case { name, played, right, source, script: Script::Callback(posts) }
}

const fn wrong(name: &'static str, posts: &'static [Post], source: Source, played: Bilingual) -> Case {
    let right = Bilingual::fixed("4xx or 5xx; do not act on it", "应答 4xx 或 5xx；不处理该事件");
    Case { name, played, right, source, script: Script::Callback(posts) }
}

pub(super) static CASES: &[Case] = &[
    sound(
        "callback-sound",
        &[opened(Form::Sound, Expect::Accept)],
        CALLBACKS,
        Bilingual::fixed("a sound callback", "正确的回调通知"),
    ),
    sound(
        "callback-platform-certificate",
        &[opened(Form::ByCertificate, Expect::Accept)],
        Source::Page("4012925289"),
        Bilingual::fixed(
            "a callback that is signed with the platform certificate, as during the migration to the public key",
            "由平台证书签名的回调通知（切换到微信支付公钥期间会出现）",
        ),
    ),
    sound(
        "callback-encrypted-field",
        &[opened(Form::EncryptedField, Expect::Accept)],
        Source::Page("4013059060"),
        Bilingual::fixed(
            "a callback whose phone number is encrypted for the merchant's certificate",
            "手机号已用商户API证书加密的回调通知",
        ),
    ),
    sound(
        "callback-odd-json",
        &[opened(Form::OddJson, Expect::Accept)],
        CALLBACKS,
        Bilingual::fixed(
            "a correctly signed callback with unusual white space and escapes in its JSON",
            "签名正确、JSON 中带有少见空白与转义的回调通知",
        ),
    ),
    sound(
        "callback-upper-case-headers",
        &[opened(Form::UpperCaseNames, Expect::Accept)],
        Source::Rfc("rfc9110#section-5.1"),
        Bilingual::fixed(
            "a sound callback with header names in upper case",
            "正确的回调通知，HTTP头名称全部大写",
        ),
    ),
    sound(
        "callback-duplicate",
        &[opened(Form::Sound, Expect::Accept), opened(Form::Sound, Expect::Accept)],
        RULES,
        Bilingual::fixed("the same event twice, one after the other", "同一事件先后发送两次"),
    ),
    sound(
        "callback-duplicate-at-once",
        &[opened(Form::Sound, Expect::Accept), opened(Form::Sound, Expect::Accept).together()],
        RULES,
        Bilingual::fixed("the same event twice at the same time", "同一事件同时发送两次"),
    ),
    sound(
        "callback-out-of-order",
        &[Post::new(Subject::Deleted, Form::Sound, Expect::Accept), opened(Form::Sound, Expect::Accept)],
        RULES,
        Bilingual::fixed(
            "the deletion of a card, then its opening, which was a minute earlier",
            "先收到删除会员卡，再收到一分钟前的开卡",
        ),
    ),
    Case {
        name: "callback-unknown-type",
        played: Bilingual::fixed(
            "a sound callback of an unknown event type, then a known one",
            "先发送未知类型的正确回调，再发送已知类型的回调",
        ),
        right: Bilingual::fixed(
            "any status to the first; 200 or 204 to the second, and act on it once",
            "对前者应答任意状态码；对后者应答 200 或 204，且只处理一次",
        ),
        source: Source::Page("4012081726"),
        script: Script::Callback(&[
            Post::new(Subject::UnknownType, Form::Sound, Expect::Any),
            opened(Form::Sound, Expect::Accept),
        ]),
    },
    Case {
        name: "callback-signature-probe",
        played: Bilingual::fixed(
            "a signature probe, then the same event correctly signed",
            "先发送签名探测流量，再以正确签名重发同一事件",
        ),
        right: Bilingual::fixed(
            "4xx or 5xx to the probe; 200 or 204 to the second, and act on it once",
            "对探测流量应答 4xx 或 5xx；对后者应答 200 或 204，且只处理一次",
        ),
        source: RULES,
        script: Script::Callback(&[opened(Form::Probe, Expect::Reject), opened(Form::Sound, Expect::Accept)]),
    },
    wrong(
        "callback-unsigned",
        &[opened(Form::Unsigned, Expect::Reject)],
        CALLBACKS,
        Bilingual::fixed("a callback without the signature's headers", "不带签名HTTP头的回调通知"),
    ),
    wrong(
        "callback-forged",
        &[opened(Form::Forged, Expect::Reject)],
        CALLBACKS,
        Bilingual::fixed(
            "a callback that another key signed, under the known public key id",
            "以已知的公钥ID、由其他私钥签名的回调通知",
        ),
    ),
    wrong(
        "callback-forged-localhost",
        &[opened(Form::ForgedToLocalhost, Expect::Reject)],
        Source::Cve("CVE-2026-33661"),
        Bilingual::fixed(
            "a forged callback with the header `Host: localhost`",
            "带有 `Host: localhost` 的伪造回调通知",
        ),
    ),
    wrong(
        "callback-altered",
        &[opened(Form::Altered, Expect::Reject)],
        CALLBACKS,
        Bilingual::fixed(
            "a callback with another summary than the one that was signed",
            "签名后修改了摘要的回调通知",
        ),
    ),
    wrong(
        "callback-stale",
        &[opened(Form::Stale, Expect::Reject)],
        BY_CERTIFICATE,
        Bilingual::fixed(
            "a callback that was correctly signed ten minutes ago",
            "十分钟前正确签名的回调通知",
        ),
    ),
    wrong(
        "callback-ahead",
        &[opened(Form::Ahead, Expect::Reject)],
        BY_CERTIFICATE,
        Bilingual::fixed(
            "a correctly signed callback whose time is ten minutes ahead",
            "签名正确、时间戳比当前时间晚十分钟的回调通知",
        ),
    ),
    wrong(
        "callback-wrong-key",
        &[opened(Form::WrongKey, Expect::Reject)],
        Source::Page("4012082320"),
        Bilingual::fixed(
            "a correctly signed callback that another APIv3 key encrypted",
            "签名正确、但用其他 APIv3密钥加密的回调通知",
        ),
    ),
    wrong(
        "callback-unknown-serial",
        &[opened(Form::UnknownSerial, Expect::Reject)],
        CALLBACKS,
        Bilingual::fixed(
            "a sound signature under a public key id that the client does not know",
            "签名本身正确，但公钥ID未知",
        ),
    ),
    wrong(
        "callback-other-known-key",
        &[opened(Form::OtherKnownKey, Expect::Reject)],
        CALLBACKS,
        Bilingual::fixed(
            "a callback that the platform certificate's key signed, under the public key id",
            "以公钥ID、由平台证书私钥签名的回调通知",
        ),
    ),
];
