"""Reading people and sessions. A person who left is nobody here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Block, Identity, Session, User
from accounts.reading.books import within
from project.errors import Problem
from project.ids import parse_id

PRESENT = Q(is_active=True, left_at=None)


def get_user(user_id: str | int) -> User:
    """The person with this id; `not_found` also for one who left."""
    number = user_id if isinstance(user_id, int) else parse_id(user_id)
    user = User.objects.filter(PRESENT, pk=number).first()
    if user is None:
        raise Problem("not_found")
    return user


def lock_person(user_id: int) -> User:
    """The person, whose row is held until the transaction ends. Raises `not_found`."""
    user = User.objects.select_for_update(no_key=True).filter(PRESENT, pk=user_id).first()
    if user is None:
        raise Problem("not_found")
    return user


def find_by_username(username: str) -> User | None:
    """Whoever has exactly this username; upper and lower case are one."""
    return User.objects.filter(PRESENT, username=username.lower()).first()


def find_by_email(email: str) -> User | None:
    """The one who proved to own this address, which must be in its normal form."""
    return User.objects.filter(PRESENT, email=email, email_verified=True).first()


def find_by_phone(phone: str) -> User | None:
    """The one who proved to own this number, which must be in E.164."""
    return User.objects.filter(PRESENT, phone=phone, phone_verified=True).first()


def find_by_identity(provider: str, subject: str) -> User | None:
    """The one who linked this account of another company."""
    known = Identity.objects.filter(provider=provider, subject=subject)
    return User.objects.filter(PRESENT, pk__in=known.values("user_id")).first()


def users_by_id(user_ids: Iterable[int]) -> dict[int, User]:
    """Those who exist, the ones who left included."""
    return User.objects.in_bulk(set(user_ids))


def present_people(
    *, ids: Iterable[int] | None = None, after: int = 0, limit: int | None = None
) -> list[User]:
    """Those who have not left, by their ids and ascending: of these, or the next `limit` ones
    behind `after`."""
    found = User.objects.filter(PRESENT, pk__gt=after).order_by("pk")
    return list((found if ids is None else found.filter(pk__in=set(ids)))[:limit])


def not_found_by_all(user_ids: Iterable[int]) -> dict[int, str]:
    """`discoverable_by` of those of these people whom not everybody finds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, discoverable_by from accounts_user where id = any(%s)"
            " and discoverable_by <> 'everyone' and is_active and left_at is null",
            [list(user_ids)],
        )
        found: list[tuple[int, str]] = cursor.fetchall()
    return dict(found)


def usable(now: dt.datetime) -> Q:
    """Of sessions: neither ended nor expired, and their person may still come in."""
    return Q(revoked_at=None, expires_at__gt=now, user__is_active=True, user__left_at=None)


_USABLE = """
select from accounts_session s join accounts_user u on u.id = s.user_id
    where s.revoked_at is null and s.expires_at > now() and u.is_active and u.left_at is null"""
"""`usable`, where one raw statement asks more than that."""
ADMITTED = f"exists ({_USABLE} and s.id = %s and s.user_id = h.user_id and s.used_generation >= %s)"
"""On a log's head `h`: whether its user's session of this id is usable, and tokens of this
generation were used before."""
_ENDED = f"""
select w.id from unnest(%s::bigint[]) w (id)
    where not exists ({_USABLE} and s.id = w.id)"""  # noqa: S608  # a constant


_SESSION = [field.attname for field in Session._meta.concrete_fields]
_PERSON = [field.attname for field in User._meta.concrete_fields]
_COLUMNS = ", ".join([*(f"s.{name}" for name in _SESSION), *(f"u.{name}" for name in _PERSON)])
_WHOSE = f"{_USABLE.replace('select', f'select {_COLUMNS}', 1)} and s.id = %s and s.user_id = %s"


def usable_session(session_id: int, user_id: int) -> Session | None:
    """This session of this person, with its user. Every request asks for it, and Django would take
    longer to build the query than PostgreSQL to answer it."""
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE, [session_id, user_id])
        found = cursor.fetchone()
    if found is None:
        return None
    session = Session.from_db(connection.alias, _SESSION, found[: len(_SESSION)])
    session.user = User.from_db(connection.alias, _PERSON, found[len(_SESSION) :])
    return session


def ended(session_ids: Iterable[int]) -> set[int]:
    """Those of many sessions that are not `usable`: asked for ten thousand at a time."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, [list(session_ids)])
        return {session_id for (session_id,) in cursor.fetchall()}


def alive() -> QuerySet[Session]:
    """Sessions that may be used now."""
    return Session.objects.filter(usable(timezone.now()))


def hold_session(session_id: int) -> bool:
    """Whether the session may be used, and goes on doing so until the transaction ends."""
    held = Session.objects.select_for_update(no_key=True, of=("self",))
    return held.filter(usable(timezone.now()), pk=session_id).first() is not None


def get_session(user_id: int, session_id: str) -> Session:
    session = alive().filter(user_id=user_id, pk=parse_id(session_id)).first()
    if session is None:
        raise Problem("not_found")
    return session


def has_blocked(blocker_id: int, blocked_id: int) -> bool:
    return Block.objects.filter(blocker_id=blocker_id, blocked_id=blocked_id).exists()


def blocked_by(blocker_id: int) -> set[int]:
    """Everyone whom this person blocks."""
    blocks = Block.objects.filter(blocker_id=blocker_id)
    return set(blocks.values_list("blocked_id", flat=True))


def blockers_of(blocked_id: int) -> set[int]:
    """Everyone who blocks this person."""
    blocks = Block.objects.filter(blocked_id=blocked_id)
    return set(blocks.values_list("blocker_id", flat=True))


def blocked_between(one_id: int, other_id: int) -> bool:
    """Whether either of the two has blocked the other."""
    return Block.objects.filter(
        Q(blocker_id=one_id, blocked_id=other_id) | Q(blocker_id=other_id, blocked_id=one_id)
    ).exists()


def blocks_of(user_id: int) -> QuerySet[Block]:
    """Newest first."""
    return Block.objects.filter(blocker_id=user_id).order_by("-pk").select_related("blocked")


def origin_shown(author_id: int, forwarder_id: int) -> bool:
    """Whether what this author wrote may carry their name when this person forwards it."""
    author = User.objects.filter(PRESENT, pk=author_id).first()
    if author is None or has_blocked(author_id, forwarder_id):
        return False
    return author_id in within(forwarder_id, {author_id: author.forward_origin})


def presence_visible(viewer_id: int, user_ids: Iterable[int]) -> dict[int, dt.datetime | None]:
    """Those of `user_ids` (people with whom the viewer has a chat) whose presence the viewer may
    know, with the time at which each was last here."""
    wanted = set(user_ids)
    blocks = Block.objects.filter(
        Q(blocker_id=viewer_id, blocked_id__in=wanted)
        | Q(blocked_id=viewer_id, blocker_id__in=wanted)
    ).values_list("blocker_id", "blocked_id")
    apart = {person for pair in blocks for person in pair}
    asked = User.objects.filter(PRESENT, pk__in=wanted - apart)
    rows = list(asked.values_list("pk", "last_seen", "last_seen_at"))
    shown = within(viewer_id, {pk: audience for pk, audience, _ in rows})
    return {pk: last_seen_at for pk, _, last_seen_at in rows if pk in shown}
