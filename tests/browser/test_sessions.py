"""What keeps somebody logged in and in step for hours and days."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.browser.conftest import Site, Visit
from tests.browser.visitor import sent_code
from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Response


def test_a_forgotten_password_is_replaced_by_a_sent_code(visit: Visit) -> None:
    alice = visit()
    person = alice.come_as("alice")
    elsewhere = visit()
    elsewhere.button("Forgot the password?").click()
    elsewhere.page.get_by_label("E-mail address").fill(person.email)
    elsewhere.page.get_by_label("New password").fill("quite another horse")
    elsewhere.button("Continue").click()
    elsewhere.page.get_by_label("Code").fill(sent_code(person.email))
    elsewhere.is_online()
    alice.button("Log in").wait_for()
    alice.log_in(person.email, "quite another horse")
    alice.is_online()


def test_a_log_that_was_reset_is_read_anew(visit: Visit, site: Site) -> None:
    alice, bob = visit(), visit()
    alice.come_as("alice")
    person = bob.come_as("bob")
    alice.start_chat(person.get("/me")["username"])
    alice.say("before")
    bob.open_chat("Alice")
    bob.sees("before")
    site.kill()
    alice.is_not_online()
    alice.say("meanwhile")
    subprocess.run([sys.executable, "manage.py", "new_epoch"], cwd=ROOT, check=True)
    site.start()
    for visitor in (alice, bob):
        visitor.page.evaluate("dispatchEvent(new Event('online'))")
    bob.sees("meanwhile")
    alice.sees("meanwhile", "Read")
    assert alice.texts() == bob.texts() == ["before", "meanwhile"]


def test_a_connection_outlives_its_access_token(visit: Visit, site: Site) -> None:
    site.kill()
    site.start(ACCESS_SECONDS="3")
    alice = visit()
    with alice.page.expect_websocket() as opened:
        alice.come_as("alice")
    renewal = opened.value.expect_event("framesent", lambda sent: "auth.refresh" in str(sent))
    with renewal as renewed, alice.page.expect_response("**/api/v1/auth/refresh") as answer:
        pass
    assert answer.value.status == 200
    assert json.loads(renewed.value)["data"]["access"] == answer.value.json()["access"]
    alice.is_online()


def test_two_tabs_share_one_refresh(visit: Visit, site: Site) -> None:
    site.kill()
    site.start(ACCESS_SECONDS="3")
    alice = visit()
    alice.come_as("alice")
    other = visit(beside=alice)
    other.is_online()
    refreshed: list[str] = []

    def note(answer: Response) -> None:
        if "/auth/refresh" in answer.url:
            assert answer.status == 200
            refreshed.append(answer.request.post_data or "")

    for tab in (alice, other):
        tab.page.on("response", note)
    while len(set(refreshed)) < 4:
        with alice.page.context.expect_event("response", lambda r: "/auth/refresh" in r.url):
            pass
    for tab in (alice, other):
        tab.is_online()
    # A tab waits for what the other has stored; a browser that is late is forgiven once, as by the
    # server, which answers the repeat as the first.
    assert len(refreshed) <= len(set(refreshed)) + 1, "each tab for itself"
