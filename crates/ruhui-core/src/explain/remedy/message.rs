//! Remedies for the canonical message (待签名串) and the body.

use super::Remedy;

pub(in crate::explain) static SIGN_WHAT_YOU_SEND: Remedy = Remedy {
    java: r#"String body = mapper.writeValueAsString(order);
String message = String.join("\n", "POST", path, timestamp, nonce, body, "");
HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(host + path))
    .POST(HttpRequest.BodyPublishers.ofString(body));"#,
    go: r#"body, err := json.Marshal(order)
message := fmt.Sprintf("POST\n%s\n%s\n%s\n%s\n", path, timestamp, nonce, body)
request, err := http.NewRequest("POST", host+path, bytes.NewReader(body))"#,
    node: r"const body = JSON.stringify(order);
const message = ['POST', path, timestamp, nonce, body, ''].join('\n');
const response = await fetch(host + path, { method: 'POST', headers, body });",
    python: r#"body = json.dumps(order).encode()
message = f"POST\n{path}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
response = requests.post(host + path, data=body, headers=headers)"#,
    php: r#"$body = json_encode($order);
$message = "POST\n$path\n$timestamp\n$nonce\n$body\n";
$response = $client->post($host . $path, ['body' => $body, 'headers' => $headers]);"#,
    curl: r#"signature=$(printf 'POST\n%s\n%s\n%s\n%s\n' "$path" "$timestamp" "$nonce" "$body" \
  | openssl dgst -sha256 -sign apiclient_key.pem | openssl base64 -A)
curl --data-binary "$body" --header 'Content-Type: application/json' "$host$path" \
  --header "Authorization: $authorization""#,
    rust: r#"let body = serde_json::to_vec(&order)?;
let message = ruhui::sign::request_message("POST", path, &timestamp, &nonce, &body);
let request = http.post(format!("{host}{path}")).body(body);"#,
};

pub(in crate::explain) static SIGN_THE_REQUEST_LINE: Remedy = Remedy {
    java: r#"URI uri = URI.create(host + path + "?openid=" + URLEncoder.encode(openid, StandardCharsets.UTF_8));
String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
String message = String.join("\n", "GET", target, timestamp, nonce, "", "");
HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET();"#,
    go: r#"request, err := http.NewRequest("GET", host+path+"?"+query.Encode(), nil)
target := request.URL.RequestURI()
message := fmt.Sprintf("GET\n%s\n%s\n%s\n\n", target, timestamp, nonce)"#,
    node: r"const url = new URL(path + '?' + new URLSearchParams(query), host);
const target = url.pathname + url.search;
const message = ['GET', target, timestamp, nonce, '', ''].join('\n');
const response = await fetch(url, { headers });",
    python: r#"request = requests.Request("GET", host + path, params=query).prepare()
message = f"GET\n{request.path_url}\n{timestamp}\n{nonce}\n\n".encode()
request.headers["Authorization"] = authorization(message)
response = requests.Session().send(request)"#,
    php: r#"$target = $path . '?' . http_build_query($query, '', '&', PHP_QUERY_RFC3986);
$message = "GET\n$target\n$timestamp\n$nonce\n\n";
$response = $client->get($host . $target, ['headers' => $headers]);"#,
    curl: r#"target="$path?openid=$openid"
signature=$(printf 'GET\n%s\n%s\n%s\n\n' "$target" "$timestamp" "$nonce" \
  | openssl dgst -sha256 -sign apiclient_key.pem | openssl base64 -A)
curl --globoff --path-as-is "$host$target""#,
    rust: r#"let url = url::Url::parse_with_params(&format!("{host}{path}"), &query)?;
let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
let message = ruhui::sign::request_message("GET", target, &timestamp, &nonce, b"");
let request = http.get(url);"#,
};

/// For the lines of the message: their order, their number and their line feeds.
pub(in crate::explain) static LINE_FEEDS: Remedy = Remedy {
    java: r#"String message = method + "\n"
    + target + "\n"
    + timestamp + "\n"
    + nonce + "\n"
    + body + "\n";"#,
    go: r#"message := fmt.Sprintf("%s\n%s\n%s\n%s\n%s\n", method, target, timestamp, nonce, body)"#,
    node: r"const message = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;",
    python: r#"message = f"{method}\n{target}\n{timestamp}\n{nonce}\n{body}\n".encode()"#,
    php: r#"$message = "$method\n$target\n$timestamp\n$nonce\n$body\n";"#,
    curl: r#"signature=$(printf '%s\n' "$method" "$target" "$timestamp" "$nonce" "$body" \
  | openssl dgst -sha256 -sign apiclient_key.pem | openssl base64 -A)"#,
    rust: r"let message = ruhui::sign::request_message(method, target, &timestamp, &nonce, &body);",
};

