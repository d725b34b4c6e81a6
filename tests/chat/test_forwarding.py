"""Forwarding: to whom, whose words it names, and what it never tells."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

import httpx
import pytest

from tests.chat.conversation import Json, everything, heard, send
from tests.chat.files import is_kept, reads, ready_file, ready_image
from tests.devices import opened
from tests.files.uploads import uploaded
from tests.people import PASSWORD, TLS, Person, make_person

EVERYONE = {"for": "everyone"}
ME = {"for": "me"}


def opened_with(person: Person, other: Person) -> str:
    """The id of their chat."""
    answer = person.http.post("/chats", json={"user": other.id})
    assert answer.is_success
    return str(answer.json()["id"])


def to(*chats: str) -> Json:
    return {"targets": [{"chat": chat, "client_id": secrets.token_hex(8)} for chat in chats]}


def forward(person: Person, chat: str, number: int, *chats: str, status: int = 200) -> Any:
    """The results, or the problem."""
    answer = person.post(f"/chats/{chat}/messages/{number}/forward", to(*chats), status)
    return answer["results"] if status == 200 else answer


def forwarded(person: Person, chat: str, number: int, target: str) -> Json:
    """Forward to one chat, which must go well; the new message."""
    (result,) = forward(person, chat, number, target)
    assert result.keys() == {"chat", "message"}, result
    assert result["chat"] == target
    message: Json = result["message"]
    return message


async def test_a_forwarded_message_is_a_message_of_the_target_chat(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    original = send(alice, chat, text="words #tag")
    target = opened_with(bob, carol)
    async with opened(bob) as his, opened(carol) as theirs:
        sent = forwarded(bob, chat, 1, target)
        told = await theirs.update("message.created")
        assert told == sent == await his.update("message.created")
        assert alice.id not in (sent["sender"], sent["chat"])
    assert sent["forward"] == {
        "sender": alice.id,
        "name": alice.name,
        "created_at": original["created_at"],
        "hops": 1,
    }
    assert (sent["chat"], sent["sender"], sent["number"]) == (target, bob.id, 1)
    assert (sent["type"], sent["text"], sent["hashtags"]) == ("text", "words #tag", ["tag"])
    assert carol.get(f"/chats/{target}/messages/1") == sent
    assert carol.get(f"/chats/{target}")["last_message"] == sent
    assert carol.get(f"/chats/{target}")["unread_count"] == 1
    assert bob.get(f"/chats/{chat}/messages/1") == original


async def test_nobody_learns_that_something_was_forwarded(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    target = opened_with(bob, carol)
    before = everything(alice, chat)
    async with opened(alice) as hers:
        forwarded(bob, chat, 1, target)
        assert await heard(hers, alice) == []
    assert everything(alice, chat)["history"] == before["history"]


async def test_the_source_chat_is_in_no_answer(
    alice: Person, bob: Person, carol: Person, mallory: Person, chat: str
) -> None:
    """Neither its id nor the number that the message has there."""
    for _ in range(6):
        alice.say(chat, "before")
    file = ready_image(alice)
    original = send(alice, chat, file=file, text="look", client_id="source-client-id")
    target = opened_with(bob, carol)
    start = carol.get("/bootstrap")
    async with opened(carol) as theirs:
        sent = forwarded(bob, chat, 7, target)
        await theirs.update("message.created")
        again = forwarded(carol, target, 1, opened_with(carol, mallory))
        report = {"chat": target, "reason": "spam", "number": 1}
        told: list[Any] = [sent, again, theirs.ready, list(theirs.kept), file_of(carol, file)]
        told.append(carol.post("/reports", report, 201))
    told += [everything(carol, target), carol.get("/chats"), carol.get("/bootstrap")]
    told.append(carol.get("/updates", epoch=start["epoch"], pts=0, limit=200))
    async with opened(carol, epoch=start["epoch"], pts=0) as theirs:
        told += [theirs.ready, list(theirs.kept)]
    text = json.dumps(told)
    assert "look" in text
    assert chat not in text
    assert original["client_id"] not in text
    assert '"number": 7' not in text


def file_of(person: Person, file: str) -> Any:
    """All that the server says of a file, headers included."""
    shown = person.get(f"/files/{file}")
    content = person.http.get(f"/files/{file}/content", follow_redirects=False)
    return [shown, content.text, dict(content.headers)]


def test_five_chats_and_not_six(alice: Person, bob: Person, chat: str) -> None:
    send(alice, chat, text="to many")
    people = [make_person(alice.server, f"p{number}") for number in range(6)]
    chats = [opened_with(alice, person) for person in people]
    results = forward(alice, chat, 1, *chats[:5])
    assert [result["chat"] for result in results] == chats[:5]
    assert [result["message"]["text"] for result in results] == ["to many"] * 5
    problem = forward(alice, chat, 1, *chats, status=400)
    assert problem["errors"][0]["pointer"].startswith("/targets")
    assert forward(alice, chat, 1, status=400)["errors"][0]["pointer"].startswith("/targets")
    for person, target in zip(people, chats, strict=True):
        assert len(person.get(f"/chats/{target}/messages")["results"]) == (target != chats[5])
        person.http.close()


def test_one_target_may_fail_and_the_others_succeed(
    alice: Person, bob: Person, carol: Person, mallory: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    good = opened_with(alice, carol)
    foreign = opened_with(carol, mallory)
    blocked = opened_with(alice, mallory)
    alice.put(f"/blocks/{mallory.id}")
    alice.say(good, "used", client_id="used before")
    targets = [{"chat": c, "client_id": f"k{n}"} for n, c in enumerate([foreign, blocked, "1"])]
    targets += [{"chat": good, "client_id": "used before"}, {"chat": good, "client_id": "new"}]
    path = f"/chats/{chat}/messages/1/forward"
    results = alice.post(path, {"targets": targets})["results"]
    assert [result["chat"] for result in results] == [foreign, blocked, "1", good, good]
    errors = [result.get("error", {}).get("code") for result in results]
    assert errors == ["not_found", "forbidden", "not_found", "client_id_reused", None]
    assert results[4]["message"]["text"] == "words"
    assert all(result.keys() == {"chat", "error"} for result in results[:4])
    whole = {"type", "title", "status", "code", "detail", "request_id", "errors"}
    assert all(result["error"].keys() >= whole for result in results[:4])
    assert [result["error"]["status"] for result in results[:4]] == [404, 403, 404, 409]
    assert results[0]["error"] | {"request_id": 0} == results[2]["error"] | {"request_id": 0}
    assert carol.texts(good) == ["used", "words"]
    assert carol.texts(foreign) == []
    assert mallory.texts(blocked) == []


def test_the_same_forward_again_is_the_same_message(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    send(alice, chat, text="words")
    target = opened_with(alice, carol)
    body = to(target)
    path = f"/chats/{chat}/messages/1/forward"
    first = alice.post(path, body)
    assert alice.post(path, body) == first
    other = alice.post(f"/chats/{chat}/messages/2/forward", body)
    assert other["results"][0]["error"]["code"] == "client_id_reused"
    client_id = body["targets"][0]["client_id"]
    assert alice.say(target, "words", client_id, 409)["code"] == "client_id_reused"
    assert carol.texts(target) == ["words"]


def test_a_repeat_finds_the_first_one_also_after_the_source_has_changed(
    alice: Person, carol: Person, bob: Person, chat: str
) -> None:
    """A client that heard no answer must be able to ask again, whatever happened meanwhile."""
    send(alice, chat, text="first words")
    target = opened_with(alice, carol)
    body = to(target)
    path = f"/chats/{chat}/messages/1/forward"
    first = alice.post(path, body)
    alice.patch(f"/chats/{chat}/messages/1", {"text": "other words"})
    assert alice.post(path, body) == first
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    assert alice.post(path, body) == first
    alice.delete(f"/chats/{chat}")
    assert alice.post(path, body) == first
    assert carol.texts(target) == ["first words"]
    forward(alice, chat, 1, target, status=404)
    body["targets"].insert(0, to(target)["targets"][0])
    fresh, repeated = alice.post(path, body)["results"]
    assert (fresh["error"]["code"], repeated) == ("not_found", first["results"][0])
    assert carol.texts(target) == ["first words"]


async def test_twenty_times_at_once_is_once(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, file=ready_file(alice))
    target = opened_with(alice, carol)
    body = to(target)
    path = f"/chats/{chat}/messages/1/forward"
    asked = [asyncio.to_thread(alice.post, path, body) for _ in range(20)]
    answers = await asyncio.gather(*asked)
    assert answers == [answers[0]] * 20
    assert "message" in answers[0]["results"][0]
    assert carol.get(f"/chats/{target}")["last_number"] == 1


def test_two_targets_with_one_client_id_are_refused(alice: Person, bob: Person, chat: str) -> None:
    send(alice, chat, text="words")
    targets = [{"chat": chat, "client_id": client_id} for client_id in ("a", "b", "a")]
    path = f"/chats/{chat}/messages/1/forward"
    problem = alice.post(path, {"targets": targets}, 400)
    assert problem["errors"][0]["pointer"] == "/targets/2/client_id"
    assert bob.texts(chat) == ["words"]


def test_the_same_chat_may_be_named_twice(alice: Person, bob: Person, chat: str) -> None:
    send(alice, chat, file=ready_file(alice), text="here too")
    results = forward(alice, chat, 1, chat, chat)
    assert [result["message"]["number"] for result in results] == [2, 3]
    assert bob.texts(chat) == ["here too"] * 3


# Whose words


async def test_the_socket_does_the_same(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    target = opened_with(bob, carol)
    body = to(target, "1")
    async with opened(bob) as his:
        answer = await his.do("message.forward", chat=chat, number=1, **body)
        assert answer.keys() == {"results"}
        again = bob.post(f"/chats/{chat}/messages/1/forward", body)
        for results in (answer["results"], again["results"]):
            results[1]["error"].pop("request_id")
        assert again == answer
        assert answer["results"][0]["message"] == carol.get(f"/chats/{target}/messages/1")
        for number, status in ((9, 404), (0, 400), (2**31, 400)):
            refused = await his.refused("message.forward", chat=chat, number=number, **body)
            assert refused["status"] == status
        refused = await his.refused("message.forward", chat=chat, number=1, targets=[])
        assert refused["code"] == "validation"


@pytest.mark.parametrize("origin", ["everyone", "contacts", "nobody"])
def test_the_author_decides_whether_they_are_named(
    alice: Person, bob: Person, carol: Person, chat: str, origin: str
) -> None:
    """Nobody has contacts here, so `contacts` names nobody either."""
    original = send(alice, chat, text="words")
    alice.patch("/me", {"forward_origin": origin})
    sent = forwarded(bob, chat, 1, opened_with(bob, carol))
    named = {"sender": alice.id, "name": alice.name} if origin == "everyone" else {}
    assert sent["forward"] == named | {"created_at": original["created_at"], "hops": 1}
    if not named:
        assert alice.id not in json.dumps(everything(carol, sent["chat"]))


def test_ones_own_words_carry_ones_own_name_by_the_same_rule(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    target = opened_with(alice, carol)
    assert forwarded(alice, chat, 1, target)["forward"]["sender"] == alice.id
    alice.patch("/me", {"forward_origin": "nobody"})
    assert "sender" not in forwarded(alice, chat, 1, target)["forward"]


def test_what_the_author_decides_later_changes_no_message_of_before(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    target = opened_with(bob, carol)
    named = forwarded(bob, chat, 1, target)
    alice.patch("/me", {"forward_origin": "nobody"})
    nameless = forwarded(bob, chat, 1, target)
    alice.patch("/me", {"forward_origin": "everyone"})
    assert carol.get(f"/chats/{target}/messages/1") == named
    assert carol.get(f"/chats/{target}/messages/2") == nameless
    assert "name" not in nameless["forward"]


def test_the_first_origin_is_kept_and_hops_are_counted(
    alice: Person, bob: Person, carol: Person, mallory: Person, chat: str
) -> None:
    original = send(alice, chat, text="words")
    first = forwarded(bob, chat, 1, opened_with(bob, carol))
    second = forwarded(carol, first["chat"], 1, opened_with(carol, mallory))
    third = forwarded(mallory, second["chat"], 1, opened_with(mallory, bob))
    back = forwarded(bob, third["chat"], 1, chat)
    for hops, sent in enumerate((first, second, third, back), 1):
        assert sent["forward"] == first["forward"] | {"hops": hops}
    assert back["forward"]["created_at"] == original["created_at"]
    text = json.dumps([everything(mallory, second["chat"]), everything(mallory, third["chat"])])
    assert chat not in text
    assert first["chat"] not in text


def test_an_origin_that_was_hidden_stays_hidden(
    alice: Person, bob: Person, carol: Person, mallory: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    alice.patch("/me", {"forward_origin": "nobody"})
    first = forwarded(bob, chat, 1, opened_with(bob, carol))
    alice.patch("/me", {"forward_origin": "everyone"})
    second = forwarded(carol, first["chat"], 1, opened_with(carol, mallory))
    assert second["forward"] == first["forward"] | {"hops": 2}
    assert "sender" not in second["forward"]


def test_an_author_who_chose_so_since_is_not_named_by_a_later_hop(
    alice: Person, bob: Person, carol: Person, mallory: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    first = forwarded(bob, chat, 1, opened_with(bob, carol))
    alice.patch("/me", {"forward_origin": "nobody"})
    second = forwarded(carol, first["chat"], 1, opened_with(carol, mallory))
    assert second["forward"] == {"created_at": first["forward"]["created_at"], "hops": 2}
    alice.patch("/me", {"forward_origin": "everyone"})
    third = forwarded(mallory, second["chat"], 1, opened_with(mallory, bob))
    assert third["forward"] == second["forward"] | {"hops": 3}


def test_who_blocked_the_forwarder_is_not_named(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    target = opened_with(bob, carol)
    alice.put(f"/blocks/{bob.id}")
    sent = forwarded(bob, chat, 1, target)
    assert sent["text"] == "words"
    assert not {"sender", "name"} & sent["forward"].keys()
    alice.delete(f"/blocks/{bob.id}")
    assert forwarded(bob, chat, 1, target)["forward"]["sender"] == alice.id


def test_who_left_is_named_no_more(
    worker: None, alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, text="words")
    target = opened_with(bob, carol)
    before = forwarded(bob, chat, 1, target)
    alice.call("DELETE", "/me", 202, {"password": PASSWORD})
    after = forwarded(bob, chat, 1, target)
    assert after["text"] == "words"
    assert alice.name not in json.dumps([after, carol.get(f"/chats/{target}/messages/1")])
    assert before["forward"]["name"] == alice.name


# What may be forwarded


@pytest.mark.parametrize("who", ["sender", "peer"])
async def test_no_forward_refuses(
    alice: Person, bob: Person, carol: Person, chat: str, who: str
) -> None:
    me = alice if who == "sender" else bob
    sent = send(alice, chat, text="between us", no_forward=True, file=ready_file(alice))
    assert sent["no_forward"] is True
    target = opened_with(me, carol)
    assert forward(me, chat, 1, target, status=403)["code"] == "forbidden"
    async with opened(me) as device:
        refused = await device.refused("message.forward", chat=chat, number=1, **to(target))
        assert refused["code"] == "forbidden"
    assert carol.get(f"/chats/{target}/messages")["results"] == []


@pytest.mark.parametrize("how", ["for everyone", "for me", "cleared"])
def test_what_i_cannot_read_now_cannot_be_forwarded(
    alice: Person, bob: Person, carol: Person, chat: str, how: str
) -> None:
    send(alice, chat, text="words")
    target = opened_with(alice, carol)
    match how:
        case "for everyone":
            alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
        case "for me":
            alice.delete(f"/chats/{chat}/messages/1", **ME)
        case "cleared":
            alice.delete(f"/chats/{chat}")
    assert forward(alice, chat, 1, target, status=404)["code"] == "not_found"
    assert carol.get(f"/chats/{target}/messages")["results"] == []
    if how != "for everyone":
        assert forwarded(bob, chat, 1, opened_with(bob, carol))["text"] == "words"


def test_what_a_blocked_one_said_is_not_there_to_forward(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    alice.put(f"/blocks/{bob.id}")
    bob.say(chat, "unheard")
    alice.delete(f"/blocks/{bob.id}")
    assert forward(alice, chat, 1, opened_with(alice, carol), status=404)["code"] == "not_found"


def test_a_stranger_can_forward_nothing(
    alice: Person, carol: Person, mallory: Person, chat: str
) -> None:
    send(alice, chat, text="private")
    target = opened_with(mallory, carol)
    there = forward(mallory, chat, 1, target, status=404)
    nowhere = forward(mallory, "119122759945641793", 1, target, status=404)
    assert there | {"request_id": 0} == nowhere | {"request_id": 0}
    assert carol.get(f"/chats/{target}/messages")["results"] == []


def test_to_the_blocked_and_by_the_blocked(alice: Person, bob: Person, carol: Person) -> None:
    """Who blocks cannot send there; what the blocked one forwards looks sent and never arrives."""
    source, target = opened_with(alice, bob), opened_with(alice, carol)
    file = ready_file(alice)
    send(alice, source, file=file)
    carol.put(f"/blocks/{alice.id}")
    sent = forwarded(alice, source, 1, target)
    assert alice.get(f"/chats/{target}/messages/1") == sent
    assert carol.get(f"/chats/{target}/messages")["results"] == []
    assert not reads(carol, file)
    carol.delete(f"/blocks/{alice.id}")
    assert not reads(carol, file)
    assert forward(carol, target, 1, target, status=404)["code"] == "not_found"


def test_a_forwarded_message_cannot_be_edited(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, text="her words")
    sent = forwarded(bob, chat, 1, opened_with(bob, carol))
    path = f"/chats/{sent['chat']}/messages/1"
    for text in ("not her words", "her words"):
        assert bob.patch(path, {"text": text}, 403)["code"] == "forbidden"
    assert carol.get(path) == sent
    bob.delete(path, **EVERYONE)
    assert carol.get(path)["forward"] is None
    assert alice.id not in json.dumps(everything(carol, sent["chat"]))


def test_what_is_around_a_message_stays_behind(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    """The quote, the reactions, the labels and the time of an edit belong to the source chat."""
    bob.say(chat, "a question")
    send(alice, chat, text="answr", reply_to=1)
    alice.patch(f"/chats/{chat}/messages/2", {"text": "answer"})
    bob.put(f"/chats/{chat}/messages/2/reactions/👍", 200)
    bob.put(f"/chats/{chat}/messages/2/tags/private", 200)
    sent = forwarded(bob, chat, 2, opened_with(bob, carol))
    assert sent["text"] == "answer"
    assert (sent["reply_to"], sent["reactions"], sent["tags"]) == (None, [], [])
    assert sent["edited_at"] is None
    assert "question" not in json.dumps(everything(carol, sent["chat"]))


def test_an_edit_of_the_source_does_not_reach_the_forwarded(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    send(alice, chat, text="then")
    sent = forwarded(bob, chat, 1, opened_with(bob, carol))
    alice.patch(f"/chats/{chat}/messages/1", {"text": "now"})
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    assert carol.get(f"/chats/{sent['chat']}/messages/1") == sent


def test_a_reference_and_an_action_go_along(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    given = {"reference": {"type": "order", "id": "7"}, "action": {"name": "pay", "params": {}}}
    original = send(alice, chat, text="pay?", **given)
    sent = forwarded(bob, chat, 1, opened_with(bob, carol))
    assert {name: sent[name] for name in given} == given
    assert sent["type"] == original["type"] == "action"


# The file is shared


def test_a_file_is_shared_and_goes_with_the_last_that_holds_it(
    alice: Person, bob: Person, carol: Person, mallory: Person, chat: str
) -> None:
    file = ready_image(alice)
    original = send(alice, chat, file=file)
    first = forwarded(bob, chat, 1, opened_with(bob, carol))
    second = forwarded(carol, first["chat"], 1, opened_with(carol, mallory))
    assert first["file"] == second["file"] == original["file"]
    assert all(reads(person, file) for person in (alice, bob, carol, mallory))
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    assert is_kept(file)
    assert not reads(alice, file)
    assert all(reads(person, file) for person in (bob, carol, mallory))
    bob.delete(f"/chats/{first['chat']}/messages/1", **EVERYONE)
    assert is_kept(file)
    assert not reads(bob, file)
    assert all(reads(person, file) for person in (carol, mallory))
    carol.delete(f"/chats/{second['chat']}/messages/1", **EVERYONE)
    assert not is_kept(file)
    assert not any(reads(person, file) for person in (alice, bob, carol, mallory))


def test_a_link_that_was_given_before_is_good_as_long_as_the_message(
    worker: None, alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    file = uploaded(alice, b"secret notes")["id"]
    send(alice, chat, file=file)
    target = opened_with(bob, carol)
    forwarded(bob, chat, 1, target)
    links = [person.get(f"/files/{file}/link")["url"] for person in (alice, bob, carol)]

    def gives() -> list[bool]:
        return [httpx.get(link, verify=TLS).content == b"secret notes" for link in links]

    assert gives() == [True, True, True]
    carol.delete(f"/chats/{target}/messages/1", **ME)
    assert gives() == [True, True, False]
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    assert gives() == [False, True, False]
    bob.delete(f"/chats/{target}/messages/1", **EVERYONE)
    assert gives() == [False, False, False]
    assert not is_kept(file)


def test_who_deleted_one_of_two_copies_for_themselves_reads_the_other(
    alice: Person, bob: Person, chat: str
) -> None:
    file = ready_file(alice)
    send(alice, chat, file=file)
    forwarded(bob, chat, 1, chat)
    bob.delete(f"/chats/{chat}/messages/1", **ME)
    assert reads(bob, file)
    bob.delete(f"/chats/{chat}/messages/2", **ME)
    assert not reads(bob, file)
    assert reads(alice, file)


async def test_a_file_that_is_deleted_while_it_is_forwarded_is_never_missing(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    """Either it was forwarded whole, and stays, or it was refused, and is gone."""
    target = opened_with(bob, carol)
    path = f"/chats/{chat}/messages"
    for number in range(1, 26):
        file = ready_file(alice)
        send(alice, chat, file=file)
        answer, _ = await asyncio.gather(
            asyncio.to_thread(bob.http.post, f"{path}/{number}/forward", json=to(target)),
            asyncio.to_thread(alice.delete, f"{path}/{number}", 204, **EVERYONE),
        )
        assert answer.status_code in (200, 404), answer.text
        (result,) = answer.json()["results"] if answer.is_success else ({},)
        if "message" in result:
            assert result["message"]["file"]["id"] == file
            assert is_kept(file)
            assert reads(carol, file)
        else:
            assert not is_kept(file)
            assert "error" not in result, "once it was read it must be forwarded"
    held = [message["file"] for message in carol.get(f"/chats/{target}/messages")["results"]]
    assert None not in held


async def test_forwarding_to_and_fro_locks_nobody_out(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    """Everyone forwards from each chat to all others and sends, while messages are deleted."""
    chats = {
        alice.id: [chat, opened_with(alice, carol)],
        bob.id: [chat, opened_with(bob, carol)],
        carol.id: [opened_with(carol, alice), opened_with(carol, bob)],
    }
    people = [alice, bob, carol]
    for person in people:
        for own in chats[person.id]:
            send(person, own, file=ready_file(person), text="start")

    def work(person: Person, source: str, targets: list[str]) -> None:
        for _ in range(6):
            forward(person, source, 1, *targets)
            send(person, source, file=ready_file(person), text="more")
            last = person.get(f"/chats/{source}")["last_number"]
            path = f"/chats/{source}/messages/{last}"
            assert person.http.request("DELETE", path, params=EVERYONE).status_code in (204, 403)

    await asyncio.gather(
        *(
            asyncio.to_thread(work, person, source, targets[:: 1 if turn else -1])
            for person in people
            for targets in [chats[person.id]]
            for turn, source in enumerate(targets)
        )
    )
    for person in people:
        for own in chats[person.id]:
            results = person.get(f"/chats/{own}/messages", limit=200)["results"]
            assert [m["number"] for m in results] == list(range(1, len(results) + 1))
            assert all(m["deleted"] or is_kept(m["file"]["id"]) for m in results)


@pytest.mark.parametrize(
    ("targets", "pointer"),
    [
        (None, "/targets"),
        ([], "/targets"),
        ({}, "/targets"),
        (["1"], "/targets/0"),
        ([{"chat": "1"}], "/targets/0/client_id"),
        ([{"client_id": "k"}], "/targets/0/chat"),
        ([{"chat": 1, "client_id": "k"}], "/targets/0/chat"),
        ([{"chat": "1", "client_id": ""}], "/targets/0/client_id"),
        ([{"chat": "1", "client_id": "x" * 65}], "/targets/0/client_id"),
        ([{"chat": "1", "client_id": "k", "text": "mine"}], "/targets/0/text"),
    ],
)
def test_bad_targets_are_named(alice: Person, chat: str, targets: Any, pointer: str) -> None:
    alice.say(chat, "words")
    problem = alice.post(f"/chats/{chat}/messages/1/forward", {"targets": targets}, 400)
    assert problem["errors"][0]["pointer"] == pointer
