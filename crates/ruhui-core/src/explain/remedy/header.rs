//! Remedies for the headers, and for the digest of an upload.

use super::Remedy;

pub(in crate::explain) static THE_FORM: Remedy = Remedy {
    java: r#"String authorization = String.format(
    "WECHATPAY2-SHA256-RSA2048 mchid=\"%s\",nonce_str=\"%s\",signature=\"%s\",timestamp=\"%s\",serial_no=\"%s\"",
    mchid, nonce, signature, timestamp, serialNo);
request.header("Authorization", authorization);"#,
    go: r#"authorization := fmt.Sprintf(
	`WECHATPAY2-SHA256-RSA2048 mchid="%s",nonce_str="%s",signature="%s",timestamp="%s",serial_no="%s"`,
	mchid, nonce, signature, timestamp, serialNo)
request.Header.Set("Authorization", authorization)"#,
    node: r#"const authorization =
  `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",` +
  `timestamp="${timestamp}",serial_no="${serialNo}"`;
const headers = { Authorization: authorization, Accept: 'application/json' };"#,
    python: r#"authorization = (
    f'WECHATPAY2-SHA256-RSA2048 mchid="{mchid}",nonce_str="{nonce}",signature="{signature}",'
    f'timestamp="{timestamp}",serial_no="{serial_no}"')
headers = {"Authorization": authorization, "Accept": "application/json"}"#,
    php: r#"$authorization = sprintf(
    'WECHATPAY2-SHA256-RSA2048 mchid="%s",nonce_str="%s",signature="%s",timestamp="%s",serial_no="%s"',
    $mchid, $nonce, $signature, $timestamp, $serialNo);
$headers = ['Authorization' => $authorization, 'Accept' => 'application/json'];"#,
    curl: r#"authorization="WECHATPAY2-SHA256-RSA2048 mchid=\"$mchid\",nonce_str=\"$nonce\",signature=\"$signature\""
authorization="$authorization,timestamp=\"$timestamp\",serial_no=\"$serial_no\""
curl --header "Authorization: $authorization" --header 'Accept: application/json' "$host$target""#,
    rust: r#"let signer = ruhui::sign::Signer::new(caller, serial_no, key);
let authorization = signer.authorize("POST", path, now, &nonce, &body);
let request = http.post(format!("{host}{path}")).header("Authorization", authorization).body(body);"#,
};

/// For the headers that the service needs before it looks at a signature.
pub(in crate::explain) static ACCEPT_AND_USER_AGENT: Remedy = Remedy {
    java: r#"request.header("Accept", "application/json").header("User-Agent", "my-shop/1.0");"#,
    go: r#"request.Header.Set("Accept", "application/json")
request.Header.Set("User-Agent", "my-shop/1.0")"#,
    node: r"const headers = { Authorization: authorization, Accept: 'application/json', 'User-Agent': 'my-shop/1.0' };",
    python: r#"headers = {"Authorization": authorization, "Accept": "application/json", "User-Agent": "my-shop/1.0"}"#,
    php: r"$headers = ['Authorization' => $authorization, 'Accept' => 'application/json', 'User-Agent' => 'my-shop/1.0'];",
    curl: r#"curl --header 'Accept: application/json' --user-agent 'my-shop/1.0' \
  --header "Authorization: $authorization" "$host$target""#,
    rust: r#"let request = request.header("Accept", "application/json").header("User-Agent", "my-shop/1.0");"#,
};

pub(in crate::explain) static WECHATPAY_SERIAL: Remedy = Remedy {
    java: r#"request.header("Wechatpay-Serial", publicKeyId);"#,
    go: r#"request.Header.Set("Wechatpay-Serial", publicKeyID)"#,
    node: r"headers['Wechatpay-Serial'] = publicKeyId;",
    python: r#"headers["Wechatpay-Serial"] = public_key_id"#,
    php: r"$headers['Wechatpay-Serial'] = $publicKeyId;",
    curl: r#"curl --header "Wechatpay-Serial: $public_key_id" --header "Authorization: $authorization" "$host$target""#,
    rust: r#"let request = request.header("Wechatpay-Serial", public_key_id);"#,
};

pub(in crate::explain) static FILE_DIGEST: Remedy = Remedy {
    java: r#"byte[] file = Files.readAllBytes(Path.of("card.png"));
byte[] digest = MessageDigest.getInstance("SHA-256").digest(file);
String sha256 = HexFormat.of().formatHex(digest);"#,
    go: r#"file, err := os.ReadFile("card.png")
digest := fmt.Sprintf("%x", sha256.Sum256(file))"#,
    node: r"const file = readFileSync('card.png');
const sha256 = crypto.createHash('sha256').update(file).digest('hex');",
    python: r#"file = Path("card.png").read_bytes()
sha256 = hashlib.sha256(file).hexdigest()"#,
    php: r"$file = file_get_contents('card.png');
$sha256 = hash('sha256', $file);",
    curl: r"sha256=$(openssl dgst -sha256 -r card.png | cut -d ' ' -f 1)",
    rust: r#"let file = std::fs::read("card.png")?;
let sha256 = hex::encode(sha2::Sha256::digest(&file));"#,
};
