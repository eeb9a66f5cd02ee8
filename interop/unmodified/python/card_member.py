"""Makes a member with the unmodified PyPI package `wechatpayv3`: picture, template, token, callback, confirmation, query.

The host is the package's own; the program has no setting for a sandbox. It prints the token, and then waits until
somebody joins with it. The package has no backup host.
"""

import base64
import hashlib
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

import requests
from callbacks import receive_callbacks
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.type import RequestType
from wechatpayv3.utils import build_authorization

HOST = "https://api.mch.weixin.qq.com"
CARD_MEMBER_PATH = "/v3/brand/partner/card-member"
BRAND_ID = "1005"
APPID = "wxea9c30a90fs8d3fe"
OPENID = "oUnmodifiedPython00000000000"
PHONE_NUMBER = "13911111111"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

ENV = os.environ
WXPAY = WeChatPay(
    wechatpay_type=WeChatPayType.MINIPROG,
    mchid=ENV["RUHUI_MCHID"],
    private_key=Path(ENV["RUHUI_PRIVATE_KEY"]).read_text(),
    cert_serial_no=ENV["RUHUI_SERIAL_NO"],
    appid=APPID,
    apiv3_key=ENV["RUHUI_APIV3_KEY"],
    public_key=Path(ENV["RUHUI_WECHATPAY_PUBLIC_KEY"]).read_text(),
    public_key_id=ENV["RUHUI_WECHATPAY_PUBLIC_KEY_ID"],
    timeout=30,
)


def main():
    notify_url, next_event = receive_callbacks(WXPAY)
    card_id = create_template(upload(), notify_url)
    card = {"brand_id": BRAND_ID, "card_id": card_id, "openid": OPENID}
    print("token", post("/pre-auth-tokens", card)["token"], flush=True)

    event = next_event()
    if not event["event_type"].endswith("USER_CARD.CREATE"):
        sys.exit(f"found the event {event['event_type']}")
    user_card = "/user-cards/" + event["resource"]["user_card_code"]
    confirmation = {
        **card,
        "phone_number": WXPAY._core.encrypt(PHONE_NUMBER),
        "user_card_confirm_state": "CREATE_CARD_SUCCESS",
    }
    state = post(user_card + "/confirm", confirmation)["user_card_state"]
    if state != "EFFECTIVE":
        sys.exit(f"the confirmed card is {state}")

    query = f"{user_card}?brand_id={BRAND_ID}&card_id={card_id}&openid={OPENID}"
    if WXPAY._core.decrypt(send(CARD_MEMBER_PATH + query, RequestType.GET)["phone_number"]) != PHONE_NUMBER:
        sys.exit("the card has another phone number")
    # A brand has a limit of templates.
    post(f"/cards/{card_id}/invalidate", {"brand_id": BRAND_ID})
    passed = ["upload", "token", "verified response", "callback", "encrypted field"]
    print(json.dumps({"client": f"wechatpayv3 {version('wechatpayv3')}", "passed": passed}))


def upload():
    """Uploads a picture with the package's signature, and the form of `requests`.

    The package's own `marketing_image_upload` sets `Content-Type: multipart/form-data` without a boundary, and the
    service cannot find the parts of such a form.
    """
    path = "/v3/marketing/favor/media/image-upload"
    meta = json.dumps({"filename": "card.png", "sha256": hashlib.sha256(PICTURE).hexdigest()})
    authorization = build_authorization(
        path, "POST", ENV["RUHUI_MCHID"], ENV["RUHUI_SERIAL_NO"], WXPAY._core._private_key, data=meta
    )
    response = requests.post(
        HOST + path,
        files={"meta": (None, meta, "application/json"), "file": ("card.png", PICTURE, "image/png")},
        headers={
            "Accept": "application/json",
            "Authorization": authorization,
            "Wechatpay-Serial": ENV["RUHUI_WECHATPAY_PUBLIC_KEY_ID"],
        },
        timeout=30,
    )
    if response.status_code != 200:
        sys.exit(f"POST {path}: {response.status_code} {response.text}")
    if not WXPAY._core._verify_signature(response.headers, response.text):
        sys.exit("the response's signature was not accepted")
    return response.json()["media_url"]


def create_template(picture_url, notify_url):
    content = {
        "out_request_no": f"python-{time.time_ns()}",
        "brand_id": BRAND_ID,
        "appid": APPID,
        "card_type": "NORMAL",
        "card_title": "会员卡",
        "card_color": "#FFFF00",
        "card_picture_url": picture_url,
        "code_mode": "SYSTEM_ALLOCATE",
        "code_type": "QR_CODE",
        "benefits": "会员专享优惠",
        "notify_url": notify_url,
        "legal_agreement": "会员服务协议",
        "valid_date_information": {"type": "PERMANENT"},
        "member_information": {"jump_appid": APPID, "jump_path": "/pages/member/index"},
        "user_information": {"common_field_list": ["USER_FORM_FLAG_NAME"]},
    }
    return post("/cards", content)["card_id"]


def post(path, data):
    return send(CARD_MEMBER_PATH + path, RequestType.POST, data)


def send(path, method, data=None):
    # The package has no public function for a path that it does not know.
    try:
        status, text = WXPAY._core.request(path, method=method, data=data)
    except Exception as error:
        if str(error) == "failed to verify the signature":
            sys.exit("the response's signature was not accepted")
        raise
    if status != 200:
        sys.exit(f"{method.value} {path}: {status} {text}")
    return json.loads(text)


if __name__ == "__main__":
    main()
