"""Changing one's e-mail address."""

from __future__ import annotations

import httpx

from tests.accounts.conftest import enter
from tests.accounts.mailbox import code_to, codes_in, wait_for_messages
from tests.devices import opened
from tests.people import Person


def begin(person: Person, email: str) -> str:
    return str(person.post("/me/email", {"email": email}, 202)["challenge"])


async def test_the_new_address_counts_when_its_code_came(
    http: httpx.Client, worker: None, alice: Person, email: str
) -> None:
    challenge = begin(alice, email.upper())
    code = code_to(email)
    assert alice.get("/me")["email"] == alice.email
    async with opened(alice) as device:
        me = alice.post("/me/email/verify", {"challenge": challenge, "code": code})
        assert (me["email"], me["email_verified"]) == (email, True)
        assert await device.update("me.updated") == me
    assert enter(http, email).status_code == 200
    assert enter(http, alice.email).status_code == 401


def test_the_old_address_is_told_and_gets_no_code(worker: None, alice: Person, email: str) -> None:
    challenge = begin(alice, email)
    alice.post("/me/email/verify", {"challenge": challenge, "code": code_to(email)})
    (notice,) = wait_for_messages(alice.email)
    assert codes_in(notice) == []
    assert email not in notice["text"]


def test_an_address_of_somebody_else_looks_free_and_stays_theirs(
    worker: None, alice: Person, bob: Person
) -> None:
    challenge = begin(alice, bob.email)
    (notice,) = wait_for_messages(bob.email)
    assert codes_in(notice) == []
    refused = alice.post("/me/email/verify", {"challenge": challenge, "code": "000000"}, 400)
    assert refused["code"] == "wrong_code"
    assert alice.get("/me")["email"] == alice.email


def test_mallory_cannot_answer_my_challenge(
    worker: None, alice: Person, mallory: Person, email: str
) -> None:
    body = {"challenge": begin(alice, email), "code": code_to(email)}
    assert mallory.post("/me/email/verify", body, 410)["code"] == "challenge_spent"
    assert alice.post("/me/email/verify", body)["email"] == email


def test_of_two_who_prove_one_address_the_first_has_it(
    worker: None, alice: Person, bob: Person, email: str
) -> None:
    first, second = begin(alice, email), begin(bob, email)
    codes = [codes_in(message)[0] for message in wait_for_messages(email, 2)]
    alice.post("/me/email/verify", {"challenge": first, "code": codes[0]})
    taken = bob.post("/me/email/verify", {"challenge": second, "code": codes[1]}, 409)
    assert taken["code"] == "identity_taken"
    assert bob.get("/me")["email"] == bob.email
