//! Cases about the verification of responses.

use crate::command::conformance::case::{Case, Script, Source};
use crate::command::conformance::request::{Expect, RequestScript, Resend, Step};
use ruhui_core::bilingual::Bilingual;

/// The page on responses that are signed with WeChat Pay's public key.
const BY_PUBLIC_KEY: Source = Source::Page("4013059017");
/// The page on responses that are signed with the platform certificate.
const BY_CERTIFICATE: Source = Source::Page("4013059030");
/// The page with the rules of all endpoints.
const RULES: Source = Source::Page("4012081726");

const fn sound(name: &'static str, step: &'static [Step], source: Source, played: Bilingual) -> Case {
    let script = RequestScript { steps: step, expect: Expect::Accept, resend: Resend::Allowed };
    let right = Bilingual::fixed("accept it", "接受");
    Case { name, played, right, source, script: Script::Request(script) }
}

const fn wrong(
    name: &'static str,
    step: &'static [Step],
    source: Source,
    played: Bilingual,
    right: Bilingual,
) -> Case {
    let script = RequestScript { steps: step, expect: Expect::Reject, resend: Resend::Allowed };
    Case { name, played, right, source, script: Script::Request(script) }
}

pub(super) static CASES: &[Case] = &[
    sound(
        "sound",
        &[Step::Sound],
        BY_PUBLIC_KEY,
        Bilingual::fixed(
            "a response that is signed with WeChat Pay's public key",
            "由微信支付公钥对应的私钥正确签名的应答",
        ),
    ),
    sound(
        "platform-certificate",
        &[Step::ByCertificate],
        Source::Page("4012925289"),
        Bilingual::fixed(
            "a response that is signed with the platform certificate, as during the migration to the public key",
            "由平台证书签名的应答（切换到微信支付公钥期间会出现）",
        ),
    ),
    sound(
        "unknown-fields",
        &[Step::UnknownFields],
        RULES,
        Bilingual::fixed(
            "a correctly signed response with members that no document has",
            "签名正确、但带有文档未列出的字段的应答",
        ),
    ),
    sound(
        "final-newline",
        &[Step::FinalNewline],
        BY_PUBLIC_KEY,
        Bilingual::fixed(
            "a correctly signed response whose body ends with a line feed",
            "应答主体以换行符结尾，签名正确",
        ),
    ),
    sound(
        "upper-case-headers",
        &[Step::UpperCaseNames],
        Source::Rfc("rfc9110#section-5.1"),
        Bilingual::fixed(
            "a sound response with header names in upper case",
            "正确的应答，HTTP头名称全部大写",
        ),
    ),
    Case {
        name: "compressed",
        played: Bilingual::fixed(
            "a response that is compressed with gzip; the signature is of the plain body",
            "经 gzip 压缩的应答，签名针对解压后的主体",
        ),
        right: Bilingual::fixed(
            "accept it if the request had `Accept-Encoding: gzip`; otherwise accept or reject it",
            "请求带有 `Accept-Encoding: gzip` 时应接受；否则接受或拒绝均可",
        ),
        source: BY_PUBLIC_KEY,
        script: Script::Request(RequestScript {
            steps: &[Step::Compressed],
            expect: Expect::AcceptIfAsked,
            resend: Resend::Allowed,
        }),
    },
    wrong(
        "unsigned",
        &[Step::Unsigned],
        BY_PUBLIC_KEY,
        Bilingual::fixed("a success response without the signature's headers", "不带签名HTTP头的成功应答"),
        Bilingual::fixed("reject it: a success response is always signed", "拒绝：成功应答必带签名"),
    ),
    wrong(
        "forged",
        &[Step::Forged],
        BY_PUBLIC_KEY,
        Bilingual::fixed(
            "a response that another key signed, under the known public key id",
            "以已知的公钥ID、由其他私钥签名的应答",
        ),
        Bilingual::fixed("reject it: the signature does not match", "拒绝：签名不匹配"),
    ),
    wrong(
        "altered",
        &[Step::Altered],
        BY_PUBLIC_KEY,
        Bilingual::fixed(
            "a response with another token than the one that was signed; its length is the same",
            "签名后替换了 token 的应答，长度不变",
        ),
        Bilingual::fixed("reject it: the signature is of another body", "拒绝：签名针对的是另一主体"),
    ),
    wrong(
        "stale",
        &[Step::Stale],
        BY_CERTIFICATE,
        Bilingual::fixed("a response that was correctly signed ten minutes ago", "十分钟前正确签名的应答"),
        Bilingual::fixed("reject it: more than five minutes old", "拒绝：早于当前时间超过五分钟"),
    ),
    wrong(
        "ahead",
        &[Step::Ahead],
        BY_CERTIFICATE,
        Bilingual::fixed(
            "a correctly signed response whose time is ten minutes ahead",
            "签名正确、时间戳比当前时间晚十分钟的应答",
        ),
        Bilingual::fixed("reject it: more than five minutes ahead", "拒绝：晚于当前时间超过五分钟"),
    ),
    wrong(
        "unknown-serial",
        &[Step::UnknownSerial],
        BY_PUBLIC_KEY,
        Bilingual::fixed(
            "a sound signature under a public key id that the client does not know",
            "签名本身正确，但公钥ID未知",
        ),
        Bilingual::fixed("reject it, and try no other key", "拒绝，且不尝试其他密钥"),
    ),
    wrong(
        "other-known-key",
        &[Step::OtherKnownKey],
        BY_PUBLIC_KEY,
        Bilingual::fixed(
            "a response that the platform certificate's key signed, under the public key id",
            "以公钥ID、由平台证书私钥签名的应答",
        ),
        Bilingual::fixed("reject it: only the key of this id counts", "拒绝：只能用该ID对应的密钥验签"),
    ),
    Case {
        name: "signature-probe",
        played: Bilingual::fixed(
            "first a signature probe, then sound responses",
            "先返回签名探测流量，之后返回正确的应答",
        ),
        right: Bilingual::fixed(
            "reject the probe; give up, or send the request again",
            "拒绝探测应答；可放弃，也可重新请求",
        ),
        source: BY_PUBLIC_KEY,
        script: Script::Request(RequestScript {
            steps: &[Step::Probe, Step::Sound],
            expect: Expect::Either,
            resend: Resend::Allowed,
        }),
    },
    wrong(
        "empty-body",
        &[Step::EmptyBody],
        BY_PUBLIC_KEY,
        Bilingual::fixed(
            "a response without a body, with the signature of the whole one",
            "主体为空、签名针对完整主体的应答",
        ),
        Bilingual::fixed("reject it: the signature is of another body", "拒绝：签名针对的是另一主体"),
    ),
    wrong(
        "truncated",
        &[Step::Truncated],
        Source::Rfc("rfc9112#section-8"),
        Bilingual::fixed("half of the body, then the end of the connection", "主体只发送一半，随后断开连接"),
        Bilingual::fixed("reject it: the response is incomplete", "拒绝：应答不完整"),
    ),
    wrong(
        "forged-text",
        &[Step::ForgedPlainText],
        BY_PUBLIC_KEY,
        Bilingual::fixed(
            "a forged response with the Content-Type text/plain",
            "Content-Type 为 text/plain 的伪造应答",
        ),
        Bilingual::fixed("reject it: every Content-Type is verified", "拒绝：无论何种 Content-Type 都须验签"),
    ),
    wrong(
        "doubled-headers",
        &[Step::DoubledHeaders],
        BY_PUBLIC_KEY,
        Bilingual::fixed(
            "each header of the signature twice, the second time with another signature",
            "每个签名HTTP头出现两次，第二次的签名不同",
        ),
        Bilingual::fixed("reject it: which signature counts is open", "拒绝：无法确定以哪个签名为准"),
    ),
    wrong(
        "forged-rejection",
        &[Step::ForgedRejection],
        BY_PUBLIC_KEY,
        Bilingual::fixed("a forged 400 with a token in its body", "主体中带有 token 的伪造 400 应答"),
        Bilingual::fixed("take it for no success", "不得视为成功"),
    ),
    wrong(
        "forged-failure",
        &[Step::ForgedFailure],
        BY_PUBLIC_KEY,
        Bilingual::fixed("a forged 500 with a token in its body", "主体中带有 token 的伪造 500 应答"),
        Bilingual::fixed("take it for no success", "不得视为成功"),
    ),
];
