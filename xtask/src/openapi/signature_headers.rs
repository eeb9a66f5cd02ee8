//! The headers of a signature, in responses and in callbacks.

/// The headers of a response's signature: header, name in the document, description.
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
