"""Passing messages on to other chats."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Pair, Visit
from tests.browser.visitor import Visitor
from tests.people import Person

Three = tuple[Visitor, Visitor, Person, Person]


@pytest.fixture
def three(visit: Visit, pair: Pair) -> Three:
    """Alice, who looks at what Bob said to her, and Carol, whom Alice has a chat with."""
    alice, _, _, two = pair
    carol = visit()
    third = carol.come_as("carol")
    alice.start_chat(third.get("/me")["username"])
    alice.open_chat("Bob")
    two.say(two.get("/chats")["results"][0]["id"], "the key is under the mat")
    alice.sees("the key is under the mat")
    return alice, carol, two, third


def forward(visitor: Visitor, text: str, *names: str) -> None:
    """Open the dialog, choose these chats and send."""
    visitor.choose(text, "Forward…")
    for name in names:
        visitor.page.get_by_role("checkbox", name=name).check()
    send = "Forward" if len(names) == 1 else f"Forward ({len(names)})"
    visitor.button(send).click()


def outcome(visitor: Visitor, name: str, words: str) -> None:
    visitor.page.locator(".targets li", has_text=name).get_by_text(words).wait_for()


def test_forwarding_to_several_names_the_author(three: Three) -> None:
    alice, carol, _, _ = three
    forward(alice, "the key is under the mat", "Carol", "Bob")
    outcome(alice, "Carol", "Sent")
    outcome(alice, "Bob", "Sent")
    alice.button("Close").click()
    carol.open_chat("Alice")
    carol.sees("the key is under the mat")
    carol.page.get_by_text("Forwarded from Bob").wait_for()


def test_an_author_may_stay_unnamed(three: Three) -> None:
    alice, carol, two, _ = three
    two.patch("/me", {"forward_origin": "nobody"})
    forward(alice, "the key is under the mat", "Carol")
    carol.open_chat("Alice")
    carol.page.get_by_text("Forwarded", exact=True).wait_for()
    assert "Bob" not in carol.bubble("the key is under the mat").inner_text()


def test_each_target_has_its_own_outcome(pair: Pair, three: Three) -> None:
    alice, _, _, third = three
    _, _, one, _ = pair
    alice.choose("the key is under the mat", "Forward…")
    one.put(f"/blocks/{third.id}")  # on another device
    alice.page.get_by_role("searchbox", name="Search your chats").fill("caro")
    alice.page.get_by_role("checkbox", name="Bob").wait_for(state="hidden")
    alice.page.get_by_role("checkbox", name="Carol").check()
    alice.page.get_by_role("searchbox", name="Search your chats").fill("")
    alice.page.get_by_role("checkbox", name="Bob").check()
    alice.button("Forward (2)").click()
    outcome(alice, "Carol", "Not sent.")
    outcome(alice, "Bob", "Sent")


def test_what_must_not_be_forwarded(pair: Pair) -> None:
    alice, bob, _, two = pair
    bob.open_chat("Alice")
    alice.button("Message options").click()
    alice.page.get_by_role("menuitemcheckbox", name="Cannot be forwarded").click()
    alice.say("between you and me")
    bob.sees("between you and me")
    bob.bubble("between you and me").get_by_role("img", name="Cannot be forwarded").wait_for()
    assert two.get("/chats")["results"][0]["last_message"]["no_forward"]
    bob.bubble("between you and me").locator(".bubble").click(button="right")
    bob.page.get_by_role("menuitem", name="Reply").wait_for()
    assert bob.page.get_by_role("menuitem", name="Forward…").count() == 0
    alice.button("Let it be forwarded").click()
    alice.say("this may go round")
    alice.sees("this may go round", "Read")
    assert not two.get("/chats")["results"][0]["last_message"]["no_forward"]
