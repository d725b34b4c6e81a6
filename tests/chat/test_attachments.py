"""Messages with a file: who may send it, who sees it, and when it goes."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

import pytest

from tests.chat.conversation import Json, everything, heard, reply, send
from tests.chat.files import is_kept, reads, ready_file, ready_image
from tests.chat.test_shapes import MESSAGE, update_of
from tests.devices import Device, opened
from tests.people import Person

EVERYONE = {"for": "everyone"}
ME = {"for": "me"}


def frame(command_id: str, data: Json) -> str:
    return json.dumps({"type": "message.send", "id": command_id, "data": data})


@pytest.mark.parametrize(("make", "type"), [(ready_image, "image"), (ready_file, "file")])
@pytest.mark.parametrize("door", ["socket", "rest"])
async def test_a_file_is_shown_the_same_everywhere(
    alice: Person, bob: Person, chat: str, door: str, make: Any, type: str
) -> None:
    file = make(alice)
    shown = alice.get(f"/files/{file}")
    body = {"client_id": secrets.token_hex(8), "file": file}
    path = f"/chats/{chat}/messages"
    async with opened(alice) as hers, opened(bob) as his:
        if door == "socket":
            sent = await hers.do("message.send", chat=chat, **body)
        else:
            sent = alice.post(path, body, 201)
        assert sent.keys() == MESSAGE
        assert (sent["type"], sent["text"], sent["file"]) == (type, "", shown)
        assert await hers.update("message.created") == sent
        assert await his.update("message.created") == sent
        assert await hers.do("message.send", chat=chat, **body) == sent
    assert alice.post(path, body, 200) == sent
    for person in (alice, bob):
        assert person.get(f"/files/{file}") == shown
        assert person.get(f"{path}/1") == sent
        assert person.get(path)["results"] == [sent]
        assert person.get(f"/chats/{chat}")["last_message"] == sent
        assert person.get("/bootstrap")["chats"][0]["last_message"] == sent
        assert update_of(person, "message.created") == sent


def test_a_file_may_have_a_caption(alice: Person, bob: Person, chat: str) -> None:
    sent = send(alice, chat, file=ready_image(alice), text="the #View")
    assert (sent["text"], sent["hashtags"]) == ("the #View", ["view"])
    edited = alice.patch(f"/chats/{chat}/messages/1", {"text": "the #Other view"})
    assert edited["file"] == sent["file"]
    assert (edited["type"], edited["hashtags"]) == ("image", ["other"])
    assert bob.get(f"/chats/{chat}/messages/1") == edited


@pytest.mark.parametrize(
    ("make", "type"), [(ready_image, "image"), (ready_file, "file"), (ready_image, "file")]
)
def test_the_type_may_be_named(alice: Person, chat: str, make: Any, type: str) -> None:
    assert send(alice, chat, file=make(alice), type=type)["type"] == type


@pytest.mark.parametrize(
    ("make", "type"),
    [
        (ready_file, "text"),
        (ready_image, "text"),
        (ready_image, "action"),
        (None, "file"),
        (None, "image"),
        (None, "action"),
        (None, "video"),
    ],
)
async def test_a_type_that_does_not_fit_is_refused(
    alice: Person, bob: Person, chat: str, make: Any, type: str
) -> None:
    body: Json = {"client_id": "k", "text": "hi", "type": type}
    if make is not None:
        body["file"] = make(alice)
    problem = alice.post(f"/chats/{chat}/messages", body, 400)
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("validation", "/type")
    async with opened(alice) as hers:
        refused = await hers.refused("message.send", chat=chat, **body)
        assert refused | {"request_id": 0} == problem | {"request_id": 0}
    assert bob.texts(chat) == []
    if make is not None:
        assert send(alice, chat, file=body["file"])["number"] == 1


def test_a_document_is_no_image(alice: Person, bob: Person, chat: str) -> None:
    file = ready_file(alice)
    problem = send(alice, chat, 400, file=file, type="image")
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("validation", "/file")
    assert bob.texts(chat) == []
    assert send(alice, chat, file=file)["type"] == "file"


@pytest.mark.parametrize("text", ["", " \n"])
def test_without_a_file_a_message_must_say_something(alice: Person, chat: str, text: str) -> None:
    problem = send(alice, chat, 400, text=text)
    assert problem["errors"][0]["pointer"] == "/text"


def not_sendable(person: Person, chat: str, file: str) -> None:
    """Refused at the file, by REST; nothing is stored."""
    before = person.texts(chat)
    problem = send(person, chat, 400, file=file, text="mine?")
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("validation", "/file")
    assert person.texts(chat) == before


@pytest.mark.parametrize("state", ["pending", "processing", "rejected"])
def test_only_a_ready_file_can_be_sent(alice: Person, chat: str, state: str) -> None:
    not_sendable(alice, chat, ready_file(alice, state=state))


def test_a_foreign_file_looks_like_none(alice: Person, bob: Person, chat: str) -> None:
    foreign = ready_file(bob)
    problems = [
        send(alice, chat, 400, file=file) | {"request_id": ""}
        for file in (foreign, "1", "9" * 18, "x")
    ]
    assert problems == [problems[0]] * 4
    not_sendable(alice, chat, foreign)
    assert not reads(alice, foreign)
    assert send(bob, chat, file=foreign)["number"] == 1


def test_a_received_file_is_not_ones_own(alice: Person, bob: Person, chat: str) -> None:
    file = ready_file(alice)
    send(alice, chat, file=file)
    assert reads(bob, file)
    not_sendable(bob, chat, file)


@pytest.mark.parametrize("how", ["as it was", "deleted", "cleared"])
def test_a_file_is_sent_once(alice: Person, carol: Person, chat: str, how: str) -> None:
    other = alice.post("/chats", {"user": carol.id}, 201)["id"]
    file = ready_file(alice)
    send(alice, chat, file=file)
    if how == "deleted":
        alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    elif how == "cleared":
        alice.delete(f"/chats/{chat}")
    not_sendable(alice, chat, file)
    not_sendable(alice, other, file)


async def test_twenty_messages_at_once_cannot_share_a_file(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    other = alice.post("/chats", {"user": carol.id}, 201)["id"]
    file = ready_file(alice)

    def by_rest(number: int) -> int:
        body = {"client_id": f"k{number}", "file": file}
        target = chat if number % 2 else other
        return alice.http.post(f"/chats/{target}/messages", json=body).status_code

    async def by_socket(hers: Device) -> list[str]:
        for n in range(10):
            body = {"chat": (chat, other)[n % 2], "client_id": f"s{n}", "file": file}
            await hers.raw(frame(f"{n}", body))
        return [(await hers.answer(f"{n}"))["type"] for n in range(10)]

    async with opened(alice) as hers:
        asked = [asyncio.to_thread(by_rest, number) for number in range(10)]
        answers, statuses = await asyncio.gather(by_socket(hers), asyncio.gather(*asked))
    assert statuses.count(201) + answers.count("reply") == 1
    assert set(statuses) <= {201, 400}
    assert len(bob.texts(chat)) + len(carol.texts(other)) == 1


async def test_twenty_repeats_at_once_make_one_message(
    alice: Person, bob: Person, chat: str
) -> None:
    body = {"client_id": "k", "file": ready_file(alice)}

    def by_rest() -> Any:
        return alice.http.post(f"/chats/{chat}/messages", json=body).json()

    async with opened(alice) as one, opened(alice) as two:
        sockets = [device.do("message.send", chat=chat, **body) for device in (one, two)]
        asked = [asyncio.to_thread(by_rest) for _ in range(18)]
        answers = await asyncio.gather(*asked, *sockets)
    assert answers == [answers[0]] * 20
    assert answers[0]["number"] == 1
    assert bob.get(f"/chats/{chat}")["last_number"] == 1


async def test_pipelined_files_and_words_keep_their_order(
    alice: Person, bob: Person, chat: str
) -> None:
    files = [ready_file(alice) if number % 3 == 0 else None for number in range(12)]
    async with opened(alice) as hers:
        for number, file in enumerate(files):
            body = {"file": file} if file else {"text": str(number)}
            data = {"chat": chat, "client_id": f"k{number}", **body}
            await hers.raw(frame(f"{number}", data))
        last = await hers.answer("11")
        replies = [kept for kept in hers.kept if kept["type"] == "reply"] + [last]
    assert [answer["id"] for answer in replies] == [str(number) for number in range(12)]
    assert [answer["data"]["number"] for answer in replies] == list(range(1, 13))
    told = bob.get(f"/chats/{chat}/messages")["results"]
    assert [m["file"] and m["file"]["id"] for m in told] == files


def test_a_file_can_be_answered_and_answer(alice: Person, bob: Person, chat: str) -> None:
    send(alice, chat, file=ready_image(alice))
    answer = reply(bob, chat, 1, "nice")
    assert answer["reply_to"] == {"number": 1, "sender": alice.id, "text": ""}
    picture = send(bob, chat, file=ready_image(bob), reply_to=2, text="mine")
    assert picture["reply_to"] == {"number": 2, "sender": bob.id, "text": "nice"}
    assert reply(alice, chat, 3, "too")["reply_to"]["text"] == "mine"


@pytest.mark.parametrize("who", ["sender", "peer"])
@pytest.mark.parametrize("how", ["deleted", "cleared"])
async def test_what_i_deleted_for_me_is_gone_with_its_file_for_me_alone(
    alice: Person, bob: Person, chat: str, who: str, how: str
) -> None:
    me, other = (alice, bob) if who == "sender" else (bob, alice)
    file = ready_file(alice)
    sent = send(alice, chat, file=file)
    assert reads(me, file)
    if how == "deleted":
        me.delete(f"/chats/{chat}/messages/1", **ME)
    else:
        me.delete(f"/chats/{chat}")
    assert not reads(me, file)
    assert reads(other, file)
    assert file not in str(everything(me, chat))
    assert other.get(f"/chats/{chat}/messages/1") == sent
    epoch = me.get("/bootstrap")["epoch"]
    assert file not in str(me.get("/updates", epoch=epoch, pts=0, limit=200))


def test_a_file_that_nobody_sees_any_more_is_nobodys(alice: Person, bob: Person, chat: str) -> None:
    file = ready_file(alice)
    send(alice, chat, file=file)
    for person in (alice, bob):
        person.delete(f"/chats/{chat}/messages/1", **ME)
        assert not reads(person, file)


async def test_deleted_for_everyone_the_file_is_gone_for_both(
    alice: Person, bob: Person, chat: str
) -> None:
    start = bob.get("/bootstrap")
    file = ready_image(alice, name="secret view.png")
    sent = send(alice, chat, file=file, client_id="k", text="caption")
    reply(bob, chat, 1, "oh")
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    assert not is_kept(file)
    for person in (alice, bob):
        assert not reads(person, file)
        stone = person.get(f"/chats/{chat}/messages/1")
        assert stone == sent | {"text": "", "file": None, "deleted": True}
    answers: list[Any] = [everything(person, chat) for person in (alice, bob)]
    answers.append(send(alice, chat, 200, file=file, client_id="k", text="caption"))
    answers.append(bob.get("/updates", epoch=start["epoch"], pts=start["pts"], limit=200))
    async with opened(bob, epoch=start["epoch"], pts=start["pts"]) as his:
        answers.append(list(his.kept))
    for secret in (file, "secret view", "caption"):
        assert secret not in str(answers)


def test_a_deletion_that_is_undone_keeps_the_file(alice: Person, chat: str) -> None:
    """The erasure of the file stands in the same transaction."""
    from django.db import connection, transaction

    from chat.services import messages
    from project.files.models import File

    file = ready_file(alice)
    send(alice, chat, file=file)
    try:
        with transaction.atomic():
            messages.delete_for_everyone(user_id=int(alice.id), chat=chat, number=1)
            assert not File.objects.filter(pk=int(file)).exists()
            transaction.set_rollback(True)
    finally:
        connection.close()
    assert is_kept(file)
    assert reads(alice, file)


def test_what_a_blocked_one_sent_is_no_file_of_the_blocker(
    alice: Person, bob: Person, chat: str
) -> None:
    before = ready_file(bob)
    send(bob, chat, file=before)
    alice.put(f"/blocks/{bob.id}")
    file = ready_file(bob)
    send(bob, chat, file=file)
    assert reads(bob, file)
    assert not reads(alice, file)
    alice.delete(f"/blocks/{bob.id}")
    assert not reads(alice, file)
    assert reads(alice, before)


def test_a_refused_message_uses_no_file_up(alice: Person, bob: Person, chat: str) -> None:
    file = ready_file(alice)
    problem = send(alice, chat, 400, file=file, reply_to=7)
    assert problem["errors"][0]["pointer"] == "/reply_to"
    alice.put(f"/blocks/{bob.id}")
    assert send(alice, chat, 403, file=file)["code"] == "forbidden"
    alice.delete(f"/blocks/{bob.id}")
    assert send(alice, "1", 404, file=file)["code"] == "not_found"
    assert send(alice, chat, file=file)["number"] == 1


def test_a_stranger_reads_no_file(alice: Person, mallory: Person, chat: str) -> None:
    file = ready_file(alice)
    send(alice, chat, file=file)
    assert not reads(mallory, file)


async def test_a_new_file_counts_as_unread_like_words(
    alice: Person, bob: Person, chat: str
) -> None:
    async with opened(bob) as his:
        send(alice, chat, file=ready_file(alice))
        assert bob.get(f"/chats/{chat}")["unread_count"] == 1
        alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
        frames = await heard(his, bob)
    kinds = [f["kind"] for f in frames if f["kind"].startswith("message.")]
    assert kinds == ["message.created", "message.deleted"]
    assert bob.get(f"/chats/{chat}")["unread_count"] == 0


def test_a_report_names_the_file(alice: Person, bob: Person, chat: str) -> None:
    from chat.models import Report

    sent = send(bob, chat, file=ready_image(bob), text="an insult")
    made = alice.post("/reports", {"chat": chat, "reason": "sexual", "number": 1}, 201)
    bob.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    (kept,) = Report.objects.get(pk=int(made["id"])).snapshot["messages"]
    assert kept["file"] == sent["file"]