pub(in crate::explain) static EMPTY_LAST_LINE: Remedy = Remedy {
    java: r#"String message = "GET\n" + target + "\n" + timestamp + "\n" + nonce + "\n" + "\n";
HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(host + target)).GET();"#,
    go: r#"message := fmt.Sprintf("GET\n%s\n%s\n%s\n\n", target, timestamp, nonce)
request, err := http.NewRequest("GET", host+target, nil)"#,
    node: r"const message = `GET\n${target}\n${timestamp}\n${nonce}\n\n`;
const response = await fetch(host + target, { headers });",
    python: r#"message = f"GET\n{target}\n{timestamp}\n{nonce}\n\n".encode()
response = requests.get(host + target, headers=headers)"#,
    php: r#"$message = "GET\n$target\n$timestamp\n$nonce\n\n";
$response = $client->get($host . $target, ['headers' => $headers]);"#,
    curl: r#"signature=$(printf 'GET\n%s\n%s\n%s\n\n' "$target" "$timestamp" "$nonce" \
  | openssl dgst -sha256 -sign apiclient_key.pem | openssl base64 -A)
curl --globoff "$host$target""#,
    rust: r#"let message = ruhui::sign::request_message("GET", target, &timestamp, &nonce, b"");
let request = http.get(format!("{host}{target}"));"#,
};

pub(in crate::explain) static CAPITALS: Remedy = Remedy {
    java: r#"String method = "POST";
String message = String.join("\n", method, target, timestamp, nonce, body, "");
HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(host + target))
    .method(method, HttpRequest.BodyPublishers.ofString(body));"#,
    go: r#"method := http.MethodPost
message := fmt.Sprintf("%s\n%s\n%s\n%s\n%s\n", method, target, timestamp, nonce, body)
request, err := http.NewRequest(method, host+target, strings.NewReader(body))"#,
    node: r"const method = 'POST';
const message = [method, target, timestamp, nonce, body, ''].join('\n');
const response = await fetch(host + target, { method, headers, body });",
    python: r#"method = "POST"
message = f"{method}\n{target}\n{timestamp}\n{nonce}\n{body}\n".encode()
response = requests.request(method, host + target, data=body.encode(), headers=headers)"#,
    php: r#"$method = 'POST';
$message = "$method\n$target\n$timestamp\n$nonce\n$body\n";
$response = $client->request($method, $host . $target, ['body' => $body, 'headers' => $headers]);"#,
    curl: r#"method=POST
signature=$(printf '%s\n' "$method" "$target" "$timestamp" "$nonce" "$body" \
  | openssl dgst -sha256 -sign apiclient_key.pem | openssl base64 -A)
curl --request "$method" --data-binary "$body" "$host$target""#,
    rust: r#"let method = reqwest::Method::POST;
let message = ruhui::sign::request_message(method.as_str(), target, &timestamp, &nonce, &body);
let request = http.request(method, format!("{host}{target}")).body(body);"#,
};

/// For timestamp and nonce: one text of each, in the message and in the header.
pub(in crate::explain) static ONE_TEXT: Remedy = Remedy {
    java: r#"String timestamp = Long.toString(Instant.now().getEpochSecond());
String nonce = UUID.randomUUID().toString().replace("-", "");
String signature = sign(String.join("\n", "POST", path, timestamp, nonce, body, ""));
String fields = String.format("nonce_str=\"%s\",signature=\"%s\",timestamp=\"%s\"", nonce, signature, timestamp);"#,
    go: r#"random := make([]byte, 16)
_, err := rand.Read(random)
timestamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), hex.EncodeToString(random)
signature := sign(fmt.Sprintf("POST\n%s\n%s\n%s\n%s\n", path, timestamp, nonce, body))
fields := fmt.Sprintf(`nonce_str="%s",signature="%s",timestamp="%s"`, nonce, signature, timestamp)"#,
    node: r#"const timestamp = String(Math.floor(Date.now() / 1000));
