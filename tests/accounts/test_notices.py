"""People are told what happened to their account."""

from __future__ import annotations

import httpx

from tests.accounts.conftest import refresh
from tests.accounts.mailbox import codes_in, messages_to, wait_for_messages
from tests.people import PASSWORD, Person


def log_in(http: httpx.Client, person: Person, agent: str) -> dict[str, str]:
    body = {"email": person.email, "password": PASSWORD}
    answer = http.post("/auth/email/login", json=body, headers={"User-Agent": agent})
    tokens: dict[str, str] = answer.json()
    return tokens


def test_a_device_that_was_never_seen_is_announced_once(
    http: httpx.Client, worker: None, alice: Person
) -> None:
    for agent in ("Phone one", "Phone one", "Phone two"):
        log_in(http, alice, agent)
    notices = wait_for_messages(alice.email, 2)
    assert ["Phone one" in notice["text"] for notice in notices] == [True, False]
    assert "Phone two" in notices[1]["text"]
    assert all(codes_in(notice) == [] for notice in notices)
    log_in(http, alice, "Phone three")
    wait_for_messages(alice.email, 3)
    assert len(messages_to(alice.email)) == 3


def test_a_new_account_is_no_news(carol: dict[str, str], email: str) -> None:
    assert [message["subject"] for message in messages_to(email)] == ["Your Confab code"]


def test_a_stolen_refresh_token_is_told(http: httpx.Client, worker: None, alice: Person) -> None:
    child = refresh(http, alice.refresh).json()["refresh"]
    refresh(http, child)
    assert refresh(http, alice.refresh).status_code == 401
    (notice,) = wait_for_messages(alice.email)
    assert notice["subject"] == "A device was logged out"


def test_a_letter_has_html_that_says_the_same_and_escapes_what_it_tells() -> None:
    from accounts.letters import NOTICES, notice_letter

    for notice in NOTICES:
        letter = notice_letter(notice, "<script>alert(1)</script>")
        assert "<script>" not in letter.html
        assert letter.text.split("\n")[0].split("<")[0] in letter.html
        assert len(letter.brief) < 200
