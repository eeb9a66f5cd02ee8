//! The kinds of content that a file or text can hold where a key belongs.

use std::fmt;

/// The kind of content that a text or file holds. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A private key, PKCS#8 or PKCS#1.
    PrivateKey,
    /// A public key, SPKI or PKCS#1.
    PublicKey,
    /// An X.509 certificate.
    Certificate,
    /// An encrypted private key: PKCS#8, or the older form with `Proc-Type: 4,ENCRYPTED`.
    EncryptedPrivateKey,
    /// A PKCS#12 file (`.p12`, `.pfx`): a key and its certificate under a password.
    Pkcs12,
    /// A PKCS#7 file (`.p7b`): certificates, or a signed or encrypted message.
    Pkcs7,
    /// A certificate signing request.
    CertificateRequest,
    /// A certificate revocation list.
    RevocationList,
    /// The parameters of a curve or group, which OpenSSL writes before some keys.
    Parameters,
    /// A private key in the format of OpenSSH.
    OpensshPrivateKey,
    /// A public key in a format of SSH.
    SshPublicKey,
    /// A private key of PuTTY.
    PuttyKey,
    /// A key or message of PGP.
    Pgp,
    /// A Java key store: JKS or JCEKS.
    JavaKeyStore,
    /// A JSON Web Key.
    Jwk,
    /// A key as XML, which .NET writes.
    XmlKey,
    /// Another JSON document.
    Json,
    /// A zip archive.
    Zip,
    /// A page of HTML.
    Html,
    /// Bytes that are neither text nor a known form of a key.
    Binary,
    /// Another PEM label, as it stands in the text.
    Other(String),
}

impl Kind {
    /// Every kind but [`Kind::Other`], in the order above.
    pub const ALL: [Self; 20] = [
        Self::PrivateKey,
        Self::PublicKey,
        Self::Certificate,
        Self::EncryptedPrivateKey,
        Self::Pkcs12,
        Self::Pkcs7,
        Self::CertificateRequest,
        Self::RevocationList,
        Self::Parameters,
        Self::OpensshPrivateKey,
        Self::SshPublicKey,
        Self::PuttyKey,
        Self::Pgp,
        Self::JavaKeyStore,
        Self::Jwk,
        Self::XmlKey,
        Self::Json,
        Self::Zip,
        Self::Html,
        Self::Binary,
    ];

