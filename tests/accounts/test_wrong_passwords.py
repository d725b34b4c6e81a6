"""A hundred wrong passwords in a row, then none gets in from a device that is not known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from django.test import Client

from tests.accounts.companies import Companies, google
from tests.accounts.conftest import enter
from tests.accounts.mailbox import code_to, wait_for_messages
from tests.people import PASSWORD, Person, client

WRONG = "not it at all"


def on(device: str, person: Person, password: str = PASSWORD) -> httpx.Response:
    body = {"email": person.email, "password": password}
    with client(person.server) as http:
        return http.post("/auth/email/login", json=body, headers={"X-Device": device})


def spent(person: Person, wrong: int = 100) -> None:
    """As if so many strangers had guessed."""
    from accounts.models import WrongPasswords

    enter(person.http, person.email, WRONG)
    assert WrongPasswords.objects.filter(user_id=int(person.id)).update(count=wrong) == 1


def test_a_hundred_guesses_are_all_that_strangers_have(
    http: httpx.Client, worker: None, alice: Person
) -> None:
    known = on("", alice).json()["device"]
    with ThreadPoolExecutor(8) as pool:
        guesses = pool.map(lambda _: enter(http, alice.email, WRONG), range(104))
        assert {answer.json()["code"] for answer in guesses} == {"bad_credentials"}
    refused = enter(http, alice.email)
    assert (refused.status_code, refused.json()["code"]) == (401, "bad_credentials")
    assert [on(known, alice).status_code for _ in range(2)] == [200, 200]
    assert enter(http, alice.email).status_code == 401
    notices = wait_for_messages(alice.email, 2)
    assert [n["subject"] for n in notices][1:] == ["Too many wrong passwords"]


def test_in_a_row_means_without_a_right_one_between(http: httpx.Client, alice: Person) -> None:
    spent(alice, 99)
    assert enter(http, alice.email).status_code == 200
    spent(alice, 99)
    assert enter(http, alice.email, WRONG).status_code == 401
    assert enter(http, alice.email).status_code == 401


def test_a_new_password_begins_anew(http: httpx.Client, worker: None, alice: Person) -> None:
    spent(alice)
    assert enter(http, alice.email).status_code == 401
    challenge = http.post("/auth/password/forgot", json={"email": alice.email}).json()["challenge"]
    body = {"challenge": challenge, "code": code_to(alice.email), "password": "quite another one"}
    assert http.post("/auth/password/reset", json=body).status_code == 200
    assert enter(http, alice.email, "quite another one").status_code == 200


def test_identities_get_in(
    company_http: httpx.Client, companies: Companies, alice: Person, subject: str
) -> None:
    alice.http.base_url = company_http.base_url
    body = {"provider": "google", "id_token": companies.google_token(subject)}
    alice.post("/me/identities", body)
    spent(alice)
    assert google(company_http, companies.google_token(subject)).status_code == 200


def test_a_known_device_has_a_hundred_of_its_own(http: httpx.Client, alice: Person) -> None:
    from accounts.models import WrongPasswords

    known, other = on("", alice).json()["device"], on("", alice).json()["device"]
    on(known, alice, WRONG)
    WrongPasswords.objects.filter(user_id=int(alice.id)).update(count=100)
    assert on(known, alice).status_code == 401
    assert (on(other, alice).status_code, enter(http, alice.email).status_code) == (200, 200)


def test_whoever_holds_a_session_has_no_more(alice: Person) -> None:
    from accounts.models import WrongPasswords

    change = {"old_password": WRONG, "new_password": "quite another one"}
    alice.post("/auth/password/change", change, 401)
    WrongPasswords.objects.filter(user_id=int(alice.id)).update(count=100)
    for path, body in (
        ("/auth/password/change", change | {"old_password": PASSWORD}),
        ("/auth/confirm", {"password": PASSWORD}),
    ):
        assert alice.post(path, body, 401)["code"] == "bad_credentials"


def test_an_operator_has_no_more_either() -> None:
    from accounts.models import User, WrongPasswords

    user = User.objects.create_superuser("op_wrong", "an operators password")

    def gets_in(password: str) -> bool:
        return Client().login(username="op_wrong", password=password)

    assert not gets_in(WRONG)
    WrongPasswords.objects.filter(user=user).update(count=100)
    assert not gets_in("an operators password")
    user.set_password("another operators password")  # as `manage.py changepassword` does
    user.save()
    assert gets_in("another operators password")


@pytest.mark.parametrize("known", [True, False])
def test_nobody_learns_whether_an_account_is_there(
    http: httpx.Client, alice: Person, email: str, known: bool
) -> None:
    from accounts.models import WrongPasswords

    address = alice.email if known else email
    before = about(enter(http, address, WRONG))
    newest = WrongPasswords.objects.order_by("-at").first()
    assert newest is not None
    assert (newest.user_id is not None) == known
    WrongPasswords.objects.filter(pk=newest.pk).update(count=100)
    assert about(enter(http, address, WRONG)) == before


def about(answer: httpx.Response) -> dict[str, Any]:
    return {k: v for k, v in answer.json().items() if k != "request_id"}
