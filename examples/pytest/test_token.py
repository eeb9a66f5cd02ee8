"""Tests of a token request with the PyPI package `wechatpayv3`, against a sandbox."""

import json

import pytest
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.type import RequestType

# Every test uses this user: the reset makes it new again.
OPENID = "obLatjnx9gnqzS4myYGmLZ7LgLBA"
PHONE = "13900000000"


@pytest.fixture
def request_token(sandbox):
    """The code under test: requests a token, and returns status and body."""
    wxpay = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=sandbox["MCHID"],
        private_key=sandbox["PRIVATE_KEY"],
        cert_serial_no=sandbox["SERIAL_NO"],
        appid="",  # The package requires it; this request does not use it.
        apiv3_key=sandbox["APIV3_KEY"],
        public_key=sandbox["WECHATPAY_PUBLIC_KEY"],
        public_key_id=sandbox["WECHATPAY_PUBLIC_KEY_ID"],
        timeout=30,
    )
    # The package has no setting for the host.
    wxpay._core._gate_way = sandbox["BASE_URL"]
    wxpay._core._proxy = {"http": None, "https": None}

    def request(openid):
        status, text = wxpay._core.request(
            "/v3/brand/partner/card-member/pre-auth-tokens",
            method=RequestType.POST,
            data={"brand_id": sandbox["BRAND_ID"], "card_id": sandbox["CARD_ID"], "openid": openid},
        )
        return status, json.loads(text)

    return request


def test_a_user_without_a_card_gets_a_token(request_token):
    status, body = request_token(OPENID)
    assert status == 200
    assert len(body["token"]) == 32


def test_a_member_gets_no_token(request_token):
    status, body = request_token("oMember000000000000000000000")
    assert (status, body["code"]) == (400, "INVALID_REQUEST")


def test_a_token_is_spent_once(sandbox, request_token):
    _, body = request_token(OPENID)
    joined = sandbox.control("join", token=body["token"], phone_number=PHONE)
    assert joined["user_card"]["openid"] == OPENID
    with pytest.raises(OSError) as rejected:
        sandbox.control("join", token=body["token"], phone_number=PHONE)
    assert json.load(rejected.value)["code"] == "TOKEN_SPENT"


def test_the_user_is_free_again_after_the_reset(sandbox, request_token):
    for _ in range(2):
        _, body = request_token(OPENID)
        sandbox.control("join", token=body["token"], phone_number=PHONE)
        sandbox.control("reset")


def test_the_service_fails_once_and_a_retry_succeeds(sandbox, request_token):
    sandbox.control("faults", fault="system-error", times=1)
    status, body = request_token(OPENID)
    assert (status, body["code"]) == (500, "SYSTEM_ERROR")
    status, _ = request_token(OPENID)
    assert status == 200
