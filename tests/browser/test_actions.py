"""Messages with a button."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Pair
from tests.people import Person


def ask(person: Person, **content: Any) -> None:
    chat = person.get("/chats")["results"][0]["id"]
    person.post(f"/chats/{chat}/messages", {"client_id": content["text"], **content}, 201)


def test_pressing_the_button_triggers_the_action(pair: Pair) -> None:
    alice, _, _, two = pair
    ask(
        two,
        text="your order is ready",
        action={"name": "collect", "params": {"label": "Collect it now"}},
        reference={"type": "order", "id": "A-17"},
    )
    alice.bubble("your order is ready").get_by_text("order · A-17").wait_for()
    with alice.page.expect_response("**/action") as answer:
        alice.button("Collect it now").click()
    assert answer.value.status == 202
    alice.bubble("your order is ready").get_by_text("Done").wait_for()


def test_a_failure_is_told_and_can_be_tried_again(pair: Pair) -> None:
    alice, _, _, two = pair
    ask(two, text="please confirm", action={"name": "confirm", "params": {"label": 5}})
    alice.page.route("**/action", lambda route: route.abort())
    alice.button("confirm").click()
    alice.bubble("please confirm").get_by_text("That did not work.").wait_for()
    alice.page.unroute("**/action")
    alice.button("confirm").click()
    alice.bubble("please confirm").get_by_text("Done").wait_for()
