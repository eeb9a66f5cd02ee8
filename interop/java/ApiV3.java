import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import okhttp3.Headers;

/** Signs requests with the merchant's key and verifies responses with WeChat Pay's public key. */
final class ApiV3 {
  /** A response that WeChat Pay has not verifiably signed within the time window. */
  static final class RejectedReply extends IOException {
    RejectedReply(String reason) {
      super(reason);
    }
  }

  private static final Duration WINDOW = Duration.ofMinutes(5);

  private final String mchid;
  private final String serialNo;
  private final PrivateKey privateKey;
  private final String publicKeyId;
  private final PublicKey publicKey;

  ApiV3(Map<String, String> env) throws IOException, GeneralSecurityException {
    KeyFactory rsa = KeyFactory.getInstance("RSA");
    mchid = env.get("RUHUI_MCHID");
    serialNo = env.get("RUHUI_SERIAL_NO");
    privateKey =
        rsa.generatePrivate(new PKCS8EncodedKeySpec(readPem(env.get("RUHUI_PRIVATE_KEY"))));
    publicKeyId = env.get("RUHUI_WECHATPAY_PUBLIC_KEY_ID");
    publicKey =
        rsa.generatePublic(new X509EncodedKeySpec(readPem(env.get("RUHUI_WECHATPAY_PUBLIC_KEY"))));
  }

  String authorization(String method, String path, byte[] body) throws GeneralSecurityException {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String nonce = HexFormat.of().withUpperCase().formatHex(random);
    String timestamp = Long.toString(Instant.now().getEpochSecond());

    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(privateKey);
    signer.update(lines(body, method, path, timestamp, nonce));
    String signature = Base64.getEncoder().encodeToString(signer.sign());

    return "WECHATPAY2-SHA256-RSA2048 "
        + ("mchid=\"" + mchid + "\",")
        + ("nonce_str=\"" + nonce + "\",")
        + ("signature=\"" + signature + "\",")
        + ("timestamp=\"" + timestamp + "\",")
        + ("serial_no=\"" + serialNo + "\"");
  }

  void verify(Headers headers, byte[] body) throws RejectedReply, GeneralSecurityException {
    String timestamp = only(headers, "Wechatpay-Timestamp");
    String nonce = only(headers, "Wechatpay-Nonce");
    String serial = only(headers, "Wechatpay-Serial");
    String signature = only(headers, "Wechatpay-Signature");

    if (!serial.equals(publicKeyId)) {
      throw new RejectedReply("it was made with the key " + serial + ", which is not at hand");
    }
    if (!timestamp.matches("[0-9]{1,12}")) {
      throw new RejectedReply("its time is not a number of seconds");
    }
    Duration age =
        Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), Instant.now());
    if (age.abs().compareTo(WINDOW) > 0) {
      throw new RejectedReply("it is " + age.toSeconds() + " seconds old");
    }
    if (!matches(signature, lines(body, timestamp, nonce))) {
      throw new RejectedReply("it does not belong to these bytes and this key");
    }
  }

  /** Verifies a signature. Text that is not Base64 is a signature mismatch, not an exception. */
  private boolean matches(String signature, byte[] message) throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(publicKey);
    verifier.update(message);
    try {
      return verifier.verify(Base64.getDecoder().decode(signature));
    } catch (IllegalArgumentException | SignatureException e) {
      return false;
    }
  }

  private static String only(Headers headers, String name) throws RejectedReply {
    List<String> values = headers.values(name);
    if (values.size() != 1 || values.get(0).isEmpty()) {
      throw new RejectedReply(name + " occurs " + values.size() + " times, or is empty");
    }
    return values.get(0);
  }

  /** Returns the message to sign: the given lines, then the body's bytes unchanged, then a newline. */
  private static byte[] lines(byte[] body, String... lines) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (String line : lines) {
      message.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    message.writeBytes(body);
    message.write('\n');
    return message.toByteArray();
  }

  private static byte[] readPem(String path) throws IOException {
    String text = Files.readString(Path.of(path));
    return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
  }
}
