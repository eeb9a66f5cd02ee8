"""The backend of the shop in Python: Flask, and `wechatpayv3` for signatures and encryption."""

import json
import os
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Flask, request
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.type import RequestType

API = "/v3/brand/partner/card-member"
WEB = Path(__file__).parent.parent / "web"


def kit(name):
    """Returns a variable of kit.env. Keys are PEM text with the two characters \\n for each line end."""
    return os.environ["RUHUI_" + name].replace("\\n", "\n")


wxpay = WeChatPay(
    wechatpay_type=WeChatPayType.MINIPROG,
    mchid=kit("MCHID"),
    private_key=kit("PRIVATE_KEY"),
    cert_serial_no=kit("SERIAL_NO"),
    appid="",  # The package requires it; these requests do not use it.
    apiv3_key=kit("APIV3_KEY"),
    public_key=kit("WECHATPAY_PUBLIC_KEY"),
    public_key_id=kit("WECHATPAY_PUBLIC_KEY_ID"),
    timeout=4,  # A callback has 5 seconds.
)
wxpay._core._gate_way = kit("BASE_URL")  # The package has no setting for the host.
BRAND_ID, CARD_ID = kit("BRAND_ID"), kit("CARD_ID")
ONE_AT_A_TIME = threading.Lock()  # Two copies of an event can arrive at once.
app = Flask(__name__, static_folder=WEB, static_url_path="")


class Rejected(Exception):
    """Status and body of a response of WeChat Pay that is not a success."""


def send(method, path, fields):
    query = "?" + urlencode(fields) if method is RequestType.GET else ""
    data = None if method is RequestType.GET else fields
    try:
        status, body = wxpay._core.request(API + path + query, method=method, data=data)
    except Exception as error:  # No response, or its signature is wrong.
        raise Rejected(502, {"code": "FAIL", "message": str(error)}) from error
    # A proxy's page is no JSON, and comes as bytes.
    body = json.loads(body) if isinstance(body, str) else {"code": "FAIL", "message": f"HTTP {status}"}
    if status != 200:
        raise Rejected(status, body)
    return body


def card_of(openid):
    """Returns the newest card that a user has of the template. WeChat Pay's record is the truth, not the page's."""
    fields = {"brand_id": BRAND_ID, "openid": openid, "offset": 0, "limit": 20}
    cards = send(RequestType.GET, "/user-cards", fields)["data"]
    return next((card for card in reversed(cards) if card["card_id"] == CARD_ID), None)


def confirm(event):
    """Confirms the card that a user has opened, unless that is done: the same event can arrive twice."""
    created = event["resource"]
    if not event["event_type"].endswith(".USER_CARD.CREATE") or created["card_id"] != CARD_ID:
        return
    if (card_of(created["openid"]) or {}).get("user_card_state") != "UNACTIVATED":
        return
    # Use your member number if the merchant allocates the codes.
    code = created.get("user_card_code") or event["id"].replace("-", "")
    fields = {"brand_id": BRAND_ID, "card_id": CARD_ID, "openid": created["openid"]}
    send(RequestType.POST, f"/user-cards/{code}/confirm", {**fields, "user_card_confirm_state": "CREATE_CARD_SUCCESS"})


def visitor():
    """Returns the user's openid. The cookie stands for your session: see web/visitor.js."""
    return request.cookies.get("shop_openid", "")


@app.get("/")
def page():
    sandbox = os.environ.get("RUHUI_OPERATIONS_URL")
    script = f"{sandbox}/component/wx.js" if sandbox else "https://res.wx.qq.com/open/js/jweixin-1.5.0.js"
    return (WEB / "index.html").read_text("utf-8").replace("{{WX_SCRIPT}}", script)


@app.post("/token")
def token():
    return send(RequestType.POST, "/pre-auth-tokens", {"brand_id": BRAND_ID, "card_id": CARD_ID, "openid": visitor()})


@app.get("/member")
def member():
    card = card_of(visitor())
    shown = ("user_card_state", "user_card_code", "level", "pickup_time")
    return {"card": card and {name: card.get(name) for name in shown}}


@app.post("/notify")
def notify():
    # The package does not check the time.
    is_now = abs(time.time() - request.headers.get("Wechatpay-Timestamp", 0, int)) <= 300
    try:
        event = is_now and wxpay.callback(request.headers, request.get_data())
    except Exception as error:  # The package raises some of its rejections, and returns None for others.
        app.logger.error("a callback that cannot be verified: %s", error)
        event = None
    if not event:
        return {"code": "FAIL", "message": "验签失败"}, 401
    with ONE_AT_A_TIME:
        confirm(event)
    return "", 204


@app.errorhandler(Rejected)
def rejected(error):
    status, body = error.args
    app.logger.error("%s %s: %s %s", request.method, request.path, status, body)
    if request.path == "/notify":  # WeChat Pay sends the event again.
        return {"code": "FAIL", "message": "处理失败"}, 500
    return body, status


app.run("127.0.0.1", urlsplit(kit("NOTIFY_URL")).port, threaded=True)
