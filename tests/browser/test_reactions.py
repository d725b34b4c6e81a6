"""Putting emoji on messages."""

from __future__ import annotations

from tests.browser.conftest import Pair


def test_reactions_are_seen_by_both_and_pressing_one_toggles_mine(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    bob.react("hello", "thumbs up")
    alice.reaction("hello", "thumbs up from Bob", mine=False).click()
    alice.reaction("hello", "thumbs up from Bob and you", mine=True)
    bob.reaction("hello", "thumbs up from you and Alice", mine=True).click()
    bob.reaction("hello", "thumbs up from Alice", mine=False)
    alice.reaction("hello", "thumbs up from you", mine=True).click()
    for visitor in (alice, bob):
        visitor.page.locator(".reaction").wait_for(state="detached")


def test_any_emoji_by_its_name_and_by_the_keyboard_alone(pair: Pair) -> None:
    alice, bob, _, two = pair
    bob.open_chat("Alice")
    alice.bubble("hello").get_by_role("button", name="React", exact=True).focus()
    alice.page.keyboard.press("Enter")
    alice.page.get_by_role("menuitemcheckbox", name="thumbs up").wait_for()
    alice.page.keyboard.press("ArrowLeft")  # round to the last one of the row
    alice.page.keyboard.press("Enter")
    alice.page.keyboard.type("birthday cake")
    alice.page.get_by_role("group", name="Found").wait_for()
    alice.page.keyboard.press("ArrowDown")
    alice.page.keyboard.press("Enter")
    bob.reaction("hello", "birthday cake from Alice", mine=False)
    chat = two.get("/chats")["results"][0]
    assert [reaction["emoji"] for reaction in chat["last_message"]["reactions"]] == ["🎂"]


def test_the_focus_stays_where_one_presses(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    bob.react("hello", "thumbs up")
    alice.reaction("hello", "thumbs up from Bob", mine=False).focus()
    alice.page.keyboard.press("Enter")
    alice.reaction("hello", "thumbs up from Bob and you", mine=True)
    alice.page.keyboard.press("Enter")
    alice.reaction("hello", "thumbs up from Bob", mine=False)
