"""Entering by phone number."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.accounts.mailbox import code_to, codes_in, messages_to, wait_for_messages, wrong
from tests.accounts.telephone import enter, start, verify
from tests.devices import opened
from tests.people import Person, client


def test_a_code_makes_an_account_and_the_next_one_enters_it(
    http: httpx.Client, worker: None, phone: str
) -> None:
    made = enter(http, phone, name="Carol")
    assert made["created"] is True
    me = made["user"]
    assert (me["phone"], me["phone_verified"], me["name"]) == (phone, True, "Carol")
    assert (me["email"], me["has_password"]) == (None, False)
    again = enter(http, phone, 2, name="Somebody else")
    assert again["created"] is False
    assert (again["user"]["id"], again["user"]["name"]) == (me["id"], "Carol")


def test_the_answer_is_the_same_for_known_and_unknown_numbers(
    http: httpx.Client, worker: None, phone: str
) -> None:
    unknown = start(http, phone)
    verify(http, unknown["challenge"], code_to(phone))
    known = start(http, phone)
    for challenge in (unknown, known):
        challenge.pop("challenge")
    assert known == unknown
    assert known["channel"] == "sms"
    assert phone not in known["to"]
    assert (known["resend_in"], known["attempts_left"]) == (60, 5)


def test_asking_twice_within_a_minute_sends_one_message(
    http: httpx.Client, worker: None, phone: str
) -> None:
    first, second = start(http, phone), start(http, phone)
    assert first["challenge"] == second["challenge"]
    code = code_to(phone)
    assert len(messages_to(phone)) == 1
    assert verify(http, second["challenge"], code).status_code == 200


def test_numbers_are_read_by_region_and_kept_in_one_form(
    http: httpx.Client, worker: None, phone: str
) -> None:
    local = f"0{phone[3:6]} / {phone[6:9]}-{phone[9:]}"
    challenge = start(http, local, region="AT")
    assert challenge["challenge"] == start(http, phone)["challenge"]
    assert len(wait_for_messages(phone)) == 1


@pytest.mark.parametrize(
    "given", ["1234", "0664123456", "+43", "+4366412345678901", "no number", "+12025550123 ext 5"]
)
def test_what_no_telephone_has_is_refused(http: httpx.Client, given: str) -> None:
    response = http.post("/auth/phone/start", json={"phone": given})
    assert (response.status_code, response.json()["code"]) == (400, "validation")
    assert response.json()["errors"][0]["pointer"] == "/phone"


def test_wrong_codes_are_counted(http: httpx.Client, worker: None, phone: str) -> None:
    challenge = start(http, phone)["challenge"]
    code = code_to(phone)
    codes = [verify(http, challenge, wrong(code)).json()["code"] for _ in range(5)]
    assert codes == ["wrong_code"] * 5
    assert verify(http, challenge, code).json()["code"] == "challenge_spent"


def test_a_code_of_one_number_is_none_for_another(
    http: httpx.Client, worker: None, phone: str
) -> None:
    other = phone[:-1] + str((int(phone[-1]) + 1) % 10)
    one, two = start(http, phone)["challenge"], start(http, other)["challenge"]
    codes = code_to(phone), code_to(other)
    if codes[0] == codes[1]:
        pytest.skip("one chance in a million")
    assert verify(http, one, codes[1]).json()["code"] == "wrong_code"
    assert verify(http, two, codes[0]).json()["code"] == "wrong_code"


async def test_a_number_can_be_added_and_then_enters(
    http: httpx.Client, worker: None, alice: Person, phone: str
) -> None:
    challenge = alice.post("/me/phone", {"phone": phone}, 202)["challenge"]
    body = {"challenge": challenge, "code": code_to(phone)}
    async with opened(alice) as device:
        me = alice.post("/me/phone/verify", body)
        assert (me["phone"], me["phone_verified"]) == (phone, True)
        assert await device.update("me.updated") == me
    assert enter(http, phone, 2)["user"]["id"] == alice.id


def test_a_number_of_somebody_else_looks_free_and_stays_theirs(
    http: httpx.Client, worker: None, alice: Person, phone: str
) -> None:
    owner = enter(http, phone)
    challenge = alice.post("/me/phone", {"phone": phone}, 202)["challenge"]
    notice = wait_for_messages(phone, 2)[1]
    assert codes_in(notice) == []
    assert alice.post("/me/phone/verify", {"challenge": challenge, "code": "000000"}, 400)
    assert alice.get("/me")["phone"] is None
    with client(alice.server, owner["access"]) as their:
        assert their.get("/me").json()["phone"] == phone


async def test_a_new_number_ends_other_sessions(
    http: httpx.Client, worker: None, server: str, phone: str
) -> None:
    other_phone = phone[:-1] + str((int(phone[-1]) + 1) % 10)
    old, current = enter(http, phone), enter(http, phone, 2)
    with client(server, current["access"]) as mine, client(server, old["access"]) as elsewhere:
        started = mine.post("/me/phone", json={"phone": other_phone})
        body = {"challenge": started.json()["challenge"], "code": code_to(other_phone)}
        assert mine.post("/me/phone/verify", json=body).json()["phone"] == other_phone
        assert elsewhere.get("/me").status_code == 401
    assert codes_in(wait_for_messages(phone, 3)[2]) == []


def test_a_forgotten_password_is_reset_by_phone(
    http: httpx.Client, worker: None, alice: Person, phone: str
) -> None:
    added = alice.post("/me/phone", {"phone": phone}, 202)["challenge"]
    alice.post("/me/phone/verify", {"challenge": added, "code": code_to(phone)})
    challenge = http.post("/auth/password/forgot", json={"phone": phone}).json()
    assert challenge["channel"] == "sms"
    body = {"challenge": challenge["challenge"], "code": code_to(phone, 2)}
    body["password"] = "quite another secret 9"
    tokens = http.post("/auth/password/reset", json=body).json()
    assert tokens["user"]["id"] == alice.id


def test_a_stranger_is_not_told_whether_a_number_has_an_account(
    http: httpx.Client, worker: None, phone: str
) -> None:
    unknown = http.post("/auth/password/forgot", json={"phone": phone})
    assert unknown.status_code == 202
    enter(http, phone)
    assert len(messages_to(phone)) == 1  # the code of `enter`; the reset sent nothing


@contextmanager
def gateway(status: int = 200) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A company that takes text messages; what it got."""
    got: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/send", got
    finally:
        running.shutdown()
        running.server_close()


def test_a_gateway_gets_number_and_text(phone: str) -> None:
    from django.test import override_settings

    from accounts.letters import sms

    with gateway() as (url, got), override_settings(SMS_BACKEND=url):
        sms.send(phone, "Hello")
    assert got == [{"to": phone, "text": "Hello"}]


def test_a_gateway_that_fails_is_tried_again_by_the_task(phone: str) -> None:
    from django.test import override_settings

    from accounts.letters import sms

    with gateway(503) as (url, _), override_settings(SMS_BACKEND=url), pytest.raises(sms.NotSent):
        sms.send(phone, "Hello")
