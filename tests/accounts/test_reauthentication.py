"""Linking and removing an identity takes a proof, at most five minutes old, that it is oneself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.accounts.companies import Companies, google
from tests.accounts.mailbox import code_to, codes_in, wait_for_messages
from tests.people import PASSWORD, Person


@pytest.fixture
def http(company_http: httpx.Client) -> httpx.Client:
    return company_http


def age(person: Person, minutes: float, field: str = "created_at") -> None:
    """As if the session had been opened, or the proof given, so long ago."""
    from django.utils import timezone

    from accounts.models import Session

    when = timezone.now() - timedelta(minutes=minutes)
    Session.objects.filter(pk=int(person.session)).update(**{field: when})


Ask = Callable[[Person], tuple[str, str, Any]]

DOORS: dict[str, Ask] = {
    "link": lambda person: ("POST", "/me/identities", {"ticket": "none"}),
    "unlink": lambda person: ("DELETE", "/me/identities/google", None),
}
DONE = {"link": 401, "unlink": 404}


@pytest.mark.parametrize("door", DOORS)
def test_an_old_session_must_prove_itself_first(alice: Person, door: str) -> None:
    method, path, body = DOORS[door](alice)
    age(alice, 4.9)
    alice.call(method, path, DONE[door], body)
    age(alice, 5.1)
    refused = alice.call(method, path, 403, body)
    assert (refused["code"], refused["reason"]) == ("forbidden", "reauthenticate")
    alice.post("/auth/confirm", {"password": PASSWORD}, 204)
    alice.call(method, path, DONE[door], body)
    age(alice, 5.1, "proved_at")
    alice.call(method, path, 403, body)


def test_a_new_address_or_number_is_proved_by_its_code_alone(
    alice: Person, worker: None, email: str, phone: str
) -> None:
    age(alice, 60)
    by_mail = alice.post("/me/email", {"email": email}, 202)["challenge"]
    me = alice.post("/me/email/verify", {"challenge": by_mail, "code": code_to(email)})
    assert me["email"] == email
    assert codes_in(wait_for_messages(alice.email)[0]) == []  # the old address is told
    by_phone = alice.post("/me/phone", {"phone": phone}, 202)["challenge"]
    me = alice.post("/me/phone/verify", {"challenge": by_phone, "code": code_to(phone)})
    assert me["phone"] == phone


def test_a_code_proves_too(alice: Person, worker: None) -> None:
    age(alice, 60)
    challenge = alice.post("/auth/challenge", status=202)["challenge"]
    body = {"challenge": challenge, "code": code_to(alice.email)}
    alice.post("/auth/confirm", body, 204)
    assert alice.post("/auth/confirm", body, 410)["code"] == "challenge_spent"
    alice.delete("/me/identities/google", 404)


def test_what_proves_nothing_opens_nothing(alice: Person, mallory: Person, worker: None) -> None:
    age(alice, 60)
    assert alice.post("/auth/confirm", {"password": "wrong"}, 401)["code"] == "bad_credentials"
    assert alice.post("/auth/confirm", {}, 400)["code"] == "validation"
    challenge = mallory.post("/auth/challenge", status=202)["challenge"]
    body = {"challenge": challenge, "code": code_to(mallory.email)}
    assert alice.post("/auth/confirm", body, 410)["code"] == "challenge_spent"
    assert alice.delete("/me/identities/google", 403)["reason"] == "reauthenticate"


def test_a_proof_is_one_sessions(alice: Person, server: str) -> None:
    from tests.people import client

    with client(server) as http:
        body = {"email": alice.email, "password": PASSWORD}
        other = http.post("/auth/email/login", json=body).json()
    age(alice, 60)
    with client(server, other["access"]) as http:
        http.post("/auth/confirm", json={"password": PASSWORD})
    alice.delete("/me/identities/google", 403)


def test_a_refused_link_leaves_the_token_good(
    http: httpx.Client, companies: Companies, alice: Person, subject: str
) -> None:
    """So that the page can ask for the password and then try again with what it has."""
    token = companies.google_token(subject, nonce="once")
    body = {"provider": "google", "id_token": token, "nonce": "once"}
    headers = {"Authorization": f"Bearer {alice.access}"}
    age(alice, 60)
    refused = http.post("/me/identities", json=body, headers=headers)
    assert (refused.status_code, refused.json()["reason"]) == (403, "reauthenticate")
    alice.post("/auth/confirm", {"password": PASSWORD}, 204)
    linked = http.post("/me/identities", json=body, headers=headers)
    assert linked.status_code == 200, linked.text
    again = http.post("/me/identities", json=body, headers=headers)
    assert again.status_code == 401  # good once


def test_who_has_no_other_proof_logs_in_again(
    http: httpx.Client, companies: Companies, subject: str
) -> None:
    entered = google(http, companies.google_token(subject)).json()
    headers = {"Authorization": f"Bearer {entered['access']}"}
    assert http.post("/auth/confirm", json={}, headers=headers).status_code == 204
    from django.utils import timezone

    from accounts.models import Session

    long_ago = timezone.now() - timedelta(hours=1)
    session = Session.objects.filter(pk=int(entered["session"]))
    session.update(created_at=long_ago, proved_at=None)
    refused = http.post("/auth/confirm", json={}, headers=headers)
    assert (refused.status_code, refused.json()["reason"]) == (403, "reauthenticate")


def test_a_ticket_is_good_for_the_owner_of_the_address_alone(
    http: httpx.Client, companies: Companies, alice: Person, mallory: Person, subject: str
) -> None:
    """As when another tab logs in to another account while this one waits for its owner."""
    claims = {"email": alice.email, "email_verified": True}
    ticket = google(http, companies.google_token(subject, **claims)).json()["ticket"]
    refused = mallory.post("/me/identities", {"ticket": ticket}, 401)
    assert refused["code"] == "bad_credentials"
    assert mallory.get("/me")["identities"] == []
    assert len(alice.post("/me/identities", {"ticket": ticket})["identities"]) == 1


def test_a_token_fetched_for_another_account_is_not_linked_here(
    http: httpx.Client, companies: Companies, alice: Person, bob: Person, subject: str
) -> None:
    token = companies.google_token(subject, nonce="once")
    body = {"provider": "google", "id_token": token, "nonce": "once", "user": alice.id}

    def link(person: Person) -> httpx.Response:
        headers = {"Authorization": f"Bearer {person.access}"}
        return http.post("/me/identities", json=body, headers=headers)

    refused = link(bob)
    assert (refused.status_code, refused.json()["reason"]) == (403, "other_user")
    assert bob.get("/me")["identities"] == []
    assert link(alice).status_code == 200
