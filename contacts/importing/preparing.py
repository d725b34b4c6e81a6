"""From an entry as it came to what is matched: numbers in E.164, addresses in one form, keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from contacts import numbers
from contacts.importing.entries import Card, Entry
from contacts.matching import keys
from project.email_addresses import normal_email

LONGEST_NAME = 500
LONGEST_VALUE = 254
MOST_VALUES = 100
SORTED = 100
HASH = 16


class KeyOf(NamedTuple):
    """One key of an entry. `value` is the number or address itself; `key` matches all forms of a
    number, `exact` this one. `older` is `key` as it was stored before `CONTACT_KEYS` changed."""

    kind: str
    value: str
    key: bytes
    exact: bytes
    assumed: bool
    older: list[bytes]

    @property
    def all(self) -> list[bytes]:
        return [self.key, *self.older]


@dataclass
class Prepared:
    """An entry that is understood. Without keys it is invalid, for `reason`. `anchors` are what its
    contact is known by: under the newest of `CONTACT_KEYS` first, then under older ones."""

    position: int
    entry: Entry
    digest: bytes
    card: Card = field(default_factory=lambda: Card([], []))
    keys: list[KeyOf] = field(default_factory=list)
    anchors: list[bytes] = field(default_factory=list)
    reason: str = ""
    sealed: bytes = b""

    def hold(self, card: Card) -> None:
        """This is what is in it."""
        self.card, self.keys, self.sealed = card, keys_of_card(card), b""
        self.anchors = anchors_of(self.keys)

    def seal(self) -> bytes:
        """Its card, as it is stored."""
        self.sealed = keys.seal_object(self.card)
        return self.sealed

    @property
    def anchor(self) -> bytes:
        return self.anchors[0]

    @property
    def sorted_as(self) -> str:
        return sorting(self.entry.name)


class Regions(NamedTuple):
    """What numbers are read by where they do not say it themselves."""

    owner_number: str | None
    request: str | None


def sorting(name: str) -> str:
    return name.casefold()[:SORTED]


def digest_of(entry: Entry, regions: Regions) -> bytes:
    """Equal for entries that mean the same: a region counts only where a number needs one."""
    explicit = all(isinstance(p, str) and p.lstrip().startswith("+") for p in entry.phones)
    context = () if explicit else (entry.region, regions.owner_number, regions.request)
    meaning = (entry.name, entry.phones, entry.emails, context)
    return hashlib.blake2b(msgspec.msgpack.encode(meaning), digest_size=HASH).digest()


def prepare(position: int, entry: Entry, digest: bytes, regions: Regions) -> Prepared:
    """Never raises for anything a stranger may write; what cannot be used says why."""
    prepared = Prepared(position, entry, digest)
    prepared.reason = entry.broken or _beyond_limits(entry)
    if prepared.reason:
        return prepared
    read = _numbers(entry, regions)
    addresses = [(text, normal_email(text)) for text in entry.emails if text.strip()]
    phones = [(number.value, number.e164, number.assumed) for number in read]
    prepared.hold(Card(phones, [normal or text for text, normal in addresses]))
    if not prepared.keys:
        prepared.reason = _why(read, addresses)
    return prepared


def _beyond_limits(entry: Entry) -> str:
    if len(entry.phones) > MOST_VALUES or len(entry.emails) > MOST_VALUES:
        return "too_many"
    texts = [value if isinstance(value, str) else value[0] for value in entry.phones]
    longest = max(map(len, texts + entry.emails), default=0)
    if len(entry.name) > LONGEST_NAME or longest > LONGEST_VALUE:
        return "too_long"
    return ""


def _numbers(entry: Entry, regions: Regions) -> list[numbers.Number]:
    found: list[numbers.Number] = []
    for given in entry.phones:
        value, own = (given, None) if isinstance(given, str) else given
        if value.strip():
            found += numbers.normalise(
                value,
                own_region=own,
                entry_region=entry.region or None,
                owner_number=regions.owner_number,
                request_region=regions.request,
            )
    return found


def _why(read: Sequence[numbers.Number], addresses: Sequence[object]) -> str:
    """Why an entry has nothing to match."""
    reason = next((number.reason for number in read if number.reason), None)
    return reason or ("invalid_email" if addresses else "nothing_to_match")


def keys_of_card(card: Card) -> list[KeyOf]:
    """Each once; where a number stands twice the surer reading counts."""
    found: dict[bytes, KeyOf] = {}
    for _, e164, assumed in card.phones:
        if e164 is not None:
            common = numbers.alias(e164)
            key, *older = keys.hashes(keys.PHONE, common)
            exact = key if common == e164 else keys.hashes(keys.PHONE, e164)[0]
            if key not in found or found[key].assumed > assumed:
                found[key] = KeyOf(keys.PHONE, e164, key, exact, assumed, older)
    for address in card.emails:
        if (normal := normal_email(address)) is not None:
            key, *older = keys.hashes(keys.EMAIL, normal)
            found.setdefault(key, KeyOf(keys.EMAIL, normal, key, key, False, older))
    return list(found.values())


def anchors_of(found: Iterable[KeyOf]) -> list[bytes]:
    """What a contact is known by: all its keys, in whatever order they came; under each version of
    the keys. None without any."""
    return [
        hashlib.blake2b(b"".join(sorted(version)), digest_size=HASH).digest()
        for version in zip(*(key.all for key in found), strict=True)
    ]


def stored_as(wanted: Iterable[KeyOf]) -> dict[bytes, bytes]:
    """Under what these may be stored, old or new, and which new key that is."""
    return {each: key.key for key in wanted for each in key.all}
