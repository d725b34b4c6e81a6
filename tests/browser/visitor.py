"""Somebody before the page: what they do, and what they see. Everything waits until it is so."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.apart import apart
from tests.people import PASSWORD, Person, make_person

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page


class Visitor:
    """One page of a browser. A visitor looks for things as a person does: by their words."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self._site = site
        self.complaints: list[str] = []
        self.people: list[Person] = []
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser itself reports each refused or failed request; those are what tests are about.
        if message.type == "error" and "Failed to load resource" not in message.text:
            network = "WebSocket connection to" in message.text
            if not network:
                self.complaints.append(message.text)

    # Coming and going

    def log_in(self, email: str, password: str = PASSWORD) -> None:
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.button("Log in").click()

    def come_as(self, name: str) -> Person:
        """A new person logs in here."""
        person = apart(lambda: make_person(self._site, name))
        self.people.append(person)
        self.log_in(person.email)
        self.is_online()
        return person

    def register_by_phone(self, number: str) -> None:
        """Up to the code. `number` is Austrian and without its country."""
        self.button("Use a phone number").click()
        self.page.get_by_label("Country").select_option("AT")
        self.page.get_by_label("Phone number").fill(number)
        self.button("Send me a code").click()

    def open_settings(self) -> None:
        self.page.get_by_role("button", name=": profile and settings").click()

    def is_online(self) -> None:
        self.page.locator('.connection[data-state="online"]').wait_for(state="attached")

    def is_not_online(self) -> None:
        self.page.locator('.connection:not([data-state="online"])').wait_for(state="attached")

    # Chats

    def start_chat(self, username: str) -> None:
        self.page.get_by_role("searchbox").fill(f"@{username}")
        self.page.locator(".found").get_by_role("button").click()
        self.composer.wait_for()

    def open_chat(self, name: str) -> None:
        self.chat(name).click()
        self.composer.wait_for()

    def chat(self, name: str) -> Locator:
        """The chat's place in the list."""
        return self.page.locator(".chats .chat").filter(has_text=name)

    def unread(self, name: str, count: int) -> None:
        """The list shows this many unread messages of the chat."""
        badge = self.chat(name).locator(".count")
        if count:
            badge.filter(has_text=re.compile(f"^{count}$")).wait_for()
        else:
            badge.wait_for(state="detached")

    # Messages

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message")

    def say(self, *texts: str) -> None:
        for text in texts:
            self.composer.fill(text)
            self.composer.press("Enter")

    def bubble(self, text: str) -> Locator:
        return self.page.locator(".line").filter(has=self.page.get_by_text(text, exact=True))

    def sees(self, text: str, tick: str | None = None) -> None:
        """The message is there; `tick` is Sent, Delivered, Read or Waiting to be sent."""
        bubble = self.bubble(text)
        bubble.wait_for()
        if tick:
            bubble.get_by_role("img", name=tick, exact=True).wait_for()

    def sees_no(self, text: str) -> None:
        self.bubble(text).wait_for(state="detached")

    def texts(self) -> list[str]:
        """All the messages on the page, from top to bottom."""
        return self.page.locator(".line .bubble > p").all_inner_texts()

    def choose(self, text: str, action: str) -> None:
        """Open the menu of a message and choose in it."""
        self.bubble(text).locator(".bubble").click(button="right")
        self.page.get_by_role("menuitem", name=action, exact=True).click()

    def react(self, text: str, emoji: str) -> None:
        """Choose one of the common emoji, by its name, in the menu of a message."""
        self.bubble(text).locator(".bubble").click(button="right")
        self.page.get_by_role("menuitemcheckbox", name=emoji, exact=True).click()

    def reaction(self, text: str, label: str, mine: bool) -> Locator:
        """A reaction under a message, as soon as it is there."""
        chip = self.bubble(text).get_by_role("button", name=label, exact=True, pressed=mine)
        chip.wait_for()
        return chip

    def choose_for_chat(self, action: str) -> None:
        self.button("Chat menu").click()
        self.page.get_by_role("menuitem", name=action, exact=True).click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


def sent_code(to: str, but: str = "") -> str:
    """The newest code to this address or number, other than `but`, as soon as there is one."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for file in sorted(Path(os.environ["OUTBOX_DIR"]).glob("*.json"), reverse=True):
            sent = json.loads(file.read_text(encoding="utf-8"))
            code = re.search(r"\b\d{6}\b", sent["text"]) if sent["to"] == to else None
            if code and code[0] != but:
                return code[0]
        time.sleep(0.1)
    raise AssertionError(f"no code was sent to {to}")
