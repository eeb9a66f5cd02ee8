import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of a token request against a sandbox. */
class TokenTest {
  // Every test uses this user: the reset makes it new again.
  private static final String OPENID = "obLatjnx9gnqzS4myYGmLZ7LgLBA";
  private static final String PATH = "/v3/brand/partner/card-member/pre-auth-tokens";

  private static Sandbox sandbox;

  @BeforeAll
  static void start() throws Exception {
    sandbox = Sandbox.start();
  }

  @BeforeEach
  void reset() throws Exception {
    sandbox.reset();
  }

  @AfterAll
  static void stop() throws Exception {
    sandbox.close();
  }

  @Test
  void aUserWithoutACardGetsAToken() throws Exception {
    Sandbox.Answer answer = requestToken(OPENID);
    assertEquals(200, answer.status());
    assertEquals(32, answer.text("token").length());
  }

  @Test
  void aMemberGetsNoToken() throws Exception {
    Sandbox.Answer answer = requestToken("oMember000000000000000000000");
    assertEquals(400, answer.status());
    assertEquals("INVALID_REQUEST", answer.text("code"));
  }

  @Test
  void aTokenIsSpentOnce() throws Exception {
    String token = requestToken(OPENID).text("token");
    assertEquals(OPENID, join(token).body().getAsJsonObject("user_card").get("openid").getAsString());
    assertEquals("TOKEN_SPENT", join(token).text("code"));
  }

  @Test
  void theUserIsFreeAgainAfterTheReset() throws Exception {
    for (int round = 0; round < 2; round++) {
      assertEquals(200, join(requestToken(OPENID).text("token")).status());
      sandbox.reset();
    }
  }

  @Test
  void theServiceFailsOnceAndARetrySucceeds() throws Exception {
    sandbox.control("faults", "{\"fault\":\"system-error\",\"times\":1}");
    Sandbox.Answer answer = requestToken(OPENID);
    assertEquals(500, answer.status());
    assertEquals("SYSTEM_ERROR", answer.text("code"));
    assertEquals(200, requestToken(OPENID).status());
  }

  private static Sandbox.Answer join(String token) throws Exception {
    return sandbox.control(
        "join", "{\"token\":\"" + token + "\",\"phone_number\":\"13900000000\"}");
  }

  /** The code under test: signs a request for a token, sends it, and verifies the response. */
  private static Sandbox.Answer requestToken(String openid) throws Exception {
    String body =
        "{\"brand_id\":\"%s\",\"card_id\":\"%s\",\"openid\":\"%s\"}"
            .formatted(sandbox.value("BRAND_ID"), sandbox.value("CARD_ID"), openid);
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    String nonce = UUID.randomUUID().toString().replace("-", "");
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(privateKey());
    signer.update(bytes(String.join("\n", "POST", PATH, timestamp, nonce, body, "")));
    String authorization =
        "WECHATPAY2-SHA256-RSA2048 mchid=\"%s\",nonce_str=\"%s\",signature=\"%s\",timestamp=\"%s\",serial_no=\"%s\""
            .formatted(
                sandbox.value("MCHID"),
                nonce,
                Base64.getEncoder().encodeToString(signer.sign()),
                timestamp,
                sandbox.value("SERIAL_NO"));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sandbox.value("BASE_URL") + PATH))
            .header("Authorization", authorization)
            .header("Wechatpay-Serial", sandbox.value("WECHATPAY_PUBLIC_KEY_ID"))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(publicKey());
    String signed =
        String.join(
            "\n", header(response, "Timestamp"), header(response, "Nonce"), response.body(), "");
    verifier.update(bytes(signed));
    assertTrue(
        verifier.verify(Base64.getDecoder().decode(header(response, "Signature"))),
        "the response's signature does not verify");
    return Sandbox.Answer.of(response);
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue("Wechatpay-" + name).orElseThrow();
  }

  private static PrivateKey privateKey() throws Exception {
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(der(sandbox.value("PRIVATE_KEY"))));
  }

  private static PublicKey publicKey() throws Exception {
    return KeyFactory.getInstance("RSA")
        .generatePublic(new X509EncodedKeySpec(der(sandbox.value("WECHATPAY_PUBLIC_KEY"))));
  }

  private static byte[] der(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
