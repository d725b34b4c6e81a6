"""Every intact entry of every file is recovered, and what is broken costs itself only."""

from __future__ import annotations

import pytest

from contacts.files import Broken, Card, read
from tests.contacts.corpus import File, corpus

FILES = corpus()


def test_the_corpus_is_wide() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_every_intact_entry_is_recovered(file: File) -> None:
    found = list(read(file.data, file.name, file.region))
    cards = [entry for entry in found if isinstance(entry, Card)]
    assert [(card.name, card.phones, card.emails) for card in cards] == file.entries
    assert [entry.ref for entry in found if isinstance(entry, Broken)] == file.broken
    assert [entry.ref for entry in found] == list(range(1, len(found) + 1))
    assert [entry.line for entry in found] == sorted({entry.line for entry in found})
