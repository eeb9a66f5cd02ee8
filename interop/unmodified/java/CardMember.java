import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Makes a member: picture, template, token, callback, confirmation, query.
 *
 * <p>Each request takes the steps of the product's Java sample, and the hosts are constants, as they are there. The
 * program has no setting for a sandbox. It prints the token, and then waits until somebody joins with it.
 */
public final class CardMember {
  private static final String HOST = "https://api.mch.weixin.qq.com";
  private static final String BACKUP_HOST = "https://api2.mch.weixin.qq.com";
  private static final String CARD_MEMBER_PATH = "/v3/brand/partner/card-member";
  private static final String TOKEN_PATH = CARD_MEMBER_PATH + "/open-user-card-tokens";
  private static final String UPLOAD_PATH = "/v3/marketing/favor/media/image-upload";

  private static final String BRAND_ID = "1005";
  private static final String APPID = "wxea9c30a90fs8d3fe";
  private static final String OPENID = "oUnmodifiedJava0000000000000";
  private static final String PHONE_NUMBER = "13911111111";
  private static final byte[] PICTURE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

  private static final MediaType JSON = MediaType.parse("application/json; charset=utf-8");
  private static final MediaType PNG = MediaType.parse("image/png");
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final ApiV3 api;
  private final Encryption encryption;
  private final String publicKeyId;

  private CardMember(Map<String, String> env) throws IOException, GeneralSecurityException {
    api = new ApiV3(env);
    encryption = new Encryption(env);
    publicKeyId = env.get("RUHUI_WECHATPAY_PUBLIC_KEY_ID");
  }

