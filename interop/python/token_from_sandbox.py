"""Gets one token with the unmodified PyPI package `wechatpayv3`."""

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.type import RequestType

TOKEN_PATH = "/v3/brand/partner/card-member/pre-auth-tokens"
ECHO_PATH = "/v3/security/echo"
# The text is sent as \uXXXX, so the signed bytes differ from the result of serializing the parsed
# body again.
ESCAPED = "入会"


def main():
    env = os.environ
    wxpay = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=env["RUHUI_MCHID"],
        private_key=Path(env["RUHUI_PRIVATE_KEY"]).read_text(),
        cert_serial_no=env["RUHUI_SERIAL_NO"],
        appid="",  # The package requires it; this request does not use it.
        apiv3_key=env["RUHUI_APIV3_KEY"],
        public_key=Path(env["RUHUI_WECHATPAY_PUBLIC_KEY"]).read_text(),
        public_key_id=env["RUHUI_WECHATPAY_PUBLIC_KEY_ID"],
        timeout=30,
    )
    # The package has no host setting, and no public function for a path that it does not know.
    # Its private object `_core` has both.
    wxpay._core._gate_way = env["RUHUI_BASE_URL"]

    echoed = post(wxpay, ECHO_PATH, {"echo_message": ESCAPED})
    if echoed["echo_message"] != ESCAPED:
        sys.exit(f"the echo came back as {echoed}")
    reply = post(
        wxpay,
        TOKEN_PATH,
        {
            "brand_id": env["RUHUI_BRAND_ID"],
            "card_id": env["RUHUI_CARD_ID"],
            "openid": env["RUHUI_OPENID"],
        },
    )
    client = f"wechatpayv3 {version('wechatpayv3')}"
    print(json.dumps({"client": client, "token": reply["token"], "expire_time": reply["expire_time"]}))


def post(wxpay, path, data):
    try:
        status, text = wxpay._core.request(path, method=RequestType.POST, data=data)
    except Exception as error:
        if str(error) == "failed to verify the signature":
            sys.exit("the response's signature was not accepted")
        raise
    if status != 200:
        sys.exit(f"the server answered {status}: {text}")
    return json.loads(text)


if __name__ == "__main__":
    main()
