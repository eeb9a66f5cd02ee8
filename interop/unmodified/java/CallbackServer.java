import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.Headers;

/** Receives callbacks on a free port of loopback. It accepts those that verify, and rejects the others with 401. */
final class CallbackServer {
  private static final int NO_CONTENT = 204;
  private static final int UNAUTHORIZED = 401;

  private final ApiV3 api;
  private final Encryption encryption;
  private final HttpServer server;
  private final BlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();

  CallbackServer(ApiV3 api, Encryption encryption) throws IOException {
    this.api = api;
    this.encryption = encryption;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/notify", this::receive);
    server.start();
  }

  String notifyUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/notify";
  }

  JsonObject next() throws IOException, InterruptedException {
    JsonObject event = events.poll(60, TimeUnit.SECONDS);
    if (event == null) {
      throw new IOException("no callback came within a minute");
    }
    return event;
  }

  private void receive(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    int status = UNAUTHORIZED;
    try {
      api.verify(headers(exchange), body);
      events.add(decrypted(new String(body, StandardCharsets.UTF_8)));
      status = NO_CONTENT;
    } catch (ApiV3.RejectedReply | GeneralSecurityException e) {
      System.err.println("a callback was rejected: " + e.getMessage());
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /** Returns the resource of an event, with the event's type in it. */
  private JsonObject decrypted(String body) throws GeneralSecurityException {
    JsonObject event = JsonParser.parseString(body).getAsJsonObject();
    JsonObject resource = event.getAsJsonObject("resource");
    String text =
        encryption.decryptResource(
            resource.get("ciphertext").getAsString(),
            resource.get("nonce").getAsString(),
            resource.get("associated_data").getAsString());
    JsonObject content = JsonParser.parseString(text).getAsJsonObject();
    content.add("event_type", event.get("event_type"));
    return content;
  }

  private static Headers headers(HttpExchange exchange) {
    Headers.Builder headers = new Headers.Builder();
    exchange.getRequestHeaders().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    return headers.build();
  }
}
