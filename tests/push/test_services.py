"""What the three services get from us, and what we make of their answers."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from typing import Any

import pytest

from feed.push.apns import TOKEN_SECONDS, Apns, provider_token
from feed.push.connection import Unreachable
from feed.push.fcm import Fcm
from feed.push.reaching import Reaching
from feed.push.service import Outcome, Push
from feed.push.webpush import WebPush
from tests.push.apple import OLDEST, YOUNGEST, AppleService
from tests.push.browsers import WebPushService
from tests.push.company import as_json
from tests.push.google import GoogleService, error
from tests.push.http2 import Break, Reply

REFERENCE = {"type": "chat", "id": "7"}


def push_to(token: str, keys: dict[str, str] | None = None, **changes: Any) -> Push:
    keys = keys or {"p256dh": "", "auth": ""}
    usual = Push(
        id=str(uuid.uuid4()),
        token=token,
        keys=(keys["p256dh"], keys["auth"]),
        title="Alice",
        body="Hello",
        tag="item-1",
        badge=3,
        reference=REFERENCE,
        retract=False,
    )
    return usual._replace(**changes)


async def test_a_browser_can_read_what_was_sent(
    reaching: Reaching, browsers: WebPushService
) -> None:
    name, subscription = browsers.subscribe()
    push = push_to(subscription["endpoint"], subscription["keys"])
    assert await WebPush(reaching).send(push) == Outcome("sent")
    assert browsers.contents(name) == [
        {"title": "Alice", "body": "Hello", "tag": "item-1", "badge": 3, "reference": REFERENCE}
    ]
    assert browsers.refused == []


async def test_a_retraction_takes_the_place_of_what_is_still_queued(
    reaching: Reaching, browsers: WebPushService
) -> None:
    _, subscription = browsers.subscribe()
    service = WebPush(reaching)
    push = push_to(subscription["endpoint"], subscription["keys"])
    await service.send(push)
    await service.send(push._replace(retract=True, badge=0))
    first, second = browsers.arrived
    assert first.headers["topic"] == second.headers["topic"]
    assert second.content == {"tag": "item-1", "retract": True, "badge": 0}


async def test_one_token_serves_an_origin_for_hours(
    reaching: Reaching, browsers: WebPushService
) -> None:
    _, subscription = browsers.subscribe()
    service = WebPush(reaching)
    browsers.tokens.clear()
    for _ in range(3):
        await service.send(push_to(subscription["endpoint"], subscription["keys"]))
    assert len(browsers.tokens) == 1


async def test_an_app_of_apples_gets_an_alert(reaching: Reaching, apple: AppleService) -> None:
    device = known(apple)
    push = push_to(device)
    assert await Apns(reaching).send(push) == Outcome("sent")
    (arrived,) = apple.arrived
    assert arrived.content == {
        "aps": {
            "alert": {"title": "Alice", "body": "Hello"},
            "badge": 3,
            "sound": "default",
            "thread-id": "item-1",
        },
        "tag": "item-1",
        "reference": REFERENCE,
    }
    assert arrived.headers["apns-id"] == push.id
    assert (arrived.headers["apns-push-type"], arrived.headers["apns-priority"]) == ("alert", "10")


async def test_a_retraction_to_apple_sets_the_badge_alone(
    reaching: Reaching, apple: AppleService
) -> None:
    device = known(apple)
    service = Apns(reaching)
    await service.send(push_to(device))
    await service.send(push_to(device, retract=True, badge=0))
    first, second = apple.arrived
    assert second.content == {"aps": {"badge": 0}, "tag": "item-1", "retract": True}
    assert second.headers["apns-priority"] == "5"
    assert first.headers["apns-collapse-id"] == second.headers["apns-collapse-id"]


async def test_an_app_of_googles_gets_texts_alone(
    reaching: Reaching, google: GoogleService
) -> None:
    device = known(google)
    assert await Fcm(reaching).send(push_to(device)) == Outcome("sent")
    (arrived,) = google.arrived
    data = arrived.content["data"]
    assert json.loads(data.pop("reference")) == REFERENCE
    assert data == {"title": "Alice", "body": "Hello", "tag": "item-1", "badge": "3"}
    assert arrived.content["android"]["priority"] == "high"
    assert "collapse_key" not in arrived.content["android"]
    assert google.refused == []


async def test_a_lost_access_token_is_replaced_once_for_all_who_wait(
    reaching: Reaching, google: GoogleService
) -> None:
    device = known(google)
    service = Fcm(reaching)
    await service.send(push_to(device))
    google.logins.append("another")
    outcomes = await asyncio.gather(*(service.send(push_to(device)) for _ in range(20)))
    assert {outcome.result for outcome in outcomes} == {"again"}
    before = len(google.logins)
    outcomes = await asyncio.gather(*(service.send(push_to(device)) for _ in range(20)))
    assert {outcome.result for outcome in outcomes} == {"sent"}
    assert len(google.logins) == before + 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Reply(404), Outcome("dead", "404")),
        (Reply(410), Outcome("dead", "410")),
        (Reply(429, {"retry-after": "7"}), Outcome("again", "429", 7.0)),
        (Reply(503), Outcome("again", "503")),
        (Reply(403, {}, b"BadJwtToken"), Outcome("failed", "403 BadJwtToken")),
        (Reply(307, {"location": "http://127.0.0.1:1/"}), Outcome("failed", "307")),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
async def test_answers_of_web_push(
    reaching: Reaching, browsers: WebPushService, answer: Reply, outcome: Outcome
) -> None:
    _, subscription = browsers.subscribe()
    browsers.troubles.append(answer)
    push = push_to(subscription["endpoint"], subscription["keys"])
    assert await WebPush(reaching).send(push) == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (as_json(410, {"reason": "Unregistered"}), Outcome("dead", "Unregistered")),
        (as_json(400, {"reason": "BadDeviceToken"}), Outcome("dead", "BadDeviceToken")),
        (as_json(400, {"reason": "BadTopic"}), Outcome("failed", "BadTopic")),
        (
            as_json(429, {"reason": "TooManyRequests"}, **{"retry-after": "3"}),
            Outcome("again", "TooManyRequests", 3.0),
        ),
        (as_json(503, {"reason": "Shutdown"}), Outcome("again", "Shutdown")),
        (
            as_json(403, {"reason": "ExpiredProviderToken"}),
            Outcome("again", "ExpiredProviderToken"),
        ),
        (Reply(500, {}, b"<html>"), Outcome("again", "500")),
    ],
)
async def test_answers_of_apns(
    reaching: Reaching, apple: AppleService, answer: Reply, outcome: Outcome
) -> None:
    apple.troubles.append(answer)
    assert await Apns(reaching).send(push_to(known(apple))) == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (error(404, "NOT_FOUND", "UNREGISTERED"), Outcome("dead", "UNREGISTERED")),
        (Reply(404, {}, b"no such page"), Outcome("failed", "404")),
        (
            error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", **{"retry-after": "9"}),
            Outcome("again", "QUOTA_EXCEEDED", 9.0),
        ),
        (error(503, "UNAVAILABLE", "UNAVAILABLE"), Outcome("again", "UNAVAILABLE")),
        (
            error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
            Outcome("failed", "INVALID_ARGUMENT"),
        ),
    ],
)
async def test_answers_of_fcm(
    reaching: Reaching, google: GoogleService, answer: Reply, outcome: Outcome
) -> None:
    device = known(google)
    service = Fcm(reaching)
    await service.send(push_to(device))
    google.troubles.append(answer)
    assert await service.send(push_to(device)) == outcome


@pytest.mark.parametrize("trouble", list(Break), ids=lambda trouble: trouble.name)
async def test_what_breaks_off_is_told_and_the_next_one_arrives(
    reaching: Reaching, apple: AppleService, trouble: Break
) -> None:
    device = known(apple)
    service = Apns(reaching)
    push = push_to(device)
    apple.after.append(trouble)  # it was taken; only the answer is lost
    with pytest.raises(Unreachable):
        await service.send(push)
    assert await service.send(push) == Outcome("sent")
    assert apple.ids[push.id] == 2  # the same id: a device shows it once


async def test_many_at_once_share_one_connection(reaching: Reaching, apple: AppleService) -> None:
    device = known(apple)
    service = Apns(reaching)
    outcomes = await asyncio.gather(*(service.send(push_to(device)) for _ in range(300)))
    assert set(outcomes) == {Outcome("sent")}
    assert len(reaching._connections) == 1


def test_there_is_one_token_of_apns_for_everybody_in_40_minutes(push_settings: None) -> None:
    now = 1_800_000_000.0
    tokens = {second: provider_token(now + second) for second in range(0, 3 * TOKEN_SECONDS, 200)}
    assert len(set(tokens.values())) in (3, 4)
    assert provider_token(now) == provider_token(now)
    assert YOUNGEST < TOKEN_SECONDS < OLDEST


async def test_the_age_of_a_token_of_apns_is_always_allowed(
    push_settings: None, apple: AppleService, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = apple.clock()
    monkeypatch.setattr(apple, "tokens", [])
    monkeypatch.setattr(apple, "issued", [])
    for later in range(0, 24 * 3600, 60):
        monkeypatch.setattr(apple, "clock", lambda moment=now + later: moment)
        assert apple._judge_token(f"bearer {provider_token(now + later)}") is None
    assert len(apple.tokens) in (36, 37)


def known(company: AppleService | GoogleService) -> str:
    device = secrets.token_hex(32)
    company.known.add(device)
    return device
