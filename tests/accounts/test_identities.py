"""Entering with Google or Facebook, and linking them to an account."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.accounts.companies import APP, Companies, facebook, google
from tests.accounts.mailbox import wait_for_messages
from tests.people import Person, client


@pytest.fixture
def http(company_http: httpx.Client) -> httpx.Client:
    return company_http


def as_person(person: Person, http: httpx.Client, method: str, path: str, json: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {person.access}"}
    return http.request(method, path, json=json, headers=headers)


def test_google_makes_an_account_once(
    http: httpx.Client, companies: Companies, subject: str, email: str
) -> None:
    claims = {"email": email, "email_verified": True, "name": "Gail"}
    first = google(http, companies.google_token(subject, **claims)).json()
    assert first["created"] is True
    me = first["user"]
    assert (me["name"], me["email"], me["email_verified"]) == ("Gail", email, True)
    assert [identity["provider"] for identity in me["identities"]] == ["google"]
    again = google(http, companies.google_token(subject, email="other@example.com")).json()
    assert again["created"] is False
    assert again["user"]["id"] == me["id"]


def test_facebook_makes_an_account_once_and_proves_no_address(
    http: httpx.Client, companies: Companies, subject: str, email: str
) -> None:
    token = companies.facebook_access_token(subject)
    companies.people[token]["email"] = email
    first = facebook(http, access_token=token).json()
    assert (first["created"], first["user"]["name"]) == (True, "Fay")
    assert first["user"]["email_verified"] is False
    nonce = secrets.token_hex(8)
    limited = companies.facebook_id_token(subject, nonce)
    again = facebook(http, id_token=limited, nonce=nonce).json()
    assert (again["created"], again["user"]["id"]) == (False, first["user"]["id"])


def test_keys_are_fetched_once(http: httpx.Client, companies: Companies) -> None:
    google(http, companies.google_token(secrets.token_hex(8)))
    before = companies.requests.count("/google/keys")
    for _ in range(3):
        google(http, companies.google_token(secrets.token_hex(8)))
    assert companies.requests.count("/google/keys") == before


def test_one_new_identity_that_enters_ten_times_at_once_is_one_person(
    http: httpx.Client, companies: Companies, subject: str, email: str
) -> None:
    token = companies.google_token(subject, email=email, email_verified=True)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: google(http, token), range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["user"]["id"] for answer in answers}) == 1


def test_without_set_up_companies_nobody_enters(server: str) -> None:
    with client(server) as http:
        assert google(http, "x").json()["code"] == "unavailable"
        assert facebook(http, access_token="x").json()["code"] == "unavailable"


def test_a_proved_address_of_mine_must_be_linked_by_me(
    http: httpx.Client, companies: Companies, worker: None, alice: Person, subject: str
) -> None:
    claims = {"email": alice.email.upper(), "email_verified": True}
    answer = google(http, companies.google_token(subject, **claims))
    assert (answer.status_code, answer.json()["code"]) == (409, "link_required")
    ticket = answer.json()["ticket"]
    linked = as_person(alice, http, "POST", "/me/identities", {"ticket": ticket}).json()
    assert [identity["provider"] for identity in linked["identities"]] == ["google"]
    assert "Google" in wait_for_messages(alice.email)[0]["text"]
    entered = google(http, companies.google_token(subject, **claims)).json()
    assert entered["user"]["id"] == alice.id
    forged = as_person(alice, http, "POST", "/me/identities", {"ticket": ticket[:-2] + "xx"})
    assert forged.status_code == 401


def test_an_address_that_google_does_not_vouch_for_links_to_nobody(
    http: httpx.Client, companies: Companies, alice: Person, subject: str
) -> None:
    for verified in (False, None, "yes"):
        token = companies.google_token(subject, email=alice.email, email_verified=verified)
        entered = google(http, token).json()
        assert entered["user"]["id"] != alice.id
        assert entered["user"]["email_verified"] is False


def test_facebook_never_gets_in_by_an_address(
    http: httpx.Client, companies: Companies, alice: Person, subject: str
) -> None:
    token = companies.facebook_access_token(subject)
    companies.people[token]["email"] = alice.email
    entered = facebook(http, access_token=token).json()
    assert entered["user"]["id"] != alice.id
    assert alice.get("/me")["email"] == alice.email


def test_a_claimed_address_does_not_keep_its_owner_out(
    http: httpx.Client, companies: Companies, subject: str, email: str
) -> None:
    token = companies.facebook_access_token(secrets.token_hex(8))
    companies.people[token]["email"] = email
    mallory = facebook(http, access_token=token).json()
    assert mallory["user"]["email"] == email
    owner = google(http, companies.google_token(subject, email=email, email_verified=True)).json()
    assert owner["created"] is True
    assert owner["user"]["id"] != mallory["user"]["id"]
    headers = {"Authorization": f"Bearer {mallory['access']}"}
    assert http.get("/me", headers=headers).json()["email"] is None


def test_an_identity_is_one_persons(
    http: httpx.Client, companies: Companies, alice: Person, bob: Person, subject: str
) -> None:
    body = {"provider": "google", "id_token": companies.google_token(subject)}
    for _ in range(2):
        assert as_person(alice, http, "POST", "/me/identities", body).status_code == 200
    taken = as_person(bob, http, "POST", "/me/identities", body)
    assert (taken.status_code, taken.json()["code"]) == (409, "identity_taken")
    other = {"provider": "google", "id_token": companies.google_token(subject + "2")}
    second = as_person(alice, http, "POST", "/me/identities", other)
    assert (second.status_code, second.json()["code"]) == (409, "identity_taken")


def test_the_last_way_in_stays(
    http: httpx.Client, companies: Companies, worker: None, alice: Person, subject: str
) -> None:
    body = {"provider": "facebook", "access_token": companies.facebook_access_token(subject)}
    as_person(alice, http, "POST", "/me/identities", body)
    assert as_person(alice, http, "DELETE", "/me/identities/facebook").status_code == 204
    assert alice.get("/me")["identities"] == []
    assert as_person(alice, http, "DELETE", "/me/identities/facebook").status_code == 404
    only = google(http, companies.google_token(subject)).json()
    headers = {"Authorization": f"Bearer {only['access']}"}
    last = http.delete("/me/identities/google", headers=headers)
    assert (last.status_code, last.json()["code"]) == (409, "last_identity")


def test_who_has_no_other_proof_leaves_right_after_logging_in(
    http: httpx.Client, companies: Companies, subject: str
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from accounts.models import Session

    entered = facebook(http, access_token=companies.facebook_access_token(subject)).json()
    headers = {"Authorization": f"Bearer {entered['access']}"}
    session = Session.objects.filter(pk=int(entered["session"]))
    session.update(created_at=timezone.now() - timedelta(minutes=11))
    late = http.request("DELETE", "/me", json={}, headers=headers)
    assert (late.status_code, late.json()["code"]) == (403, "forbidden")
    session.update(created_at=timezone.now())
    assert http.request("DELETE", "/me", json={}, headers=headers).status_code == 202


def test_a_page_learns_which_ways_in_are_set_up(
    http: httpx.Client, companies: Companies, server: str
) -> None:
    ids = companies.environment()["GOOGLE_CLIENT_IDS"].split(",")
    expected = {"google": ids[0], "facebook": APP, "phone": True}
    assert http.get("/auth/providers").json() == expected
    with client(server) as plain:
        nothing = {"google": None, "facebook": None, "phone": True}
        assert plain.get("/auth/providers").json() == nothing
