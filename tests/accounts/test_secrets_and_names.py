"""Passwords, names and addresses as people type them, on whatever keyboard."""

from __future__ import annotations

import unicodedata

import httpx
import pytest

from tests.accounts.conftest import Register, enter
from tests.accounts.mailbox import code_to
from tests.people import PASSWORD, Person

ACCENTED = "crème brûlée à Zürich"
NFC, NFD = (unicodedata.normalize(form, ACCENTED) for form in ("NFC", "NFD"))


@pytest.mark.parametrize("chosen", [NFC, NFD])
def test_a_password_is_the_same_on_every_keyboard(
    http: httpx.Client, worker: None, alice: Person, chosen: str
) -> None:
    change = {"old_password": PASSWORD, "new_password": chosen}
    alice.post("/auth/password/change", change, 204)
    assert [enter(http, alice.email, typed).status_code for typed in (NFC, NFD)] == [200, 200]
    alice.post("/auth/confirm", {"password": NFD}, 204)


def test_a_hash_of_before_is_still_good_and_made_anew(http: httpx.Client, alice: Person) -> None:
    from django.contrib.auth.hashers import Argon2PasswordHasher

    from accounts.credentials.hashing import Argon2
    from accounts.models import User

    hasher = Argon2()
    raw = Argon2PasswordHasher.encode(hasher, NFD, hasher.salt())
    User.objects.filter(pk=int(alice.id)).update(password=raw)
    assert enter(http, alice.email, NFC).status_code == 401
    assert [enter(http, alice.email, typed).status_code for typed in (NFD, NFC)] == [200, 200]


UNSEEN = [
    "\u200b",
    "\U0001d159",
    "\u2060\u200d",
    "\u00ad",
    "\u3164",
    "\u2800",
    "\u0301",
    "\u202e",
    "\ufe0f",
]


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_shows(http: httpx.Client, alice: Person, email: str, name: str) -> None:
    refused = alice.patch("/me", {"name": name}, 400)
    assert refused["errors"][0]["pointer"] == "/name"
    body = {"email": email, "password": PASSWORD, "name": name}
    assert http.post("/auth/email/register", json=body).status_code == 400
    assert alice.patch("/me", {"tags": [name]}, 400)["errors"][0]["pointer"] == "/tags"


def test_a_password_shows(alice: Person) -> None:
    change = {"old_password": PASSWORD, "new_password": "\u200b" * 12}
    refused = alice.post("/auth/password/change", change, 400)
    assert refused["errors"][0]["pointer"] == "/new_password"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Ann \u202egnp.exe", "Ann gnp.exe"),
        ("\u2067Ann\u2069", "Ann"),
        ("\u200fשלום", "שלום"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_a_name_turns_no_line(alice: Person, given: str, shown: str) -> None:
    assert alice.patch("/me", {"name": given})["name"] == shown


def test_an_address_is_of_the_domain_that_it_names(
    http: httpx.Client, register: Register, email: str
) -> None:
    local = email.partition("@")[0]
    challenge = register(f"{local}@faß.example")["challenge"]
    body = {"challenge": challenge, "code": code_to(f"{local}@xn--fa-hia.example")}
    me = http.post("/auth/email/verify", json=body).json()["user"]
    assert me["email"] == f"{local}@xn--fa-hia.example"
    assert enter(http, f"{local}@FAß.example").status_code == 200
    assert enter(http, f"{local}@fass.example").status_code == 401
    for domain in ("a..example", "x\u2488com", "-.example"):
        body = {"email": f"{local}@{domain}", "password": PASSWORD, "name": "Carol"}
        assert http.post("/auth/email/register", json=body).status_code == 400
