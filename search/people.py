"""People as documents. Accounts knows no search, so what it says of people is put into documents
here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import structs

from accounts.public import (
    UserOutput,
    blockers_of,
    find_by_username,
    not_found_by_all,
    present_people,
    user_outputs,
)
from search.documents import EVERYBODY, Document, Key, Kind, Shown, Source
from search.hashtags import normal_hashtag

ACQUAINTED: list[Callable[[int], set[int]]] = []
"""`(reader)`: people whom this person always finds. Chat names those with whom they have a chat in
the list."""

IN_BOOKS_OF: list[Callable[[int], set[int]]] = []
"""`(reader)`: people who have this person in their own address book, and may be found by those who
are. Contacts names them."""

# `{admitted}` are those whom the reader finds whatever they allow everybody.
VISIBLE = """
exists (select 1 from accounts_user u
    where u.id = d.subject and u.left_at is null and u.is_active and u.id <> %(reader)s
        and (u.discoverable_by = 'everyone' or u.id = any({admitted}::bigint[])))
"""


def people_named(name: str) -> int | None:
    """The person whose username this is, with or without `@`; None for nobody."""
    found = find_by_username(name.removeprefix("@"))
    return None if found is None else int(found.pk)


def admitted(reader: int) -> list[int]:
    """Those whom this person finds though not everybody does."""
    always = {person for asked in ACQUAINTED for person in asked(reader)}
    books = {person for asked in IN_BOOKS_OF for person in asked(reader)}
    found_by = not_found_by_all((always | books) - {reader})
    return sorted(p for p, by in found_by.items() if p in always or by != "nobody")


def wary(reader: int) -> list[int]:
    """Nobody searches for themselves; and whoever blocks this person is shown to them, and hence
    found, as they were at the block."""
    return [reader, *blockers_of(reader)]


def build(keys: Sequence[Key]) -> list[Document]:
    return [
        Document(
            kind="user",
            key=(person.pk, 0),
            readers=frozenset({EVERYBODY} if person.discoverable_by == "everyone" else ()),
            at=None,
            fields=_fields(person.name, person.username, person.about, person.tags),
            terms=tuple(f"tag={normal_hashtag(tag)}" for tag in person.tags),
        )
        for person in present_people(ids=[key[0] for key in keys])
    ]


def keys(after: Key, limit: int) -> list[Key]:
    return [(person.pk, 0) for person in present_people(after=after[0], limit=limit)]


def show(reader: int, kind: str, wanted: Sequence[Key]) -> dict[Key, Shown]:
    ids = {key[0] for key in wanted} - {reader}
    people = {person.pk: person.discoverable_by for person in present_people(ids=ids)}
    seen = {pk for pk, by in people.items() if by == "everyone"}
    if seen != people.keys():
        seen |= people.keys() & set(admitted(reader))
    return {(pk, 0): _shown(output) for pk, output in user_outputs(reader, seen).items()}


def _shown(output: UserOutput) -> Shown:
    about = structs.replace(output, username=output.username or "", about=output.about or "")
    return Shown(
        output, _fields(output.name, str(about.username), str(about.about), output.tags or [])
    )


def _fields(
    name: str, username: str, about: str, tags: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    texts = [("name", name), ("username", username), ("about", about)]
    return (*texts, *(("tags", tag) for tag in tags))


SOURCE = Source(
    name="user",
    kinds=[Kind("user", "people", UserOutput)],
    build=build,
    keys=keys,
    show=show,
    visible=VISIBLE,
    near="true",
    admitted=admitted,
    wary=wary,
)
