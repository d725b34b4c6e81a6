"""The embedding application's own notifications, by the example of the document."""

from __future__ import annotations

from typing import Any

from tests.chat.conversation import send
from tests.embedding.test_hooks import wait_for
from tests.people import Person


def test_the_example_of_the_document_notifies(alice: Person, bob: Person) -> None:
    """Alice owns the parcel, and Bob carries it."""
    chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
    send(alice, chat, action={"name": "scan", "params": {"parcel": "p7"}})

    def scanned(place: str, count: int) -> dict[str, Any]:
        bob.post(f"/chats/{chat}/messages/1/action", {"params": {"place": place}}, 202)

        def there() -> Any:
            items = [i for i in alice.get("/feed")["results"] if i["kind"] == "parcel.moved"]
            return items and items[0]["event_count"] == count and items[0]

        found: dict[str, Any] = wait_for(there)
        return found

    first = scanned("Graz", 1)
    assert (first["title"], first["body"]) == ("Your parcel is in Graz", "Bob has it.")
    assert first["reference"] == {"type": "parcel", "id": "p7"}
    second = scanned("Vienna", 2)
    assert (second["id"], second["title"]) == (
        first["id"],
        "Your parcel has moved 2 times, to Vienna",
    )
    wishes = alice.get("/feed/preferences")["kinds"]["parcel.moved"]
    assert wishes == {"in_app": True, "push": True, "email": "digest"}