    /// The kind that a PEM label names.
    pub(super) fn of_label(label: &str) -> Self {
        let plain: String = label.chars().filter(|c| !c.is_whitespace()).collect();
        match plain.to_ascii_uppercase().as_str() {
            "PRIVATEKEY" | "RSAPRIVATEKEY" => Self::PrivateKey,
            "PUBLICKEY" | "RSAPUBLICKEY" => Self::PublicKey,
            "CERTIFICATE" | "TRUSTEDCERTIFICATE" | "X509CERTIFICATE" => Self::Certificate,
            "ENCRYPTEDPRIVATEKEY" => Self::EncryptedPrivateKey,
            "PKCS7" | "CMS" | "PKCS#7SIGNEDDATA" => Self::Pkcs7,
            "PKCS12" | "PFX" => Self::Pkcs12,
            "CERTIFICATEREQUEST" | "NEWCERTIFICATEREQUEST" => Self::CertificateRequest,
            "X509CRL" => Self::RevocationList,
            "OPENSSHPRIVATEKEY" => Self::OpensshPrivateKey,
            "SSH2PUBLICKEY" => Self::SshPublicKey,
            "SSH2ENCRYPTEDPRIVATEKEY" => Self::OpensshPrivateKey,
            pgp if pgp.starts_with("PGP") => Self::Pgp,
            parameters if parameters.ends_with("PARAMETERS") => Self::Parameters,
            _ => Self::Other(label.to_owned()),
        }
    }

    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::PrivateKey => ("a private key", "私钥"),
            Self::PublicKey => ("a public key", "公钥"),
            Self::Certificate => ("a certificate", "证书"),
            Self::EncryptedPrivateKey => ("an encrypted private key", "加密的私钥"),
            Self::Pkcs12 => ("a PKCS#12 file (.p12, .pfx)", " PKCS#12 文件（.p12、.pfx）"),
            Self::Pkcs7 => ("a PKCS#7 file (.p7b)", " PKCS#7 文件（.p7b）"),
            Self::CertificateRequest => ("a certificate signing request (CSR)", "证书请求（CSR）"),
            Self::RevocationList => ("a certificate revocation list (CRL)", "证书吊销列表（CRL）"),
            Self::Parameters => {
                ("the parameters of a curve or group, without a key", "曲线或群的参数，不含密钥")
            }
            Self::OpensshPrivateKey => ("a private key in the format of OpenSSH", " OpenSSH 格式的私钥"),
            Self::SshPublicKey => ("a public key in the format of SSH", " SSH 格式的公钥"),
            Self::PuttyKey => ("a private key of PuTTY (.ppk)", " PuTTY 私钥（.ppk）"),
            Self::Pgp => ("a PGP key or message", " PGP 密钥或消息"),
            Self::JavaKeyStore => ("a Java key store (JKS)", " Java 密钥库（JKS）"),
            Self::Jwk => ("a JSON Web Key (JWK)", " JWK（JSON Web Key）格式的密钥"),
            Self::XmlKey => ("a key as XML", " XML 格式的密钥"),
            Self::Json => ("a JSON document without a key", "不含密钥的 JSON"),
            Self::Zip => ("a zip archive", " zip 压缩包"),
            Self::Html => ("a page of HTML, perhaps of a login", "网页（HTML），可能是登录页"),
            Self::Binary => ("a binary file of no known form", "无法识别的二进制文件"),
            Self::Other(_) => ("a PEM section", "PEM 段"),
        }
    }

    /// The advice about this kind where `wanted` belongs, in English and Chinese.
    fn advice(&self, wanted: &Self) -> Option<(&'static str, &'static str)> {
        let archive = match wanted {
            Self::PrivateKey => Some((
                "take apiclient_key.pem from the same archive",
                "请使用同一压缩包中的 apiclient_key.pem",
            )),
            Self::Certificate => Some(("take the .pem file of the certificate", "请使用证书的 .pem 文件")),
            _ => None,
        };
        Some(match (self, wanted) {
            (Self::EncryptedPrivateKey, Self::PrivateKey) => (
                "decrypt it first: `openssl pkcs8 -in encrypted.pem -out apiclient_key.pem`",
                "请先解密：`openssl pkcs8 -in encrypted.pem -out apiclient_key.pem`",
            ),
            (Self::Pkcs12, Self::PrivateKey) => (
                "take apiclient_key.pem from the same archive, or convert it with `openssl pkcs12 -in \
                 apiclient_cert.p12 -nocerts -nodes -out apiclient_key.pem` (the password is the mchid)",
                "请使用同一压缩包中的 apiclient_key.pem，或转换：`openssl pkcs12 -in apiclient_cert.p12 -nocerts -nodes \
                 -out apiclient_key.pem`（密码为商户号）",
            ),
            (Self::Pkcs12, Self::Certificate) => (
                "take apiclient_cert.pem from the same archive, or convert it with `openssl pkcs12 -in \
                 apiclient_cert.p12 -nokeys -clcerts -out apiclient_cert.pem` (the password is the mchid)",
                "请使用同一压缩包中的 apiclient_cert.pem，或转换：`openssl pkcs12 -in apiclient_cert.p12 -nokeys -clcerts \
                 -out apiclient_cert.pem`（密码为商户号）",
            ),
            (Self::Pkcs12, _) => (
                "it holds the merchant's own key and certificate; download pub_key.pem from the merchant platform",
                "其中是商户自己的私钥和证书；请从商户平台下载 pub_key.pem",
            ),
            (Self::Pkcs7, Self::Certificate) => (
                "convert it with `openssl pkcs7 -in file.p7b -print_certs -out cert.pem`",
                "请转换：`openssl pkcs7 -in file.p7b -print_certs -out cert.pem`",
            ),
            (Self::CertificateRequest, Self::PrivateKey) => (
                "it holds the public half only; the private key was written when the request was made",
                "其中只有公钥；私钥是在生成证书请求时保存的那个文件",
            ),
            (Self::CertificateRequest, _) => (
                "download the certificate that was issued for it from the merchant platform",
                "请从商户平台下载据此签发的证书",
            ),
            (Self::OpensshPrivateKey, Self::PrivateKey) => (
                "a key of WeChat Pay is apiclient_key.pem; `ssh-keygen -p -m PKCS8 -f key` converts a key of your own",
                "微信支付的私钥文件是 apiclient_key.pem；自有密钥可用 `ssh-keygen -p -m PKCS8 -f key` 转换",
            ),
            (Self::SshPublicKey, Self::PublicKey) => (
                "WeChat Pay's is pub_key.pem; `ssh-keygen -e -m PKCS8 -f key.pub` converts a key of your own",
                "微信支付公钥文件是 pub_key.pem；自有密钥可用 `ssh-keygen -e -m PKCS8 -f key.pub` 转换",
            ),
            (Self::PuttyKey, Self::PrivateKey) => (
                "`puttygen key.ppk -O private-openssh -o key` and `ssh-keygen -p -m PKCS8 -f key` convert it",
                "可用 `puttygen key.ppk -O private-openssh -o key` 和 `ssh-keygen -p -m PKCS8 -f key` 转换",
            ),
            (Self::JavaKeyStore, Self::PrivateKey) => (
                "convert it with `keytool -importkeystore -srckeystore file.jks -destkeystore key.p12 -deststoretype \
                 PKCS12`, then `openssl pkcs12 -in key.p12 -nocerts -nodes -out apiclient_key.pem`",
                "请转换：`keytool -importkeystore -srckeystore file.jks -destkeystore key.p12 -deststoretype PKCS12`，\
                 再执行 `openssl pkcs12 -in key.p12 -nocerts -nodes -out apiclient_key.pem`",
            ),
            (Self::JavaKeyStore, _) => (
                "convert it with `keytool -exportcert -rfc -keystore file.jks -alias NAME`",
                "请转换：`keytool -exportcert -rfc -keystore file.jks -alias NAME`",
            ),
            (Self::Zip, Self::PrivateKey) => {
                ("unpack it and take apiclient_key.pem", "请解压并使用其中的 apiclient_key.pem")
            }
            (Self::Zip, _) => ("unpack it and take the .pem file", "请解压并使用其中的 .pem 文件"),
            (Self::Html, _) => (
                "the download did not reach the file; sign in with a browser and download it again",
                "下载到的不是目标文件；请在浏览器中登录后重新下载",
            ),
            (Self::Jwk | Self::XmlKey, _) => {
                ("write the key as PEM with the program that made it", "请用生成它的程序导出为 PEM")
            }
            (Self::Parameters, _) => ("the key is missing below it", "其后缺少密钥"),
            (
                Self::Binary
                | Self::Pgp
                | Self::Pkcs7
                | Self::RevocationList
                | Self::Json
                | Self::OpensshPrivateKey
                | Self::SshPublicKey
                | Self::PuttyKey,
                _,
            ) => archive?,
            _ => return None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Other(label), false) => write!(f, "a PEM section `{label}`"),
            (Self::Other(label), true) => write!(f, "名为 `{label}` 的 PEM 段"),
            (kind, false) => f.write_str(kind.words().0),
            (kind, true) => f.write_str(kind.words().1),
        }
    }
}

