"""Searching in the box above the list, by the keyboard and by pressing what is there."""

from __future__ import annotations

from tests.browser.conftest import Pair, Visit
from tests.browser.visitor import Visitor
from tests.chat.conversation import send
from tests.chat.files import ready_file

MARKED = "marks => marks.map(mark => mark.textContent)"


def _box(visitor: Visitor, query: str) -> None:
    visitor.page.keyboard.press("Control+k")
    visitor.page.keyboard.type(query)


def test_the_keyboard_finds_a_message_and_leads_to_it(pair: Pair) -> None:
    _, bob, one, two = pair
    chat = two.get("/chats")["results"][0]["id"]
    one.say(chat, "<b>🏮 Straße</b> zum Leuchtturm")
    for number in range(70):
        one.say(chat, f"line {number}")
    bob.unread("Alice", 72)
    hits = bob.page.get_by_role("list", name="Messages").locator(".hit")
    _box(bob, "from:@")
    options = bob.page.get_by_role("option")
    options.filter(has_text="Alice").wait_for()
    bob.page.keyboard.press("ArrowDown")
    bob.page.get_by_role("option", selected=True).wait_for()
    bob.page.keyboard.press("Enter")
    username = one.get("/me")["username"]
    bob.button(f"Remove from:@{username} from the search").wait_for()
    bob.page.keyboard.type("strasse what:ever OR 🏮")
    hits.filter(has_text="<b>🏮 Straße</b> zum Leuchtturm").wait_for()
    bob.page.get_by_text("what:ever has no meaning here").wait_for()
    assert hits.count() == 1
    assert hits.locator("mark").evaluate_all(MARKED) == ["🏮", "Straße"]
    bob.page.keyboard.press("Enter")
    hits.and_(bob.page.locator(":focus")).wait_for()
    bob.page.keyboard.press("Enter")
    line = bob.page.locator(".line.flash", has_text="Leuchtturm")
    line.wait_for()
    assert line.evaluate("line => line.contains(document.activeElement)")


def test_narrowing_and_widening_what_is_found(visit: Visit) -> None:
    alice, bob = visit(), visit(width=390)
    one, two = alice.come_as("alice"), bob.come_as("bob")
    chat = one.post("/chats", {"user": two.id}, 201)["id"]
    for number in range(30):
        one.say(chat, f"harbour {number}")
    for number in range(30):
        two.say(chat, f"harbour #ship {number}")
    bob.chat("Alice").wait_for()
    hits = bob.page.get_by_role("list", name="Messages").locator(".hit")
    _box(bob, "harbour")
    bob.page.get_by_text("60 results", exact=True).wait_for()
    bob.button("More results").click()
    hits.nth(59).wait_for()
    bob.button("More results").wait_for(state="hidden")
    bob.page.get_by_text("Narrow", exact=True).click()
    bob.page.get_by_role("group", name="From").get_by_role("button", name="Bob").click()
    bob.page.get_by_text("30 results", exact=True).wait_for()
    bob.button("Remove from:me from the search").click()
    bob.page.get_by_text("60 results", exact=True).wait_for()
    bob.button("People").click()
    bob.page.get_by_text("Nothing was found.").wait_for()
    bob.button("All").click()
    hits.first.click()
    bob.page.locator(".line.flash").wait_for()
    bob.button("Back to the chats").click()
    hits.first.wait_for()  # what was found is still there


def test_a_file_leads_to_the_message_that_carries_it(pair: Pair) -> None:
    _, bob, one, two = pair
    chat = two.get("/chats")["results"][0]["id"]
    file = ready_file(one)
    send(one, chat, file=file)
    for number in range(70):
        one.say(chat, f"line {number}")
    bob.unread("Alice", 72)
    _box(bob, one.get(f"/files/{file}")["name"].split(".")[0])
    hits = bob.page.get_by_role("list", name="Files").locator(".hit")
    hits.first.click()
    bob.page.locator(".line.flash[data-number='2']").wait_for()
