"""Reporting what somebody said: the snapshot, and who may make one."""

from __future__ import annotations

from typing import Any

from tests.chat.conversation import profile
from tests.devices import opened
from tests.people import Person


def snapshot_of(report: Any) -> Any:
    from chat.models import Report

    return Report.objects.get(pk=int(report["id"])).snapshot


def report(person: Person, chat: str, status: int = 201, **more: Any) -> Any:
    return person.post("/reports", {"chat": chat, "reason": "spam", **more}, status)


def test_a_report_keeps_what_was_said_and_five_messages_before_it(
    alice: Person, bob: Person, chat: str
) -> None:
    for number in range(1, 9):
        (alice if number % 2 else bob).say(chat, f"message {number}")
    made = report(alice, chat, number=8, comment="look")
    kept = snapshot_of(made)
    assert kept["person"] == profile(alice, bob)
    assert kept["messages"] == alice.get(f"/chats/{chat}/messages", after=2, limit=6)["results"]


def test_it_stays_as_it_was_when_the_message_is_changed_or_gone(
    alice: Person, bob: Person, chat: str
) -> None:
    bob.say(chat, "an insult")
    made = report(alice, chat, number=1)
    bob.patch(f"/chats/{chat}/messages/1", {"text": "a compliment"})
    bob.delete(f"/chats/{chat}/messages/1", **{"for": "everyone"})
    assert [m["text"] for m in snapshot_of(made)["messages"]] == ["an insult"]


def test_a_report_about_the_person_keeps_the_newest_messages(
    alice: Person, bob: Person, chat: str
) -> None:
    bob.say(chat, "one")
    bob.say(chat, "two")
    assert [m["text"] for m in snapshot_of(report(alice, chat))["messages"]] == ["one", "two"]


async def test_the_reported_one_learns_nothing(alice: Person, bob: Person, chat: str) -> None:
    bob.say(chat, "an insult")
    async with opened(bob) as his:
        report(alice, chat, number=1)
        sent = await his.say(chat, "the next thing he hears of")
        assert (await his.frame("update"))["data"] == sent


def test_what_i_cannot_see_or_said_myself_cannot_be_reported(
    alice: Person, bob: Person, chat: str
) -> None:
    bob.say(chat, "gone for me")
    alice.delete(f"/chats/{chat}/messages/1", **{"for": "me"})
    alice.say(chat, "my own")
    assert report(alice, chat, 404, number=1)["code"] == "not_found"
    assert report(alice, chat, 404, number=99)["code"] == "not_found"
    assert report(alice, chat, 400, number=2)["errors"][0]["pointer"] == "/number"
    assert report(alice, chat, 400, reason="boredom")["errors"][0]["pointer"] == "/reason"


def test_a_stranger_can_report_nothing(
    alice: Person, bob: Person, mallory: Person, chat: str
) -> None:
    from chat.models import Report

    bob.say(chat, "private")
    assert report(mallory, chat, 404, number=1)["code"] == "not_found"
    assert not Report.objects.filter(chat_id=int(chat)).exists()