/// Writes a sentence such as `this is a certificate, a private key is wanted`, and the advice.
pub(super) fn write_mismatch(f: &mut fmt::Formatter<'_>, found: &Kind, wanted: &Kind) -> fmt::Result {
    let advice = found.advice(wanted);
    match f.alternate() {
        false => {
            write!(f, "this is {found}, {wanted} is wanted")?;
            advice.map_or(Ok(()), |(en, _)| write!(f, ": {en}"))
        }
        true => {
            write!(f, "这是{found:#}，此处需要{wanted:#}")?;
            advice.map_or(Ok(()), |(_, zh)| write!(f, "：{zh}"))
        }
    }
}

/// The algorithm of a key that is not RSA.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// An elliptic curve of ECDSA.
    Ec,
    /// SM2 (国密), which WeChat Pay's scheme `WECHATPAY2-SM2-WITH-SM3` uses.
    Sm2,
    /// Ed25519, Ed448, X25519 or X448.
    Edwards,
    /// DSA.
    Dsa,
    /// Diffie-Hellman.
    DiffieHellman,
    /// RSA that the key limits to PSS signatures.
    RsaPss,
    /// Another one, by its object identifier.
    Other(String),
}

impl Algorithm {
    /// The algorithm that an object identifier names; `None` for RSA.
    pub(super) fn of_oid(algorithm: &str, parameter: Option<&str>) -> Option<Self> {
        Some(match (algorithm, parameter) {
            ("1.2.840.113549.1.1.1", _) => return None,
            ("1.2.840.10045.2.1", Some("1.2.156.10197.1.301")) | ("1.2.156.10197.1.301", _) => Self::Sm2,
            ("1.2.840.10045.2.1", _) => Self::Ec,
            ("1.3.101.110" | "1.3.101.111" | "1.3.101.112" | "1.3.101.113", _) => Self::Edwards,
            ("1.2.840.10040.4.1", _) => Self::Dsa,
            ("1.2.840.113549.1.3.1" | "1.2.840.10046.2.1", _) => Self::DiffieHellman,
            ("1.2.840.113549.1.1.10", _) => Self::RsaPss,
            (other, _) => Self::Other(other.to_owned()),
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Ec, false) => f.write_str("elliptic-curve (EC)"),
            (Self::Ec, true) => f.write_str("椭圆曲线（EC）"),
            (Self::Sm2, false) => f.write_str("SM2"),
            (Self::Sm2, true) => f.write_str("国密 SM2"),
            (Self::Edwards, _) => f.write_str("Ed25519"),
            (Self::Dsa, _) => f.write_str("DSA"),
            (Self::DiffieHellman, _) => f.write_str("Diffie-Hellman"),
            (Self::RsaPss, _) => f.write_str("RSASSA-PSS"),
            (Self::Other(oid), _) => f.write_str(oid),
        }
    }
}
