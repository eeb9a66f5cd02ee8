//! Causes in the key and the algorithm.

use super::section::section;
use crate::explain::cause::{Cause, cause};
use crate::explain::remedy;

const SHA_256: (&str, &str) = (
    "Sign with RSASSA-PKCS1-v1_5 and SHA-256: SHA256withRSA in Java, openssl dgst -sha256 -sign.",
    "请使用 SHA256 with RSA（PKCS#1 v1.5）：Java 为 SHA256withRSA，命令行为 openssl dgst -sha256 -sign。",
);

section! {
    SHA_1 = "signed_with_sha1", ("you signed with SHA-1", "您使用了 SHA-1 签名"), SHA_256, remedy::SIGN;
    MD5 = "signed_with_md5", ("you signed with MD5", "您使用了 MD5 签名"), SHA_256, remedy::SIGN;
    SHA_224 = "signed_with_sha224", ("you signed with SHA-224", "您使用了 SHA-224 签名"), SHA_256, remedy::SIGN;
    SHA_384 = "signed_with_sha384", ("you signed with SHA-384", "您使用了 SHA-384 签名"), SHA_256, remedy::SIGN;
    SHA_512 = "signed_with_sha512", ("you signed with SHA-512", "您使用了 SHA-512 签名"), SHA_256, remedy::SIGN;
    PSS = "signed_with_pss", ("you signed with PSS padding", "您使用了 PSS 填充签名"), SHA_256, remedy::SIGN;
    BARE = "signed_without_digest_info",
    (
        "the signature is a private-key encryption of a text or a bare digest, not a signature by PKCS#1 v1.5",
        "签名是用私钥直接加密文本或摘要得到的，不是 PKCS#1 v1.5 签名",
    ),
    SHA_256, remedy::SIGN;
    OTHER_MESSAGE = "message_other",
    (
        "this key made the signature, but over a message that differs from the one the service built",
        "签名确由该私钥生成，但签名的内容与服务端构造的待签名串不同",
    ),
    (
        "Print the text that your program signs and its length in bytes, and compare both with the service's.",
        "请打印程序实际签名的文本及其字节长度，与服务端的待签名串逐字节比较。",
    ),
    remedy::PRINT;
    KEY_UNKNOWN = "key_unknown",
    ("none of the keys known here made the signature", "签名不是由此处已知的任何私钥生成的"),
    (
        "Check that the private key belongs to the certificate in serial_no: openssl pkey -in apiclient_key.pem -pubout and openssl x509 -in apiclient_cert.pem -noout -pubkey print the same.",
        "请检查私钥与 serial_no 对应的证书是否配对：openssl pkey -in apiclient_key.pem -pubout 与 openssl x509 -in apiclient_cert.pem -noout -pubkey 的输出应相同。",
    );
    KEY_KNOWN = "key_known",
    ("a known key made the signature", "签名由已知的私钥生成"),
    (
        "Give the whole request, and what was signed is compared with what was sent.",
        "请提供完整的请求，以便比较签名的内容与发送的内容。",
    );
    REVERSED = "signature_reversed",
    ("the signature's bytes are in reverse order", "签名字节顺序颠倒"),
    (
        "Windows CryptoAPI gives them so: reverse them before encoding.",
        "Windows CryptoAPI 的输出为小端序，编码前请反转。",
    );
    OTHER_CERTIFICATE = "key_of_other_certificate",
    (
        "you signed with the key of a certificate that serial_no does not name",
        "签名所用私钥与 serial_no 对应的证书不符",
    ),
    (
        "Put the serial of the certificate into serial_no whose private key signs.",
        "serial_no 须为签名私钥对应证书的序列号。",
    ),
    remedy::SERIAL;
    FOREIGN = "key_foreign",
    ("you signed with the key of someone else", "您使用了其他方的私钥签名"),
    (
        "Sign with the private key of the merchant API certificate (apiclient_key.pem) of the caller named in the header.",
        "请使用请求头中商户号（或品牌ID）自己的API证书私钥（apiclient_key.pem）签名。",
    ),
    remedy::PRIVATE_KEY;
    BODY_LOST = "body_lost",
    ("the service received no body", "服务端没有收到请求体"),
    (
        "Send the body that was signed: a stream may have been read before, or a proxy may have dropped it.",
        "请确认请求体已发送：可能流已被读取过，或被代理丢弃。",
    );
    PLACEHOLDER_SENT = "placeholder_sent",
    ("the path was sent with a placeholder of the document in it", "发送的路径中仍有文档里的占位符"),
    (
        "Fill the placeholder in before sending, and sign the path that is sent.",
        "发送前请替换占位符，并对实际发送的路径签名。",
    ),
    remedy::FILL_IN;
    QUESTION_MARKS = "body_question_marks",
    (
        "the body has runs of question marks: characters were lost on sending",
        "请求体含有连续问号：发送时字符丢失",
    ),
    (
        "Send the body as UTF-8 bytes, with the charset named outright.",
        "请以 UTF-8 字节发送请求体，并显式指定字符集。",
    );
}
