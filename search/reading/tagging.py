"""Hashtags that a person meets in what they may read."""

from __future__ import annotations

from collections import Counter

from search.conditions import Has
from search.documents import source_of
from search.postgres import searching
from search.reading.answers import Arm, Asked
from search.reading.fresh import fresh
from search.reading.understanding import Meaning, Wanted


def hashtag_counts(reader: int) -> Counter[str]:
    """How many messages that this person may see carry each hashtag."""
    source = source_of("message")
    meaning = Meaning(((Wanted(Has(("has=hashtag",)), False),),), ())
    arm = Arm("message", source, meaning, fresh(source, reader, ["postgres"], []), [])
    found = searching.ask(Asked(reader, [arm], True, 1, None))
    return found.counts.get("hashtag", Counter())
