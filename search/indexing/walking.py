"""Walking through all documents there should be, page by page and source by source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from search.documents import SOURCES, Key, Source
from search.models import Walk

PAGE = 1000
START: Key = (0, -1)


class Page(NamedTuple):
    """The keys behind `after`, in order. With `last` nothing of the source comes behind them."""

    source: Source
    after: Key
    keys: list[Key]
    last: bool

    @property
    def upto(self) -> Key | None:
        """Where the stretch ends that this page answers for; None is the end of all."""
        return None if self.last else self.keys[-1]


def pages(walk: Walk) -> Iterator[Page]:
    """From where the walk stands to the end. `advance` is for the caller to call."""
    if not walk.source:
        return  # it is at its end
    names = list(SOURCES)
    first = names.index(walk.source) if walk.source in names else 0
    for name in names[first:]:
        after = (walk.subject, walk.part) if name == walk.source else START
        while True:
            keys = SOURCES[name].keys(after, PAGE)
            page = Page(SOURCES[name], after, keys, len(keys) < PAGE)
            yield page
            if page.last:
                break
            after = keys[-1]


def advance(walk: Walk, page: Page) -> None:
    """Remember that this page is done."""
    names = list(SOURCES)
    walk.source, (walk.subject, walk.part) = page.source.name, page.upto or START
    if page.last:
        place = names.index(page.source.name) + 1
        walk.source = names[place] if place < len(names) else ""
    walk.done += len(page.keys)
    walk.save()


def begin(name: str) -> Walk:
    """A walk from the first source on, or the one of this name that is under way."""
    first = next(iter(SOURCES), "")
    new = {"source": first, "subject": START[0], "part": START[1]}
    return Walk.objects.get_or_create(name=name, defaults=new)[0]


def estimate() -> int:
    """About how many documents there will be: those in the index of PostgreSQL."""
    from search.models import Document

    return Document.objects.count()
