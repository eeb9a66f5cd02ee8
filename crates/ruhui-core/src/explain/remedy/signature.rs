//! Remedies for the signature, its key, and the serial number of the certificate.

use super::Remedy;

/// For the algorithm, and for the signature's text.
pub(in crate::explain) static SIGN: Remedy = Remedy {
    java: r#"Signature signer = Signature.getInstance("SHA256withRSA");
signer.initSign(privateKey);
signer.update(message.getBytes(StandardCharsets.UTF_8));
String signature = Base64.getEncoder().encodeToString(signer.sign());"#,
    go: r#"digest := sha256.Sum256([]byte(message))
raw, err := rsa.SignPKCS1v15(rand.Reader, privateKey, crypto.SHA256, digest[:])
signature := base64.StdEncoding.EncodeToString(raw)"#,
    node: r"const signature = crypto.createSign('RSA-SHA256').update(message, 'utf8').sign(privateKey, 'base64');",
    python: r#"raw = private_key.sign(message, padding.PKCS1v15(), hashes.SHA256())
signature = base64.b64encode(raw).decode("ascii")"#,
    php: r"openssl_sign($message, $raw, $privateKey, OPENSSL_ALGO_SHA256);
$signature = base64_encode($raw);",
    curl: r#"signature=$(printf '%s\n' "$method" "$target" "$timestamp" "$nonce" "$body" \
  | openssl dgst -sha256 -sign apiclient_key.pem | openssl base64 -A)"#,
    rust: r"let signature = private_key.sign(&message);",
};

/// For a key of another owner.
pub(in crate::explain) static PRIVATE_KEY: Remedy = Remedy {
    java: r#"String pem = Files.readString(Path.of("apiclient_key.pem")).replaceAll("-----[^-]+-----|\\s", "");
PrivateKey privateKey = KeyFactory.getInstance("RSA")
    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));"#,
    go: r#"text, err := os.ReadFile("apiclient_key.pem")
block, _ := pem.Decode(text)
parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
privateKey := parsed.(*rsa.PrivateKey)"#,
    node: r"const privateKey = readFileSync('apiclient_key.pem');",
    python: r#"pem = Path("apiclient_key.pem").read_bytes()
private_key = serialization.load_pem_private_key(pem, password=None)"#,
    php: r"$privateKey = openssl_pkey_get_private(file_get_contents('apiclient_key.pem'));",
    curl: r"openssl pkey -in apiclient_key.pem -pubout
openssl x509 -in apiclient_cert.pem -noout -pubkey",
    rust: r#"let pem = std::fs::read_to_string("apiclient_key.pem")?;
let private_key = ruhui::key::PrivateKey::from_pem(&pem)?;"#,
};

/// For the serial number of the certificate whose private key signs.
pub(in crate::explain) static SERIAL: Remedy = Remedy {
    java: r#"InputStream file = Files.newInputStream(Path.of("apiclient_cert.pem"));
X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
String hex = certificate.getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
String serialNo = hex.length() % 2 == 0 ? hex : "0" + hex;"#,
    go: r#"text, err := os.ReadFile("apiclient_cert.pem")
block, _ := pem.Decode(text)
certificate, err := x509.ParseCertificate(block.Bytes)
serialNo := fmt.Sprintf("%X", certificate.SerialNumber.Bytes())"#,
    node: r"const serialNo = new crypto.X509Certificate(readFileSync('apiclient_cert.pem')).serialNumber;",
    python: r#"number = x509.load_pem_x509_certificate(Path("apiclient_cert.pem").read_bytes()).serial_number
serial_no = number.to_bytes((number.bit_length() + 7) // 8, "big").hex().upper()"#,
    php: r"$serialNo = openssl_x509_parse(file_get_contents('apiclient_cert.pem'))['serialNumberHex'];",
    curl: r"serial_no=$(openssl x509 -in apiclient_cert.pem -noout -serial | cut -d = -f 2)",
    rust: r#"let pem = std::fs::read_to_string("apiclient_cert.pem")?;
let certificate = ruhui::key::Certificate::from_pem(&pem)?;
let serial_no = certificate.serial_no();"#,
};

/// For a message that differs in an unknown way: prints it with its length.
pub(in crate::explain) static PRINT: Remedy = Remedy {
    java: r#"byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
System.err.println(bytes.length + " bytes: " + message.replace("\r", "\\r").replace("\n", "\\n"));"#,
    go: r#"fmt.Fprintf(os.Stderr, "%d bytes: %q\n", len(message), message)"#,
    node: r"console.error(Buffer.byteLength(message), 'bytes:', JSON.stringify(message));",
    python: r#"print(len(message), "bytes:", message, file=sys.stderr)"#,
    php: r#"fwrite(STDERR, strlen($message) . ' bytes: ' . addcslashes($message, "\0..\37") . PHP_EOL);"#,
    curl: r#"printf '%s\n' "$method" "$target" "$timestamp" "$nonce" "$body" | od -A d -c"#,
    rust: r#"eprintln!("{} bytes: {}", message.len(), message.escape_ascii());"#,
};
