import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Requests a built-in address with both clients of the JDK, and prints "ok" if the sandbox rejects them unsigned. */
public final class Client {
    public static void main(String[] arguments) throws Exception {
        String base = arguments.length > 0 ? arguments[0] : "https://api.mch.weixin.qq.com";
        URI address = URI.create(base + "/v3/certificates");
        HttpRequest request = HttpRequest.newBuilder(address).header("Accept", "application/json").build();
        int first = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        int second = ((HttpURLConnection) address.toURL().openConnection()).getResponseCode();
        if (first != 401 || second != 401) {
            throw new IllegalStateException(first + " " + second);
        }
        System.out.println("ok");
    }
}