  public static void main(String[] args) throws Exception {
    try {
      new CardMember(System.getenv()).makeMember();
    } catch (ApiV3.RejectedReply e) {
      System.err.println("the response's signature was not accepted: " + e.getMessage());
      System.exit(1);
    } catch (ApiException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
    // The pool of OkHttp would keep the program alive for minutes.
    System.exit(0);
  }

  private void makeMember() throws Exception {
    CallbackServer callbacks = new CallbackServer(api, encryption);
    String pictureUrl = upload();
    String cardId = createTemplate(pictureUrl, callbacks.notifyUrl());
    System.out.println("token " + createPreAuthToken(cardId).token);

    JsonObject event = callbacks.next();
    expect("USER_CARD.CREATE", event.get("event_type").getAsString().replaceFirst(".*SP\\.", ""));
    String userCardCode = event.get("user_card_code").getAsString();
    expect("EFFECTIVE", confirm(cardId, userCardCode).get("user_card_state").getAsString());

    String path =
        String.format(
            "%s/user-cards/%s?brand_id=%s&card_id=%s&openid=%s",
            CARD_MEMBER_PATH, userCardCode, BRAND_ID, cardId, OPENID);
    JsonObject card = GSON.fromJson(run(BACKUP_HOST, "GET", path, "", null), JsonObject.class);
    expect(PHONE_NUMBER, encryption.decryptField(card.get("phone_number").getAsString()));
    invalidateTemplate(cardId);

    JsonObject report = new JsonObject();
    report.addProperty("client", okhttp3.internal.Version.userAgent().replace('/', ' '));
    JsonArray passed = new JsonArray();
    List.of("upload", "token", "verified response", "callback", "encrypted field", "backup host")
        .forEach(passed::add);
    report.add("passed", passed);
    System.out.println(GSON.toJson(report));
  }

  private String upload() throws IOException, GeneralSecurityException {
    JsonObject content = new JsonObject();
    content.addProperty("filename", "card.png");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(PICTURE);
    content.addProperty("sha256", HexFormat.of().formatHex(digest));
    String meta = GSON.toJson(content);
    RequestBody form =
        new MultipartBody.Builder()
            .setType(MultipartBody.FORM)
            .addFormDataPart("meta", null, RequestBody.create(JSON, meta))
            .addFormDataPart("file", "card.png", RequestBody.create(PNG, PICTURE))
            .build();
    // Only the text of `meta` is signed.
    String response = run(HOST, "POST", UPLOAD_PATH, meta, form);
    return GSON.fromJson(response, JsonObject.class).get("media_url").getAsString();
  }

  private String createTemplate(String pictureUrl, String notifyUrl)
      throws IOException, GeneralSecurityException {
    String body =
        String.format(
            "{\"out_request_no\":\"java-%d\",\"brand_id\":\"%s\",\"appid\":\"%s\",\"card_type\":\"NORMAL\","
                + "\"card_title\":\"会员卡\",\"card_color\":\"#FFFF00\",\"card_picture_url\":\"%s\","
                + "\"code_mode\":\"SYSTEM_ALLOCATE\",\"code_type\":\"QR_CODE\",\"benefits\":\"会员专享优惠\","
                + "\"notify_url\":\"%s\",\"legal_agreement\":\"会员服务协议\","
                + "\"valid_date_information\":{\"type\":\"PERMANENT\"},"
                + "\"member_information\":{\"jump_appid\":\"%3$s\",\"jump_path\":\"/pages/member/index\"},"
                + "\"user_information\":{\"common_field_list\":[\"USER_FORM_FLAG_NAME\"]}}",
            System.nanoTime(), BRAND_ID, APPID, pictureUrl, notifyUrl);
    String response = run(HOST, "POST", CARD_MEMBER_PATH + "/cards", body, null);
    return GSON.fromJson(response, JsonObject.class).get("card_id").getAsString();
  }

  /** Makes room for another template: a brand has a limit. */
  private void invalidateTemplate(String cardId) throws IOException, GeneralSecurityException {
    String path = CARD_MEMBER_PATH + "/cards/" + cardId + "/invalidate";
    run(HOST, "POST", path, "{\"brand_id\":\"" + BRAND_ID + "\"}", null);
  }

  private PreAuthToken createPreAuthToken(String cardId) throws IOException, GeneralSecurityException {
    CreatePreAuthTokenRequest request = new CreatePreAuthTokenRequest();
    request.brandId = BRAND_ID;
    request.cardId = cardId;
    request.openid = OPENID;
    return GSON.fromJson(run(HOST, "POST", TOKEN_PATH, GSON.toJson(request), null), PreAuthToken.class);
  }

  private JsonObject confirm(String cardId, String userCardCode)
      throws IOException, GeneralSecurityException {
    JsonObject request = new JsonObject();
    request.addProperty("brand_id", BRAND_ID);
    request.addProperty("card_id", cardId);
    request.addProperty("openid", OPENID);
    request.addProperty("phone_number", encryption.encryptField(PHONE_NUMBER));
    request.addProperty("user_card_confirm_state", "CREATE_CARD_SUCCESS");
    String path = CARD_MEMBER_PATH + "/user-cards/" + userCardCode + "/confirm";
    return GSON.fromJson(run(HOST, "POST", path, GSON.toJson(request), null), JsonObject.class);
  }

  /** Sends one request in the steps of the sample. `form` is the body if it is not the signed text. */
  private String run(String host, String method, String uri, String signed, RequestBody form)
      throws IOException, GeneralSecurityException {
    byte[] bytes = signed.getBytes(StandardCharsets.UTF_8);
    Request.Builder builder = new Request.Builder().url(host + uri);
    builder.addHeader("Accept", "application/json");
    builder.addHeader("Wechatpay-Serial", publicKeyId);
    builder.addHeader("Authorization", api.authorization(method, uri, bytes));
    if (form == null && !method.equals("GET")) {
      builder.addHeader("Content-Type", "application/json");
      form = RequestBody.create(JSON, bytes);
    }
    builder.method(method, form);

    try (Response response = new OkHttpClient.Builder().build().newCall(builder.build()).execute()) {
      byte[] body = response.body().bytes();
      String text = new String(body, StandardCharsets.UTF_8);
      if (!response.isSuccessful()) {
        throw new ApiException(method + " " + uri + ": " + response.code() + " " + text);
      }
      api.verify(response.headers(), body);
      return text;
    }
  }

  private static void expect(String wanted, String found) throws ApiException {
    if (!wanted.equals(found)) {
      throw new ApiException("found " + found + " instead of " + wanted);
    }
  }

  /** An error of the API, or a value that it should not have returned. */
  static final class ApiException extends IOException {
    ApiException(String reason) {
      super(reason);
    }
  }

  static final class CreatePreAuthTokenRequest {
    @SerializedName("brand_id")
    String brandId;

    @SerializedName("card_id")
    String cardId;

    @SerializedName("openid")
    String openid;
  }

  static final class PreAuthToken {
    @SerializedName("token")
    String token;

    @SerializedName("expire_time")
    String expireTime;
  }
}
