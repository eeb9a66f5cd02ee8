"""Receives callbacks with the method `callback` of the unmodified PyPI package `wechatpayv3`.

Only the events that were handled are the receiver's own.
"""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from wechatpayv3 import WeChatPay, WeChatPayType

HANDLED = set()
LOCK = threading.Lock()


def client():
    env = os.environ
    wxpay = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=env["RUHUI_MCHID"],
        private_key=Path(env["RUHUI_PRIVATE_KEY"]).read_text(),
        cert_serial_no=env["RUHUI_SERIAL_NO"],
        appid="",
        apiv3_key=env["RUHUI_APIV3_KEY"],
        public_key=Path(env["RUHUI_WECHATPAY_PUBLIC_KEY"]).read_text(),
        public_key_id=env["RUHUI_WECHATPAY_PUBLIC_KEY_ID"],
        timeout=30,
    )
    # The package downloads certificates from here for a serial that it does not know.
    wxpay._core._gate_way = env["RUHUI_BASE_URL"]
    return wxpay


class Receiver(BaseHTTPRequestHandler):
    wxpay = client()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = self.wxpay.callback(self.headers, body)
        except Exception as error:
            print(error, file=sys.stderr)
            event = None
        if event:
            with LOCK:
                if event["id"] not in HANDLED:
                    HANDLED.add(event["id"])
                    print(event["id"], flush=True)
        self.send_response(204 if event else 401)
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", urlsplit(os.environ["RUHUI_NOTIFY_URL"]).port), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
