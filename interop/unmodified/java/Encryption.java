import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts and decrypts sensitive fields, and decrypts the resource of a callback. */
final class Encryption {
  /** RSA-OAEP with SHA-1 in both of its places, which is the default of this name in Java. */
  private static final String FIELDS = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";

  private final Key privateKey;
  private final Key publicKey;
  private final Key apiV3Key;

  Encryption(Map<String, String> env) throws IOException, GeneralSecurityException {
    KeyFactory rsa = KeyFactory.getInstance("RSA");
    privateKey = rsa.generatePrivate(new PKCS8EncodedKeySpec(der(env.get("RUHUI_PRIVATE_KEY"))));
    publicKey = rsa.generatePublic(new X509EncodedKeySpec(der(env.get("RUHUI_WECHATPAY_PUBLIC_KEY"))));
    apiV3Key = new SecretKeySpec(env.get("RUHUI_APIV3_KEY").getBytes(StandardCharsets.UTF_8), "AES");
  }

  String encryptField(String text) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(FIELDS);
    cipher.init(Cipher.ENCRYPT_MODE, publicKey);
    byte[] encrypted = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(encrypted);
  }

  String decryptField(String text) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(FIELDS);
    cipher.init(Cipher.DECRYPT_MODE, privateKey);
    return new String(cipher.doFinal(Base64.getDecoder().decode(text)), StandardCharsets.UTF_8);
  }

  String decryptResource(String ciphertext, String nonce, String associatedData)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] iv = nonce.getBytes(StandardCharsets.UTF_8);
    cipher.init(Cipher.DECRYPT_MODE, apiV3Key, new GCMParameterSpec(128, iv));
    cipher.updateAAD(associatedData.getBytes(StandardCharsets.UTF_8));
    return new String(cipher.doFinal(Base64.getDecoder().decode(ciphertext)), StandardCharsets.UTF_8);
  }

  private static byte[] der(String path) throws IOException {
    String text = Files.readString(Path.of(path));
    return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
  }
}
