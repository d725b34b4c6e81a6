"""Private labels, and hashtags."""

from __future__ import annotations

from tests.browser.conftest import Pair


def test_tags_are_mine_alone_and_offered_again(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    bob.choose("hello", "Tags…")
    bob.page.get_by_label("New tag").fill("to answer")
    bob.page.get_by_label("New tag").press("Enter")
    bob.button("Remove the tag to answer").wait_for()
    bob.button("Close").click()
    bob.button("Your tags: to answer. Edit").wait_for()
    alice.say("another")
    bob.choose("another", "Tags…")
    bob.page.get_by_role("group", name="Tags used before").get_by_text("to answer").click()
    bob.button("Remove the tag to answer").wait_for()
    bob.button("Close").click()
    assert bob.button("Your tags: to answer. Edit").count() == 2
    bob.say("seen")
    alice.sees("seen")
    assert alice.page.locator(".tags").count() == 0


def test_taking_a_tag_away(pair: Pair) -> None:
    _, bob, _, two = pair
    bob.open_chat("Alice")
    bob.sees("hello")
    chat = two.get("/chats")["results"][0]["id"]
    two.put(f"/chats/{chat}/messages/1/tags/later", 200)  # on another device
    bob.button("Your tags: later. Edit").click()
    bob.button("Remove the tag later").click()
    bob.button("Remove the tag later").wait_for(state="detached")
    bob.button("Close").click()
    bob.page.locator(".tags").wait_for(state="detached")


def test_hashtags_are_set_off(pair: Pair) -> None:
    alice, bob, _, two = pair
    bob.open_chat("Alice")
    alice.say("see #Übung and #2 at https://example.com/#part, a#b &#c")
    bob.page.locator(".hashtag").first.wait_for()
    assert bob.page.locator(".hashtag").all_inner_texts() == ["#Übung"]
    assert two.get("/chats")["results"][0]["last_message"]["hashtags"] == ["übung"]
