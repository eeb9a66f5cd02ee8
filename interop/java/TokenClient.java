import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Gets one token with OkHttp 3 and Gson. */
public final class TokenClient {
  private static final String TOKEN_PATH =
      "/v3/brand/partner/card-member/open-user-card-tokens";
  private static final String ECHO_PATH = "/v3/security/echo";
  /** An echo message that is sent as plain UTF-8, where other clients escape it. */
  private static final String UNESCAPED = "入会 <b>&</b>";
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  static final class TokenRequest {
    @SerializedName("brand_id")
    String brandId;

    @SerializedName("card_id")
    String cardId;

    @SerializedName("openid")
    String openid;
  }

  static final class Echo {
    @SerializedName("echo_message")
    String echoMessage;
  }

  static final class TokenReply {
    @SerializedName("client")
    String client;

    @SerializedName("token")
    String token;

    @SerializedName("expire_time")
    String expireTime;
  }

  public static void main(String[] args) throws GeneralSecurityException {
    try {
      TokenReply reply = getToken(System.getenv());
      reply.client = okhttp3.internal.Version.userAgent().replace('/', ' ');
      System.out.println(GSON.toJson(reply));
    } catch (ApiV3.RejectedReply e) {
      System.err.println("the response's signature was not accepted: " + e.getMessage());
      System.exit(1);
    } catch (IOException e) {
      System.err.println("no token: " + e.getMessage());
      System.exit(1);
    }
  }

  private static TokenReply getToken(Map<String, String> env)
      throws IOException, GeneralSecurityException {
    ApiV3 api = new ApiV3(env);

    Echo echo = new Echo();
    echo.echoMessage = UNESCAPED;
    String echoed = post(env, api, ECHO_PATH, echo, Echo.class).echoMessage;
    if (!UNESCAPED.equals(echoed)) {
      throw new IOException("the echo came back as " + echoed);
    }

    TokenRequest token = new TokenRequest();
    token.brandId = env.get("RUHUI_BRAND_ID");
    token.cardId = env.get("RUHUI_CARD_ID");
    token.openid = env.get("RUHUI_OPENID");
    return post(env, api, TOKEN_PATH, token, TokenReply.class);
  }

  /** Sends one signed request and reads the response once its signature is verified. */
  private static <T> T post(
      Map<String, String> env, ApiV3 api, String path, Object content, Class<T> reply)
      throws IOException, GeneralSecurityException {
    byte[] body = GSON.toJson(content).getBytes(StandardCharsets.UTF_8);

    // OkHttp sends the media type of the body, which has a charset, and drops the Content-Type
    // header that is set here.
    Request request =
        new Request.Builder()
            .url(env.get("RUHUI_BASE_URL") + path)
            .addHeader("Accept", "application/json")
            .addHeader("Wechatpay-Serial", env.get("RUHUI_WECHATPAY_PUBLIC_KEY_ID"))
            .addHeader("Authorization", api.authorization("POST", path, body))
            .addHeader("Content-Type", "application/json")
            .post(RequestBody.create(MediaType.parse("application/json; charset=utf-8"), body))
            .build();

    try (Response response = new OkHttpClient().newCall(request).execute()) {
      byte[] answer = response.body().bytes();
      String text = new String(answer, StandardCharsets.UTF_8);
      if (!response.isSuccessful()) {
        throw new IOException("the server answered " + response.code() + ": " + text);
      }
      api.verify(response.headers(), answer);
      return GSON.fromJson(text, reply);
    }
  }
}
