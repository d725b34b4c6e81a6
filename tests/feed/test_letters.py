"""Letters: what is still unread, once, and easily left."""

from __future__ import annotations

import datetime as dt
import email.message
import re
import subprocess
import sys
from typing import Any

import httpx
import pytest
from django.core import mail
from django.utils import timezone

from feed.following import follower
from feed.letters import sending
from feed.models import Digest, Mail
from tests.accounts.mailbox import messages_to, wait_for_messages
from tests.apart import apart
from tests.conftest import ROOT
from tests.feed.publishing import feed_of, tell
from tests.people import Person

Json = dict[str, Any]
DIGEST = {"every": "hour", "time_zone": "UTC"}


def prefer(person: Person, how: str) -> None:
    wishes = {"in_app": True, "push": False, "email": how}
    person.put("/feed/preferences", 200, {"kinds": {"contact.joined": wishes}, "digest": DIGEST})


def published(person: Person, *names: Person) -> None:
    for name in names:
        tell(person, kind="contact.joined", actor=name.id)
    apart(lambda: follower.follow([int(person.id)]))


def emailed(person: Person) -> set[tuple[str, str]]:
    """Outcomes and reasons of letters about what is in the list."""
    found = (person.get(f"/feed/{item['id']}/deliveries")["results"] for item in feed_of(person))
    rows = (row for rows in found for row in rows if row["channel"] == "email")
    return {(row["outcome"], row.get("reason", "")) for row in rows}


def windows(person: Person) -> list[Digest]:
    return apart(lambda: list(Digest.objects.filter(user_id=int(person.id))))


def end_windows(person: Person) -> None:
    """Their time is over."""
    past = timezone.now() - dt.timedelta(seconds=1)
    own = Digest.objects.filter(user_id=int(person.id))
    apart(lambda: own.update(ends_at=past, due_at=past))


def send_all() -> None:
    def run() -> None:
        while sending.send_due_digests() == sending.BATCH:
            pass

    apart(run)


@pytest.fixture
def digested(alice: Person, bob: Person, mallory: Person) -> Person:
    """Alice, with a digest to come of two who joined."""
    prefer(alice, "digest")
    published(alice, bob, mallory)
    return alice


def test_a_digest_tells_what_is_still_unread_once(digested: Person) -> None:
    (window,) = windows(digested)
    assert window.ends_at.minute == 0
    joined = feed_of(digested)
    digested.post("/feed/read", {"ids": [joined[0]["id"]]})
    end_windows(digested)
    send_all()
    send_all()
    (letter,) = wait_for_messages(digested.email)
    assert "Bob is on Confab" in letter["text"]
    assert "Mallory" not in letter["text"]
    rows = digested.get(f"/feed/{joined[1]['id']}/deliveries")["results"]
    assert ("email", "sent", "digest") in {
        (row["channel"], row["outcome"], row.get("reason")) for row in rows
    }


def test_a_digest_of_nothing_is_not_sent(digested: Person) -> None:
    digested.post("/feed/read", {"up_to": feed_of(digested)[0]["id"]})
    end_windows(digested)
    send_all()
    assert messages_to(digested.email) == []


def test_a_worker_that_died_is_followed_by_another(digested: Person) -> None:
    """It had taken the digest up and said nothing any more."""
    end_windows(digested)
    lease = timezone.now() + sending.LEASE
    own = Digest.objects.filter(user_id=int(digested.id))
    apart(lambda: own.update(due_at=lease))
    send_all()
    assert messages_to(digested.email) == []
    apart(lambda: own.update(due_at=timezone.now()))
    send_all()
    send_all()
    assert len(wait_for_messages(digested.email)) == 1


