"""What people say about themselves, and how others find them."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.devices import opened
from tests.people import Person

PUBLIC = {"id", "username", "name", "avatar", "about", "tags", "created_at"}


def test_only_what_is_given_changes(alice: Person) -> None:
    before = alice.get("/me")
    after = alice.patch("/me", {"about": "Here.", "tags": ["north", " north", "cook"]})
    assert after == {**before, "about": "Here.", "tags": ["north", "cook"]}
    assert alice.get("/me") == after


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"username": "ab"}, "/username"),
        ({"username": "a" * 33}, "/username"),
        ({"username": "with space"}, "/username"),
        ({"username": "ünder"}, "/username"),
        ({"username": "\u212aelvin"}, "/username"),
        ({"username": "left_119119456386649626"}, "/username"),
        ({"name": ""}, "/name"),
        ({"about": "x" * 501}, "/about"),
        ({"last_seen": "friends"}, "/last_seen"),
        ({"read_receipts": "no"}, "/read_receipts"),
        ({"avatar": "123"}, "/avatar"),
        ({"tags": [""]}, "/tags/0"),
        ({"email": "x@example.com"}, "/email"),
        ({"is_superuser": True}, "/is_superuser"),
        ({"id": "1"}, "/id"),
    ],
)
def test_a_bad_field_is_named_and_nothing_changes(
    alice: Person, change: dict[str, Any], pointer: str
) -> None:
    before = alice.get("/me")
    problem = alice.patch("/me", {"about": "never", **change}, 400)
    assert problem["code"] == "validation"
    assert problem["errors"][0]["pointer"] == pointer
    assert alice.get("/me") == before


def test_a_username_is_one_persons_whatever_the_case(alice: Person, bob: Person) -> None:
    username = f"n_{secrets.token_hex(6)}"
    assert alice.patch("/me", {"username": username.upper()})["username"] == username
    problem = bob.patch("/me", {"username": username.title(), "about": "never"}, 400)
    assert problem["errors"][0] == {
        "pointer": "/username",
        "code": "taken",
        "detail": "Somebody has this username.",
    }
    assert bob.get("/me")["about"] == ""


def test_people_are_found_by_their_exact_username(alice: Person, bob: Person) -> None:
    username = f"n_{secrets.token_hex(6)}"
    alice.patch("/me", {"username": username})
    found = bob.get("/users", username=username.upper())["results"]
    assert found == [bob.get(f"/users/{alice.id}")]
    assert set(found[0]) == PUBLIC
    assert bob.get("/users", username=username[:-1])["results"] == []
    assert bob.get("/users", username=username, limit=1) == {"results": found, "next": None}
    assert bob.get("/users", 400)["code"] == "validation"
    assert bob.get("/users", 400, username=username, cursor="x")["code"] == "validation"
    assert bob.get("/users", 400, username=username, limit=0)["code"] == "validation"


def test_others_see_no_address_and_no_settings(alice: Person, bob: Person) -> None:
    assert set(bob.get(f"/users/{alice.id}")) == PUBLIC
    assert alice.email not in str(bob.get(f"/users/{alice.id}"))


@pytest.mark.parametrize("user", ["1", "0", "-1", "x", "9" * 19, "9" * 30, "%00", "\u0661"])
def test_nobody_is_not_found(alice: Person, user: str) -> None:
    assert alice.get(f"/users/{user}", 404)["code"] == "not_found"


def test_a_person_who_left_is_not_found(alice: Person, bob: Person, chat: str) -> None:
    from django.utils import timezone

    from accounts.models import User

    User.objects.filter(pk=int(bob.id)).update(left_at=timezone.now())
    alice.get(f"/users/{bob.id}", 404)
    peer = alice.get(f"/chats/{chat}")["peer"]
    assert peer == {"id": bob.id, "name": "Deleted account", "deleted": True}
    bob.get("/me", 401)


async def test_my_devices_and_my_peers_learn_of_a_new_name(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "hello")
    async with opened(alice) as mine, opened(bob) as theirs:
        me = alice.patch("/me", {"name": "Alice the Second"})
        assert await mine.update("me.updated") == me
        assert (await theirs.update("chat.updated"))["peer"]["name"] == "Alice the Second"


async def test_a_change_that_changes_nothing_tells_nobody(alice: Person) -> None:
    before = alice.get("/bootstrap")["pts"]
    alice.patch("/me", {"name": alice.name})
    assert alice.get("/bootstrap")["pts"] == before


def test_the_bootstrap_shows_me(alice: Person) -> None:
    assert alice.get("/bootstrap")["me"] == alice.get("/me")
