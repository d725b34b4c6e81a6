"""Oneself, other people, and whom one has blocked."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.doors import inputs, wire
from accounts.doors.authentication import person_of
from accounts.reading import glimpses, listing, selectors, shapes
from accounts.services import blocks, profile
from project.limits import Bucket
from project.rest import Operations

operations = Operations("accounts")

CHANGES = Bucket("me", burst=30, rate=0.5)
BLOCKS = Bucket("blocks", burst=60, rate=1)


@operations.add("GET", "/me", answers={200: wire.Me})
def show_me(request: Request) -> wire.Me:
    """Oneself"""
    return shapes.me_output(person_of(request))


@operations.add("PATCH", "/me", body=inputs.ProfileChange, answers={200: wire.Me}, rate=CHANGES)
def change_me(request: Request, *, body: inputs.ProfileChange) -> wire.Me:
    """Change one's profile and privacy; what is absent stays"""
    return profile.change_profile(user_id=person_of(request).pk, given=body)


@operations.add("GET", "/users/{user}", answers={200: wire.User}, errors=("not_found",))
def show_user(request: Request, user: str) -> wire.User:
    """A person"""
    return glimpses.seen_by(person_of(request).pk, selectors.get_user(user))


@operations.add("GET", "/users", query=inputs.UsersQuery, answers={200: wire.UserList})
def find_users(request: Request, *, query: inputs.UsersQuery) -> wire.UserList:
    """The person with exactly this username, as a list of one or none"""
    return listing.find_users(person_of(request).pk, query)


@operations.add("GET", "/blocks", query=inputs.PageQuery, answers={200: wire.BlockList})
def show_blocks(request: Request, *, query: inputs.PageQuery) -> wire.BlockList:
    """Whom one has blocked, newest first"""
    return listing.list_blocks(person_of(request).pk, query)


@operations.add("PUT", "/blocks/{user}", answers={204: None}, errors=("not_found",), rate=BLOCKS)
def block(request: Request, user: str) -> None:
    """Block a person"""
    blocks.block(user_id=person_of(request).pk, other=user)


@operations.add("DELETE", "/blocks/{user}", answers={204: None}, errors=("not_found",), rate=BLOCKS)
def unblock(request: Request, user: str) -> None:
    """Lift a block"""
    blocks.unblock(user_id=person_of(request).pk, other=user)
