import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A sandbox for the tests of a class. It stops with this process, however that ends. */
final class Sandbox implements AutoCloseable {
  private static final List<String> COMMAND =
      List.of("sandbox", "--ports", "0", "--store", "memory", "-o", "json", "--until-stdin-closes");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final JsonObject shown;

  private Sandbox(Process process, JsonObject shown) {
    this.process = process;
    this.shown = shown;
  }

  static Sandbox start() throws IOException {
    String ruhui = System.getenv().getOrDefault("RUHUI", "ruhui");
    List<String> command = new ArrayList<>(List.of(ruhui));
    command.addAll(COMMAND);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    if (line == null) {
      throw new IOException("the sandbox did not start; its error is above");
    }
    return new Sandbox(process, JsonParser.parseString(line).getAsJsonObject());
  }

  /** A variable of the kit. Keys are PEM text with the two characters \n for each line end. */
  String value(String name) {
    String value = shown.getAsJsonObject("variables").get("RUHUI_" + name).getAsString();
    return value.replace("\\n", "\n");
  }

  /** Uses a control. */
  Answer control(String path, String json) throws IOException, InterruptedException {
    String url = shown.get("operations").getAsString() + "/sandbox/" + path;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return Answer.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
  }

  void reset() throws IOException, InterruptedException {
    Answer answer = control("reset", "{}");
    if (answer.status() != 200) {
      throw new IOException("no reset: " + answer.body());
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.getOutputStream().close();
    process.waitFor();
  }

  /** Status and body of a response. */
  record Answer(int status, JsonObject body) {
    static Answer of(HttpResponse<String> response) {
      return new Answer(
          response.statusCode(), JsonParser.parseString(response.body()).getAsJsonObject());
    }

    String text(String name) {
      return body.get(name).getAsString();
    }
  }
}