def test_a_digest_that_could_not_be_sent_says_so(
    digested: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    own = Digest.objects.filter(user_id=int(digested.id))
    end_windows(digested)
    for _ in range(sending.ATTEMPTS):
        assert emailed(digested) == set()
        apart(lambda: own.update(due_at=timezone.now()))
        send_all()
    assert emailed(digested) == {("failed", "ConnectionRefusedError")}
    monkeypatch.undo()
    apart(lambda: own.update(due_at=timezone.now()))
    send_all()
    assert messages_to(digested.email) == []


KILLED = """
import os, signal, sys
import django
django.setup()
from django.core import mail
from django.utils import timezone
from feed.letters import sending
from feed.models import Digest
user_id, address = sys.argv[1:]
def work(place):
    def send(letter, *_, **__):
        if letter.to == [address]:
            if place == "after":
                print(letter.message()["Message-ID"], flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    mail.EmailMessage.send = send
    Digest.objects.filter(user_id=user_id).update(due_at=timezone.now())  # no lease of another
    sending.send_due_digests()
for place in ("before", "after"):
    if not os.fork():
        work(place)
        os._exit(1)
    assert os.WTERMSIG(os.wait()[1]) == signal.SIGKILL
"""


def test_a_digest_is_one_letter_over_kills(digested: Person) -> None:
    """A worker is killed before its letter is handed over, and another one just after."""
    end_windows(digested)
    killed = [sys.executable, "-c", KILLED, digested.id, digested.email]
    arrived = subprocess.run(killed, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    send_all()  # it is leased still
    assert messages_to(digested.email) == []
    (window,) = windows(digested)
    apart(lambda: Digest.objects.filter(pk=window.pk).update(due_at=timezone.now()))
    send_all()
    send_all()
    assert len(wait_for_messages(digested.email)) == 1
    assert arrived.startswith(f"<digest.{window.pk}@")  # so mail systems take both for one
    assert emailed(digested) == {("sent", "digest")}


def test_a_letter_at_once(alice: Person, bob: Person) -> None:
    prefer(alice, "instant")
    published(alice, bob)
    apart(sending.send_due_letters)
    (letter,) = wait_for_messages(alice.email)
    assert letter["subject"] == "Bob is on Confab"
    assert apart(Mail.objects.filter(user_id=int(alice.id)).count) == 0
    rows = alice.get(f"/feed/{feed_of(alice)[0]['id']}/deliveries")["results"]
    assert [(row["channel"], row["outcome"]) for row in rows if row["channel"] == "email"] == [
        ("email", "sent")
    ]


@pytest.fixture
def link(digested: Person) -> str:
    """Where a letter says that it can be left."""
    end_windows(digested)
    send_all()
    (letter,) = wait_for_messages(digested.email)
    found = re.search(r"https?://\S+(/api/v1/unsubscribe/\S+)", letter["text"])
    assert found is not None
    return digested.server + found[1]


def test_opening_the_link_changes_nothing(digested: Person, link: str) -> None:
    for _ in range(2):
        page = httpx.get(link)
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
        assert '<form method="post">' in page.text
    assert digested.get("/feed/preferences")["kinds"]["contact.joined"]["email"] == "digest"


def test_one_click_leaves_the_letters(digested: Person, link: str) -> None:
    for _ in range(2):
        answer = httpx.post(link, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content) == (204, b"")
    kinds = digested.get("/feed/preferences")["kinds"]
    assert kinds["contact.joined"]["email"] == "off"
    assert kinds["security.new_session"]["email"] == "instant"


def test_a_made_up_link_leads_nowhere(digested: Person, link: str) -> None:
    forged = link.replace("/unsubscribe/", "/unsubscribe/1")
    for answer in (httpx.get(forged), httpx.post(forged)):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert digested.get("/feed/preferences")["kinds"]["contact.joined"]["email"] == "digest"


def test_mail_programs_find_the_way_out(digested: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The headers that RFC 8058 asks for, and a Message-ID that stays the same."""
    sent: list[email.message.Message] = []

    def send(self: mail.EmailMessage, *_: Any, **__: Any) -> int:
        sent.append(self.message())
        return 1

    monkeypatch.setattr(mail.EmailMessage, "send", send)
    end_windows(digested)
    send_all()
    (letter,) = sent
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https?://\S+/api/v1/unsubscribe/\S+>", str(letter["List-Unsubscribe"]))
    (window,) = windows(digested)
    assert str(letter["Message-ID"]).startswith(f"<digest.{window.pk}@")
