"""Somebody prepares an account for a victim's address in advance; the five ways of it.

After Sudhodanan and Paverd, "Pre-hijacked accounts" (2022). An account whose address is proved is
made by whoever proved it, so nothing that was prepared is in it.
"""

from __future__ import annotations

import secrets
from typing import Any

import httpx
import pytest

from tests.accounts.companies import Companies, facebook, google
from tests.accounts.mailbox import code_to, codes_in, messages_to, wait_for_messages
from tests.people import PASSWORD, Person, client


@pytest.fixture
def http(company_http: httpx.Client, worker: None) -> httpx.Client:
    return company_http


@pytest.fixture
def trap(http: httpx.Client, companies: Companies, email: str) -> dict[str, Any]:
    """The attacker's account, which names the victim's address: Facebook says it is theirs."""
    token = companies.facebook_access_token(secrets.token_hex(8))
    companies.people[token]["email"] = email
    tokens: dict[str, Any] = facebook(http, access_token=token).json()
    assert (tokens["user"]["email"], tokens["user"]["email_verified"]) == (email, False)
    return tokens


def sign_up(http: httpx.Client, email: str) -> dict[str, Any]:
    """The victim comes, and proves the address by the code."""
    body = {"email": email, "password": PASSWORD, "name": "Victim"}
    challenge = http.post("/auth/email/register", json=body).json()["challenge"]
    (code,) = codes_in(wait_for_messages(email)[-1])
    answer = http.post("/auth/email/verify", json={"challenge": challenge, "code": code})
    tokens: dict[str, Any] = answer.json()
    assert tokens["created"] is True
    return tokens


def me(http: httpx.Client, tokens: dict[str, Any]) -> Any:
    return http.get("/me", headers={"Authorization": f"Bearer {tokens['access']}"}).json()


def test_classic_federated_merge(
    http: httpx.Client, companies: Companies, email: str, subject: str
) -> None:
    """The attacker signs up with the address and a password; its owner comes by Google."""
    body = {"email": email, "password": "the attackers horse", "name": "Attacker"}
    http.post("/auth/email/register", json=body)
    token = companies.google_token(subject, email=email, email_verified=True)
    victim = google(http, token).json()
    assert (victim["created"], victim["user"]["has_password"]) == (True, False)
    login = {"email": email, "password": "the attackers horse"}
    assert http.post("/auth/email/login", json=login).status_code == 401


def test_unexpired_session(http: httpx.Client, trap: dict[str, Any], email: str) -> None:
    """The attacker's session outlives the victim's coming, and is none of the victim's account."""
    victim = sign_up(http, email)
    assert victim["user"]["id"] != trap["user"]["id"]
    assert me(http, trap)["email"] is None
    listed = http.get("/auth/sessions", headers={"Authorization": f"Bearer {victim['access']}"})
    assert [each["id"] for each in listed.json()["results"]] == [victim["session"]]


def test_trojan_identifier(http: httpx.Client, trap: dict[str, Any], email: str) -> None:
    """The attacker's own way in is no way into the account that the victim gets, and a reset by the
    victim's address does not lead the victim into the prepared one."""
    http.post("/auth/password/forgot", json={"email": email})
    victim = sign_up(http, email)
    assert len(messages_to(email)) == 1  # the code of signing up; the reset found nobody
    assert victim["user"]["identities"] == []
    assert me(http, victim)["identities"] == []


def test_unexpired_change_of_address(http: httpx.Client, mallory: Person, email: str) -> None:
    """The attacker begins to change to the victim's address, and finishes when it has an owner."""
    begun = mallory.post("/me/email", {"email": email}, 202)["challenge"]
    code = code_to(email)
    body = {"email": email, "password": PASSWORD, "name": "Victim"}
    challenge = http.post("/auth/email/register", json=body).json()["challenge"]
    own = {"challenge": challenge, "code": code_to(email, 2)}
    victim = http.post("/auth/email/verify", json=own).json()
    refused = mallory.post("/me/email/verify", {"challenge": begun, "code": code}, 409)
    assert refused["code"] == "identity_taken"
    assert me(http, victim)["email"] == email
    assert mallory.get("/me")["email"] == mallory.email


def test_non_verifying_provider(
    http: httpx.Client, companies: Companies, alice: Person, subject: str
) -> None:
    """A company that did not check the address lets nobody into the victim's account."""
    for answer in (
        google(http, companies.google_token(subject, email=alice.email, email_verified=False)),
        facebook(http, access_token=_claiming(companies, alice.email)),
    ):
        entered = answer.json()
        assert entered["user"]["id"] != alice.id
        with client(alice.server, entered["access"]) as attacker:
            assert attacker.get("/auth/sessions").json()["results"][0]["id"] == entered["session"]
    assert alice.get("/me")["identities"] == []


def _claiming(companies: Companies, email: str) -> str:
    token = companies.facebook_access_token(secrets.token_hex(8))
    companies.people[token]["email"] = email
    return token
