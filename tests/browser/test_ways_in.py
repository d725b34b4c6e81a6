"""Entering by phone, codes, and the ways to log in that the settings show."""

from __future__ import annotations

import secrets

import httpx
import pytest

from tests.browser.conftest import Visit
from tests.browser.visitor import sent_code
from tests.people import PASSWORD


@pytest.fixture
def number() -> str:
    """An Austrian number without its country, that no account has."""
    return f"664{secrets.randbelow(9_000_000) + 1_000_000}"


def test_signing_up_and_logging_in_by_phone(visit: Visit, number: str) -> None:
    carol = visit(width=390)
    carol.register_by_phone(f"0{number}")
    code = sent_code(f"+43{number}")
    carol.page.get_by_label("Code").fill(f"{(int(code) + 1) % 1_000_000:06}")
    carol.page.get_by_text("That is not the code. 4 tries left.").wait_for()
    carol.page.get_by_label("Code").fill(code)
    carol.page.get_by_label("Your name").fill("Carol")
    carol.button("Save").click()
    carol.page.get_by_role("button", name="Carol: profile and settings").wait_for()
    carol.is_online()
    carol.open_settings()
    carol.button("Log out").click()
    carol.register_by_phone(f"+43{number}")
    carol.page.get_by_label("Code").fill(sent_code(f"+43{number}", but=code))
    carol.page.get_by_role("button", name="Carol: profile and settings").wait_for()


def test_another_code_can_be_had_after_a_while(visit: Visit) -> None:
    email = f"carol.{secrets.token_hex(6)}@example.com"
    carol = visit()
    carol.page.clock.install()
    carol.button("Create an account").click()
    carol.page.get_by_label("Your name").fill("Carol")
    carol.page.get_by_label("E-mail address").fill(email)
    carol.page.get_by_label("Password", exact=True).fill(PASSWORD)
    carol.button("Continue").click()
    again = carol.page.get_by_role("button", name="Send again")
    assert "Send again in" in again.inner_text()
    assert again.is_disabled()
    first = sent_code(email)
    carol.page.clock.fast_forward(31_000)
    carol.button("Send again").click()
    carol.page.get_by_role("button", name="Send again in").wait_for()
    carol.page.get_by_label("Code").fill(sent_code(email, but=first))
    carol.is_online()


def test_changing_the_password(visit: Visit) -> None:
    alice = visit()
    person = alice.come_as("alice")
    alice.open_settings()
    alice.button("Change: Password").click()
    alice.page.get_by_label("Old password").fill("some other horse")
    alice.page.get_by_label("New password").fill("quite another horse")
    alice.button("Change").click()
    alice.page.get_by_text("The old password is another one.").wait_for()
    alice.page.get_by_label("Old password").fill(PASSWORD)
    alice.button("Change").click()
    alice.page.get_by_text("Your password is changed").wait_for()
    person.get("/me", 401)  # another device
    body = {"email": person.email, "password": "quite another horse"}
    login = httpx.post(f"{person.server}/api/v1/auth/email/login", json=body)
    assert login.status_code == 200
    alice.page.reload()
    alice.is_online()


def test_a_new_address_and_a_first_number(visit: Visit, number: str) -> None:
    alice = visit()
    old = alice.come_as("alice").email
    new = f"new.{old}"
    alice.open_settings()
    alice.button("Change: E-mail address").click()
    alice.page.get_by_label("New e-mail address").fill(new)
    alice.button("Send me a code").click()
    alice.page.get_by_label("Code").fill(sent_code(new))
    alice.page.get_by_role("listitem").filter(has_text=new).wait_for()
    alice.button("Add: Phone number").click()
    alice.page.get_by_label("Phone number").last.fill(f"+43{number}")
    alice.button("Send me a code").click()
    alice.page.get_by_label("Code").fill(sent_code(f"+43{number}"))
    alice.page.get_by_role("listitem").filter(has_text=f"+43{number}").wait_for()


def test_a_first_password_for_somebody_who_came_by_phone(visit: Visit, number: str) -> None:
    carol = visit()
    carol.register_by_phone(number)
    code = sent_code(f"+43{number}")
    carol.page.get_by_label("Code").fill(code)
    carol.button("Later").click()
    carol.open_settings()
    carol.button("Set: Password").click()
    carol.page.get_by_label("New password").fill(PASSWORD)
    carol.button("Continue").click()
    carol.page.get_by_label("Code").fill(sent_code(f"+43{number}", but=code))
    carol.page.get_by_text("Your password is set").wait_for()
    carol.is_online()


def test_a_browser_says_which_device_it_is_after_logging_out(visit: Visit) -> None:
    alice = visit()
    person = alice.come_as("alice")
    device = alice.page.evaluate("localStorage.getItem('confab.device')")
    assert device
    alice.open_settings()
    alice.button("Log out").click()
    alice.page.get_by_role("dialog").wait_for(state="detached")
    alice.page.get_by_role("button", name="Change: E-mail address").wait_for(state="detached")
    with alice.page.expect_request("**/api/v1/auth/email/login") as sent:
        alice.log_in(person.email)
    assert sent.value.headers["x-device"] == device
    alice.is_online()
    assert alice.page.evaluate("localStorage.getItem('confab.device')") == device
