"""People are told what happened to their account."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.accounts.conftest import refresh
from tests.accounts.mailbox import code_to, codes_in, messages_to, wait_for_messages
from tests.people import PASSWORD, Person


def log_in(http: httpx.Client, person: Person, agent: str, device: str = "") -> dict[str, str]:
    body = {"email": person.email, "password": PASSWORD}
    headers = {"User-Agent": agent, "X-Device": device}
    answer = http.post("/auth/email/login", json=body, headers=headers)
    tokens: dict[str, str] = answer.json()
    return tokens


def test_a_device_that_was_never_seen_is_announced_once(
    http: httpx.Client, worker: None, alice: Person
) -> None:
    known = log_in(http, alice, "Phone one")["device"]
    log_in(http, alice, "Phone one, renamed", known)
    log_in(http, alice, "Phone one")
    notices = wait_for_messages(alice.email, 2)
    assert ["new device: Phone." in notice["text"] for notice in notices] == [True, True]
    assert all(codes_in(notice) == [] for notice in notices)
    log_in(http, alice, "Phone three")
    wait_for_messages(alice.email, 3)
    assert len(messages_to(alice.email)) == 3


def test_a_device_of_somebody_else_is_new_all_the_same(
    http: httpx.Client, worker: None, alice: Person, mallory: Person
) -> None:
    foreign = log_in(http, mallory, "Chrome on Windows")["device"]
    log_in(http, alice, "Chrome on Windows")
    log_in(http, alice, "Chrome on Windows", foreign)
    assert len(wait_for_messages(alice.email, 2)) == 2


def test_a_new_account_is_no_news(carol: dict[str, str], email: str) -> None:
    assert [message["subject"] for message in messages_to(email)] == ["Your Confab code"]


def test_a_stolen_refresh_token_is_told(http: httpx.Client, worker: None, alice: Person) -> None:
    child = refresh(http, alice.refresh).json()["refresh"]
    refresh(http, child)
    assert refresh(http, alice.refresh).status_code == 401
    (notice,) = wait_for_messages(alice.email)
    assert notice["subject"] == "A device was logged out"


def test_a_letter_has_html_that_says_the_same_and_escapes_what_it_tells() -> None:
    from accounts.letters.writing import NOTICES, notice_letter

    for notice in NOTICES:
        letter = notice_letter(notice, "<script>alert(1)</script>")
        assert "<script>" not in letter.html
        assert letter.text.split("\n")[0].split("<")[0] in letter.html
        assert len(letter.brief) < 200


Change = Callable[[Person, str], None]


def new_password(alice: Person, _: str) -> None:
    body = {"old_password": PASSWORD, "new_password": "quite another horse"}
    alice.post("/auth/password/change", body, 204)


def new_address(alice: Person, _: str) -> None:
    new = f"new.{alice.email}"
    challenge = alice.post("/me/email", {"email": new}, 202)["challenge"]
    alice.post("/me/email/verify", {"challenge": challenge, "code": code_to(new)})


def new_number(alice: Person, phone: str) -> None:
    new = phone[:-1] + str((int(phone[-1]) + 1) % 10)
    challenge = alice.post("/me/phone", {"phone": new}, 202)["challenge"]
    alice.post("/me/phone/verify", {"challenge": challenge, "code": code_to(new)})


def a_way_in_less(alice: Person, _: str) -> None:
    from accounts.models import Identity

    Identity.objects.create(user_id=int(alice.id), provider="google", subject=alice.id)
    alice.delete("/me/identities/google")


CHANGES: dict[str, Change] = {
    "Your password was changed": new_password,
    "Your address was changed": new_address,
    "Your number was changed": new_number,
    "A way to log in was removed": a_way_in_less,
}


@pytest.mark.parametrize("subject", CHANGES)
def test_a_change_is_told_wherever_the_person_was_reachable(
    worker: None, alice: Person, phone: str, subject: str
) -> None:
    from accounts.models import User

    proved = {"phone": phone, "phone_verified": True}
    User.objects.filter(pk=int(alice.id)).update(**proved)
    CHANGES[subject](alice, phone)
    (mail,) = wait_for_messages(alice.email)
    (text,) = wait_for_messages(phone)
    assert mail["subject"] == subject
    assert (mail["channel"], text["channel"]) == ("email", "sms")
    assert mail["text"].split("\n")[0] in text["text"]
    assert codes_in(mail) == codes_in(text) == []


def test_a_first_number_is_told_by_mail(worker: None, alice: Person, phone: str) -> None:
    challenge = alice.post("/me/phone", {"phone": phone}, 202)["challenge"]
    alice.post("/me/phone/verify", {"challenge": challenge, "code": code_to(phone)})
    (notice,) = wait_for_messages(alice.email)
    assert notice["subject"] == "Your number was changed"
    assert phone not in notice["text"]


def catalogue(texts: dict[str, str]) -> bytes:
    """A compiled catalogue of gettext: where the sorted originals and their translations lie."""
    header = {"": "Content-Type: text/plain; charset=UTF-8\n"}
    pairs = sorted((a.encode(), b.encode()) for a, b in (header | texts).items())
    start = 28 + 16 * len(pairs)
    tables, body = b"", b""
    for column in (0, 1):
        for pair in pairs:
            tables += struct.pack("<II", len(pair[column]), start + len(body))
            body += pair[column] + b"\0"
    second = 28 + 8 * len(pairs)
    return struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, second, 0, 0) + tables + body


def test_letters_can_be_translated(tmp_path: Path) -> None:
    from django.test import override_settings
    from django.utils.translation import override

    from accounts.letters.writing import code_letter, notice_letter

    texts = {
        "Your code is {code}": "Ihr Code ist {code}",
        "Your number was changed": "Ihre Nummer wurde geändert",
    }
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(catalogue(texts))
    with override_settings(LOCALE_PATHS=[str(tmp_path)]), override("de"):
        letter = code_letter("login", "123456")
        assert letter.brief == "Confab: Ihr Code ist 123456"
        assert '<html lang="de">' in letter.html
        assert notice_letter("phone_changed").subject == "Ihre Nummer wurde geändert"
    assert code_letter("login", "123456").brief == "Confab: Your code is 123456"
