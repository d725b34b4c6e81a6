"""Answering a message, with a quote of it."""

from __future__ import annotations

from tests.browser.conftest import Pair
from tests.browser.visitor import Visitor


def quote_in(visitor: Visitor, text: str) -> str:
    return visitor.bubble(text).locator(".quote").inner_text()


def test_an_answer_quotes_the_message(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    bob.choose("hello", "Reply")
    bob.page.get_by_text("Reply to Alice").wait_for()
    bob.say("hi to you", "and more")
    alice.sees("and more")
    assert quote_in(bob, "hi to you") == "Alice\nhello"
    assert quote_in(alice, "hi to you") == "You\nhello"
    assert alice.bubble("and more").locator(".quote").count() == 0


def test_escape_takes_the_answer_back(pair: Pair) -> None:
    alice, _, _, _ = pair
    alice.choose("hello", "Reply")
    alice.page.get_by_text("Reply to yourself").wait_for()
    alice.composer.press("Escape")
    alice.say("not an answer")
    alice.sees("not an answer", "Delivered")
    assert alice.page.locator(".quote").count() == 0


def test_a_quote_leads_to_its_message_and_forgets_what_was_deleted(pair: Pair) -> None:
    alice, bob, _, two = pair
    chat = two.get("/chats")["results"][0]["id"]
    for number in range(2, 90):
        two.say(chat, f"message {number}")
    answer = {"client_id": "an answer", "text": "as you said", "reply_to": 1}
    two.post(f"/chats/{chat}/messages", answer, 201)
    alice.sees("as you said")
    alice.page.reload()
    alice.sees("as you said")
    assert not alice.bubble("message 2").count()  # the quoted one is not loaded
    alice.bubble("as you said").get_by_title("Go to this message").click()
    hello = alice.page.locator('.line[data-number="1"]')
    hello.filter(has_text="hello").wait_for()
    alice.page.wait_for_function(
        "() => document.querySelector('.line[data-number=\"1\"]').getBoundingClientRect().top > 0"
    )
    hello.locator(".bubble").click(button="right")
    alice.page.get_by_role("menuitem", name="Delete for everyone").click()
    alice.button("Delete").click()
    alice.bubble("as you said").locator(".quote", has_text="Message deleted").wait_for()
    bob.open_chat("Alice")
    bob.sees("as you said")
    assert "hello" not in quote_in(bob, "as you said")
