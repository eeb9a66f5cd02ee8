//! The headers of a signature, in responses and in callbacks.

/// A response's signature: the header, its name in the document, and what it says.
pub(super) const SIGNATURE_HEADERS: &[(&str, &str, &str)] = &[
    ("Wechatpay-Timestamp", "timestamp", "When the response was signed, in Unix seconds."),
    ("Wechatpay-Nonce", "nonce", "A random text that is part of what was signed."),
    (
        "Wechatpay-Signature",
        "signature",
        "Base64 of the signature over timestamp, nonce and raw body, a line feed after each.",
    ),
    (
        "Wechatpay-Serial",
        "serial",
        "The public key id, or the platform certificate's serial, of the signing key.",
    ),
    ("Wechatpay-Signature-Type", "signature_type", "The scheme."),
];
