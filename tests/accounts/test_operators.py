"""What operators and developers use: the admin, the demo accounts, the outbox."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from tests.accounts.conftest import Register
from tests.accounts.mailbox import wait_for_messages
from tests.people import Person


def operator() -> Client:
    from accounts.models import User

    name = "operator"
    user = User.objects.filter(username=name).first()
    browser = Client()
    browser.force_login(user or User.objects.create_superuser(name, "an operators password"))
    return browser


def test_an_operator_finds_people_and_ends_their_sessions(alice: Person) -> None:
    browser = operator()
    page = browser.get("/admin/accounts/user/", {"q": alice.email})
    assert page.status_code == 200
    assert alice.id in page.content.decode()
    act = {"action": "log_out_everywhere", "_selected_action": alice.id}
    assert browser.post("/admin/accounts/user/", act).status_code == 302
    alice.get("/me", 401)


def test_an_operator_ends_one_session(alice: Person) -> None:
    act = {"action": "end_selected", "_selected_action": alice.session}
    assert operator().post("/admin/accounts/session/", act).status_code == 302
    alice.get("/me", 401)


def test_locking_a_person_out_ends_their_sessions(alice: Person) -> None:
    browser = operator()
    browser.post(f"/admin/accounts/user/{alice.id}/change/", {"is_staff": ""})
    assert alice.get("/me", 401)["code"] == "unauthenticated"


def test_the_admin_is_closed_to_others(alice: Person, server: str) -> None:
    page = httpx.get(f"{server}/admin/accounts/user/", headers=alice.http.headers)
    assert page.status_code == 302
    assert "/admin/login/" in page.headers["location"]


def test_demo_accounts_are_for_development_only() -> None:
    with pytest.raises(CommandError):
        call_command("demo")


def test_demo_accounts_can_be_made_again_and_again(http: httpx.Client) -> None:
    with override_settings(DEBUG=True):
        call_command("demo")
        call_command("demo")
    for name in ("alice", "bob"):
        body = {"email": f"{name}@example.com", "password": "confab-demo"}
        me = http.post("/auth/email/login", json=body).json()["user"]
        assert me["username"].startswith(name)  # other tests' people may have taken the plain one


def test_a_message_lies_whole_in_the_outbox(register: Register, email: str) -> None:
    from django.conf import settings

    from accounts.letters.outbox import newest_messages

    register(email)
    (message,) = wait_for_messages(email)
    assert set(message) == {"channel", "to", "subject", "text", "sent_at"}
    assert message["channel"] == "email"
    assert message in newest_messages()
    names = [file.name for file in Path(settings.OUTBOX_DIR).iterdir()]
    assert all(name.endswith(".json") for name in names)
    times = [json.loads((Path(settings.OUTBOX_DIR) / n).read_text())["sent_at"] for n in names]
    assert sorted(times) == [t for _, t in sorted(zip(names, times, strict=True))]


def test_the_outbox_page_escapes_what_it_shows(alice: Person) -> None:
    from django.test import RequestFactory

    from accounts.letters.outbox import keep_copy, outbox_page

    keep_copy(channel="email", to="x@example.com", subject="<b>", text="<script>alert(1)</script>")
    page = outbox_page(RequestFactory().get("/dev/outbox")).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
