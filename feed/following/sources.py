"""Sources: what a domain writes anyway, shown as items without anybody publishing.

Where events come by the thousand in somebody's hot path (messages), the domain registers a source
instead of publishing. The feed follows the logs that the domain writes, and asks the source how a
subject stands *now*; so nothing can be lost, doubled or late for ever. Items of a source have one
group for each subject.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Asked(NamedTuple):
    """How does `subject` stand for this person? Events count that are numbered above `floor`; they
    are read when the person has read them there, or here up to `read_number`."""

    user_id: int
    subject: int
    floor: int
    read_number: int


class Standing(NamedTuple):
    """The events that the person may see and that are still there: how many, how many of these are
    unread, the newest one's number and time, and who made the unread ones (all, if none is), newest
    first and three at most."""

    alive: int
    unread: int
    newest: int
    at: dt.datetime
    actors: list[int]
    actor_count: int


@dataclass(frozen=True)
class Source:
    """`news` is the kind of update that tells of a new event, with the subject's id and the event's
    number; after an update of `follows` a subject may stand differently.

    `read` answers for each that is asked, None for one of which there is nothing. `held` tells of
    `(user_id, subject)` until when the person wants no push and no e-mail about it. `delivered`
    tells up to which number a device of the person has received the events: a push waits three
    seconds for that, and not at all for those whom `present`, if it is given, does not name.
    """

    kind: str
    reference: str
    news: str
    follows: frozenset[str]
    read: Callable[[Sequence[Asked]], Sequence[Standing | None]]
    held: Callable[[Iterable[tuple[int, int]]], Mapping[tuple[int, int], dt.datetime]]
    delivered: Callable[[Iterable[tuple[int, int]]], Mapping[tuple[int, int], int]] | None = None
    present: Callable[[Iterable[int]], set[int]] | None = None


SOURCES: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Make a source known. Call it in `AppConfig.ready`, beside the registering of its kind."""
    SOURCES[source.kind] = source
