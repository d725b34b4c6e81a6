"""Payloads: short enough whatever they say, and encrypted as RFC 8291 has it."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from feed.push import payloads
from feed.push.webpush import are_keys, encrypt
from tests.push.browsers import Browser, decoded
from tests.push.test_services import push_to

LONG = [
    "a" * 16_000,
    "ü" * 16_000,
    "漢" * 16_000,
    "👩‍👩‍👧‍👦" * 2_000,
    '"\\\n' * 5_000,
    "\x01" * 16_000,
]


@pytest.mark.parametrize("body", LONG, ids=range(len(LONG)))
def test_a_long_body_is_cut_between_characters(body: str) -> None:
    push = push_to("x", body=body, title="T" * 1000)
    web = payloads.for_browsers(push)
    apples = payloads.for_apple_browsers(push, "https://chat.example/")
    browser = Browser.new()
    keys = browser.keys
    for payload in (web, apples):
        assert 3500 < len(encrypt(payload, keys["p256dh"], keys["auth"])) <= 4096
    assert 3900 < len(payloads.for_apns(push)) <= 4096
    data = payloads.for_fcm(push)
    assert len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()) <= 4096
    cut = json.loads(web)["body"]
    assert cut.endswith("…")
    assert body.startswith(cut[:-1])
    assert not cut[:-1].endswith("\u200d")


def test_a_short_body_is_left_alone() -> None:
    assert json.loads(payloads.for_browsers(push_to("x", body="hi 👋🏽")))["body"] == "hi 👋🏽"


def test_browsers_of_apples_get_it_both_ways() -> None:
    content = json.loads(payloads.for_apple_browsers(push_to("x"), "https://chat.example/"))
    assert content["web_push"] == 8030
    assert content["notification"] == {
        "title": "Alice",
        "body": "Hello",
        "navigate": "https://chat.example/",
        "tag": "item-1",
        "app_badge": "3",
    }
    assert (content["title"], content["badge"]) == ("Alice", 3)


def test_a_topic_is_short_and_tells_nothing() -> None:
    assert len(payloads.topic("x" * 500)) == 32
    assert payloads.topic("a") != payloads.topic("b")


def test_the_example_of_rfc_8291_can_be_read() -> None:
    """Appendix A, so that the browsers of these tests read what real ones would."""
    private = int.from_bytes(decoded("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    browser = Browser(
        ec.derive_private_key(private, ec.SECP256R1()), decoded("BTBZMqHH6r4Tts7J_aSIgg")
    )
    body = decoded(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
        "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB"
        "St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.decrypt(body) == b"When I grow up, I want to be a watermelon"


def test_keys_that_are_none_are_told() -> None:
    good = Browser.new().keys
    assert are_keys(good["p256dh"], good["auth"])
    for wrong in ({"p256dh": "BA"}, {"auth": "AA"}, {"p256dh": "B" * 87}, {"auth": "ü"}):
        keys = good | wrong
        assert not are_keys(keys["p256dh"], keys["auth"])
