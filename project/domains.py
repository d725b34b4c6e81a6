"""What every app answers for the things that it keeps of people.

An app declares itself once, in `AppConfig.ready`. No question has a default, so a new app cannot
forget one: what it has nothing to say to is written down as empty. A test holds the declarations
against the models, the log's kinds, the feed's kinds and the search's documents that there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from project.files.reading.holders import HOLDERS, Holder
from project.sync import bootstrap, kinds

Reader = Callable[[int], Any]
ReaderOfMany = Callable[[Collection[int]], Mapping[int, Any]]

EXPORTS: dict[str, Callable[[int], Iterable[Any]]] = {}
ERASERS: dict[str, Callable[[int], int]] = {}


@dataclass(frozen=True, kw_only=True)
class Domain:
    """One app's answers. Readers and erasers take the person's id."""

    name: str
    models: Mapping[str, str]
    """Each of its models → the eraser that empties it when a person leaves, or in words why rows
    stay: `"erased: tags"`, `"kept: the peer's messages quote it"`."""
    exports: Mapping[str, Callable[[int], Iterable[Any]]]
    """A file in the copy of one's data → what stands in it, ready for JSON, only what that person
    may read."""
    erasers: Mapping[str, Callable[[int], int]]
    """A place → empties it and answers how much that was. Run until it does not raise, any number
    of times, and in no transaction: one that may find very much makes its own, a short one for each
    stretch."""
    holders: Mapping[str, Holder]
    """What keeps files, and shows them to whom."""
    updates: Iterable[str]
    """The kinds of the log that it renders (`project.sync.kinds.kind`)."""
    signals: Mapping[str, Any]
    """What is told but not kept → the shape of its data."""
    bootstrap: Mapping[str, tuple[Any, Reader]]
    """A member of `GET /bootstrap` → its shape and what reads it."""
    counts: Mapping[str, tuple[Any, ReaderOfMany]]
    """A member of `counts`, there and in `counts.updated` → its shape and what reads it for all of
    these people at once."""
    feed: Iterable[str]
    """The kinds of notification that it publishes."""
    search: Iterable[str]
    """The types of document that it has searched."""


DOMAINS: dict[str, Domain] = {}


def register(domain: Domain) -> None:
    """Make the app's answers known to whoever asks. Raises ValueError for a name that is taken."""
    for registry, given in (
        (DOMAINS, {domain.name: domain}),
        (EXPORTS, domain.exports),
        (ERASERS, domain.erasers),
        (HOLDERS, domain.holders),
        (kinds.SIGNALS, domain.signals),
        (bootstrap.MEMBERS, domain.bootstrap),
        (bootstrap.COUNTS, domain.counts),
    ):
        known: dict[str, Any] = registry
        if taken := known.keys() & given.keys():
            raise ValueError(f"{domain.name}: {', '.join(sorted(taken))} is there already.")
        known.update(given)
