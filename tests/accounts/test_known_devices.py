"""Wrong codes: ten a day for a number or an address, and ten for each device its owner knows."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from tests.accounts.conftest import enter
from tests.accounts.mailbox import code_to, wrong
from tests.people import PASSWORD, Person, client


def login(person: Person, **headers: str) -> dict[str, Any]:
    body = {"email": person.email, "password": PASSWORD}
    with client(person.server) as http:
        answer = http.post("/auth/email/login", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def forgot(http: httpx.Client, person: Person) -> str:
    answer = http.post("/auth/password/forgot", json={"email": person.email})
    return str(answer.json()["challenge"])


def reset(http: httpx.Client, challenge: str, code: str, device: str = "") -> httpx.Response:
    body = {"challenge": challenge, "code": code, "password": "quite another horse"}
    return http.post("/auth/password/reset", json=body, headers={"X-Device": device})


def spend(http: httpx.Client, person: Person, device: str = "", sent: int = 0) -> list[str]:
    """Answer two challenges wrongly, twelve times in all; what was said."""
    said = []
    for round_ in (1, 2, 3):
        challenge = forgot(http, person)
        code = wrong(code_to(person.email, sent + round_))
        said += [reset(http, challenge, code, device).json()["code"] for _ in range(4)]
    return said


SPENT = ["wrong_code"] * 10 + ["challenge_spent"] * 2


def test_who_burns_the_codes_of_an_address_does_not_lock_its_owners_device_out(
    http: httpx.Client, worker: None, alice: Person, mallory: Person
) -> None:
    known = login(alice)["device"]
    foreign = login(mallory)["device"]
    assert spend(http, alice, foreign, sent=1) == SPENT  # after the notice of the login
    challenge = forgot(http, alice)
    code = code_to(alice.email, 5)
    for device in ("", foreign, secrets.token_urlsafe(32), "short", known + "x"):
        assert reset(http, challenge, code, device).json()["code"] == "challenge_spent"
    assert reset(http, forgot(http, alice), code_to(alice.email, 6), known).status_code == 200


def test_a_known_device_has_ten_of_its_own_and_no_more(
    http: httpx.Client, worker: None, alice: Person
) -> None:
    known = login(alice)["device"]
    assert spend(http, alice, known, sent=1) == SPENT
    challenge = forgot(http, alice)
    assert reset(http, challenge, wrong(code_to(alice.email, 5))).json()["code"] == "wrong_code"
    assert reset(http, challenge, code_to(alice.email, 5)).status_code == 200


def test_a_device_stays_the_same_through_logging_out_and_in(alice: Person) -> None:
    first = login(alice)
    with client(alice.server, first["access"]) as http:
        assert http.post("/auth/logout").status_code == 204
    assert login(alice, **{"X-Device": first["device"]})["device"] == first["device"]
    assert login(alice)["device"] != first["device"]
    made_up = secrets.token_urlsafe(32)
    assert login(alice, **{"X-Device": made_up})["device"] not in (made_up, first["device"])


def test_a_refresh_says_nothing_of_the_device(alice: Person) -> None:
    with client(alice.server) as http:
        answer = http.post("/auth/refresh", json={"refresh": login(alice)["refresh"]}).json()
    assert "device" not in answer


def test_the_database_holds_no_device_token(alice: Person) -> None:
    from accounts.models import Session

    tokens = login(alice)
    held = Session.objects.get(pk=int(tokens["session"])).device_hash
    assert held is not None
    assert len(held) == 32
    assert tokens["device"].encode() not in bytes(held)


def is_known(person: Person, device: str) -> bool:
    from accounts.doors.devices import Device
    from accounts.models import Challenge
    from accounts.services.known_devices import counted_for

    challenge = Challenge(channel="email", destination=person.email)
    return counted_for(challenge, Device(token=device)) != person.email


def test_a_device_that_is_sent_away_is_forgotten(alice: Person) -> None:
    mine, lost, left = login(alice), login(alice), login(alice)
    with client(alice.server, left["access"]) as http:
        http.post("/auth/logout")
    assert [is_known(alice, t["device"]) for t in (mine, lost, left)] == [True, True, True]
    with client(alice.server, mine["access"]) as http:
        http.delete(f"/auth/sessions/{lost['session']}")
        assert [is_known(alice, t["device"]) for t in (mine, lost, left)] == [True, False, True]
        http.delete("/auth/sessions")
    assert [is_known(alice, t["device"]) for t in (mine, lost, left)] == [True, False, False]


def test_a_new_password_forgets_every_other_device(alice: Person) -> None:
    mine, other = login(alice), login(alice)
    body = {"old_password": PASSWORD, "new_password": "quite another horse"}
    with client(alice.server, mine["access"]) as http:
        assert http.post("/auth/password/change", json=body).status_code == 204
    assert [is_known(alice, t["device"]) for t in (mine, other)] == [True, False]


def test_an_account_knows_the_devices_used_last(alice: Person) -> None:
    from accounts.services.known_devices import KNOWN

    devices = [login(alice)["device"] for _ in range(KNOWN + 2)]
    assert [is_known(alice, device) for device in devices] == [False] * 2 + [True] * KNOWN


def test_what_can_be_guessed_of_a_number_in_a_day() -> None:
    """By the numbers that are configured: at most five in a hundred thousand, were every device of
    the account in the guesser's hands; without any, one in a hundred thousand."""
    from accounts.services.challenges import DIGITS, TRIES, WRONG_CODES_A_DAY
    from accounts.services.known_devices import KNOWN

    stranger = WRONG_CODES_A_DAY / 10**DIGITS
    at_worst = WRONG_CODES_A_DAY * (1 + KNOWN) / 10**DIGITS
    of_one_code = TRIES / 10**DIGITS
    assert stranger <= 1e-5
    assert at_worst <= 5e-5
    assert of_one_code <= 5e-6


def test_codes_are_drawn_evenly() -> None:
    """So that the calculation above holds: no code is likelier than another (chi squared)."""
    from accounts.models import Challenge
    from accounts.services.challenges import code_of

    drawn = [0] * 100
    for _ in range(20_000):
        challenge = Challenge(token=secrets.token_urlsafe(24), purpose="login", channel="email")
        drawn[int(code_of(challenge)) // 10_000] += 1
    chi_squared = sum((count - 200) ** 2 / 200 for count in drawn)
    assert chi_squared < 180  # of 99 degrees of freedom; more happens once in a million


def test_the_device_may_be_named_across_origins(server: str, alice: Person) -> None:
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-device,content-type",
    }
    answer = httpx.options(f"{server}/api/v1/auth/email/login", headers=headers)
    assert "x-device" in answer.headers["access-control-allow-headers"]


def test_a_device_that_others_know_is_a_stranger_here(alice: Person, mallory: Person) -> None:
    assert not is_known(alice, login(mallory)["device"])
    assert enter(mallory.http, alice.email, "wrong").status_code == 401