const nonce = crypto.randomBytes(16).toString('hex');
const signature = sign(['POST', path, timestamp, nonce, body, ''].join('\n'));
const fields = `nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}"`;"#,
    python: r#"timestamp = str(int(time.time()))
nonce = secrets.token_hex(16)
signature = sign(f"POST\n{path}\n{timestamp}\n{nonce}\n{body}\n".encode())
fields = f'nonce_str="{nonce}",signature="{signature}",timestamp="{timestamp}"'"#,
    php: r#"$timestamp = (string) time();
$nonce = bin2hex(random_bytes(16));
$signature = sign("POST\n$path\n$timestamp\n$nonce\n$body\n");
$fields = sprintf('nonce_str="%s",signature="%s",timestamp="%s"', $nonce, $signature, $timestamp);"#,
    curl: r#"timestamp=$(date +%s)
nonce=$(openssl rand -hex 16)
signature=$(printf 'POST\n%s\n%s\n%s\n%s\n' "$path" "$timestamp" "$nonce" "$body" \
  | openssl dgst -sha256 -sign apiclient_key.pem | openssl base64 -A)
fields="nonce_str=\"$nonce\",signature=\"$signature\",timestamp=\"$timestamp\"""#,
    rust: r##"let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
let nonce = format!("{:032x}", rand::random::<u128>());
let signature = key.sign(&ruhui::sign::request_message("POST", path, &timestamp, &nonce, &body));
let fields = format!(r#"nonce_str="{nonce}",signature="{signature}",timestamp="{timestamp}""#);"##,
};

/// For the encoding of the body.
pub(in crate::explain) static UTF_8: Remedy = Remedy {
    java: r#"byte[] body = json.getBytes(StandardCharsets.UTF_8);
signer.update(("POST\n" + path + "\n" + timestamp + "\n" + nonce + "\n").getBytes(StandardCharsets.UTF_8));
signer.update(body);
signer.update((byte) '\n');
request.POST(HttpRequest.BodyPublishers.ofByteArray(body));"#,
    go: r#"message := fmt.Sprintf("POST\n%s\n%s\n%s\n%s\n", path, timestamp, nonce, body)
digest := sha256.Sum256([]byte(message))
request, err := http.NewRequest("POST", host+path, bytes.NewReader([]byte(body)))"#,
    node: r#"const body = Buffer.from(JSON.stringify(order), 'utf8');
const head = Buffer.from(`POST\n${path}\n${timestamp}\n${nonce}\n`, 'utf8');
const message = Buffer.concat([head, body, Buffer.from('\n')]);
const response = await fetch(host + path, { method: 'POST', headers, body });"#,
    python: r#"body = json.dumps(order, ensure_ascii=False).encode("utf-8")
message = f"POST\n{path}\n{timestamp}\n{nonce}\n".encode("utf-8") + body + b"\n"
response = requests.post(host + path, data=body, headers=headers)"#,
    php: r#"$body = json_encode($order, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
$message = "POST\n$path\n$timestamp\n$nonce\n$body\n";
$response = $client->post($host . $path, ['body' => $body, 'headers' => $headers]);"#,
    curl: r#"iconv -f GBK -t UTF-8 body.json | tr -d '\n' > body.utf-8.json
{ printf 'POST\n%s\n%s\n%s\n' "$path" "$timestamp" "$nonce"; cat body.utf-8.json; echo; } > message
signature=$(openssl dgst -sha256 -sign apiclient_key.pem message | openssl base64 -A)
curl --data-binary @body.utf-8.json --header 'Content-Type: application/json' "$host$path""#,
    rust: r#"let body = serde_json::to_vec(&order)?;
let message = ruhui::sign::request_message("POST", path, &timestamp, &nonce, &body);
let request = http.post(format!("{host}{path}")).body(body);"#,
};

pub(in crate::explain) static NO_MARK: Remedy = Remedy {
    java: r#"String body = Files.readString(Path.of("body.json")).replaceFirst("^\uFEFF", "");"#,
    go: r#"body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))"#,
    node: r"const body = readFileSync('body.json', 'utf8').replace(/^\uFEFF/, '');",
    python: r#"body = Path("body.json").read_text(encoding="utf-8-sig").encode("utf-8")"#,
    php: r#"$body = preg_replace('/^\xEF\xBB\xBF/', '', $body);"#,
    curl: r#"body=${body#"$(printf '\357\273\277')"}"#,
    rust: r#"let body = text.strip_prefix('\u{FEFF}').unwrap_or(text);"#,
};

