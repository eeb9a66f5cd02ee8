//! Kinds of content found where a key belongs.

use std::fmt;

/// Kind of content in a text or file. `{}` prints English, `{:#}` Chinese.
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
    /// A key as XML, as .NET writes it.
    XmlKey,
    /// Another JSON document.
    Json,
    /// A zip archive.
    Zip,
    /// An HTML page.
    Html,
    /// An APIv3 key: 32 letters and digits.
    ApiV3Key,
    /// The serial number of a certificate, or the ID of a WeChat Pay public key.
    SerialNo,
    /// The pointer that Git LFS leaves in place of a file.
    GitLfsPointer,
    /// A file that a tool for secrets encrypted, such as Ansible Vault, SOPS or Jasypt.
    EncryptedSecret,
    /// A placeholder that a program should have replaced by the key, such as `${KEY}`.
    Placeholder,
    /// Bytes that are neither text nor a known form of a key.
    Binary,
    /// Another PEM label, as written in the text.
    Other(String),
}

impl Kind {
    /// All kinds except [`Kind::Other`], in the order of the variants.
    pub const ALL: [Self; 25] = [
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
        Self::ApiV3Key,
        Self::SerialNo,
        Self::GitLfsPointer,
        Self::EncryptedSecret,
        Self::Placeholder,
        Self::Binary,
    ];

    /// Returns the kind that a PEM label names.
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
            Self::ApiV3Key => ("an APIv3 key", " APIv3密钥"),
            Self::SerialNo => ("a serial number or a key's ID", "序列号或公钥ID"),
            Self::GitLfsPointer => {
                ("a pointer of Git LFS, not the file itself", " Git LFS 指针，不是文件本身")
            }
            Self::EncryptedSecret => ("a text that a tool for secrets encrypted", "由密钥管理工具加密的内容"),
            Self::Placeholder => ("a placeholder that was not replaced", "未被替换的占位符"),
            Self::Binary => ("a binary file of no known form", "无法识别的二进制文件"),
            Self::Other(_) => ("a PEM section", "PEM 段"),
        }
    }

    /// Returns the advice, in English and Chinese, for this kind where `wanted` belongs.
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
            (Self::ApiV3Key, Self::PrivateKey) => (
                "an APIv3 key decrypts callbacks; the private key that signs is the file apiclient_key.pem",
                "APIv3密钥用于解密回调通知；用于签名的私钥是文件 apiclient_key.pem",
            ),
            (Self::ApiV3Key, _) => (
                "an APIv3 key decrypts callbacks; take the .pem file",
                "APIv3密钥用于解密回调通知；请使用 .pem 文件",
            ),
            (Self::SerialNo, _) => (
                "it names the certificate or key; take the .pem file itself",
                "它只是证书或公钥的编号；请使用对应的 .pem 文件",
            ),
            (Self::GitLfsPointer, _) => {
                ("`git lfs pull` fetches the file", "请用 `git lfs pull` 获取文件内容")
            }
            (Self::EncryptedSecret, _) => (
                "decrypt it with that tool before the program reads it, for example `ansible-vault view FILE` or \
                 `sops -d FILE`",
                "请先用该工具解密，例如 `ansible-vault view FILE` 或 `sops -d FILE`",
            ),
            (Self::Placeholder, _) => (
                "the shell or configuration that starts the program must replace it with the key",
                "应由启动程序的 shell 或配置系统替换为密钥内容",
            ),
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

/// Writes a sentence such as `this is a certificate, a private key is needed`, and the advice.
pub(super) fn write_mismatch(f: &mut fmt::Formatter<'_>, found: &Kind, wanted: &Kind) -> fmt::Result {
    let advice = found.advice(wanted);
    if f.alternate() {
        write!(f, "这是{found:#}，此处需要{wanted:#}")?;
        advice.map_or(Ok(()), |(_, zh)| write!(f, "：{zh}"))
    } else {
        write!(f, "this is {found}, {wanted} is needed")?;
        advice.map_or(Ok(()), |(en, _)| write!(f, ": {en}"))
    }
}
