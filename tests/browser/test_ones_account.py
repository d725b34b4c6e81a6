"""Devices, privacy, a copy of one's data, and leaving."""

from __future__ import annotations

import json
import zipfile

from tests.browser.conftest import Visit
from tests.browser.visitor import sent_code


def test_ending_other_devices(visit: Visit) -> None:
    alice, elsewhere = visit(), visit(width=390)
    person = alice.come_as("alice")
    elsewhere.log_in(person.email)
    elsewhere.is_online()
    elsewhere.open_settings()
    alice.open_settings()
    alice.button("Log out: Chrome on Linux").click()
    elsewhere.button("Log in").wait_for()
    assert elsewhere.page.get_by_role("dialog").count() == 0
    person.get("/me")
    alice.button("Log out everywhere else").click()
    alice.button("Log out everywhere else").wait_for(state="hidden")
    person.get("/me", 401)
    alice.is_online()


def test_who_may_know_what(visit: Visit) -> None:
    alice = visit()
    person = alice.come_as("alice")
    alice.open_settings()
    for label, choice in (
        ("Who sees when I was last here", "nobody"),
        ("Who finds me by my number or address", "everyone"),
        ("Who sees my name on what is forwarded", "contacts"),
    ):
        with alice.page.expect_response("**/api/v1/me"):
            alice.page.get_by_label(label).select_option(choice)
    me = person.get("/me")
    chosen = (me["last_seen"], me["discoverable_by"], me["forward_origin"])
    assert chosen == ("nobody", "everyone", "contacts")


def test_a_copy_of_ones_data(visit: Visit) -> None:
    alice = visit()
    person = alice.come_as("alice")
    alice.open_settings()
    alice.button("Request a copy").click()
    with alice.page.expect_download() as download:
        alice.page.get_by_role("link", name="Download").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        me = json.loads(archive.read("me.jsonl"))
    assert (me["id"], me["email"]) == (person.id, person.email)


def test_leaving_by_a_code(visit: Visit) -> None:
    alice = visit()
    person = alice.come_as("alice")
    alice.open_settings()
    alice.button("Delete my account…").click()
    alice.page.get_by_label("Password", exact=True).fill("some other horse")
    alice.button("Delete my account").click()
    alice.page.get_by_text("This is not your password.").wait_for()
    alice.button("Use a code instead").click()
    alice.page.get_by_label("Code").fill(sent_code(person.email))
    alice.button("Delete my account").click()
    alice.page.get_by_text("Your account is deleted.").wait_for()
    person.get("/me", 401)
    alice.log_in(person.email)
    alice.page.get_by_text("The e-mail address and the password do not match.").wait_for()
