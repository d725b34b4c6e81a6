"""What happens to one's account is in one's feed too, and in a letter unless one wants none."""

from __future__ import annotations

from typing import Any

from tests.accounts.mailbox import messages_to
from tests.feed.publishing import feed_of
from tests.people import PASSWORD, Person, client
from tests.waiting import until

Json = dict[str, Any]
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36"
)


def log_in(person: Person, agent: str, device: str = "") -> str:
    """The device's token."""
    headers = {"User-Agent": agent, "X-Device": device}
    with client(person.server) as http:
        body = {"email": person.email, "password": PASSWORD}
        answer = http.post("/auth/email/login", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["device"])


def test_a_new_device_is_told_of(alice: Person, worker: None) -> None:
    known = log_in(alice, CHROME)
    (item,) = feed_of(alice)
    assert item["kind"] == "security.new_session"
    assert item["title"] == "New login to your account"
    assert item["body"] == "Somebody logged in with a new device: Chrome on Windows."
    log_in(alice, CHROME, known)
    assert len(feed_of(alice)) == 1
    (letter,) = until(lambda: [m for m in messages_to(alice.email) if "New login" in m["subject"]])
    assert "Chrome on Windows." in letter["text"]


def test_a_letter_can_be_unwanted(alice: Person, worker: None) -> None:
    silent = {"in_app": True, "push": False, "email": "off"}
    alice.put("/feed/preferences", 200, {"kinds": {"security.new_session": silent}})
    log_in(alice, "Quiet Browser")
    body = {"old_password": PASSWORD, "new_password": "another horse battery"}
    alice.post("/auth/password/change", body, 204)
    kinds = [item["kind"] for item in feed_of(alice)]
    assert kinds == ["security.identity_changed", "security.new_session"]
    assert feed_of(alice)[0]["title"] == "Your password was changed"
    until(lambda: [m for m in messages_to(alice.email) if "password" in m["subject"]])
    assert [m for m in messages_to(alice.email) if "New login" in m["subject"]] == []
