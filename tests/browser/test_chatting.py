"""Two people, each with a browser, talk to each other."""

from __future__ import annotations

from tests.browser.conftest import Pair, Visit


def test_talking_both_ways(pair: Pair) -> None:
    alice, bob, _, _ = pair
    alice.sees("hello", "Delivered")
    bob.open_chat("Alice")
    bob.unread("Alice", 0)
    alice.sees("hello", "Read")
    bob.say("hi Alice", "how are you?")
    alice.sees("how are you?")
    bob.sees("how are you?", "Read")
    assert alice.texts() == bob.texts() == ["hello", "hi Alice", "how are you?"]


def test_typing_is_shown_until_the_message_comes(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    bob.composer.press_sequentially("well")
    status = alice.page.locator(".conversation .status")
    status.filter(has_text="typing…").wait_for()
    bob.composer.press("Enter")
    alice.sees("well")
    status.filter(has_text="online").wait_for()


def test_unread_messages_are_counted_and_read_when_looked_at(pair: Pair) -> None:
    alice, bob, _, _ = pair
    alice.say("one more", "and another")
    bob.unread("Alice", 3)
    count = "() => Number(/^\\((\\d+)\\) Confab$/.exec(document.title)?.[1] ?? 0)"
    with_this_chat = bob.page.wait_for_function(count).json_value()
    bob.open_chat("Alice")
    bob.unread("Alice", 0)
    fewer = f"before => ({count})() === before - 1"  # what else is new, a log-in say, stays
    bob.page.wait_for_function(fewer, arg=with_this_chat)
    bob.page.get_by_text("New messages").wait_for()
    alice.sees("and another", "Read")


def test_editing_shows_on_both_sides(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    alice.choose("hello", "Edit")
    alice.say("hello there")
    for visitor in (alice, bob):
        visitor.sees("hello there")
        assert "edited" in visitor.bubble("hello there").inner_text()
        visitor.sees_no("hello")


def test_the_arrow_up_edits_the_last_message(pair: Pair) -> None:
    alice, _, _, _ = pair
    alice.composer.press("ArrowUp")
    assert alice.composer.input_value() == "hello"
    alice.composer.press("Escape")
    assert alice.composer.input_value() == ""


def test_deleting_for_everyone_leaves_a_trace_on_both_sides(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    alice.choose("hello", "Delete for everyone")
    alice.button("Delete").click()
    for visitor in (alice, bob):
        visitor.sees("Message deleted")
        visitor.sees_no("hello")


def test_deleting_for_me_leaves_the_other_side(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    bob.sees("hello")
    bob.choose("hello", "Delete for me")
    bob.sees_no("hello")
    alice.say("still there")
    bob.sees("still there")
    assert alice.texts() == ["hello", "still there"]


def test_older_pages_load_while_scrolling_and_the_place_is_kept(pair: Pair) -> None:
    alice, _, _, two = pair
    chat = two.get("/chats")["results"][0]["id"]
    for number in range(2, 161):
        two.say(chat, f"message {number}")
    alice.sees("message 160")
    alice.page.reload()
    alice.sees("message 160")
    alice.sees_no("message 20")
    scroller = alice.page.locator(".scroller")
    place = "node => document.elementFromPoint(700, 300).closest('.line')?.dataset.number"
    scroller.evaluate("node => node.scrollTop = 650")  # no page is read yet
    before = scroller.evaluate(place)
    first = alice.texts()[0]
    scroller.evaluate("node => node.scrollTop = 590")
    alice.page.wait_for_function(
        "first => !document.querySelector('.line p').innerText.includes(first)", arg=first
    )
    after = scroller.evaluate(place)
    assert abs(int(after) - int(before)) <= 2
    more = "count => document.querySelectorAll('.line .bubble > p').length > count"
    while not alice.bubble("hello").count():
        shown = len(alice.texts())
        scroller.evaluate("node => node.scrollTop = 0")
        alice.page.wait_for_function(more, arg=shown)
    assert alice.texts() == ["hello", *(f"message {n}" for n in range(2, 161))]


def test_text_is_text(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    alice.say("<img src=x onerror=alert(1)> & <b>bold</b>", "see https://example.com/a?b=1.")
    bob.sees("<img src=x onerror=alert(1)> & <b>bold</b>")
    link = bob.page.get_by_role("link", name="https://example.com/a?b=1", exact=True)
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_arranging_chats(pair: Pair) -> None:
    _, bob, _, two = pair
    bob.open_chat("Alice")
    bob.choose_for_chat("Mark as unread")
    bob.chat("Alice").get_by_label("marked unread").wait_for()
    bob.open_chat("Alice")
    bob.chat("Alice").get_by_label("marked unread").wait_for(state="detached")
    bob.choose_for_chat("Archive")
    bob.button("Archived (1)").click()
    bob.chat("Alice").wait_for()
    chat = two.get("/chats")["results"][0]
    assert (chat["archived"], chat["marked_unread"]) == (True, False)


def test_clearing_a_chat_until_the_next_message(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    bob.choose_for_chat("Clear chat")
    bob.button("Clear").click()
    bob.chat("Alice").wait_for(state="detached")
    alice.say("are you there?")
    bob.open_chat("Alice")
    bob.sees("are you there?")
    assert bob.texts() == ["are you there?"]


def test_blocking_and_unblocking(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    bob.choose_for_chat("Block")
    bob.button("Block").click()
    bob.page.get_by_text("You have blocked Alice.").wait_for()
    alice.say("into the void")
    alice.sees("into the void", "Sent")
    bob.button("Unblock").click()
    bob.page.get_by_text("You have blocked Alice.").wait_for(state="hidden")
    alice.say("again")
    bob.sees("again")
    assert bob.texts() == ["hello", "again"]


def test_a_narrow_window_shows_the_list_or_the_chat(visit: Visit, pair: Pair) -> None:
    _, _, _, two = pair
    phone = visit(width=390)
    phone.log_in(two.email)
    phone.open_chat("Alice")
    assert not phone.chat("Alice").is_visible()
    phone.button("Back to the chats").click()
    phone.chat("Alice").wait_for()
    assert not phone.composer.is_visible()
