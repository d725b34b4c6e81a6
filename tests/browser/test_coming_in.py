"""Registering, logging in, and leaving."""

from __future__ import annotations

import secrets

from tests.browser.conftest import Site, Visit
from tests.browser.visitor import sent_code
from tests.people import PASSWORD


def test_registering_by_the_sent_code(site: Site, visit: Visit) -> None:
    site.kill()
    site.start(DEBUG="1")  # there the page leads to the outbox
    email = f"carol.{secrets.token_hex(6)}@example.com"
    carol = visit()
    carol.button("Create an account").click()
    carol.page.get_by_label("Your name").fill("Carol")
    carol.page.get_by_label("E-mail address").fill(email)
    carol.page.get_by_label("Password", exact=True).fill(PASSWORD)
    carol.button("Continue").click()
    carol.page.get_by_role("link", name="development outbox").wait_for()
    code = sent_code(email)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    carol.page.get_by_label("Code").fill(wrong)
    carol.page.get_by_text("That is not the code. 4 tries left.").wait_for()
    carol.page.get_by_label("Code").fill(code)
    carol.is_online()
    assert carol.page.get_by_role("button", name="Carol: profile and settings").is_visible()


def test_a_wrong_password_is_said_in_words(visit: Visit) -> None:
    alice = visit()
    alice.log_in("nobody@example.com", "not the password")
    alice.page.get_by_text("The e-mail address and the password do not match.").wait_for()


def test_a_session_survives_a_reload_and_ends_with_logging_out(visit: Visit) -> None:
    alice = visit()
    alice.come_as("alice")
    alice.page.reload()
    alice.is_online()
    alice.page.get_by_role("button", name="Alice: profile and settings").click()
    alice.button("Log out").last.click()
    alice.button("Log in").wait_for()
    alice.page.reload()
    alice.button("Log in").wait_for()


def test_logging_out_ends_the_other_tab_too(visit: Visit) -> None:
    alice = visit()
    alice.come_as("alice")
    other = visit(beside=alice)
    other.is_online()
    alice.page.get_by_role("button", name="Alice: profile and settings").click()
    alice.button("Log out").last.click()
    other.button("Log in").wait_for()


def test_a_session_that_is_revoked_elsewhere_ends_here(visit: Visit) -> None:
    alice = visit()
    person = alice.come_as("alice")
    person.delete("/auth/sessions")
    alice.button("Log in").wait_for()


def test_changing_the_profile_and_privacy(visit: Visit) -> None:
    alice = visit()
    person = alice.come_as("alice")
    username = f"al{secrets.token_hex(5)}"
    alice.page.get_by_role("button", name="Alice: profile and settings").click()
    alice.page.get_by_label("Name", exact=True).fill("Alice the Great")
    alice.page.get_by_role("textbox", name="Username").fill(username)
    alice.button("Save").click()
    alice.page.get_by_text("Saved").wait_for()
    with alice.page.expect_response("**/api/v1/me"):
        alice.page.get_by_role("switch", name="Read receipts").uncheck()
    me = person.get("/me")
    assert (me["name"], me["username"], me["read_receipts"]) == ("Alice the Great", username, False)