pub(in crate::explain) static SEND_JSON: Remedy = Remedy {
    java: r#"HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(host + path))
    .header("Content-Type", "application/json")
    .POST(HttpRequest.BodyPublishers.ofString(body));"#,
    go: r#"request, err := http.NewRequest("POST", host+path, bytes.NewReader(body))
request.Header.Set("Content-Type", "application/json")"#,
    node: r"const headers = { Authorization: authorization, Accept: 'application/json', 'Content-Type': 'application/json' };
const response = await fetch(host + path, { method: 'POST', headers, body });",
    python: r#"headers = {"Authorization": authorization, "Accept": "application/json", "Content-Type": "application/json"}
response = requests.post(host + path, data=body, headers=headers)"#,
    php: r#"$headers = ['Authorization' => $authorization, 'Accept' => 'application/json', 'Content-Type' => 'application/json'];
$response = $client->post($host . $path, ['body' => $body, 'headers' => $headers]);"#,
    curl: r#"curl --data-binary "$body" --header 'Content-Type: application/json' --header 'Accept: application/json' \
  --header "Authorization: $authorization" "$host$path""#,
    rust: r#"let request = http.post(format!("{host}{path}")).header("Content-Type", "application/json").body(body);"#,
};

/// For uploads: the text of the part `meta` is signed, and the HTTP library makes the form.
pub(in crate::explain) static SIGN_THE_META: Remedy = Remedy {
    java: r#"String message = String.join("\n", "POST", path, timestamp, nonce, meta, "");
HttpEntity form = MultipartEntityBuilder.create()
    .addTextBody("meta", meta, ContentType.APPLICATION_JSON)
    .addBinaryBody("file", file, ContentType.IMAGE_PNG, "card.png").build();"#,
    go: r#"message := fmt.Sprintf("POST\n%s\n%s\n%s\n%s\n", path, timestamp, nonce, meta)
form := multipart.NewWriter(&body)
err := form.WriteField("meta", meta)
part, err := form.CreateFormFile("file", "card.png")
_, err = part.Write(file)"#,
    node: r"const message = ['POST', path, timestamp, nonce, meta, ''].join('\n');
const body = new FormData();
body.append('meta', meta);
body.append('file', new Blob([file], { type: 'image/png' }), 'card.png');",
    python: r#"message = f"POST\n{path}\n{timestamp}\n{nonce}\n{meta}\n".encode()
files = {"meta": (None, meta, "application/json"), "file": ("card.png", file, "image/png")}
response = requests.post(host + path, files=files, headers=headers)"#,
    php: r#"$message = "POST\n$path\n$timestamp\n$nonce\n$meta\n";
$response = $client->post($host . $path, ['headers' => $headers, 'multipart' => [
    ['name' => 'meta', 'contents' => $meta],
    ['name' => 'file', 'contents' => $file, 'filename' => 'card.png'],
]]);"#,
    curl: r#"signature=$(printf 'POST\n%s\n%s\n%s\n%s\n' "$path" "$timestamp" "$nonce" "$meta" \
  | openssl dgst -sha256 -sign apiclient_key.pem | openssl base64 -A)
curl --form-string "meta=$meta" --form 'file=@card.png;type=image/png' "$host$path""#,
    rust: r#"let message = ruhui::sign::request_message("POST", path, &timestamp, &nonce, meta.as_bytes());
let file = reqwest::multipart::Part::bytes(file).file_name("card.png").mime_str("image/png")?;
let form = reqwest::multipart::Form::new().text("meta", meta).part("file", file);"#,
};

/// For placeholders of the documents in a path.
pub(in crate::explain) static FILL_IN: Remedy = Remedy {
    java: r#"String path = "/v3/brand/partner/card-member/cards/{card_id}".replace("{card_id}", cardId);"#,
    go: r#"path := strings.ReplaceAll("/v3/brand/partner/card-member/cards/{card_id}", "{card_id}", cardID)"#,
    node: r"const path = `/v3/brand/partner/card-member/cards/${cardId}`;",
    python: r#"path = f"/v3/brand/partner/card-member/cards/{card_id}""#,
    php: r#"$path = "/v3/brand/partner/card-member/cards/$cardId";"#,
    curl: r#"path="/v3/brand/partner/card-member/cards/$card_id""#,
    rust: r#"let path = format!("/v3/brand/partner/card-member/cards/{card_id}");"#,
};
