"""Receives callbacks with the method `callback` of the package, on a free port of loopback."""

import queue
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The largest accepted difference between the callback's time and this clock, which the package does not check.
WINDOW = 300


def receive_callbacks(wxpay):
    """Returns the address for `notify_url`, and a function that waits for the next event."""
    events = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            event = read(wxpay, self.headers, body)
            self.send_response(204 if event else 401)
            self.end_headers()
            if event:
                events.put(event)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/notify", lambda: events.get(timeout=60)


def read(wxpay, headers, body):
    """Verifies and decrypts a callback. Returns nothing for one that cannot be accepted."""
    try:
        if abs(time.time() - int(headers["Wechatpay-Timestamp"])) > WINDOW:
            return None
        return wxpay.callback(headers, body)
    except Exception as error:
        print("a callback was rejected:", error, file=sys.stderr)
        return None
