"""Avatars: pictures of one's own, seen by all, gone when replaced or when their owner leaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.chat.files import is_kept, reads, ready_file, ready_image
from tests.devices import opened
from tests.files.pictures import drawn, encoded
from tests.files.uploads import announced, fetched, uploaded
from tests.people import PASSWORD, Person, client


async def test_a_picture_of_mine_is_seen_by_all(
    alice: Person, bob: Person, mallory: Person, chat: str
) -> None:
    alice.say(chat, "hello")
    picture = ready_image(alice)
    assert not reads(mallory, picture)
    async with opened(alice) as mine, opened(bob) as theirs:
        me = alice.patch("/me", {"avatar": picture})
        assert me["avatar"] == picture
        assert await mine.update("me.updated") == me
        assert (await theirs.update("chat.updated"))["peer"]["avatar"] == picture
    assert bob.get(f"/users/{alice.id}")["avatar"] == picture
    for person in (alice, bob, mallory):
        assert reads(person, picture)


def test_whoever_is_not_logged_in_sees_none(alice: Person) -> None:
    picture = ready_image(alice)
    alice.patch("/me", {"avatar": picture})
    with client(alice.server) as http:
        assert http.get(f"/files/{picture}/content").status_code == 401


def test_a_picture_goes_the_whole_way(alice: Person, bob: Person, worker: None) -> None:
    picture = uploaded(alice, encoded(drawn(), "PNG"), "me.png", "image/png")
    alice.patch("/me", {"avatar": picture["id"]})
    assert fetched(bob, picture["id"], "thumbnail").headers["Content-Type"] == "image/webp"


def test_a_new_picture_takes_the_old_ones_place(alice: Person, mallory: Person) -> None:
    first, second = ready_image(alice), ready_image(alice)
    alice.patch("/me", {"avatar": first})
    alice.patch("/me", {"avatar": second})
    assert (is_kept(first), is_kept(second)) == (False, True)
    assert alice.patch("/me", {"avatar": second})["avatar"] == second  # changes nothing
    assert reads(mallory, second)
    assert alice.patch("/me", {"avatar": None})["avatar"] is None
    assert not is_kept(second)


def refused(person: Person, avatar: str) -> bool:
    before = person.get("/me")
    problem = person.patch("/me", {"avatar": avatar, "about": "never"}, 400)
    assert problem["errors"][0]["pointer"] == "/avatar"
    return bool(person.get("/me") == before)


def test_only_a_ready_unused_image_of_ones_own_is_taken(
    alice: Person, bob: Person, chat: str
) -> None:
    sent = ready_image(alice)
    alice.post(f"/chats/{chat}/messages", {"client_id": "picture", "file": sent}, 201)
    pending = announced(alice, b"some notes", "me.png", "image/png")["id"]
    for avatar in (ready_file(alice), ready_image(bob), sent, pending, "1", "x", "-1", ""):
        assert refused(alice, avatar), avatar
    assert reads(bob, sent)


def test_an_avatar_cannot_be_sent_nor_used_twice(alice: Person, chat: str) -> None:
    picture = ready_image(alice)
    alice.patch("/me", {"avatar": picture})
    body = {"client_id": "picture", "file": picture}
    assert alice.http.post(f"/chats/{chat}/messages", json=body).status_code in (400, 404)
    alice.patch("/me", {"avatar": None})
    assert refused(alice, picture)


def test_one_picture_for_two_uses_at_once_is_used_once(alice: Person, chat: str) -> None:
    for attempt in range(5):
        picture = ready_image(alice)
        body = {"client_id": f"picture {attempt}", "file": picture}
        with ThreadPoolExecutor(2) as pool:
            sending = pool.submit(alice.http.post, f"/chats/{chat}/messages", json=body)
            setting = pool.submit(alice.http.patch, "/me", json={"avatar": picture})
        took = [sending.result().status_code == 201, setting.result().status_code == 200]
        assert sum(took) == 1


def test_many_changes_at_once_leave_one_picture(alice: Person) -> None:
    pictures = [ready_image(alice) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = pool.map(lambda p: alice.http.patch("/me", json={"avatar": p}), pictures)
    assert {answer.status_code for answer in answers} == {200}
    kept = [picture for picture in pictures if is_kept(picture)]
    assert kept == [alice.get("/me")["avatar"]]


def test_who_leaves_takes_their_picture_along(alice: Person, bob: Person, worker: None) -> None:
    picture = ready_image(alice)
    alice.patch("/me", {"avatar": picture})
    alice.call("DELETE", "/me", 202, {"password": PASSWORD})
    assert not is_kept(picture)
    assert not reads(bob, picture)


def test_who_is_locked_out_is_not_seen(alice: Person, bob: Person) -> None:
    from accounts.models import User

    picture = ready_image(alice)
    alice.patch("/me", {"avatar": picture})
    User.objects.filter(pk=int(alice.id)).update(is_active=False)
    assert not reads(bob, picture)
    User.objects.filter(pk=int(alice.id)).update(is_active=True)
    assert reads(bob, picture)
