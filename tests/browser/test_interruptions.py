"""What happens when the server or the network goes away: nothing is lost and nothing is doubled."""

from __future__ import annotations

from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor


def talking(visit: Visit) -> tuple[Visitor, Visitor]:
    alice, bob = visit(), visit()
    alice.come_as("alice")
    person = bob.come_as("bob")
    alice.start_chat(person.get("/me")["username"])
    alice.say("before")
    bob.open_chat("Alice")
    bob.sees("before")
    return alice, bob


def test_the_server_dies_in_the_middle_of_a_conversation(visit: Visit, site: Site) -> None:
    alice, bob = talking(visit)
    alice.say("one", "two")
    site.kill()
    alice.is_not_online()
    bob.is_not_online()
    alice.say("three", "four", "five")
    bob.say("from Bob")
    alice.sees("five", "Waiting to be sent")
    site.start()
    for visitor in (alice, bob):
        visitor.page.evaluate("dispatchEvent(new Event('online'))")
        visitor.is_online()
    bob.sees("five")
    alice.sees("from Bob")
    alice.sees("five", "Read")
    alice.say("after")
    bob.sees("after")
    assert alice.texts() == bob.texts()
    assert sorted(alice.texts()) == sorted(
        ["before", "one", "two", "three", "four", "five", "from Bob", "after"]
    )
    mine = [text for text in bob.texts() if text != "from Bob"]
    assert mine == ["before", "one", "two", "three", "four", "five", "after"]


def test_the_server_dies_while_messages_are_on_their_way(visit: Visit, site: Site) -> None:
    alice, bob = talking(visit)
    sent = [f"message {number}" for number in range(30)]
    alice.say(*sent[:15])
    site.kill()
    alice.say(*sent[15:])
    site.start()
    alice.page.evaluate("dispatchEvent(new Event('online'))")
    bob.page.evaluate("dispatchEvent(new Event('online'))")
    alice.sees(sent[-1], "Read")
    assert alice.texts() == bob.texts() == ["before", *sent]


def test_what_was_written_offline_survives_a_reload(visit: Visit, site: Site) -> None:
    alice, bob = talking(visit)
    site.kill()
    alice.is_not_online()
    alice.say("written offline")
    alice.sees("written offline", "Waiting to be sent")
    site.start()
    alice.page.reload()
    alice.sees("written offline", "Read")
    assert alice.texts() == bob.texts() == ["before", "written offline"]


def test_two_tabs_send_each_message_once(visit: Visit, site: Site) -> None:
    alice, bob = talking(visit)
    other = visit(beside=alice)
    other.is_online()
    other.open_chat("Bob")
    site.kill()
    alice.is_not_online()
    other.is_not_online()
    alice.say("from one tab")
    other.sees("from one tab", "Waiting to be sent")
    other.say("from the other tab")
    site.start()
    for visitor in (alice, bob, other):
        visitor.page.evaluate("dispatchEvent(new Event('online'))")
    bob.sees("from the other tab")
    alice.sees("from the other tab", "Read")
    other.sees("from one tab", "Read")
    expected = ["before", "from one tab", "from the other tab"]
    assert bob.texts() == alice.texts() == other.texts() == expected


def test_somebody_away_finds_edits_and_deletions_when_back(visit: Visit, site: Site) -> None:
    alice, bob = talking(visit)
    alice.say("to be edited", "to be deleted")
    bob.sees("to be deleted")
    bob.page.evaluate("import('/client/confab.js')")  # the page is loaded before the network goes
    bob.page.context.set_offline(True)
    alice.choose("to be edited", "Edit")
    alice.say("edited")
    alice.choose("to be deleted", "Delete for everyone")
    alice.button("Delete").click()
    alice.sees("Message deleted")
    bob.page.context.set_offline(False)
    bob.sees("edited")
    bob.sees("Message deleted")
    assert bob.texts() == alice.texts() == ["before", "edited", "Message deleted"]
